package io.millrace.transport.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.journal.Durability;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** What level PROCESS leaves in the page cache: there behind a kill, not behind a loss of power. */
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class PowerLossTest {
    private static final int LONGEST = 8_124;
    private static final int ENTRIES = 250;
    private static final long SNAPSHOT = 60;
    private static final int AFTER_SOME_FRAMES = 24 << 10;

    @TempDir
    Path directory;

    private final Set<Path> forced = new TreeSet<>();
    private final Set<Path> anew = new TreeSet<>();
    private boolean failing;
    private boolean full;

    private final Disk disk = new ForwardedDisk() {
        @Override
        public Output create(Path file) throws IOException {
            if (full && file.toString().endsWith(".rec.new")) {
                throw new IOException("no space left");
            }
            return super.create(file);
        }

        @Override
        public void force(Path file) throws IOException {
            if (failing) {
                throw new IOException("the disk does not force");
            }
            forced.add(file.getFileName());
            super.force(file);
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            anew.add(to.getFileName());
            super.rename(from, to);
        }
    };

    private Settings settings(Path journal, String boot, Consumer<Settings> more) {
        return Logs.settings(journal, s -> {
            s.level = Durability.PROCESS;
            s.disk = disk;
            s.boot = () -> boot;
            more.accept(s);
        });
    }

    private JournalLog open(Path journal, String boot) {
        forced.clear();
        anew.clear();
        return new ArchiveJournal(settings(journal, boot, s -> {})).open(Logs.FACTS);
    }

    /** As a kill leaves it: of several files, with a snapshot in the second. */
    private Path killed(boolean marks) throws IOException {
        Path journal = directory.resolve("j");
        Path copy = directory.resolve("copy");
        try (JournalLog log = open(journal, "one")) {
            Logs.append(log, SNAPSHOT, LONGEST);
            Logs.settle(log);
            log.keepSnapshot(SNAPSHOT, out -> out.write(1));
            assertEquals(Set.copyOf(segments(journal)), forced, "before the manifest knows of it");
            if (marks) {
                log.marks().set(3, 17);
            }
            Logs.append(log, ENTRIES, LONGEST);
            Logs.settle(log);
            copy(journal, copy);
        }
        assertTrue(segments(copy).size() > 5, segments(copy).toString());
        return copy;
    }

    private static List<Path> segments(Path journal) throws IOException {
        try (Stream<Path> files = Files.list(journal.resolve(Epoch.directoryName(1)))) {
            return files.map(Path::getFileName)
                    .filter(f -> Epoch.baseOf(f.toString()) >= 0)
                    .sorted(java.util.Comparator.comparingLong(f -> Epoch.baseOf(f.toString())))
                    .toList();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.sorted().toList()) {
                Files.copy(each, to.resolve(from.relativize(each).toString()));
            }
        }
    }

    /** The page cache had not been written there. */
    private static void lose(Path journal, int segment) throws IOException {
        Path file = journal.resolve(Epoch.directoryName(1))
                .resolve(segments(journal).get(segment));
        Files.write(file, new byte[(int) Files.size(file)]);
    }

    private static List<Long> range(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    @Test
    void shouldEndAtTheFirstHoleThatALossOfPowerHasMade() throws Exception {
        Path journal = killed(true);
        lose(journal, 3);
        long next;
        try (JournalLog log = open(journal, "two")) {
            next = log.next();
            assertTrue(next > SNAPSHOT && next < ENTRIES, "next " + next);
            assertTrue(
                    log.report()
                            .contains("the machine was started again before the journal was closed; if it lost power,"
                                    + " entries that were acknowledged at level PROCESS may be missing behind "
                                    + (next - 1) + "; and receivers that the journal counts for"),
                    log.report());
            Logs.append(log, next + 20, LONGEST);
            Logs.settle(log);
        }
        try (JournalLog log = open(journal, "three")) {
            assertEquals(range(0, next + 20), Logs.read(log, 0, LONGEST));
            assertFalse(log.report().contains("machine"), "it was closed: " + log.report());
        }
    }

    /** What frames say of those before them holds as long as the machine runs. */
    @Test
    void shouldRefuseDamageWhereNoPowerWasLost() throws Exception {
        Path journal = killed(false);
        lose(journal, segments(journal).size() - 2);
        JournalException damaged = assertThrows(JournalException.class, () -> open(journal, "one"));
        assertTrue(damaged.getMessage().contains("damaged where it was acknowledged"), damaged.getMessage());
    }

    /** Of a log whose older files are given up nothing could be read: without its snapshots it would be lost for good. */
    @Test
    void shouldDeleteNoSnapshotWhereTheStartIsRefused() throws Exception {
        Path journal = directory.resolve("j");
        Path copy = directory.resolve("copy");
        Consumer<Settings> one = s -> s.keepSnapshots = 1;
        try (JournalLog log = new ArchiveJournal(settings(journal, "one", one)).open(Logs.FACTS)) {
            Logs.append(log, 165, LONGEST);
            Logs.settle(log);
            log.keepSnapshot(165, out -> out.write(1));
            Logs.append(log, 170, LONGEST);
            Logs.settle(log);
            assertTrue(log.first() > 0, "files were given up");
            copy(journal, copy);
        }
        Consumer<Settings> cutting = s -> {
            s.keepSnapshots = 1;
            s.cutAtDamage = true;
        };
        for (int at :
                List.of(AFTER_SOME_FRAMES, 0)) { // before the place of the snapshot, and the first frame that is there
            hurt(copy, at);
            for (String boot : List.of("one", "two")) {
                assertThrows(
                        JournalException.class,
                        () -> new ArchiveJournal(settings(copy, boot, cutting)).open(Logs.FACTS));
                assertTrue(Files.exists(new Snapshot(165, 0, 0).file(copy)), "byte " + at + ", boot " + boot);
            }
        }
    }

    @Test
    void shouldNotSayThatAllIsHereWhereSomeWasGivenUp() throws Exception {
        Path journal = directory.resolve("j");
        Path copy = directory.resolve("copy");
        try (JournalLog log =
                new ArchiveJournal(settings(journal, "one", s -> s.level = Durability.DISK)).open(Logs.FACTS)) {
            Logs.append(log, 20, LONGEST);
            Logs.settle(log);
            copy(journal, copy);
        }
        hurt(copy, AFTER_SOME_FRAMES);
        ArchiveJournal cutting = new ArchiveJournal(settings(copy, "two", s -> {
            s.level = Durability.DISK;
            s.cutAtDamage = true;
        }));
        try (JournalLog log = cutting.open(Logs.FACTS)) {
            assertTrue(log.report().contains("GIVEN UP although durable"), log.report());
            assertTrue(
                    log.report().contains("all that was acknowledged at level DISK is here, but for what was given up"),
                    log.report());
        }
    }

    private static void hurt(Path journal, int at) throws IOException {
        Path first = journal.resolve(Epoch.directoryName(1))
                .resolve(segments(journal).get(0));
        byte[] bytes = Files.readAllBytes(first);
        Arrays.fill(bytes, at, at + 64, (byte) 0);
        Files.write(first, bytes);
    }

    @Test
    void shouldForceWhatAKillHasLeftBeforeAnotherEpochBeginsBehindIt() throws Exception {
        Path journal = killed(false);
        List<Path> before = segments(journal);
        try (JournalLog log = open(journal, "one")) {
            assertEquals(ENTRIES, log.next());
            assertFalse(log.report().contains("machine"), log.report());
        }
        Path last = before.get(before.size() - 1);
        Set<Path> others = new TreeSet<>(before);
        others.remove(last);
        assertTrue(forced.containsAll(others), forced.toString());
        assertTrue(anew.contains(last), anew.toString());
    }

    /** Behind a failed force pages count as clean: the next one would succeed, and nothing would have been written. */
    @Test
    void shouldNotForceAgainWhatCouldNotBeForced() throws Exception {
        Path journal = directory.resolve("j");
        JournalLog log = open(journal, "one");
        Logs.append(log, 100, LONGEST);
        Logs.settle(log);
        failing = true;
        IOException e = assertThrows(IOException.class, () -> log.keepSnapshot(100, out -> out.write(1)));
        assertEquals("the disk does not force", e.getMessage());
        failing = false;
        e = assertThrows(IOException.class, () -> log.keepSnapshot(100, out -> out.write(1)));
        assertTrue(e.getMessage().contains("could not be forced before"), e.getMessage());
        assertThrows(JournalException.class, log::close);
        assertWritesAllAnew(journal, 100);
    }

    @Test
    void shouldWriteAnewWhatAStartCouldNotForce() throws Exception {
        Path journal = killed(false);
        failing = true;
        JournalException e = assertThrows(JournalException.class, () -> open(journal, "one"));
        assertTrue(e.getMessage().contains("the disk does not force"), e.getMessage());
        failing = false;
        assertWritesAllAnew(journal, ENTRIES);
    }

    /** A copy that finds no room has hurt nothing: else the next start, on a disk that is full, would copy all of the epoch. */
    @Test
    void shouldNotWriteAllAnewWhereNoForceHasFailed() throws Exception {
        Path journal = killed(false);
        List<Path> files = segments(journal);
        full = true;
        JournalException e = assertThrows(JournalException.class, () -> open(journal, "one"));
        assertTrue(e.getMessage().contains("no space"), e.getMessage());
        full = false;
        try (JournalLog log = open(journal, "one")) {
            assertFalse(anew.contains(files.get(0)), anew + " of " + files);
            assertEquals(range(0, ENTRIES), Logs.read(log, 0, LONGEST));
        }
    }

    @Test
    void shouldForceWhateverAnInterruptWants() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        Disk real = new RealDisk();
        Thread.currentThread().interrupt();
        real.force(file);
        real.forceDirectory(directory);
        assertTrue(Thread.interrupted(), "it is given back");
    }

    private void assertWritesAllAnew(Path journal, long entries) throws IOException {
        List<Path> files = segments(journal);
        try (JournalLog log = open(journal, "one")) {
            assertTrue(anew.containsAll(files), anew + " of " + files);
            assertEquals(range(0, entries), Logs.read(log, 0, LONGEST));
            anew.clear();
            log.keepSnapshot(entries, out -> out.write(1));
        }
    }
}
