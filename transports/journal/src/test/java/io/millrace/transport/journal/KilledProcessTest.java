package io.millrace.transport.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.journal.Durability;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that end in the middle, and a real disk that is full. Fifty kills of a whole engine are with the benchmarks. */
@Timeout(180)
class KilledProcessTest {
    private static final int LONGEST = 2_000;
    private static final int KILLS = Integer.getInteger("millrace.log.kills", 1);

    @TempDir
    Path directory;

    /** Appends for as long as it lives, and says what is durable. */
    public static final class Endless {
        private Endless() {}

        /**
         * Runs in the child.
         *
         * @param args the directory, the level
         */
        public static void main(String[] args) {
            Settings settings = Logs.settings(Path.of(args[0]), s -> s.level = Durability.valueOf(args[1]));
            try (JournalLog log = new ArchiveJournal(settings).open(Logs.FACTS)) {
                for (long said = -1; ; ) {
                    Logs.append(log, log.next() + 1, LONGEST);
                    log.work();
                    if (log.durable() > said) {
                        said = log.durable();
                        System.out.println(said);
                    }
                }
            }
        }
    }

    @Test
    void shouldHaveAllThatWasAcknowledgedBehindEachKill() throws Exception {
        Random random = new Random(Long.getLong("millrace.seed", 1));
        for (int i = 0; i < KILLS; i++) {
            String level = random.nextBoolean() ? "DISK" : "PROCESS";
            long acknowledged = killed(random, level);
            Settings settings = Logs.settings(directory.resolve("j"), s -> s.level = Durability.valueOf(level));
            try (JournalLog log = new ArchiveJournal(settings).open(Logs.FACTS)) {
                assertTrue(log.next() > acknowledged, "lost: " + acknowledged + " of " + log.next());
                assertEquals(
                        log.next() - log.first(),
                        Logs.read(log, log.first(), LONGEST).size());
            }
        }
    }

    /** The last place that a child called durable before it was killed. */
    private long killed(Random random, String level) throws Exception {
        Process child = child(List.of(), Endless.class, directory.resolve("j").toString(), level);
        long acknowledged = -1;
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
            int lines = 1 + random.nextInt(400);
            for (int i = 0; i < lines; i++) {
                String line = said.readLine();
                assertTrue(line != null && line.matches("\\d+"), "said: " + line);
                acknowledged = Long.parseLong(line);
            }
            child.toHandle().destroyForcibly(); // unlike the child's own, this leaves what it said
            for (String line; (line = said.readLine()) != null; ) {
                acknowledged = line.matches("\\d+") ? Math.max(acknowledged, Long.parseLong(line)) : acknowledged;
            }
        }
        assertTrue(child.waitFor(1, TimeUnit.MINUTES), "the child ends");
        return acknowledged;
    }

    /** Fills a small disk with a journal until a write fails; makes room; begins again. */
    public static final class SmallDisk {
        /** Room for a manifest, whatever the pages of memory are; a file of the archive's has 128 KiB. */
        private static final int MANIFEST_BYTES = 100 << 10;

        private SmallDisk() {}

        /**
         * Runs in the child.
         *
         * @param args a directory on the small disk, another one for Aeron
         * @throws Exception when it is not as it should be
         */
        public static void main(String[] args) throws Exception {
            Path disk = Path.of(args[0]);
            Path ballast = disk.resolve("ballast");
            Files.write(ballast, new byte[4 << 20]);
            Settings settings = Logs.settings(disk.resolve("j"), s -> {
                s.reserveBytes = 0;
                s.aeronDirectory = Path.of(args[1]);
            });
            long durable = fill(settings);
            refuse(settings);
            try (FileChannel left = FileChannel.open(ballast, StandardOpenOption.WRITE)) {
                left.truncate(left.size() - MANIFEST_BYTES); // not enough for a file of the archive's
            }
            refuse(settings);
            Files.delete(ballast);
            try (JournalLog log = new ArchiveJournal(settings).open(Logs.FACTS)) {
                System.out.println(log.next() > durable ? "all there" : "lost " + durable + " of " + log.next());
                Logs.append(log, log.next() + 100, LONGEST);
                Logs.settle(log);
                Logs.read(log, 0, LONGEST);
                System.out.println("goes on");
            }
        }

        /** Where there is no room for a file, a start says so, and leaves what is there as it is. */
        private static void refuse(Settings settings) {
            try (JournalLog log = new ArchiveJournal(settings).open(Logs.FACTS)) {
                System.out.println("began, at " + log.next());
            } catch (JournalException e) {
                System.out.println(
                        e.getMessage().replaceAll("/.*disk/", "").replaceAll("\\d+ bytes are", "N bytes are"));
            }
        }

        private static long fill(Settings settings) {
            JournalLog log = new ArchiveJournal(settings).open(Logs.FACTS);
            try {
                Logs.append(log, 1_000_000, LONGEST);
                System.out.println("never full");
            } catch (JournalException e) {
                System.out.println(e.getMessage().contains("has stopped") ? "stopped" : e.toString());
            }
            try {
                log.close();
            } catch (JournalException e) {
                System.out.println("not closed cleanly");
            }
            return log.durable();
        }
    }

    @Test
    void shouldLoseNothingThatWasAcknowledgedOnADiskThatIsFull() throws Exception {
        Path disk = Files.createDirectories(directory.resolve("disk"));
        Path aeron = Files.createDirectories(directory.resolve("aeron"));
        String mount = "mount -t tmpfs -o size=8m tmpfs '" + disk + "' && exec \"$0\" \"$@\"";
        List<String> inside = List.of("unshare", "-rm", "sh", "-c", mount);
        Assumptions.assumeTrue(succeeds(inside), "no file system of one's own can be mounted here");
        Process child = child(inside, SmallDisk.class, disk.toString(), aeron.toString());
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertTrue(child.waitFor(1, TimeUnit.MINUTES), "the child ends");
        String noRoom = "cannot open the journal j: java.io.IOException: No space left on device;"
                + " make room on its disk, and start again";
        String noFile = "cannot start the archive of j: its disk has no room for a file of 131072 bytes;"
                + " N bytes are free; make room, and start again";
        assertEquals("stopped\nnot closed cleanly\n" + noRoom + "\n" + noFile + "\nall there\ngoes on", said.strip());
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

    /** What a class says in a process of its own, until it ends. */
    static String said(Class<?> main, String... arguments) throws Exception {
        Process child = child(List.of(), main, arguments);
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertTrue(child.waitFor(1, TimeUnit.MINUTES), "the child ends");
        return said.strip();
    }

    private static Process child(List<String> prefix, Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED"));
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData"));
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        command.addAll(List.of("-cp", path, main.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("LC_ALL", "C"); // the system's own words are compared
        return builder.start();
    }
}
