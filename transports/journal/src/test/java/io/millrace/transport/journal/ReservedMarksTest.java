package io.millrace.transport.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.journal.Durability;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Marks behind a loss of power, which leaves of a mapped file what was forced. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReservedMarksTest {
    private static final int NUMBER = 3;

    @TempDir
    Path directory;

    private volatile byte[] onDisk;
    private volatile boolean failing;
    private volatile int forces;

    private final Disk disk = new ForwardedDisk() {
        @Override
        public Mapped map(Path file, int length) throws IOException {
            Mapped real = super.map(file, length);
            onDisk = Files.readAllBytes(file);
            return new Mapped() {
                @Override
                public ByteBuffer bytes() {
                    return real.bytes();
                }

                @Override
                public void force() throws IOException {
                    forces++;
                    if (failing) {
                        throw new IOException("the disk does not force");
                    }
                    real.force();
                    byte[] now = new byte[length];
                    real.bytes().get(0, now);
                    onDisk = now;
                }
            };
        }
    };

    private JournalLog open(Path journal, String boot) {
        return open(journal, boot, s -> {});
    }

    private JournalLog open(Path journal, String boot, Consumer<Settings> more) {
        return new ArchiveJournal(Logs.settings(journal, s -> {
                    s.disk = disk;
                    s.boot = () -> boot;
                    more.accept(s);
                }))
                .open(Logs.FACTS);
    }

    private static void reserve(JournalLog log, long upTo) {
        while (log.marks().reserve(NUMBER, upTo) < upTo) {
            log.work();
            Thread.yield();
        }
    }

    private Path copy(Path journal, byte[] marks) throws IOException {
        return copy("copy", journal, marks);
    }

    private Path copy(String name, Path journal, byte[] marks) throws IOException {
        Path copy = directory.resolve(name);
        try (Stream<Path> all = Files.walk(journal)) {
            for (Path each : all.sorted().toList()) {
                Files.copy(each, copy.resolve(journal.relativize(each).toString()));
            }
        }
        Files.write(copy.resolve(MarksFile.NAME), marks);
        return copy;
    }

    @Test
    void shouldFindTheLimitWhereALossOfPowerHasTakenTheNumber() throws Exception {
        Path journal = directory.resolve("j");
        Path image;
        try (JournalLog log = open(journal, "one")) {
            Logs.append(log, 10, 100);
            Logs.settle(log);
            reserve(log, 10);
            for (long n = 1; n <= 7; n++) {
                log.marks().set(NUMBER, n);
            }
            image = copy(journal, onDisk);
        }
        try (JournalLog log = open(image, "two")) {
            assertEquals(10, log.marks().get(NUMBER), "it was at most that, and 0 is on the disk");
            String report = log.report();
            assertTrue(report.contains("is in doubt, and not given again"), report);
            log.marks().set(NUMBER, 4); // the log has made no more
        }
        try (JournalLog log = open(image, "three")) {
            assertEquals(4, log.marks().get(NUMBER), "it was closed");
        }
    }

    @Test
    void shouldFindTheNumberWhereOnlyTheProcessHasEnded() throws Exception {
        Path journal = directory.resolve("j");
        Path image;
        try (JournalLog log = open(journal, "one")) {
            Logs.append(log, 10, 100);
            Logs.settle(log);
            reserve(log, 10);
            log.marks().set(NUMBER, 7);
            image = copy(journal, Files.readAllBytes(journal.resolve(MarksFile.NAME)));
        }
        try (JournalLog log = open(image, "one")) {
            assertEquals(7, log.marks().get(NUMBER));
        }
    }

    /** Behind a clean closing nobody asks whether marks may be older. */
    @Test
    void shouldForceMarksBeforeTheLogIsClosed() throws Exception {
        Path journal = directory.resolve("j");
        for (Durability level : new Durability[] {Durability.DISK, Durability.PROCESS}) {
            try (JournalLog log = open(journal, "one", s -> s.level = level)) {
                Logs.append(log, log.next() + 10, 100);
                Logs.settle(log);
                log.marks().set(NUMBER, log.next());
            }
            assertEquals(-1, Arrays.mismatch(onDisk, Files.readAllBytes(journal.resolve(MarksFile.NAME))), level + "");
        }
    }

    /** What is asked for seldom is not old for long. */
    @Test
    void shouldForceWhatHasMovedAWhileAgo() {
        int[] times = {0};
        Reservations reservations = new Reservations(1, () -> {}, (index, upTo) -> {}, () -> times[0]++);
        reservations.moved();
        reservations.work(5_000_000_000L);
        assertEquals(0, times[0], "nobody reserves");
        reservations.reserve(0, 10);
        reservations.work(5_000_000_001L);
        assertEquals(1, times[0]);
        reservations.work(9_000_000_000L);
        assertEquals(1, times[0], "nothing has moved");
        reservations.moved();
        reservations.work(5_000_000_002L);
        assertEquals(1, times[0], "only just");
        reservations.work(9_000_000_000L);
        assertEquals(2, times[0]);
    }

    @Test
    void shouldStopForGoodWhenMarksCannotBeForcedAndNotTryAgain() throws Exception {
        Path journal = directory.resolve("j");
        JournalLog log = open(journal, "one");
        Logs.append(log, 10, 100);
        Logs.settle(log);
        failing = true;
        JournalException e = assertThrows(JournalException.class, () -> {
            while (log.marks().reserve(NUMBER, 10) < 10) {
                Thread.yield();
            }
        });
        assertTrue(e.getMessage().contains("cannot be reserved any more: "), e.getMessage());
        assertTrue(e.getMessage().contains("the disk does not force"), e.getMessage());
        e = assertThrows(JournalException.class, log::work);
        assertTrue(
                e.getMessage().contains("has stopped: ")
                        && e.getMessage().contains("the disk does not force")
                        && e.getMessage().contains("nothing more is accepted"),
                e.getMessage());
        failing = false;
        int before = forces;
        e = assertThrows(JournalException.class, () -> log.marks().force());
        assertTrue(e.getMessage().contains("could not be forced before"), e.getMessage());
        assertThrows(JournalException.class, log::close);
        assertEquals(before, forces, "never again on the same pages");
        try (JournalLog again = open(journal, "one")) {
            assertEquals(10, again.next());
        }
    }

    /** There a loss of power takes entries too, and what receivers were given since is given again: limits of before say nothing of it. */
    @Test
    void shouldNotTakeTheLimitOfAnEpochBeforeOneThatIsNotForced() throws Exception {
        Path journal = directory.resolve("j");
        byte[] limited;
        try (JournalLog log = open(journal, "one")) {
            Logs.append(log, 10, 100);
            Logs.settle(log);
            reserve(log, 70_000);
            log.marks().set(NUMBER, 5_000);
            limited = Files.readAllBytes(journal.resolve(MarksFile.NAME));
        }
        Path image;
        Path former;
        try (JournalLog log = open(journal, "one", s -> s.level = Durability.PROCESS)) {
            Logs.append(log, 20, 100);
            Logs.settle(log);
            log.marks().set(NUMBER, 5_200);
            image = copy("image", journal, onDisk);
            former = copy("former", journal, limited);
        }
        for (Path each : new Path[] {image, former}) { // the second as before limits were taken away
            try (JournalLog log = open(each, "two", s -> s.level = Durability.PROCESS)) {
                assertEquals(5_000, log.marks().get(NUMBER), each.toString());
                String report = log.report();
                assertTrue(report.contains("none of them in doubt"), report);
            }
        }
    }

    /** Until something is reserved again, nothing can have gone out. */
    @Test
    void shouldForgetLimitsWhenAnEpochBegins() throws Exception {
        Path journal = directory.resolve("j");
        Path image;
        try (JournalLog log = open(journal, "one")) {
            Logs.append(log, 10, 100);
            Logs.settle(log);
            reserve(log, 70_000);
            log.marks().set(NUMBER, 5_000);
        }
        try (JournalLog log = open(journal, "one", s -> s.level = Durability.PROCESS)) {
            log.marks().set(NUMBER, 5_200);
        }
        try (JournalLog log = open(journal, "one")) {
            Logs.append(log, 20, 100);
            Logs.settle(log);
            image = copy("image", journal, onDisk);
        }
        try (JournalLog log = open(image, "two")) {
            assertEquals(5_200, log.marks().get(NUMBER));
        }
    }
}
