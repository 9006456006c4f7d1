package io.millrace.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operator.Node;
import io.millrace.plan.PlanOptions;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.trial.Agenda;
import io.millrace.trial.CoreRun;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A node class of its own for each node: the same results, and nothing shared. */
class NodeCopiesTest {
    private static final Input<Num> IN = Num.input("in");
    private static final Output<Num> OUT = Num.output("out");

    /** A random graph of words of all kinds: chains longer than a segment, forks wider than a fork, merges, firings. */
    private static Topology random(long seed) {
        Random random = new Random(seed);
        GraphBuilder g = new GraphBuilder("random-" + seed);
        List<Port> streams = new ArrayList<>();
        streams.add(g.source(IN, ""));
        int nodes = 1 + random.nextInt(25);
        for (int i = 0; i < nodes; i++) {
            Port at = streams.get(random.nextInt(3) > 0 ? streams.size() - 1 : random.nextInt(streams.size()));
            int number = 2 + random.nextInt(5);
            TrialOp op = switch (random.nextInt(6)) {
                case 0 -> TrialOp.keep(n -> n.id() % number != 0);
                case 1 -> TrialOp.map(n -> new Num(n.id() * number + 1, n.timeNs()));
                case 2 -> i < 6 ? TrialOp.several(2) : TrialOp.pass(1);
                case 3 -> Agenda.buckets(2, 3 + number);
                case 4 -> TrialOp.pass(2);
                default -> Agenda.timers(1, n -> n.timeNs() + number);
            };
            Port[] from =
                    op.inputs == 2 ? new Port[] {at, streams.get(random.nextInt(streams.size()))} : new Port[] {at};
            streams.add(g.operator("n" + i, op, null, "", from));
        }
        for (int i = 0; i < 3; i++) {
            g.sink(OUT, streams.get(random.nextInt(streams.size())), "");
        }
        g.sink(OUT, streams.get(streams.size() - 1), "");
        streams.forEach(g::end);
        return g.build();
    }

    @Test
    void shouldGiveTheSameResultsWithAndWithoutCopies() {
        int outputs = 0;
        for (long seed = 0; seed < 60; seed++) {
            Topology t = random(seed);
            String plain = run(t, PlanOptions.tested(), seed);
            assertEquals(plain, run(t, PlanOptions.fused(), seed), "seed " + seed + "\n" + t.describe());
            outputs += plain.length();
        }
        assertTrue(outputs > 10_000, "the graphs must not degenerate: " + outputs);
    }

    private static String run(Topology t, PlanOptions options, long seed) {
        CoreRun run = new CoreRun(t, options, i -> false);
        Random random = new Random(seed);
        long time = 0;
        for (int i = 0; i < 30; i++) {
            time += random.nextInt(6);
            run.event(IN, i, Math.max(0, time - random.nextInt(4)));
        }
        run.end(IN);
        for (int i = 0; i < 20; i++) {
            run.go();
        }
        return run.outs() + run.letters();
    }

    @Test
    void shouldDefineAClassForEachNodeOnlyWhereCopiesAreAllowed() {
        Topology t = twoMaps();
        NodeCopies copies = new NodeCopies(true);
        NodeCopies shared = new NodeCopies(false);
        Class<?> a = copies.node(t.node("a").operator(), null).getClass();
        Class<?> b = copies.node(t.node("b").operator(), null).getClass();
        assertNotSame(a, b);
        assertTrue(a.isHidden() && b.isHidden());
        assertFalse(shared.node(t.node("a").operator(), null).getClass().isHidden());
    }

    @Test
    void shouldGiveASecondCoreTheVeryClassesOfTheFirst() {
        Topology t = twoMaps();
        NodeCopies copies = new NodeCopies(true);
        List<Class<?>> first = classes(copies, t, "a", "b");
        copies.begin();
        assertEquals(first, classes(copies, t, "a", "b"), "the first core's");
        assertEquals(2, Set.copyOf(first).size());
        assertNotSame(first.get(0), copies.node(t.node("a").operator(), null).getClass(), "a third node");
        copies.begin();
        IllegalStateException other =
                assertThrows(IllegalStateException.class, () -> copies.template(Segment.class, new Node[2]));
        assertTrue(other.getMessage().contains("they are not of one plan"), other.getMessage());
    }

    private static List<Class<?>> classes(NodeCopies copies, Topology t, String... nodes) {
        List<Class<?>> result = new ArrayList<>();
        for (String n : nodes) {
            result.add(copies.node(t.node(n).operator(), null).getClass());
        }
        return result;
    }

    private static Topology twoMaps() {
        GraphBuilder g = new GraphBuilder("maps");
        Port a = g.operator("a", TrialOp.pass(1), null, "", g.source(IN, ""));
        g.sink(OUT, g.operator("b", TrialOp.pass(1), null, "", a), "");
        return g.build();
    }

    @Test
    void shouldShareNoStateBetweenTwoEnginesOfOneTopology() {
        TrialOp counts = TrialOp.of("counts", context -> {
            long[] count = {0};
            return flow -> {
                flow.value(new Num(++count[0], flow.timeNs()));
                return true;
            };
        });
        GraphBuilder g = new GraphBuilder("counts");
        g.sink(OUT, g.operator("n", counts, null, "", g.source(IN, "")), "");
        Topology t = g.build();
        CoreRun first = new CoreRun(t, PlanOptions.fused(), i -> false);
        CoreRun second = new CoreRun(t, PlanOptions.fused(), i -> false);
        first.event(IN, 0, 0).event(IN, 0, 0);
        second.event(IN, 0, 0);
        assertEquals("[out 1@0, out 2@0]", first.taken());
        assertEquals("[out 1@0]", second.taken());
        first.event(IN, 0, 7);
        assertEquals(7, first.core().sourceProgressNs(0));
        assertEquals(0, second.core().sourceProgressNs(0));
    }

    @Test
    void shouldSayWhatANodeClassLacks() {
        TrialOp broken = TrialOp.of("broken", context -> {
            throw new IllegalArgumentException("cannot be");
        });
        GraphBuilder g = new GraphBuilder("broken");
        g.sink(OUT, g.operator("n", broken, null, "", g.source(IN, "")), "");
        Topology t = g.build();
        IllegalArgumentException thrown = assertThrows(IllegalArgumentException.class, () -> CoreRun.historic(t));
        assertEquals("cannot be", thrown.getMessage());
    }
}
