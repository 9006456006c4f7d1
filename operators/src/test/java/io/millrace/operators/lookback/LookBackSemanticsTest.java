package io.millrace.operators.lookback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates.DoubleValue;
import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.LookBack;
import io.millrace.event.Reason;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The lines of the semantics page that look-backs are bound by, one test each. */
class LookBackSemanticsTest {
    record Ev(long cents, double amount) {}

    private static final Ev ONE = new Ev(1, 1);

    static class Sums extends LookBack<Ev> {
        final Span<Ev> span;
        final LongValue count;
        final LongValue cents;
        final DoubleValue amount;
        final DoubleValue mean;
        final LongValue min;
        final LongValue max;

        Sums(long size, long delay, long step) {
            span = last(Duration.ofNanos(size), Duration.ofNanos(delay));
            if (step > 0) {
                span.every(Duration.ofNanos(step));
            }
            count = span.count();
            cents = span.sum(Ev::cents);
            amount = span.sumDouble(Ev::amount);
            mean = span.mean(Ev::amount);
            min = span.min(Ev::cents);
            max = span.max(Ev::cents);
        }
    }

    /** Counts and sums of longs only, which take the short way. */
    static class Short extends LookBack<Ev> {
        final Span<Ev> span;
        final LongValue count;
        final LongValue cents;

        Short(long size, long step) {
            span = last(Duration.ofNanos(size));
            if (step > 0) {
                span.every(Duration.ofNanos(step));
            }
            count = span.count();
            cents = span.sum(Ev::cents);
        }
    }

    private static Rig<Sums> size(long size) {
        return Rig.one(() -> new Sums(size, 0, 0));
    }

    private static long count(Rig<Sums> rig, long timeNs) {
        return rig.send(1, timeNs, ONE).count.get();
    }

    // ---- 1b

    @Test
    void size10EventsAt0And10TheSecondSeesOne() {
        Rig<Sums> rig = size(10);
        assertEquals(1, count(rig, 0));
        assertEquals(1, count(rig, 10));
        assertEquals(2, count(rig, 19));
        assertEquals(2, count(rig, 20), "(10, 20]");
    }

    @Test
    void size10Delay5EventsAt0And4And5And15TheOneAt5SeesOneTheOneAt15SeesTwo() {
        Rig<Sums> rig = Rig.one(() -> new Sums(10, 5, 0));
        assertEquals(0, count(rig, 0));
        assertEquals(0, count(rig, 4));
        assertEquals(1, count(rig, 5), "(-10, 0]");
        assertEquals(2, count(rig, 15), "(0, 10]");
    }

    @Test
    void twoEventsOfOneKeyAtTheSameTimeTheFirstSeesItselfTheSecondBoth() {
        Rig<Sums> rig = size(10);
        assertEquals(1, count(rig, 7));
        assertEquals(2, count(rig, 7));
        Rig<Short> brief = Rig.one(() -> new Short(10, 0));
        assertEquals(1, brief.send(1, 7, ONE).count.get());
        assertEquals(2, brief.send(1, 7, ONE).count.get());
    }

    @Test
    void anEventBehindTheNewestTakesItsPlaceAndResultsSentAreNotRevised() {
        Rig<Sums> rig = size(10);
        Sums answer = rig.send(1, 20, new Ev(5, 1));
        assertEquals(5, answer.cents.get());
        assertEquals(3, rig.send(1, 12, new Ev(3, 1)).cents.get(), "(2, 12]: as of its own time");
        assertEquals(5 + 3 + 7, rig.send(1, 21, new Ev(7, 1)).cents.get(), "(11, 21]");
        assertEquals(5 + 7 + 9, rig.send(1, 22, new Ev(9, 1)).cents.get(), "(12, 22]: the late one left in its turn");
    }

    @Test
    void belowProgressItIsLateAndNotKept() {
        Rig<Sums> rig = size(10);
        count(rig, 20);
        rig.advance(15);
        assertNull(rig.send(1, 14, ONE));
        assertEquals(Reason.LATE, rig.refused);
        assertEquals(1, rig.counters.late);
        assertEquals(1, count(rig, 15), "at progress it is not late; (5, 15] holds itself only");
        assertEquals(3, count(rig, 20));
    }

    @Test
    void stateOfAKeyGoesWithoutAFurtherEventOfThatKey() {
        Rig<Sums> rig = Rig.one(() -> new Sums(10, 5, 0));
        count(rig, 0);
        assertEquals(1, rig.counters.keys);
        rig.settle(14);
        assertEquals(1, rig.counters.keys, "an event at 14 could still ask for (-1, 9]");
        rig.settle(15);
        assertEquals(0, rig.counters.keys, "one at 15 asks for (0, 10]");
        assertEquals(0, rig.node.keys.blocks());
    }

    @Test
    void aKeyThatWasTouchedIsArmedAgain() {
        Rig<Sums> rig = size(10);
        count(rig, 0);
        count(rig, 8);
        rig.settle(10);
        assertEquals(1, rig.counters.keys);
        assertEquals(18, rig.node.nextDueNs());
        assertEquals(2, count(rig, 11));
        rig.settle(18);
        assertEquals(1, rig.counters.keys);
        rig.settle(21);
        assertEquals(0, rig.counters.keys);
    }

    @Test
    void contentAndQuestionMayBeTwoStreamsOfOneKey() {
        Rig<Sums> rig = Rig.two(() -> new Sums(10, 0, 0));
        assertNull(rig.send(1, 1, 5, ONE), "content gives no answer");
        assertNull(rig.refused);
        assertEquals(1, rig.send(0, 1, 10, "payment").count.get(), "a payment at 10: the label at 5 came before it");
        assertNull(rig.send(1, 1, 8, ONE));
        Sums second = rig.send(0, 1, 10, "payment");
        assertEquals(2, second.count.get(), "a second payment at 10 behind both");
        assertEquals("payment", second.question(String.class));
        assertThrows(IllegalStateException.class, second::event);
        assertEquals(0, rig.send(0, 2, 10, "payment").count.get(), "a key that has no content");
        assertFalse(second.mean.isPresent());
    }

    @Test
    void contentBehindTheQuestionsTimeIsNotSeen() {
        Rig<Sums> rig = Rig.two(() -> new Sums(10, 0, 0));
        rig.send(1, 1, 20, ONE);
        assertEquals(0, rig.send(0, 1, 19, "").count.get());
        assertEquals(1, rig.send(0, 1, 20, "").count.get(), "at exactly t, with a smaller q");
        assertEquals(1, rig.send(0, 1, 29, "").count.get());
        assertEquals(0, rig.send(0, 1, 30, "").count.get());
    }

    @Test
    void lateContentAndLateQuestionsAreRefused() {
        Rig<Sums> rig = Rig.two(() -> new Sums(10, 0, 0));
        rig.advance(10);
        assertNull(rig.send(1, 1, 9, ONE));
        assertEquals(Reason.LATE, rig.refused);
        assertNull(rig.send(0, 1, 9, ""));
        assertEquals(Reason.LATE, rig.refused);
        assertEquals(2, rig.counters.late);
        assertEquals(0, rig.send(0, 1, 10, "").count.get());
    }

    @Test
    void withBucketsTheWindowEndsWithTheStepOfTheEvent() {
        Rig<Sums> rig = Rig.one(() -> new Sums(60, 0, 1));
        assertEquals(1, count(rig, 0));
        assertEquals(2, count(rig, 59));
        assertEquals(2, count(rig, 60), "60 buckets ending with its own: 1 to 60");
        Rig<Short> wide = Rig.one(() -> new Short(60, 10));
        assertEquals(1, wide.send(1, 9, ONE).count.get());
        assertEquals(2, wide.send(1, 50, ONE).count.get());
        assertEquals(3, wide.send(1, 59, ONE).count.get());
        assertEquals(3, wide.send(1, 60, ONE).count.get(), "the bucket of 0 to 9 left as a whole");
        assertEquals(1, wide.send(1, 1_000, ONE).count.get());
    }

    @Test
    void anOlderEventJoinsItsBucket() {
        Rig<Sums> rig = Rig.one(() -> new Sums(20, 0, 10));
        assertEquals(5, rig.send(1, 5, new Ev(5, 1)).cents.get());
        assertEquals(5 + 7, rig.send(1, 15, new Ev(7, 1)).cents.get());
        assertEquals(7 + 9, rig.send(1, 25, new Ev(9, 1)).cents.get());
        assertEquals(5 + 7 + 1, rig.send(1, 11, new Ev(1, 1)).cents.get(), "buckets 0 and 10");
        assertEquals(7 + 9 + 1 + 2, rig.send(1, 29, new Ev(2, 1)).cents.get());
    }

    // ---- 2

    @Test
    void bucketsUseFloorArithmetic() {
        Rig<Sums> rig = Rig.one(() -> new Sums(10, 0, 10));
        assertEquals(1, count(rig, -11));
        assertEquals(1, count(rig, -10), "[-10, 0)");
        assertEquals(2, count(rig, -1));
        assertEquals(1, count(rig, 0));
    }

    @Test
    void theSmallestAndTheLargestTimesDoNotOverflow() {
        Rig<Sums> rig = Rig.one(() -> new Sums(Long.MAX_VALUE, 0, 0));
        assertEquals(1, count(rig, Long.MIN_VALUE));
        assertEquals(2, count(rig, Long.MIN_VALUE + 1));
        assertEquals(2, count(rig, -1), "the first is MAX behind");
        assertEquals(1, count(rig, Long.MAX_VALUE));
        Rig<Sums> buckets = Rig.one(() -> new Sums(30, 0, 10));
        assertEquals(1, count(buckets, Long.MIN_VALUE));
        assertEquals(2, count(buckets, Long.MIN_VALUE + 1));
        assertEquals(1, count(buckets, Long.MAX_VALUE));
        assertEquals(2, count(buckets, Long.MAX_VALUE));
    }

    @Test
    void aSizeThatDoesNotFitIsAsLongAsThereIs() {
        Rig<Everything> rig = Rig.one(Everything::new);
        rig.send(1, 0, ONE);
        assertEquals(2, rig.send(1, Long.MAX_VALUE - 1, ONE).count.get());
    }

    static class Everything extends LookBack<Ev> {
        final LongValue count = last(Duration.ofDays(1_000_000)).count();
    }

    @Test
    void twoEventsFarApartCostNoMoreThanTwoNearEachOther() {
        Rig<Sums> rig = Rig.one(() -> new Sums(60, 0, 1));
        count(rig, 0);
        rig.counters.maxSlotsTouched = 0;
        assertEquals(1, count(rig, 1_000_000_000_000_000L));
        assertTrue(rig.counters.maxSlotsTouched < 10, () -> rig.counters.maxSlotsTouched + " slots");
    }

    // ---- 3

    @Test
    void onTimeResultsAndLateEventsTogetherHoldEachInputOnce() {
        Rig<Sums> rig = size(10);
        int answered = 0;
        int late = 0;
        for (int i = 0; i < 1_000; i++) {
            rig.advance(i - 5);
            long time = i - (i * 7919L % 11);
            answered += rig.send(i % 3, time, ONE) != null ? 1 : 0;
            late += rig.refused == Reason.LATE ? 1 : 0;
        }
        assertEquals(1_000, answered + late);
        assertEquals(late, rig.counters.late);
        assertTrue(late > 100 && answered > 100);
    }

    // ---- 10

    @Test
    void onceALargeTermHasLeftTheSumEqualsAFreshSumToTheLastBit() {
        Rig<Sums> rig = size(2);
        double[] terms = {1e16, 1, -1e16, 1};
        for (int i = 0; i < terms.length; i++) {
            double before = i == 0 ? 0 : terms[i - 1];
            assertEquals(
                    before + terms[i],
                    rig.send(1, i, new Ev(0, terms[i])).amount.get());
        }
        assertEquals(1.1, rig.send(1, 4, new Ev(0, 0.1)).amount.get());
    }

    @Test
    void cancellationLosesNothing() {
        Rig<Sums> rig = size(100);
        rig.send(1, 0, new Ev(0, 1e16));
        rig.send(1, 1, new Ev(0, 1));
        assertEquals(1.0, rig.send(1, 2, new Ev(0, -1e16)).amount.get());
    }

    @Test
    void nanOrInfinityEntersAndLeavesTheSumIsFiniteAgain() {
        for (long step : new long[] {0, 1}) {
            for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
                Rig<Sums> rig = Rig.one(() -> new Sums(10, 0, step));
                rig.send(1, 0, new Ev(0, 0.5));
                assertEquals(bad, rig.send(1, 1, new Ev(0, bad)).amount.get());
                assertEquals(bad, rig.send(1, 10, new Ev(0, 0.25)).mean.get());
                assertEquals(1.25, rig.send(1, 11, new Ev(0, 1)).amount.get());
            }
        }
    }

    @Test
    void minimumAndMaximumAfterTheExtremeLeftAreRight() {
        Rig<Sums> rig = size(10);
        rig.send(1, 0, new Ev(100, 0));
        rig.send(1, 1, new Ev(-100, 0));
        Sums both = rig.send(1, 9, new Ev(3, 0));
        assertEquals(-100, both.min.get());
        assertEquals(100, both.max.get());
        assertEquals(3, rig.send(1, 10, new Ev(2, 0)).max.get());
        assertEquals(2, rig.send(1, 11, new Ev(4, 0)).min.get());
    }

    @Test
    void integerSumsThatOverflowAreRefusedAndNotKept() {
        for (long step : new long[] {0, 1, 5}) {
            Rig<Short> rig = Rig.one(() -> new Short(10, step));
            rig.send(1, 0, new Ev(Long.MAX_VALUE - 10, 0));
            assertNull(rig.send(1, 1, new Ev(11, 0)));
            assertEquals(Reason.OUT_OF_RANGE, rig.refused);
            assertEquals(Long.MAX_VALUE, rig.send(1, 2, new Ev(10, 0)).cents.get());
            assertEquals(Long.MAX_VALUE - 7, rig.send(1, 9, new Ev(-7, 0)).cents.get());
            assertEquals(2, rig.send(1, 30, new Ev(1, 0)).cents.get() + 1, "all have left");
        }
    }

    static final class Saturating extends LookBack<Ev> {
        final LongValue cents = last(Duration.ofNanos(10)).sumSaturating(Ev::cents);
    }

    @Test
    void aSaturatingSumStaysAtTheEndOfItsRangeUntilItFitsAgain() {
        Rig<Saturating> rig = Rig.one(Saturating::new);
        rig.send(1, 0, new Ev(Long.MAX_VALUE - 10, 0));
        assertEquals(Long.MAX_VALUE, rig.send(1, 5, new Ev(11, 0)).cents.get(), "one too much");
        assertEquals(Long.MAX_VALUE, rig.send(1, 6, new Ev(-1, 0)).cents.get(), "exactly");
        assertEquals(Long.MAX_VALUE - 1, rig.send(1, 7, new Ev(-1, 0)).cents.get());
        assertEquals(9, rig.send(1, 10, new Ev(0, 0)).cents.get(), "the large one has left");
        rig.send(1, 100, new Ev(Long.MIN_VALUE, 0));
        assertEquals(Long.MIN_VALUE, rig.send(1, 101, new Ev(-1, 0)).cents.get());
    }

    @Test
    void aSumThatOverflowsBecauseASmallTermLeftIsRefusedUntilItFitsAgain() {
        Rig<Short> rig = Rig.one(() -> new Short(10, 0));
        rig.send(1, 0, new Ev(-5, 0));
        rig.send(1, 5, new Ev(Long.MAX_VALUE, 0));
        assertEquals(Long.MAX_VALUE - 2, rig.send(1, 6, new Ev(3, 0)).cents.get());
        assertNull(rig.send(1, 10, new Ev(0, 0)), "MAX + 3 once -5 has left");
        assertEquals(Reason.OUT_OF_RANGE, rig.refused);
        assertEquals(Long.MAX_VALUE, rig.send(1, 11, new Ev(-3, 0)).cents.get());
        assertEquals(0, rig.send(1, 15, new Ev(0, 0)).cents.get(), "3 and -3 are left");
    }

    @Test
    void whatLeavesAtOnceIsSummedInFullAlsoWhereItDoesNotFitALong() {
        Rig<Short> rig = Rig.one(() -> new Short(20, 0));
        Ev much = new Ev(1L << 62, 0);
        Ev less = new Ev(-1L << 62, 0);
        rig.send(1, 2, much);
        rig.send(1, 10, less);
        rig.send(1, 11, less);
        rig.send(1, 1, much);
        rig.send(1, 12, less);
        rig.send(1, 0, much);
        assertNull(rig.send(1, 22, new Ev(0, 0)), "three times -2^62 are left");
        assertEquals(Reason.OUT_OF_RANGE, rig.refused);
    }

    @Test
    void whatHasLeftIsKeptAsLongAsAnEventThatIsNotLateSeesIt() {
        Rig<Short> rig = Rig.one(() -> new Short(10, 0));
        rig.send(1, 0, new Ev(1, 0));
        rig.send(1, 5, new Ev(2, 0));
        rig.send(1, 12, new Ev(16, 0));
        rig.advance(9);
        assertEquals(16 + 4, rig.send(1, 20, new Ev(4, 0)).cents.get(), "(10, 20]");
        assertEquals(1 + 2 + 8, rig.send(1, 9, new Ev(8, 0)).cents.get(), "(-1, 9]");
    }

    // ---- user code, keys, bounds

    static class Throwing extends LookBack<Ev> {
        final Span<Ev> span = last(Duration.ofNanos(10));
        final LongValue count = span.count();
        final LongValue cents = span.sum(e -> {
            if (e.cents() < 0) {
                throw new IllegalStateException("negative");
            }
            return e.cents();
        });
    }

    @Test
    void whatUserCodeThrowsIsADeadLetterAndNothingIsKept() {
        Rig<Throwing> rig = Rig.one(Throwing::new);
        assertNull(rig.send(1, 0, new Ev(-1, 0)));
        assertEquals("negative", rig.thrown.getMessage());
        assertEquals(0, rig.counters.keys);
        assertEquals(1, rig.send(1, 1, ONE).count.get());
    }

    static class Counted extends LookBack<int[]> {
        static int calls;
        static final io.millrace.event.LongField<int[]> FIELD = e -> calls++;
        final LongValue a = last(Duration.ofNanos(10)).sum(FIELD);
        final LongValue b = last(Duration.ofNanos(20)).max(FIELD);
    }

    @Test
    void anArgumentIsReadOnceForAnEvent() {
        Rig<Counted> rig = Rig.one(Counted::new);
        Counted.calls = 0;
        rig.send(1, 0, new int[0]);
        rig.send(1, 1, new int[0]);
        assertEquals(2, Counted.calls);
    }

    @Test
    void theEventOfTheResultIsTheEventInHand() {
        Rig<Sums> rig = size(10);
        Ev event = new Ev(4, 5);
        Sums answer = rig.send(1, 0, event);
        assertSame(event, answer.event());
        rig.advance(1);
        assertTrue(assertThrows(IllegalStateException.class, answer::event)
                .getMessage()
                .contains("during the call"));
    }

    @Test
    void oneObjectServesAllEvents() {
        Rig<Sums> rig = size(10);
        assertSame(rig.send(1, 0, ONE), rig.send(2, 0, ONE));
        assertNotNull(rig.send(2, 0, ONE));
    }
}
