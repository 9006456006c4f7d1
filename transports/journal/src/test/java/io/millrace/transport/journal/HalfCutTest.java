package io.millrace.transport.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** A start that is to give up what is damaged, and does not come to its end: the next one has to find a way on. */
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class HalfCutTest {
    private static final int LONGEST = 8_000;
    private static final int EARLY = 20;
    private static final int LATE = 330;
    private static final int ENTRIES = 170;
    private static final int MARK = 7;

    @TempDir
    Path directory;

    private Path journal;

    /** Two lives, with a snapshot in front of the damage, and one behind it that cannot be read. */
    @BeforeEach
    void live() throws IOException {
        journal = directory.resolve("j");
        for (int life = 1; life <= 2; life++) {
            try (JournalLog log = OlderDamageTest.open(journal, s -> {})) {
                long at = life == 1 ? EARLY : LATE;
                Logs.append(log, at, LONGEST);
                Logs.settle(log);
                log.keepSnapshot(at, out -> out.write(1));
                Logs.append(log, (long) life * ENTRIES, LONGEST);
                Logs.settle(log);
                log.marks().set(MARK, life);
            }
        }
    }

    private static JournalLog open(Path image, boolean cuts) {
        return OlderDamageTest.open(image, s -> s.cutAtDamage = cuts);
    }

    private Path hurt(String name, boolean atTheEnd) throws IOException {
        Path image = directory.resolve(name);
        HurtEpochTest.copy(journal, image);
        List<Path> files = OlderDamageTest.files(image, atTheEnd ? 2 : 1);
        OlderDamageTest.flip(new Snapshot(LATE, 0, 0).file(image), 20, 1);
        OlderDamageTest.flip(files.get(atTheEnd ? files.size() - 1 : 2), AeronFrame.HEADER + 20, 3);
        return image;
    }

    private static long cut(Path image) {
        try (JournalLog log = open(image, true)) {
            assertTrue(log.report().contains("GIVEN UP although durable"), log.report());
            assertEquals(2, log.marks().get(MARK));
            return log.next();
        }
    }

    @Test
    void shouldGiveUpNothingWhereThereIsNoRoom() throws Exception {
        Path image = hurt("image", false);
        for (boolean cuts : new boolean[] {true, false, true}) {
            String why = assertThrows(
                            JournalException.class,
                            () -> OlderDamageTest.open(image, s -> {
                                        s.cutAtDamage = cuts;
                                        s.space = () -> 0;
                                    })
                                    .close())
                    .getMessage();
            assertTrue(why.contains("reserve"), why);
        }
        try (JournalLog log = open(image, false)) {
            assertEquals(2 * ENTRIES, log.next());
            assertEquals(2, log.marks().get(MARK));
        }
        long end = cut(image);
        assertTrue(end > EARLY && end < ENTRIES, "" + end);
    }

    /** The process is killed there: nothing more reaches the disk. */
    private static final class Dies extends ForwardedDisk {
        private final boolean isNotedLast;
        private int left;

        /** So many steps on, or where the manifest has got its name. */
        Dies(int steps, boolean isNotedLast) {
            left = steps;
            this.isNotedLast = isNotedLast;
        }

        private void step() throws IOException {
            if (left-- <= 0) {
                throw new IOException("killed");
            }
        }

        @Override
        public Mapped map(Path file, int length) throws IOException {
            step();
            return super.map(file, length);
        }

        @Override
        public Output create(Path file) throws IOException {
            step();
            return super.create(file);
        }

        @Override
        public void createDirectory(Path at) throws IOException {
            step();
            super.createDirectory(at);
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            step();
            super.rename(from, to);
            left = isNotedLast && to.endsWith(Manifest.NAME) ? 0 : left;
        }

        @Override
        public void delete(Path path) throws IOException {
            step();
            super.delete(path);
        }

        @Override
        public void force(Path file) throws IOException {
            step();
            super.force(file);
        }

        @Override
        public void forceDirectory(Path at) throws IOException {
            step();
            super.forceDirectory(at);
        }
    }

    private static boolean isKilledAt(Path image, int steps) {
        return isKilled(image, new Dies(steps, false));
    }

    private static boolean isKilled(Path image, Disk disk) {
        try {
            OlderDamageTest.open(image, s -> {
                        s.cutAtDamage = true;
                        s.disk = disk;
                    })
                    .close();
            return false;
        } catch (JournalException e) {
            assertTrue(e.getMessage().contains("killed"), e.getMessage());
            return true;
        }
    }

    @Test
    void shouldGoOnWhereverItWasKilled() throws Exception {
        for (boolean atTheEnd : new boolean[] {false, true}) {
            long end = cut(hurt("whole-" + atTheEnd, atTheEnd));
            int pace = atTheEnd ? 5 : 3; // an opening takes its time
            int goneOn = 0;
            int steps = 0;
            for (Path image; isKilledAt(image = hurt("image-" + atTheEnd + steps, atTheEnd), steps); steps += pace) {
                boolean isBegun = Manifest.read(image).cut >= 0;
                if (isBegun || isThird(image)) { // what was asked for once is done
                    goneOn += isBegun ? 1 : 0;
                    goneOn(image, end);
                } else if (steps % 4 == 0) {
                    assertEquals(end, cut(image));
                }
            }
            assertTrue(goneOn * pace >= 5 && steps >= goneOn * pace + 5, goneOn + " of " + steps);
        }
    }

    private static boolean isThird(Path image) {
        List<Epoch> epochs = Manifest.read(image).epochs;
        return epochs.get(epochs.size() - 1).number() == 3;
    }

    private static void goneOn(Path image, long end) {
        try (JournalLog log = open(image, false)) {
            assertEquals(end, log.next(), log.report());
            assertEquals(2, log.marks().get(MARK));
            assertEquals(end - EARLY, Logs.read(log, EARLY, LONGEST).size());
        }
        assertEquals(-1, Manifest.read(image).cut);
    }

    /** What was hurt may be there again when the next start comes. */
    @Test
    void shouldKeepAllWhereACopyWasPutBackMeanwhile() throws Exception {
        Path image;
        int steps = 0;
        do { // up to where the marks know of no more than stays
            image = hurt("image-" + steps, false);
            assertTrue(isKilledAt(image, steps));
            steps += 2;
        } while (MarksFile.durable(image) >= ENTRIES);
        Path file = OlderDamageTest.files(image, 1).get(2);
        Files.delete(file);
        Files.copy(journal.resolve(image.relativize(file)), file);
        try (JournalLog log = open(image, false)) {
            assertEquals(2 * ENTRIES, log.next(), log.report());
            assertFalse(log.report().contains("GIVEN UP"), log.report());
            assertEquals(2 * ENTRIES - EARLY, Logs.read(log, EARLY, LONGEST).size());
        }
    }

    /** The word was for what it found. Damage in front of that is another one, whoever finds it: the tail, or who reads in front of that. */
    @Test
    void shouldNotGiveUpWhatIsHurtInFrontOfWhatItWasAskedFor() throws Exception {
        for (boolean atTheEnd : new boolean[] {false, true}) {
            Path image = hurt("image-" + atTheEnd, atTheEnd);
            assertTrue(isKilled(image, new Dies(Integer.MAX_VALUE, true)));
            long asked = Manifest.read(image).cut;
            assertTrue(asked > EARLY, "noted: " + asked);
            List<Path> files = OlderDamageTest.files(image, atTheEnd ? 2 : 1);
            OlderDamageTest.flip(files.get(atTheEnd ? files.size() - 2 : 1), AeronFrame.HEADER + 20, 3);
            refused(image, atTheEnd);
            long end = cut(image);
            assertTrue(end > EARLY && end < asked, end + " of " + asked);
        }
    }

    private static void refused(Path image, boolean isTail) throws IOException {
        Map<String, Integer> before = bytes(image);
        String why = assertThrows(
                        JournalException.class, () -> open(image, false).close())
                .getMessage();
        assertTrue(why.contains("or give up all entries from"), why);
        assertEquals(before, bytes(image), "nothing has changed");
        why = assertThrows(JournalException.class, () -> readOnly(image)).getMessage();
        assertEquals(isTail, why.contains("damaged where it was acknowledged"), why);
    }

    private static void readOnly(Path image) {
        try (Store store = Store.openToRead(Logs.settings(image, s -> {}))) {
            store.read(EARLY, store.next() - 1, (at, bytes, offset, length) -> true);
        }
    }

    private static Map<String, Integer> bytes(Path image) throws IOException {
        Map<String, Integer> all = new TreeMap<>();
        try (Stream<Path> files = Files.walk(image)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.put(image.relativize(file).toString(), Arrays.hashCode(Files.readAllBytes(file)));
            }
        }
        return all;
    }
}
