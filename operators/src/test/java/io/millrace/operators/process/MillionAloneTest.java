package io.millrace.operators.process;

import static io.millrace.operators.process.MillionDueTest.ALONE;
import static io.millrace.operators.process.MillionDueTest.GOES;
import static io.millrace.operators.process.MillionDueTest.IN;
import static io.millrace.operators.process.MillionDueTest.INTO_HEAP;
import static io.millrace.operators.process.MillionDueTest.MOST;
import static io.millrace.operators.process.MillionDueTest.OPTIONS;
import static io.millrace.operators.process.MillionDueTest.OUT;
import static io.millrace.operators.process.MillionDueTest.OUT_OF_HEAP;
import static io.millrace.operators.process.MillionDueTest.PASSED_OVER;
import static io.millrace.operators.process.MillionDueTest.assertSlots;
import static io.millrace.operators.process.MillionDueTest.crowd;
import static io.millrace.operators.process.MillionDueTest.filled;
import static io.millrace.operators.process.MillionDueTest.fire;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.operators.join.Interval;
import io.millrace.operators.window.Window;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The same of further ways of words that {@link MillionDueTest} has: joins of windows and of sessions, and what waits for many periods of one
 * key. A million with {@code -Dmillrace.million.all=true}, else a twentieth of it.
 */
class MillionAloneTest {
    private static final int KEYS = Integer.getInteger("millrace.million", 1_000_000)
            / (Boolean.getBoolean("millrace.million.all") ? 1 : 20)
            / MOST
            * MOST;

    /** Alone an event comes in each window that it is in, and an entry may bring any number of events: none waits for ever. */
    @Test
    void shouldSendAsManyAloneAsTheEventsOfAnEntryMakeDue() {
        int size = 70;
        for (Interval<Object> in : List.of(
                Interval.sameWindow(Window.hopping(Duration.ofNanos(32), Duration.ofNanos(1))),
                Interval.between(Duration.ZERO, Duration.ofNanos(32)),
                Interval.sameWindow(Window.session(Duration.ofNanos(32))))) {
            ManualRun run = crowd(
                    size,
                    s -> s.join("w", s.filter(b -> false), in.left())
                            .map(Blip.BLIP, (j, out) -> out.set(j.left().key(), 0, 0)));
            long most = 0;
            for (int i = 0; i < 90; i++) {
                run.send(0, IN, Blip.of(i, i, 0));
                most = Math.max(most, run.counters("w").keys);
            }
            assertTrue(most >= 32 * size && most <= 2 * 32 * size + 2 * size, in + ": at one time " + most);
        }
    }

    @Test
    void shouldSendAMillionEventsThatAreAloneInTheirWindowsAFewAtATime() {
        assertSendsAlone(Interval.sameWindow(Window.tumbling(Duration.ofNanos(100))), ALONE);
    }

    @Test
    void shouldSendAMillionEventsThatAreAloneInTheirSessionsAFewAtATime() {
        assertSendsAlone(Interval.sameWindow(Window.session(Duration.ofNanos(100))), ALONE + 2 * GOES);
    }

    private static void assertSendsAlone(Interval<Object> in, int slots) {
        ManualRun run = filled(
                s -> s.join("join", s.filter(b -> false), in.left())
                        .map(Blip.BLIP, (j, out) -> out.set(j.left().key(), 0, 0)),
                KEYS);
        assertEquals(0, run.outputs());
        assertTrue(fire(run, MOST) >= KEYS / MOST);
        assertEquals(KEYS, run.outputs());
        assertEquals(MOST, run.counters("join").maxFirings);
        assertSlots(run, "join", MOST * Math.max(slots, PASSED_OVER)); // or keys only, when all have been sent
        assertEquals(0, run.counters("join").keys);
    }

    /** A million periods of one key, and its event, which waits for them. */
    @Test
    void shouldFireAMillionPeriodsBeforeAnEventOfTheirKeyAFewAtATime() {
        Topology topology = Millrace.topology(
                "million",
                t -> t.from(IN)
                        .keyBy(Blip.View::key)
                        .process("each", Duration.ofDays(1), Periodic::new)
                        .out(p -> p.out)
                        .to(OUT));
        ManualRun run = new ManualRun(topology, OPTIONS).countOnly();
        run.send(0, IN, Blip.of(1, 0, 0));
        run.send(0, IN, Blip.of(1, KEYS, 0));
        assertTrue(run.outputs() <= MOST + 17, "outputs of one entry");
        assertSlots(run, "each", MOST * (OUT_OF_HEAP + INTO_HEAP));
        int entries = 1;
        while (run.isBehind()) {
            long before = run.outputs();
            run.goOn();
            entries++;
            assertTrue(run.outputs() - before <= MOST, "outputs of one entry");
        }
        assertEquals(KEYS + 1, run.outputs());
        assertEquals(0, run.dead());
        assertTrue(entries >= KEYS / MOST && entries <= KEYS / MOST + 1);
        assertEquals(MOST, run.counters("each").maxFirings);
        assertSlots(run, "each", MOST * (OUT_OF_HEAP + INTO_HEAP));
    }

    /** Says each period, and the second event. */
    static final class Periodic extends KeyedProcess {
        final LongState seen = longState("seen");
        final Timer each = timer("each", this::due);
        final EmitInPlace<Blip.View, Blip.Writer> out = emits("out", Blip.BLIP);

        Periodic(On<Blip.View> blips) {
            on(blips, b -> {
                if (seen.add(1) == 1) {
                    each.each(Duration.ofNanos(1));
                } else {
                    due();
                }
            });
        }

        private void due() {
            out.begin().set(key(), nowNs(), 0);
            out.end();
        }
    }
}
