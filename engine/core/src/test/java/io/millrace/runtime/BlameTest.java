package io.millrace.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.metric.LatencyReport;
import io.millrace.operator.Firing;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.plan.Plan;
import io.millrace.plan.PlanOptions;
import io.millrace.plan.Planner;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.KeyInfo;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** Where time goes, by a clock that the operators move themselves: each call of one takes what the test says. */
class BlameTest {
    private static final Input<Num> IN = Num.input("in");
    private static final Output<Num> OUT = Num.output("out");
    private static final Output<Num> ASIDE = Num.output("aside");
    private static final KeyInfo KEY = new KeyInfo("long", 0, 0, "K.java:1");

    private final Map<String, Long> tookNs = new LinkedHashMap<>();
    private long clockNs = 1_000_000;
    private Runnable whenOut = () -> {};
    private Blames blames;
    private Core core;
    private EntryEncoder<Num> encoder;
    private long next;

    private TrialOp slow(String name, boolean keeps) {
        return TrialOp.of(name, context -> flow -> {
            clockNs += tookNs.getOrDefault(name, 0L);
            flow.key(7);
            return keeps;
        });
    }

    /** a, then two branches: b which lets nothing pass, and c before both outputs. */
    private Topology topology(long budgetNs) {
        GraphBuilder g = new GraphBuilder("blamed");
        Port a = g.operator("a", slow("a", true), KEY, "T.java:1", g.source(IN, "T.java:0"));
        TrialOp stops = slow("b", false);
        stops.answers = io.millrace.operator.Answers.AT_MOST_ONE;
        g.sink(ASIDE, g.operator("b", stops, null, "T.java:2", a), "T.java:2");
        Port c = g.operator("c", slow("c", true), KEY, "T.java:3", a);
        g.budget(c, budgetNs);
        g.sink(OUT, c, "T.java:4");
        return g.build();
    }

    /** All that a core calls, however it is held. */
    private static List<Node> nodes(Core core) throws IllegalAccessException {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Object> open = new ArrayDeque<>(List.of(core));
        while (!open.isEmpty()) {
            Object o = open.pop();
            if (!seen.add(o)) {
                continue;
            }
            if (o instanceof Object[] array) {
                Stream.of(array).filter(Objects::nonNull).forEach(open::push);
            } else if (o instanceof Collection<?> all) {
                all.stream().filter(Objects::nonNull).forEach(open::push);
            } else if (o instanceof Map<?, ?> map) {
                map.values().stream().filter(Objects::nonNull).forEach(open::push);
            } else if (o.getClass().getName().startsWith("io.millrace.")
                    && !o.getClass().isHidden()) {
                pushFields(o, open);
            }
        }
        return seen.stream()
                .filter(Node.class::isInstance)
                .map(Node.class::cast)
                .toList();
    }

    private static void pushFields(Object o, Deque<Object> open) throws IllegalAccessException {
        for (Class<?> c = o.getClass(); c.getName().startsWith("io.millrace."); c = c.getSuperclass()) {
            for (Field f : c.getDeclaredFields()) {
                if (!Modifier.isStatic(f.getModifiers()) && !f.getType().isPrimitive()) {
                    f.setAccessible(true);
                    Object value = f.get(o);
                    if (value != null) {
                        open.push(value);
                    }
                }
            }
        }
    }

    private static long steps(List<Node> nodes) {
        return nodes.stream()
                .filter(n -> n.getClass().getName().startsWith(BlameSteps.class.getName()))
                .count();
    }

    private void start(Topology t, int every, PlanOptions options) {
        Plan plan = Planner.plan(t, options);
        blames = new Blames(plan, every, hostPorts(), () -> clockNs);
        core = new Core(plan, blames);
        encoder = new EntryEncoder<>(IN, 0);
    }

    private Ports hostPorts() {
        return new Ports() {
            @Override
            public SinkPort sink(Output<?> output) {
                return flow -> {
                    clockNs += tookNs.getOrDefault(output.name(), 0L);
                    if (output == OUT) {
                        whenOut.run();
                    }
                };
            }

            @Override
            public DeadLetterPort deadLetters(int stage) {
                return (q, node, reason, detail, cause, entry, offset) -> {};
            }

            @Override
            public boolean isLive(Input<?> input) {
                return false;
            }
        };
    }

    private void send(long waitedNs) {
        encoder.encode(new Num(next, next), waitedNs < 0 ? null : new Header().intendedNs(clockNs - waitedNs));
        for (int stage = 0; stage < core.stageCount(); stage++) {
            assertTrue(core.tryStage(stage, next, encoder.bytes(), 0));
            core.publishStage(stage);
        }
        next++;
    }

    private LatencyReport report() {
        Blames.Copy copy = blames.new Copy();
        for (int stage = 0; stage < core.stageCount(); stage++) {
            copy.take(stage);
        }
        return copy.report();
    }

    private static long own(LatencyReport r, String node) {
        Histogram h = r.nodes().stream()
                .filter(n -> n.node().equals(node))
                .findFirst()
                .orElseThrow()
                .ownNs();
        return h.getMaxValue() - h.getMaxValue() % 10; // as close as two digits are
    }

    private static long since(LatencyReport r, String node) {
        return r.nodes().stream()
                .filter(n -> n.node().equals(node))
                .findFirst()
                .orElseThrow()
                .sinceNs()
                .getMaxValue();
    }

    @Test
    void shouldTellWhatEachNodeTook() {
        tookNs.putAll(Map.of("a", 20L, "b", 50L, "c", 30L, "out", 100L));
        start(topology(1_000), 1, PlanOptions.tested());
        send(40);
        LatencyReport r = report();
        assertEquals(20, own(r, "a"));
        assertEquals(50, own(r, "b"), "one that lets nothing pass");
        assertEquals(30, own(r, "c"));
        assertEquals(100, own(r, "out"), "the receivers");
        assertEquals(40, since(r, "a"));
        assertEquals(60, since(r, "b"));
        assertEquals(110, since(r, "c"));
        assertEquals(40, r.hops().get(0).sinceNs().getMaxValue());
        assertEquals(
                List.of("a", "b", "c", "out"),
                r.nodes().stream().map(LatencyReport.NodeTime::node).toList());
        assertEquals(0, r.breaches());
    }

    @Test
    void shouldMeasureOneOfSoManyEntriesAndNoneBetween() {
        tookNs.put("a", 20L);
        start(topology(1_000_000), 8, PlanOptions.tested());
        for (int i = 0; i < 33; i++) {
            send(-1);
        }
        assertEquals(5, report().samples());
        assertEquals(5, report().nodes().get(0).ownNs().getTotalCount());
        assertEquals(0, report().hops().get(0).sinceNs().getTotalCount(), "nobody said when it was meant");
    }

    /** Times are recorded many at a time; what is told must not show that. */
    @Test
    void shouldTellEverySampleWheneverItIsAsked() {
        List<String> names = List.of("a", "b", "c", "out");
        Map<String, Histogram> owns = new LinkedHashMap<>();
        Map<String, Histogram> sinces = new LinkedHashMap<>();
        Histogram hop = Blame.newHistogram();
        for (String name : names) {
            owns.put(name, Blame.newHistogram());
            sinces.put(name, Blame.newHistogram());
        }
        Random random = new Random(5);
        start(topology(1_000_000), 1, PlanOptions.tested());
        for (int i = 0; i < 500; i++) {
            names.forEach(name -> tookNs.put(name, (long) random.nextInt(5_000)));
            long waitedNs = random.nextInt(4) == 0 ? -1 : 1 + random.nextInt(9_000);
            send(waitedNs);
            long atNs = Math.max(0, waitedNs);
            if (waitedNs > 0) {
                hop.recordValue(atNs);
            }
            for (String name : names) {
                sinces.get(name).recordValue(atNs);
                owns.get(name).recordValue(tookNs.get(name));
                atNs += tookNs.get(name);
            }
            if (random.nextInt(20) == 0) {
                LatencyReport r = report();
                assertEquals(i + 1, r.samples());
                assertEquals(hop, r.hops().get(0).sinceNs(), "hop, after " + i);
                for (LatencyReport.NodeTime node : r.nodes()) {
                    assertEquals(owns.get(node.node()), node.ownNs(), node.node() + ", after " + i);
                    assertEquals(sinces.get(node.node()), node.sinceNs(), node.node() + ", after " + i);
                }
            }
        }
    }

    /** A receiver of the event may ask, as may the owner of an inline host. */
    @Test
    void shouldTellWhatIsDoneWhenItIsAskedInTheMiddleOfAnEvent() {
        List<LatencyReport> told = new ArrayList<>();
        whenOut = () -> told.add(report());
        tookNs.putAll(Map.of("a", 20L, "b", 50L, "c", 30L, "out", 100L));
        start(topology(1_000_000), 1, PlanOptions.tested());
        for (int i = 0; i < 100; i++) {
            send(40);
        }
        LatencyReport r = report();
        for (LatencyReport.NodeTime node : r.nodes()) {
            assertEquals(100, node.ownNs().getTotalCount(), node.node());
            assertEquals(100, node.sinceNs().getTotalCount(), node.node());
            assertTrue(node.sinceNs().getMaxValue() < 200, node.node());
        }
        assertEquals(30, own(r, "c"));
        assertEquals(100, told.size());
        assertEquals(99, told.get(99).nodes().get(0).ownNs().getTotalCount(), "those before it");
    }

    @Test
    void shouldNotMeasureWhatFires() {
        Topology t = topology(1_000);
        Plan plan = Planner.plan(t, PlanOptions.tested());
        Blame blame = new Blame(t, plan.stages().get(0), 8, () -> clockNs);
        Flow flow = new Flow();
        flow.begin(16, 1, null, 0);
        assertTrue(blame.samples(flow));
        flow.fires(new Firing(1), 5);
        assertFalse(blame.samples(flow), "no event caused it");
        flow.begin(17, 1, null, 0);
        assertFalse(blame.samples(flow));
    }

    /** As a process does that has timers of the key to fire before it takes an event of it. */
    @Test
    void shouldTakeTheTimeButCountNoEventOfWhatFiresWhileAnEventIsInHand() {
        Firing firing = new Firing(0);
        TrialOp fires = TrialOp.of("fires", context -> flow -> {
            Flow in = new Flow();
            in.copyFrom(flow);
            for (int i = 0; i < 3; i++) {
                flow.key(7);
                flow.fires(firing, i);
                context.rest(0).on(flow);
                flow.copyFrom(in);
            }
            return true;
        });
        fires.maxOutputs = 4;
        fires.answers = io.millrace.operator.Answers.MANY;
        GraphBuilder g = new GraphBuilder("fired");
        Port a = g.operator("a", fires, KEY, "T.java:1", g.source(IN, "T.java:0"));
        Port b = g.operator("b", slow("b", true), KEY, "T.java:2", a);
        g.budget(b, 1_000);
        g.sink(OUT, b, "T.java:3");
        tookNs.put("b", 30L);
        start(g.build(), 1, PlanOptions.tested());
        send(2_000);
        LatencyReport r = report();
        LatencyReport.NodeTime node =
                r.nodes().stream().filter(n -> n.node().equals("b")).findFirst().orElseThrow();
        assertEquals(4, node.ownNs().getTotalCount(), "the event waits for all of it");
        assertEquals(1, node.sinceNs().getTotalCount());
        assertEquals(1, r.breaches(), "one event came too late");
        assertEquals(2_120, r.last().get(0).tookNs());
        assertEquals(1, r.samples());
    }

    @Test
    void shouldNotCountCallsThatItDoesNotNoteAsTheLastThatItDoes() {
        int calls = Blame.MARKS + 200;
        TrialOp several = TrialOp.several(calls);
        GraphBuilder g = new GraphBuilder("fan");
        Port b = g.operator(
                "b", slow("b", true), KEY, "T.java:2", g.operator("a", several, null, "T.java:1", g.source(IN, "")));
        g.budget(b, 10L * calls - 5);
        g.sink(OUT, b, "T.java:3");
        tookNs.put("b", 10L);
        start(g.build(), 1, PlanOptions.tested());
        send(0);
        LatencyReport r = report();
        assertEquals(10, own(r, "b"), "of the longest call");
        assertEquals(1, r.breaches());
        assertEquals(10L * calls, r.last().get(0).tookNs());
        assertEquals("in b", r.last().get(0).blamed());
        assertEquals(10, r.last().get(0).blamedNs(), "the longest call of those noted");
    }

    @Test
    void shouldBlameWhatTookMostOfAnEventThatCameTooLate() {
        start(topology(1_000), 1, PlanOptions.tested());
        send(500);
        tookNs.put("b", 700L);
        send(301);
        tookNs.put("b", 0L);
        send(2_000);
        LatencyReport r = report();
        assertEquals(2, r.breaches());
        assertEquals(
                "entry 1, key 7: 1001 ns to c with a budget of 1000 ns, 700 ns of them in b",
                r.last().get(0).toString());
        assertEquals("before stage main", r.last().get(1).blamed());
        assertEquals(2, r.last().get(1).sequence());
    }

    @Test
    void shouldKeepTheLastBreachesAndCountAll() {
        start(topology(10), 1, PlanOptions.tested());
        for (int i = 0; i < 150; i++) {
            send(100 + i);
        }
        LatencyReport r = report();
        assertEquals(150, r.breaches());
        assertEquals(Breaches.KEPT, r.last().size());
        assertEquals(150 - Breaches.KEPT, r.last().get(0).sequence());
        assertEquals(149, r.last().get(Breaches.KEPT - 1).sequence());
    }

    @Test
    void shouldMeasureEachStageByItself() {
        GraphBuilder g = new GraphBuilder("staged");
        Port a = g.operator("a", slow("a", true), null, "T.java:1", g.source(IN, "T.java:0"));
        Port b = g.operator("b", slow("b", true), null, "T.java:2", a);
        g.thread(b, "second");
        g.budget(b, 25);
        g.sink(OUT, b, "T.java:3");
        tookNs.putAll(Map.of("a", 20L, "b", 10L));
        start(g.build(), 1, PlanOptions.tested().withThreads());
        assertEquals(2, core.stageCount());
        send(0);
        LatencyReport r = report();
        assertEquals(20, own(r, "a"));
        assertEquals(10, own(r, "b"));
        assertEquals(
                List.of("before stage second"),
                r.last().stream().map(LatencyReport.Breach::blamed).toList());
        assertEquals(20, r.last().get(0).blamedNs());
        assertEquals(2, r.samples());
    }

    @Test
    void shouldAddNoStepWhereNothingIsAskedFor() throws Exception {
        Topology t = topology(1_000);
        assertTrue(t.describe().contains(" within PT0.000001S"), t.describe());
        try (Inline off = Engine.of(t).discard(OUT).discard(ASIDE).inline();
                Inline on = Engine.of(t).blame(1).discard(OUT).discard(ASIDE).inline()) {
            off.publish(IN, new Num(1, 1));
            assertNull(off.stats().latency());
            on.publish(IN, new Num(1, 1));
            assertEquals(1, on.stats().latency().samples());
        }
        // before there is a core that blames: ports know the test
        List<Node> without = nodes(new Core(Planner.plan(t, PlanOptions.tested()), hostPorts()));
        List<Node> unbudgeted =
                nodes(new Core(Planner.plan(topology(Long.MAX_VALUE), PlanOptions.tested()), hostPorts()));
        assertEquals(0, steps(without), without.toString());
        assertEquals(unbudgeted.size(), without.size(), "whatever the budget");
        start(t, 1, PlanOptions.tested());
        List<Node> with = nodes(core);
        assertTrue(steps(with) >= 6, "around the stage, in front of nodes, behind the budget: " + with);
        assertTrue(with.size() - steps(with) >= without.size(), "and the chain without them is still there");
        assertThrows(IllegalArgumentException.class, () -> Engine.of(t).blame(3));
        assertThrows(TopologyException.class, () -> topology(0));
    }
}
