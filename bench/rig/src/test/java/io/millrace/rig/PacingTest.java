package io.millrace.rig;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.metric.Held;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class PacingTest {
    /** Decides at once, but takes its time for one event. */
    private static final class Slow implements Target {
        private final Latencies latencies;
        private final long slowEvent;
        private final long slowNs;

        Slow(Latencies latencies, long slowEvent, long slowNs) {
            this.latencies = latencies;
            this.slowEvent = slowEvent;
            this.slowNs = slowNs;
        }

        @Override
        public void publish(long i, long intendedNs) {
            long startNs = System.nanoTime();
            while (i == slowEvent && System.nanoTime() - startNs < slowNs) {
                Thread.onSpinWait();
            }
            latencies.decided(i, intendedNs);
        }
    }

    @Test
    void shouldCountLatencyFromTheIntendedTime() {
        Latencies latencies = new Latencies();
        Slow slow = new Slow(latencies, 200, 300_000_000);
        Paced paced = new Pacing(slow, latencies, 100, 1_000, 1).run();
        assertEquals(1_000, paced.all().getTotalCount());
        // 300 events became due while one was slow, the first waited 300 ms, the last nearly nothing
        assertTrue(paced.all().getMaxValue() >= 300_000_000);
        assertTrue(paced.all().getCountBetweenValues(100_000_000, Long.MAX_VALUE) >= 190);
        // the system's own slowness is no gap of the publisher: those events stay, unless the machine made a gap as
        // well
        assertTrue(paced.clear().getMaxValue() >= 300_000_000 || paced.behind() > 0);
    }

    /** At the rate all the same; and their end is told, or whoever holds back what is due together would send it a time later. */
    @Test
    void shouldHaveAsManyDueAtATimeAsIsSaid() {
        List<Long> due = new ArrayList<>();
        List<Integer> ends = new ArrayList<>();
        Target target = new Target() {
            @Override
            public void publish(long i, long intendedNs) {
                due.add(intendedNs);
            }

            @Override
            public void burstEnds() {
                ends.add(due.size());
            }
        };
        new Pacing(target, new Latencies(), 0, 100_000, 1, 64).run();
        assertEquals(100_000, due.size());
        for (int k = 0; k < due.size(); k++) {
            assertEquals((k - k % 64) * 10_000L, due.get(k) - due.get(0), "event " + k);
        }
        assertEquals(1_563, ends.size());
        for (int n = 0; n < ends.size(); n++) {
            assertEquals(Math.min(64 * (n + 1), due.size()), ends.get(n), "burst " + n);
        }
    }

    /** Of ten events behind a gap only those that were decided have a latency that it could have spoilt. */
    @Test
    void shouldCountNoEventBehindAGapThatWasNotDecided() {
        Latencies latencies = new Latencies();
        latencies.begin(0, 20);
        latencies.decided(2, System.nanoTime() - 1_000);
        latencies.decided(7, System.nanoTime() - 1_000);
        latencies.decided(15, System.nanoTime() - 1_000);
        BitSet behind = new BitSet();
        behind.set(0, 10);
        Histogram all = new Histogram(3);
        Histogram clear = new Histogram(3);
        assertEquals(2, Pacing.record(latencies, 20, behind, all, clear));
        assertEquals(3, all.getTotalCount());
        assertEquals(1, clear.getTotalCount());
    }

    @Test
    void shouldSayThatTheRateWasNotHeld() {
        Latencies latencies = new Latencies();
        Slow slow = new Slow(latencies, 990, 400_000_000);
        assertFalse(new Pacing(slow, latencies, 0, 1_000, 1).run().held());
    }

    /** Not a part of its length, which would let a long run end with any number of events undone. */
    @Test
    void shouldBoundWhatARunMayBeBehindAtItsEndHoweverLongItIs() {
        assertTrue(Held.at(-1));
        assertTrue(Held.at(Held.BACKLOG_NS_MAX));
        assertFalse(Held.at(Held.BACKLOG_NS_MAX + 1));
        Latencies latencies = new Latencies();
        Target late = new Target() {
            @Override
            public void publish(long i, long intendedNs) {
                latencies.decided(i, intendedNs);
            }

            @Override
            public void settle() {
                long startNs = System.nanoTime();
                while (System.nanoTime() - startNs < 2 * Held.BACKLOG_NS_MAX) {
                    LockSupport.parkNanos(Held.BACKLOG_NS_MAX);
                }
            }
        };
        assertFalse(new Pacing(late, latencies, 0, 1_000, 3).run().held());
    }

    @Test
    void shouldRefuseARunThatItsHeapDoesNotHold() {
        Pacing.requireRoom(1_000_000, 10, 1L << 30);
        String why = assertThrows(IllegalArgumentException.class, () -> Pacing.requireRoom(10_000_000, 10, 1L << 30))
                .getMessage();
        assertEquals(
                "10000000 events a second for 10 s are 100000000 latencies of 8 bytes, of which the heap holds 33554432;"
                        + " take fewer seconds, a lower rate or more heap",
                why);
    }

    @Test
    void shouldDecideNoEventOfAnotherRun() {
        Latencies latencies = new Latencies();
        latencies.begin(100, 10);
        latencies.decided(42, 0); // not measured
        assertThrows(IllegalArgumentException.class, () -> latencies.decided(99, 1));
        assertThrows(IllegalArgumentException.class, () -> latencies.decided(110, 1));
        latencies.begin(200, 5);
        String why = assertThrows(IllegalArgumentException.class, () -> latencies.decided(205, 1))
                .getMessage();
        assertTrue(why.startsWith("event 205 was decided, which is none of this run, 200 to 204"), why);
    }

    @Test
    void shouldGoToTheParentAndBack() {
        Latencies latencies = new Latencies();
        Paced paced = new Pacing(new Slow(latencies, -1, 0), latencies, 0, 10_000, 1).run();
        Paced back = Paced.of(paced.toMap());
        assertEquals(paced.all(), back.all());
        assertEquals(paced.clear(), back.clear());
        assertEquals(paced.elapsedNs(), back.elapsedNs());
    }
}
