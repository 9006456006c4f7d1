package io.millrace.operators.process;

import static io.millrace.operators.process.MillionDueTest.IN;
import static io.millrace.operators.process.MillionDueTest.OUT;
import static io.millrace.operators.process.MillionDueTest.crowd;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.EventPattern;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.operators.join.AsOf;
import io.millrace.operators.join.Interval;
import io.millrace.operators.window.Window;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Entries that bring more events than one fires else, of keys of their own, again and again: what falls due of them is as much at each entry,
 * and of no word does more and more of it wait. No entry fires more than the plan says, and few while nobody is behind.
 */
class CrowdsTest {
    /** Events of an entry: three times as many as one fires. */
    private static final int SIZE = 192;

    private static final int SPAN = 10;
    private static final int ENTRIES = 90;
    private static final Duration TIME = Duration.ofNanos(SPAN);

    /** Of each event twice what it makes due: two timers, and its key; deadlines of a pattern, which may be told in parts. */
    private static final int MOST_OF_EVENT = 10;

    /** Each event brings one row; so many entries may have theirs untold that are not due, that are, and that are due twice over. */
    private static void assertTellsInTime(Function<KeyedStream<Blip.View>, EventStream<Blip.View>> word) {
        ManualRun run = crowd(SIZE, word);
        for (int i = 0; i < ENTRIES; i++) {
            run.send(0, IN, Blip.of(i, i, 0));
            long untold = (long) SIZE * (i + 1) - run.outputs();
            assertTrue(untold <= (3L * SPAN + 3) * SIZE, "behind entry " + i + " wait " + untold);
        }
        assertTrue(run.outputs() > 0, "some are told");
        assertTrue(run.counters("word").maxFirings <= run.mostFirings("word"), "of one entry");
        assertTrue(run.mostFirings("word") <= MOST_OF_EVENT * SIZE, "the plan says " + run.mostFirings("word"));
        assertEquals(0, run.dead());
    }

    private static EventStream<Blip.View> tallied(KeyedStream<Blip.View> s, Window window) {
        return s.window("word", window).aggregate(Tally::new).map(Blip.BLIP, (t, out) -> out.set(t.key.get(), 0, 0));
    }

    static final class Tally extends Aggregates<Blip.View> {
        final LongValue key = longKey();
        final LongValue count = count();
    }

    @Test
    void shouldTellOfWindowsInTimeHoweverManyKeysAnEntryBrings() {
        assertTellsInTime(s -> tallied(s, Window.tumbling(TIME)));
        assertTellsInTime(s -> tallied(s, Window.session(TIME)));
        assertTellsInTime(s -> tallied(s, Window.count(9).early(TIME)));
    }

    @Test
    void shouldConflateAndDeferInTimeHoweverManyKeysAnEntryBrings() {
        assertTellsInTime(s -> s.conflate("word", TIME));
        assertTellsInTime(s -> s.defer("word", TIME));
    }

    /** Once, and behind a timer that sets a second one. */
    static final class Twice extends KeyedProcess {
        final Timer first = timer("first", () -> second());
        final Timer second = timer("second", this::due);
        final EmitInPlace<Blip.View, Blip.Writer> out = emits("out", Blip.BLIP);

        Twice(On<Blip.View> blips) {
            emitsAtMost(1);
            on(blips, b -> first.in(Duration.ofNanos(SPAN / 2)));
        }

        private void second() {
            second.in(Duration.ofNanos(SPAN / 2));
        }

        private void due() {
            out.begin().set(key(), nowNs(), 0);
            out.end();
        }
    }

    @Test
    void shouldFireTimersInTimeHoweverManyAnEntrySets() {
        assertTellsInTime(s -> s.process("word", TIME, Twice::new).out(p -> p.out));
    }

    static final class Alone extends EventPattern<Blip.View> {
        final Step<Blip.View> one = begin(b -> true);

        Alone() {
            notFollowedBy(b -> false);
        }
    }

    @Test
    void shouldMatchInTimeHoweverManyKeysAnEntryBrings() {
        assertTellsInTime(s -> s.pattern("word", TIME, Alone::new).map(Blip.BLIP, (m, out) -> out.set(1, 0, 0)));
    }

    @Test
    void shouldAnswerAsOfInTimeHoweverManyEventsAnEntryBrings() {
        assertTellsInTime(
                s -> s.asOf("word", s.filter(b -> false), AsOf.forward().tolerance(TIME))
                        .map(Blip.BLIP, (j, out) -> out.set(1, 0, 0)));
    }

    @Test
    void shouldSendAloneInTimeHoweverManyEventsAnEntryBrings() {
        Interval<Object> near = Interval.between(TIME.negated(), TIME);
        Interval<Object> session = Interval.sameWindow(Window.session(TIME));
        for (Interval<Object> in : List.of(near.left(), near.anti(), near.full(), session.left())) {
            assertTellsInTime(
                    s -> s.join("word", s.filter(b -> false), in).map(Blip.BLIP, (j, out) -> out.set(1, 0, 0)));
        }
    }

    /** Keys that are looked after only to give their memory back. */
    private static void assertForgets(Function<KeyedStream<Blip.View>, EventStream<Blip.View>> word) {
        ManualRun run = crowd(SIZE, word);
        for (int i = 0; i < 6 * SPAN; i++) {
            run.send(0, IN, Blip.of(i, i, 0));
            long keys = run.counters("word").keys;
            assertTrue(keys <= (3L * SPAN + 3) * SIZE, "behind entry " + i + " " + keys + " keys");
        }
        assertTrue(run.counters("word").maxFirings <= run.mostFirings("word"), "of one entry");
    }

    static final class Past extends LookBack<Blip.View> {
        final Aggregates.LongValue count = last(TIME).count();
    }

    static final class Noting extends KeyedProcess {
        final LongState seen = longState("seen");
        final EmitInPlace<Blip.View, Blip.Writer> out = emits("out", Blip.BLIP);

        Noting(On<Blip.View> blips) {
            on(blips, b -> seen.set(1 + b.timeNs()));
        }
    }

    @Test
    void shouldForgetKeysInTimeHoweverManyAnEntryBrings() {
        Interval<Object> near = Interval.between(TIME.negated(), TIME);
        assertForgets(s -> s.dedupe("word", TIME));
        assertForgets(s -> s.throttle("word", 1, TIME));
        assertForgets(s -> s.lookBack("word", Past::new)
                .map(Blip.BLIP, (p, out) -> out.set(p.event().key(), p.event().timeNs(), 0)));
        assertForgets(s -> s.process("word", TIME, Noting::new).out(p -> p.out));
        assertForgets(s -> s.join("word", s, near).map(Blip.BLIP, (j, out) -> out.set(0, 0, 0)));
        assertForgets(
                s -> s.asOf("word", s, AsOf.backward().tolerance(TIME)).map(Blip.BLIP, (j, out) -> out.set(0, 0, 0)));
    }

    /** That are looked after beside what fires. */
    private static final int KEYS = 16;

    /** One that may bring hundreds of events and brings one has as few fire as one that can bring no more. */
    @Test
    void shouldFireFewWhileNobodyIsBehind() {
        assertFires(16, s -> tallied(s, Window.tumbling(TIME)));
        assertFires(16, s -> tallied(s, Window.session(TIME)));
        assertFires(16, s -> s.conflate("word", TIME));
        assertFires(4, s -> s.dedupe("word", TIME));
        assertFires(64, s -> s.defer("word", TIME));
        assertFires(64 + KEYS, s -> s.process("word", TIME, Twice::new).out(p -> p.out));
        assertFires(64, s -> s.pattern("word", TIME, Alone::new).map(Blip.BLIP, (m, out) -> out.set(1, 0, 0)));
        Interval<Object> near = Interval.between(TIME.negated(), TIME);
        assertFires(
                64 + KEYS,
                s -> s.join("word", s.filter(b -> false), near.left()).map(Blip.BLIP, (j, out) -> out.set(1, 0, 0)));
        assertFires(
                64,
                s -> s.asOf("word", s.filter(b -> false), AsOf.forward().tolerance(TIME))
                        .map(Blip.BLIP, (j, out) -> out.set(1, 0, 0)));
    }

    /** A thousand keys fall due at once. */
    private static void assertFires(int few, Function<KeyedStream<Blip.View>, EventStream<Blip.View>> word) {
        Topology topology = Millrace.topology(
                "few",
                t -> word.apply(t.from(IN)
                                .flatMap(Blip.BLIP, SIZE, (b, out) -> {
                                    out.begin().set(b.key(), b.timeNs(), 0);
                                    out.end();
                                })
                                .keyBy(Blip.View::key))
                        .to(OUT));
        ManualRun run = new ManualRun(topology, MillionDueTest.OPTIONS.withStateBytes(32 << 20)).countOnly();
        int keys = 1_000;
        for (int i = 0; i < keys; i++) {
            run.send(0, IN, Blip.of(i, 0, 0));
        }
        for (int i = 0; i < keys / 4; i++) {
            run.send(0, IN, Blip.of(keys + i, 10 * SPAN, 0));
        }
        assertTrue(run.mostFirings("word") >= 2 * SIZE, "the plan says " + run.mostFirings("word"));
        assertEquals(few, run.counters("word").maxFirings);
    }
}
