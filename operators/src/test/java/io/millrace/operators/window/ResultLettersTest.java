package io.millrace.operators.window;

import static io.millrace.operators.window.Window.count;
import static io.millrace.operators.window.Window.global;
import static io.millrace.operators.window.Window.hopping;
import static io.millrace.operators.window.Window.session;
import static io.millrace.operators.window.Window.slidingCount;
import static io.millrace.operators.window.Window.tumbling;
import static java.time.Duration.ofNanos;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Answer;
import io.millrace.engine.Engine;
import io.millrace.engine.Explain;
import io.millrace.engine.Inline;
import io.millrace.event.DeadLetter;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operators.aggregate.Unlucky;
import io.millrace.testkit.MemoryJournal;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The letter of a result that cannot be told: what asked for it, and what it says, on every way that letters go. */
class ResultLettersTest {
    private static final long MOST = Long.MAX_VALUE;

    record Ev(long key, long value, long ns) {}

    record Told(@Length(120) String text) {}

    private static final Input<Ev> IN =
            Input.of("in", Ev.class).eventTime(Ev::ns, NANOSECONDS).historic();
    private static final Output<Told> TOLD = Output.of("told", Told.class);
    private static final Output<Told> LETTERS = Output.of("letters", Told.class);

    /** Does not fit together, or throws where it makes 7. */
    static final class Shape extends Aggregates<Ev> {
        final LongValue sum = sum(Ev::value);
        final LongValue own = ownLong(new Unlucky<>(Ev::value));

        Told told() {
            return new Told(windowStartNs() + ".." + windowEndNs() + "=" + sum);
        }
    }

    private static Topology topology(Function<EventStream<Ev>, EventStream<Shape>> words, Output<Told> letters) {
        return Millrace.topology("results", t -> {
            words.apply(t.from(IN)).to(TOLD, Shape::told);
            if (letters != null) {
                t.deadLetters().to(letters, l -> new Told(said(l)));
            }
        });
    }

    private static Topology topology(Window window, Output<Told> letters) {
        return topology(in -> in.keyBy(Ev::key).window("w", window).aggregate(Shape::new), letters);
    }

    private static String said(DeadLetter l) {
        return l.node() + " " + l.reason().text() + " of " + l.key() + " at " + l.dueNs() + (l.fired() ? " fired" : "")
                + (l.ofResult() ? " result" : "") + l.event();
    }

    private static List<String> said(List<DeadLetter> letters) {
        return letters.stream().map(ResultLettersTest::said).toList();
    }

    private static List<String> texts(TestDriver driver, Output<Told> output) {
        return driver.take(output).stream().map(Told::text).toList();
    }

    private static void eachWord(BiConsumer<String, Function<EventStream<Ev>, EventStream<Shape>>> test) {
        for (Window window : List.of(
                slidingCount(2, 1),
                count(2),
                tumbling(ofNanos(100)).emitOnUpdate(),
                tumbling(ofNanos(100)).every(2),
                session(ofNanos(100)).every(2),
                global().every(2))) {
            test.accept(
                    window.settings().toString(),
                    in -> in.keyBy(Ev::key).window("w", window).aggregate(Shape::new));
        }
        test.accept("group", in -> in.keyBy(Ev::value).group("w").by(Ev::key).aggregate(Shape::new));
    }

    // ---- decisions

    private static List<String> decide(Topology topology, Output<Told> output, long... values) {
        List<String> got = new ArrayList<>();
        var setup = Engine.of(topology).cannotDecide(IN, Answer.FAIL_CLOSED);
        topology.outputs().forEach(setup::discard);
        try (Inline inline = setup.inline()) {
            for (int i = 0; i < values.length; i++) {
                Answer answer = inline.decide(IN, new Ev(0, values[i], 10 + i), output, t -> got.add(t.text()));
                got.add(answer.toString());
            }
        }
        return got;
    }

    private static <T> T last(List<T> of) {
        return of.get(of.size() - 1);
    }

    /** An event that asks for a result and gets none is not decided. */
    @Test
    void shouldNotDecideAnEventWhoseResultCannotBeTold() {
        eachWord((word, words) -> {
            List<String> got = decide(topology(words, null), TOLD, 3, 4);
            assertEquals("FAIL_CLOSED", last(got), word);
        });
        assertEquals("FAIL_CLOSED", last(decide(topology(slidingCount(2, 1), null), TOLD, MOST, 5)));
    }

    /** Unless the letters say what to do then. */
    @Test
    void shouldDecideByTheLetterOfAResultWhereItFlows() {
        eachWord((word, words) -> {
            List<String> got = decide(topology(words, LETTERS), LETTERS, 3, 4);
            assertEquals("TAKEN", last(got), word);
            assertTrue(got.get(got.size() - 2).startsWith("w operator-error of 0 at "), word + got);
        });
        assertEquals(
                List.of("TAKEN", "w out-of-range of 0 at 12 result", "TAKEN"),
                decide(topology(slidingCount(2, 1), LETTERS), LETTERS, MOST, 5));
    }

    /** What fires is due whoever comes. */
    @Test
    void shouldNotTakeAResultThatWasDueForADecisionOnTheEventThatLetsTimePass() {
        List<String> got = new ArrayList<>();
        Topology topology = topology(tumbling(ofNanos(10)), LETTERS);
        try (Inline inline = Engine.of(topology)
                .discard(TOLD)
                .discard(LETTERS)
                .cannotDecide(IN, Answer.FAIL_CLOSED)
                .inline()) {
            inline.publish(IN, new Ev(0, 7, 1));
            assertEquals(Answer.TAKEN, inline.decide(IN, new Ev(0, 1, 30), LETTERS, t -> got.add(t.text())));
            assertEquals(1, inline.deadLetters().total());
        }
        assertEquals(List.of(), got);
    }

    /** A letter of another event that this one takes up again is no decision on this one. */
    @Test
    void shouldNotTakeTheLettersOfOthersThatWereSetAsideForItsOwn() {
        Topology topology =
                topology(in -> in.keyBy(Ev::key).window("w", slidingCount(2, 1)).aggregate(Shape::new), LETTERS);
        List<String> got = new ArrayList<>();
        try (Inline inline = Engine.of(topology)
                .discard(TOLD)
                .discard(LETTERS)
                .cannotDecide(IN, Answer.FAIL_CLOSED)
                .inline()) {
            inline.publish(IN, new Ev(0, 1, 1));
            long far = java.time.Duration.ofDays(99).toNanos();
            for (int i = 2; i < 17; i++) {
                assertEquals(
                        Answer.FAIL_CLOSED,
                        inline.decide(IN, new Ev(i / 2, i / 2 == 3 ? i - 3 : 2, far), LETTERS, t -> got.add("no")));
            }
            assertEquals(0, inline.deadLetters().total());
            assertEquals(Answer.TAKEN, inline.decide(IN, new Ev(99, 1, far), LETTERS, t -> got.add(t.text())));
            assertEquals(1, inline.deadLetters().total());
        }
        assertEquals(List.of(), got);
    }

    // ---- what it says

    @Test
    void shouldInheritFromTheEventThatAskedAndBeNoFiring() {
        TestDriver driver = TestDriver.of(topology(slidingCount(2, 1), LETTERS));
        driver.send(IN, new Ev(8, 3, 1)).send(IN, new Ev(8, 4, 2), new Header().correlationId(77));
        Meta meta = driver.metas(LETTERS).get(0);
        assertFalse(meta.fired());
        assertEquals(77, meta.correlationId());
        assertEquals(1, meta.eventSequence());
        assertEquals(List.of("w operator-error of 8 at 3 result"), texts(driver, LETTERS));
        DeadLetter kept = driver.deadLetters().get(0);
        assertEquals(77, kept.correlationId());
        assertEquals("w operator-error of 8 at 3 result", said(kept));
        assertTrue(kept.toString().endsWith(": result of w due at 3 ns of key 8"), kept.toString());
        assertEquals(0, driver.redrive("w"));
    }

    /** Whatever sent it: an update, the end, or an early look. */
    @Test
    void shouldSayTheEndThatTheResultWouldHaveTold() {
        String of = "w operator-error of 0 at ";
        check(tumbling(ofNanos(100)).emitOnUpdate(), 10, of + "100 result");
        check(tumbling(ofNanos(100)).early(ofNanos(20)), 25, of + "100 fired result");
        check(tumbling(ofNanos(100)), 100, of + "100 fired result");
        check(hopping(ofNanos(100), ofNanos(50)).emitOnUpdate(), 10, of + "50 result", of + "100 result");
        check(session(ofNanos(20)).emitOnUpdate(), 10, of + "11 result");
        check(session(ofNanos(100)).early(ofNanos(20)), 45, of + "11 fired result");
        check(session(ofNanos(20)), 90, of + "11 fired result");
        check(count(1), 10, of + "11 result");
        check(count(2).early(ofNanos(20)), 25, of + "11 fired result");
        check(slidingCount(9, 3).emitOnUpdate(), 10, of + "11 result");
    }

    /** One without an end is said with the time that it would have had. */
    @Test
    void shouldSayTheTimeOfAResultWithoutAnEnd() {
        check(global().emitOnUpdate(), 10, "w operator-error of 0 at 10 result");
        check(global().early(ofNanos(20)), 25, "w operator-error of 0 at 20 fired result");
        TestDriver driver = TestDriver.of(
                topology(in -> in.keyBy(Ev::value).group("w").by(Ev::key).aggregate(Shape::new), null));
        driver.send(IN, new Ev(5, 7, 10));
        assertEquals(List.of("w operator-error of 5 at 10 result"), said(driver.deadLetters()));
    }

    /** An event at 10 that makes what cannot be told; then time passes. */
    private static void check(Window window, long untilNs, String... expected) {
        TestDriver driver = TestDriver.of(topology(window, null));
        driver.send(IN, new Ev(0, 7, 10)).advanceToNs(untilNs);
        assertEquals(
                List.of(expected), said(driver.deadLetters()), window.settings().toString());
        assertEquals(0, driver.redrive("w"));
    }

    @Test
    void shouldBeAskedForByARedriveOfItsNode() {
        TestDriver driver = TestDriver.of(topology(slidingCount(2, 1), null)).strict();
        driver.send(IN, new Ev(0, 3, 1)).send(IN, new Ev(0, 4, 2));
        assertEquals(0, driver.redrive("w"));
        driver.take(TOLD);
        driver.close();
    }

    // ---- behind a restart, and looking back

    @Test
    void shouldBeKeptAsItIsBehindASnapshotAndAReplay() {
        for (boolean snapshot : new boolean[] {false, true}) {
            MemoryJournal journal = new MemoryJournal();
            Topology topology = topology(
                    in -> in.keyBy(Ev::key)
                            .window("w", tumbling(ofNanos(100)).every(2))
                            .aggregate(Shape::new)
                            .filter(s -> {
                                if (s.sum.get() == 9) {
                                    throw new IllegalStateException("9");
                                }
                                return true;
                            }),
                    null);
            List<String> before;
            try (Inline inline =
                    Engine.of(topology).discard(TOLD).journal(journal).inline()) {
                inline.publish(IN, new Ev(5, 3, 1));
                inline.publisher(IN).publish(new Ev(5, 4, 2), new Header().correlationId(6));
                inline.publish(IN, new Ev(6, 7, 3));
                inline.publish(IN, new Ev(7, 9, 4));
                inline.publish(IN, new Ev(9, 1, 500));
                before = all(inline);
                if (snapshot) {
                    inline.makeSnapshot();
                }
            }
            assertEquals(3, before.size(), before::toString);
            assertTrue(before.get(0).endsWith("6 w operator-error of 5 at 100 result"), before.get(0));
            assertTrue(before.get(1).endsWith("0 w operator-error of 6 at 100 fired result"), before.get(1));
            assertTrue(before.get(2).endsWith(" operator-error of 7 at 100 fired"), before.get(2));
            try (Inline inline =
                    Engine.of(topology).discard(TOLD).journal(journal).inline()) {
                assertEquals(before, all(inline), "snapshot " + snapshot);
                assertEquals(0, inline.deadLetters().redrive("w"));
                assertEquals(before, all(inline));
            }
        }
    }

    private static List<String> all(Inline inline) {
        return inline.deadLetters().last(99).stream()
                .map(l -> l + " " + l.correlationId() + " " + said(l))
                .toList();
    }

    /** The event is kept, so that a later result has it too. */
    @Test
    void shouldNotTakeTheEventForRefusedWhereALaterResultIsExplained() {
        MemoryJournal journal = new MemoryJournal();
        Topology topology = topology(slidingCount(3, 1), null);
        try (Inline inline = Engine.of(topology).discard(TOLD).journal(journal).inline()) {
            inline.publish(IN, new Ev(0, 3, 1));
            inline.publish(IN, new Ev(0, 4, 2));
            inline.publish(IN, new Ev(0, 5, 3));
        }
        String text = Explain.of(Engine.of(topology).discard(TOLD), journal)
                .output("told", 2, 0)
                .text();
        assertTrue(text.contains("value=3") && text.contains("value=4") && text.contains("value=5"), text);
    }

    // ---- late events

    /** A letter stands on no side stream, whatever stood on one before it. */
    @Test
    void shouldHaveNoProgressThatIsLeftOverFromASideStream() {
        MemoryJournal journal = new MemoryJournal();
        List<Long> progress = new ArrayList<>();
        Topology topology = Millrace.topology("late", t -> {
            EventStream<Ev> in = t.from(IN);
            in.keyBy(Ev::key)
                    .window("w1", tumbling(ofNanos(1)))
                    .aggregate(Shape::new)
                    .to(TOLD, Shape::told);
            in.keyBy(Ev::key)
                    .window("w2", tumbling(ofNanos(1)).allowedLateness(ofNanos(895)))
                    .late(side -> side.to(TOLD, e -> new Told("late")))
                    .aggregate(Shape::new)
                    .to(TOLD, Shape::told);
            t.deadLetters().to(LETTERS, l -> new Told(l.reason().text()));
        });
        for (int run = 0; run < 2; run++) {
            try (Inline inline = Engine.of(topology)
                    .discard(TOLD)
                    .outputWithMeta(LETTERS, (l, meta) -> {
                        assertEquals(Reason.LATE, meta.reason());
                        progress.add(meta.progressNs());
                    })
                    .journal(journal)
                    .inline()) {
                if (run == 0) {
                    inline.publish(IN, new Ev(0, 1, 1_000));
                    inline.publish(IN, new Ev(0, 1, 5));
                    inline.makeSnapshot();
                }
                inline.publish(IN, new Ev(0, 1, 900 + run));
            }
        }
        assertEquals(List.of(Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE), progress);
    }
}
