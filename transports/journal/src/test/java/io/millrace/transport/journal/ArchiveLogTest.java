package io.millrace.transport.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.millrace.journal.Durability;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalFacts;
import io.millrace.journal.JournalLog;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class ArchiveLogTest {
    private static final int LONGEST = 8_124;

    @TempDir
    Path directory;

    @Test
    void shouldReadWhatWasAppendedOverSeveralEpochsAndFiles() throws Exception {
        Path journal = directory.resolve("not").resolve("there");
        long upTo = 0;
        for (int epoch = 0; epoch < 3; epoch++) {
            try (JournalLog log = Logs.open(journal)) {
                assertEquals(upTo, log.next(), log.report());
                assertEquals(upTo - 1, log.durable());
                assertEquals(upTo, log.marks().get(511));
                upTo += 100;
                Logs.append(log, upTo, LONGEST);
                Logs.settle(log);
                log.marks().set(511, upTo);
                assertEquals(range(0, upTo), Logs.read(log, 0, LONGEST));
                assertEquals(range(upTo - 5, upTo), Logs.read(log, upTo - 5, LONGEST));
                try (JournalLog reader = new ArchiveJournal(Logs.settings(journal, s -> {})).openToRead()) {
                    assertEquals(range(50, upTo), Logs.read(reader, 50, LONGEST));
                    assertEquals(upTo, reader.marks().get(511));
                }
            }
            assertTrue(Segments.bases(journal.resolve(Epoch.directoryName(epoch + 1)))
                            .size()
                    > 2);
        }
        checkPermissions(journal);
    }

    @Test
    void shouldTellOfEntriesBeforeTheyCome() throws Exception {
        List<Integer> told = new ArrayList<>();
        List<Long> read = new ArrayList<>();
        long[] ahead = new long[1];
        try (JournalLog log = Logs.open(directory.resolve("j"))) {
            while (log.next() < 500) {
                byte[] entry = Logs.entry(log.next(), Logs.length(log.next(), 40));
                while (!log.append(entry, 0, entry.length)) {
                    log.work();
                }
                while (log.next() % 100 == 0 && !log.commit()) { // frames of as many as fit
                    log.work();
                }
            }
            Logs.settle(log);
            log.read(0, new JournalLog.EntryReader() {
                @Override
                public void next(byte[] bytes, int[] offsets, int count) {
                    for (int i = 0; i < count; i++) {
                        told.add(offsets[i]);
                    }
                    ahead[0] = Math.max(ahead[0], count);
                }

                @Override
                public boolean on(long sequence, byte[] bytes, int offset, int length) {
                    Logs.check(sequence, bytes, offset, length, 40);
                    if (!told.isEmpty()) { // else it stands alone
                        assertEquals(offset, told.remove(0));
                    }
                    return read.add(sequence);
                }
            });
        }
        assertEquals(range(0, 500), read);
        assertEquals(32, ahead[0]);
        assertEquals(List.of(), told);
    }

    @Test
    void shouldTellHowMuchLaterEntriesWereWritten() throws Exception {
        long startNs = System.nanoTime();
        for (int opened = 0; opened < 2; opened++) {
            try (JournalLog log = Logs.open(directory.resolve("j"))) {
                for (int commit = 0; commit < 3; commit++) {
                    Logs.pause(20);
                    Logs.append(log, log.next() + 10, 40);
                    Logs.settle(log);
                }
            }
        }
        long tookNs = System.nanoTime() - startNs;
        Map<Long, Long> laterNs = new TreeMap<>();
        try (JournalLog log = Logs.open(directory.resolve("j"))) {
            log.read(0, new JournalLog.EntryReader() {
                private long ns = -1;

                @Override
                public void later(long thanBeforeNs) {
                    ns = thanBeforeNs;
                }

                @Override
                public boolean on(long sequence, byte[] bytes, int offset, int length) {
                    laterNs.put(sequence, ns);
                    ns = 0; // with the one before
                    return true;
                }
            });
        }
        assertEquals(60, laterNs.size());
        for (long i = 10; i < 60; i += 10) { // behind a pause
            assertTrue(i == 30 ? laterNs.get(i) == 0 : laterNs.get(i) >= 19_000_000, i + ": " + laterNs);
        }
        assertEquals(0, laterNs.get(0L), "nothing was before");
        long sumNs = laterNs.values().stream().mapToLong(ns -> ns).sum();
        assertTrue(sumNs <= tookNs, sumNs + " of " + tookNs);
    }

    /** Retention deletes files of the epoch that is appended to while the archive's thread looks after it: found by kills. */
    @Test
    void shouldGoOnWhenAFileIsGoneThatItWasAboutToProtect() throws Exception {
        try (JournalLog log = Logs.open(directory.resolve("j"))) {
            Path live = directory.resolve("j").resolve(Epoch.directoryName(1));
            Files.createSymbolicLink(live.resolve("gone.rec"), directory.resolve("nowhere"));
            Logs.append(log, 100, LONGEST);
            Logs.settle(log);
            Logs.pause(100); // it looks each 50 ms
            Logs.append(log, 200, LONGEST);
            Logs.settle(log);
            assertEquals(range(0, 200), Logs.read(log, 0, LONGEST));
        }
    }

    private static void checkPermissions(Path journal) throws IOException {
        try (Stream<Path> all = Files.walk(journal)) {
            for (Path path : all.toList()) {
                assertEquals(
                        Files.isDirectory(path) ? "rwx------" : "rw-------",
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(path)),
                        path.toString());
            }
        }
    }

    @Test
    void shouldRefuseWhatItCannotTake() throws Exception {
        Path journal = directory.resolve("j");
        try (JournalLog log = Logs.open(journal)) {
            assertEquals(LONGEST, log.longestEntry());
            byte[] tooLong = new byte[LONGEST + 1];
            assertTrue(assertThrows(IllegalArgumentException.class, () -> log.append(tooLong, 0, tooLong.length))
                    .getMessage()
                    .contains("an entry of 8125 bytes; the longest that the journal takes has 8124"));
            JournalException inUse = assertThrows(JournalException.class, () -> Logs.open(journal));
            assertTrue(
                    inUse.getMessage()
                            .contains("in use by process "
                                    + ProcessHandle.current().pid()),
                    inUse.getMessage());
            Logs.append(log, 10, 100);
        }
        ArchiveJournal other = new ArchiveJournal(Logs.settings(journal, s -> {}));
        assertTrue(assertThrows(
                        JournalException.class,
                        () -> other.open(new JournalFacts("tests", 1, Map.of("operators", "2"), Map.of())))
                .getMessage()
                .contains("operators was 1, is 2"));
        try (JournalLog log = other.open(new JournalFacts("tests", 1, Map.of("operators", "1"), Map.of("JDK", "25")))) {
            assertEquals(42, log.facts().hashSeed());
            assertTrue(log.report().contains("JDK was 17, is 25"), log.report());
            assertEquals(10, log.next());
        }
        assertThrows(
                IllegalArgumentException.class, () -> ArchiveJournal.in(journal).level(Durability.MEMORY));
        assertThrows(
                IllegalArgumentException.class, () -> ArchiveJournal.in(journal).segmentBytes(1 << 20));
    }

    /** It would be closed to all but its owner, and files in it deleted. */
    @Test
    void shouldLeaveADirectoryAloneThatHoldsSomethingElse() throws Exception {
        Path home = Files.createDirectories(directory.resolve("home"));
        Set<PosixFilePermission> everybodys = PosixFilePermissions.fromString("rwxr-xr-x");
        Files.setPosixFilePermissions(home, everybodys);
        Files.writeString(home.resolve("report.new"), "mine");
        String refused =
                assertThrows(JournalException.class, () -> Logs.open(home)).getMessage();
        assertEquals(
                "no journal, and not empty; " + home
                        + " holds report.new; take an empty directory, or one that is not there yet",
                refused);
        assertEquals(List.of("report.new"), Segments.names(home));
        assertEquals(everybodys, Files.getPosixFilePermissions(home));
    }

    @Test
    void shouldTakeAnEmptyDirectoryAndDeleteNothingThatIsNotItsOwn() throws Exception {
        Path journal = Files.createDirectories(directory.resolve("j"));
        Files.createDirectory(journal.resolve("lost+found")); // of the file system
        Logs.open(journal).close();
        Path mine = Files.writeString(journal.resolve("report.new"), "mine");
        Path unfinished = Files.writeString(journal.resolve("manifest.new"), "half");
        Logs.open(journal).close();
        assertTrue(Files.exists(mine));
        assertFalse(Files.exists(unfinished));
    }

    @Test
    void shouldSayWhyItCannotBeThere() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "mine");
        Path link = Files.createSymbolicLink(directory.resolve("link"), Files.createDirectory(directory.resolve("to")));
        for (Path path : List.of(file, link)) {
            String refused =
                    assertThrows(JournalException.class, () -> Logs.open(path)).getMessage();
            assertEquals(
                    "no directory; " + path + " is a " + path.getFileName()
                            + "; name a directory, which need not be there yet",
                    refused);
        }
    }

    /** What the system says of it, and no class of Java. */
    @Test
    void shouldSayWhyItsDiskCannotBeUsed() {
        Path path = directory.resolve("j");
        IOException refusal = new FileSystemException(path.toString(), null, "Read-only file system");
        assertEquals(
                "cannot be used (Read-only file system); " + path + "; name another directory, or check its disk",
                Ours.failure(path, refusal).getMessage());
        IOException full = new FileSystemException(path.toString(), null, "No space left on device");
        String said = Ours.failure(path, full).getMessage();
        assertTrue(said.endsWith("No space left on device; make room on its disk, and start again"), said);
    }

    /** A system says it of a place that takes no new file, as its own tables do. */
    @Test
    void shouldSayThatADirectoryCannotBeMade() {
        Path path = directory.resolve("j");
        JournalException said = Ours.failure(path, new NoSuchFileException(path.toString()));
        String cure = "name a directory on a disk that can be written";
        assertEquals("cannot be made there; " + path + "; " + cure, said.getMessage());
    }

    /** The directory is there, so it is not what cannot be made. */
    @Test
    void shouldNameTheFileThatIsGoneOrInTheWayInAJournal() throws Exception {
        Path path = Files.createDirectory(directory.resolve("j"));
        String file = path.resolve("epoch-1").toString();
        for (IOException e : List.of(new NoSuchFileException(file), new FileAlreadyExistsException(file))) {
            JournalException said = Ours.failure(path, e);
            assertEquals("cannot open the journal " + path + ": " + e, said.getMessage());
            assertTrue(said.getMessage().endsWith(file), said.getMessage());
        }
    }

    @Test
    void shouldAcceptNothingWhileTheDiskIsNearlyFullAndGoOnByItself() throws Exception {
        AtomicLong free = new AtomicLong(1 << 30);
        Settings settings = Logs.settings(directory.resolve("j"), s -> s.space = free::get);
        try (JournalLog log = new ArchiveJournal(settings).open(Logs.FACTS)) {
            assertNull(log.refusal());
            free.set(100);
            while (log.refusal() == null) {
                Thread.sleep(1); // the archive's thread looks each 50 ms
            }
            assertTrue(log.refusal().contains("100 bytes are free, 1048576 are kept in reserve"), log.refusal());
            Logs.append(log, 20, LONGEST); // what was accepted before still goes there
            Logs.settle(log);
            IOException full = assertThrows(IOException.class, () -> log.keepSnapshot(20, out -> out.write(1)));
            assertTrue(full.getMessage().contains("no room for a snapshot"), full.getMessage());
            free.set(1 << 30);
            while (log.refusal() != null) {
                Thread.sleep(1); // as above
            }
            log.keepSnapshot(20, out -> out.write(1));
            free.set(0);
        }
        assertThrows(JournalException.class, () -> new ArchiveJournal(settings).open(Logs.FACTS));
        free.set(1 << 30);
        try (JournalLog log = new ArchiveJournal(settings).open(Logs.FACTS)) {
            assertEquals(20, log.next());
            assertEquals(20, log.snapshot());
        }
    }

    @Test
    void shouldNeverAcknowledgeAgainOnceAWriteHasFailed() throws Exception {
        Path journal = directory.resolve("j");
        long durable;
        try (JournalLog log = Logs.open(journal)) {
            Logs.append(log, 30, LONGEST);
            Logs.settle(log);
            JournalException stopped = assertThrows(JournalException.class, () -> {
                while (log.next() < 1_000_000) {
                    ((ArchiveLog) log).recording().failNextWrite();
                    Logs.append(log, log.next() + 1, LONGEST);
                    log.commit();
                    log.work();
                }
            });
            assertTrue(stopped.getMessage().contains("has stopped"), stopped.getMessage());
            durable = log.durable();
            assertTrue(durable >= 29, "durable " + durable);
            assertThrows(JournalException.class, log::work);
            assertThrows(IOException.class, () -> log.keepSnapshot(durable + 2, out -> out.write(1)));
            assertEquals(durable, log.durable());
            assertEquals(range(0, durable + 1), Logs.read(log, 0, LONGEST));
            assertThrows(JournalException.class, log::close);
        }
        try (JournalLog log = Logs.open(journal)) {
            assertTrue(log.next() > durable);
            assertEquals(range(0, log.next()), Logs.read(log, 0, LONGEST));
        }
    }

    @Test
    void shouldKeepThreeSnapshotsAndOnlyTheEntriesThatTheyNeed() throws Exception {
        Path journal = directory.resolve("j");
        for (int epoch = 0; epoch < 2; epoch++) {
            try (JournalLog log = Logs.open(journal)) {
                for (int i = 0; i < 3; i++) {
                    long next = log.next() + 60;
                    Logs.append(log, next, LONGEST);
                    Logs.settle(log);
                    log.keepSnapshot(next, out -> out.write(("state " + next).getBytes()));
                    assertEquals(next, log.snapshot());
                }
                assertThrows(
                        IOException.class,
                        () -> log.keepSnapshot(log.next(), out -> {
                            throw new IOException("the state does not write");
                        }));
                assertEquals(
                        "state " + log.next(), new String(log.openSnapshot().readAllBytes()));
            }
        }
        try (JournalLog log = Logs.open(journal)) {
            assertEquals(360, log.snapshot());
            assertTrue(log.first() > 180 && log.first() <= 240, "first " + log.first());
            assertEquals(range(log.first(), 360), Logs.read(log, log.first(), LONGEST));
            assertThrows(JournalException.class, () -> Logs.read(log, log.first() - 1, LONGEST));
            assertEquals(300, log.snapshotAt(359), "whoever appends may go back to an older one too");
            assertEquals("state 300", new String(log.openSnapshot(300).readAllBytes()));
            assertEquals("state 360", new String(log.openSnapshot(360).readAllBytes()));
        }
        assertEquals(3, snapshots(journal).size());
        shouldReadOlderSnapshots(journal, 359, 300);
        shouldReadOlderSnapshots(journal, Long.MAX_VALUE, 360);
        shouldReadOlderSnapshots(journal, 240, 240);
        shouldReadOlderSnapshots(journal, 239, -1);
        Path newest = snapshots(journal).get(2);
        byte[] bytes = Files.readAllBytes(newest);
        bytes[2] ^= 4;
        Files.write(newest, bytes);
        try (JournalLog log = Logs.open(journal)) {
            assertEquals(300, log.snapshot());
            assertTrue(log.report().contains("snapshot-0000000000000000360 is damaged"), log.report());
        }
        shouldReadOlderSnapshots(journal, Long.MAX_VALUE, 300);
    }

    /** At level PROCESS it takes entries of which the marks, whose page was written by chance, know; what comes next is forced, and the page is not. */
    @Test
    void shouldNotCallDamagedWhatALossOfPowerTookBeforeTheNextOne() throws Exception {
        Path journal = directory.resolve("j");
        Settings unforced = Logs.settings(journal, s -> {
            s.level = Durability.PROCESS;
            s.boot = () -> "one";
        });
        try (JournalLog log = new ArchiveJournal(unforced).open(Logs.FACTS)) {
            Logs.append(log, 20, 500);
        }
        MarksFile.open(unforced, Manifest.read(journal).id).durable(99);
        byte[][] marksOnDisk = {Files.readAllBytes(journal.resolve(MarksFile.NAME))};
        Settings forced = Logs.settings(journal, s -> {
            s.boot = () -> "two";
            s.disk = new ForwardedDisk() {
                @Override
                public void rename(Path from, Path to) throws IOException {
                    super.rename(from, to);
                    if (to.getFileName().toString().equals(MarksFile.NAME)) {
                        marksOnDisk[0] = Files.readAllBytes(to);
                    }
                }
            };
        });
        Path image = directory.resolve("image");
        try (JournalLog log = new ArchiveJournal(forced).open(Logs.FACTS)) {
            assertEquals(20, log.next());
            Logs.append(log, 25, 500);
            Logs.settle(log);
            copy(journal, image);
        }
        Files.write(image.resolve(MarksFile.NAME), marksOnDisk[0]);
        try (JournalLog log = Logs.open(image)) {
            assertEquals(25, log.next());
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path p : all.toList()) {
                Files.copy(p, to.resolve(from.relativize(p).toString()));
            }
        }
    }

    /** The disk is full for the manifest, say. */
    @Test
    void shouldLeaveNoSnapshotsBehindThatTheManifestCannotName() throws Exception {
        Path journal = directory.resolve("j");
        FailingManifest disk = new FailingManifest();
        Settings settings = Logs.settings(journal, s -> s.disk = disk);
        try (JournalLog log = new ArchiveJournal(settings).open(Logs.FACTS)) {
            Logs.append(log, 10, 500);
            Logs.settle(log);
            log.keepSnapshot(5, out -> out.write(5));
            disk.fails = true;
            assertEquals(
                    "full",
                    assertThrows(IOException.class, () -> log.keepSnapshot(6, out -> out.write(6)))
                            .getMessage());
            assertEquals(1, snapshots(journal).size());
            disk.fails = false;
            IOException later = assertThrows(
                    IOException.class, () -> log.keepSnapshot(7, out -> fail("what cannot be named is not written")));
            assertTrue(later.getMessage().contains("could not be written before (full)"), later.getMessage());
            assertEquals(5, log.snapshot());
            assertThrows(JournalException.class, log::close, "that it is whole cannot be noted either");
        }
        assertEquals(1, snapshots(journal).size());
        try (JournalLog log = Logs.open(journal)) {
            assertEquals(5, log.snapshot());
            assertEquals(10, log.next());
            log.keepSnapshot(8, out -> out.write(8));
        }
    }

    /** The file system, where nothing more can be added to the manifest. */
    private static final class FailingManifest extends ForwardedDisk {
        volatile boolean fails;

        @Override
        public Output create(Path file) throws IOException {
            Output out = super.create(file);
            return !file.getFileName().toString().equals("manifest.new")
                    ? out
                    : new Output() {
                        @Override
                        public void write(byte[] bytes, int offset, int length) throws IOException {
                            if (fails) {
                                throw new IOException("full");
                            }
                            out.write(bytes, offset, length);
                        }

                        @Override
                        public void force() throws IOException {
                            out.force();
                        }

                        @Override
                        public void close() throws IOException {
                            out.close();
                        }
                    };
        }
    }

    private static void shouldReadOlderSnapshots(Path journal, long most, long next) throws IOException {
        try (JournalLog log = ArchiveJournal.in(journal).openToRead()) {
            assertEquals(next, log.snapshotAt(most));
            if (next >= 0) {
                assertEquals("state " + next, new String(log.openSnapshot(next).readAllBytes()));
            } else {
                assertThrows(IOException.class, () -> log.openSnapshot(most));
            }
        }
    }

    private static List<Path> snapshots(Path journal) throws IOException {
        try (Stream<Path> all = Files.list(journal)) {
            return all.filter(f -> Snapshot.nextOf(f.getFileName().toString()) >= 0)
                    .sorted()
                    .toList();
        }
    }

    @Test
    void shouldAllocateNothingPerEntry() {
        Path journal = directory.resolve("j");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] entry = new byte[100];
        try (JournalLog log =
                new ArchiveJournal(Logs.settings(journal, s -> s.level = Durability.PROCESS)).open(Logs.FACTS)) {
            appendMany(log, entry, 5_000);
            long allocated = Long.MAX_VALUE;
            for (int round = 0;
                    round < 5 && allocated >= 1_000;
                    round++) { // a way that is taken for the first time links itself
                long before = threads.getCurrentThreadAllocatedBytes();
                appendMany(log, entry, 20_000);
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
            assertTrue(allocated < 1_000, allocated + " bytes, and no less in any round");
        }
    }

    private static void appendMany(JournalLog log, byte[] entry, int count) {
        for (int i = 0; i < count; i++) {
            while (!log.append(entry, 0, entry.length)) {
                log.work();
            }
            if (i % 8 == 0) {
                log.commit();
                log.work();
            }
        }
        Logs.settle(log);
    }

    @Test
    void shouldSayWhatIsDamagedAndCutThereOnlyWhenAsked() throws Exception {
        Path journal = directory.resolve("j");
        try (JournalLog log = Logs.open(journal)) {
            Logs.append(log, 50, 500);
            Logs.settle(log);
            log.keepSnapshot(50, out -> out.write(1));
        }
        Path segment = journal.resolve(Epoch.directoryName(1)).resolve(Epoch.segmentName(0));
        byte[] bytes = Files.readAllBytes(segment);
        bytes[2_000] ^= 1;
        Files.write(segment, bytes);
        JournalException damaged = assertThrows(JournalException.class, () -> Logs.open(journal));
        String message = damaged.getMessage();
        assertTrue(message.contains("damaged where it was acknowledged: " + segment), message);
        assertTrue(message.contains("entries up to 49 were durable"), message);
        assertTrue(message.contains("cutAtDamage()"), message);
        ArchiveJournal cutting = new ArchiveJournal(Logs.settings(journal, s -> s.cutAtDamage = true));
        try (JournalLog log = cutting.open(Logs.FACTS)) {
            assertTrue(log.next() < 49);
            assertNotNull(log.report());
            assertTrue(
                    log.report().contains("GIVEN UP although durable: " + (50 - log.next()) + " entries"),
                    log.report());
            assertEquals(range(0, log.next()), Logs.read(log, 0, 500));
            assertEquals(-1, log.snapshot()); // that one knew of what was given up
        }
        Logs.open(journal).close();
    }

    static List<Long> range(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }
}
