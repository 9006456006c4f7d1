package io.millrace.operators.aggregate.sketch;

import io.millrace.operators.aggregate.Aggregate;
import io.millrace.operators.aggregate.Argument;
import io.millrace.operators.aggregate.Cell;
import io.millrace.operators.aggregate.Declarations;
import io.millrace.operators.aggregate.Fold;

/**
 * The most frequent items, as values of a shape: how many of them there are; of each its item, its count, and below
 * which its count cannot be.
 *
 * <p>Values are written in the order of declaration: each rank begins where the one before it ended.
 */
public final class Ranked {
    private final Cell size;
    private final Cell[] items;
    private final Cell[] counts;
    private final Cell[] leasts;

    /** Declares exact counts, with which ties are broken by the turn. */
    static Ranked exact(Declarations declarations, int k, Argument item, int atMost) {
        return new Ranked(
                declarations, new Kind("topK", new ItemCountsFold(atMost), atMost, true), k, item, Argument.TURN);
    }

    /** Declares heavy hitters. */
    static Ranked about(Declarations declarations, int k, Argument item, int counters) {
        return new Ranked(
                declarations, new Kind("heavyHitters", new HeavyHittersFold(counters), counters, false), k, item);
    }

    private Ranked(Declarations declarations, Kind kind, int k, Argument... arguments) {
        size = declarations.addLong(new Size(kind, k), arguments);
        items = new Cell[k];
        counts = new Cell[k];
        leasts = new Cell[k];
        for (int i = 0; i < k; i++) {
            items[i] = declarations.addLong(new Item(kind, i == 0 ? null : items[i - 1]), arguments);
            counts[i] = declarations.addLong(new Count(kind, items[i], false), arguments);
            leasts[i] = kind.exact ? counts[i] : declarations.addLong(new Count(kind, items[i], true), arguments);
        }
    }

    /**
     * How many items there are.
     *
     * @return absent if there were more items than could be counted
     */
    public Cell size() {
        return size;
    }

    /**
     * The most items there can be.
     *
     * @return as declared
     */
    public int most() {
        return items.length;
    }

    /**
     * An item.
     *
     * @param rank 0 for the most frequent
     * @return the item; absent if there are not so many
     */
    public Cell item(int rank) {
        return items[rank];
    }

    /**
     * How often an item came, at most.
     *
     * @param rank 0 for the most frequent
     * @return the number; absent if there are not so many
     */
    public Cell count(int rank) {
        return counts[rank];
    }

    /**
     * How often it came, at least.
     *
     * @param rank 0 for the most frequent
     * @return the cell of the count, when that is exact
     */
    public Cell leastCount(int rank) {
        return leasts[rank];
    }

    /** What counts, and how equal counts are ranked: by the mark, or by the item alone. */
    private record Kind(String word, Fold fold, int most, boolean exact) {
        /** Whether the item at one place is ranked before that of another. */
        boolean isBefore(long[] s, int a, int b) {
            if (s[a + Items.COUNT] != s[b + Items.COUNT]) {
                return s[a + Items.COUNT] > s[b + Items.COUNT];
            }
            if (exact && s[a + Items.MARK] != s[b + Items.MARK]) {
                return s[a + Items.MARK] < s[b + Items.MARK];
            }
            return s[a] < s[b];
        }

        int known(long[] s, int at) {
            return s[at] > most ? 0 : (int) s[at];
        }
    }

    /** How many there are. */
    private record Size(Kind kind, int k) implements Aggregate {
        @Override
        public String word() {
            return kind.word;
        }

        @Override
        public Fold fold() {
            return kind.fold;
        }

        @Override
        public void result(long[] s, int at, int count, Cell cell) {
            if (s[at] > kind.most) {
                cell.absent();
            } else {
                cell.set(Math.min(k, s[at]));
            }
        }
    }

    /** The item ranked next behind that of another cell, or the first. */
    private record Item(Kind kind, Cell before) implements Aggregate {
        @Override
        public String word() {
            return kind.word;
        }

        @Override
        public Fold fold() {
            return kind.fold;
        }

        @Override
        public void result(long[] s, int at, int count, Cell cell) {
            int best = before == null || before.isPresent() ? best(s, at) : -1;
            if (best < 0) {
                cell.absent();
            } else {
                cell.set(s[best]);
            }
        }

        private int best(long[] s, int at) {
            int n = kind.known(s, at);
            int last = before == null ? -1 : Items.at(at, Items.find(s, at, before.asLong()));
            int best = -1;
            for (int i = 0; i < n; i++) {
                int record = Items.at(at, i);
                if ((last < 0 || kind.isBefore(s, last, record)) && (best < 0 || kind.isBefore(s, record, best))) {
                    best = record;
                }
            }
            return best;
        }
    }

    /** How often the item of another cell came. */
    private record Count(Kind kind, Cell item, boolean least) implements Aggregate {
        @Override
        public String word() {
            return kind.word;
        }

        @Override
        public Fold fold() {
            return kind.fold;
        }

        @Override
        public void result(long[] s, int at, int count, Cell cell) {
            if (!item.isPresent()) {
                cell.absent();
                return;
            }
            int record = Items.at(at, Items.find(s, at, item.asLong()));
            cell.set(s[record + Items.COUNT] - (least ? s[record + Items.MARK] : 0));
        }
    }
}
