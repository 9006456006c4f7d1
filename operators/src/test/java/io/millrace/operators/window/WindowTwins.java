package io.millrace.operators.window;

import io.millrace.dsl.Grouped;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.EntryForm;
import io.millrace.event.Reason;
import io.millrace.operators.rate.Ping;
import io.millrace.operators.rate.Twin;
import io.millrace.operators.window.Bar.Ev;
import io.millrace.operators.window.Bar.KeyedShape;
import io.millrace.operators.window.GroupTest.Change;
import io.millrace.operators.window.GroupTest.Position;
import io.millrace.operators.window.GroupTest.Total;
import io.millrace.operators.window.LongWindowsOracle.How;
import io.millrace.time.Progress;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;

/** Windows of so many events, windows without an end, and groups, as words of random topologies. */
public final class WindowTwins {
    private WindowTwins() {}

    /** The last so many events after every so many; or so many that follow each other. */
    public static Twin counts(String name, Random random) {
        int step = 1 + random.nextInt(3);
        return new Counts(name, random.nextBoolean() ? step : 1 + random.nextInt(5), step);
    }

    /** So many events that follow each other, or slide, with results of what is not full. */
    public static Twin partialCounts(String name, Random random) {
        return new PartialCounts(name, CountOracle.Spec.of(random, 5));
    }

    /** A window without an end that tells of itself in one of four ways. */
    public static Twin globals(String name, Random random) {
        int when = random.nextInt(4);
        return new Globals(
                name,
                new How(
                        0,
                        when < 2 ? 1 + random.nextInt(20) : 0,
                        when == 1 || when == 2 ? 1 + random.nextInt(3) : 0,
                        when == 3,
                        random.nextBoolean(),
                        false));
    }

    /** Periods that follow each other, with results before their end in one of four ways. */
    public static Twin periods(String name, Random random) {
        int when = random.nextInt(4);
        long size = 2 + random.nextInt(30);
        long early = 1 + random.nextInt((int) size - 1);
        return new Periods(
                name,
                size,
                new How(
                        0,
                        when < 2 ? early : 0,
                        when == 1 || when == 2 ? 1 + random.nextInt(3) : 0,
                        when == 3,
                        false,
                        false));
    }

    /** Days of UTC, told of in one of several ways; a case that has no other base is around the first moment of one. */
    public static Twin days(String name, Random random) {
        return new Days(name, DaysAndGlobalRandomTest.how(random, 1, 30));
    }

    /** Groups of the rows that there are. */
    public static Twin groups(String name, Random random) {
        return new Groups(name, 1 + random.nextInt(4), random.nextBoolean() ? 0 : 1 + random.nextInt(20));
    }

    private static Ev event(Ping p, long timeNs) {
        return new Ev(p.key(), p.value(), timeNs);
    }

    static Ping ping(Bar bar) {
        long all = ((bar.revision() * 31L + bar.count()) * 31 + bar.sum()) * 31 + bar.first() * 7 + bar.last();
        return new Ping(bar.key(), Math.floorMod(all, 997), 0);
    }

    private static KeyedStream<Ping> word(KeyedStream<Ping> stream, String name, Window window) {
        return stream.map(Ev.class, p -> event(p, p.timeNs()))
                .window(name, window)
                .aggregate(KeyedShape::new)
                .map(Ping.class, s -> ping(s.bar()));
    }

    private static Twin.Item item(Twin.Item of, Bar bar, EntryForm form, long stampNs, long dueNs) {
        return dueNs == Told.AT_ONCE
                ? new Twin.Item(ping(bar), stampNs, of.step(), of.dueNs(), form)
                : new Twin.Item(ping(bar), stampNs, -1, dueNs, form);
    }

    private static final class Counts extends Twin {
        private final int size;
        private final int step;
        private final SlidingCounts oracle;

        Counts(String name, int size, int step) {
            super(name);
            this.size = size;
            this.step = step;
            oracle = new SlidingCounts(size, step);
        }

        @Override
        public KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream) {
            Window window = size == step ? Window.count(size) : Window.slidingCount(size, step);
            return WindowTwins.word(stream, name, window);
        }

        @Override
        public void take(Item item, List<Item> out) {
            Ev e = event(item.ping(), item.timeNs());
            Bar bar = oracle.take(e);
            if (bar != null) {
                out.add(item(item, bar, EntryForm.INSERT, SlidingCounts.stampNs(e, progressNs), Told.AT_ONCE));
            }
        }

        @Override
        protected Twin fresh() {
            return new Counts(name, size, step);
        }
    }

    private static final class PartialCounts extends Twin {
        private final CountOracle.Spec spec;
        private final CountOracle oracle;
        private Item inHand;
        private List<Item> to;

        PartialCounts(String name, CountOracle.Spec spec) {
            super(name);
            this.spec = spec;
            oracle = new CountOracle(spec, this::tell);
        }

        @Override
        public KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream) {
            return WindowTwins.word(stream, name, spec.window());
        }

        private void tell(Bar bar, EntryForm form, long stampNs, long dueNs) {
            to.add(item(inHand, bar, form, Math.min(stampNs, Progress.END - 1), dueNs));
        }

        @Override
        public void take(Item item, List<Item> out) {
            inHand = item;
            to = out;
            oracle.take(event(item.ping(), item.timeNs()), progressNs);
        }

        @Override
        public void fire(List<Item> out) {
            to = out;
            oracle.fire(progressNs);
        }

        @Override
        public Brings sends(Brings in) {
            return in != Brings.INSERTS ? null : spec.retracts() ? Brings.CHANGES : Brings.WINDOWS;
        }

        @Override
        protected Twin fresh() {
            return new PartialCounts(name, spec);
        }
    }

    private abstract static class Longs extends Twin {
        final How how;
        private final LongWindowsOracle oracle;
        private Item inHand;
        private List<Item> to;

        Longs(String name, How how, LongWindowsOracle.Bounds bounds) {
            super(name);
            this.how = how;
            oracle = new LongWindowsOracle(bounds, how, this::tell);
        }

        abstract Window base();

        @Override
        public final KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream) {
            return WindowTwins.word(stream, name, DaysAndGlobalRandomTest.window(base(), how));
        }

        private void tell(Bar bar, EntryForm form, long stampNs, long dueNs) {
            to.add(item(inHand, bar, form, stampNs, dueNs));
        }

        @Override
        public void take(Item item, List<Item> out) {
            inHand = item;
            to = out;
            if (!oracle.take(event(item.ping(), item.timeNs()), progressNs)) {
                late(item);
            }
        }

        @Override
        public void fire(List<Item> out) {
            to = out;
            oracle.fire(progressNs);
        }
    }

    private static final class Periods extends Longs {
        private final long size;

        Periods(String name, long size, How how) {
            super(name, how, ns -> {
                long start = ns - Math.floorMod(ns, size);
                return new long[] {start, start + size};
            });
            this.size = size;
        }

        @Override
        Window base() {
            return Window.tumbling(Duration.ofNanos(size));
        }

        @Override
        public Brings sends(Brings in) {
            return in == Brings.INSERTS ? Brings.WINDOWS : null;
        }

        @Override
        protected Twin fresh() {
            return new Periods(name, size, how);
        }
    }

    private static final class Days extends Longs {
        private static final long DAY_NS = Duration.ofDays(1).toNanos();

        Days(String name, How how) {
            super(name, how, DaysAndGlobalRandomTest.bounds(ZoneOffset.UTC));
        }

        @Override
        Window base() {
            return Window.days(ZoneOffset.UTC);
        }

        /** Of a day that is not all within the range of time nothing is told. */
        @Override
        public void take(Item item, List<Item> out) {
            long day = Math.floorDiv(item.timeNs(), DAY_NS);
            if (day == Math.floorDiv(Long.MIN_VALUE, DAY_NS) || day == Math.floorDiv(Long.MAX_VALUE, DAY_NS)) {
                refuse(item, Reason.OUT_OF_RANGE);
            } else {
                super.take(item, out);
            }
        }

        @Override
        public long forwards(long ofThisNs) {
            boolean isNone = ofThisNs == Progress.NONE || ofThisNs == Progress.END;
            return isNone ? ofThisNs : Math.max(ofThisNs - how.latenessNs(), Progress.NONE);
        }

        @Override
        public Brings sends(Brings in) {
            return in != Brings.INSERTS ? null : how.retracts() ? Brings.CHANGES : Brings.WINDOWS;
        }

        @Override
        protected Twin fresh() {
            return new Days(name, how);
        }
    }

    private static final class Globals extends Longs {
        Globals(String name, How how) {
            super(name, how, DaysAndGlobalRandomTest.ENDLESS);
        }

        @Override
        Window base() {
            return Window.global();
        }

        @Override
        public Brings sends(Brings in) {
            return in != Brings.INSERTS ? null : how.retracts() ? Brings.CHANGES : Brings.ROWS;
        }

        @Override
        protected Twin fresh() {
            return new Globals(name, how);
        }
    }

    private static final class Groups extends Twin {
        private final int groups;
        private final long forgetAfterNs;
        private final GroupOracle oracle;
        private boolean isOfRowsThatWere;

        Groups(String name, int groups, long forgetAfterNs) {
            super(name);
            this.groups = groups;
            this.forgetAfterNs = forgetAfterNs;
            oracle = new GroupOracle(forgetAfterNs);
        }

        private Position position(Ping p, long timeNs) {
            long size = Math.floorMod(p.value(), 7) * 2 - 5;
            return new Position(
                    p.key(), Math.floorMod(p.value(), groups), size, Math.floorMod(p.value(), 9) / 4.0, "a", timeNs);
        }

        private static Ping ping(Total t) {
            long all = ((t.count() * 31 + t.size()) * 31 + t.least() * 7 + t.last()) * 31 + t.revision();
            return new Ping(t.desk(), Math.floorMod(all * 31 + Math.round(t.price() * 4), 997), 0);
        }

        @Override
        public KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream) {
            Grouped<Position> grouped =
                    stream.map(Position.class, p -> position(p, p.timeNs())).group(name);
            return GroupTest.forgetAfter(forgetAfterNs, grouped)
                    .by(Position::desk)
                    .aggregate(GroupTest.Desk::new)
                    .map(Ping.class, d -> ping(d.total()));
        }

        @Override
        public void take(Item item, List<Item> out) {
            boolean isGone = item.form() == EntryForm.RETRACTION;
            Position p = position(item.ping(), item.timeNs());
            oracle.progress(progressNs);
            if (oracle.isLate(p, isGone && isOfRowsThatWere, progressNs)) {
                late(item);
                return;
            }
            for (Change c : oracle.set(p, isGone)) {
                out.add(item.makes(c.form(), ping(c.total())));
            }
        }

        @Override
        public Brings sends(Brings in) {
            isOfRowsThatWere = in == Brings.CHANGES;
            return in == Brings.WINDOWS ? null : Brings.ROWS;
        }

        @Override
        protected Twin fresh() {
            Groups fresh = new Groups(name, groups, forgetAfterNs);
            fresh.isOfRowsThatWere = isOfRowsThatWere;
            return fresh;
        }
    }
}
