package io.millrace.operators.rate;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.ConflatedStream;
import io.millrace.dsl.DedupedStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.ThrottledStream;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.EntryForm;
import io.millrace.event.Reason;
import io.millrace.operators.window.Window;
import io.millrace.time.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Words that follow each other in a chain. */
final class Twins {
    private Twins() {}

    static final class Filters extends Twin {
        private final long rest;

        Filters(String name, long rest) {
            super(name);
            this.rest = rest;
        }

        @Override
        public KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream) {
            return stream.filter(p -> p.value() % 3 != rest);
        }

        @Override
        public void take(Item item, List<Item> out) {
            boolean passes = item.ping().value() % 3 != rest;
            boolean asks = item.form() != EntryForm.RETRACTION || brings == Brings.CHANGES;
            if (passes || !asks) {
                out.add(item);
            } else if (item.form() == EntryForm.REPLACEMENT) {
                out.add(item.causes(EntryForm.RETRACTION, item.ping())); // what it replaces may have passed
            }
        }

        @Override
        public Brings sends(Brings in) {
            return in;
        }

        @Override
        protected Twin fresh() {
            return new Filters(name, rest);
        }
    }

    static final class Dedupes extends Twin {
        private final long horizonNs;
        private final Map<Long, TreeSet<Long>> passed = new HashMap<>();

        Dedupes(String name, long horizonNs) {
            super(name);
            this.horizonNs = horizonNs;
        }

        @Override
        public KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream) {
            return withSides(sides -> {
                DedupedStream<Ping> once = stream.dedupe(name, Duration.ofNanos(horizonNs));
                return sides == null
                        ? once.duplicates(side -> {})
                        : once.duplicates(sides::add).late(sides::add);
            });
        }

        @Override
        protected boolean hasSides() {
            return true;
        }

        @Override
        public void take(Item item, List<Item> out) {
            TreeSet<Long> two = passed.computeIfAbsent(item.ping().key(), k -> new TreeSet<>());
            if (item.timeNs() < progressNs) {
                refuse(item, Reason.LATE, 1);
            } else if (two.stream().anyMatch(t -> Math.abs(t - item.timeNs()) < horizonNs)) {
                refuse(item, Reason.DUPLICATE);
            } else if (two.size() == 2 && item.timeNs() < two.first()) {
                refuse(item, Reason.LATE, 1);
            } else {
                two.add(item.timeNs());
                if (two.size() > 2) {
                    two.pollFirst();
                }
                out.add(item);
            }
        }

        @Override
        protected Twin fresh() {
            return new Dedupes(name, horizonNs);
        }
    }

    static final class Throttles extends Twin {
        private final int most;
        private final long perNs;
        private final Map<Long, List<Long>> passed = new HashMap<>();

        Throttles(String name, int most, long perNs) {
            super(name);
            this.most = most;
            this.perNs = perNs;
        }

        @Override
        public KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream) {
            return withSides(sides -> {
                ThrottledStream<Ping> calm = stream.throttle(name, most, Duration.ofNanos(perNs));
                return sides == null ? calm : calm.stopped(sides::add);
            });
        }

        @Override
        protected boolean hasSides() {
            return true;
        }

        @Override
        public void take(Item item, List<Item> out) {
            List<Long> times = passed.computeIfAbsent(item.ping().key(), k -> new ArrayList<>());
            long time = Math.max(item.timeNs(), progressNs == Progress.END ? Progress.NONE : progressNs);
            for (long t : times) {
                time = Math.max(time, t);
            }
            long counted = time;
            if (times.stream().filter(t -> counted - t < perNs).count() < most) {
                times.add(time);
                out.add(item);
            } else if (putsAside()) {
                refuse(item, Reason.OVER_BOUND);
            }
        }

        /** All keys are forgotten at the end of time, behind which letters may still come. */
        @Override
        public void fire(List<Item> out) {
            if (progressNs == Progress.END) {
                passed.clear();
            }
        }

        @Override
        protected Twin fresh() {
            return new Throttles(name, most, perNs);
        }
    }

    /** Holds items until their due, then sends them, stamped so much before it. */
    abstract static class Holds extends Twin {
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

        /** Whether there are as many other keys as there may be. */
        final boolean isFull(int keysAtMost, Item item) {
            return BoundTwins.isFull(keysAtMost, item.ping().key(), held);
        }

        Item held(int at) {
            return held.get(at);
        }

        void replace(int at, Item by) {
            held.set(at, by);
        }

        int find(long key, long dueNs) {
            for (int i = 0; i < held.size(); i++) {
                if (held.get(i).ping().key() == key && dues.get(i) == dueNs) {
                    return i;
                }
            }
            return -1;
        }

        @Override
        public void fire(List<Item> out) {
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

    static final class Defers extends Holds {
        private final long delayNs;

        Defers(String name, long delayNs) {
            super(name, 0);
            this.delayNs = delayNs;
        }

        @Override
        public KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream) {
            return stream.defer(name, Duration.ofNanos(delayNs));
        }

        @Override
        public void take(Item item, List<Item> out) {
            hold(item, Math.max(item.timeNs() + delayNs, progressNs == Progress.END ? Progress.NONE : progressNs));
        }

        @Override
        protected Twin fresh() {
            return new Defers(name, delayNs);
        }
    }

    static final class Conflates extends Holds {
        private final long periodNs;
        private final int keysAtMost;

        Conflates(String name, long periodNs, int keysAtMost) {
            super(name, 1);
            this.periodNs = periodNs;
            this.keysAtMost = keysAtMost;
        }

        @Override
        public KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream) {
            return withSides(sides -> BoundTwins.bounded(stream, keysAtMost, s -> {
                ConflatedStream<Ping> last = s.conflate(name, Duration.ofNanos(periodNs));
                return sides == null ? last : last.late(side -> sides.add(side.keyBy(Ping::key)));
            }));
        }

        @Override
        protected boolean hasSides() {
            return true;
        }

        @Override
        public void take(Item item, List<Item> out) {
            long end = item.timeNs() - Math.floorMod(item.timeNs(), periodNs) + periodNs;
            int at = find(item.ping().key(), end);
            if (end <= progressNs) {
                late(item);
            } else if (isFull(keysAtMost, item)) {
                refuse(item, Reason.OVER_BOUND, -1);
            } else if (at < 0) {
                hold(item, end);
            } else if (item.timeNs() >= held(at).timeNs()) {
                replace(at, item);
            }
        }

        @Override
        protected Twin fresh() {
            return new Conflates(name, periodNs, keysAtMost);
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
    static final class Counts extends Holds {
        private final long periodNs;
        private final int keysAtMost;

        Counts(String name, long periodNs, int keysAtMost) {
            super(name, 1);
            this.periodNs = periodNs;
            this.keysAtMost = keysAtMost;
        }

        @Override
        public KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream) {
            Window window = Window.tumbling(Duration.ofNanos(periodNs));
            return withSides(sides -> BoundTwins.bounded(
                    stream,
                    keysAtMost,
                    s -> windows(s, name, window, sides).aggregate(Counted::new).map(Ping.class, Counted::ping)));
        }

        @Override
        protected boolean hasSides() {
            return true;
        }

        @Override
        public void take(Item item, List<Item> out) {
            long start = item.timeNs() - Math.floorMod(item.timeNs(), periodNs);
            int at = find(item.ping().key(), start + periodNs);
            if (start + periodNs <= progressNs) {
                late(item);
            } else if (isFull(keysAtMost, item)) {
                refuse(item, Reason.OVER_BOUND, -1);
            } else if (at < 0) {
                hold(new Item(new Ping(item.ping().key(), 1, start), item.timeNs(), item.step(), 0), start + periodNs);
            } else {
                Ping so = held(at).ping();
                replace(at, new Item(new Ping(so.key(), so.value() + 1, start), item.timeNs(), item.step(), 0));
            }
        }

        @Override
        protected Twin fresh() {
            return new Counts(name, periodNs, keysAtMost);
        }
    }
}
