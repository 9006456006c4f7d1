package io.millrace.operators.rate;

import static io.millrace.operators.rate.Ping.LOOSE;
import static io.millrace.operators.rate.Ping.OUT;
import static io.millrace.operators.rate.Ping.PINGS;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.event.Reason;
import io.millrace.operators.window.Window;
import io.millrace.plan.PlanOptions;
import io.millrace.plan.Planner;
import io.millrace.testkit.oracle.Expected;
import io.millrace.testkit.oracle.History;
import io.millrace.testkit.oracle.Trait;
import io.millrace.testkit.oracle.Trial;
import io.millrace.testkit.oracle.Trials;
import io.millrace.testkit.oracle.Weights;
import io.millrace.time.Progress;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Random chains of words over two inputs, against a chain of their twins. On each step a twin takes what the one in front fired,
 * then progress, then fires; then the event goes through. What is due after that fires before the next step.
 */
class ChainRandomTest {
    /** What travels: an event with its time, and the step that brought it; of what fired -1, and when it was due. */
    private record Item(Ping ping, long timeNs, int step, long dueNs) {
        Item fired(long newDueNs, long newNs) {
            return new Item(ping, newNs, -1, newDueNs);
        }
    }

    /** A word: how it is said, and what it means. */
    private abstract static class Twin {
        final String name;
        long progressNs = Progress.NONE;
        Expected letters;

        Twin(String name) {
            this.name = name;
        }

        abstract KeyedStream<Ping> word(KeyedStream<Ping> stream);

        abstract void take(Item item, List<Item> out);

        void fire(List<Item> out) {}

        /** A twin is used for one input only. */
        abstract Twin fresh();

        void late(Item item) {
            letters.letter(item.step, name, Reason.LATE);
        }
    }

    private static final class Filters extends Twin {
        private final long rest;

        Filters(String name, long rest) {
            super(name);
            this.rest = rest;
        }

        @Override
        KeyedStream<Ping> word(KeyedStream<Ping> stream) {
            return stream.filter(p -> p.value() % 3 != rest);
        }

        @Override
        void take(Item item, List<Item> out) {
            if (item.ping.value() % 3 != rest) {
                out.add(item);
            }
        }

        @Override
        Twin fresh() {
            return new Filters(name, rest);
        }
    }

    private static final class Dedupes extends Twin {
        private final long horizonNs;
        private final Map<Long, TreeSet<Long>> passed = new HashMap<>();

        Dedupes(String name, long horizonNs) {
            super(name);
            this.horizonNs = horizonNs;
        }

        @Override
        KeyedStream<Ping> word(KeyedStream<Ping> stream) {
            return stream.dedupe(name, Duration.ofNanos(horizonNs)).duplicates(side -> {});
        }

        @Override
        void take(Item item, List<Item> out) {
            TreeSet<Long> two = passed.computeIfAbsent(item.ping.key(), k -> new TreeSet<>());
            if (item.timeNs < progressNs) {
                late(item);
            } else if (two.stream().anyMatch(t -> Math.abs(t - item.timeNs) < horizonNs)) {
                refuse(item, Reason.DUPLICATE);
            } else if (two.size() == 2 && item.timeNs < two.first()) {
                refuse(item, Reason.LATE);
            } else {
                two.add(item.timeNs);
                if (two.size() > 2) {
                    two.pollFirst();
                }
                out.add(item);
            }
        }

        private void refuse(Item item, Reason reason) {
            if (item.step >= 0) {
                letters.letter(item.step, name, reason);
            } else {
                letters.firedLetter(item.dueNs, name, reason);
            }
        }

        @Override
        Twin fresh() {
            return new Dedupes(name, horizonNs);
        }
    }

    private static final class Throttles extends Twin {
        private final int most;
        private final long perNs;
        private final Map<Long, List<Long>> passed = new HashMap<>();

        Throttles(String name, int most, long perNs) {
            super(name);
            this.most = most;
            this.perNs = perNs;
        }

        @Override
        KeyedStream<Ping> word(KeyedStream<Ping> stream) {
            return stream.throttle(name, most, Duration.ofNanos(perNs));
        }

        @Override
        void take(Item item, List<Item> out) {
            List<Long> times = passed.computeIfAbsent(item.ping.key(), k -> new ArrayList<>());
            long time = Math.max(item.timeNs, progressNs == Progress.END ? Progress.NONE : progressNs);
            for (long t : times) {
                time = Math.max(time, t);
            }
            long counted = time;
            if (times.stream().filter(t -> counted - t < perNs).count() < most) {
                times.add(time);
                out.add(item);
            }
        }

        @Override
        Twin fresh() {
            return new Throttles(name, most, perNs);
        }
    }

    /** Holds items until their due, then sends them, stamped so much before it. */
    private abstract static class Holds extends Twin {
        private final List<Item> held = new ArrayList<>();
        private final List<Long> dues = new ArrayList<>();
        private final long stampedBeforeNs;

        Holds(String name, long stampedBeforeNs) {
            super(name);
            this.stampedBeforeNs = stampedBeforeNs;
        }

        void hold(Item item, long dueNs) {
            held.add(item);
            dues.add(dueNs);
        }

        int find(long key, long dueNs) {
            for (int i = 0; i < held.size(); i++) {
                if (held.get(i).ping.key() == key && dues.get(i) == dueNs) {
                    return i;
                }
            }
            return -1;
        }

        @Override
        void fire(List<Item> out) {
            List<Integer> due = new ArrayList<>();
            for (int i = 0; i < held.size(); i++) {
                if (dues.get(i) <= progressNs) {
                    due.add(i);
                }
            }
            due.sort(Comparator.comparingLong(dues::get));
            due.forEach(i -> out.add(held.get(i).fired(dues.get(i), dues.get(i) - stampedBeforeNs)));
            due.sort(Comparator.reverseOrder());
            due.forEach(i -> {
                held.remove((int) i);
                dues.remove((int) i);
            });
        }
    }

    private static final class Defers extends Holds {
        private final long delayNs;

        Defers(String name, long delayNs) {
            super(name, 0);
            this.delayNs = delayNs;
        }

        @Override
        KeyedStream<Ping> word(KeyedStream<Ping> stream) {
            return stream.defer(name, Duration.ofNanos(delayNs));
        }

        @Override
        void take(Item item, List<Item> out) {
            hold(item, Math.max(item.timeNs + delayNs, progressNs == Progress.END ? Progress.NONE : progressNs));
        }

        @Override
        Twin fresh() {
            return new Defers(name, delayNs);
        }
    }

    private static final class Conflates extends Holds {
        private final long periodNs;

        Conflates(String name, long periodNs) {
            super(name, 1);
            this.periodNs = periodNs;
        }

        @Override
        KeyedStream<Ping> word(KeyedStream<Ping> stream) {
            return stream.conflate(name, Duration.ofNanos(periodNs));
        }

        @Override
        void take(Item item, List<Item> out) {
            long end = item.timeNs - Math.floorMod(item.timeNs, periodNs) + periodNs;
            int at = find(item.ping.key(), end);
            if (end <= progressNs) {
                late(item);
            } else if (at < 0) {
                hold(item, end);
            } else if (item.timeNs >= super.held.get(at).timeNs) {
                super.held.set(at, item);
            }
        }

        @Override
        Twin fresh() {
            return new Conflates(name, periodNs);
        }
    }

    static final class Counted extends Aggregates<Ping> {
        final LongValue count = count();
        final LongValue key = first(Ping::key);

        Ping ping() {
            return new Ping(key.get(), count.get(), windowStartNs());
        }
    }

    /** Counts the events of a key and period. */
    private static final class Counts extends Holds {
        private final long periodNs;

        Counts(String name, long periodNs) {
            super(name, 1);
            this.periodNs = periodNs;
        }

        @Override
        KeyedStream<Ping> word(KeyedStream<Ping> stream) {
            return stream.window(name, Window.tumbling(Duration.ofNanos(periodNs)))
                    .aggregate(Counted::new)
                    .map(Ping.class, Counted::ping);
        }

        @Override
        void take(Item item, List<Item> out) {
            long start = item.timeNs - Math.floorMod(item.timeNs, periodNs);
            int at = find(item.ping.key(), start + periodNs);
            if (start + periodNs <= progressNs) {
                late(item);
            } else if (at < 0) {
                hold(new Item(new Ping(item.ping.key(), 1, start), item.timeNs, item.step, 0), start + periodNs);
            } else {
                Ping so = super.held.get(at).ping;
                super.held.set(at, new Item(new Ping(so.key(), so.value() + 1, start), item.timeNs, item.step, 0));
            }
        }

        @Override
        Twin fresh() {
            return new Counts(name, periodNs);
        }
    }

    private static Twin twin(Random random, int i) {
        long ns = 1 + random.nextInt(40);
        return switch (random.nextInt(6)) {
            case 0 -> new Filters("filter-" + i, random.nextInt(3));
            case 1 -> new Dedupes("dedupe-" + i, ns);
            case 2 -> new Throttles("throttle-" + i, 1 + random.nextInt(3), ns);
            case 3 -> new Defers("defer-" + i, ns - 1);
            case 4 -> new Counts("window-" + i, ns);
            default -> new Conflates("conflate-" + i, ns);
        };
    }

    private static void answer(List<Twin> chain, History in, Expected out) {
        List<Twin> twins = chain.stream().map(Twin::fresh).toList();
        twins.forEach(t -> t.letters = out);
        for (int i = 0; i < in.size(); i++) {
            long progress = in.progressNs(i);
            time(twins, progress, out);
            if (in.step(i).isEvent()) {
                List<Item> items = List.of(new Item(in.event(i), in.timeNs(i), i, 0));
                for (Twin t : twins) {
                    items = through(t, items);
                }
                emit(items, out);
                for (int again = 0; again < twins.size(); again++) {
                    time(twins, progress, out); // what has fallen due by the event itself
                }
            }
        }
    }

    private static void time(List<Twin> twins, long progressNs, Expected out) {
        List<Item> fired = List.of();
        for (Twin t : twins) {
            List<Item> next = new ArrayList<>(through(t, fired));
            t.progressNs = Math.max(t.progressNs, progressNs);
            t.fire(next);
            fired = next;
        }
        emit(fired, out);
    }

    private static List<Item> through(Twin twin, List<Item> items) {
        List<Item> result = new ArrayList<>();
        items.forEach(i -> twin.take(i, result));
        return result;
    }

    private static void emit(List<Item> items, Expected out) {
        items.forEach(i -> out.emit(OUT, i.timeNs, i.ping));
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

    static Trials trials() {
        return Trials.of("trials()", random -> {
            List<Twin> chain = new ArrayList<>();
            List<Boolean> threads = new ArrayList<>();
            for (int i = 0; i <= random.nextInt(5); i++) {
                chain.add(twin(random, i));
                threads.add(random.nextInt(3) == 0);
            }
            Topology topology = Millrace.topology("chain", t -> {
                KeyedStream<Ping> stream = t.from(PINGS).merge(t.from(LOOSE)).keyBy(Ping::key);
                for (int i = 0; i < chain.size(); i++) {
                    stream = chain.get(i).word(stream);
                    stream = threads.get(i) ? stream.onThread("stage-" + i) : stream;
                }
                stream.to(OUT);
            });
            return Trial.of(topology)
                    .options(options(topology, random))
                    .feed(PINGS, Ping::of)
                    .feed(LOOSE, Ping::of)
                    .weights(Weights.usual().with(Trait.EXTREMES, 0))
                    .compare(OUT)
                    .compareLetters()
                    .oracle((in, out) -> answer(chain, in, out));
        });
    }

    @Test
    void shouldAgreeWithAChainOfTwins() {
        Trials.Summary done = trials().cases(400).check();
        assertTrue(done.outs() > 5L * done.cases() || done.cases() < 10, done.toString());
    }
}
