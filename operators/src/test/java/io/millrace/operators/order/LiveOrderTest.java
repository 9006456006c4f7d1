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
import io.millrace.metric.Digest;
import io.millrace.metric.DigestOptions;
import io.millrace.testkit.oracle.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

/**
 * Threads, batches and delays are nobody's business but the machine's: a live engine with a thread for each stage puts out, on
 * each output, the same events in the same order under the same numbers, and with the same digest, as the inline host does on one thread. Each graph
 * is run on one, two, four or eight threads, its sections too, and an eighth of them as they are drawn, too.
 */
class LiveOrderTest {
    private static final int GRAPHS = 500;
    private static final int LONGEST_BATCH = 1_024;

    /** Of so many graphs one at least has 1, 2, 4 and 8 stages that run, and was asked for them; of few drawn at random it may be less. */
    private static final int[] LEAST = {6, 6, 6, 10};

    /** What a stage takes from the ring at once, if that much is there. */
    private static final int STAGE_TAKES = 256;

    private static final DigestOptions DIGEST = DigestOptions.every(16);

    private static final Duration LONG = Duration.ofMinutes(1);

    /** All by name but spinning, which takes a core from the others; the default more often. */
    private static final List<Waiting> WAYS = List.of(
            Waiting.ADAPTIVE,
            Waiting.ADAPTIVE,
            Waiting.YIELDING,
            Waiting.named("parking:10us"),
            Waiting.named("parking:100us"),
            Waiting.named("backoff:1ms"));

    /** What the cases of a run had, so that it is seen whether they prove anything. */
    private static final class Seen {
        private final int[] asked = new int[4];

        /** Of these, with as many stages as that or more: a graph may have too few nodes, or would need large rings. */
        private final int[] had = new int[4];

        private int most;
        private int several;
        private int outputs;
        private int askedAgain;
        private int longPutOutMuch;
        private int longestBatch;
        private long longestQueue;

        void ran(Live live) {
            most = Math.max(most, live.stages);
            longestBatch = Math.max(longestBatch, live.longest);
            longestQueue = Math.max(longestQueue, live.behind.get());
        }
    }

    @Test
    void shouldPutOutTheSameOnAnyNumberOfThreads() {
        Seen seen = new Seen();
        int graphs = Seeds.each(1, GRAPHS, "agree(%d)", seed -> agree(seed, seen));
        if (graphs >= GRAPHS) {
            assertTrue(seen.longPutOutMuch > GRAPHS / 20, seen.longPutOutMuch + " long cases put out much");
            assertTrue(seen.askedAgain > GRAPHS / 10, "asked again " + seen.askedAgain + " times");
            assertEquals(LONGEST_BATCH, seen.longestBatch, "events in the longest batch");
            assertTrue(seen.longestQueue >= STAGE_TAKES, "a stage had at most " + seen.longestQueue + " before it");
        }
        if (graphs >= 50) { // the generator must not degenerate into graphs that prove nothing
            assertTrue(seen.most >= 8, "at most " + seen.most + " stages");
            assertTrue(seen.several > graphs / 2, seen.several + " graphs had several stages");
            assertTrue(seen.outputs > 20 * graphs, seen.outputs + " outputs");
            for (int i = 0; i < seen.had.length; i++) {
                String had = Arrays.toString(seen.had) + " of " + Arrays.toString(seen.asked);
                assertTrue(
                        seen.had[i] > (graphs >= GRAPHS ? graphs / LEAST[i] : 0),
                        had + " graphs on 1, 2, 4 and 8 threads");
            }
        }
    }

    /** One of ten: thousands of events in large batches, so that a stage finds as much as it takes at once, and rings go round. */
    private static boolean isLong(long seed) {
        return Math.floorMod(seed, 40) < 4; // of sections on each number of threads as many
    }

    /** On a number of threads, and an eighth of the graphs as they are drawn: with as many stages as the plan makes of that. */
    private static void agree(long drawn, Seen seen) {
        long seed = RandomGraph.smallFrom(drawn);
        RandomGraph graph = new RandomGraph(seed);
        List<Cell> events = events(graph, seed);
        Ran expected = inline(new RandomGraph(seed), events);
        int which =
                Math.floorMod(seed / 4 + seed / 40, seen.asked.length); // of the long ones on each number as many, too
        Live on = new Live(RandomGraph.on(1 << which, seed), seed * 31);
        expected.requireSame(on.run(events), (1 << which) + " threads");
        seen.ran(on);
        seen.asked[which]++;
        seen.had[which] += on.stages >= 1 << which ? 1 : 0;
        seen.several += on.stages > 1 ? 1 : 0;
        if (seed % 8 == 0) {
            Live own = new Live(graph, seed * 31 + 1);
            expected.requireSame(own.run(events), "as drawn");
            seen.ran(own);
        }
        seen.askedAgain += graph.asks.isEmpty() || seed % 6 > 0 ? 0 : Served.agree(seed, events);
        int outputs = expected.bySink.stream().mapToInt(List::size).sum();
        seen.outputs += outputs;
        seen.longPutOutMuch += isLong(seed) && outputs > 1_000 ? 1 : 0;
    }

    /** What came out of each sink, and the digest of all that before the end of input. */
    private record Ran(List<List<String>> bySink, Digest digest) {
        void requireSame(Ran other, String how) {
            assertEquals(bySink, other.bySink, how);
            assertEquals(digest, other.digest, how);
        }
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

    private static Ran inline(RandomGraph graph, List<Cell> events) {
        Taken taken = new Taken(graph, events.size() + graph.inputs.size(), null, q -> {});
        Setup setup = Engine.of(graph.topology).stateBudget(graph.stateBytes()).digest(DIGEST);
        taken.bind(setup);
        Digest digest;
        try (Inline inline = setup.inline()) {
            for (int i = 0; i < events.size(); i++) {
                Cell c = events.get(i);
                if (c.tag >= graph.inputs.size()) {
                    reply(c, inline.publisher(graph.asks(c.tag).port.replies()));
                } else if (hasHeader(i)) {
                    inline.publisher(graph.inputs.get((int) c.tag)).publish(c, header(i));
                } else {
                    inline.publish(graph.inputs.get((int) c.tag), c);
                }
            }
            digest = inline.digest();
            graph.inputs.forEach(i -> inline.publisher(i).end());
            while (inline.doWork(0)) {
                // left-over firings
            }
        }
        return new Ran(taken.bySink, digest);
    }

    /** Some have one, which goes with what comes of it, whatever thread that is on; not where they would cut large batches. */
    private static boolean hasHeader(int i) {
        return i < 100 && i % 8 == 7;
    }

    private static Header header(int i) {
        return new Header().correlationId(1_000_000 + i);
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
                    lines.add(number + c + (meta.fired() ? " fired" : " of " + meta.correlationId()));
                    delays.maybe();
                });
            }
        }
    }

    /** Now and then, for a moment; never a spin. May be shared by threads. */
    private static final class Delays {
        private final Random random;

        Delays(long seed) {
            random = seed == 0 ? null : new Random(seed);
        }

        void maybe() {
            if (random == null) {
                return;
            }
            delay(random.nextInt(40));
        }

        /** Where there are many: operators are called more often than events come. */
        void rarely() {
            delay(random.nextInt(2_000));
        }

        private void delay(int what) {
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
                    .digest(DIGEST)
                    .ringSlots(64 << random.nextInt(isLong ? 6 : 3))
                    .edgeSlots(isSmallest(random, isLong) ? 1 : 64)
                    .waiting(WAYS.get(random.nextInt(WAYS.size())));
            stages = setup.plan().stages().size();
        }

        /** The smallest rings hand each entry over by itself: thousands of these take long. */
        private static boolean isSmallest(Random random, boolean isLong) {
            return random.nextBoolean() && (!isLong || random.nextBoolean());
        }

        Ran run(List<Cell> events) {
            Taken all = new Taken(graph, events.size() + graph.inputs.size(), random.nextLong() | 1, this::putOut);
            all.bind(setup);
            Delays inOperators = new Delays(random.nextLong() | 1);
            graph.meanwhile = inOperators::rarely;
            Digest digest;
            if (random.nextInt(8) == 0) {
                setup.exclusive();
            }
            try (Engine engine = setup.start()) {
                publish(engine, events);
                assertEquals(0, engine.drain(LONG));
                digest = engine.digest(); // behind the end places are the host's own
                graph.inputs.forEach(i -> engine.publisher(i).end());
                assertEquals(0, engine.drain(LONG));
                assertEquals(
                        events.size(),
                        engine.stats().inputs().stream()
                                .mapToLong(i -> i.events() + i.ahead())
                                .sum());
            }
            return new Ran(all.bySink, digest);
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
                if (hasHeader(i)) {
                    publishers.get(input).publish(events.get(i), header(i));
                    i++;
                    continue;
                }
                int to = i + 1;
                while (to < events.size() && to - i < batch && events.get(to).tag == input && !hasHeader(to)) {
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
