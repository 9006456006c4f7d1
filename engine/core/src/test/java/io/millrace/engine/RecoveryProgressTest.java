package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.journal.JournalException;
import io.millrace.runtime.Core;
import io.millrace.topology.Topology;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a start says that takes long, and one that cannot end well. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RecoveryProgressTest {
    private static final Input<Num> IN = Num.input("in").historic();

    @Test
    void shouldTellHowFarItIsOrThatItHasNotMoved() throws Exception {
        long[] now = {7};
        List<String> told = new ArrayList<>();
        RecoveryProgress progress =
                new RecoveryProgress("e", 50_000, () -> now[0], (level, words) -> told.add(level + " " + words));
        progress.look();
        InputStream in = progress.reading(1_000, new ByteArrayInputStream(new byte[5 << 10]));
        assertEquals(3 << 10, in.readNBytes(3 << 10).length);
        progress.look();
        now[0] += 8_000_000_000L;
        progress.look();
        progress.entriesFrom(1_000);
        progress.reads(11_240);
        progress.look();
        progress.close();
        progress.look();
        String e = "engine e is starting: ";
        assertEquals(4, told.size(), told.toString());
        assertEquals("INFO " + e + "it is opening its journal", told.get(0));
        String snapshot = e + "it is loading its snapshot at entry 1000, 3 KiB so far";
        assertEquals("INFO " + snapshot, told.get(1));
        String still = "WARNING " + snapshot + ", and has not moved for 8 s (";
        assertTrue(told.get(2).startsWith(still), told.get(2));
        assertEquals(
                "INFO " + e + "at entry 11240, 10240 of 49000 entries of its journal have been processed again",
                told.get(3));
    }

    /** Nobody ends a function that hangs but who ends the process: it is said how to go on then. */
    @Test
    void shouldSayWhatToDoWhereAnEntryMayNeverEnd() {
        long[] now = {7};
        List<String> told = new ArrayList<>();
        RecoveryProgress progress =
                new RecoveryProgress("e", 50_000, () -> now[0], (level, words) -> told.add(level + " " + words));
        progress.look();
        now[0] += 60_000_000_000L;
        progress.look();
        progress.entriesFrom(1_000);
        List<Runnable> does =
                List.of(() -> progress.works(11_240), () -> progress.gives(11_240), () -> progress.reads(11_241));
        for (Runnable what : does) {
            what.run();
            progress.look();
            now[0] += 29_000_000_000L;
            progress.look();
            now[0] += 1_000_000_000L;
            progress.look();
        }
        assertEquals(11, told.size(), told.toString());
        assertFalse(told.get(1).contains("end the process"), "no function is called yet: " + told.get(1));
        for (int i = 2; i < 11; i += 3) {
            assertTrue(told.get(i).startsWith("INFO"), "it has moved: " + told.get(i));
            assertTrue(told.get(i + 1).contains("has not moved for 29 s"), told.get(i + 1));
            assertFalse(told.get(i + 1).contains("end the process"), told.get(i + 1));
            assertTrue(told.get(i + 2).contains("has not moved for 30 s"), told.get(i + 2));
        }
        String end = "; if that call never returns, end the process, which loses nothing, and fix ";
        String cure = "it; if every start stands still at this entry, Journaling.skip(11240) leaves it out for good";
        assertTrue(told.get(4).endsWith(end + cure), told.get(4));
        assertTrue(told.get(7).endsWith(end + "the receiver"), told.get(7));
        assertFalse(told.get(10).contains("end the process"), "files may take long: " + told.get(10));
        assertTrue(told.get(10).contains("at entry 11241, 10241 of 49000 entries"), told.get(10));
    }

    /** Hears what starts say. */
    private static final class Ear extends Handler {
        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

        @Override
        public void publish(LogRecord said) {
            heard.add(said.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}

        /** The start stands until it has been said; a while at most, whatever else is said meanwhile. */
        String await(String form) {
            long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            try {
                while (System.nanoTime() < untilNs) {
                    String said = heard.poll(1, TimeUnit.SECONDS);
                    if (said != null
                            && said.matches(".* is starting: " + form
                                    + ", and has not moved for [0-9]+ s [(]io[.]millrace.*")) {
                        return said;
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new IllegalStateException("nobody says " + form);
        }
    }

    @Test
    void shouldSayWhereAStartStandsInASnapshotAndInAnEntry() throws Exception {
        MemoryJournal journal = new MemoryJournal();
        Runnable[] inEntry = {() -> {}};
        Topology topology = Trials.one(IN, TrialOp.map(n -> {
            inEntry[0].run();
            return n;
        }));
        Setup setup = Engine.of(topology)
                .journal(journal, Journaling.plain().progressEvery(Duration.ofMillis(2)))
                .discard(OUT);
        try (Inline inline = setup.inline()) {
            inline.publish(IN, Trials.num(0));
            inline.makeSnapshot();
            inline.publish(IN, Trials.num(1));
        }
        Logger log = Logger.getLogger("io.millrace.engine.start");
        Ear ear = new Ear();
        Level shown = log.getLevel();
        log.setLevel(Level.ALL);
        log.setUseParentHandlers(false);
        log.addHandler(ear);
        try {
            List<String> said = new ArrayList<>();
            journal.readingSnapshot =
                    () -> said.add(ear.await("it is loading its snapshot at entry 1, [0-9]+ KiB so far"));
            inEntry[0] =
                    () -> said.add(ear.await("at entry 1, 0 of 1 entries of its journal have been processed again"));
            setup.inline().close();
            assertTrue(said.size() >= 2, said.toString());
        } finally {
            log.removeHandler(ear);
            log.setUseParentHandlers(true);
            log.setLevel(shown);
        }
    }

    @Test
    void shouldRefuseAJournalThatTakesNoEventOfTheLongest() {
        Input<Num> in = Num.input("in").historic();
        Topology topology = Trials.one(in, TrialOp.unguarded(n -> {}));
        MemoryJournal journal = new MemoryJournal();
        int largest = Core.largestEntry(topology);
        journal.longest = largest;
        Engine.of(topology).journal(journal).output(OUT, n -> {}).start().close();
        journal.longest = largest - 1;
        String refused = assertThrows(
                        JournalException.class,
                        () -> Engine.of(topology)
                                .journal(journal)
                                .output(OUT, n -> {})
                                .start())
                .getMessage();
        assertTrue(
                refused.contains("events that need entries of up to " + largest + " bytes")
                        && refused.contains("entries of at most " + (largest - 1) + "; raise ArchiveJournal.termBytes"),
                refused);
        assertEquals(2, journal.closed);
    }
}
