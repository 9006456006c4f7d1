package io.millrace.operators.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.Emitter;
import io.millrace.operators.FlatMap;
import io.millrace.operators.MapValue;
import io.millrace.operators.Merge;
import io.millrace.operators.Peek;
import io.millrace.operators.With;
import io.millrace.plan.EdgePlan;
import io.millrace.plan.Plan;
import io.millrace.plan.PlanOptions;
import io.millrace.plan.Planner;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What a plan says can cross an edge for one entry, against what does: never less, and where every event goes all the way and nothing
 * fires, not more either.
 */
class EdgeBoundsTest {
    private static final int GRAPHS = 60;
    private static final int EVENTS = 6;

    /** A graph whose streams are counted, each on a thread of its own. */
    private static final class Counted {
        final List<Input<Cell>> inputs = new ArrayList<>();
        final List<Port> streams = new ArrayList<>();
        final List<long[]> counts = new ArrayList<>();
        final GraphBuilder graph = new GraphBuilder("counted");
        final Words words = new Words(graph);
        final Output<Cell> out = Output.of("out", Cell.TYPE);
        Topology topology;

        Port input() {
            Input<Cell> input = Input.of("in" + inputs.size(), Cell.TYPE)
                    .eventTime(c -> c.timeNs, TimeUnit.NANOSECONDS)
                    .historic();
            inputs.add(input);
            return add(graph.source(input, ""));
        }

        /** Counts what comes out of it, and leads it to another thread. */
        Port add(Port made) {
            long[] count = new long[1];
            counts.add(count);
            Port counted = graph.operator("c" + streams.size(), Peek.<Cell>of(c -> count[0]++), null, "", made);
            graph.thread(counted, "t" + streams.size());
            streams.add(counted);
            return counted;
        }

        Port with(Port base, Port... branches) {
            Port[] all = new Port[branches.length + 1];
            all[0] = base;
            System.arraycopy(branches, 0, all, 1, branches.length);
            graph.markOrigin(base);
            Cell own = new Cell();
            Port parts = words.node("with", With.of(branches.length, p -> p.clone()), null, all);
            return add(words.node(
                    "sum",
                    MapValue.of(Cell.TYPE, (Object[] p) -> {
                        Cell c = (Cell) p[0];
                        return own.set(c.id + ((Cell) p[1]).id, c.timeNs, c.tag);
                    }),
                    null,
                    parts));
        }

        Port map(Port from) {
            Cell own = new Cell();
            return add(words.node(
                    "map", MapValue.of(Cell.TYPE, (Cell c) -> own.set(c.id * 3, c.timeNs, c.tag)), null, from));
        }

        Port flat(Port from, int most) {
            Cell own = new Cell();
            FlatMap.Function<Cell, Cell> all = (Cell c, Emitter<Cell> to) -> {
                for (int k = 0; k < most; k++) {
                    to.emit(own.set(c.id + k, c.timeNs, c.tag));
                }
            };
            return add(words.node("flat", FlatMap.of(Cell.TYPE, most, all), null, from));
        }

        void build() {
            streams.forEach(s -> graph.sink(out, s, ""));
            topology = graph.build();
        }

        Plan plan() {
            return Planner.plan(
                    topology,
                    PlanOptions.tested().withStateBytes(64 << 20).withThreads().withSmallestRings());
        }

        /** What the plan allows for in one round of a step for time and one for an event, without the note of progress. */
        static long allowed(EdgePlan edge) {
            return edge.mostPerQ() / (Plan.SET_ASIDE + 1) - 1;
        }

        /** Most events of each stream for one entry. */
        long[] run(Random random) {
            long[] most = new long[streams.size()];
            try (TestDriver driver =
                    TestDriver.of(topology, PlanOptions.tested().withStateBytes(64 << 20))) {
                for (int i = 0; i < EVENTS * inputs.size(); i++) {
                    counts.forEach(c -> c[0] = 0);
                    driver.send(inputs.get(i % inputs.size()), new Cell().set(random.nextInt(50), 100 + i, i));
                    for (int s = 0; s < most.length; s++) {
                        most[s] = Math.max(most[s], counts.get(s)[0]);
                    }
                }
            }
            return most;
        }
    }

    private static Counted random(Random random, boolean fires) {
        Counted g = new Counted();
        int inputs = 1 + random.nextInt(3);
        for (int i = 0; i < inputs; i++) {
            g.input();
        }
        int words = 3 + random.nextInt(6);
        for (int i = 0; i < words; i++) {
            Port at = any(g, random);
            switch (random.nextInt(fires ? 7 : 6)) {
                case 0 -> g.map(at);
                case 1 -> g.flat(at, 1 + random.nextInt(2));
                case 2 -> g.add(g.words.node("merge", Merge.of(2), null, at, any(g, random)));
                case 3 -> g.with(at, g.map(at), g.add(g.words.lookUp(at, any(g, random), null)));
                case 4 -> g.with(at, g.add(g.words.setting(at, any(g, random), null)));
                case 5 -> g.add(g.words.lookUp(at, any(g, random), null));
                default -> g.add(g.words.defer(at, random.nextInt(4), null));
            }
        }
        g.build();
        return g;
    }

    private static Port any(Counted g, Random random) {
        return g.streams.get(random.nextInt(g.streams.size()));
    }

    @Test
    void shouldAllowForWhatCrossesAnEdgeAndForNoMore() {
        Seeds.each(1, GRAPHS, "compare(%d)", EdgeBoundsTest::compare);
    }

    private static void compare(long seed) {
        Random random = new Random(seed);
        boolean fires = random.nextInt(3) == 0;
        Counted g = random(random, fires);
        Plan plan;
        try {
            plan = g.plan();
        } catch (TopologyException e) {
            assertTrue(fires && e.getMessage().contains("one entry can"), e.getMessage());
            return;
        }
        long[] most = g.run(random);
        for (EdgePlan e : plan.edges()) {
            int stream = g.streams.indexOf(Port.of(e.edge().from()));
            if (stream < 0) {
                continue;
            }
            String which = g.topology.nodes().get(e.edge().from()).name() + "\n" + g.topology.describe();
            if (fires) {
                assertTrue(most[stream] <= Counted.allowed(e), Counted.allowed(e) + " < " + most[stream] + which);
            } else {
                assertEquals(most[stream], Counted.allowed(e), which);
            }
        }
    }

    @Test
    void shouldLeadAChainOfTwelveWithsToAnotherThread() {
        Counted g = new Counted();
        Port at = g.input();
        for (int i = 0; i < 12; i++) {
            at = g.with(at, g.map(at), g.add(g.words.lookUp(at, at, null)));
        }
        g.build();
        for (EdgePlan e : g.plan().edges()) {
            assertEquals(
                    1,
                    Counted.allowed(e),
                    g.topology.nodes().get(e.edge().from()).name());
        }
    }
}
