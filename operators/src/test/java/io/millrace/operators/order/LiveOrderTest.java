package io.millrace.operators.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.engine.Publisher;
import io.millrace.engine.Setup;
import io.millrace.engine.Waiting;
import io.millrace.event.Header;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.event.Reply;
import io.millrace.testkit.oracle.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

/**
 * Threads, batches and delays are nobody's business but the machine's: a live engine with a thread for each stage puts out, on
 * each output, the same events in the same order under the same numbers as the inline host does on one thread.
 */
class LiveOrderTest {
    private static final int GRAPHS = 500;
    private static final int LONGEST_BATCH = 1_024;

    /** What a stage takes from the ring at once, if that much is there. */
    private static final int STAGE_TAKES = 256;

    private static final Duration LONG = Duration.ofMinutes(1);

    /** All by name but spinning, which takes a core from the others; the default more often. */
    private static final List<Waiting> WAYS = List.of(
            Waiting.ADAPTIVE,
            Waiting.ADAPTIVE,
            Waiting.YIELDING,
            Waiting.named("parking:10us"),
            Waiting.named("parking:100us"),
            Waiting.named("backoff:1ms"));

    @Test
    void shouldPutOutTheSameOnAnyNumberOfThreads() {
        int[] sums = new int[8];
        int graphs = Seeds.each(1, GRAPHS, "agree(%d)", seed -> {
            int[] counts = agree(seed);
            sums[0] = Math.max(sums[0], counts[0]);
            sums[1] += counts[0] > 1 ? 1 : 0;
            sums[2] += counts[1];
            sums[3] += counts[2];
            sums[7] += counts[5];
            if (isLong(seed)) {
                sums[4] += counts[1] > 1_000 ? 1 : 0;
                sums[5] = Math.max(sums[5], counts[3]);
                sums[6] = Math.max(sums[6], counts[4]);
            }
        });
        if (graphs >= GRAPHS) {
            assertTrue(sums[4] > GRAPHS / 20, sums[4] + " long cases put out much");
            assertEquals(LONGEST_BATCH, sums[5], "events in the longest batch");
            assertTrue(sums[6] >= STAGE_TAKES, "a stage had at most " + sums[6] + " entries before it");
        }
        if (graphs >= 50) { // the generator must not degenerate into graphs that prove nothing
            assertTrue(sums[0] >= 4, "at most " + sums[0] + " stages");
            assertTrue(sums[1] > graphs / 2, sums[1] + " graphs had several stages");
            assertTrue(sums[2] > 20 * graphs, sums[2] + " outputs");
            assertTrue(sums[7] > graphs / 4, sums[7] + " runs on other numbers of threads");
            assertTrue(sums[3] > graphs / 10, "asked again " + sums[3] + " times");
        }
    }

    /** One of ten: thousands of events in large batches, so that a stage finds as much as it takes at once, and rings go round. */
    private static boolean isLong(long seed) {
        return Math.floorMod(seed, 40) < 4; // of sections on each number of threads as many
    }

    /** Answers how many stages there were, how much came out, how often a service was asked again, the longest batch and queue, runs on other threads. */
    private static int[] agree(long drawn) {
        long seed = RandomGraph.smallFrom(drawn);
        RandomGraph graph = new RandomGraph(seed);
        List<Cell> events = events(graph, seed);
        List<List<String>> expected = inline(new RandomGraph(seed), events);
        Live live = new Live(new RandomGraph(seed), seed * 31);
        assertEquals(expected, live.run(events));
        int others = graph.hasSections() && !isLong(seed) ? onOtherNumbers(seed, events, expected) : 0;
        int again = graph.asks.isEmpty() || seed % 6 > 0 ? 0 : Served.agree(seed, events);
        int outputs = expected.stream().mapToInt(List::size).sum();
        return new int[] {live.stages, outputs, again, live.longest, (int) live.behind.get(), others};
    }

    /** The same log on each of the other numbers of threads: which shard runs where is nobody's business either. Answers how many there were. */
    private static int onOtherNumbers(long seed, List<Cell> events, List<List<String>> expected) {
        int others = 0;
        for (int threads = 1; threads <= 8; threads *= 2) {
            if (threads != RandomGraph.threads(seed)) {
                Live live = new Live(new RandomGraph(seed, threads), seed * 31 + threads);
                assertEquals(expected, live.run(events), threads + " threads");
                others++;
            }
        }
        return others;
    }

    /** Input and event in one: the tag says which input; of a reply the time which entry it names. */
    private static List<Cell> events(RandomGraph graph, long seed) {
        Random random = new Random(~seed);
        List<Cell> events = new ArrayList<>();
        long time = random.nextInt(20);
        boolean isLong = isLong(seed);
        int n = isLong ? 2_000 + random.nextInt(1_001) : 30 + random.nextInt(70);
        int input = 0;
        for (int i = 0; i < n; i++) {
            time += random.nextInt(10) == 0 ? random.nextInt(60) : random.nextInt(3);
            if (!graph.asks.isEmpty() && random.nextInt(isLong ? 300 : 3) == 0) {
                int which = graph.inputs.size() + random.nextInt(graph.asks.size());
                events.add(new Cell().set(random.nextInt(100), Math.max(0, i - random.nextInt(12)), which));
                continue;
            }
            int id = random.nextInt(1000);
            long stampNs = Math.max(0, time - random.nextInt(6));
            if (!isLong || random.nextInt(500) == 0) {
                input = random.nextInt(graph.inputs.size());
            }
            events.add(new Cell().set(id, stampNs, input));
        }
        return events;
    }

    private static List<List<String>> inline(RandomGraph graph, List<Cell> events) {
        Taken taken = new Taken(graph, events.size() + graph.inputs.size(), null, q -> {});
        Setup setup = Engine.of(graph.topology).stateBudget(graph.stateBytes());
        taken.bind(setup);
        try (Inline inline = setup.inline()) {
            for (Cell c : events) {
                if (c.tag < graph.inputs.size()) {
                    inline.publish(graph.inputs.get((int) c.tag), c);
                } else {
                    reply(c, inline.publisher(graph.asks(c.tag).port.replies()));
                }
            }
            graph.inputs.forEach(i -> inline.publisher(i).end());
            while (inline.doWork(0)) {
                // left-over firings
            }
        }
        return taken.bySink;
    }

    private static void reply(Cell c, Publisher<Reply<Asks.Score>> publisher) {
        publisher.publish(Asks.reply(c.id), new Header().cause(c.timeNs, 0));
    }

    /** What came out, by sink; behind the end of input without numbers, since the entries there are the host's own. */
    private static final class Taken {
        private final List<List<String>> bySink = new ArrayList<>();
        private final RandomGraph graph;
        private final long end;
        private final long delaySeed;
        private final LongConsumer sequences;

        Taken(RandomGraph graph, long end, Long delaySeed, LongConsumer sequences) {
            this.graph = graph;
            this.end = end;
            this.delaySeed = delaySeed == null ? 0 : delaySeed;
            this.sequences = sequences;
        }

        void bind(Setup setup) {
            graph.asks.forEach(
                    a -> setup.output(a.port.requests(), request -> a.hashCode())); // a receiver of its own each
            for (Output<Cell> o : graph.outputs) {
                List<String> lines = new ArrayList<>();
                Delays delays = new Delays(delaySeed == 0 ? 0 : delaySeed + bySink.size());
                bySink.add(lines);
                setup.outputWithMeta(o, (Cell c, Meta meta) -> {
                    String number = meta.sequence() < end ? meta.sequence() + "." + meta.ordinal() + " " : "";
                    sequences.accept(meta.sequence());
                    lines.add(number + c + (meta.fired() ? " fired" : ""));
                    delays.maybe();
                });
            }
        }
    }

    /** Now and then, for a moment; never a spin. */
    private static final class Delays {
        private final Random random;

        Delays(long seed) {
            random = seed == 0 ? null : new Random(seed);
        }

        void maybe() {
            if (random == null) {
                return;
            }
            int what = random.nextInt(40);
            if (what == 0) {
                LockSupport.parkNanos(random.nextInt(50_000));
            } else if (what < 4) {
                Thread.yield();
            }
        }
    }

    /** One run with threads. */
    private static final class Live {
        private final RandomGraph graph;
        private final Random random;
        private final Setup setup;
        private final int stages;
        private final int batch;

        /** Events in the longest batch of which all were taken. */
        private int longest;

        /** The most that was published behind an entry when it put something out. */
        private final LongAccumulator behind = new LongAccumulator(Math::max, 0);

        private volatile long published;

        Live(RandomGraph graph, long drawnFrom) {
            this.graph = graph;
            random = new Random(drawnFrom);
            boolean isLong = isLong(graph.seed);
            batch = isLong ? 64 << random.nextInt(5) : 1 << random.nextInt(11);
            setup = Engine.of(graph.topology)
                    .stateBudget(graph.stateBytes())
                    .ringSlots(64 << random.nextInt(isLong ? 6 : 3))
                    .edgeSlots(isSmallest(random, isLong) ? 1 : 64)
                    .waiting(WAYS.get(random.nextInt(WAYS.size())));
            stages = setup.plan().stages().size();
        }

        /** The smallest rings hand each entry over by itself: thousands of these take long. */
        private static boolean isSmallest(Random random, boolean isLong) {
            return random.nextBoolean() && (!isLong || random.nextBoolean());
        }

        List<List<String>> run(List<Cell> events) {
            Taken all = new Taken(graph, events.size() + graph.inputs.size(), random.nextLong() | 1, this::putOut);
            all.bind(setup);
            if (random.nextInt(8) == 0) {
                setup.exclusive();
            }
            try (Engine engine = setup.start()) {
                publish(engine, events);
                graph.inputs.forEach(i -> engine.publisher(i).end());
                assertEquals(0, engine.drain(LONG));
                assertEquals(
                        events.size(),
                        engine.stats().inputs().stream()
                                .mapToLong(i -> i.events() + i.ahead())
                                .sum());
            }
            return all.bySink;
        }

        private void putOut(long sequence) {
            behind.accumulate(published - sequence);
        }

        private void publish(Engine engine, List<Cell> events) {
            Delays delays = new Delays(random.nextLong() | 1);
            List<Publisher<Cell>> publishers =
                    graph.inputs.stream().map(engine::publisher).toList();
            for (int i = 0; i < events.size(); ) {
                int input = (int) events.get(i).tag;
                if (input >= publishers.size()) {
                    reply(
                            events.get(i++),
                            engine.publisher(graph.asks(input).port.replies()));
                    continue;
                }
                int to = i + 1;
                while (to < events.size() && to - i < batch && events.get(to).tag == input) {
                    to++;
                }
                assertEquals(to - i, publishers.get(input).publishBatch(events.subList(i, to)));
                longest = Math.max(longest, to - i);
                published = to;
                delays.maybe();
                i = to;
            }
        }
    }
}
