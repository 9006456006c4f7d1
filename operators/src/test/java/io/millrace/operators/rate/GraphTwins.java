package io.millrace.operators.rate;

import static java.time.Duration.ofNanos;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.operators.Joined;
import io.millrace.operators.rate.Twin.Item;
import io.millrace.operators.window.Window;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Further words, and those at which two ways meet. */
final class GraphTwins {
    private GraphTwins() {}

    // ---- windows and look-backs

    /** Counts the events of a key in windows that overlap. */
    static final class Hops extends Twins.Holds {
        private final long stepNs;
        private final int steps;

        Hops(String name, long stepNs, int steps) {
            super(name, 1);
            this.stepNs = stepNs;
            this.steps = steps;
        }

        @Override
        public KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream) {
            Window window = Window.hopping(ofNanos(steps * stepNs), ofNanos(stepNs));
            return withSides(sides -> windows(stream, name, window, sides)
                    .aggregate(Twins.Counted::new)
                    .map(Ping.class, Twins.Counted::ping));
        }

        @Override
        protected boolean hasSides() {
            return true;
        }

        @Override
        public void take(Item item, List<Item> out) {
            long newest = item.timeNs() - Math.floorMod(item.timeNs(), stepNs);
            if (newest + steps * stepNs <= progressNs) {
                late(item);
                return;
            }
            for (long start = newest - (steps - 1) * stepNs; start <= newest; start += stepNs) {
                if (start + steps * stepNs > progressNs) {
                    count(item, start, start + steps * stepNs);
                }
            }
        }

        private void count(Item item, long start, long end) {
            long key = item.ping().key();
            int at = find(key, end);
            if (at < 0) {
                hold(item.causes(new Ping(key, 1, start), item.timeNs()), end);
            } else {
                long count = held(at).ping().value() + 1;
                replace(at, item.causes(new Ping(key, count, start), item.timeNs()));
            }
        }

        @Override
        protected Twin fresh() {
            return new Hops(name, stepNs, steps);
        }
    }

    static final class Seen extends Aggregates<Ping> {
        final LongValue count = count();
        final LongValue key = longKey();

        Ping ping() {
            return new Ping(key.get(), count.get(), windowStartNs());
        }
    }

    /** Events that follow each other; its timer is looked at when it is due, and set anew when the session has grown meanwhile. */
    private static final class Session {
        final List<Item> items = new ArrayList<>();
        long dueNs;
        int set;

        long key() {
            return items.get(0).ping().key();
        }

        long first() {
            return items.stream().mapToLong(Item::timeNs).min().orElseThrow();
        }

        long last() {
            return items.stream().mapToLong(Item::timeNs).max().orElseThrow();
        }
    }

    /** Counts the events of a key that follow each other. */
    static final class Sessions extends Twin {
        private final long gapNs;
        private final List<Session> open = new ArrayList<>();
        private int sets;

        Sessions(String name, long gapNs) {
            super(name);
            this.gapNs = gapNs;
        }

        @Override
        public KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream) {
            return withSides(sides -> windows(stream, name, Window.session(ofNanos(gapNs)), sides)
                    .aggregate(Seen::new)
                    .map(Ping.class, Seen::ping));
        }

        @Override
        protected boolean hasSides() {
            return true;
        }

        @Override
        boolean takesAnyKey() {
            return false;
        }

        private void setTimer(Session session) {
            session.dueNs = session.last() + gapNs + 1;
            session.set = sets++;
        }

        @Override
        public void take(Item item, List<Item> out) {
            if (item.timeNs() < progressNs) {
                late(item);
                return;
            }
            List<Session> near = open.stream()
                    .filter(s -> s.key() == item.ping().key())
                    .filter(s -> item.timeNs() >= s.first() - gapNs && item.timeNs() <= s.last() + gapNs)
                    .sorted(Comparator.comparingLong(Session::first))
                    .toList();
            Session session = near.isEmpty() ? new Session() : near.get(0);
            session.items.add(item);
            if (near.isEmpty()) {
                setTimer(session);
                open.add(session);
            }
            for (Session other : near.subList(Math.min(1, near.size()), near.size())) {
                session.items.addAll(other.items);
                open.remove(other);
            }
        }

        @Override
        public void fire(List<Item> out) {
            Session due = due();
            while (due != null) {
                long lastNs = due.last() + gapNs;
                if (lastNs >= due.dueNs) {
                    setTimer(due);
                } else {
                    open.remove(due);
                    Ping result = new Ping(due.key(), due.items.size(), due.first());
                    out.add(new Item(result, lastNs, -1, due.dueNs));
                }
                due = due();
            }
        }

        private Session due() {
            return open.stream()
                    .filter(s -> s.dueNs <= progressNs)
                    .min(Comparator.<Session>comparingLong(s -> s.dueNs).thenComparingInt(s -> s.set))
                    .orElse(null);
        }

        @Override
        protected Twin fresh() {
            return new Sessions(name, gapNs);
        }
    }

    /** Each event with the number of those of its key in the time before it. */
    static final class LooksBack extends Twin {
        private final long spanNs;
        private final List<Item> all = new ArrayList<>();

        LooksBack(String name, long spanNs) {
            super(name);
            this.spanNs = spanNs;
        }

        static final class Before extends LookBack<Ping> {
            final Aggregates.LongValue count;

            Before(long spanNs) {
                count = last(ofNanos(spanNs)).count();
            }

            Ping ping() {
                return new Ping(event().key(), count.get(), event().timeNs());
            }
        }

        @Override
        public KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream) {
            return stream.lookBack(name, () -> new Before(spanNs)).map(Ping.class, Before::ping);
        }

        @Override
        public void take(Item item, List<Item> out) {
            if (item.timeNs() < progressNs) {
                late(item);
                return;
            }
            all.add(item);
            long count = all.stream()
                    .filter(i -> i.ping().key() == item.ping().key())
                    .filter(i -> i.timeNs() <= item.timeNs() && i.timeNs() > item.timeNs() - spanNs)
                    .count();
            out.add(item.causes(new Ping(item.ping().key(), count, item.ping().timeNs()), item.timeNs()));
        }

        @Override
        protected Twin fresh() {
            return new LooksBack(name, spanNs);
        }
    }

    // ---- two ways

    static final class Merges extends Fork {
        Merges(String name, List<Twin> one, List<Twin> other) {
            super(name, one, other);
        }

        @Override
        protected KeyedStream<Ping> meet(TopologyBuilder t, KeyedStream<Ping> left, KeyedStream<Ping> right) {
            return left.merge(right);
        }

        @Override
        protected void take(Item item, boolean isLeft, List<Item> out) {
            out.add(item);
        }

        @Override
        protected Brings sends(Brings left, Brings right) {
            return left.and(right);
        }

        @Override
        protected Twin fresh(List<Twin> newOne, List<Twin> newOther) {
            return new Merges(name, newOne, newOther);
        }
    }

    static Ping both(Joined<Ping, Ping> pair) {
        return both(pair.hasLeft() ? pair.left() : null, pair.hasRight() ? pair.right() : null);
    }

    /** Of which one may be missing. */
    static Ping both(Ping left, Ping right) {
        Ping one = left == null ? right : left;
        long value = (left == null ? -2 : left.value()) * 7 + (right == null ? -1 : right.value());
        return new Ping(one.key(), value, one.timeNs());
    }
}
