package io.millrace.operators.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.event.Input;
import io.millrace.event.LookupPort;
import io.millrace.event.Output;
import io.millrace.operator.NodeCounters;
import io.millrace.operator.Shards;
import io.millrace.operators.join.AsOf;
import io.millrace.operators.join.Interval;
import io.millrace.operators.join.JoinKind;
import io.millrace.operators.window.Window;
import io.millrace.plan.PlanOptions;
import io.millrace.state.FiringPace;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A million keys fall due in one jump, in the whole stage: no entry does more than its share, and nothing is lost. */
class MillionDueTest {
    static final int MOST = 64;

    /** Of words of which many are due at one moment. */
    private static final int FEW = 16;

    /** Whole entries. */
    private static final int KEYS = Integer.getInteger("millrace.million", 1_000_000) / MOST * MOST;

    /** Of a heap of all keys, with four children a node. */
    private static final int LEVELS = (32 - Integer.numberOfLeadingZeros(3 * KEYS)) / 2 + 1;

    /** What taking a timer out of a heap writes: its cell is freed and marked; at most each level gets another entry, with its cell. */
    static final int OUT_OF_HEAP = 2 + 2 * (LEVELS + 1);

    /** What setting one writes: the same, in the other direction. */
    static final int INTO_HEAP = OUT_OF_HEAP + 2;

    /** A row or block that comes is linked, marked and gets its key; one that goes is zeroed and marked. */
    private static final int COMES = 3;

    static final int GOES = 2;

    /** A window that ends: looked at, taken out of the list of its moment and of its key, and gone with its key. */
    private static final int CLOSES = 16;

    /** An event that waited: its timer, its block, what of its key is counted, and that key, which may go. */
    private static final int ANSWERED = OUT_OF_HEAP + 2 * GOES + 6;

    /** An event that came alone: the same, and the root of its timeline. */
    static final int ALONE = ANSWERED + 6;

    /** So many keys that have gone are passed over on the calendar for one that is looked after. */
    static final int PASSED_OVER = 64;

    /** So many are taken off the calendar at once by what only frees memory. */
    private static final int OFF_CALENDAR = 8;

    static final PlanOptions OPTIONS = PlanOptions.fused().withStateBytes(512L << 20);
    static final Input<Blip.View> IN = Input.of("in", Blip.BLIP).eventTime(Blip.View::timeNs, TimeUnit.NANOSECONDS);
    static final Output<Blip.View> OUT = Output.of("out", Blip.BLIP);

    /** One timer a key. */
    static final class Once extends KeyedProcess {
        final Timer due = timer("due", this::due);
        final EmitInPlace<Blip.View, Blip.Writer> out = emits("out", Blip.BLIP);

        Once(On<Blip.View> blips) {
            on(blips, b -> due.at(100));
        }

        private void due() {
            out.begin().set(key(), nowNs(), 0);
            out.end();
        }
    }

    static final class Past extends LookBack<Blip.View> {
        final Aggregates.LongValue count = last(Duration.ofNanos(100)).count();
    }

    static ManualRun filled(UnaryOperator<KeyedStream<Blip.View>> word) {
        return filled(word, KEYS);
    }

    static ManualRun filled(UnaryOperator<KeyedStream<Blip.View>> word, int keys) {
        Topology topology = Millrace.topology(
                "million", t -> word.apply(t.from(IN).keyBy(Blip.View::key)).to(OUT));
        ManualRun run = new ManualRun(topology, OPTIONS).countOnly();
        for (int key = 0; key < keys; key++) {
            run.send(0, IN, Blip.of(key, 0, 0));
        }
        assertEquals(0, run.dead(), "all are held");
        return run;
    }

    /** Places of the state of a key, or of what fires, that one entry touched since this was asked: some, and no more than it may. */
    static void assertSlots(ManualRun run, String word, int most) {
        NodeCounters counters = run.counters(word);
        long slots = counters.maxSlotsTouched;
        assertTrue(slots > 0 && slots <= most, word + " touched " + slots + ", and may " + most);
        counters.maxSlotsTouched = 0;
    }

    /** Fires all that is due; answers how many entries that took. */
    private static int fire(ManualRun run) {
        return fire(run, MOST);
    }

    static int fire(ManualRun run, int most) {
        long before = run.outputs();
        run.advance(1_000);
        int entries = 1;
        assertTrue(run.outputs() - before <= most, "outputs of one entry");
        while (run.isBehind()) {
            before = run.outputs();
            run.goOn();
            entries++;
            assertTrue(run.outputs() - before <= most, "outputs of one entry");
        }
        return entries;
    }

    @Test
    void shouldLetOutAMillionDeferredEventsAFewAtATime() {
        ManualRun run = filled(s -> s.defer("later", Duration.ofNanos(100)));
        assertEquals(0, run.outputs());
        assertSlots(run, "later", COMES + 1 + INTO_HEAP);
        assertEquals(KEYS / MOST, fire(run));
        assertEquals(KEYS, run.outputs());
        assertEquals(MOST, run.counters("later").maxFirings);
        assertSlots(run, "later", MOST * (OUT_OF_HEAP + GOES));
        run.send(0, IN, Blip.of(1, 2_000, 0));
        run.advance(2_100);
        assertEquals(KEYS + 1, run.outputs(), "room again");
    }

    @Test
    void shouldFireAMillionTimersAFewAtATime() {
        ManualRun run = filled(
                s -> s.process("once", Duration.ofNanos(10_000), Once::new).out(p -> p.out));
        assertEquals(KEYS, run.counters("once").keys);
        assertSlots(run, "once", COMES + 1 + INTO_HEAP);
        assertEquals(KEYS / MOST, fire(run));
        assertEquals(KEYS, run.outputs());
        assertEquals(MOST, run.counters("once").maxFirings);
        assertSlots(run, "once", TIMERS_FIRE);
    }

    /** Each writes its row thrice, comes onto the calendar and, when the timers are through, goes from there. */
    private static final int TIMERS_FIRE = MOST * (OUT_OF_HEAP + 3 + 1) + FiringPace.FEW * (1 + GOES);

    /** An entry fires of one shard only; before all have fired each has had its turn as often as the fullest needs. */
    @Test
    void shouldShareAMillionTimersAmongShards() {
        int[] keys = new int[Shards.COUNT];
        for (int key = 0; key < KEYS; key++) {
            keys[Shards.of(key)]++;
        }
        int turns = (Arrays.stream(keys).max().orElseThrow() + MOST - 1) / MOST;
        ManualRun run = filled(s -> s.parallel("p", 4)
                .process("once", Duration.ofNanos(10_000), Once::new)
                .out(p -> p.out));
        assertEquals(KEYS, run.counters("once").keys);
        int entries = fire(run);
        assertTrue(
                entries > (turns - 1) * Shards.COUNT - Shards.COUNT && entries <= turns * Shards.COUNT, "" + entries);
        assertEquals(KEYS, run.outputs());
        assertEquals(MOST, run.counters("once").maxFirings);
        assertEquals(KEYS, run.counters("once").firings);
        assertSlots(run, "once", TIMERS_FIRE);
    }

    @Test
    void shouldForgetAMillionKeysAFewAtATime() {
        ManualRun run = filled(s -> s.lookBack("past", Past::new)
                .map(Blip.BLIP, (p, out) -> out.set(p.event().key(), p.event().timeNs(), 0)));
        assertEquals(KEYS, run.outputs(), "each was answered");
        assertEquals(KEYS, run.counters("past").keys);
        assertSlots(run, "past", 8);
        assertEquals(KEYS / FiringPace.FEW_FREEING, fire(run));
        assertEquals(0, run.counters("past").keys);
        assertEquals(FiringPace.FEW_FREEING, run.counters("past").maxFirings);
        assertSlots(run, "past", 8);
        assertEquals(KEYS, run.outputs());
    }

    /** A class for windows. */
    static final class Tally extends Aggregates<Blip.View> {
        final LongValue key = longKey();
        final LongValue count = count();
    }

    private static ManualRun windowed(Window window) {
        return windowed(window, KEYS);
    }

    private static ManualRun windowed(Window window, int keys) {
        return filled(
                s -> s.window("w", window)
                        .aggregate(Tally::new)
                        .map(Blip.BLIP, (tally, out) -> out.set(tally.key.get(), 0, 0)),
                keys);
    }

    @Test
    void shouldCloseAMillionWindowsAFewAtATime() {
        ManualRun run = windowed(Window.tumbling(Duration.ofNanos(100)));
        assertEquals(KEYS, run.counters("w").keys);
        assertEquals(KEYS / FEW, fire(run, FEW));
        assertEquals(KEYS, run.outputs());
        assertEquals(0, run.counters("w").keys);
        assertEquals(FEW, run.counters("w").maxFirings);
        assertSlots(run, "w", FEW * CLOSES);
    }

    /** Partial results of windows that have no end in time: of all keys at one moment. */
    @Test
    void shouldTellPartialResultsOfManyKeysAFewAtATime() {
        int keys = KEYS / 8;
        Duration moments = Duration.ofNanos(600); // not so late that more fire
        for (Window window :
                List.of(Window.count(100).early(moments), Window.global().early(moments))) {
            ManualRun run = windowed(window, keys);
            run.counters("w").maxSlotsTouched = 0;
            assertEquals((keys + FEW - 1) / FEW, fire(run, FEW));
            assertEquals(keys, run.outputs());
            assertEquals(FEW, run.counters("w").maxFirings);
            assertTrue(run.counters("w").maxSlotsTouched >= FEW, "each is counted");
            assertSlots(run, "w", FEW * (OUT_OF_HEAP + CLOSES));
        }
    }

    /** Windows of ten panes, all of one moment; an entry puts those of its share together. */
    @Test
    void shouldCloseAMillionWindowsThatOverlapAFewAtATime() {
        int keys = KEYS / 10;
        ManualRun run = windowed(Window.hopping(Duration.ofNanos(100), Duration.ofNanos(10)), keys);
        assertEquals((10 * keys + FEW - 1) / FEW, fire(run, FEW));
        assertEquals(10 * keys, run.outputs());
        assertEquals(0, run.counters("w").keys);
        assertEquals(FEW, run.counters("w").maxFirings);
        assertTrue(run.counters("w").maxSlotsTouched > 5 * FEW, "the panes of a window are counted");
        assertSlots(run, "w", FEW * (10 + CLOSES));
    }

    /** The event of a key whose window waits at the end of the agenda: its own window, its share of the others, no more. */
    @Test
    void shouldCloseTheWindowOfAKeyBeforeItsEventHoweverManyWait() {
        ManualRun run = windowed(Window.tumbling(Duration.ofNanos(100)), KEYS / 10);
        run.advance(1_000);
        long before = run.outputs();
        run.send(0, IN, Blip.of(KEYS / 10 - 1, 1_000, 0));
        assertTrue(run.outputs() - before <= FEW + 1, "outputs of one entry");
        assertSlots(run, "w", FEW * CLOSES);
        while (run.isBehind()) {
            run.goOn();
        }
        assertEquals(KEYS / 10, run.outputs());
    }

    /** An entry of which all events open windows makes more due than a few: as many more fire, and no more wait than are open. */
    @Test
    void shouldFireMoreWhereEventsMakeMoreDueThanAFew() {
        for (Window window :
                List.of(Window.tumbling(Duration.ofNanos(10)), Window.session(Duration.ofNanos(10)), period())) {
            ManualRun run = crowd(window, CROWD);
            long most = 0;
            for (int i = 0; i < 3_000; i++) {
                run.send(0, IN, Blip.of(i, i, 0));
                most = Math.max(most, run.counters("w").keys);
            }
            assertTrue(most <= 25 * CROWD, "at one time " + most);
        }
    }

    /** Of windows that overlap a hundred times and more, one event of a new key makes more panes due than an entry else looks at. */
    @Test
    void shouldFireAsManyPanesAsEventsMakeDue() {
        int steps = 128;
        Window window = Window.hopping(Duration.ofNanos(steps), Duration.ofNanos(1));
        ManualRun run = crowd(window, 1);
        long most = 0;
        for (int i = 0; i < 600; i++) {
            run.send(0, IN, Blip.of(i, i, 0));
            most = Math.max(most, run.counters("w").keys);
        }
        assertTrue(most <= 2 * steps, "at one time " + most);
    }

    /**
     * Each entry brings an event to each of eight keys, one of them its last: a thousand windows of up to eight panes each wait for nobody.
     * They are more panes than an entry else puts together, and no more of them wait than are open.
     */
    @Test
    void shouldPutAsManyPanesTogetherAsTheEventsOfAnEntryMakeDue() {
        int steps = 1_024;
        int size = 8;
        int apart = 16;
        Window window = Window.hopping(Duration.ofNanos(steps), Duration.ofNanos(1));
        ManualRun run = crowd(size, key -> key / size - key % size, tallied(window));
        long most = 0;
        for (int i = 0; i < 130; i++) {
            run.send(0, IN, Blip.of(i, i * apart, 0));
            most = Math.max(most, run.counters("w").keys);
        }
        int open = steps / apart + size;
        assertTrue(most >= open && most <= open + size, "at one time " + most);
    }

    private static final int CROWD = 30;

    private static Window period() {
        return Window.hopping(Duration.ofNanos(10), Duration.ofNanos(5));
    }

    /** Each event becomes many, of keys of their own. */
    private static ManualRun crowd(Window window, int size) {
        return crowd(size, tallied(window));
    }

    private static Function<KeyedStream<Blip.View>, EventStream<Blip.View>> tallied(Window window) {
        return s -> s.window("w", window)
                .aggregate(Tally::new)
                .map(Blip.BLIP, (tally, out) -> out.set(tally.key.get(), 0, 0));
    }

    static ManualRun crowd(int size, Function<KeyedStream<Blip.View>, EventStream<Blip.View>> word) {
        return crowd(size, key -> key, word);
    }

    private static ManualRun crowd(
            int size, LongUnaryOperator key, Function<KeyedStream<Blip.View>, EventStream<Blip.View>> word) {
        Topology topology = Millrace.topology(
                "crowd",
                t -> word.apply(t.from(IN)
                                .flatMap(Blip.BLIP, size, (b, out) -> {
                                    for (int i = 0; i < size; i++) {
                                        out.begin().set(key.applyAsLong(b.key() * size + i), b.timeNs(), 0);
                                        out.end();
                                    }
                                })
                                .keyBy(Blip.View::key))
                        .to(OUT));
        return new ManualRun(topology, OPTIONS).countOnly();
    }

    /** Few keys are forgotten at an entry, but never fewer than come. */
    @Test
    void shouldForgetAsManyKeysAsEventsBring() {
        Duration span = Duration.ofNanos(64);
        Interval<Object> near = Interval.between(span.negated(), span);
        assertForgets(s -> s.dedupe("word", span));
        assertForgets(s -> s.throttle("word", 1, span));
        assertForgets(s -> s.lookBack("word", Past::new)
                .map(Blip.BLIP, (p, out) -> out.set(p.event().key(), p.event().timeNs(), 0)));
        assertForgets(s -> s.process("word", span, Noting::new).out(p -> p.out));
        assertForgets(s -> s.join("word", s, near).map(Blip.BLIP, (j, out) -> out.set(0, 0, 0)));
        assertForgets(
                s -> s.asOf("word", s, AsOf.backward().tolerance(span)).map(Blip.BLIP, (j, out) -> out.set(0, 0, 0)));
    }

    private static void assertForgets(Function<KeyedStream<Blip.View>, EventStream<Blip.View>> word) {
        ManualRun run = crowd(CROWD, word);
        long most = 0;
        for (int i = 0; i < 1_000; i++) {
            run.send(0, IN, Blip.of(i, i, 0));
            most = Math.max(most, run.counters("word").keys);
        }
        assertTrue(most > 64 * CROWD && most < 300 * CROWD, "keys at one time: " + most);
    }

    /** Keeps a row a key. */
    static final class Noting extends KeyedProcess {
        final LongState seen = longState("seen");
        final EmitInPlace<Blip.View, Blip.Writer> out = emits("out", Blip.BLIP);

        Noting(On<Blip.View> blips) {
            on(blips, b -> seen.set(b.timeNs()));
        }
    }

    @Test
    void shouldEndAMillionSessionsAFewAtATime() {
        ManualRun run = windowed(Window.session(Duration.ofNanos(100)));
        assertEquals(KEYS / FEW, fire(run, FEW));
        assertEquals(KEYS, run.outputs());
        assertEquals(0, run.counters("w").keys);
        assertEquals(FEW, run.counters("w").maxFirings);
        assertSlots(run, "w", FEW * (OUT_OF_HEAP + 2 * GOES + 4)); // session and key go, and what names the session
    }

    /** One row that as many rows name is changed: some know in its own entry, the others a few at a time. */
    @Test
    void shouldTellAMillionRowsOfAChangeAFewAtATime() {
        ManualRun run = filled(s -> s.foreignKeyJoin("join", b -> KEYS, s, JoinKind.INNER)
                .map(Blip.BLIP, (j, out) -> out.set(j.left().key(), 0, 0)));
        assertEquals(0, run.outputs());
        assertSlots(run, "join", 2 * COMES + ON_A_LIST);
        run.send(0, IN, Blip.of(KEYS, 0, 0));
        assertSlots(run, "join", 1_024 * TOLD + A_CHANGE);
        long own = run.outputs();
        assertTrue(own <= 1_024 + 1, "outputs of its own entry " + own);
        assertEquals((KEYS + 1 - own + MOST - 1) / MOST, fire(run));
        assertEquals(KEYS + 1, run.outputs());
        assertEquals(MOST, run.counters("join").maxFirings);
        assertSlots(run, "join", MOST * TOLD + A_CHANGE);
    }

    /** The row that comes, links and mark of it, its neighbour, and the row that it names. */
    private static final int ON_A_LIST = 12;

    /** Whose turn is next, that one has been told, and the change that it has been told. */
    private static final int TOLD = 3;

    /** What is kept of a change, and whose turn it is. */
    private static final int A_CHANGE = 32;

    /** Whoever fires says how much an entry may; each of them is in a test of this name. */
    @Test
    void shouldHaveATestOfAMillionDueForEachWordThatFires() throws IOException {
        Path module = Path.of(Files.exists(Path.of("operators/README.md")) ? "operators" : "");
        Set<String> fire = new TreeSet<>();
        try (Stream<Path> files = Files.walk(module.resolve("src/main/java"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.readString(file).contains("public int maxFirings()")) {
                    fire.add(file.getFileName().toString().replace(".java", ""));
                }
            }
        }
        Set<String> here =
                new TreeSet<>(Set.of("Defer", "ProcessByKey", "LookBackOperator", "WindowOperator", "AsOfJoin"));
        here.addAll(Set.of("Throttle", "Dedupe", "Conflate", "Async", "WithWaiting", "IntervalJoin", "ForeignKeyJoin"));
        here.add("PatternOperator"); // PatternBoundsTest
        here.add("GroupOperator"); // GroupForgetsTest
        assertEquals(here, fire);
    }

    @Test
    void shouldAnswerAMillionEventsOfAnAsOfJoinAFewAtATime() {
        ManualRun run = filled(s -> s.asOf("as-of", s.filter(b -> b.key() % 2 == 0), AsOf.backward())
                .map(Blip.BLIP, (j, out) -> out.set(j.left().key(), 0, 0)));
        assertEquals(0, run.outputs());
        assertTrue(fire(run) >= KEYS / MOST);
        assertEquals(KEYS, run.outputs());
        assertEquals(MOST, run.counters("as-of").maxFirings);
        assertSlots(run, "as-of", MOST * ANSWERED);
        assertEquals(KEYS / 2, run.counters("as-of").keys, "each keeps its newest row");
    }

    /** Three words one behind the other, each of which has a million keys to look after. */
    @Test
    void shouldConflateAndForgetAMillionKeysAFewAtATime() {
        Duration span = Duration.ofNanos(100);
        ManualRun run = filled(
                s -> s.throttle("throttle", 1, span).dedupe("dedupe", span).conflate("conflate", span));
        assertEquals(0, run.outputs());
        assertSlots(run, "throttle", COMES + 3);
        assertSlots(run, "dedupe", COMES + 3);
        assertSlots(run, "conflate", COMES + 1 + INTO_HEAP);
        assertEquals(KEYS / FiringPace.FEW_FREEING, fire(run));
        assertEquals(KEYS, run.outputs());
        for (String word : new String[] {"throttle", "dedupe", "conflate"}) {
            assertEquals(word.equals("conflate") ? FEW : FiringPace.FEW_FREEING, run.counters(word).maxFirings, word);
            assertEquals(0, run.counters(word).keys, word);
        }
        assertSlots(run, "throttle", OFF_CALENDAR + FiringPace.FEW_FREEING * (GOES + 1)); // and out of a row of both
        assertSlots(run, "dedupe", OFF_CALENDAR + FiringPace.FEW_FREEING * (GOES + 1));
        assertSlots(run, "conflate", FEW * (OUT_OF_HEAP + GOES));
    }

    @Test
    void shouldTellThatNothingWasOfAMillionKeysAFewAtATime() {
        Input<Blip.View> rows = Input.of("rows", Blip.BLIP);
        Topology topology = Millrace.topology(
                "million",
                t -> t.from(IN)
                        .keyBy(Blip.View::key)
                        .window("w", Window.tumbling(Duration.ofNanos(100)))
                        .emptyFor(t.table("keys", rows, Blip.View::key))
                        .aggregate(Tally::new)
                        .map(Blip.BLIP, (tally, out) -> out.set(tally.key.get(), 0, 0))
                        .to(OUT));
        ManualRun run = new ManualRun(topology, OPTIONS).countOnly();
        run.advance(900);
        for (int key = 0; key < KEYS; key++) {
            run.send(1, rows, Blip.of(key, 0, 0));
        }
        assertEquals(0, run.outputs() + run.dead());
        assertEquals(KEYS / FEW, fire(run, FEW));
        assertEquals(KEYS, run.outputs());
        assertEquals(FEW, run.counters("w").maxFirings);
        assertSlots(run, "w", FEW * CLOSES);
    }

    record Question(long key) {}

    record Answer(long score) {}

    @Test
    void shouldDecideAMillionEventsWithoutAReplyAFewAtATime() {
        LookupPort<Question, Answer> service = LookupPort.of("service", Question.class, Answer.class);
        ManualRun run = filled(s -> s.async("ask", service, b -> new Question(b.key()))
                .inFlightAtMost(KEYS)
                .decideWithin(Duration.ofNanos(100), new Answer(1))
                .map(Blip.BLIP, (j, out) -> out.set(j.left().key(), 0, 0)));
        assertEquals(KEYS, run.outputs(), "requests");
        assertSlots(run, "ask", COMES + 1 + 2 * INTO_HEAP);
        assertEquals(KEYS / MOST, fire(run));
        assertEquals(2 * KEYS, run.outputs());
        assertEquals(MOST, run.counters("ask").maxFirings);
        assertSlots(run, "ask", MOST * (2 * OUT_OF_HEAP + GOES));
    }

    /** Those that a branch has refused. */
    @Test
    void shouldGiveUpEventsThatNeverGetTheirAnswerAFewAtATime() {
        Topology topology = Millrace.topology("million", t -> {
            KeyedStream<Blip.View> blips = t.from(IN).keyBy(Blip.View::key);
            KeyedStream<Blip.View> few = blips.keysAtMost(1);
            blips.with(
                            few.asOf("first", few, AsOf.backward()),
                            blips.asOf("second", blips.filter(b -> b.key() < 0), AsOf.backward()),
                            (b, first, second) -> new Question(b.key()))
                    .to(Output.of("questions", Question.class), q -> q);
        });
        ManualRun run = new ManualRun(topology, OPTIONS.withStateBytes(1L << 30)).countOnly(); // three words keep each
        for (int key = 0; key < KEYS; key++) {
            run.send(0, IN, Blip.of(key, 0, 0));
        }
        assertEquals(2L * (KEYS - 1), run.dead(), "as events and as rows");
        String with = topology.nodes().stream()
                .filter(n -> n.word().equals("with"))
                .map(TopologyNode::name)
                .findFirst()
                .orElseThrow();
        assertSlots(run, with, 2 * COMES + 3 + INTO_HEAP);
        assertTrue(fire(run) >= KEYS / MOST);
        assertEquals(1, run.outputs());
        assertEquals(MOST, run.counters(with).maxFirings);
        assertSlots(run, with, MOST * (OUT_OF_HEAP + 3 * GOES));
    }

    @Test
    void shouldSendAMillionEventsThatNothingMatchesAFewAtATime() {
        ManualRun run = filled(s -> s.join(
                        "join",
                        s.filter(b -> b.key() % 1_000 == 0).map(Blip.BLIP, (b, out) -> out.set(b.key(), 0, 0)),
                        Interval.between(Duration.ofNanos(1), Duration.ofNanos(10))
                                .left())
                .map(Blip.BLIP, (j, out) -> out.set(j.left().key(), 0, 0)));
        assertEquals(0, run.outputs());
        assertTrue(fire(run) >= KEYS / MOST);
        assertEquals(KEYS, run.outputs());
        assertEquals(MOST, run.counters("join").maxFirings);
        assertSlots(run, "join", MOST * Math.max(ALONE, PASSED_OVER)); // or keys only, when all have been sent
        assertEquals(0, run.counters("join").keys);
    }
}
