package io.millrace.operators.rate;

import static java.time.Duration.ofNanos;

import io.millrace.dsl.DedupedStream;
import io.millrace.dsl.JoinedStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.ThrottledStream;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.Reason;
import io.millrace.operator.Shards;
import io.millrace.operators.join.Interval;
import io.millrace.operators.rate.Twin.Item;
import io.millrace.time.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;

/** Words at their bounds: what is one too many is refused, or takes the place of the oldest. */
final class BoundTwins {
    private static final Duration ENDLESS = ofNanos(Long.MAX_VALUE);

    private BoundTwins() {}

    /** Any that is no fork. */
    static Twin any(String i, Random random) {
        int keys = 1 + random.nextInt(3);
        int most = random.nextInt(4);
        return new Passes("bound-" + i, keys, most, random.nextBoolean(), Of.ALL);
    }

    /** One in a section, of which each shard has a share of the bound: a key in some. */
    static Twin ofShard(String i, Random random) {
        return new Passes("bound-" + i, 1 + random.nextInt(128), random.nextInt(4), random.nextBoolean(), Of.SHARD);
    }

    /** One whose bound is its state budget: what it is of so many keys, which is found out. */
    static IntFunction<Twin> ofBudget(String i, Random random) {
        int most = random.nextInt(4);
        boolean evicts = random.nextBoolean();
        if (random.nextInt(3) == 0) {
            List<Twin> way = List.of(new Twins.Filters("filter-" + i, 3));
            return keys -> new RowTwins.LooksUp("bound-" + i, way, List.of(), keys, evicts, true);
        }
        return keys -> new Passes("bound-" + i, keys, most, evicts, Of.BUDGET);
    }

    /** What a bound is one of. */
    enum Of {
        ALL,
        /** Of each shard of a section, by its share. */
        SHARD,
        /** Of all, and the word does not say it. */
        BUDGET
    }

    /** The word with a bound of its own; what follows is without. None is 0. */
    static KeyedStream<Ping> bounded(
            KeyedStream<Ping> stream,
            int keysAtMost,
            java.util.function.Function<KeyedStream<Ping>, KeyedStream<Ping>> word) {
        return keysAtMost == 0
                ? word.apply(stream)
                : word.apply(stream.keysAtMost(keysAtMost)).keyBy(Ping::key);
    }

    /** The first of a key, or the first so many, for ever, of so many keys. */
    static final class Passes extends Twin {
        private final int keysAtMost;

        /** Of a key, for a throttle; 0 is a dedupe. */
        private final int most;

        private final boolean evicts;
        private final Of of;

        /** How many have passed of each key; that of which one passed longest ago is the first. */
        private final Map<Long, Integer> passed = new LinkedHashMap<>();

        Passes(String name, int keysAtMost, int most, boolean evicts, Of of) {
            super(name);
            this.keysAtMost = keysAtMost;
            this.most = most;
            this.evicts = evicts;
            this.of = of;
        }

        @Override
        public KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream) {
            if (of != Of.ALL) { // it is the last word of a section, or alone
                return say(of == Of.SHARD ? stream.keysAtMost(keysAtMost) : stream, null);
            }
            return withSides(sides -> bounded(stream, keysAtMost, s -> say(s, sides)));
        }

        private KeyedStream<Ping> say(KeyedStream<Ping> stream, List<KeyedStream<Ping>> sides) {
            if (most > 0) {
                ThrottledStream<Ping> calm = stream.throttle(name, most, ENDLESS);
                calm = evicts ? calm.evictOldest() : calm;
                return sides == null ? calm : calm.stopped(side -> sides.add(side.keyBy(Ping::key)));
            }
            DedupedStream<Ping> once = stream.dedupe(name, ENDLESS);
            once = evicts ? once.evictOldest() : once;
            return sides == null
                    ? once
                    : once.duplicates(side -> sides.add(side.keyBy(Ping::key)))
                            .late(side -> sides.add(side.keyBy(Ping::key)));
        }

        @Override
        protected boolean hasSides() {
            return of == Of.ALL;
        }

        @Override
        boolean takesAnyKey() {
            return of != Of.SHARD;
        }

        private boolean isNear(long key, long other) {
            return of != Of.SHARD || Shards.of(key) == Shards.of(other);
        }

        @Override
        public void take(Item item, List<Item> out) {
            long key = item.ping().key();
            if (most == 0 && item.timeNs() < progressNs) {
                refuse(item, Reason.LATE, 1);
                return;
            }
            int room = of == Of.SHARD ? (keysAtMost + Shards.COUNT - 1) / Shards.COUNT : keysAtMost;
            List<Long> near =
                    passed.keySet().stream().filter(k -> isNear(key, k)).toList();
            if (!passed.containsKey(key) && near.size() == room) {
                Census.saw("one key more, the bound being that of " + of);
                if (!evicts) {
                    refuse(item, Reason.OVER_BOUND, -1);
                    return;
                }
                passed.remove(near.get(0));
            }
            int before = passed.getOrDefault(key, 0);
            if (before < Math.max(1, most)) {
                passed.remove(key);
                passed.put(key, before + 1);
                out.add(item);
            } else if (most == 0) {
                refuse(item, Reason.DUPLICATE);
            } else if (putsAside()) {
                refuse(item, Reason.OVER_BOUND);
            }
        }

        @Override
        public void fire(List<Item> out) {
            if (progressNs == Progress.END) {
                passed.clear();
            }
        }

        @Override
        protected Twin fresh() {
            return new Passes(name, keysAtMost, most, evicts, of);
        }
    }

    /** All of a key that a side keeps, whatever their times; one too many is refused. */
    static final class AnyTimes extends Fork {
        private final int eventsAtMost;
        private final boolean semi;
        private final List<Item> lefts = new ArrayList<>();
        private final List<Item> rights = new ArrayList<>();

        AnyTimes(String name, List<Twin> one, List<Twin> other, int eventsAtMost, boolean semi) {
            super(name, one, other);
            this.eventsAtMost = eventsAtMost;
            this.semi = semi;
        }

        static AnyTimes any(String name, List<Twin> one, List<Twin> other, Random random) {
            return new AnyTimes(name, one, other, 1 + random.nextInt(4), random.nextInt(3) == 0);
        }

        @Override
        protected KeyedStream<Ping> meet(TopologyBuilder t, KeyedStream<Ping> left, KeyedStream<Ping> right) {
            return withSides(sides -> {
                Interval<Object> how = Interval.anyTime().eventsAtMost(eventsAtMost);
                JoinedStream<Ping, Ping> pairs = left.join(name, right, semi ? how.semi() : how);
                return JoinTwins.both(pairs, sides);
            });
        }

        @Override
        protected boolean hasSides() {
            return true;
        }

        @Override
        protected void take(Item item, boolean isLeft, List<Item> out) {
            if (item.timeNs() < progressNs) {
                refuse(item, Reason.LATE, isLeft ? 0 : 1);
                return;
            }
            List<Item> matches = of(item, isLeft ? rights : lefts);
            boolean isKept = !(semi && isLeft && !matches.isEmpty());
            if (isKept && of(item, isLeft ? lefts : rights).size() == eventsAtMost) {
                refuse(item, Reason.OVER_BOUND, -1);
                return;
            }
            for (Item m : semi && isLeft ? matches.stream().limit(1).toList() : matches) {
                Item l = isLeft ? item : m;
                Item r = isLeft ? m : item;
                out.add(item.causesOf(GraphTwins.both(l.ping(), r.ping()), Math.max(l.timeNs(), r.timeNs())));
            }
            if (semi && !isLeft) {
                lefts.removeIf(l -> l.ping().key() == item.ping().key());
            }
            if (isKept) {
                (isLeft ? lefts : rights).add(item);
            }
        }

        /** Those of its key by time, of equal times in the order in which they came. */
        private static List<Item> of(Item item, List<Item> side) {
            return side.stream()
                    .filter(i -> i.ping().key() == item.ping().key())
                    .sorted(Comparator.comparingLong(Item::timeNs))
                    .toList();
        }

        @Override
        protected Twin fresh(List<Twin> newOne, List<Twin> newOther) {
            return new AnyTimes(name, newOne, newOther, eventsAtMost, semi);
        }
    }

    /** Which keys a word holds, at the bound of which a further one is refused; 0 is none. */
    static boolean isFull(int keysAtMost, long key, Iterable<Item> held) {
        Set<Long> keys = new HashSet<>();
        held.forEach(i -> keys.add(i.ping().key()));
        return keysAtMost > 0 && keys.size() >= keysAtMost && !keys.contains(key);
    }
}
