package io.millrace.operators.rate;

import static java.time.Duration.ofNanos;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.LookBack;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.EntryForm;
import io.millrace.operators.Joined;
import io.millrace.operators.join.AsOf;
import io.millrace.operators.join.Interval;
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
            return stream.window(name, Window.hopping(ofNanos(steps * stepNs), ofNanos(stepNs)))
                    .aggregate(Twins.Counted::new)
                    .map(Ping.class, Twins.Counted::ping);
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
            return stream.window(name, Window.session(ofNanos(gapNs)))
                    .aggregate(Seen::new)
                    .map(Ping.class, Seen::ping);
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
        return both(pair.left(), pair.hasRight() ? pair.right() : null);
    }

    static Ping both(Ping left, Ping right) {
        return new Ping(left.key(), left.value() * 7 + (right == null ? -1 : right.value()), left.timeNs());
    }

    /** Pairs of what is near each other. */
    static final class Joins extends Fork {
        private final long fromNs;
        private final long toNs;
        private final List<Item> lefts = new ArrayList<>();
        private final List<Item> rights = new ArrayList<>();

        Joins(String name, List<Twin> one, List<Twin> other, long fromNs, long toNs) {
            super(name, one, other);
            this.fromNs = fromNs;
            this.toNs = toNs;
        }

        @Override
        protected KeyedStream<Ping> meet(TopologyBuilder t, KeyedStream<Ping> left, KeyedStream<Ping> right) {
            return left.join(name, right, Interval.between(ofNanos(fromNs), ofNanos(toNs)))
                    .map(Ping.class, GraphTwins::both);
        }

        @Override
        protected void take(Item item, boolean isLeft, List<Item> out) {
            if (item.timeNs() < progressNs) {
                late(item);
                return;
            }
            (isLeft ? lefts : rights).add(item);
            (isLeft ? rights : lefts)
                    .stream()
                            .filter(i -> i.ping().key() == item.ping().key())
                            .filter(i -> isNear(isLeft ? item : i, isLeft ? i : item))
                            .sorted(Comparator.comparingLong(Item::timeNs))
                            .forEach(i -> out.add(item.causes(
                                    isLeft ? both(item.ping(), i.ping()) : both(i.ping(), item.ping()),
                                    Math.max(item.timeNs(), i.timeNs()))));
        }

        private boolean isNear(Item left, Item right) {
            long apart = right.timeNs() - left.timeNs();
            return apart >= fromNs && apart <= toNs;
        }

        @Override
        protected Twin fresh(List<Twin> newOne, List<Twin> newOther) {
            return new Joins(name, newOne, newOther, fromNs, toNs);
        }
    }

    /** Each with the last of the other way at its time, or with the first from then on, so long ahead at most. */
    static final class AsOfs extends Fork {
        private static final long BACKWARD = -1;
        private final long aheadNs;
        private final List<Item> rows = new ArrayList<>();
        private final List<Item> waiting = new ArrayList<>();

        AsOfs(String name, List<Twin> one, List<Twin> other) {
            this(name, one, other, BACKWARD);
        }

        AsOfs(String name, List<Twin> one, List<Twin> other, long aheadNs) {
            super(name, one, other);
            this.aheadNs = aheadNs;
        }

        @Override
        protected KeyedStream<Ping> meet(TopologyBuilder t, KeyedStream<Ping> left, KeyedStream<Ping> right) {
            AsOf how = aheadNs < 0 ? AsOf.backward() : AsOf.forward().tolerance(ofNanos(aheadNs));
            return left.asOf(name, right, how).map(Ping.class, GraphTwins::both);
        }

        @Override
        protected void take(Item item, boolean isLeft, List<Item> out) {
            if (item.timeNs() < progressNs) {
                late(item);
            } else {
                (isLeft ? waiting : rows).add(item);
            }
        }

        @Override
        public void fire(List<Item> out) {
            long aheadOfAll = Math.max(0, aheadNs);
            List<Item> due = waiting.stream()
                    .filter(i -> i.timeNs() + aheadOfAll < progressNs)
                    .sorted(Comparator.comparingLong(Item::timeNs))
                    .toList();
            waiting.removeAll(due);
            for (Item i : due) {
                Item row = aheadNs < 0 ? last(i) : first(i);
                boolean isThere = row != null && row.form() != EntryForm.RETRACTION;
                Ping answer = both(i.ping(), isThere ? row.ping() : null);
                long knownNs = i.timeNs() + aheadOfAll;
                out.add(i.causes(answer, knownNs).fired(knownNs + 1, knownNs));
            }
        }

        private Item last(Item of) {
            Item last = null;
            for (Item row : rows) {
                boolean counts = row.ping().key() == of.ping().key() && row.timeNs() <= of.timeNs();
                last = counts && (last == null || row.timeNs() >= last.timeNs()) ? row : last;
            }
            return last;
        }

        private Item first(Item of) {
            Item first = null;
            for (Item row : rows) {
                boolean counts = row.ping().key() == of.ping().key() && row.timeNs() >= of.timeNs();
                first = counts && (first == null || row.timeNs() <= first.timeNs()) ? row : first;
            }
            return first == null || first.timeNs() - of.timeNs() > aheadNs ? null : first;
        }

        @Override
        protected Brings sends(Brings left, Brings right) {
            return left == Brings.INSERTS && right != Brings.WINDOWS ? Brings.INSERTS : null;
        }

        @Override
        protected Twin fresh(List<Twin> newOne, List<Twin> newOther) {
            return new AsOfs(name, newOne, newOther, aheadNs);
        }
    }
}
