package io.millrace.operators.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.Engine;
import io.millrace.engine.Setup;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.operator.Held;
import io.millrace.plan.PlanOptions;
import io.millrace.plan.Planner;
import io.millrace.runtime.Core;
import io.millrace.runtime.DeadLetterPort;
import io.millrace.runtime.Ports;
import io.millrace.runtime.SinkPort;
import io.millrace.testkit.MemoryJournal;
import io.millrace.transport.Asking;
import io.millrace.transport.AsyncLookup;
import io.millrace.transport.Backoff;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A random graph that asks a service which fails, is asked again, answers at once, later or never: its replies come whenever they come,
 * and what comes out is what the log of that run makes, on one thread and with nobody asked.
 */
final class Served {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final int ATTEMPTS = 3;

    private final RandomGraph graph;
    private final MemoryJournal journal = new MemoryJournal();
    private final List<List<String>> live = new ArrayList<>();
    private final List<Service> services = new ArrayList<>();

    private Served(RandomGraph graph) {
        this.graph = graph;
    }

    /** Answers how often a request was asked again. */
    static int agree(long seed, List<Cell> events) {
        Served served = new Served(new RandomGraph(seed));
        served.run(seed, events);
        assertEquals(replayed(new RandomGraph(seed), served.journal.entries()), served.live);
        return served.services.stream().mapToInt(Service::again).sum();
    }

    /** What it does hangs on what is asked, and on how often that has been. */
    private static final class Service implements AsyncLookup<Asks.Question, Asks.Score> {
        private final Map<String, Integer> attempts = new ConcurrentHashMap<>();
        private CompletableFuture<Asks.Score> waiting;
        private Asks.Score answer;

        @Override
        public CompletionStage<Asks.Score> ask(Asks.Question request) {
            throw new AssertionError("by its id");
        }

        @Override
        public synchronized CompletionStage<Asks.Score> ask(Asks.Question asked, long sequence, int ordinal)
                throws IOException {
            long what = Math.floorMod(asked.id(), 8L);
            if (attempts.merge(sequence + "." + ordinal, 1, Integer::sum) <= what - 4) { // 7 fails for good
                throw new IOException("on purpose");
            }
            if (what == 1) {
                return new CompletableFuture<>(); // for good
            }
            Asks.Score score = new Asks.Score(asked.id());
            if (waiting != null) {
                waiting.complete(answer);
                waiting = null;
            }
            if (what != 2) {
                return CompletableFuture.completedFuture(score);
            }
            answer = score;
            waiting = new CompletableFuture<>();
            return waiting;
        }

        int again() {
            int all = 0;
            for (int n : attempts.values()) {
                assertTrue(n <= ATTEMPTS, n + " attempts");
                all += n - 1;
            }
            return all;
        }
    }

    private static String line(long sequence, int ordinal, Cell c, boolean fired) {
        return sequence + "." + ordinal + " " + c + (fired ? " fired" : "");
    }

    private void run(long seed, List<Cell> events) {
        Backoff shortly =
                Backoff.of(Duration.ofNanos(1_000), Duration.ofNanos(10_000)).seed(seed);
        Setup setup = Engine.of(graph.topology)
                .stateBudget(graph.stateBytes())
                .ringSlots(64)
                .journal(journal);
        for (Asks a : graph.asks) {
            services.add(new Service());
            setup.lookup(
                    a.port,
                    services.get(services.size() - 1),
                    Asking.once().timeout(LONG).retry(ATTEMPTS, shortly));
        }
        for (Output<Cell> o : graph.outputs) {
            List<String> lines = new ArrayList<>();
            live.add(lines);
            setup.outputWithMeta(o, (Cell c, Meta m) -> lines.add(line(m.sequence(), m.ordinal(), c, m.fired())));
        }
        Random random = new Random(seed);
        try (Engine engine = setup.start()) {
            for (Cell c : events) {
                if (c.tag < graph.inputs.size()) {
                    engine.publisher(graph.inputs.get((int) c.tag)).publish(c);
                }
                if (random.nextInt(16) == 0) {
                    engine.drain(LONG); // so that some replies come in time
                }
            }
            graph.inputs.forEach(i -> engine.publisher(i).end());
            assertEquals(0, engine.drain(LONG));
        }
    }

    private static List<List<String>> replayed(RandomGraph graph, List<byte[]> entries) {
        List<List<String>> bySink = new ArrayList<>();
        graph.outputs.forEach(o -> bySink.add(new ArrayList<>()));
        Core core = new Core(
                Planner.plan(graph.topology, PlanOptions.tested().withStateBytes(graph.stateBytes())), new Ports() {
                    @Override
                    public SinkPort sink(Output<?> output) {
                        int sink = graph.outputs.indexOf(output);
                        byte[] bytes = new byte[24];
                        return flow -> {
                            if (sink >= 0) {
                                Held.copyValue(flow, Cell.TYPE, bytes, 0);
                                Cell c = Cell.TYPE.newView().wrap(bytes, 0, bytes.length);
                                bySink.get(sink).add(line(flow.sequence(), flow.ordinal(), c, flow.fired()));
                            }
                        };
                    }

                    @Override
                    public DeadLetterPort deadLetters(int stage) {
                        return (sequence, node, reason, detail, cause, entry, offset) -> {};
                    }

                    @Override
                    public boolean isLive(Input<?> input) {
                        return false;
                    }
                });
        for (int q = 0; q < entries.size(); q++) {
            core.process(q, entries.get(q), 0);
        }
        return bySink;
    }
}
