package io.millrace.operators.order;

import static io.millrace.operators.join.Interval.between;
import static io.millrace.operators.window.Window.tumbling;
import static java.time.Duration.ofNanos;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
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
import io.millrace.dsl.Table;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.engine.Engine;
import io.millrace.engine.EngineStats;
import io.millrace.engine.Health;
import io.millrace.engine.Inline;
import io.millrace.engine.Publisher;
import io.millrace.engine.Setup;
import io.millrace.event.DeadLetter;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.metric.Digest;
import io.millrace.metric.DigestOptions;
import io.millrace.metric.LatencyReport;
import io.millrace.operators.join.AsOf;
import io.millrace.operators.join.JoinKind;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sections of parallel keys as words: what they hold, where they end, and that nobody can tell how many threads there were. */
@Timeout(240)
class ParallelTest {
    private static final Duration LONG = Duration.ofSeconds(100);
    private static final long STATE_BYTES = 640L << 20;
    private static final int EVENTS = 2_000;

    record Pay(@Length(8) String card, long cents, long timeNs) {}

    record Limit(@Length(8) String card, long cents, long timeNs) {}

    record Said(@Length(8) String card, long a, long b, long timeNs) {}

    record Beside(Pay pay, Said said) {}

    private static final Input<Pay> PAYS =
            Input.of("pays", Pay.class).eventTime(Pay::timeNs, NANOSECONDS).historic();
    private static final Input<Limit> LIMITS = Input.of("limits", Limit.class)
            .eventTime(Limit::timeNs, NANOSECONDS)
            .historic();
    private static final Output<Said> OUT = Output.of("out", Said.class);
    private static final Output<Pay> LATE = Output.of("late", Pay.class);
    private static final Output<Said> BESIDE = Output.of("beside", Said.class);

    // ---- all words at once

    static final class Recent extends LookBack<Pay> {
        private final Span<Pay> span = last(ofNanos(50));
        final Aggregates.LongValue count = span.count();
        final Aggregates.LongValue cents = span.sum(Pay::cents);
    }

    static final class Sums extends Aggregates<Pay> {
        final TextValue card = textKey();
        final LongValue count = count();
        final LongValue cents = sum(Pay::cents);
    }

    static final class Totals extends Aggregates<Pay> {
        final LongValue count = count();
        final LongValue cents = sum(Pay::cents);
    }

    static final class Rising extends EventPattern<Pay> {
        final Step<Pay> low = begin(p -> p.cents() < 300);
        final Step<Pay> high = followedBy(p -> p.cents() > 700);
    }

    static final class Reminds extends KeyedProcess {
        final Emit<Said> out = emits("out", Said.class);
        private final LongState count = longState("count");
        private final Timer due = timer("due", this::due);

        Reminds(On<Pay> pays) {
            on(pays, p -> {
                if (p.cents() == 500) {
                    throw new IllegalStateException("on purpose");
                }
                count.add(1);
                due.at(p.timeNs() + 30);
            });
        }

        private void due() {
            out.emit(new Said(keyText(), count.get(), 4, nowNs()));
        }
    }

    private static void all(TopologyBuilder t, int threads) {
        EventStream<Pay> pays = t.from(PAYS);
        KeyedStream<Pay> cards =
                pays.filter(p -> p.cents() != 13).keyByText(8, Pay::card).parallel("cards", threads);
        KeyedStream<Limit> limits = t.from(LIMITS).keyByText(8, Limit::card).parallel("cards", threads);
        Table<Limit> table = t.table("limits", limits);
        cards.window("sums", tumbling(ofNanos(20)))
                .lateTo(LATE)
                .aggregate(Sums::new)
                .to(OUT, s -> new Said(s.card.toString(), s.count.get(), s.cents.get(), 1));
        cards.pattern("rising", ofNanos(40), Rising::new)
                .to(
                        OUT,
                        m -> new Said(
                                m.low.event().card(),
                                m.low.event().cents(),
                                m.high.event().cents(),
                                2));
        cards.lookup("limit", table)
                .filter(j -> j.hasRight() && j.right().cents() < j.left().cents())
                .to(
                        OUT,
                        j -> new Said(
                                j.left().card(), j.left().cents(), j.right().cents(), 3));
        cards.process("reminds", ofNanos(1_000), Reminds::new).out(r -> r.out).to(OUT);
        cards.join("near", limits, between(ofNanos(-5), ofNanos(5)).left())
                .to(
                        OUT,
                        j -> new Said(
                                j.left().card(),
                                j.left().cents(),
                                j.hasRight() ? j.right().cents() : -1,
                                5));
        cards.dedupe("once", ofNanos(15))
                .asOf("as-of", limits, AsOf.backward())
                .to(
                        OUT,
                        j -> new Said(
                                j.left().card(),
                                j.left().cents(),
                                j.hasRight() ? j.right().cents() : -1,
                                6));
        // rows of all shards meet: in groups, and where they name rows of another key
        cards.group("groups")
                .byText(p -> p.card().substring(0, 2))
                .aggregate(Totals::new)
                .to(OUT, s -> new Said("", s.count.get(), s.cents.get(), 7));
        cards.keyByText(8, Pay::card)
                .foreignKeyJoinByText(
                        "named", p -> "c" + p.cents() % 40, limits.keyByText(8, Limit::card), JoinKind.LEFT)
                .to(
                        OUT,
                        j -> new Said(
                                j.left().card(),
                                j.left().cents(),
                                j.hasRight() ? j.right().cents() : -1,
                                8));
        // beside: a branch through a section of its own, results of a section in another, and what is slow elsewhere
        pays.with(
                        pays.keyByText(8, Pay::card)
                                .parallel("branch", threads)
                                .lookBack("recent", Recent::new)
                                .map(
                                        Said.class,
                                        r -> new Said(
                                                r.event().card(),
                                                r.count.get(),
                                                r.cents.get(),
                                                r.event().timeNs())),
                        Beside::new)
                .map(Said.class, b -> b.said())
                .keyBy(Said::a)
                .parallel("counts", Math.max(1, threads / 2))
                .defer("later", ofNanos(7))
                .keyBy(Said::b)
                .onThread("elsewhere")
                .to(BESIDE);
    }

    private static Topology all(int threads) {
        return Millrace.topology("all", t -> all(t, threads));
    }

    private static List<Record> events(long seed) {
        Random random = new Random(seed);
        List<Record> events = new ArrayList<>();
        long time = 0;
        for (int i = 0; i < EVENTS; i++) {
            time += random.nextInt(20) == 0 ? random.nextInt(60) : random.nextInt(2);
            String card = "c" + random.nextInt(40);
            long at = Math.max(0, time - random.nextInt(4) / 3 * 5);
            events.add(
                    random.nextInt(5) == 0
                            ? new Limit(card, random.nextInt(1_000), at)
                            : new Pay(card, random.nextInt(1_000), at));
        }
        return events;
    }

    /** What a run put out, with the numbers of outputs, what it refused, what it counted. */
    private record Ran(
            List<List<String>> outputs, List<String> letters, Digest digest, List<EngineStats.NodeStats> nodes) {}

    private static List<Output<?>> outputs() {
        return List.of(OUT, BESIDE, LATE);
    }

    private static <V> void collect(Setup setup, Output<V> output, List<List<String>> into) {
        List<String> lines = new ArrayList<>();
        into.add(lines);
        setup.outputWithMeta(output, (V v, Meta m) -> {
            if (m.sequence() < EVENTS + 2) { // behind the end of input entries are the host's own
                lines.add(m.sequence() + "." + m.ordinal() + " " + v + (m.fired() ? " fired" : ""));
            } else {
                lines.add(v + " fired");
            }
        });
    }

    private static Setup setup(Topology topology, List<List<String>> into) {
        Setup setup = Engine.of(topology).stateBudget(STATE_BYTES).digest(DigestOptions.every(64));
        outputs().forEach(o -> collect(setup, o, into));
        return setup;
    }

    /** In the order of the input; what threads tell at one place is told in any order. */
    private static List<String> letters(List<DeadLetter> letters) {
        return letters.stream()
                .map(l -> String.format("%06d %s %s", l.sequence(), l.node(), l.reason()))
                .sorted()
                .toList();
    }

    private static Ran inline(Topology topology, List<Record> events) {
        List<List<String>> out = new ArrayList<>();
        try (Inline inline = setup(topology, out).keepDeadLetters(10_000).inline()) {
            for (Record r : events) {
                if (r instanceof Pay p) {
                    inline.publish(PAYS, p);
                } else {
                    inline.publish(LIMITS, (Limit) r);
                }
            }
            inline.publisher(PAYS).end();
            inline.publisher(LIMITS).end();
            while (inline.doWork(0)) {
                // left-over firings
            }
            EngineStats stats = inline.stats();
            return new Ran(out, letters(inline.deadLetters().last(10_000)), stats.digest(), stats.nodes());
        }
    }

    private static Ran live(Topology topology, List<Record> events, long seed, boolean blame) {
        Random random = new Random(seed);
        List<List<String>> out = new ArrayList<>();
        Setup setup = setup(topology, out)
                .keepDeadLetters(10_000)
                .ringSlots(64 << random.nextInt(4))
                .edgeSlots(1 << random.nextInt(10));
        if (blame) {
            setup.blame(8);
        }
        try (Engine engine = setup.start()) {
            Publisher<Pay> pays = engine.publisher(PAYS);
            Publisher<Limit> limits = engine.publisher(LIMITS);
            int batch = 1 << random.nextInt(11);
            for (int i = 0; i < events.size(); ) {
                List<Record> next = new ArrayList<>();
                while (i < events.size()
                        && next.size() < batch
                        && (next.isEmpty()
                                || next.get(0).getClass() == events.get(i).getClass())) {
                    next.add(events.get(i++));
                }
                if (next.get(0) instanceof Pay) {
                    pays.publishBatch(next.stream().map(Pay.class::cast).toList());
                } else {
                    limits.publishBatch(next.stream().map(Limit.class::cast).toList());
                }
                if (random.nextInt(50) == 0) {
                    Thread.yield();
                }
            }
            pays.end();
            limits.end();
            assertEquals(0, engine.drain(LONG));
            EngineStats stats = engine.stats();
            assertEquals(
                    Health.State.DEGRADED,
                    engine.health().state(),
                    () -> engine.health().why());
            assertEquals(blame, stats.latency() != null);
            if (blame) {
                List<String> names = stats.latency().nodes().stream()
                        .map(LatencyReport.NodeTime::node)
                        .toList();
                assertEquals(names.stream().distinct().toList(), names, "each node once, over all threads");
            }
            return new Ran(out, letters(engine.deadLetters().last(10_000)), stats.digest(), stats.nodes());
        }
    }

    @Test
    @Tag("jit")
    void shouldPutOutTheSameOnEachHostAndOnAnyNumberOfThreads() {
        Seeds.each(7, 1, "agreeOnThreads(%d)", ParallelTest::agreeOnThreads);
    }

    private static void agreeOnThreads(long seed) {
        List<Record> events = events(seed);
        Ran expected = inline(all(1), events);
        assertTrue(
                expected.outputs().stream().allMatch(l -> l.size() > 50),
                () -> expected.outputs().stream().map(List::size).toList().toString());
        assertTrue(expected.letters().size() > 50, () -> expected.letters().toString());
        for (int threads : new int[] {1, 2, 4, 8}) {
            Ran ran = live(all(threads), events, seed - 7 + threads, threads == 4);
            for (int i = 0; i < outputs().size(); i++) {
                assertEquals(
                        expected.outputs().get(i),
                        ran.outputs().get(i),
                        outputs().get(i) + ", " + threads);
            }
            assertEquals(expected.letters(), ran.letters(), threads + " threads");
            assertEquals(
                    expected.digest().outputs().toString(),
                    ran.digest().outputs().toString(),
                    threads + " threads");
            assertEquals(expected.nodes(), ran.nodes(), threads + " threads: counted once, over all shards");
        }
    }

    private static Topology early(int threads) {
        return Millrace.topology(
                "early",
                t -> t.from(PAYS)
                        .keyByText(8, Pay::card)
                        .parallel("cards", threads)
                        .defer("soon", ofNanos(7))
                        .window(
                                "partly",
                                tumbling(ofNanos(40)).early(ofNanos(3)).windowsAtMost(8))
                        .aggregate(Sums::new)
                        .to(OUT, s -> new Said(s.card.toString(), s.count.get(), s.cents.get(), s.windowStartNs())));
    }

    private static List<String> early(List<Record> events, int threads) {
        TestDriver driver =
                TestDriver.of(early(threads), PlanOptions.tested().withThreads().withStateBytes(STATE_BYTES));
        List<String> out = new ArrayList<>();
        for (Record r : events) {
            if (r instanceof Pay p) {
                driver.send(PAYS, p);
                driver.take(OUT).forEach(s -> out.add(p.timeNs() + " " + s));
            }
        }
        return out;
    }

    /** What a word fires is seen behind it at the progress of the entry before, whatever other shards its thread has. */
    @Test
    void shouldJudgeWhatFiresInItsTurnByWhatWasKnownBefore() {
        Seeds.each(11, 1, "judge(%d)", ParallelTest::judge);
    }

    private static void judge(long seed) {
        Random random = new Random(seed);
        List<Record> events = new ArrayList<>();
        for (long time = 0; time < 4_000; time += 1 + random.nextInt(4)) {
            events.add(new Pay("c" + random.nextInt(90), 1, time));
        }
        List<String> expected = early(events, 1);
        assertTrue(expected.size() > 250, "" + expected.size());
        for (int threads : new int[] {2, 8, 64}) {
            assertEquals(expected, early(events, threads), threads + " threads");
        }
    }

    private static TestDriver driven(PlanOptions options, int threads, List<Record> events) {
        TestDriver driver =
                TestDriver.of(all(threads), options.withStateBytes(STATE_BYTES).withDigest(DigestOptions.every(64)));
        for (Record r : events) {
            if (r instanceof Pay p) {
                driver.send(PAYS, p);
            } else {
                driver.send(LIMITS, (Limit) r);
            }
        }
        return driver.endAll().drain();
    }

    /** The driver lets left-over firings go on behind each event, so its log is another one. */
    @Test
    void shouldPutOutTheSameInTheTestDriverHoweverItIsPlanned() {
        Seeds.each(8, 1, "agreeHoweverPlanned(%d)", ParallelTest::agreeHoweverPlanned);
    }

    private static void agreeHoweverPlanned(long seed) {
        List<Record> events = events(seed).subList(0, 300);
        TestDriver expected = driven(PlanOptions.tested(), 1, events);
        assertTrue(expected.take(OUT).size() > 200);
        for (int threads : new int[] {1, 2, 4, 8}) {
            TestDriver staged = driven(PlanOptions.tested().withThreads().withSmallestRings(), threads, events);
            assertEquals(expected.nextSequence(), staged.nextSequence(), "as many entries to go on");
            assertEquals(
                    expected.digest().outputs().toString(),
                    staged.digest().outputs().toString());
            assertEquals(letters(expected.deadLetters()), letters(staged.deadLetters()));
            assertEquals(expected.stats().nodes(), staged.stats().nodes());
        }
    }
}
