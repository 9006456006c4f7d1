package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.journal.Durability;
import io.millrace.journal.JournalException;
import io.millrace.transport.Delivery;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a receiver that must not get anything twice may have been given is known behind a loss of power, which brings older marks back. */
@Timeout(240)
class ReservedOutputsTest {
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final Input<Num> IN = Num.input("in").historic();

    private final MemoryJournal journal = new MemoryJournal();
    private final List<Long> got = Collections.synchronizedList(new ArrayList<>());
    private final List<Long> slow = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void survivesALossOfPower() {
        journal.level = Durability.DISK;
    }

    private Engine start() {
        return Engine.of(Trials.one(IN, TrialOp.pass(1)))
                .journal(journal)
                .output(OUT, n -> got.add(n.id()))
                .output(OUT, n -> slow.add(n.id()), Delivery.blocking())
                .start();
    }

    private static List<Long> ids(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    private void publish(Engine engine, long from, long to) {
        for (long i = from; i < to; i++) {
            engine.publisher(IN).publish(num(i));
        }
        engine.awaitDurable(to - 1, LONG);
    }

    @Test
    void shouldLetNothingOutWhoseNumberIsNotReserved() throws Exception {
        journal.grants = 0;
        try (Engine engine = start()) {
            publish(engine, 0, 100);
            long works = journal.works.get();
            await("the journal is looked after", () -> journal.works.get() > works + 20);
            assertEquals(List.of(), List.copyOf(got), "durable, and not reserved");
            journal.grants = 3;
            await("three go out", () -> got.size() == 3 && slow.size() == 3);
            journal.grants = 100_000;
            await("all go out, whoever wakes nobody", () -> got.size() == 100 && slow.size() == 100);
        }
        assertEquals(ids(0, 100), got);
        assertEquals(ids(0, 100), slow);
    }

    /** Its ring is full of what waits, as long as nothing is reserved. */
    @Test
    void shouldHoldTheSinksThreadOnlyWhereItsReceiverHasOne() throws Exception {
        journal.grants = 0;
        try (Engine engine = Engine.of(Trials.one(IN, TrialOp.pass(1)))
                .journal(journal)
                .output(OUT, n -> slow.add(n.id()), Delivery.blocking().slots(256))
                .start()) {
            publish(engine, 0, 100);
            long works = journal.works.get();
            await("the journal is looked after", () -> journal.works.get() > works + 20);
            assertEquals(List.of(), List.copyOf(slow));
            journal.grants = 100_000;
        }
        assertEquals(ids(0, 100), slow);
    }

    /** Publishes, waits until so many have gone out in all, and loses what of marks no force has. */
    private void losePowerBehind(int from, int to, int out) throws Exception {
        try (Engine engine = start()) {
            publish(engine, from, to);
            await(out + " go out", () -> got.size() == out && slow.size() == out);
            journal.crash();
        } catch (EngineStoppedException e) {
            // it has ended in the middle
        }
        journal.loseMarks();
    }

    /** Starts once more, with numbers for all. */
    private void assertInDoubt(int upTo, String why) throws Exception {
        journal.grants = 100_000;
        List<String> doubts;
        try (Engine again = start()) {
            doubts = again.recovered().inDoubt();
        }
        assertEquals(List.of("out: 1 to " + upTo, "out: 1 to " + upTo), doubts, why);
    }

    @Test
    void shouldReserveAheadOfWhatGoesOut() throws Exception {
        losePowerBehind(0, 1_000, 1_000);
        try (Engine again = start()) {
            assertEquals(
                    List.of("out: 1 to 1000", "out: 1 to 1000"),
                    again.recovered().inDoubt());
            assertFalse(
                    again.recovered().report().contains("holds"),
                    again.recovered().report());
            publish(again, 1_000, 1_010);
        }
        assertEquals(ids(0, 1_010), got, "none twice, and all that is new");
        assertEquals(ids(0, 1_010), slow);
        try (Engine again = start()) {
            assertEquals(List.of(), again.recovered().inDoubt());
        }
    }

    /** What was reserved bounds what is in doubt: behind it all is given, also where it was worked out before. */
    @Test
    void shouldGiveWhatCannotHaveGoneOut() throws Exception {
        journal.grants = 40;
        losePowerBehind(0, 200, 40);
        assertInDoubt(64, "the first block");
        List<Long> all = new ArrayList<>(ids(0, 40));
        all.addAll(ids(64, 200));
        assertEquals(all, got);
        assertEquals(all, slow);
    }

    /** Else what was reserved in vain would count as what may have gone out. */
    @Test
    void shouldReserveNothingBeforeItIsKnownWhatTheLogMakes() throws Exception {
        losePowerBehind(0, 1_000, 1_000);
        journal.grants = 1_010;
        losePowerBehind(1_000, 1_200, 1_010);
        assertInDoubt(1064, "the first block behind what the log made");
        List<Long> all = new ArrayList<>(ids(0, 1_010));
        all.addAll(ids(1_064, 1_200));
        assertEquals(all, got);
        assertEquals(all, slow);
    }

    /** Where nothing will be reserved any more its thread does not wait for that. */
    @Test
    void shouldNotWaitForTheDeadlineWhenTheJournalHasFailed() throws Exception {
        journal.grants = 0;
        Engine engine = Engine.of(Trials.one(IN, TrialOp.pass(1)))
                .journal(journal)
                .stopDeadline(LONG)
                .output(OUT, n -> slow.add(n.id()), Delivery.blocking())
                .start();
        publish(engine, 0, 100);
        await("its thread waits with the first of them", journal::isAsked);
        journal.failure = new JournalException("the disk is gone");
        await("halted", () -> engine.health().state() == Health.State.HALTED);
        EngineStoppedException e = assertThrows(EngineStoppedException.class, engine::close);
        String all = e + " " + List.of(e.getSuppressed());
        assertTrue(
                all.matches("(?s).*did not take [1-9]\\d* events that were handed to it.*"),
                all); // others are held still
        assertFalse(all.contains("within"), all);
        assertTrue(
                engine.health().why().contains("the disk is gone"),
                engine.health().why());
        assertEquals(List.of(), List.copyOf(slow));
        journal.failure = null;
        journal.grants = 100_000;
        start().close();
        assertEquals(ids(0, 100), slow);
    }
}
