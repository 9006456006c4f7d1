package io.millrace.transport.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.journal.Durability;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** A bit that rots in front of the files that an opening reads: each start comes to it, and needs a way out. */
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class OlderDamageTest {
    private static final int LONGEST = 8_000;
    private static final int SNAPSHOT = 40;
    private static final int EPOCHS = 3;
    private static final int A_LIFE = 220;
    private static final Pattern EXTENT =
            Pattern.compile("cannot read entry (\\d+): .*; of (\\d+) entries from there to"
                    + " (\\d+), which were durable, (\\d+) in (\\d+) frames are sound, and (\\d+) are hurt");

    @TempDir
    Path directory;

    static JournalLog open(Path journal, Consumer<Settings> more) {
        Settings settings = Logs.settings(journal, s -> {
            s.level = Durability.PROCESS;
            s.keepSnapshots = 9;
            more.accept(s);
        });
        return new ArchiveJournal(settings).open(Logs.FACTS);
    }

    /** Lives of several files each, with a snapshot early in the first. */
    private Path lived(int lives) throws IOException {
        Path journal = directory.resolve("j");
        for (int life = 1; life <= lives; life++) {
            try (JournalLog log = open(journal, s -> {})) {
                if (life == 1) {
                    Logs.append(log, SNAPSHOT, LONGEST);
                    Logs.settle(log);
                    log.keepSnapshot(SNAPSHOT, out -> out.write(1));
                }
                Logs.append(log, (long) life * A_LIFE, LONGEST);
                Logs.settle(log);
            }
        }
        return journal;
    }

    static List<Path> files(Path journal, int epoch) throws IOException {
        Path files = journal.resolve(Epoch.directoryName(epoch));
        return Segments.bases(files).stream()
                .map(base -> files.resolve(Epoch.segmentName(base)))
                .toList();
    }

    static void flip(Path file, long at, int bit) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            int was = bytes.read();
            bytes.seek(at);
            bytes.write(was ^ 1 << bit);
        }
    }

    private static String refusal(Path journal, long from) {
        try (JournalLog log = open(journal, s -> {})) {
            return assertThrows(JournalException.class, () -> Logs.read(log, from, LONGEST))
                    .getMessage();
        }
    }

    static List<Long> places(long from, long end) {
        return LongStream.range(from, end).boxed().toList();
    }

    /** Where the damage is is found with the files, one after another, of all lives but the last two of the last. */
    @Test
    void shouldSayHowMuchIsHurtAndGoOnWithoutItWhereThatIsAskedFor() throws Exception {
        Path journal = lived(EPOCHS);
        long end = (long) EPOCHS * A_LIFE;
        Random random = new Random(7);
        for (int[] place : new int[][] {{1, 2}, {1, -1}, {2, 0}, {3, -3}}) {
            Path image = directory.resolve("image-" + place[0] + "-" + place[1]);
            HurtEpochTest.copy(journal, image);
            List<Path> of = files(image, place[0]);
            assertTrue(of.size() >= 5, of.toString());
            Path file = of.get(Math.floorMod(place[1], of.size()));
            flip(file, AeronFrame.HEADER + random.nextInt(20_000), random.nextInt(8));
            String why = refusal(image, SNAPSHOT);
            Matcher m = EXTENT.matcher(why);
            assertTrue(m.find() && why.contains(file.toString()), why);
            long entry = Long.parseLong(m.group(1));
            long sound = Long.parseLong(m.group(4));
            long hurt = Long.parseLong(m.group(6));
            assertEquals(end - entry, Long.parseLong(m.group(2)), why);
            assertEquals(end - 1, Long.parseLong(m.group(3)), why);
            assertEquals(end - entry, sound + hurt, why);
            assertTrue(hurt >= 1 && hurt <= 8, "those of a frame: " + why);
            assertTrue(why.endsWith("give up all entries from " + entry
                    + " on, and the snapshots that know of them, with ArchiveJournal.cutAtDamage()"));
            if (place[1] == -1) {
                assertEquals(why, refusal(image, SNAPSHOT), "a start that failed has changed nothing");
            }
            goOnWithout(image, journal, place[0], entry, end);
        }
    }

    private static void goOnWithout(Path journal, Path whole, int epoch, long entry, long end) throws IOException {
        try (JournalLog log = open(journal, s -> s.cutAtDamage = true)) {
            String report = log.report();
            assertTrue(report.contains("GIVEN UP although durable: " + (end - entry) + " entries"), report);
            assertEquals(entry, log.next());
            assertEquals(SNAPSHOT, log.snapshot());
            assertEquals(places(SNAPSHOT, entry), Logs.read(log, SNAPSHOT, LONGEST));
            for (int after = epoch + 1; after <= EPOCHS; after++) {
                assertFalse(Files.exists(journal.resolve(Epoch.directoryName(after))), "given up: " + after);
            }
            Logs.append(log, entry + 300, LONGEST);
            Logs.settle(log);
            log.keepSnapshot(entry + 100, out -> out.write(1)); // it is of this history
        }
        String last = Epoch.directoryName(EPOCHS);
        if (epoch < EPOCHS) { // the process was killed when it had given it up, and before it was deleted
            HurtEpochTest.copy(whole.resolve(last), journal.resolve(last));
        }
        try (JournalLog log = open(journal, s -> {})) {
            assertEquals(epoch == EPOCHS, Files.exists(journal.resolve(last)));
            assertEquals(entry + 300, log.next());
            assertEquals(entry + 100, log.snapshot());
            assertEquals(places(SNAPSHOT, entry + 300), Logs.read(log, SNAPSHOT, LONGEST));
        }
    }

    /** A snapshot has what was in front of it, wherever the search for its file looks. */
    @Test
    void shouldReadFromASnapshotWhateverIsHurtInFrontOfIt() throws Exception {
        Path journal = directory.resolve("j");
        long place;
        try (JournalLog log = open(journal, s -> {})) {
            Logs.append(log, 512, LONGEST);
            Logs.settle(log);
            place = log.next();
            log.keepSnapshot(place, out -> out.write(1));
            Logs.append(log, 900, LONGEST);
            Logs.settle(log);
        }
        List<Path> files = files(journal, 1);
        int hurt = 0;
        boolean isOwn = false;
        for (; firstOf(journal, files.get(hurt)) + 8 < place; hurt++) { // those of a frame
            isOwn = firstOf(journal, files.get(hurt + 1)) > place;
            if (!isOwn && hurt % 3 != 0) {
                continue; // an opening takes its time
            }
            Path image = directory.resolve("image-" + hurt);
            HurtEpochTest.copy(journal, image);
            Path there = image.resolve(journal.relativize(files.get(hurt)));
            if (!isOwn) {
                boolean isUnreadable = hurt % 2 == 1;
                byte[] all = new byte[(int) Files.size(there)];
                Arrays.fill(all, (byte) 0xA5);
                Files.delete(there);
                if (isUnreadable) {
                    Files.createDirectory(there); // to read from it is an error, as of the disk
                } else {
                    Files.write(there, all);
                }
            } else {
                flip(there, AeronFrame.HEADER + 20, 3); // it has entries that are wanted, too
            }
            try (JournalLog log = open(image, s -> {})) {
                assertEquals(place, log.snapshot());
                assertEquals(places(place, 900), Logs.read(log, place, LONGEST), "without " + there);
            }
        }
        assertTrue(hurt > 8 && hurt < files.size() - 2, hurt + " of " + files.size() + " files");
        assertTrue(isOwn, "its own file, too");
    }

    private static long firstOf(Path journal, Path file) throws IOException {
        return firstOf(journal, 1, file);
    }

    private static long firstOf(Path journal, int number, Path file) throws IOException {
        Epoch epoch = Manifest.read(journal).epochs.get(number - 1);
        try (FrameCursor frames = new FrameCursor(epoch.directory(journal), epoch)) {
            frames.seek(Epoch.baseOf(file.getFileName().toString()));
            assertTrue(frames.next());
            return Envelope.first(frames.bytes(), frames.offset());
        }
    }

    /** Of an epoch that is not the first: retention has taken none of it. */
    @Test
    void shouldSayThatAFirstFileIsGoneAndGoOnWithoutIt() throws Exception {
        Path journal = lived(2);
        List<Path> files = files(journal, 2);
        long behind = firstOf(journal, 2, files.get(1));
        Files.delete(files.get(0));
        String where = ": " + files.get(0) + " at position 0: it is not there; of ";
        String later = refusal(journal, A_LIFE + 3);
        assertTrue(later.startsWith("cannot read entry " + (A_LIFE + 3) + where), later);
        String why = refusal(journal, SNAPSHOT);
        assertTrue(why.startsWith("cannot read entry " + A_LIFE + where), why);
        assertTrue(why.contains(" are sound, and " + (behind - A_LIFE) + " are hurt"), why);
        assertTrue(why.contains("or give up all entries from " + A_LIFE + " on"), why);
        try (JournalLog log = open(journal, s -> s.cutAtDamage = true)) {
            assertEquals(A_LIFE, log.next(), log.report());
            assertEquals(places(SNAPSHOT, A_LIFE), Logs.read(log, SNAPSHOT, LONGEST));
        }
    }

    /** Two lives that fell idle. */
    private Path idled() {
        Path journal = directory.resolve("j");
        for (int life = 1; life <= 2; life++) {
            try (JournalLog log = open(journal, s -> {})) {
                Logs.append(log, 50L * life, LONGEST);
                Logs.settle(log);
                while (log.work() == 0) { // until it is idle, and says so
                    Pause.ofMillis(1);
                }
            }
        }
        return journal;
    }

    /** An idle log says in frames of their own what is durable: of those behind the last entry nobody needs anything, once it is closed. */
    @Test
    void shouldReadOnWhereOnlyFramesWithoutEntriesAreHurt() throws Exception {
        Path journal = idled();
        List<Epoch> epochs = Manifest.read(journal).epochs;
        Path file = files(journal, 1).get(files(journal, 1).size() - 1);
        long last = lastOf(journal, epochs.get(0));
        for (int at : new int[] {4, AeronFrame.HEADER + 9, AeronFrame.HEADER + 57}) {
            Path image = directory.resolve("image-" + at);
            HurtEpochTest.copy(journal, image);
            flip(image.resolve(journal.relativize(file)), last % epochs.get(0).segmentBytes() + at, 2);
            try (JournalLog log = open(image, s -> s.cutAtDamage = at == 4)) {
                assertReadOn(log, "hurt (");
            }
        }
    }

    /** It looks as if it had never been there: the next epoch knows of it. */
    @Test
    void shouldSayThatAFrameWithoutEntriesIsGone() throws Exception {
        Path journal = idled();
        Epoch epoch = Manifest.read(journal).epochs.get(0);
        Path file = files(journal, 1).get(files(journal, 1).size() - 1);
        try (JournalLog log = open(journal, s -> {})) {
            assertEquals(places(0, 100), Logs.read(log, 0, LONGEST));
            assertFalse(log.report().contains("does not end"), log.report());
        }
        long last = lastOf(journal, epoch);
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.setLength(last % epoch.segmentBytes());
        }
        try (JournalLog log = open(journal, s -> {})) {
            assertReadOn(log, "gone");
        }
    }

    private static void assertReadOn(JournalLog log, String what) {
        assertEquals(places(0, 100), Logs.read(log, 0, LONGEST), log.report());
        assertFalse(log.report().contains("GIVEN UP"), log.report());
        assertTrue(
                log.report()
                        .contains("does not end as the manifest says: all entries up to 49 are sound, and behind them a"
                                + " frame without entries, which nobody needs, is " + what),
                log.report());
    }

    /** Where its last frame begins, which has no entries. */
    private static long lastOf(Path journal, Epoch epoch) {
        try (FrameCursor frames = new FrameCursor(epoch.directory(journal), epoch)) {
            long begins = 0;
            long ends = 0;
            int entries = -1;
            while (frames.next()) {
                begins = ends;
                ends = frames.position();
                entries = Envelope.count(frames.bytes(), frames.offset());
            }
            assertEquals(0, entries, "the last frame");
            return begins;
        }
    }

    /** Neither the first entry nor a snapshot is in front of it. */
    @Test
    void shouldNotOfferWhatIsNoWayOut() throws Exception {
        Path journal = directory.resolve("j");
        try (JournalLog log = open(journal, s -> {})) {
            Logs.append(log, 300, LONGEST);
            Logs.settle(log);
        }
        flip(files(journal, 1).get(0), AeronFrame.HEADER + 20, 3);
        String why = refusal(journal, 0);
        assertTrue(
                why.startsWith("cannot read entry 0") && why.endsWith("are hurt. Put back a copy of the directory"),
                why);
        assertEquals(
                why,
                assertThrows(JournalException.class, () -> open(journal, s -> s.cutAtDamage = true))
                        .getMessage());
        assertEquals(why, refusal(journal, 0), "nothing was given up");
    }
}
