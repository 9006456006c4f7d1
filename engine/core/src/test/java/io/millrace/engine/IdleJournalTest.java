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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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

    /** How often the stage was told to sleep for longer than the test takes. */
    private final AtomicLong stageDeep = new AtomicLong();

    /** How often that had been when it came to an event. */
    private final Map<Long, Long> deepAtEvent = new ConcurrentHashMap<>();

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

    /** Each would be written, and forced. Where the machine stands still for longer than ticks may wait, they are sent off one by one. */
    @Test
    void shouldSendTicksOffTogether() throws Exception {
        try (Engine engine = ticking().tickEvery(Duration.ofMillis(15)).start()) {
            long least = Long.MAX_VALUE;
            for (int i = 0; i < 5 && least > TICKS / 2; i++) {
                int from = journal.commits;
                long upTo = engine.durable() + TICKS;
                await("ticks", () -> engine.durable() >= upTo);
                least = Math.min(least, journal.commits - from);
            }
            assertTrue(least <= TICKS / 2, least + " times for " + TICKS + " ticks");
        }
    }

    /** No ticks, and nothing comes of the event: the stage is woken for it and not once more when it is durable. */
    @Test
    void shouldNotWakeAStageForWhatPutsOutNothing() throws Exception {
        Input<Num> quiet = Num.input("in").historic();
        journal.durableAtMost = -1;
        try (Engine engine = Engine.of(one(quiet, TrialOp.keep(this::seesDeep)))
                .journal(journal)
                .output(OUT, n -> {})
                .waiting(looks -> counted(looks, looks < 20 ? 100_000 : deep()))
                .start()) {
            Publisher<Num> publisher = engine.publisher(quiet);
            long looks = deepBehind(publisher, 0);
            journal.durableAtMost = 0;
            await("durable", () -> engine.durable() == 0);
            Thread.sleep(20); // time to be woken in, if it were
            assertEquals(looks, stageLooks.get());
            deepBehind(publisher, 1); // and it is woken where an output waits
            journal.durableAtMost = 1;
            await(
                    "let out",
                    () -> engine.stats().output("out").events() == 1 && engine.drain(Duration.ofSeconds(50)) == 0);
        }
    }

    private long deep() {
        if (!Thread.currentThread().getName().endsWith("-journal")) {
            stageDeep.incrementAndGet();
        }
        return 60_000_000_000L;
    }

    private boolean seesDeep(Num event) {
        deepAtEvent.put(event.id(), stageDeep.get());
        return event.id() > 0;
    }

    /** Behind the event it has gone to sleep anew, however long it stood in front of that; answers its looks by then. */
    private long deepBehind(Publisher<Num> publisher, long id) throws InterruptedException {
        publisher.publish(num(id));
        long[] now = {-1, 0};
        await("the stage sleeps", () -> {
            Long at = deepAtEvent.get(id);
            long looks = stageLooks.get();
            boolean sleeps = at != null && stageDeep.get() >= at + 2; // at the first it only says that it is about to
            now[1] = sleeps && looks == now[0] ? now[1] + 1 : 0;
            now[0] = looks;
            return now[1] >= 20;
        });
        return now[0];
    }
}
