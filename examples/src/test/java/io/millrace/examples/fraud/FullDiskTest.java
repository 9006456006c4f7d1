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
    private static final String WAITED = "waited";

    /** The journal keeps 256 MiB free: of a disk that has room for more, a neighbour takes so much that less is left. */
    private static final int DISK_MIB = 400;

    private static final Path MEMORY = Path.of("/proc/meminfo");
    private static final long KIB_LEAST = 3 << 19; // 1.5 GiB

    @TempDir
    Path folder;

    private static String[] command(Path at, String prefix, int count, String... more) {
        List<String> all = new ArrayList<>(List.of("fraud", "--quiet", "--count", "" + count, "--threshold", "0.2"));
        all.addAll(List.of("--features", at.resolve(prefix + FILES.get(0)).toString()));
        all.addAll(List.of("--alerts", at.resolve(prefix + FILES.get(1)).toString()));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    /** Runs a script in front of a command that has a disk of its own. */
    private List<String> withDisk(String script) {
        String mount = "mount -t tmpfs -o size=" + DISK_MIB + "m tmpfs '" + disk() + "'";
        return List.of("unshare", "-rm", "sh", "-c", mount + " && { " + script + "exec \"$0\" \"$@\"; }");
    }

    private Path disk() {
        return folder.resolve("disk");
    }

    /**
     * A neighbour takes so much of the disk when rows come out of the example, until none has come for two seconds or so: on a machine that is
     * busy it may come late, so it says at how many bytes of them that was. It ends with the example, which takes the place of the shell and so has
     * its number.
     */
    private List<String> withNeighbour(Path at, int tookMib) {
        String ballast = "'" + disk().resolve("ballast") + "'";
        String rows = "$(wc -c < '" + at.resolve(FILES.get(0)) + "')";
        return withDisk(
                "(lives() { kill -0 $$; }; while lives && ! [ \"" + rows + "\" -gt 9999 ]; do sleep 0.05; done; lives"
                        + " && fallocate -l " + tookMib + "m " + ballast
                        + "; still=0; while lives && [ $still -lt 4 ]; do sleep 0.5;"
                        + " now=" + rows
                        + "; [ $now = \"$was\" ] && still=$((still + 1)) || still=0; was=$now; done; echo $was > '"
                        + at.resolve(WAITED) + "'; rm " + ballast + ") > /dev/null 2>&1 & ");
    }

    private void requireMounts() throws Exception {
        Files.createDirectory(disk());
        List<String> trial = new ArrayList<>(withDisk(""));
        trial.add("true");
        boolean mounts;
        try {
            Process process = new ProcessBuilder(trial)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            mounts = process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
            process.destroyForcibly();
        } catch (IOException e) {
            mounts = false; // no such program
        }
        assumeTrue(mounts, "skipped: no file system of one's own can be mounted here");
    }

    /** The disk is in memory, beside two JVMs. */
    private static void requireMemory() throws IOException {
        if (!Files.exists(MEMORY)) {
            return; // nobody can say
        }
        String available = Files.readAllLines(MEMORY).stream()
                .filter(l -> l.startsWith("MemAvailable:"))
                .findFirst()
                .orElse("");
        String kib = available.replaceAll("[^0-9]", "");
        assumeTrue(
                kib.isEmpty() || Long.parseLong(kib) >= KIB_LEAST, "skipped: little memory is free here, " + available);
    }

    /** What had its place went there; what came meanwhile waited; nothing was lost, nothing twice, and nobody did anything. */
    @ParameterizedTest
    @ValueSource(strings = {"live", "inline"})
    void shouldGoOnByItselfWhenThereIsRoomAgain(String host) throws Exception {
        requireMemory();
        requireMounts();
        int count = 3 * RATE;
        while (!hasWaited(host, count)) {
            count *= 4; // the neighbour came too late
            assertTrue(count < 100 * RATE, "the neighbour never comes while the example runs");
        }
    }

    private boolean hasWaited(String host, int count) throws Exception {
        Path at = Files.createDirectory(folder.resolve("of-" + count));
        Console.run(command(at, "one-", count)).requireFine();
        String journal = disk().resolve("journal").toString();
        String[] full = command(at, "", count, "--journal", journal, "--host", host, "--rate", Integer.toString(RATE));
        try (ChildJvm jvm = ChildJvm.startBy(withNeighbour(at, DISK_MIB - 200), folder, full)) {
            Console c = jvm.end();
            // a rate is judged at the end of a run: the seconds behind the refusal make up for it, except on a slow
            // machine
            assertEquals("yes".equals(c.label("held")) ? 0 : 1, c.code(), c.err());
            assertEquals("" + count, c.label("events"), c.err());
            for (String f : FILES) {
                assertArrayEquals(Files.readAllBytes(at.resolve("one-" + f)), Files.readAllBytes(at.resolve(f)), f);
            }
            Path waited = at.resolve(WAITED);
            String bytes = Files.exists(waited) ? Files.readString(waited).strip() : "";
            if (bytes.isEmpty() || Long.parseLong(bytes) >= Files.size(at.resolve(FILES.get(0)))) {
                return false;
            }
            String most = c.label("max us").replaceAll("\\..*", "");
            assertTrue(Long.parseLong(most) > 500_000, "nothing waited: " + c.err());
            return true;
        }
    }
}
