package io.millrace.operators.pattern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.EventPattern;
import io.millrace.plan.PlanOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a pattern does with thousands of partial matches of one key, and with memory that nobody looks at any more. */
class PatternWorkTest {
    private static final int PARTIALS = 2_048;
    private static final int MATCHES = 1_024;

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
        assertTrue(run.counters().maxSlotsTouched < 12 * PARTIALS, run.counters().maxSlotsTouched + " steps");
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
        assertTrue(run.counters().maxSlotsTouched < 12 * PARTIALS, run.counters().maxSlotsTouched + " steps");
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
