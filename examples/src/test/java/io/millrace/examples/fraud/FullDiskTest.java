package io.millrace.examples.fraud;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.examples.ChildJvm;
import io.millrace.examples.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real disk, which another process fills while the fraud example writes its journal there, and empties again. */
class FullDiskTest {
    private static final int RATE = 10_000;
    private static final List<String> FILES = List.of("f.csv", "a.csv");

    /** The journal keeps 256 MiB free: of a disk that has room for more, a neighbour takes so much that less is left. */
    private static final int DISK_MIB = 400;

    @TempDir
    Path folder;

    private String[] command(String prefix, String... more) {
        List<String> all = new ArrayList<>(List.of("fraud", "--quiet", "--count", "30000", "--threshold", "0.2"));
        all.addAll(List.of("--features", folder.resolve(prefix + FILES.get(0)).toString()));
        all.addAll(List.of("--alerts", folder.resolve(prefix + FILES.get(1)).toString()));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    /** Mounts a disk of its own, of which a neighbour takes so much when rows come out of the example, for a second. */
    private List<String> withNeighbour(int tookMib) {
        String disk = folder.resolve("disk").toString();
        String ballast = disk + "/ballast";
        String go = folder.resolve("f.csv").toString();
        return List.of(
                "unshare",
                "-rm",
                "sh",
                "-c",
                "mount -t tmpfs -o size=" + DISK_MIB + "m tmpfs '" + disk + "' && { (while ! [ -s '" + go
                        + "' ] || [ $(wc -c < '" + go + "') -lt 9999 ]; do sleep 0.05; done; head -c " + tookMib
                        + "m /dev/zero > '" + ballast
                        + "'; sleep 1; rm '" + ballast + "') 2> /dev/null & exec \"$0\" \"$@\"; }");
    }

    private void requireMounts() throws Exception {
        Files.createDirectory(folder.resolve("disk"));
        List<String> tried = new ArrayList<>(withNeighbour(1));
        Files.writeString(folder.resolve("f.csv"), "go".repeat(9_999));
        tried.add("true");
        boolean mounts;
        try {
            Process process = new ProcessBuilder(tried)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            mounts = process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            mounts = false; // no such program
        }
        Files.delete(folder.resolve("f.csv"));
        assumeTrue(mounts, "skipped: no file system of one's own can be mounted here");
    }

    /** What had its place went there; what came meanwhile waited; nothing was lost, nothing twice, and nobody did anything. */
    @ParameterizedTest
    @ValueSource(strings = {"live", "inline"})
    void shouldGoOnByItselfWhenThereIsRoomAgain(String host) throws Exception {
        requireMounts();
        Console.run(command("one-")).requireFine();
        String journal = folder.resolve("disk").resolve("journal").toString();
        String[] full = command("", "--journal", journal, "--host", host, "--rate", Integer.toString(RATE));
        try (ChildJvm jvm = ChildJvm.startBy(withNeighbour(DISK_MIB - 200), folder, full)) {
            Console c = jvm.end();
            assertEquals("30000", c.label("events"), c.err());
            assertTrue(
                    Long.parseLong(c.label("max us").replaceAll("\\..*", "")) > 500_000, "nothing waited: " + c.err());
            for (String f : FILES) {
                assertArrayEquals(
                        Files.readAllBytes(folder.resolve("one-" + f)), Files.readAllBytes(folder.resolve(f)), f);
            }
        }
    }
}
