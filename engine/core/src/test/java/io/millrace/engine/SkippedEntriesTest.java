package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.journal.JournalException;
import io.millrace.topology.Topology;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An entry at which the core fails at each start, until somebody orders it to be left out. */
@Timeout(240)
class SkippedEntriesTest {
    private static final Input<Num> IN = Num.input("in").historic();
    private static final int POISON = 500;

    private final MemoryJournal journal = new MemoryJournal();
    private final List<Long> got = Collections.synchronizedList(new ArrayList<>());

    /** An input that brings its own time: no ticks, so the place of an event is its number. Fails once the entry stands in the log. */
    private Topology topology() {
        return Trials.one(IN, TrialOp.unguarded(n -> {
            while (n.id() == POISON && journal.entries() <= POISON) {
                LockSupport.parkNanos(100_000);
            }
            if (n.id() == POISON) {
                throw new IllegalStateException("broken commit");
            }
        }));
    }

    private Setup setup(Journaling how) {
        return Engine.of(topology()).journal(journal, how).output(OUT, n -> got.add(n.id()));
    }

    private void poison() throws InterruptedException {
        Engine engine = setup(Journaling.plain()).start();
        for (long i = 0; i <= POISON; i++) {
            engine.publisher(IN).publish(num(i));
        }
        await("halted", () -> engine.health().state() == Health.State.HALTED);
        engine.close();
    }

    @Test
    void shouldLeaveOutForGoodWhatIsOrdered() throws Exception {
        poison();
        for (int i = 0; i < 2; i++) {
            JournalException e = assertThrows(
                    JournalException.class, () -> setup(Journaling.plain()).start());
            assertTrue(
                    e.getMessage()
                                    .contains("entry " + POISON
                                            + ", an event of input in, could not be processed again: ")
                            && e.getMessage()
                                    .endsWith("broken commit. Fix what failed and start again; if "
                                            + "every start fails at this entry, "
                                            + "Journaling.skip(" + POISON + ") leaves it out for good"),
                    e.getMessage());
        }
        try (Engine engine = setup(Journaling.plain().skip(POISON)).start()) {
            assertEquals(POISON + 1, engine.recovered().events(IN), "it has come, whatever it causes");
            assertTrue(
                    engine.recovered().report().contains("skipped on request: entries " + POISON),
                    engine.recovered().report());
            engine.publisher(IN).publish(num(POISON + 1));
            engine.drain(Duration.ofSeconds(50));
            engine.makeSnapshot();
            engine.publisher(IN).publish(num(POISON + 2));
            engine.drain(Duration.ofSeconds(50));
        }
        setup(Journaling.plain()).start().close(); // from the snapshot
        journal.snapshotNext = -1;
        try (Inline again = setup(Journaling.plain()).inline()) { // and from the first entry, without the order
            assertEquals(POISON + 3, again.recovered().events(IN));
        }
        List<Long> all = LongStream.range(0, POISON + 3L)
                .boxed()
                .filter(i -> i != POISON)
                .toList();
        assertEquals(all, List.copyOf(got));
        got.clear();
        assertTrue(Replay.of(Engine.of(topology()).output(OUT, n -> got.add(n.id())), journal)
                .run()
                .isEqual());
        assertEquals(all, List.copyOf(got));
    }

    @Test
    void shouldRefuseWhatCannotBeLeftOutAndADamagedOrder() throws Exception {
        poison();
        String past = assertThrows(
                        JournalException.class,
                        () -> setup(Journaling.plain().skip(1_000_000)).start())
                .getMessage();
        assertTrue(past.startsWith("entry 1000000 cannot be skipped: the journal ends before entry "), past);
        try (Engine engine = setup(Journaling.plain().skip(POISON)).start()) {
            engine.makeSnapshot();
        }
        String held = assertThrows(
                        JournalException.class,
                        () -> setup(Journaling.plain().skip(3)).start())
                .getMessage();
        assertTrue(held.startsWith("entry 3 cannot be skipped: its effects are part of a snapshot"), held);
        byte[] note = journal.notes.get(SkippedEntries.NOTE);
        assertTrue(new String(note, StandardCharsets.US_ASCII).startsWith(POISON + "\n"));
        for (int bit = 0; bit < 8 * note.length; bit++) {
            byte[] flipped = note.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            journal.notes.put(SkippedEntries.NOTE, flipped);
            SkippedEntries same = readable();
            assertTrue(same == null || same.has(POISON), "bit " + bit);
        }
    }

    /** The log has lost its end, and another event takes the place. */
    @Test
    void shouldNotLeaveOutWhatTakesThePlaceOfAnEntryThatIsGone() throws Exception {
        poison();
        setup(Journaling.plain().skip(POISON)).start().close();
        journal.lose(journal.entries() - POISON);
        try (Engine engine = setup(Journaling.plain()).start()) {
            engine.publisher(IN).publish(num(POISON + 1));
            engine.drain(Duration.ofSeconds(50));
            assertEquals(POISON + 1L, got.get(got.size() - 1));
        }
        try (Engine engine = setup(Journaling.plain()).start()) {
            assertEquals("", engine.recovered().report());
            engine.makeSnapshot(); // which works it out as the engine did
        }
    }

    @Test
    void shouldNotNoteThatAnEndIsLeftOutWhichCannotBe() throws Exception {
        try (Engine engine = setup(Journaling.plain()).start()) {
            engine.publisher(IN).publish(num(0));
            engine.publisher(IN).end();
            engine.drain(Duration.ofSeconds(50));
        }
        String end = assertThrows(
                        JournalException.class,
                        () -> setup(Journaling.plain().skip(0).skip(1)).start())
                .getMessage();
        assertTrue(end.startsWith("entry 1 ends an input and cannot be skipped"), end);
        try (Engine engine = setup(Journaling.plain()).start()) { // as if it had not been said
            assertEquals("", engine.recovered().report());
            assertTrue(engine.recovered().hasEnded(IN));
        }
    }

    /** Null when it was refused. */
    private SkippedEntries readable() {
        try {
            return SkippedEntries.read(journal.openToRead());
        } catch (JournalException e) {
            assertTrue(e.getMessage().contains("damaged"), e.getMessage());
            return null;
        }
    }
}
