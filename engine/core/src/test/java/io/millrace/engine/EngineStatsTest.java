package io.millrace.engine;

import static io.millrace.engine.Trials.IN;
import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.metric.LatencyReport;
import io.millrace.operator.Node;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.state.Blocks;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.KeyInfo;
import io.millrace.topology.Port;
import io.millrace.transport.Delivery;
import io.millrace.trial.Agenda;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** Each number of the statistics is the one its name says. */
class EngineStatsTest {
    private static TrialOp countsAll() {
        TrialOp op = TrialOp.of("counts", context -> {
            NodeCounters c = context.counters();
            return flow -> {
                c.out = 1;
                c.filtered = 2;
                c.late = 3;
                c.partlyLate = 4;
                c.unanswered = 5;
                c.duplicates = 6;
                c.dead = 7;
                c.firings = 8;
                c.keys = 9;
                c.evicted = 10;
                return true;
            };
        });
        op.inputs = 2; // then it is believed what it counts
        return op;
    }

    @Test
    void shouldCallEachCountOfANodeByItsName() {
        GraphBuilder g = new GraphBuilder("counts");
        Port source = g.source(IN, "");
        g.sink(OUT, g.operator("op", countsAll(), null, "", source, source), "");
        try (Inline engine = Engine.of(g.build()).discard(OUT).inline()) {
            engine.publish(IN, num(1));
            EngineStats.NodeStats s = engine.stats().node("op");
            assertEquals(new EngineStats.NodeStats("op", 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 0), s);
        }
    }

    @Test
    void shouldTellWhatComesInAndGoesOutWhereNothingIsCounted() {
        TrialOp map = TrialOp.map(n -> {
            if (n.id() % 3 == 0) {
                throw new IllegalArgumentException("a third of them");
            }
            return n;
        });
        GraphBuilder g = new GraphBuilder("flows");
        Port mapped = g.operator("map", map, null, "", g.source(IN, ""));
        Port passed = g.operator("pass", TrialOp.pass(1), null, "", mapped);
        g.sink(OUT, passed, "");
        try (Inline engine = Engine.of(g.build()).discard(OUT).inline()) {
            for (int i = 0; i < 30; i++) {
                engine.publish(IN, num(i));
            }
            EngineStats s = engine.stats();
            assertEquals(List.of(30L, 30L), flow(s, "in"));
            assertEquals(List.of(30L, 20L), flow(s, "map"));
            assertEquals(List.of(20L, 20L), flow(s, "pass"));
            assertEquals(List.of(20L, 20L), flow(s, "out"));
            assertEquals(10, s.node("map").dead());
        }
    }

    private static List<Long> flow(EngineStats s, String node) {
        return List.of(s.node(node).in(), s.node(node).out());
    }

    @Test
    void shouldTellApartWhatGoesOutByEachOutput() {
        TrialOp two = TrialOp.of("two", context -> {
            Node side = context.rest(1);
            NodeCounters counters = context.counters();
            return flow -> {
                Num num = flow.value();
                if (num.id() == 1) {
                    side.on(flow);
                }
                counters.out++;
                return true;
            };
        });
        two.ports = List.of("out", "side");
        GraphBuilder g = new GraphBuilder("two");
        Port main = g.operator("two", two, null, "", g.source(IN, ""));
        g.sink(OUT, g.operator("pass", TrialOp.pass(1), null, "", main), "");
        g.sink(OUT, g.operator("aside", TrialOp.pass(1), null, "", new Port(main.node(), 1)), "");
        try (Inline engine = Engine.of(g.build()).discard(OUT).inline()) {
            engine.publish(IN, num(1));
            engine.publish(IN, num(2));
            EngineStats s = engine.stats();
            assertEquals(List.of(2L, 3L), flow(s, "two"));
            assertEquals(2, s.node("pass").in());
            assertEquals(1, s.node("aside").in());
        }
    }

    @Test
    void shouldSayThatItDoesNotKnowBehindASnapshotThatDoesNotTellOutputsApart() {
        NodeCounters before = new NodeCounters();
        before.out = 7;
        NodeCounters now = new NodeCounters(3);
        copy(before, now);
        assertEquals(List.of(-1L, -1L, -1L), List.of(now.out(0), now.out(2), now.outOfAll()));
        NodeCounters later = new NodeCounters(3);
        copy(now, later);
        assertEquals(-1, later.outOfAll());
        NodeCounters known = new NodeCounters(3);
        known.side(2);
        known.out = 5;
        NodeCounters read = new NodeCounters(3);
        copy(known, read);
        assertEquals(List.of(5L, 0L, 1L, 6L), List.of(read.out(0), read.out(1), read.out(2), read.outOfAll()));
    }

    private static void copy(NodeCounters from, NodeCounters to) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StateWriter out = new StateWriter(bytes);
        out.begin("counters", 1);
        from.save(out);
        out.end();
        out.finish();
        StateReader in = new StateReader(new ByteArrayInputStream(bytes.toByteArray()));
        in.begin("counters", 1);
        to.load(in);
        in.end();
    }

    private static Blocks blocks(NodeContext context) {
        return new Blocks(context.budget(), 4, 1000);
    }

    @Test
    void shouldShowStateAndItsBudget() {
        TrialOp op = TrialOp.of("blocks", context -> {
            Blocks blocks = blocks(context);
            return flow -> blocks.take() >= 0;
        });
        op.keyed = true;
        KeyInfo key = new KeyInfo("long", 0, 0, "");
        GraphBuilder g = new GraphBuilder("blocks");
        Port keyed = g.operator("key", TrialOp.pass(1), key, "", g.source(IN, ""));
        g.sink(OUT, g.operator("op", op, key, "", keyed), "");
        try (Inline engine = Engine.of(g.build()).discard(OUT).inline()) {
            long before = engine.stats().node("op").stateBytes();
            engine.publish(IN, num(1));
            EngineStats.NodeStats s = engine.stats().node("op");
            assertTrue(s.stateBytes() > before, s.toString());
            assertTrue(s.stateBytes() <= s.budgetBytes(), s.toString());
            assertEquals(256L << 20, s.budgetBytes());
            assertEquals(0, engine.stats().node("in").stateBytes());
        }
    }

    @Test
    void shouldCountFirings() {
        Input<Num> in = Num.input("in").historic();
        try (Inline engine =
                Engine.of(one(in, Agenda.buckets(100, 10))).discard(OUT).inline()) {
            engine.publish(in, new Num(1, 5));
            engine.publish(in, new Num(2, 6));
            engine.publish(in, new Num(3, 10));
            EngineStats.NodeStats s = engine.stats().node("op");
            assertEquals(2, s.firings());
            assertEquals(0, s.dead());
            engine.publish(in, new Num(4, 5));
            assertEquals(1, engine.stats().node("op").dead());
        }
    }

    @Test
    void shouldShowProgressLagAndWhatIsAhead() {
        Input<Num> live = Num.input("live").idleAfter(Duration.ofSeconds(1)).maxAhead(Duration.ofNanos(100));
        Input<Num> a = Num.input("a").historic();
        Input<Num> b = Num.input("b").historic().disorder(Duration.ofNanos(7));
        Input<Num> untimed = Input.of("untimed", Num.TYPE);
        GraphBuilder g = new GraphBuilder("lag");
        Port all = g.operator(
                "merge",
                TrialOp.pass(4),
                null,
                "",
                g.source(live, ""),
                g.source(a, ""),
                g.source(b, ""),
                g.source(untimed, ""));
        g.sink(OUT, all, "");
        try (Inline engine = Engine.of(g.build()).discard(OUT).inline()) {
            assertEquals(List.of(-1L, -1L, -1L, -1L), lags(engine));
            engine.doWork(1000);
            engine.publish(live, new Num(1, 950));
            engine.publish(live, new Num(2, 2000));
            engine.publish(a, new Num(3, 960));
            engine.publish(b, new Num(4, 960));
            engine.publish(untimed, num(5));
            assertEquals(List.of(50L, 0L, 7L, -1L), lags(engine));
            EngineStats s = engine.stats();
            assertEquals(1, s.inputs().get(0).ahead());
            assertEquals(1, s.inputs().get(0).events());
            assertEquals(0, s.inputs().get(1).ahead());
            assertEquals(950, s.inputs().get(0).progressNs());
            engine.publisher(b).end();
            assertEquals(0, engine.stats().inputs().get(2).lagNs());
        }
    }

    private static List<Long> lags(Inline engine) {
        return engine.stats().inputs().stream()
                .map(EngineStats.InputStats::lagNs)
                .toList();
    }

    @Test
    void shouldCountLatenciesThatDoNotFitItsRange() {
        try (Inline engine = Engine.of(one(TrialOp.pass(1))).discard(OUT).inline()) {
            long now = HostClock.nanoTime();
            long hour = TimeUnit.HOURS.toNanos(1);
            engine.publisher(IN).publish(num(1), new Header().intendedNs(now - hour));
            engine.publisher(IN).publish(num(2), new Header().intendedNs(now + hour));
            engine.publisher(IN).publish(num(3), new Header().intendedNs(now - 1));
            EngineStats.OutputStats s = engine.stats().output("out");
            assertEquals(2, s.clamped());
            assertEquals(3, s.latencyNs().getTotalCount());
            assertTrue(s.latencyNs().getMaxValue() >= TimeUnit.MINUTES.toNanos(9));
        }
    }

    @Test
    void shouldAllocateNothingOnTheThreadThatFillsTheCopy() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        Setup setup = Engine.of(one(TrialOp.pass(1))).discard(OUT);
        try (Inline engine = setup.inline()) {
            engine.publish(IN, num(1));
            EngineStats.Copy copy = engine.newCopy();
            long least = Long.MAX_VALUE;
            for (int run = 0; run < 200; run++) {
                long before =
                        threads.getThreadAllocatedBytes(Thread.currentThread().getId());
                copy.take(0, 0);
                least = Math.min(
                        least,
                        threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before);
            }
            assertEquals(0, least);
        }
    }

    /** Two sinks, one of which makes events wait: an event whose intended time is long gone was late before, the other in the sink. */
    @Test
    void shouldMeasureTheWayThroughASinkWithAThreadOfItsOwn() throws Exception {
        Output<Num> direct = Num.output("direct");
        GraphBuilder g = new GraphBuilder("hops");
        Input<Num> quiet = Num.input("in").historic();
        Port in = g.source(quiet, "");
        g.budget(in, Duration.ofHours(2).toNanos());
        g.sink(OUT, in, "");
        g.sink(direct, in, "");
        CountDownLatch open = new CountDownLatch(1);
        try (Engine engine = Engine.of(g.build())
                .blame(1)
                .output(OUT, n -> open.await(), Delivery.blocking())
                .discard(direct)
                .start()) {
            Publisher<Num> publisher = engine.publisher(quiet);
            long nowNs = System.nanoTime();
            long hourNs = Duration.ofHours(1).toNanos();
            publisher.publish(num(1), new Header().intendedNs(nowNs - 3 * hourNs));
            publisher.publish(num(2), new Header().intendedNs(nowNs));
            publisher.publish(num(3)); // nobody said when it was meant to be sent
            await("evaluated", () -> engine.stats().output("direct").events() == 3);
            Histogram none = sinkHop(engine.stats().latency());
            assertEquals(0, none.getTotalCount(), "none has been taken");
            open.countDown();
            assertEquals(0, engine.drain(Duration.ofSeconds(50)));
            LatencyReport r = engine.stats().latency();
            assertEquals(2, sinkHop(r).getTotalCount());
            assertEquals(0, none.getTotalCount(), "a copy");
            assertTrue(sinkHop(r).getMaxValue() >= Duration.ofMinutes(10).toNanos() / 2, "what is longer is that");
            assertEquals(
                    List.of("main", "sink out"),
                    r.hops().stream().map(LatencyReport.Hop::stage).toList());
            List<LatencyReport.Breach> ofSink =
                    r.last().stream().filter(b -> b.node().equals("out")).toList();
            assertEquals(1, ofSink.size(), r.last().toString());
            assertEquals(0, ofSink.get(0).sequence());
            assertEquals("before sink out", ofSink.get(0).blamed());
            assertTrue(ofSink.get(0).tookNs() >= 3 * hourNs);
            assertEquals(r.last().size(), r.breaches());
        }
    }

    private static Histogram sinkHop(LatencyReport r) {
        return r.hops().get(r.hops().size() - 1).sinceNs();
    }
}
