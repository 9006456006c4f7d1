package io.millrace.transport.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.journal.Durability;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog;
import io.millrace.journal.JournalLog.Marks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Marks that are gone, or belong elsewhere, would say that receivers hold less than they were given. */
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class LostMarksTest {
    private static final int NUMBER = 3;

    @TempDir
    Path directory;

    private Path written(String name, long entries) {
        Path journal = directory.resolve(name);
        try (JournalLog log = Logs.open(journal)) {
            assertEquals(0, log.marks().get(NUMBER), "nothing was given yet");
            Logs.append(log, entries, 100);
            Logs.settle(log);
            log.marks().set(NUMBER, entries);
        }
        return journal;
    }

    private static Path marks(Path journal) {
        return journal.resolve(MarksFile.NAME);
    }

    private static List<Path> files(Path journal) throws IOException {
        try (Stream<Path> all = Files.walk(journal)) {
            return all.sorted().toList();
        }
    }

    @Test
    void shouldSayThatTheyAreGoneAndNotBeginAtNothing() throws Exception {
        Path journal = written("j", 10);
        Files.delete(marks(journal));
        try (JournalLog log = new ArchiveJournal(Logs.settings(journal, s -> {})).openToRead()) {
            assertEquals(10, log.next(), "to read it nobody needs them");
        }
        for (int start = 0; start < 2; start++) { // the first may be killed before it has put them right
            try (JournalLog log = Logs.open(journal)) {
                assertEquals(Marks.UNKNOWN, log.marks().get(NUMBER));
                assertEquals(start == 0, log.report().contains("the marks are gone"), log.report());
            }
        }
    }

    @Test
    void shouldRefuseThoseOfAnotherJournalAndMendItAsItSays() throws Exception {
        Path journal = written("j", 10);
        Path other = written("other", 4);
        Files.copy(marks(other), marks(journal), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        List<Path> before = files(journal);
        ArchiveJournal read = new ArchiveJournal(Logs.settings(journal, s -> {}));
        for (int start = 0; start < 2; start++) {
            String why = assertThrows(JournalException.class, () -> Logs.open(journal))
                    .getMessage();
            assertTrue(why.contains(marks(journal) + " belongs to another journal"), why);
            assertTrue(why.contains("move it away") && why.contains("in doubt, and not given again"), why);
            assertEquals(before, files(journal), "nothing was begun");
            assertEquals(
                    why, assertThrows(JournalException.class, read::openToRead).getMessage());
        }
        Files.move(marks(journal), directory.resolve("moved"));
        try (JournalLog log = Logs.open(journal)) {
            assertEquals(Marks.UNKNOWN, log.marks().get(NUMBER));
        }
    }

    /** Its marks were of another length, and refused, so they are moved away; a start may be killed before it has named the journal. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldNameTheJournalOfABuildThatGaveItNoNumber(boolean killed) throws Exception {
        Path journal = written("j", 10);
        Path manifest = journal.resolve(Manifest.NAME);
        byte[] named = Files.readAllBytes(manifest);
        Files.write(manifest, Arrays.copyOfRange(named, ManifestEntry.lengthAt(named, 0), named.length));
        assertEquals(0, Manifest.read(journal).id);
        Files.delete(marks(journal));
        if (killed) {
            MarksFile.makeUnknown(Logs.settings(journal, s -> {}), 77, 10);
        }
        for (int start = 0; start < 3; start++) {
            try (JournalLog log = Logs.open(journal)) {
                assertEquals(Marks.UNKNOWN, log.marks().get(NUMBER));
            }
            assertEquals(MarksFile.journal(journal), Manifest.read(journal).id);
        }
    }

    @Test
    void shouldRefuseDamagedOnesBeforeAnythingIsBegun() throws Exception {
        Path journal = written("j", 10);
        byte[] whole = Files.readAllBytes(marks(journal));
        byte[] hurt = whole.clone();
        hurt[NUMBER * 32] ^= 1;
        hurt[NUMBER * 32 + 16] ^= 1;
        List<Path> before = files(journal);
        for (byte[] bytes : List.of(hurt, Arrays.copyOf(whole, 513 * 32), new byte[MarksFile.LENGTH])) {
            Files.write(marks(journal), bytes);
            String why = assertThrows(JournalException.class, () -> Logs.open(journal))
                    .getMessage();
            assertTrue(why.contains("in doubt, and not given again"), why);
            assertFalse(why.contains("go out again"), why);
            assertEquals(before, files(journal));
        }
    }

    private static JournalLog open(Path journal, String boot) {
        return open(journal, boot, Durability.DISK);
    }

    private static JournalLog open(Path journal, String boot, Durability level) {
        return new ArchiveJournal(Logs.settings(journal, s -> {
                    s.boot = () -> boot;
                    s.level = level;
                }))
                .open(Logs.FACTS);
    }

    private static void refused(Path journal, String boot, byte[] older, int knows, int least) throws IOException {
        Files.write(marks(journal), older);
        List<Path> before = files(journal);
        String why =
                assertThrows(JournalException.class, () -> open(journal, boot)).getMessage();
        assertTrue(why.contains(marks(journal) + " is older than the journal"), why);
        assertTrue(why.contains(knows + " entries were durable, and " + least + " were"), why);
        assertTrue(why.contains("move it away") && why.contains("in doubt, and not given again"), why);
        assertEquals(before, files(journal), "nothing was begun");
    }

    /**
     * A snapshot of the disk, put back while the machine runs on: of the marks it has what was forced, and what was reserved stands for them.
     * Entries that were never forced are there only as the system has them, and so are the marks then.
     */
    @ParameterizedTest
    @EnumSource(names = {"PROCESS", "DISK"})
    void shouldTakeThoseOfADiskThatWasPutBackToOneInstant(Durability level) throws Exception {
        Path journal = directory.resolve("j");
        Path instant = directory.resolve("instant");
        byte[] forced;
        try (JournalLog log = open(journal, "one", level)) {
            Logs.append(log, 10, 100);
            Logs.settle(log);
            log.marks().reserve(NUMBER, 9);
            while (log.marks().reserve(NUMBER, 9) < 9) {
                log.work();
                Thread.yield();
            }
            log.marks().set(NUMBER, 5);
            forced = Files.readAllBytes(marks(journal));
            for (int next : new int[] {20, 30}) {
                Logs.append(log, next, 100);
                Logs.settle(log);
            }
            log.marks().set(NUMBER, 8);
            HurtEpochTest.copy(journal, instant);
        }
        Files.write(marks(instant), forced);
        try (JournalLog read = new ArchiveJournal(Logs.settings(instant, s -> {})).openToRead()) {
            assertTrue(read.next() >= 20, "to read it nobody needs them");
        }
        if (level == Durability.PROCESS) {
            String why = assertThrows(JournalException.class, () -> open(instant, "one", level))
                    .getMessage();
            assertTrue(why.contains("is older than the journal"), why);
            return;
        }
        try (JournalLog log = open(instant, "one", level)) {
            assertTrue(log.marks().get(NUMBER) >= 9, "mark " + log.marks().get(NUMBER));
            assertTrue(log.report().contains("marks is older than the entries"), log.report());
        }
        open(instant, "one", level).close();
    }

    /** Put back by hand: what was given since would be given again. */
    @Test
    void shouldRefuseAnOlderCopyOfItsOwn() throws Exception {
        Path journal = directory.resolve("j");
        Path killed = directory.resolve("killed");
        byte[] early;
        byte[] kept;
        try (JournalLog log = open(journal, "one")) {
            Logs.append(log, 10, 100);
            Logs.settle(log);
            log.marks().set(NUMBER, 10);
            early = Files.readAllBytes(marks(journal));
            Logs.append(log, 20, 100);
            Logs.settle(log);
            log.keepSnapshot(20, out -> out.write(1));
            kept = Files.readAllBytes(marks(journal));
            for (int next : new int[] {25, 30}) {
                Logs.append(log, next, 100);
                Logs.settle(log);
            }
            log.marks().set(NUMBER, 30);
            HurtEpochTest.copy(journal, killed);
        }
        byte[] last = Files.readAllBytes(marks(journal));
        refused(journal, "two", kept, 20, 30); // it was closed
        refused(killed, "two", early, 10, 20); // behind a loss of power it may be as old as the snapshot
        Files.write(marks(killed), kept);
        Path again = directory.resolve("again");
        try (JournalLog log = open(killed, "two")) {
            assertEquals(10, log.marks().get(NUMBER));
            HurtEpochTest.copy(killed, again);
        }
        refused(again, "three", kept, 20, 30); // the start has made it anew
        Files.delete(marks(again));
        open(again, "three").close();
        Files.write(marks(journal), last);
        try (JournalLog log = open(journal, "two")) {
            assertEquals(30, log.marks().get(NUMBER));
        }
    }
}
