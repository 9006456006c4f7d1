package io.millrace.operators.rate;

import static io.millrace.operators.rate.Ping.LOOSE;
import static io.millrace.operators.rate.Ping.OUT;
import static io.millrace.operators.rate.Ping.PINGS;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.operators.Extremes;
import io.millrace.operators.rate.Twin.Item;
import io.millrace.plan.PlanOptions;
import io.millrace.plan.Planner;
import io.millrace.testkit.oracle.Expected;
import io.millrace.testkit.oracle.History;
import io.millrace.testkit.oracle.Trial;
import io.millrace.testkit.oracle.Trials;
import io.millrace.testkit.oracle.Weights;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random topologies over two inputs, against the same of twins: words that follow each other, ways that part and meet again. On each step
 * a twin takes what the one in front fired, then progress, then fires; then the event goes through. What is due after that fires before
 * the next step.
 */
class ChainRandomTest {
    private static Twin twin(Random random, String i) {
        long ns = 1 + random.nextInt(40);
        return switch (random.nextInt(6)) {
            case 0 -> new Twins.Filters("filter-" + i, random.nextInt(3));
            case 1 -> new Twins.Dedupes("dedupe-" + i, ns);
            case 2 -> new Twins.Throttles("throttle-" + i, 1 + random.nextInt(3), ns);
            case 3 -> new Twins.Defers("defer-" + i, ns - 1);
            case 4 -> new Twins.Counts("window-" + i, ns);
            default -> new Twins.Conflates("conflate-" + i, ns);
        };
    }

    /** As those of a chain, or a further word, or a fork of so many levels at most. */
    private static Twin further(Random random, String i, int levels) {
        long ns = 1 + random.nextInt(20);
        int drawn = random.nextInt(levels > 0 ? 9 : 6);
        if (drawn < 3) {
            return twin(random, i);
        }
        if (drawn < 6) {
            return switch (drawn) {
                case 3 -> new GraphTwins.Hops("hops-" + i, 10 + ns, 2 + random.nextInt(2));
                case 4 -> new GraphTwins.Sessions("session-" + i, ns);
                default -> new GraphTwins.LooksBack("back-" + i, ns);
            };
        }
        List<Twin> one = way(random, i + "a", levels - 1);
        List<Twin> other = way(random, i + "b", levels - 1);
        return switch (drawn) {
            case 6 -> new GraphTwins.Merges("merge-" + i, one, other);
            case 7 -> new GraphTwins.Joins("join-" + i, one, other, random.nextInt(20) - 15, random.nextInt(15));
            default -> new GraphTwins.AsOfs("asof-" + i, one, other);
        };
    }

    private static List<Twin> way(Random random, String i, int levels) {
        List<Twin> words = new ArrayList<>();
        for (int n = random.nextInt(3); n > 0; n--) {
            words.add(further(random, i + n, levels));
        }
        return words;
    }

    private static void answer(List<Twin> chain, History in, Expected out) {
        List<Twin> twins = chain.stream().map(Twin::fresh).toList();
        twins.forEach(t -> t.tellTo(out));
        int depth = twins.stream().mapToInt(Twin::depth).sum();
        for (int i = 0; i < in.size(); i++) {
            long progress = in.progressNs(i);
            time(twins, progress, out);
            if (in.step(i).isEvent()) {
                List<Item> items = List.of(new Item(in.event(i), in.timeNs(i), i, 0));
                for (Twin t : twins) {
                    items = t.through(items);
                }
                emit(items, out);
                for (int again = 0; again < depth; again++) {
                    time(twins, progress, out); // what has fallen due by the event itself
                }
            }
        }
    }

    private static void time(List<Twin> twins, long progressNs, Expected out) {
        List<Item> fired = List.of();
        for (Twin t : twins) {
            fired = t.time(fired, progressNs);
        }
        emit(fired, out);
    }

    private static void emit(List<Item> items, Expected out) {
        items.forEach(i -> out.emit(OUT, i.timeNs(), i.ping()));
    }

    /** Fused, in stages with the smallest rings, with a class for each node: the same comes out. */
    private static PlanOptions options(Topology topology, Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> PlanOptions.tested();
            case 1 -> inStages(topology);
            default -> PlanOptions.fused();
        };
    }

    /** Where an entry can cause too much for the edge between two threads, planning refuses. */
    private static PlanOptions inStages(Topology topology) {
        try {
            PlanOptions threads = PlanOptions.tested().withThreads().withSmallestRings();
            Planner.plan(topology, threads);
            return threads;
        } catch (TopologyException e) {
            return PlanOptions.tested();
        }
    }

    /** Not where several joins follow each other: one entry could cause more than there is room for. */
    private static boolean isPossible(List<Twin> words) {
        try {
            Planner.plan(topology(words, Collections.nCopies(words.size(), false)), PlanOptions.tested());
            return true;
        } catch (TopologyException e) {
            return false;
        }
    }

    private static Topology topology(List<Twin> words, List<Boolean> threads) {
        return Millrace.topology("chain", t -> {
            KeyedStream<Ping> stream = t.from(PINGS).merge(t.from(LOOSE)).keyBy(Ping::key);
            for (int i = 0; i < words.size(); i++) {
                stream = words.get(i).word(stream);
                stream = threads.get(i) ? stream.onThread("stage-" + i) : stream;
            }
            stream.to(OUT);
        });
    }

    /** Twins fire all that is due at once. An operator does so of so few events; of more it spreads what they make over entries. */
    private static final int EVENTS = 14;

    private static Trial trial(List<Twin> words, Random random, Weights events) {
        List<Boolean> threads = words.stream().map(w -> random.nextInt(3) == 0).toList();
        Topology topology = topology(words, threads);
        long baseNs = Extremes.base(random);
        return Trial.of(topology)
                .options(options(topology, random))
                .feed(PINGS, (key, timeNs, value) -> Ping.of(key, baseNs + timeNs, value))
                .feed(LOOSE, (key, timeNs, value) -> Ping.of(key, baseNs + timeNs, value))
                .weights(Extremes.weights(events, baseNs))
                .compare(OUT)
                .compareLetters()
                .oracle((in, out) -> answer(words, in, out));
    }

    static Trials chains() {
        return Trials.of("chains()", random -> {
            List<Twin> words = new ArrayList<>();
            for (int i = 0; i <= random.nextInt(5); i++) {
                words.add(twin(random, "" + i));
            }
            return trial(words, random, Weights.usual());
        });
    }

    static Trials graphs() {
        return Trials.of("graphs()", random -> {
            List<Twin> words;
            do {
                words = new ArrayList<>(List.of(further(random, "0", 2)));
                words.addAll(way(random, "1", 1));
            } while (!isPossible(words));
            return trial(words, random, Weights.usual().events(EVENTS));
        });
    }

    @Test
    void shouldAgreeWithAChainOfTwins() {
        Trials.Summary done = chains().cases(150).check();
        assertTrue(done.outs() > 5L * done.cases() || done.cases() < 10, done.toString());
    }

    @Test
    void shouldAgreeWithAGraphOfTwins() {
        Trials.Summary done = graphs().cases(250).check();
        assertTrue(done.outs() > 5L * done.cases() || done.cases() < 10, done.toString());
    }
}
