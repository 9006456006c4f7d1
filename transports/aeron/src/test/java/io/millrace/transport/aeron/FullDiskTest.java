package io.millrace.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.metric.CounterFile;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are mapped, on a file system that has no room for them: refused with words, before anything is looked at in memory. */
class FullDiskTest {
    @TempDir
    Path directory;

    static final class Child {
        private static final int MARKS = 1 << 14; // more than they have

        private Child() {}

        public static void main(String[] args) throws IOException {
            Path disk = Path.of(args[0]);
            Path holes = disk.resolve("holes");
            long length = length(disk.resolve("whole"));
            try (RandomAccessFile file = new RandomAccessFile(holes.toFile(), "rw")) {
                file.setLength(length);
            }
            Path filler = fill(disk.resolve("filler"));
            try {
                CounterFile.create(disk, "engine", List.of("entries"), 1);
                System.out.println("counters made");
            } catch (IOException e) {
                System.out.println("counters refused");
            }
            Path marks = disk.resolve("marks");
            open(marks);
            System.out.println(Files.size(marks));
            open(holes);
            System.out.println(Files.size(holes) == length);
            Files.delete(filler);
            open(marks);
            open(holes);
        }

        private static long length(Path marks) throws IOException {
            Marks.open(marks).close();
            return Files.size(marks);
        }

        private static Path fill(Path file) throws IOException {
            try (OutputStream out = Files.newOutputStream(file)) {
                while (true) {
                    out.write(new byte[MARKS]);
                }
            } catch (IOException e) {
                return file; // full
            }
        }

        private static void open(Path marks) throws AeronFault {
            try {
                Marks.open(marks).close();
                System.out.println("opened");
            } catch (AeronFault e) {
                System.out.println(e.getMessage().contains("marks " + marks) ? "refused" : e.getMessage());
            }
        }
    }

    @Test
    void shouldRefuseWhatThereIsNoRoomFor() throws Exception {
        Path disk = Files.createDirectories(directory.resolve("disk"));
        List<String> command = new ArrayList<>(List.of("unshare", "-rm", "sh", "-c"));
        command.add("mount -t tmpfs -o size=128k tmpfs '" + disk + "' && exec \"$0\" \"$@\"");
        Assumptions.assumeTrue(succeeds(command), "no file system of one's own can be mounted here");
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED"));
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData"));
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        command.addAll(List.of("-cp", path, Child.class.getName(), disk.toString()));
        Process child = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertTrue(child.waitFor(1, TimeUnit.MINUTES), "the child ends");
        assertEquals("counters refused\nrefused\n0\nrefused\ntrue\nopened\nopened", said.strip());
    }

    private static boolean succeeds(List<String> prefix) throws InterruptedException {
        List<String> command = new ArrayList<>(prefix);
        command.add("true");
        try {
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException e) {
            return false; // no such program
        }
    }
}
