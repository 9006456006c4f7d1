package io.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.journal.JournalFacts;
import io.millrace.journal.JournalLog;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is told of versions is true, or said to be lost; and no start fails of it. */
class SeenVersionsTest {
    private static final Map<String, String> ONE = Map.of("java", "1");
    private static final Map<String, String> TWO = Map.of("java", "2");
    private static final Map<String, String> THREE = Map.of("java", "3");

    private final MemoryJournal journal = new MemoryJournal();

    /** Of these versions, with so many entries in the end; answers what is said. */
    private String run(Map<String, String> versions, int entries) {
        JournalLog log = journal.open(new JournalFacts("t", 1, Map.of(), ONE));
        String said = SeenVersions.note(log, versions);
        while (log.next() < entries) {
            log.append(new byte[] {1}, 0, 1);
        }
        log.commit();
        log.work();
        log.close();
        return said;
    }

    private String told(Map<String, String> now) {
        try (JournalLog log = journal.openToRead()) {
            return SeenVersions.differentFrom(log, now);
        }
    }

    @Test
    void shouldForgetWhoseEntriesWereCutAway() {
        run(ONE, 10);
        run(TWO, 20);
        run(THREE, 30);
        journal.lose(25);
        assertEquals("", run(THREE, 8), "none of the versions between has an entry any more");
        assertEquals("entries 0 to 4: java was 1, is 3", told(THREE));
        run(ONE, 12);
        assertEquals("entries 0 to 4: java was 1, is 3; from entry 8 on: java was 1, is 3", told(THREE));
    }

    @Test
    void shouldForgetThemAlsoWhereTheVersionsOfBeforeGoOn() {
        run(ONE, 10);
        run(TWO, 20);
        journal.lose(15);
        run(ONE, 30);
        assertNull(told(ONE));
    }

    @Test
    void shouldSayWhatIsLostAndBeginAnew() {
        run(ONE, 10);
        run(TWO, 20);
        byte[] whole = journal.notes.get(SeenVersions.NOTE);
        for (int at : new int[] {whole.length / 2, 0, whole.length - 1}) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 1;
            journal.notes.put(SeenVersions.NOTE, flipped);
            assertTrue(told(TWO).contains("cannot be read"), told(TWO));
            assertTrue(run(TWO, 20).contains("the file versions beside the journal cannot be read"));
            assertEquals("", run(TWO, 20), "it is said once");
        }
        journal.notes.put(SeenVersions.NOTE, Arrays.copyOf(whole, whole.length - 3));
        assertTrue(run(TWO, 20).contains("started anew"));
    }
}
