package io.millrace.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.trial.Seeds;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SourceTimeTest {
    private static final long[] EXTREMES = {
        Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 0, 1, Progress.END - 1, Progress.END, Long.MAX_VALUE
    };

    @Test
    void shouldBeTheLargestTimeLessTheDisorder() {
        SourceTime time = historic(3, 1000);
        assertEquals(Progress.NONE, time.progressNs());
        assertTrue(time.observe(10));
        assertEquals(7, time.progressNs());
        assertFalse(time.observe(9), "an older event moves nothing");
        assertEquals(7, time.progressNs());
        assertTrue(time.observe(11));
        assertEquals(8, time.progressNs());
    }

    @Test
    void shouldNotUnderflowWithALargeDisorder() {
        SourceTime time = historic(Long.MAX_VALUE, 1000);
        assertFalse(time.observe(-5));
        assertEquals(Progress.NONE, time.progressNs());
        assertEquals(-5, time.maxNs());
    }

    @Test
    void shouldLeaveTheEndOfTimeToTheEnd() {
        SourceTime time = historic(0, Long.MAX_VALUE);
        time.observe(Long.MAX_VALUE);
        assertEquals(Progress.END - 1, time.progressNs(), "a time is never the end");
        time.advanceTo(Long.MAX_VALUE);
        assertEquals(Progress.END - 1, time.progressNs());
        assertTrue(time.end());
        assertEquals(Progress.END, time.progressNs());
        assertFalse(time.end(), "ends once");
        time.observe(5);
        assertEquals(Progress.END, time.progressNs());
        assertTrue(time.isIdle(), "an ended source holds nobody, whatever it still sends");
    }

    @Test
    void shouldMeasureAheadOfALiveSourceAgainstTheClock() {
        SourceTime time = new SourceTime(0, true, 100, 10);
        assertFalse(time.isAhead(1_000_000, Progress.NONE), "no clock yet");
        assertFalse(time.isAhead(1100, 1000));
        assertTrue(time.isAhead(1101, 1000));
        assertFalse(time.isAhead(-1_000_000, 1000), "old is not ahead");
        time.observe(1100);
        assertTrue(time.isAhead(1101, 1000), "the largest time does not matter");
        assertTrue(time.isAhead(Long.MAX_VALUE, -10), "the distance overflows");
    }

    @Test
    void shouldMeasureAheadOfAHistoricSourceAgainstItsLargestTime() {
        SourceTime time = historic(0, 100);
        assertFalse(time.isAhead(1_000_000, 5), "the first event is where the file begins");
        time.observe(1000);
        assertFalse(time.isAhead(1100, 5));
        assertTrue(time.isAhead(1101, 1_000_000));
        assertTrue(historic(0, 100, -10).isAhead(Long.MAX_VALUE, 0), "the distance overflows");
    }

    @Test
    void shouldGoOnByTickTimeOnceItIsIdle() {
        SourceTime time = new SourceTime(2, true, 1000, 10);
        time.tick(100);
        time.observe(101);
        assertEquals(99, time.progressNs());
        assertFalse(time.tick(105), "heard since the last tick: silence begins here");
        assertFalse(time.tick(114), "silent for 9");
        assertFalse(time.isIdle());
        assertTrue(time.tick(118), "silent for 13: idle for 3");
        assertTrue(time.isIdle());
        assertEquals(102, time.progressNs());
        assertTrue(time.tick(120));
        assertEquals(104, time.progressNs());
        time.observe(110);
        assertFalse(time.isIdle(), "back again");
        assertEquals(108, time.progressNs());
        assertFalse(time.tick(1000), "heard since the last tick");
        assertEquals(108, time.progressNs());
    }

    @Test
    void shouldNotDependOnHowOftenItIsTickedOnceIdle() {
        SourceTime seldom = idleAt(50, 200);
        SourceTime often = idleAt(50);
        for (long clock = 51; clock <= 200; clock++) {
            often.tick(clock);
        }
        assertEquals(seldom.progressNs(), often.progressNs());
    }

    private static SourceTime idleAt(long... clocks) {
        SourceTime time = new SourceTime(0, true, 1000, 10);
        time.tick(0);
        time.observe(0);
        time.tick(1);
        for (long c : clocks) {
            time.tick(c);
        }
        return time;
    }

    @Test
    void shouldNeverGoBeyondTheTickLessTheDisorder() {
        SourceTime time = new SourceTime(5, true, 1000, 10);
        time.tick(100);
        time.observe(130); // the publisher's clock is fast
        assertEquals(125, time.progressNs());
        time.tick(101);
        time.tick(120);
        assertTrue(time.isIdle());
        assertEquals(125, time.progressNs());
        time.tick(131);
        assertEquals(126, time.progressNs());
    }

    @Test
    void shouldTakeAClockThatStepsBackForNoTime() {
        SourceTime time = idleAt(50);
        long before = time.progressNs();
        assertFalse(time.tick(20));
        assertEquals(before, time.progressNs(), "never back");
        assertFalse(time.tick(30), "the tick less the disorder is still behind");
        assertTrue(time.tick(before + 1));
        SourceTime silent = new SourceTime(0, true, 1000, 10);
        silent.tick(1_000_000);
        silent.observe(0);
        silent.tick(1_000_001);
        silent.tick(500); // an hour back, say
        silent.tick(509);
        assertFalse(silent.isIdle());
        silent.tick(510);
        assertTrue(silent.isIdle(), "silence goes on by the new clock and does not wait for the old one to come again");
    }

    @Test
    void shouldNotMindTicksWhereTimeIsHistoric() {
        SourceTime time = historic(0, 1000);
        time.observe(5);
        for (long clock = 0; clock < 1_000_000; clock += 10_000) {
            assertFalse(time.tick(clock));
        }
        assertEquals(5, time.progressNs());
        assertFalse(time.isIdle(), "a file that pauses holds the others");
    }

    @Test
    void shouldNotInventTimeForASourceThatNeverSent() {
        SourceTime time = new SourceTime(0, true, 1000, 10);
        time.tick(0);
        assertTrue(time.tick(10), "it holds nobody any more");
        assertTrue(time.isIdle());
        assertFalse(time.tick(1000));
        assertEquals(Progress.NONE, time.progressNs());
    }

    @Test
    void shouldAgreeWithAnOracleOfUnlimitedNumbers() {
        Seeds.each(0, 3000, "agree(%d)", SourceTimeTest::agree);
    }

    private static void agree(long seed) {
        Random random = new Random(seed);
        long disorder = random.nextInt(5) == 0 ? Long.MAX_VALUE : random.nextInt(20);
        long idleAfter = 1 + random.nextInt(30);
        boolean live = random.nextInt(4) != 0;
        SourceTime time = new SourceTime(disorder, live, 100, idleAfter);
        Oracle oracle = new Oracle(disorder, live, idleAfter);
        boolean wild = random.nextInt(3) == 0;
        long clock = random.nextInt(100);
        for (int i = 0; i < 60; i++) {
            long before = time.progressNs();
            long at = wild && random.nextInt(6) == 0
                    ? EXTREMES[random.nextInt(EXTREMES.length)]
                    : clock + random.nextInt(40) - 20;
            switch (random.nextInt(40)) {
                case 0 -> {
                    time.end();
                    oracle.ended = true;
                }
                case 1, 2 -> {
                    time.advanceTo(at);
                    oracle.raise(big(at));
                }
                case 3, 4, 5, 6, 7, 8, 9, 10, 11 -> {
                    time.observe(at);
                    oracle.observe(at);
                }
                default -> {
                    clock += random.nextInt(20) == 0 ? -random.nextInt(50) : random.nextInt(12);
                    long tick = wild && random.nextInt(10) == 0 ? at : clock;
                    if (tick >= 0) {
                        time.tick(tick);
                        oracle.tick(tick);
                    }
                }
            }
            String where = "step " + i;
            assertEquals(oracle.progress(), time.progressNs(), where);
            assertEquals(oracle.ended || oracle.idle, time.isIdle(), where);
            assertTrue(time.progressNs() >= before, where + ": never back");
        }
    }

    /** The rules in words, with numbers that have no end. */
    private static final class Oracle {
        private final BigInteger disorder;
        private final boolean live;
        private final long idleAfter;
        private BigInteger progress;
        private BigInteger lastTick;
        private BigInteger silence = BigInteger.ZERO;
        private boolean heard;
        private boolean idle;
        private boolean ended;

        Oracle(long disorder, boolean live, long idleAfter) {
            this.disorder = big(disorder);
            this.live = live;
            this.idleAfter = idleAfter;
        }

        void observe(long ns) {
            heard = true;
            idle = false;
            raise(big(ns).subtract(disorder));
        }

        void tick(long ns) {
            if (!live || ended) {
                return;
            }
            BigInteger by = lastTick == null
                    ? BigInteger.ZERO
                    : big(ns).subtract(lastTick).max(BigInteger.ZERO);
            lastTick = big(ns);
            if (heard) {
                heard = false;
                silence = BigInteger.ZERO;
                return;
            }
            if (!idle) {
                silence = silence.add(by);
                if (silence.compareTo(big(idleAfter)) < 0) {
                    return;
                }
                idle = true;
                by = silence.subtract(big(idleAfter));
            }
            if (progress != null) {
                raise(progress.add(by).min(lastTick.subtract(disorder)));
            }
        }

        void raise(BigInteger to) {
            BigInteger most = to.min(big(Progress.END - 1));
            if (most.compareTo(big(Progress.NONE)) > 0 && (progress == null || most.compareTo(progress) > 0)) {
                progress = most;
            }
        }

        long progress() {
            return ended ? Progress.END : progress == null ? Progress.NONE : progress.longValueExact();
        }
    }

    private static BigInteger big(long v) {
        return BigInteger.valueOf(v);
    }

    private static SourceTime historic(long disorder, long maxAhead, long... seen) {
        SourceTime time = new SourceTime(disorder, false, maxAhead, 10);
        for (long s : seen) {
            time.observe(s);
        }
        return time;
    }
}
