package io.millrace.operators.rate;

import static java.time.Duration.ofNanos;

import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.Reason;
import io.millrace.operators.join.Interval;
import io.millrace.operators.rate.JoinTwins.Kind;
import io.millrace.operators.rate.Twin.Item;
import io.millrace.operators.window.Window;
import io.millrace.time.Progress;
import io.millrace.time.Times;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/** Joins of what is in one window, or in one session of both sides: over lists of all events there ever were. */
final class WindowJoinTwins {
    private WindowJoinTwins() {}

    /** Any join by time, or by number. */
    static Fork any(String name, List<Twin> one, List<Twin> other, Random random) {
        return any(name, one, other, random, false);
    }

    /** Any behind which there are no words. */
    static Fork last(String name, List<Twin> one, List<Twin> other, Random random) {
        return any(name, one, other, random, true);
    }

    private static Fork any(String name, List<Twin> one, List<Twin> other, Random random, boolean isLast) {
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        long ns = 1 + random.nextInt(20);
        return switch (random.nextInt(4)) {
            case 0 -> new BySession(name, one, other, ns - 1, lateness(random), kind);
            case 1 -> new ByWindow(name, one, other, periods(ns, random), lateness(random), kind);
            default -> JoinTwins.Joins.any(name, one, other, random, isLast);
        };
    }

    private static long lateness(Random random) {
        return random.nextInt(3) == 0 ? 1 + random.nextInt(20) : 0;
    }

    /** Windows of so many steps, or days; a case that has no other base is around the first moment of one. */
    private record Periods(long stepNs, int steps, long offsetNs, boolean ofDays) {
        Window window() {
            return ofDays
                    ? Window.days(ZoneOffset.UTC)
                    : Window.hopping(ofNanos(steps * stepNs), ofNanos(stepNs)).offset(ofNanos(offsetNs));
        }
    }

    private static Periods periods(long stepNs, Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> new Periods(Duration.ofDays(1).toNanos(), 1, 0, true);
            case 1, 2 -> new Periods(stepNs, 1 + random.nextInt(3), random.nextInt((int) stepNs), false);
            default -> new Periods(stepNs, 1 + random.nextInt(3), 0, false);
        };
    }

    /** One of either side, and how many came before it. */
    private record Ev(Item item, boolean isLeft, int order) {
        long key() {
            return item.ping().key();
        }

        long ns() {
            return item.timeNs();
        }

        Item alone(long momentNs) {
            Ping what = isLeft ? GraphTwins.both(item.ping(), null) : GraphTwins.both(null, item.ping());
            return item.causes(what, momentNs).fired(Times.plus(momentNs, 1), momentNs);
        }

        boolean comesAlone(Kind kind) {
            return isLeft ? kind.leftAlone() : kind.rightAlone();
        }
    }

    /** What is to come of two, and of which. */
    private record Told(Ev left, Ev right) {
        Item by(Item item, long ns) {
            return item.causesOf(GraphTwins.both(left.item.ping(), right.item.ping()), ns);
        }

        long laterNs() {
            return Math.max(left.ns(), right.ns());
        }
    }

    private abstract static class Both extends Fork {
        final Kind kind;
        final long latenessNs;
        int count;

        Both(String name, List<Twin> one, List<Twin> other, long latenessNs, Kind kind) {
            super(name, one, other);
            this.latenessNs = latenessNs;
            this.kind = kind;
        }

        abstract Window window();

        /** Whether its windows lie within the range of time. */
        boolean isWithin(long ns) {
            return true;
        }

        @Override
        protected final KeyedStream<Ping> meet(TopologyBuilder t, KeyedStream<Ping> left, KeyedStream<Ping> right) {
            Interval<Object> how = kind.of(Interval.sameWindow(window()));
            Interval<Object> pairs = latenessNs > 0 ? how.allowedLateness(ofNanos(latenessNs)) : how;
            return withSides(sides -> JoinTwins.both(left.join(name, right, pairs), sides));
        }

        @Override
        protected final boolean hasSides() {
            return true;
        }

        @Override
        protected final void take(Item item, boolean isLeft, List<Item> out) {
            if (item.timeNs() < lenientNs(progressNs, latenessNs)) {
                refuse(item, Reason.LATE, isLeft ? 0 : 1);
            } else if (!isWithin(item.timeNs())) {
                refuse(item, Reason.OUT_OF_RANGE, -1);
            } else {
                take(new Ev(item, isLeft, count++), out);
            }
        }

        abstract void take(Ev event, List<Item> out);

        final boolean isOver(long momentNs) {
            return progressNs >= Progress.END || momentNs < lenientNs(progressNs, latenessNs);
        }

        @Override
        protected final long forwardsBehind(long ofThisNs) {
            return lenientNs(ofThisNs, latenessNs);
        }

        final boolean isOnce() {
            return kind == Kind.SEMI || kind == Kind.ANTI;
        }
    }

    /** Each window is a join of its own, but for a semi join, which tells a left one once in all. */
    private static final class ByWindow extends Both {
        private final Periods periods;
        private final List<Ev> all = new ArrayList<>();
        private final Set<Ev> told = new HashSet<>();

        /** Which of all have come alone in a window, or have not because they were not. */
        private final Set<List<Long>> over = new HashSet<>();

        ByWindow(String name, List<Twin> one, List<Twin> other, Periods periods, long latenessNs, Kind kind) {
            super(name, one, other, latenessNs, kind);
            this.periods = periods;
        }

        @Override
        Window window() {
            return periods.window();
        }

        @Override
        boolean isWithin(long ns) {
            long within = Math.floorMod(ns - periods.offsetNs, periods.stepNs);
            long back = within + (periods.steps - 1) * periods.stepNs;
            return ns >= Long.MIN_VALUE + back && ns - within <= Progress.END - periods.steps * periods.stepNs;
        }

        /** The last moments of the windows of a time. */
        private List<Long> windows(long ns) {
            long first = ns - Math.floorMod(ns - periods.offsetNs, periods.stepNs) + periods.stepNs - 1;
            return Stream.iterate(0, i -> i < periods.steps, i -> i + 1)
                    .map(i -> first + i * periods.stepNs)
                    .toList();
        }

        private List<Long> shared(Ev one, Ev other) {
            List<Long> both = new ArrayList<>(one.key() == other.key() ? windows(one.ns()) : List.of());
            both.retainAll(windows(other.ns()));
            return both;
        }

        @Override
        void take(Ev event, List<Item> out) {
            List<Ev> others = all.stream()
                    .filter(o -> o.isLeft != event.isLeft)
                    .filter(o -> !shared(o, event).isEmpty())
                    .sorted(Comparator.comparingLong(Ev::ns).thenComparingInt(Ev::order))
                    .toList();
            all.add(event);
            for (Ev o : others) {
                Told pair = event.isLeft ? new Told(event, o) : new Told(o, event);
                if (kind == Kind.SEMI && told.add(pair.left)) {
                    out.add(pair.by(event.item, pair.laterNs()));
                } else if (!isOnce()) {
                    shared(o, event)
                            .forEach(ns -> out.add(pair.by(event.item, periods.steps == 1 ? pair.laterNs() : ns)));
                }
            }
        }

        private record Due(long momentNs, Ev event) {}

        @Override
        public void fire(List<Item> out) {
            List<Due> due = new ArrayList<>();
            for (Ev e : all) {
                for (long ns : e.comesAlone(kind) ? windows(e.ns()) : List.<Long>of()) {
                    boolean isNow = isOver(ns) && over.add(List.of((long) e.order, ns));
                    if (isNow
                            && all.stream()
                                    .noneMatch(o ->
                                            o.isLeft != e.isLeft && shared(o, e).contains(ns))) {
                        due.add(new Due(ns, e));
                    }
                }
            }
            due.stream()
                    .sorted(Comparator.comparingLong(Due::momentNs)
                            .thenComparing(d -> !d.event.isLeft)
                            .thenComparingInt(d -> d.event.order))
                    .forEach(d -> out.add(d.event.alone(d.momentNs)));
        }

        @Override
        protected Twin fresh(List<Twin> newOne, List<Twin> newOther) {
            return new ByWindow(name, newOne, newOther, periods, latenessNs, kind);
        }
    }

    /** What follows each other, of both sides. */
    private static final class Session {
        final List<Ev> events = new ArrayList<>();

        /** Which of those of one moment comes first. */
        int begun;

        long firstNs() {
            return events.stream().mapToLong(Ev::ns).min().orElseThrow();
        }

        long lastNs() {
            return events.stream().mapToLong(Ev::ns).max().orElseThrow();
        }

        List<Ev> of(boolean isLeft) {
            return events.stream()
                    .filter(e -> e.isLeft == isLeft)
                    .sorted(Comparator.comparingLong(Ev::ns).thenComparingInt(Ev::order))
                    .toList();
        }
    }

    /** Whoever is in one session and has not been told together is told together. */
    private static final class BySession extends Both {
        private final long gapNs;
        private final List<Session> sessions = new ArrayList<>();
        private final Set<Told> told = new HashSet<>();
        private final Set<Ev> toldOnce = new HashSet<>();

        BySession(String name, List<Twin> one, List<Twin> other, long gapNs, long latenessNs, Kind kind) {
            super(name, one, other, latenessNs, kind);
            this.gapNs = gapNs;
        }

        @Override
        Window window() {
            return Window.session(ofNanos(gapNs));
        }

        @Override
        void take(Ev event, List<Item> out) {
            List<Session> near = sessions.stream()
                    .filter(s -> s.events.get(0).key() == event.key())
                    .filter(s -> s.events.stream().anyMatch(o -> Math.abs(o.ns() - event.ns()) <= gapNs))
                    .sorted(Comparator.comparingLong(Session::firstNs))
                    .toList();
            Session whole = new Session();
            whole.begun = near.isEmpty() ? event.order : near.get(0).begun;
            near.forEach(s -> whole.events.addAll(s.events));
            whole.events.add(event);
            sessions.removeAll(near);
            sessions.add(whole);
            List<Told> fresh = fresh(whole);
            fresh.sort(Comparator.comparing(p -> p.left != event && (isOnce() || p.right != event)));
            if (kind != Kind.ANTI) {
                fresh.forEach(p -> out.add(p.by(event.item, p.laterNs())));
            }
        }

        /** Those of a session that have not been told together, by (left, right). */
        private List<Told> fresh(Session whole) {
            List<Told> fresh = new ArrayList<>();
            for (Ev l : whole.of(true)) {
                for (Ev r : whole.of(false)) {
                    Told pair = new Told(l, r);
                    if (isOnce() ? toldOnce.add(l) : told.add(pair)) {
                        fresh.add(pair);
                    }
                }
            }
            return fresh;
        }

        @Override
        public void fire(List<Item> out) {
            List<Session> over = sessions.stream()
                    .filter(s -> isOver(Times.plus(s.lastNs(), gapNs)))
                    .sorted(Comparator.comparingLong(Session::lastNs).thenComparingInt(s -> s.begun))
                    .toList();
            sessions.removeAll(over);
            for (Session s : over) {
                boolean ofBoth = !s.of(true).isEmpty() && !s.of(false).isEmpty();
                s.events.stream()
                        .filter(e -> !ofBoth && e.comesAlone(kind))
                        .sorted(Comparator.comparingLong(Ev::ns).thenComparingInt(Ev::order))
                        .forEach(e -> out.add(e.alone(Times.plus(s.lastNs(), gapNs))));
            }
        }

        @Override
        protected Twin fresh(List<Twin> newOne, List<Twin> newOther) {
            return new BySession(name, newOne, newOther, gapNs, latenessNs, kind);
        }
    }
}
