package io.millrace.operators.window;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.KeyedWindowed;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.EntryForm;
import io.millrace.event.Reason;
import io.millrace.operators.Filter;
import io.millrace.operators.rate.Census;
import io.millrace.operators.rate.Fork;
import io.millrace.operators.rate.Ping;
import io.millrace.operators.rate.Twin;
import io.millrace.operators.window.Bar.Ev;
import io.millrace.operators.window.ChangeOracle.Row;
import io.millrace.operators.window.PeriodOracle.Spec;
import io.millrace.time.Progress;
import java.util.List;
import java.util.Random;

/** Windows with all they can be told, as words of random topologies in which only what comes of each key is compared. */
public final class KeyedTwins {
    private KeyedTwins() {}

    /** Periods, also such as overlap, with an allowed lateness and results before their end. */
    public static Twin periods(String name, Random random) {
        return new Periods(name, spec(random));
    }

    /** Periods of all events, whatever their keys, in most cases with results of those without events too. */
    public static Twin ofAll(String name, Random random) {
        Spec any = spec(random);
        if (random.nextInt(3) == 0) {
            return new Periods(name, ofAll(any, any.size(), any.step(), false));
        }
        long step = 1 + random.nextInt(6);
        return new Periods(name, ofAll(any, step * (1 + random.nextInt(2)), step, true));
    }

    private static Spec ofAll(Spec s, long size, long step, boolean empty) {
        int n = empty ? 0 : 1;
        return new Spec(
                size,
                step,
                s.offset(),
                s.lateness(),
                n * s.early(),
                n * s.every(),
                !empty && s.onUpdate(),
                true, // what has no key yet can be given one where it comes with the row that it takes back
                empty,
                false,
                false);
    }

    /** Sessions, the same. */
    public static Twin sessions(String name, Random random) {
        return new Sessions(name, SessionAndCountRandomTest.sessionSpec(random));
    }

    /** Periods over what changes in a table, with rows kept or without. */
    public static Twin changes(String name, Random random) {
        return new Changes(name, spec(random), random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(5));
    }

    /** Periods with a result of each key that has a row, also of those without events. */
    public static Twin emptyFor(String name, List<Twin> events, List<Twin> rows, Random random) {
        Spec any = spec(random);
        long step = 4 + any.step();
        long size = step * (1 + random.nextInt(2));
        return new EmptyFor(
                name,
                events,
                rows,
                new Spec(size, step, any.offset(), any.lateness(), 0, 0, false, any.retracts(), true, true, true));
    }

    /** Whether of much that is due it fires a part with an entry, and a word behind it sees time go on between. */
    public static boolean spreads(Twin word) {
        return word instanceof Windows || word instanceof EmptyFor;
    }

    /** Whether a row counts at a time of its own, before that at which it comes: what that is late for hangs on how far time has gone. */
    public static boolean readsTimeOfRow(Twin word) {
        return word instanceof Changes;
    }

    private static Spec spec(Random random) {
        Spec any = PeriodRandomTest.spec(random);
        long most = any.step() * 3; // so that no more is due at once than fires for an entry
        return new Spec(
                Math.min(any.size(), most),
                any.step(),
                any.offset(),
                any.lateness(),
                any.early(),
                any.every(),
                any.onUpdate(),
                any.retracts(),
                false,
                true,
                false);
    }

    /** With the time at which a row of the table it may become stands. */
    private static Ping ping(Bar bar) {
        return new Ping(bar.key(), WindowTwins.ping(bar).value(), bar.start());
    }

    private abstract static class Windows extends Twin {
        private Item inHand;
        private List<Item> to;

        Windows(String name) {
            super(name);
        }

        final void tell(Bar bar, EntryForm form, long stampNs, long dueNs) {
            if (bar.count() == 0) {
                Census.saw("period of all that is empty");
            }
            boolean isAtOnce = dueNs == Told.AT_ONCE;
            to.add(
                    isAtOnce
                            ? new Item(ping(bar), stampNs, inHand.step(), inHand.dueNs(), form)
                            : new Item(ping(bar), stampNs, -1, dueNs, form));
        }

        abstract long latenessNs();

        abstract Reason take(Item item);

        abstract void fire();

        @Override
        public final void take(Item item, List<Item> out) {
            inHand = item;
            to = out;
            Reason reason = take(item);
            if (reason != null) {
                refuse(item, reason);
            }
        }

        @Override
        public final void fire(List<Item> out) {
            to = out;
            fire();
        }

        @Override
        public final long forwards(long ofThisNs) {
            boolean isNone = ofThisNs == Progress.NONE || ofThisNs == Progress.END;
            return isNone ? ofThisNs : Math.max(ofThisNs - latenessNs(), Progress.NONE);
        }

        final Brings sends(boolean retracts, boolean isOften) {
            return retracts ? Brings.CHANGES : isOften ? Brings.WINDOWS : Brings.INSERTS;
        }
    }

    private static Ev event(Ping p, long timeNs) {
        return new Ev(p.key(), p.value(), timeNs);
    }

    private static final class Periods extends Windows {
        private final Spec spec;
        private final PeriodOracle oracle;

        Periods(String name, Spec spec) {
            super(name);
            this.spec = spec;
            oracle = new PeriodOracle(spec, this::tell);
        }

        @Override
        public KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream) {
            KeyedStream<Ev> events = stream.map(Ev.class, p -> event(p, p.timeNs()));
            Window window = PeriodRandomTest.window(spec);
            if (!spec.keyed()) {
                return events.via("all-" + name, Filter.<Ev>of(e -> true))
                        .window(name, window)
                        .aggregate(Bar.Shape::new)
                        .map(Ping.class, s -> ping(s.bar()))
                        .keyBy(Ping::key);
            }
            return events.window(name, window).aggregate(Bar.KeyedShape::new).map(Ping.class, s -> ping(s.bar()));
        }

        @Override
        Reason take(Item item) {
            return oracle.take(event(item.ping(), item.timeNs()), progressNs);
        }

        @Override
        void fire() {
            oracle.fire(progressNs);
        }

        @Override
        long latenessNs() {
            return spec.lateness();
        }

        /** Behind results of periods without events nothing reckons with time: of a leap of it they are spread over entries. */
        @Override
        public Brings sends(Brings in) {
            boolean isOften = spec.counts() || spec.lateness() > 0;
            return in != Brings.INSERTS ? null : spec.empty() ? Brings.WINDOWS : sends(spec.retracts(), isOften);
        }

        @Override
        protected Twin fresh() {
            return new Periods(name, spec);
        }
    }

    private static final class EmptyFor extends Fork {
        private final Spec spec;
        private final PeriodOracle oracle;
        private Item inHand;
        private List<Item> to;

        EmptyFor(String name, List<Twin> one, List<Twin> other, Spec spec) {
            super(name, one, other);
            this.spec = spec;
            oracle = new PeriodOracle(spec, this::tell);
        }

        private static boolean isGone(Ping row) {
            return Math.floorMod(row.value(), 3) == 0;
        }

        @Override
        protected KeyedStream<Ping> meet(TopologyBuilder t, KeyedStream<Ping> left, KeyedStream<Ping> right) {
            return left.map(Ev.class, p -> event(p, p.timeNs()))
                    .window(name, PeriodRandomTest.window(spec))
                    .emptyFor(t.table("keys-of-" + name, right).deleteWhen(EmptyFor::isGone))
                    .aggregate(Bar.KeyedShape::new)
                    .map(Ping.class, s -> ping(s.bar()));
        }

        private void tell(Bar bar, EntryForm form, long stampNs, long dueNs) {
            boolean isAtOnce = dueNs == Told.AT_ONCE;
            to.add(
                    isAtOnce
                            ? new Item(ping(bar), stampNs, inHand.step(), inHand.dueNs(), form)
                            : new Item(ping(bar), stampNs, -1, dueNs, form));
        }

        @Override
        protected void take(Item item, boolean isLeft, List<Item> out) {
            inHand = item;
            to = out;
            Ping p = item.ping();
            if (!isLeft) {
                oracle.take(new PeriodOracle.Row(p.key(), isGone(p) ? 0 : 1, item.timeNs()), progressNs);
                return;
            }
            Reason reason = oracle.take(event(p, item.timeNs()), progressNs);
            if (reason != null) {
                refuse(item, reason);
            }
        }

        @Override
        public void fire(List<Item> out) {
            to = out;
            oracle.fire(progressNs);
        }

        @Override
        protected long forwardsBehind(long ofThisNs) {
            return lenientNs(ofThisNs, spec.lateness());
        }

        /** Nothing that reckons with time follows: of a leap of it results are spread over entries. */
        @Override
        protected Brings sends(Brings left, Brings right) {
            return left == Brings.INSERTS && right == Brings.INSERTS ? Brings.WINDOWS : null;
        }

        @Override
        protected Twin fresh(List<Twin> newOne, List<Twin> newOther) {
            return new EmptyFor(name, newOne, newOther, spec);
        }
    }

    private static final class Sessions extends Windows {
        private final SessionOracle.Spec spec;
        private final SessionOracle oracle;

        Sessions(String name, SessionOracle.Spec spec) {
            super(name);
            this.spec = spec;
            oracle = new SessionOracle(spec, this::tell);
        }

        @Override
        public KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream) {
            return stream.map(Ev.class, p -> event(p, p.timeNs()))
                    .window(name, SessionAndCountRandomTest.window(spec))
                    .aggregate(Bar.KeyedShape::new)
                    .map(Ping.class, s -> ping(s.bar()));
        }

        @Override
        Reason take(Item item) {
            return oracle.take(event(item.ping(), item.timeNs()), progressNs) ? null : Reason.LATE;
        }

        @Override
        void fire() {
            oracle.fire(progressNs);
        }

        @Override
        long latenessNs() {
            return spec.lateness();
        }

        @Override
        public Brings sends(Brings in) {
            boolean isOften = spec.every() > 0 || spec.onUpdate() || spec.early() > 0 || spec.lateness() > 0;
            return in != Brings.INSERTS ? null : sends(spec.retracts(), isOften);
        }

        @Override
        protected Twin fresh() {
            return new Sessions(name, spec);
        }
    }

    private static final class Changes extends Windows {
        private final Spec spec;
        private final int rowsAtMost;
        private final ChangeOracle oracle;

        Changes(String name, Spec spec, int rowsAtMost) {
            super(name);
            this.spec = spec;
            this.rowsAtMost = rowsAtMost;
            oracle = new ChangeOracle(spec, rowsAtMost, this::tell);
        }

        private static Row row(Ping p) {
            long value = Math.floorMod(p.value(), 40L);
            return new Row(p.value(), p.key(), value, Math.max(p.timeNs(), Long.MIN_VALUE + 100) - value % 7, 0);
        }

        @Override
        public KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream) {
            KeyedWindowed<Row> windows = stream.map(Row.class, Changes::row)
                    .window(name, PeriodRandomTest.window(spec))
                    .ofChanges(Row::rowNs, NANOSECONDS);
            return rowsAtMost > 0
                    ? windows.rowsAtMost(rowsAtMost)
                            .aggregate(ChangeRandomTest.KeyedFull::new)
                            .map(Ping.class, s -> ping(s.bar()))
                    : windows.aggregate(ChangeRandomTest.KeyedPlain::new).map(Ping.class, s -> ping(s.bar()));
        }

        @Override
        Reason take(Item item) {
            return oracle.change(
                    row(item.ping()), item.form() == EntryForm.RETRACTION, progressNs, new boolean[] {false});
        }

        @Override
        void fire() {
            oracle.fire(progressNs);
        }

        @Override
        long latenessNs() {
            return spec.lateness();
        }

        @Override
        public Brings sends(Brings in) {
            boolean isOfChanges = in == Brings.INSERTS || in == Brings.CHANGES;
            return isOfChanges ? sends(spec.retracts(), true) : null;
        }

        @Override
        protected Twin fresh() {
            return new Changes(name, spec, rowsAtMost);
        }
    }
}
