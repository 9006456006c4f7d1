package io.millrace.operators;

import static io.millrace.operators.join.AsOf.backward;
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
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.dsl.Processed;
import io.millrace.engine.EngineStats;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What statistics say of a node's entries, against a count of each value that went by. */
class StatsFlowTest {
    record Ev(long id, long key, long timeNs) {}

    record Pair(Ev left, Ev right) {}

    static final Input<Ev> EVENTS =
            Input.of("events", Ev.class).eventTime(Ev::timeNs, NANOSECONDS).historic();
    static final Input<Ev> ROWS = Input.of("rows", Ev.class);
    static final Input<Ev> OTHERS =
            Input.of("others", Ev.class).eventTime(Ev::timeNs, NANOSECONDS).historic();
    static final Output<Ev> OUT = Output.of("out", Ev.class);
    static final Output<Ev> TWICE = Output.of("twice", Ev.class);

    /** What came out of each node: counted by a peek behind it. */
    private final Map<String, Long> seen = new LinkedHashMap<>();

    /** The words of the nodes that are counted, in the order in which their peeks were made. */
    private <T> EventStream<T> counted(String word, EventStream<T> stream) {
        seen.put(word, 0L);
        return stream.peek(e -> seen.merge(word, 1L, Long::sum));
    }

    private static List<TopologyNode> peeks(Topology t) {
        return t.nodes().stream().filter(n -> n.word().equals("peek")).toList();
    }

    private static boolean failsFor(Ev e, int rest) {
        if (e.id() % 11 == rest) {
            throw new IllegalStateException("one of eleven");
        }
        return true;
    }

    private Topology topology() {
        return Millrace.topology("flows", t -> {
            EventStream<Ev> in = counted("onTime", t.from(EVENTS).onTime());
            EventStream<Ev> map =
                    counted("map", in.map(Ev.class, e -> failsFor(e, 0) ? new Ev(e.id(), e.key(), e.timeNs()) : null));
            EventStream<Ev> kept = counted("filter", map.filter(e -> failsFor(e, 1) && e.id() % 3 != 0));
            EventStream<Ev> set = counted(
                    "filterBy",
                    map.filter(t.setting("setting", ROWS, new Ev(0, 0, 0)), (e, s) -> e.id() % 4 != s.key() % 4));
            EventStream<Ev> merged = counted("merge", kept.merge(set));
            EventStream<Ev> many = counted("flatMap", merged.flatMap(Ev.class, 2, (e, to) -> {
                for (int i = 0; i < e.id() % 3; i++) {
                    to.emit(e);
                }
            }));
            EventStream<Ev> later = counted("defer", many.keyBy(Ev::key).defer("later", Duration.ofNanos(20)));
            later.to(OUT);
            EventStream<Ev> looked = counted(
                            "lookup", in.keyBy(Ev::key).lookup("found", t.table("rows", ROWS, Ev::key)))
                    .map(Ev.class, j -> failsFor(j.left(), 2) ? j.left() : null);
            counted("with", in.with(looked, Pair::new))
                    .map(Ev.class, Pair::left)
                    .to(TWICE);
        });
    }

    static final class Sum extends Aggregates<Ev> {
        final LongValue count = count();
    }

    static final class Two extends EventPattern<Ev> {
        final Step<Ev> first = begin(e -> e.id() % 2 == 0);
        final Step<Ev> then = followedBy(e -> e.id() % 3 == 0);
    }

    static final class Sorting extends KeyedProcess {
        final Emit<Ev> even = emits("even", Ev.class);
        final Emit<Ev> odd = emits("odd", Ev.class);

        Sorting(On<Ev> in) {
            emitsAtMost(2);
            on(in, e -> {
                (e.id() % 2 == 0 ? even : odd).emit(e);
                if (e.id() % 5 == 0) {
                    odd.emit(e);
                }
            });
        }
    }

    private <T> Consumer<KeyedStream<T>> side(String word) {
        return s -> counted(word, s);
    }

    /** All words with side outputs: what goes by each of them is told apart. */
    private Topology sides(boolean inParallel) {
        return Millrace.topology("sides", t -> {
            KeyedStream<Ev> in = t.from(EVENTS).keyBy(Ev::key);
            if (inParallel) {
                in = in.parallel("section", 2);
            }
            counted(
                    "window",
                    in.window("window", tumbling(ofNanos(4)))
                            .late(s -> counted("window late", s))
                            .aggregate(Sum::new));
            counted(
                    "dedupe",
                    in.dedupe("dedupe", ofNanos(3))
                            .duplicates(side("dedupe again"))
                            .late(side("dedupe late")));
            counted("throttle", in.throttle("throttle", 2, ofNanos(40)).stopped(side("throttle stopped")));
            counted("conflate", in.conflate("conflate", ofNanos(5)).late(s -> counted("conflate late", s)));
            if (!inParallel) { // each of 64 shards wants its pages
                KeyedStream<Ev> others = t.from(OTHERS).keyBy(Ev::key);
                counted(
                        "pattern",
                        in.pattern("pattern", ofNanos(30), Two::new)
                                .timedOut(s -> counted("pattern timed out", s))
                                .late(s -> counted("pattern late", s)));
                counted(
                        "join",
                        in.join("join", others, between(ofNanos(-9), ofNanos(9)))
                                .late(side("join late"))
                                .lateRight(side("join late right")));
                counted(
                        "asOf",
                        in.asOf("asOf", others, backward())
                                .late(side("asOf late"))
                                .lateRight(side("asOf late right")));
            }
            Processed<Sorting> sorted = in.process("process", ofNanos(100), Sorting::new);
            counted("process even", sorted.out(p -> p.even));
            counted("process odd", sorted.out(p -> p.odd));
        });
    }

    @Test
    void shouldTellApartWhatGoesOutByEachOutput() {
        Seeds.each(0, 4, "tellApart(%d)", seed -> tellApart((int) seed));
    }

    private void tellApart(int seed) {
        seen.clear();
        Random random = new Random(seed);
        Topology topology = sides(seed % 2 == 1);
        try (TestDriver driver = TestDriver.of(topology)) {
            for (int k = 0; k < 400; k++) {
                Ev e = new Ev(k, random.nextInt(5), k + random.nextInt(6));
                driver.send(topology.inputs().size() > 1 && random.nextInt(3) == 0 ? OTHERS : EVENTS, e);
            }
            TestDriver resumed = driver.restart(); // counts go on
            resumed.send(EVENTS, new Ev(400, 1, 0)).send(EVENTS, new Ev(401, 1, 500));
            if (topology.inputs().size() > 1) {
                resumed.send(OTHERS, new Ev(402, 1, 500));
            }
            EngineStats stats = resumed.stats();
            List<TopologyNode> peeks = peeks(topology);
            Map<Integer, Long> out = new LinkedHashMap<>();
            for (TopologyNode peek : peeks) {
                long went = stats.node(peek.name()).in();
                out.merge(peek.inputs().get(0).node(), went, Long::sum);
            }
            assertEquals(
                    seen.values().stream().mapToLong(n -> n).sorted().boxed().toList(),
                    peeks.stream().map(p -> stats.node(p.name()).in()).sorted().toList(),
                    seen + " of " + stats);
            out.forEach((node, sum) -> assertEquals(
                    sum,
                    stats.node(topology.nodes().get(node).name()).out(),
                    () -> "all of " + topology.nodes().get(node)));
            seen.forEach((word, n) -> assertTrue(n > 0, word + " of " + seen));
        }
    }

    @Test
    void shouldCountWhatWentThroughEachNode() {
        Seeds.each(0, 20, "count(%d)", seed -> count((int) seed));
    }

    private void count(int seed) {
        seen.clear();
        Random random = new Random(seed);
        Topology topology = topology();
        try (TestDriver driver = TestDriver.of(topology)) {
            for (int k = 0; k < 300; k++) {
                Ev e = new Ev(k, random.nextInt(9), k + random.nextInt(4));
                driver.send(random.nextInt(5) == 0 ? ROWS : EVENTS, e);
            }
            EngineStats stats = driver.stats();
            List<TopologyNode> peeks = peeks(topology);
            assertEquals(seen.size(), peeks.size());
            int i = 0;
            for (Map.Entry<String, Long> e : seen.entrySet()) {
                TopologyNode peek = peeks.get(i++);
                TopologyNode node = topology.nodes().get(peek.inputs().get(0).node());
                assertTrue(e.getKey().startsWith(node.word()), e.getKey() + " is counted behind " + node);
                assertEquals(e.getValue(), stats.node(node.name()).out(), e.getKey() + " of " + stats);
                assertEquals(e.getValue(), stats.node(peek.name()).in(), e.getKey());
                assertTrue(e.getValue() > 0, e.getKey());
                if (e.getKey().equals("map") || e.getKey().equals("onTime")) {
                    EngineStats.NodeStats n = stats.node(node.name());
                    assertEquals(n.in(), n.out() + n.dead(), e.getKey());
                }
            }
        }
    }
}
