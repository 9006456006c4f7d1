package io.millrace.transport.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Bytes;
import io.millrace.journal.Durability;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a killed process left, and somebody hurt since, while the machine ran on. */
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class HurtEpochTest {
    private static final int LONGEST = 500;
    private static final int ENTRIES = 100;
    private static final int SHORT = 4_096;

    /** Of frames, of a build to come. */
    private static final int LATER = 4;

    @TempDir
    Path directory;

    private static JournalLog open(Path journal, Durability level, String boot, Consumer<Settings> more) {
        Settings settings = Logs.settings(journal, s -> {
            s.level = level;
            s.boot = () -> boot;
            more.accept(s);
        });
        return new ArchiveJournal(settings).open(Logs.FACTS);
    }

    private static String refusal(Path journal, Durability level, Consumer<Settings> more) {
        return assertThrows(JournalException.class, () -> open(journal, level, "one", more))
                .getMessage();
    }

    private Path killed(Durability level) throws IOException {
        Path journal = directory.resolve("j");
        Path copy = directory.resolve("copy");
        try (JournalLog log = open(journal, level, "one", s -> {})) {
            Logs.append(log, ENTRIES, LONGEST);
            Logs.settle(log);
            copy(journal, copy);
        }
        return copy;
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.sorted().toList()) {
                Files.copy(each, to.resolve(from.relativize(each).toString()));
            }
        }
    }

    private static Path onlyFile(Path journal) {
        return journal.resolve(Epoch.directoryName(1)).resolve(Epoch.segmentName(0));
    }

    @ParameterizedTest
    @EnumSource(names = {"PROCESS", "DISK"})
    void shouldRefuseAFileThatHasBecomeShorter(Durability level) throws Exception {
        Path journal = killed(level);
        try (RandomAccessFile file = new RandomAccessFile(onlyFile(journal).toFile(), "rw")) {
            file.setLength(SHORT);
        }
        String why = refusal(journal, level, s -> {});
        assertTrue(why.contains("damaged where it was acknowledged: " + onlyFile(journal)), why);
        assertTrue(why.contains("entries up to " + (ENTRIES - 1) + " were durable"), why);
        assertTrue(why.contains("cutAtDamage()"), why);
        try (JournalLog log = open(journal, level, "one", s -> s.cutAtDamage = true)) {
            assertTrue(log.report().contains("GIVEN UP although durable"), log.report());
        }
        open(journal, level, "one", s -> {}).close();
    }

    /** At level PROCESS, behind a loss of power, the same is what that level allows. */
    @Test
    void shouldGoOnBehindALossOfPowerWithWhatIsLeft() throws Exception {
        Path journal = killed(Durability.PROCESS);
        try (RandomAccessFile file = new RandomAccessFile(onlyFile(journal).toFile(), "rw")) {
            file.setLength(SHORT);
        }
        for (String boot : List.of("two", "two")) { // the second start asks what the first one left
            try (JournalLog log = open(journal, Durability.PROCESS, boot, s -> {})) {
                assertTrue(log.next() > 0 && log.next() < ENTRIES, "next " + log.next());
                assertFalse(log.report().contains("GIVEN UP"), log.report());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PROCESS", "DISK"})
    void shouldRefuseByNameAFileThatIsGone(Durability level) throws Exception {
        Path journal = killed(level);
        Files.delete(onlyFile(journal));
        String why = refusal(journal, level, s -> {});
        assertTrue(why.contains(onlyFile(journal) + " at position 0"), why);
        assertTrue(why.contains("there is no such file"), why);
        assertFalse(why.contains("cutAtDamage"), "nothing would be left: " + why);
        assertEquals(why, refusal(journal, level, s -> s.cutAtDamage = true));
    }

    /** A way back to the build that wrote it must not be told to throw its log away. */
    @ParameterizedTest
    @EnumSource(names = {"PROCESS", "DISK"})
    void shouldRefuseAnotherVersionWithoutCallingItDamaged(Durability level) throws Exception {
        Path journal = killed(level);
        byte[] before = Files.readAllBytes(onlyFile(journal));
        byte[] bytes = before.clone();
        otherVersion(bytes);
        Files.write(onlyFile(journal), bytes);
        for (boolean cut : new boolean[] {false, true}) {
            String why = refusal(journal, level, s -> s.cutAtDamage = cut);
            assertTrue(why.contains(onlyFile(journal) + " was written by another version"), why);
            assertTrue(why.contains("its frames are of version 4"), why);
            assertTrue(why.contains("run the build that wrote it"), why);
            assertFalse(why.contains("cutAtDamage") || why.contains("acknowledged"), why);
        }
        assertEquals(-1, java.util.Arrays.mismatch(bytes, Files.readAllBytes(onlyFile(journal))), "nothing is cut");
        for (int version : new int[] {4, 2}) { // one build writes all of an epoch
            bytes = before.clone();
            firstVersion(bytes, version);
            Files.write(onlyFile(journal), bytes);
            String why = refusal(journal, level, s -> {});
            assertTrue(why.contains("damaged where it was acknowledged"), why);
        }
    }

    /** As a later build would have written it. */
    private static void otherVersion(byte[] bytes) {
        CRC32C crc = new CRC32C();
        for (int at = 0; at + AeronFrame.HEADER + Envelope.LENGTH <= bytes.length; at += AeronFrame.HEADER) {
            int frame = at + AeronFrame.HEADER;
            if (Envelope.isMagic(bytes, frame)) {
                Bytes.putInt(bytes, frame + 4, LATER);
                int length = Bytes.getInt(bytes, frame + Envelope.SUMMED);
                Bytes.putInt(bytes, frame + Envelope.CRC, Envelope.sum(bytes, frame, length, LATER, crc));
            }
        }
    }

    private static void firstVersion(byte[] bytes, int version) {
        assertTrue(Envelope.isMagic(bytes, AeronFrame.HEADER));
        Bytes.putInt(bytes, AeronFrame.HEADER + 4, version);
    }

    private Path ended(int entries) {
        Path journal = directory.resolve("j" + entries);
        for (int i = 0; i < 2; i++) {
            try (JournalLog log = open(journal, Durability.PROCESS, "one", s -> {})) {
                Logs.append(log, log.next() + entries, LONGEST);
            }
        }
        return journal;
    }

    private static String whyNotRead(Path journal, byte[] epoch) throws IOException {
        Files.write(onlyFile(journal), epoch);
        try (JournalLog log = open(journal, Durability.PROCESS, "one", s -> {})) {
            return assertThrows(JournalException.class, () -> Logs.read(log, 0, LONGEST))
                    .getMessage();
        }
    }

    @Test
    void shouldSayThatAnOlderEpochIsOfAnotherVersion() throws Exception {
        Path journal = ended(10);
        byte[] bytes = Files.readAllBytes(onlyFile(journal));
        otherVersion(bytes);
        String why = whyNotRead(journal, bytes);
        assertTrue(why.contains("was written by another version"), why);
    }

    /** Also where no other frame tells, and where a bit makes of it the last version whose sum left it out. */
    @Test
    void shouldCallAFlippedVersionOfAnOlderEpochDamage() throws Exception {
        for (int entries : new int[] {10, 1}) {
            Path journal = ended(entries);
            byte[] whole = Files.readAllBytes(onlyFile(journal));
            for (int version : entries == 1 ? new int[] {4, 2, 1, 7, 0, -1} : new int[] {4, 2}) {
                byte[] hurt = whole.clone();
                firstVersion(hurt, version);
                String why = whyNotRead(journal, hurt);
                assertTrue(why.contains(onlyFile(journal) + " at position 0: it is no frame of version 3"), why);
                assertTrue(why.contains("Put back a copy") && !why.contains("another version"), why);
            }
        }
    }

    /** The snapshot has everything, and giving up what it needs to be read behind would take it along. */
    @Test
    void shouldNotOfferToGiveUpWhatWouldTakeAllSnapshotsAlong() throws Exception {
        Path journal = directory.resolve("j");
        Path copy = directory.resolve("copy");
        int longest = 8_000;
        Consumer<Settings> one = s -> s.keepSnapshots = 1;
        try (JournalLog log = open(journal, Durability.PROCESS, "one", one)) {
            Logs.append(log, 165, longest);
            Logs.settle(log);
            log.keepSnapshot(165, out -> out.write(1));
            assertTrue(log.first() > 0, "files were given up");
            copy(journal, copy);
        }
        for (Path file : files(copy)) {
            Files.delete(file);
        }
        for (boolean cut : new boolean[] {false, true}) {
            String why = refusal(copy, Durability.PROCESS, s -> s.cutAtDamage = cut);
            assertTrue(why.contains("damaged where it was acknowledged"), why);
            assertFalse(why.contains("cutAtDamage"), why);
            assertTrue(Files.exists(new Snapshot(165, 0, 0).file(copy)), "the snapshot stays");
        }
    }

    /** By hand, so nothing was noted: the first file (0), or the second one, which a snapshot in front of it needs. */
    @ParameterizedTest
    @CsvSource({"0, false, false", "0, true, true", "1, false, false", "1, true, false"})
    void shouldOfferToGiveUpOnlyWhereAStartCanBeginWithWhatIsLeft(int gone, boolean early, boolean offered)
            throws Exception {
        Path journal = directory.resolve("j");
        Path copy = directory.resolve("copy");
        int longest = 8_000;
        try (JournalLog log = open(journal, Durability.PROCESS, "one", s -> {})) {
            for (int at : early ? new int[] {40, 165} : new int[] {165}) {
                Logs.append(log, at, longest);
                Logs.settle(log);
                log.keepSnapshot(at, out -> out.write(1));
            }
            copy(journal, copy);
        }
        List<Path> files = files(copy).stream()
                .sorted(Comparator.comparingLong(
                        f -> Epoch.baseOf(f.getFileName().toString())))
                .toList();
        assertTrue(files.size() >= 5, files.toString());
        Files.delete(files.get(gone));
        try (RandomAccessFile file =
                new RandomAccessFile(files.get(files.size() - 2).toFile(), "rw")) {
            file.setLength(SHORT);
        }
        for (boolean cut : new boolean[] {false, true}) {
            if (cut && offered) {
                try (JournalLog log = open(copy, Durability.PROCESS, "one", s -> s.cutAtDamage = true)) {
                    assertTrue(log.report().contains("GIVEN UP although durable"), log.report());
                    assertEquals(40, log.snapshot());
                    assertEquals(log.next() - 40, Logs.read(log, 40, longest).size());
                }
                continue;
            }
            String why = refusal(copy, Durability.PROCESS, s -> s.cutAtDamage = cut);
            assertTrue(why.contains("damaged where it was acknowledged"), why);
            assertEquals(offered, why.contains("cutAtDamage"), why);
            assertEquals(offered, !why.contains("of what is left no start can begin"), why);
        }
    }

    private static List<Path> files(Path journal) throws IOException {
        try (Stream<Path> all = Files.list(journal.resolve(Epoch.directoryName(1)))) {
            return all.filter(f -> Epoch.baseOf(f.getFileName().toString()) >= 0)
                    .toList();
        }
    }
}
