package io.millrace.operators.lookback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates.DoubleValue;
import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.LookBack;
import io.millrace.event.Reason;
import io.millrace.operator.Node;
import io.millrace.topology.KeyInfo;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Work for an entry is bounded, memory is bounded, nothing is allocated: by counting, not by clocks. */
class LookBackBoundsTest {
    /** The most slots an event may touch with 100,000 events of its key in its windows. */
    private static final int SLOTS_MAX = 1_024;

    private static final int ROUND = 40_000;
    private static final int MANY = 100_000;

    record Ev(long cents, double amount) {}

    private static final Ev ONE = new Ev(1, 0.5);

    static class Folded extends LookBack<Ev> {
        final Span<Ev> all = last(Duration.ofNanos(MANY));
        final Span<Ev> half = last(Duration.ofNanos(MANY / 2));
        final LongValue count = all.count();
        final DoubleValue amount = all.sumDouble(Ev::amount);
        final DoubleValue max = half.maxDouble(Ev::amount);
    }

    static class Running extends LookBack<Ev> {
        final Span<Ev> all = last(Duration.ofNanos(MANY));
        final LongValue count = all.count();
        final LongValue cents = all.sum(Ev::cents);
    }

    static class Minute extends LookBack<Ev> {
        final Span<Ev> all = last(Duration.ofNanos(60)).every(Duration.ofNanos(1));
        final LongValue count = all.count();
        final LongValue cents = all.sum(Ev::cents);
    }

    private static void fill(Rig<?> rig) {
        for (int i = 0; i < MANY; i++) {
            long behind = i % 10 == 9 ? i * 7919L % 50 : 0;
            assertNotNull(rig.send(1, Math.max(i - behind, 0), ONE));
            rig.advance(i - 50);
        }
    }

    @Test
    void shouldTouchFewSlotsWithAHundredThousandEventsInTheWindow() {
        Rig<Folded> rig = Rig.one(Folded::new, null, 64 << 20);
        fill(rig);
        Folded answer = rig.send(1, MANY - 1, ONE);
        assertEquals(MANY + 1, answer.count.get());
        assertEquals((MANY + 1) * 0.5, answer.amount.get());
        assertTrue(rig.counters.maxSlotsTouched <= SLOTS_MAX, () -> rig.counters.maxSlotsTouched + " slots");
        assertTrue(rig.counters.maxSlotsTouched > 32, "the counter counts");
    }

    static final class Highest extends LookBack<Ev> {
        final DoubleValue max;

        Highest(int size) {
            max = last(Duration.ofNanos(size)).maxDouble(Ev::amount);
        }
    }

    /** What does not subtract: the work for an event grows with the logarithm of the window, and is counted at every event. */
    @Test
    void shouldSlideTheMaximumInFewStepsWhateverTheSizeOfTheWindow() {
        for (int size : new int[] {10, 100, 1_000, 10_000, MANY}) {
            Rig<Highest> rig = Rig.one(() -> new Highest(size), null, 64 << 20);
            for (int i = 0; i < size + Math.max(1_000, size / 2); i++) {
                double highest = rig.send(1, i, new Ev(0, -i)).max.get();
                assertEquals(-Math.max(0, i - size + 1), highest);
            }
            long most = rig.counters.maxSlotsTouched;
            assertTrue(most <= 100 + 40 * Math.log10(size), "slots touched " + most + " with " + size);
        }
    }

    /** By time one event can end any number of others at once: nine tenths of the window, then all but the last of it. */
    @Test
    void shouldSlideOverThousandsOfEventsThatEndAtOnceInFewSteps() {
        Rig<Highest> rig = Rig.one(() -> new Highest(MANY), null, 64 << 20);
        for (int i = 0; i < MANY; i++) {
            rig.send(1, i, new Ev(0, -i));
        }
        for (int gone : new int[] {MANY / 10 * 9, MANY - 2}) {
            rig.counters.maxSlotsTouched = 0;
            assertEquals(
                    -gone - 1, rig.send(1, MANY + gone, new Ev(0, -MANY)).max.get());
            long most = rig.counters.maxSlotsTouched;
            assertTrue(most > 0 && most <= 300, "slots touched " + most);
        }
    }

    @Test
    void shouldFreeLittleAtATimeWhenAKeyOfAHundredThousandEventsComesBackAfterSilence() {
        for (int form = 0; form < 2; form++) {
            Rig<? extends LookBack<Ev>> rig =
                    form == 0 ? Rig.one(Folded::new, null, 64 << 20) : Rig.one(Running::new, null, 64 << 20);
            fill(rig);
            int blocks = rig.node.keys.blocks();
            assertTrue(blocks > MANY / 128, "there is much to free");
            rig.counters.maxSlotsTouched = 0;
            rig.progress.advanceTo(10L * MANY);
            Object answer = rig.send(1, 10L * MANY, ONE);
            assertEquals(1, answer instanceof Folded f ? f.count.get() : ((Running) answer).count.get());
            assertTrue(rig.counters.maxSlotsTouched <= SLOTS_MAX);
            assertTrue(blocks - rig.node.keys.blocks() <= 20, "a few blocks by the event itself");
            int before = rig.node.keys.blocks();
            while (rig.advance(10L * MANY) > 0) {
                int freed = before - rig.node.keys.blocks();
                assertTrue(freed <= 64 * 16, "a few blocks by each of 64 firings");
                before = rig.node.keys.blocks();
            }
            assertTrue(rig.node.keys.blocks() <= 3, "the agenda freed the rest");
            answer = rig.send(1, 10L * MANY + 1, ONE);
            assertEquals(2, answer instanceof Folded f ? f.count.get() : ((Running) answer).count.get());
            assertTrue(rig.counters.maxFreed <= 64 * 16, () -> rig.counters.maxFreed + " blocks");
            rig.settle(Long.MAX_VALUE);
            assertEquals(0, rig.node.keys.blocks());
        }
    }

    @Test
    void shouldFireAtMost64WhenAMillionKeysFallDueAtOnce() {
        int keys = 1_000_000;
        Rig<Minute> rig = Rig.one(Minute::new, new KeyInfo("long", 0, keys, ""), 256 << 20);
        for (int i = 0; i < keys; i++) {
            rig.send(i, 0, ONE);
        }
        assertEquals(keys, rig.counters.keys);
        int left = keys;
        rig.progress.advanceTo(1_000);
        while (rig.node.nextDueNs() <= 1_000) {
            int fired = rig.advance(1_000);
            assertTrue(fired <= LookBackOperator.FIRINGS);
            left -= fired;
            assertEquals(left, rig.counters.keys);
        }
        assertEquals(0, left);
    }

    @Test
    void shouldRefuseANewKeyAtTheBoundAndKeepTheOthersExact() {
        Rig<Running> rig = Rig.one(Running::new, new KeyInfo("long", 0, 3, ""), 8 << 20);
        for (int i = 0; i < 3; i++) {
            assertNotNull(rig.send(i, 0, ONE));
        }
        assertNull(rig.send(3, 0, ONE));
        assertEquals(Reason.OVER_BOUND, rig.refused);
        assertEquals(2, rig.send(2, 1, ONE).count.get());
        rig.settle(2L * MANY);
        assertEquals(1, rig.send(3, 2L * MANY, ONE).count.get(), "room again");
    }

    @Test
    void shouldRefuseWhenBlocksRunOutAndStayExact() {
        Rig<Folded> rig = Rig.one(Folded::new, new KeyInfo("long", 0, 3, ""), 10 * 64 << 10);
        int taken = 0;
        while (rig.send(1, taken, ONE) != null) {
            taken++;
        }
        assertEquals(Reason.OVER_BOUND, rig.refused);
        assertTrue(taken > 1_000 && taken < MANY);
        int blocks = rig.node.keys.blocks();
        for (int i = 0; i < 10; i++) {
            assertNull(rig.send(1, taken, ONE));
        }
        assertEquals(blocks, rig.node.keys.blocks(), "what was reserved was given back");
        rig.settle(MANY + taken / 2);
        int now = MANY + taken / 2;
        Folded answer = rig.send(1, now, ONE);
        assertEquals(taken - 1 - taken / 2 + 1, answer.count.get(), "exactly those after now - size, and itself");
    }

    /** Once all windows have filled, memory goes round: not a page more. */
    @Test
    void shouldAllocateNothing() {
        Rig<Minute> minute = Rig.one(Minute::new, null, 8 << 20);
        Rig<Folded> folded = Rig.one(Folded::new, null, 64 << 20);
        int rounds = 2 * MANY / ROUND + 2;
        for (int warm = 0; warm < rounds; warm++) {
            run(minute, folded, warm * ROUND);
        }
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        // a rare compilation may fall into one round; what allocates does so in every round
        for (int round = rounds; round < rounds + 3 && least > 0; round++) {
            long probe = threads.getCurrentThreadAllocatedBytes();
            probe = threads.getCurrentThreadAllocatedBytes() - probe;
            long before = threads.getCurrentThreadAllocatedBytes();
            run(minute, folded, round * ROUND);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before - probe);
        }
        assertEquals(0, Math.max(0, least), "bytes for " + ROUND + " events");
    }

    private static void run(Rig<Minute> minute, Rig<Folded> folded, int from) {
        for (int i = from; i < from + ROUND; i++) {
            minute.send(i % 500, i / 100, ONE);
            minute.advance(i / 100);
            folded.send(i % 3, i, ONE);
            folded.advance(i - 10);
        }
    }

    @Test
    void shouldWorkAsAHiddenCopy() throws Throwable {
        Rig<Minute> rig = Rig.one(Minute::new);
        byte[] bytes;
        try (InputStream in = LookBackNode.class.getResourceAsStream("LookBackNode.class")) {
            bytes = in.readAllBytes();
        }
        MethodHandles.Lookup copy =
                LookBack.operator(Minute::new, null).node().lookup().defineHiddenClass(bytes, true);
        var constructor = copy.lookupClass().getDeclaredConstructors()[0];
        Node node = (Node) copy.findConstructor(
                        copy.lookupClass(), MethodType.methodType(void.class, constructor.getParameterTypes()))
                .invoke(LookBack.operator(Minute::new, null), rig);
        rig.flow.key(1);
        rig.flow.timeNs(3);
        rig.flow.value(ONE);
        assertTrue(node.on(rig.flow));
        assertEquals(1, rig.flow.<Minute>value().count.get());
    }
}
