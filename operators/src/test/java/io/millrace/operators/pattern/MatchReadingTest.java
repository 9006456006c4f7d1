package io.millrace.operators.pattern;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.EventPattern;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.PatternWords.Step;
import io.millrace.event.Bytes;
import io.millrace.event.EventType;
import io.millrace.event.Input;
import io.millrace.plan.PlanOptions;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

/** Reading the events of a match by their index goes along each of them once. */
class MatchReadingTest {
    private static final int MANY = 400;

    static class Two extends EventPattern<Beat.View> {
        final Step<Beat.View> z = begin(e -> e.is('z'));
        final Step<Beat.View> a = followedBy((Beat.View e) -> e.is('a')).times(MANY);
        final Step<Beat.View> b = followedBy((Beat.View e) -> e.is('b')).times(MANY);
    }

    /** Both steps side by side, with the ends of one in between. */
    private static long byIndex(Two match) {
        long sum = 0;
        for (int i = 0; i < MANY; i++) {
            sum = 31 * sum + at(match.a, i);
            sum = 31 * sum + at(match.b, MANY - 1 - i);
            sum = 31 * sum + match.a.last().value() - match.b.first().value();
        }
        return sum;
    }

    private static long at(Step<Beat.View> step, int i) {
        return step.event(i).value();
    }

    private static long expected() {
        long sum = 0;
        for (int i = 0; i < MANY; i++) {
            sum = 31 * sum + i;
            sum = 31 * sum + MANY + MANY - 1 - i;
            sum = 31 * sum + MANY - 1 - MANY;
        }
        return sum;
    }

    private static BeatRun run(ToLongFunction<Two> value) {
        BeatRun run = new BeatRun(
                        100_000,
                        0,
                        PlanOptions.fused().withStateBytes(8L << 20),
                        Two::new,
                        (Two m, boolean isMatch, Beat.Writer out) -> out.set(1, 0, isMatch ? value.applyAsLong(m) : 0))
                .keep();
        run.send(1, 0, 'z', 0);
        for (int i = 0; i < 2 * MANY; i++) {
            run.send(1, i, i < MANY ? 'a' : 'b', i);
        }
        return run;
    }

    @Test
    void shouldGoAlongEachEventOnceWhereAMatchIsReadByIndex() {
        assertReads(run(MatchReadingTest::byIndex), expected());
    }

    private static void assertReads(BeatRun run, long expected) {
        assertTrue(run.take().get(0).endsWith(" " + expected), "it is " + run.take() + ", and not " + expected);
        assertEquals(0, run.dead());
        assertTrue(run.counters().maxSlotsTouched < 3 * MANY, run.counters().maxSlotsTouched + " links");
    }

    @Test
    void shouldDoSoWhereItIsEncodedAndReadFromItsBytes() {
        EventType<Two> type = type();
        byte[] encoded = new byte[type.maxLength()];
        int length = 6 + (2 * MANY + 1) * (4 + Beat.BEAT.maxLength());
        assertReads(run(m -> type.encode(m, encoded, 0)), length);
        MatchView<Two> view = (MatchView<Two>) type.newView();
        Two match = view.wrap(encoded, 0, length);
        assertEquals(expected(), byIndex(match));
        byte[] again = new byte[encoded.length];
        assertEquals(length, type.encode(match, again, 0));
        assertArrayEquals(encoded, again);
        assertTrue(view.walked() <= 2 * MANY, view.walked() + " events");
        assertNull(type.check(encoded, 0, length));
    }

    @SuppressWarnings("unchecked")
    private static EventType<Two> type() {
        Topology topology = Millrace.topology(
                "t",
                t -> t.from(Input.of("in", Beat.BEAT))
                        .keyBy(Beat.View::key)
                        .pattern("pattern", Duration.ofSeconds(1), Two::new)
                        .to(BeatRun.OUT, (m, out) -> out.set(1, 0, 0)));
        return (EventType<Two>) topology.node("pattern").types().get(0);
    }

    @Test
    void shouldRefuseBytesWithMoreEventsThanAStepTakes() {
        byte[] bytes = new byte[6 + 4 * (MANY + 1)];
        Bytes.putShort(bytes, 2, (short) (MANY + 1));
        String wrong = type().check(bytes, 0, bytes.length);
        assertTrue(wrong.contains("has 401 events, and at most 400"), wrong);
    }
}
