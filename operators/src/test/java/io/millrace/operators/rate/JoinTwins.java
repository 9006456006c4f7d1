package io.millrace.operators.rate;

import static java.time.Duration.ofNanos;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.millrace.dsl.JoinedStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.EntryForm;
import io.millrace.event.Reason;
import io.millrace.operators.join.AsOf;
import io.millrace.operators.join.Interval;
import io.millrace.operators.rate.Twin.Brings;
import io.millrace.operators.rate.Twin.Item;
import io.millrace.time.Progress;
import io.millrace.time.Times;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Joins by time. */
final class JoinTwins {
    private JoinTwins() {}

    /** The pairs, with a side for each of two, where they are asked for. */
    static KeyedStream<Ping> both(JoinedStream<Ping, Ping> pairs, List<KeyedStream<Ping>> sides) {
        if (sides != null) {
            pairs.late(sides::add).lateRight(sides::add);
        }
        return pairs.map(Ping.class, GraphTwins::both);
    }

    /** What is sent, and what comes alone. */
    enum Kind {
        INNER,
        LEFT,
        RIGHT,
        FULL,
        ANTI,
        SEMI;

        <L> Interval<L> of(Interval<L> pairs) {
            return switch (this) {
                case INNER -> pairs;
                case LEFT -> pairs.left();
                case RIGHT -> pairs.right();
                case FULL -> pairs.full();
                case ANTI -> pairs.anti();
                case SEMI -> pairs.semi();
            };
        }

        boolean isAlone() {
            return leftAlone() || rightAlone();
        }

        boolean leftAlone() {
            return this == LEFT || this == FULL || this == ANTI;
        }

        boolean rightAlone() {
            return this == RIGHT || this == FULL;
        }
    }

    /** Which events of the right side match one of the left: those around it, those until what it says, or all. */
    private enum Reach {
        NEAR,
        UNTIL,
        ANY
    }

    /** What is near each other. */
    static final class Joins extends Fork {
        /** More than there are. */
        private static final int ANY_MOST = 512;

        private final Reach reach;
        private final long fromNs;
        private final long toNs;
        private final long latenessNs;
        private final Kind kind;

        /** Where it is bounded by events: how many of a key and side are kept, the earliest of more going. */
        private final int most;

        private final List<Ev> lefts = new ArrayList<>();
        private final List<Ev> rights = new ArrayList<>();

        /** One that came. */
        private static final class Ev {
            final Item item;
            final boolean isLeft;

            /** It has matched, or has come alone. */
            boolean done;

            /** It is kept no more. */
            boolean gone;

            Ev(Item item, boolean isLeft) {
                this.item = item;
                this.isLeft = isLeft;
            }

            Ping alone() {
                return isLeft ? GraphTwins.both(item.ping(), null) : GraphTwins.both(null, item.ping());
            }

            Item alone(long ns) {
                done = true;
                return item.causes(alone(), ns).fired(Times.plus(ns, 1), ns);
            }
        }

        /** Any; what has the end of time is for none of the words that may stand behind. */
        static Joins any(String name, List<Twin> one, List<Twin> other, Random random, boolean isLast) {
            Reach reach = random.nextInt(3) > 0 ? Reach.NEAR : random.nextBoolean() ? Reach.UNTIL : Reach.ANY;
            long from = reach == Reach.NEAR ? random.nextInt(20) - 15 : 0;
            Kind any = Kind.values()[random.nextInt(Kind.values().length)];
            Kind kind = reach != Reach.ANY || isLast || !any.isAlone()
                    ? any
                    : random.nextBoolean() ? Kind.INNER : Kind.SEMI;
            return new Joins(
                    name,
                    one,
                    other,
                    reach,
                    from,
                    from + random.nextInt(15),
                    random.nextInt(3) == 0 ? 1 + random.nextInt(20) : 0,
                    kind,
                    kind.isAlone() || random.nextBoolean() ? 1 + random.nextInt(3) : ANY_MOST);
        }

        /** What matches nothing does not come. */
        Joins paired() {
            return kind.isAlone()
                    ? new Joins(name, one, other, reach, fromNs, toNs, latenessNs, Kind.INNER, most)
                    : this;
        }

        private Joins(
                String name,
                List<Twin> one,
                List<Twin> other,
                Reach reach,
                long fromNs,
                long toNs,
                long latenessNs,
                Kind kind,
                int most) {
            super(name, one, other);
            this.reach = reach;
            this.fromNs = fromNs;
            this.toNs = toNs;
            this.latenessNs = latenessNs;
            this.kind = kind;
            this.most = most;
        }

        /** Until when a left event takes right ones; it may be before its own time. */
        private long untilNs(Ping left) {
            return left.timeNs() + Math.floorMod(left.value(), toNs + 5) - 2;
        }

        @Override
        protected KeyedStream<Ping> meet(TopologyBuilder t, KeyedStream<Ping> left, KeyedStream<Ping> right) {
            return withSides(sides -> {
                JoinedStream<Ping, Ping> pairs = switch (reach) {
                    case UNTIL -> left.join(name, right, told(Interval.until(Ping.class, this::untilNs, NANOSECONDS)));
                    case NEAR -> left.join(name, right, told(Interval.between(ofNanos(fromNs), ofNanos(toNs))));
                    case ANY -> left.join(name, right, told(bounded(Interval.anyTime())));
                };
                return both(pairs, sides);
            });
        }

        private <L> Interval<L> bounded(Interval<L> pairs) {
            Interval<L> of = pairs.eventsAtMost(most).matchesAtMost(most);
            return most < ANY_MOST ? of.evictOldest() : of;
        }

        private <L> Interval<L> told(Interval<L> pairs) {
            Interval<L> of = kind.of(pairs);
            return latenessNs > 0 ? of.allowedLateness(ofNanos(latenessNs)) : of;
        }

        private long nowNs() {
            return lenientNs(progressNs, latenessNs);
        }

        @Override
        protected long forwardsBehind(long ofThisNs) {
            return lenientNs(ofThisNs, latenessNs);
        }

        @Override
        protected boolean hasSides() {
            return true;
        }

        @Override
        protected void take(Item item, boolean isLeft, List<Item> out) {
            if (item.timeNs() < nowNs()) {
                refuse(item, Reason.LATE, isLeft ? 0 : 1);
                return;
            }
            Ev ev = new Ev(item, isLeft);
            List<Ev> others = kept(item, isLeft ? rights : lefts)
                    .filter(e -> isNear(isLeft ? item : e.item, isLeft ? e.item : item))
                    .sorted(Comparator.comparingLong(e -> e.item.timeNs()))
                    .toList();
            others.forEach(e -> pair(isLeft ? ev : e, isLeft ? e : ev, item, out));
            (isLeft ? lefts : rights).add(ev);
            if (reach == Reach.ANY) {
                giveUp(ev, out);
            }
        }

        private static Stream<Ev> kept(Item ofKey, List<Ev> side) {
            return side.stream()
                    .filter(e -> !e.gone && e.item.ping().key() == ofKey.ping().key());
        }

        /** Where one more is kept than may be, the earliest goes; alone where it has matched nothing. */
        private void giveUp(Ev by, List<Item> out) {
            List<Ev> kept = kept(by.item, by.isLeft ? lefts : rights).toList();
            if (kept.size() <= most) {
                return;
            }
            Ev first = kept.stream()
                    .min(Comparator.comparingLong(e -> e.item.timeNs()))
                    .orElseThrow();
            first.gone = true;
            if (first.done || !(first.isLeft ? kind.leftAlone() : kind.rightAlone())) {
                return;
            }
            boolean isItself = first == by;
            first.done = true;
            out.add(
                    isItself
                            ? by.item.causesOf(by.alone(), by.item.timeNs())
                            : first.alone(Math.max(first.item.timeNs(), nowNs())));
        }

        private boolean isNear(Item left, Item right) {
            long apart = right.timeNs() - left.timeNs();
            return switch (reach) {
                case NEAR -> apart >= fromNs && apart <= toNs;
                case UNTIL -> apart >= 0 && right.timeNs() <= untilNs(left.ping());
                case ANY -> true;
            };
        }

        private void pair(Ev left, Ev right, Item item, List<Item> out) {
            boolean isFirst = !left.done;
            left.done = true;
            right.done = true;
            left.gone |= kind == Kind.SEMI || kind == Kind.ANTI;
            if (kind == Kind.SEMI ? isFirst : kind != Kind.ANTI) {
                Item l = left.item;
                Item r = right.item;
                out.add(item.causesOf(GraphTwins.both(l.ping(), r.ping()), Math.max(l.timeNs(), r.timeNs())));
            }
        }

        /** When one comes alone. */
        private long momentNs(Ev ev) {
            long ns = ev.item.timeNs();
            if (reach == Reach.ANY) {
                return Progress.END - 1;
            }
            long until = reach == Reach.UNTIL ? untilNs(ev.item.ping()) : Times.plus(ns, toNs);
            return ev.isLeft ? Math.max(ns, until) : Times.plus(ns, Math.max(0, -fromNs));
        }

        @Override
        public void fire(List<Item> out) {
            List<Ev> due = new ArrayList<>();
            lefts.stream().filter(e -> kind.leftAlone() && !e.done).forEach(due::add);
            rights.stream().filter(e -> kind.rightAlone() && !e.done).forEach(due::add);
            due.removeIf(e -> Times.plus(momentNs(e), 1) > nowNs());
            due.sort(Comparator.comparingLong(this::momentNs).thenComparing(e -> !e.isLeft));
            due.forEach(e -> out.add(e.alone(momentNs(e))));
        }

        @Override
        protected Twin fresh(List<Twin> newOne, List<Twin> newOther) {
            return new Joins(name, newOne, newOther, reach, fromNs, toNs, latenessNs, kind, most);
        }
    }

    /**
     * In which direction an as-of join looks, and how far; a tolerance below zero is none. How many rows of a key it keeps, none being 0,
     * and whether the earliest of more goes.
     */
    record How(
            String direction,
            boolean strict,
            boolean arrival,
            boolean inner,
            long toleranceNs,
            int versionsAtMost,
            boolean evicts) {
        /** One that answers each event once, where that is asked for. */
        static How any(Random random, boolean answersEach) {
            String direction =
                    List.of("backward", "backward", "forward", "nearest").get(random.nextInt(4));
            boolean arrival = random.nextInt(3) == 0;
            boolean isFree = arrival || direction.equals("backward");
            int most = random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 0;
            return new How(
                    direction,
                    random.nextBoolean(),
                    arrival,
                    !answersEach && random.nextInt(3) == 0,
                    isFree && random.nextBoolean() ? -1 : random.nextInt(15),
                    most,
                    most > 0 && random.nextBoolean());
        }

        /** What it keeps of a key has no bound. */
        How unbounded() {
            return new How(direction, strict, arrival, inner, toleranceNs, 0, false);
        }

        private AsOf asOf() {
            AsOf how = isBackward() ? AsOf.backward() : direction.equals("forward") ? AsOf.forward() : AsOf.nearest();
            how = strict ? how.strictly() : how;
            how = arrival ? how.onArrival() : how;
            how = inner ? how.inner() : how;
            how = versionsAtMost > 0 ? how.versionsAtMost(versionsAtMost) : how;
            how = evicts ? how.evictOldest() : how;
            return toleranceNs < 0 ? how : how.tolerance(ofNanos(toleranceNs));
        }

        private boolean isBackward() {
            return direction.equals("backward");
        }

        /** When an answer is known. */
        private long knownNs(Item item) {
            return Times.plus(item.timeNs(), isBackward() ? 0 : toleranceNs);
        }

        private long dueNs(Item item) {
            return Times.plus(knownNs(item), isBackward() && strict ? 0 : 1);
        }

        /** Whether nobody finds the first of some rows of a key from a time on; what takes a row back stands until it is passed. */
        private boolean isPassed(List<Item> rows, long fromNs) {
            long ns = rows.get(0).timeNs();
            if (direction.equals("forward") || rows.get(0).form() == EntryForm.RETRACTION) {
                return ns < fromNs;
            }
            boolean isFar = toleranceNs >= 0 && Times.plus(ns, toleranceNs) < fromNs;
            if (isFar || rows.size() == 1) {
                return isFar;
            }
            long nextNs = rows.get(1).timeNs();
            return strict ? nextNs < fromNs : nextNs <= fromNs;
        }

        private boolean counts(Item row, Item of) {
            return row != null
                    && row.form() != EntryForm.RETRACTION
                    && (toleranceNs < 0 || Math.abs(row.timeNs() - of.timeNs()) <= toleranceNs);
        }
    }

    /** Each with a row of the other way that is near it. */
    static final class AsOfs extends Fork {
        private final How how;
        private final List<Item> rows = new ArrayList<>();
        private final List<Item> waiting = new ArrayList<>();

        AsOfs(String name, List<Twin> one, List<Twin> other, How how) {
            super(name, one, other);
            this.how = how;
        }

        @Override
        protected KeyedStream<Ping> meet(TopologyBuilder t, KeyedStream<Ping> left, KeyedStream<Ping> right) {
            return withSides(sides -> both(left.asOf(name, right, how.asOf()), sides));
        }

        /** Not of rows, which are no events. */
        @Override
        protected boolean hasSides() {
            return brings == Brings.INSERTS && Fork.along(other, brings) == Brings.INSERTS;
        }

        @Override
        protected void take(Item item, boolean isLeft, List<Item> out) {
            if (item.timeNs() < progressNs) {
                refuse(item, Reason.LATE, isLeft ? 0 : 1);
            } else if (!isLeft) {
                if (how.versionsAtMost() == 0 || makeRoom(item, out)) {
                    rows.add(item);
                }
            } else if (!how.arrival()) {
                waiting.add(item);
            } else {
                Item row = row(item);
                if (row != null || !how.inner()) {
                    out.add(item.causes(GraphTwins.both(item.ping(), row == null ? null : row.ping()), item.timeNs()));
                }
            }
        }

        /** Room for a row beside the others of its key that are asked for: what is due of that goes first, then maybe the earliest. */
        private boolean makeRoom(Item row, List<Item> out) {
            if (isFull(row)) {
                answer(ofKey(waiting, row).stream(), out);
            }
            if (isFull(row)) {
                Census.saw("as-of row above its bound");
                List<Item> kept = ofKey(rows, row);
                if (!how.evicts()) {
                    refuse(row, Reason.OVER_BOUND, -1);
                    return false;
                }
                if (kept.get(0).timeNs() > row.timeNs()) {
                    return false;
                }
                rows.remove(kept.get(0));
            }
            rows.removeIf(r -> isOfKey(r, row) && r.timeNs() == row.timeNs());
            return true;
        }

        private boolean isFull(Item row) {
            long fromNs = ofKey(waiting, row).stream().mapToLong(Item::timeNs).reduce(progressNs, Math::min);
            List<Item> kept = ofKey(rows, row);
            while (!kept.isEmpty() && (fromNs == Progress.END || how.isPassed(kept, fromNs))) {
                rows.remove(kept.remove(0));
            }
            return kept.size() == how.versionsAtMost() && kept.stream().noneMatch(r -> r.timeNs() == row.timeNs());
        }

        private static boolean isOfKey(Item item, Item other) {
            return item.ping().key() == other.ping().key();
        }

        private static List<Item> ofKey(List<Item> of, Item row) {
            return new ArrayList<>(of.stream()
                    .filter(i -> isOfKey(i, row))
                    .sorted(Comparator.comparingLong(Item::timeNs))
                    .toList());
        }

        @Override
        public void fire(List<Item> out) {
            answer(waiting.stream(), out);
        }

        private void answer(Stream<Item> some, List<Item> out) {
            List<Item> due = some.filter(i -> how.dueNs(i) <= progressNs)
                    .sorted(Comparator.comparingLong(Item::timeNs))
                    .toList();
            waiting.removeAll(due);
            for (Item i : due) {
                Item row = row(i);
                if (row != null || !how.inner()) {
                    Ping answer = GraphTwins.both(i.ping(), row == null ? null : row.ping());
                    long knownNs = how.knownNs(i);
                    out.add(i.causes(answer, knownNs).fired(how.dueNs(i), knownNs));
                }
            }
        }

        /** The one that counts; null where there is none. */
        private Item row(Item of) {
            Item before = null;
            Item behind = null;
            for (Item row : rows) {
                boolean isSame = row.timeNs() == of.timeNs();
                if (row.ping().key() != of.ping().key() || isSame && how.strict()) {
                    continue;
                }
                if (row.timeNs() <= of.timeNs()) {
                    before = before == null || row.timeNs() >= before.timeNs() ? row : before;
                }
                if (row.timeNs() >= of.timeNs()) {
                    behind = behind == null || row.timeNs() <= behind.timeNs() ? row : behind;
                }
            }
            before = how.direction().equals("forward") || !how.counts(before, of) ? null : before;
            behind = how.isBackward() || !how.counts(behind, of) ? null : behind;
            boolean isBehind =
                    before == null || behind != null && behind.timeNs() - of.timeNs() < of.timeNs() - before.timeNs();
            return isBehind ? behind : before;
        }

        @Override
        protected Brings sends(Brings left, Brings right) {
            return left == Brings.INSERTS && right != Brings.WINDOWS ? Brings.INSERTS : null;
        }

        @Override
        protected Twin fresh(List<Twin> newOne, List<Twin> newOther) {
            return new AsOfs(name, newOne, newOther, how);
        }
    }
}
