package io.millrace.operators.pattern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.EventPattern;
import io.millrace.dsl.PatternWords;
import io.millrace.plan.PlanOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a pattern does with thousands of partial matches of one key, and with memory that nobody looks at any more. */
class PatternWorkTest {
    private static final int PARTIALS = 2_048;
    private static final int MATCHES = 1_024;

    /** Comparisons of a sort for each of them, and one look. */
    private static final int LOG = 32 - Integer.numberOfLeadingZeros(PARTIALS - 1);

    /** What is written where a partial match takes an event, and where it is over: runs and links that come and go, those that hold them. */
    private static final int WRITES = 16;

    static class AnyTwo extends EventPattern<Beat.View> {
        final Step<Beat.View> a = begin(e -> e.is('a'));
        final Step<Beat.View> b = followedByAny(e -> e.is('b'));
        final Step<Beat.View> c = followedBy(e -> e.is('c'));

        AnyTwo() {
            noSkip();
            partialsAtMost(PARTIALS);
            matchesAtMost(MATCHES);
        }
    }

    static class AnyAndNoMore extends EventPattern<Beat.View> {
        final Step<Beat.View> a = begin(e -> e.is('a'));
        final Step<Beat.View> b = followedByAny(e -> e.is('b'));

        AnyAndNoMore() {
            notFollowedBy(e -> e.is('d'));
            noSkip();
            partialsAtMost(PARTIALS);
            matchesAtMost(MATCHES);
        }
    }

    private static List<String> inOrder(int most) {
        List<String> expected = new ArrayList<>();
        for (int i = 1; i <= most; i++) {
            expected.add("1@10000 " + i);
        }
        return expected;
    }

    private static void branch(BeatRun run) {
        run.send(1, 0, 'a', 0);
        for (int i = 1; i < PARTIALS; i++) {
            run.send(1, i, 'b', i);
        }
    }

    /** Each comes before the one found before it: an order that costs a sort by insertion the square of their number. */
    @Test
    void shouldOrderTheMatchesOfOneEventWithWorkByTheirNumberAndItsLogarithm() {
        BeatRun run = new BeatRun(
                        100_000,
                        0,
                        PlanOptions.fused().withStateBytes(8L << 20),
                        AnyTwo::new,
                        (AnyTwo p, boolean isMatch, Beat.Writer out) ->
                                out.set(1, 0, isMatch ? p.b.event().value() : 0))
                .keep();
        branch(run);
        run.send(1, 10_000, 'c', 0);
        assertEquals(inOrder(MATCHES), run.take());
        assertEquals(PARTIALS - 1 - MATCHES, run.counters().evicted);
        assertTrue(
                run.counters().maxSlotsTouched < (LOG + WRITES) * PARTIALS, run.counters().maxSlotsTouched + " steps");
        assertEquals(0, run.dead());
    }

    @Test
    void shouldOrderTheMatchesOfOneDeadlineWithWorkByTheirNumberAndItsLogarithm() {
        BeatRun run = new BeatRun(
                        10_000,
                        0,
                        PlanOptions.fused().withStateBytes(8L << 20),
                        AnyAndNoMore::new,
                        (AnyAndNoMore p, boolean isMatch, Beat.Writer out) ->
                                out.set(1, 0, isMatch ? p.b.event().value() : 0))
                .keep();
        branch(run);
        run.advance(20_000);
        List<String> expected = inOrder(PARTIALS - 1);
        expected.add(0, "1@10000 0"); // the partial match that waited for another b; its way to the output stands first
        assertEquals(expected, run.take());
        assertTrue(
                run.counters().maxSlotsTouched < (LOG + WRITES) * PARTIALS, run.counters().maxSlotsTouched + " steps");
        assertEquals(0, run.counters().keys);
    }

    // ---- what is due of a key before its event

    static class AThenB extends EventPattern<Beat.View> {
        final Step<Beat.View> a = begin(e -> e.is('a'));
        final Step<Beat.View> b = followedBy(e -> e.is('b'));

        AThenB() {
            noSkip();
            partialsAtMost(PARTIALS);
        }
    }

    static class NoB extends EventPattern<Beat.View> {
        final Step<Beat.View> a = begin(e -> e.is('a'));

        NoB() {
            notFollowedBy(e -> e.is('b'));
            skipToNext();
            partialsAtMost(PARTIALS);
            matchesAtMost(1);
        }
    }

    /** Each b ends the wait of one a, and from there the next step has a time of its own: so the last that began is due first. */
    static class OwnTimes extends EventPattern<Beat.View> {
        final Step<Beat.View> a = begin(e -> e.is('a'));
        final Step<Beat.View> b =
                followedBy(e -> e.is('b') && e.value() == a.event().value());
        final Step<Beat.View> c = followedBy(e -> e.is('c')).within(Duration.ofNanos(10_000));

        OwnTimes() {
            noSkip();
            partialsAtMost(PARTIALS);
        }
    }

    private static <P extends EventPattern<Beat.View>> BeatRun timed(
            Supplier<P> pattern, Function<P, PatternWords.Step<Beat.View>> first) {
        return new BeatRun(
                        20_000,
                        0,
                        PlanOptions.fused().withStateBytes(8L << 20),
                        pattern,
                        (P p, boolean isMatch, Beat.Writer out) ->
                                out.set(1, 0, first.apply(p).event().value()))
                .keep();
    }

    /** Every partial match has a deadline of its own; what that costs goes by their number, whatever order they are due in. */
    @Test
    void shouldTellAllDeadlinesOfAKeyBeforeItsEventWithWorkByTheirNumber() {
        BeatRun inOrder = timed(AThenB::new, p -> p.a);
        BeatRun matches = timed(NoB::new, p -> p.a);
        for (BeatRun run : List.of(inOrder, matches)) {
            begin(run, PARTIALS);
            assertTold(run, PARTIALS, i -> "1@" + (i + 20_000) + " " + i, WRITES);
        }
        BeatRun backwards = timed(OwnTimes::new, p -> p.a);
        int few = PARTIALS / 8;
        begin(backwards, few);
        for (int i = 0; i < few; i++) {
            backwards.send(1, 5_000 + i, 'b', few - 1 - i);
        }
        assertTold(backwards, few, i -> "1@" + (15_000 + i) + " " + (few - 1 - i), LOG + WRITES);
    }

    private static void begin(BeatRun run, int partials) {
        for (int i = 0; i < partials; i++) {
            run.send(1, i, 'a', i);
        }
    }

    private static void assertTold(BeatRun run, int most, IntFunction<String> result, int each) {
        run.counters().maxSlotsTouched = 0;
        run.send(1, 100_000, 'd', 0);
        List<String> expected = IntStream.range(0, most).mapToObj(result).toList();
        assertEquals(expected, run.take());
        assertEquals(most - 64, run.counters().maxFirings, "before the event, behind those that any entry fires");
        long slots = run.counters().maxSlotsTouched;
        assertTrue(slots > most && slots < (long) each * most, slots + " slots for " + most);
        assertEquals(0, run.counters().keys);
    }

    /** Partial matches stand as they are due where no step has a time of its own: those that are not due are not looked at. */
    @Test
    void shouldNotLookAtPartialMatchesThatAreNotDue() {
        BeatRun run = timed(AThenB::new, p -> p.a);
        begin(run, PARTIALS);
        run.counters().maxSlotsTouched = 0;
        run.advance(20_000);
        assertEquals(List.of("1@20000 0"), run.take());
        run.advance(20_003);
        assertEquals(List.of("1@20001 1", "1@20002 2", "1@20003 3"), run.take());
        assertTrue(run.counters().maxSlotsTouched < 128, run.counters().maxSlotsTouched + " slots");
        run.send(1, 20_003, 'b', 0);
        assertEquals(PARTIALS - 4, run.counters().evicted + run.take().size(), "the others are as they were");
    }

    static class AnyB extends EventPattern<Beat.View> {
        final Step<Beat.View> a = begin(e -> e.is('a'));
        final Step<Beat.View> b = followedByAny(e -> e.is('b'));

        AnyB() {
            skipToNext();
            partialsAtMost(PARTIALS);
            matchesAtMost(MATCHES);
        }
    }

    /** Each match takes away what begins as it does. */
    @Test
    void shouldSkipBehindEachMatchOfOneEventWithWorkByTheirNumber() {
        BeatRun run = timed(AnyB::new, p -> p.a);
        begin(run, MATCHES);
        run.send(1, 10_000, 'b', 0);
        assertEquals(MATCHES, run.take().size());
        assertTrue(
                run.counters().maxSlotsTouched < (LOG + WRITES) * MATCHES, run.counters().maxSlotsTouched + " steps");
        assertEquals(0, run.counters().keys);
    }

    static class Long extends EventPattern<Beat.View> {
        final Step<Beat.View> a = begin(e -> e.is('a'));
        final Step<Beat.View> b = followedBy(e -> e.is('b')).times(1_000);
    }

    /** The chain of a run that is over is freed a few links at a time; an event that finds no room does not wait for that. */
    @Test
    void shouldNotRefuseAnEventWhereRoomIsHeldByWhatIsOver() {
        int fits = held(run());
        BeatRun run = run();
        run.send(1, 1_000, 'a', 0);
        for (int i = 0; i < 900; i++) {
            run.send(1, 1_001 + i, 'b', 0);
        }
        run.advance(5_000);
        goOn(run);
        assertEquals(900 + 1, run.counters().firings, "all taken");
        run.advance(20_000);
        goOn(run);
        assertEquals(0, run.counters().keys);
        assertEquals(0, run.dead());
        assertTrue(held(run) >= fits - 1, "as many as at the beginning");
    }

    /** The key of the event is there, and there would be a place among those that wait: only the event itself has no room. */
    @Test
    void shouldRefuseAnEventThatHasToWaitWherePartialMatchesHoldAllRoom() {
        BeatRun run = run();
        run.send(1, 1_000, 'a', 0);
        for (int i = 0; i < 900; i++) {
            run.send(1, 1_001 + i, 'b', 0);
        }
        run.advance(5_000);
        goOn(run);
        for (int i = 0; i < 2_000; i++) {
            run.send(1, 6_000, 'b', 0);
        }
        assertTrue(run.dead() > 500 && run.dead() < 1_900, run.dead() + " refused");
        run.end();
        assertEquals(1, run.outputs(), "the match of those that were there");
        assertEquals(0, run.counters().keys);
    }

    private static BeatRun run() {
        return new BeatRun(
                10_000,
                5_000,
                PlanOptions.fused().withStateBytes(1 << 20),
                Long::new,
                (Long p, boolean isMatch, Beat.Writer out) -> out.set(1, 0, 0));
    }

    private static void goOn(BeatRun run) {
        while (run.isBehind()) {
            run.goOn();
        }
    }

    /** How many events ahead of progress find room. */
    private static int held(BeatRun run) {
        assertFalse(run.isBehind());
        int n = 0;
        while (run.dead() == 0) {
            run.send(2, 30_000, 'a', 0);
            n++;
        }
        return n;
    }
}
