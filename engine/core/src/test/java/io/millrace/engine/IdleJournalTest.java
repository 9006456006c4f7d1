package io.millrace.engine;

import static io.millrace.engine.Trials.IN;
import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An engine with a journal that has nothing to do but to be told the time: counted are looks and wake-ups, not times. */
@Timeout(60)
class IdleJournalTest {
    private static final long TICKS = 20;

    private final MemoryJournal journal = new MemoryJournal();

    /** Of the journal's thread: how often it began to wait anew, and how often it has looked. */
    private final AtomicLong begun = new AtomicLong();

    private final AtomicLong stageLooks = new AtomicLong();

    private long counted(long looks, long sleepNs) {
        if (Thread.currentThread().getName().endsWith("-journal")) {
            begun.addAndGet(looks == 1 ? 1 : 0);
        } else {
            stageLooks.incrementAndGet();
        }
        return sleepNs;
    }

    private Setup ticking() {
        return Engine.of(one(TrialOp.pass(1)))
                .journal(journal)
                .output(OUT, n -> {})
                .tickEvery(Duration.ofMillis(5));
    }

    @Test
    void shouldNotBeKeptAwakeByTicks() throws Exception {
        try (Engine engine =
                ticking().waiting(looks -> counted(looks, 1_000_000)).start()) {
            engine.publisher(IN).publish(num(1));
            await("the event is in the journal, and it waits", () -> engine.durable() >= 1 && begun.get() > 0);
            long from = begun.get();
            long upTo = engine.durable() + TICKS;
            await("ticks", () -> engine.durable() >= upTo);
            long atMost = TICKS / 2; // two that came together are a reason to look, as events are
            assertTrue(begun.get() - from <= atMost, begun.get() - from + " times in " + TICKS + " ticks");
        }
    }

    /** A disk takes its time: while a tick is on its way to it nobody waits for that. */
    @Test
    void shouldLookNowAndThenWhetherATickIsDurable() throws Exception {
        try (Engine engine = ticking().start()) {
            await("the first tick", () -> engine.durable() >= 0);
            journal.durableAtMost = engine.durable();
            long from = engine.stats(Duration.ZERO).sequence();
            await("it waits", () -> engine.stats().sequence() >= from + TICKS);
            long works = journal.works.get();
            long upTo = engine.stats().sequence() + TICKS;
            await("ticks", () -> engine.stats().sequence() >= upTo);
            long perTick = (journal.works.get() - works) / TICKS;
            journal.durableAtMost = Long.MAX_VALUE;
            assertTrue(perTick < 100, perTick + " looks a tick"); // behind an event 200 in a row, and then more
        }
    }

    /** No ticks, and nothing comes of the event: the stage is woken for it and not once more when it is durable. */
    @Test
    void shouldNotWakeAStageForWhatPutsOutNothing() throws Exception {
        Input<Num> quiet = Num.input("in").historic();
        journal.durableAtMost = -1;
        try (Engine engine = Engine.of(one(quiet, TrialOp.keep(n -> n.id() > 0)))
                .journal(journal)
                .output(OUT, n -> {})
                .waiting(looks -> counted(looks, looks < 20 ? 100_000 : 60_000_000_000L))
                .start()) {
            Publisher<Num> publisher = engine.publisher(quiet);
            publisher.publish(num(0));
            sleepsDeep();
            long looks = stageLooks.get();
            journal.durableAtMost = 0;
            await("durable", () -> engine.durable() == 0);
            Thread.sleep(20);
            assertEquals(looks, stageLooks.get());
            publisher.publish(num(1)); // and it is woken where an output waits
            sleepsDeep();
            journal.durableAtMost = 1;
            await(
                    "let out",
                    () -> engine.stats().output("out").events() == 1 && engine.drain(Duration.ofSeconds(50)) == 0);
        }
    }

    private void sleepsDeep() throws InterruptedException {
        long[] before = {-1, 0};
        await("the stage sleeps", () -> {
            long now = stageLooks.get();
            before[1] = now == before[0] && now >= 20 ? before[1] + 1 : 0;
            before[0] = now;
            return before[1] >= 20;
        });
    }
}
