package io.millrace.operators.rate;

import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Table;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.EntryForm;
import io.millrace.event.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Words that keep the row of a key, and what puts answers beside the event that asked. */
final class RowTwins {
    private RowTwins() {}

    /** Each with the row of its key. */
    static final class LooksUp extends Fork {
        private final int keysAtMost;
        private final boolean evicts;
        private final boolean byBudget;
        private final Map<Long, Ping> rows = new LinkedHashMap<>();

        LooksUp(String name, List<Twin> one, List<Twin> other) {
            this(name, one, other, 0, false, false);
        }

        /** With a bound, at which the row that was set longest ago goes, or a new one is refused; 0 is none. */
        LooksUp(String name, List<Twin> one, List<Twin> other, int keysAtMost, boolean evicts) {
            this(name, one, other, keysAtMost, evicts, false);
        }

        /** The same, where the word does not say the bound, which its state budget is. */
        LooksUp(String name, List<Twin> one, List<Twin> other, int keysAtMost, boolean evicts, boolean byBudget) {
            super(name, one, other);
            this.keysAtMost = keysAtMost;
            this.evicts = evicts;
            this.byBudget = byBudget;
        }

        private static boolean isGone(Ping row) {
            return row.value() % 4 == 3;
        }

        @Override
        protected KeyedStream<Ping> meet(TopologyBuilder t, KeyedStream<Ping> left, KeyedStream<Ping> right) {
            Table<Ping> table = t.table("table-of-" + name, right).deleteWhen(LooksUp::isGone);
            table = keysAtMost == 0 || byBudget ? table : table.keysAtMost(keysAtMost);
            table = evicts ? table.evictOldest() : table;
            return left.lookup(name, table).map(Ping.class, GraphTwins::both);
        }

        @Override
        protected void take(Item item, boolean isLeft, List<Item> out) {
            Ping p = item.ping();
            if (isLeft) {
                out.add(item.causes(item.form(), GraphTwins.both(p, rows.get(p.key()))));
            } else if (item.form() == EntryForm.RETRACTION || isGone(p)) {
                rows.remove(p.key());
            } else {
                set(item);
            }
        }

        private void set(Item item) {
            long key = item.ping().key();
            if (keysAtMost > 0 && rows.size() == keysAtMost && !rows.containsKey(key)) {
                if (byBudget) {
                    Census.saw("one row more, the bound being that of BUDGET");
                }
                if (!evicts) {
                    refuse(item, Reason.OVER_BOUND);
                    return;
                }
                rows.remove(rows.keySet().iterator().next());
            }
            rows.remove(key);
            rows.put(key, item.ping());
        }

        @Override
        protected Brings sends(Brings left, Brings right) {
            return left == Brings.INSERTS && right != Brings.WINDOWS ? Brings.INSERTS : null;
        }

        @Override
        protected Twin fresh(List<Twin> newOne, List<Twin> newOther) {
            return new LooksUp(name, newOne, newOther, keysAtMost, evicts, byBudget);
        }
    }

    /** Takes the rows of some events away. */
    static final class Deletes extends Twin {
        private final long rest;

        Deletes(String name, long rest) {
            super(name);
            this.rest = rest;
        }

        @Override
        public KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream) {
            return stream.deleteWhen(p -> p.value() % 5 == rest);
        }

        @Override
        public void take(Item item, List<Item> out) {
            boolean deletes = item.ping().value() % 5 == rest;
            out.add(item.causes(deletes ? EntryForm.RETRACTION : item.form(), item.ping()));
        }

        @Override
        public Brings sends(Brings in) {
            return in.and(Brings.ROWS);
        }

        @Override
        protected Twin fresh() {
            return new Deletes(name, rest);
        }
    }

    /** Tells what changes in a table. */
    static final class Changelogs extends Twin {
        private final int keysAtMost;
        private final Map<Long, Ping> rows = new HashMap<>();

        Changelogs(String name) {
            this(name, 0);
        }

        Changelogs(String name, int keysAtMost) {
            super(name);
            this.keysAtMost = keysAtMost;
        }

        @Override
        public KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream) {
            return BoundTwins.bounded(stream, keysAtMost, s -> s.changelog(name));
        }

        @Override
        public void take(Item item, List<Item> out) {
            Ping is = item.form() == EntryForm.RETRACTION ? null : item.ping();
            if (is != null && keysAtMost > 0 && rows.size() == keysAtMost && !rows.containsKey(is.key())) {
                refuse(item, Reason.OVER_BOUND);
                return;
            }
            Ping was = is == null ? rows.remove(item.ping().key()) : rows.put(is.key(), is);
            if (was != null && !was.equals(is)) {
                out.add(item.causes(EntryForm.RETRACTION, was));
            }
            if (is != null && !is.equals(was)) {
                out.add(item.causes(EntryForm.INSERT, is));
            }
        }

        @Override
        public Brings sends(Brings in) {
            return in == Brings.WINDOWS ? null : Brings.CHANGES;
        }

        @Override
        protected Twin fresh() {
            return new Changelogs(name, keysAtMost);
        }
    }

    record Asked(Ping event, Ping answer) {}

    /** Each with what a way answers for it, which is one event or, where it is refused, none. */
    static final class Withs extends Twin {
        private final List<Twin> branch;
        private final Map<Object, Item> asked = new IdentityHashMap<>();

        Withs(String name, List<Twin> branch) {
            super(name);
            this.branch = branch;
        }

        @Override
        public KeyedStream<Ping> word(TopologyBuilder t, KeyedStream<Ping> stream) {
            return stream.with(Fork.words(t, branch, stream), Asked::new)
                    .map(Ping.class, a -> GraphTwins.both(a.event(), a.answer()))
                    .keyBy(Ping::key);
        }

        @Override
        public void take(Item item, List<Item> out) {
            throw new UnsupportedOperationException("all of a step go by the way before the first has its answer");
        }

        private List<Item> ask(List<Item> items) {
            List<Item> marked = new ArrayList<>();
            for (Item i : items) {
                Object mark = new Object();
                asked.put(mark, i);
                marked.add(i.marked(mark));
            }
            return marked;
        }

        private List<Item> answered(List<Item> answers) {
            List<Item> out = new ArrayList<>();
            for (Item a : answers) {
                Item event = asked.remove(a.mark());
                out.add(a.causes(EntryForm.INSERT, GraphTwins.both(event.ping(), a.ping()))
                        .marked(event.mark()));
            }
            return out;
        }

        @Override
        List<Item> through(List<Item> items) {
            List<Item> on = ask(items);
            for (Twin t : branch) {
                on = t.through(on);
            }
            return answered(on);
        }

        @Override
        List<Item> time(List<Item> fired, long newProgressNs) {
            return answered(Fork.time(branch, ask(fired), newProgressNs));
        }

        @Override
        List<AskTwins.Asks> askers() {
            return branch.stream().flatMap(t -> t.askers().stream()).toList();
        }

        @Override
        public void hears(Object row) {
            branch.forEach(t -> t.hears(row));
        }

        @Override
        public long forwards(long ofInputNs) {
            return Math.min(ofInputNs, Fork.forwards(branch, ofInputNs));
        }

        @Override
        void tellTo(LetterTwins.Letters letters) {
            super.tellTo(letters);
            branch.forEach(t -> t.tellTo(letters));
        }

        @Override
        List<String> names() {
            return branch.stream().flatMap(t -> t.names().stream()).toList();
        }

        @Override
        int depth() {
            return 1 + branch.stream().mapToInt(Twin::depth).sum();
        }

        @Override
        protected Twin fresh() {
            return new Withs(name, branch.stream().map(Twin::again).toList());
        }
    }
}
