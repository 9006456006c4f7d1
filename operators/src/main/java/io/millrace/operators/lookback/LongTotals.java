package io.millrace.operators.lookback;

import io.millrace.operators.aggregate.Aggregate;
import io.millrace.operators.aggregate.Cell;
import io.millrace.operators.aggregate.Declared;
import io.millrace.operators.lookback.Layout.SpanLayout;
import io.millrace.operators.lookback.Layout.StoreLayout;
import io.millrace.time.Progress;
import java.util.List;

/**
 * The short way through a {@link Store} whose spans have counts and sums of longs only and no delay, for an event that
 * is the newest of its key: all there is to do is to add to the totals in the row, and now and then to subtract what
 * left. It does the same as the store, only without a call for each fold; whatever is out of the ordinary (a sum that
 * might not fit, older events, many levels, no room) it leaves to the store, and has changed nothing then that a
 * result depends on.
 */
final class LongTotals {
    private static final int COPY = 0;
    private static final int RATIO = 1;

    private final Store store;
    private final BlockTree tree;
    private final Records records;
    private final boolean exact;
    private final int newestColumn;
    private final int treeColumn;

    /** By fold: which argument it adds, -1 for one; what it adds for the event in hand; what left the span in hand. */
    private final int[] argumentOf;

    private final long[] weights;
    private final long[] left;

    /** By span. */
    private final long[] reach;

    private final int[] oldestColumn;
    private final int[] totalsEnd;
    private final long[] oldest;

    /** By running total, span after span. */
    private final int[] totalColumn;

    private final int[] foldOfTotal;
    private final long[] totals;

    /** By result: a column, or two to divide. */
    private final Cell[] cells;

    private final int[] operation;
    private final int[] column;
    private final int[] countColumn;

    private final long[] entry;

    LongTotals(Store store, StoreLayout layout, BlockTree tree, Records records, Span[] spans) {
        this.store = store;
        this.tree = tree;
        this.records = records;
        exact = layout.isExact();
        newestColumn = layout.newestColumn;
        treeColumn = layout.treeColumn;
        int folds = records.folds.length;
        argumentOf = layout.argumentOfFold.stream().mapToInt(Integer::intValue).toArray();
        weights = new long[folds];
        left = new long[folds];
        reach = new long[spans.length];
        oldestColumn = new int[spans.length];
        totalsEnd = new int[spans.length];
        oldest = new long[spans.length];
        int all = 0;
        int results = 0;
        for (int s = 0; s < spans.length; s++) {
            all += spans[s].running.length;
            results += layout.spans.get(s).results.size();
        }
        totalColumn = new int[all];
        foldOfTotal = new int[all];
        totals = new long[all];
        cells = new Cell[results];
        operation = new int[results];
        column = new int[results];
        countColumn = new int[results];
        entry = new long[records.entryLongs];
        lay(layout.spans, spans);
    }

    private void lay(List<SpanLayout> layouts, Span[] spans) {
        int total = 0;
        int result = 0;
        for (int s = 0; s < spans.length; s++) {
            reach[s] = spans[s].reach;
            oldestColumn[s] = spans[s].oldestColumn;
            for (int i = 0; i < spans[s].running.length; i++, total++) {
                totalColumn[total] = spans[s].totalsColumn + i;
                foldOfTotal[total] = spans[s].running[i];
            }
            totalsEnd[s] = total;
            SpanLayout layout = layouts.get(s);
            for (int i = 0; i < layout.results.size(); i++, result++) {
                cells[result] = layout.results.get(i).cell();
                operation[result] = layout.results.get(i).aggregate() == Aggregate.SHARE ? RATIO : COPY;
                column[result] = columnOf(layout.foldOfResult[i], spans[s]);
                countColumn[result] = layout.countFold < 0 ? 0 : columnOf(layout.countFold, spans[s]);
            }
        }
    }

    private static int columnOf(int fold, Span span) {
        int i = 0;
        while (span.running[i] != fold) {
            i++;
        }
        return span.totalsColumn + i;
    }

    /** Whether this way is open to a store at all: it asks neither folds nor aggregates, so it is for those that it knows. */
    static boolean serves(StoreLayout layout) {
        boolean serves = layout.onlyRuns();
        for (SpanLayout span : layout.spans) {
            for (Declared result : span.results) {
                serves &= isKnown(result.aggregate());
            }
        }
        return serves;
    }

    private static boolean isKnown(Aggregate aggregate) {
        return aggregate == Aggregate.COUNT || aggregate == Aggregate.SUM || aggregate == Aggregate.SHARE;
    }

    /**
     * Takes an event and answers it.
     *
     * @param row        of its key, to be written
     * @param base       of the row
     * @param unit       of the event
     * @param progressNs of the node
     * @param values     its arguments
     * @return false when the store has to take it
     */
    boolean take(long[] row, int base, long unit, long progressNs, long[] values) {
        long state = row[base + treeColumn];
        long newest = row[base + newestColumn];
        if ((state & Store.STALE) != 0 || state != 0 && unit < newest) {
            return false;
        }
        for (int f = 0; f < weights.length; f++) {
            weights[f] = argumentOf[f] < 0 ? 1 : values[argumentOf[f]];
        }
        if (state != 0 && unit == newest && !exact ? add(row, base) : roll(row, base, state, unit, progressNs)) {
            answer(row, base);
            return true;
        }
        return false;
    }

    /** Adds to the open bucket and to the totals; a sum that does not fit is found behind it, and all taken back. */
    private boolean add(long[] row, int base) {
        if (addTo(row, base, 1) < 0) {
            addTo(row, base, -1);
            return false;
        }
        return true;
    }

    /** Answers a negative number where a sum did not fit. */
    private long addTo(long[] row, int base, long times) {
        long overflow = 0;
        int open = base + newestColumn + 1;
        for (int f = 0; f < weights.length; f++) {
            long weight = weights[f] * times;
            long had = row[open + f];
            long sum = had + weight;
            row[open + f] = sum;
            overflow |= (had ^ sum) & (weight ^ sum);
        }
        for (int i = 0; i < totalColumn.length; i++) {
            long weight = weights[foldOfTotal[i]] * times;
            int at = base + totalColumn[i];
            long had = row[at];
            long sum = had + weight;
            row[at] = sum;
            overflow |= (had ^ sum) & (weight ^ sum);
        }
        return overflow;
    }

    /** Moves on to a new unit. */
    private boolean roll(long[] row, int base, long state, long unit, long progressNs) {
        tree.root = state & ~(Store.OPEN | Store.STALE);
        boolean empty = state == 0;
        long newest = row[base + newestColumn];
        boolean expired = false;
        int from = 0;
        for (int s = 0; s < reach.length; s++) {
            long first = Units.minus(unit, reach[s]);
            boolean gone = empty || newest < first;
            oldest[s] = gone ? unit : row[base + oldestColumn[s]];
            boolean leaves = oldest[s] < first;
            if (leaves && !leave(s, first, newest) || !sum(row, base, from, s, gone, leaves)) {
                return false;
            }
            expired |= gone || leaves;
            from = totalsEnd[s];
        }
        return keep(row, base, unit, progressNs, empty, expired);
    }

    /** Sums what leaves a span. */
    private boolean leave(int s, long first, long newest) {
        boolean done = tree.sumFront(oldest[s], first, left);
        oldest[s] = Math.min(tree.next, newest);
        return done;
    }

    private boolean sum(long[] row, int base, int from, int s, boolean gone, boolean leaves) {
        long overflow = 0;
        for (int i = from; i < totalsEnd[s]; i++) {
            long weight = weights[foldOfTotal[i]];
            long total = gone ? 0 : row[base + totalColumn[i]];
            if (leaves) {
                long less = left[foldOfTotal[i]];
                long rest = total - less;
                overflow |= (total ^ less) & (total ^ rest);
                total = rest;
            }
            totals[i] = total + weight;
            overflow |= (total ^ totals[i]) & (weight ^ totals[i]);
        }
        return overflow >= 0;
    }

    /** Puts the event, or the bucket that is complete now, into the tree. */
    private boolean keep(long[] row, int base, long unit, long progressNs, boolean empty, boolean expired) {
        if (progressNs >= Progress.END) {
            return false;
        }
        boolean pushes = exact;
        if (!empty && (expired || !exact)) {
            long needed = store.firstNeeded(progressNs);
            pushes |= row[base + newestColumn] >= needed;
            if (expired) {
                store.drop(row, base, progressNs, LookBackOperator.FREED_PER_EVENT);
            }
        }
        if (pushes && !tree.reserve(unit)) {
            return false;
        }
        if (exact) {
            records.write(entry, 0, unit, store.arguments);
            tree.append(entry, 0);
        } else {
            if (pushes) {
                tree.append(row, base + newestColumn);
            }
            for (int f = 0; f < weights.length; f++) {
                row[base + newestColumn + 1 + f] = weights[f];
            }
        }
        row[base + newestColumn] = unit;
        row[base + treeColumn] = tree.root | (exact ? 0 : Store.OPEN);
        write(row, base);
        return true;
    }

    private void write(long[] row, int base) {
        for (int s = 0; s < reach.length; s++) {
            row[base + oldestColumn[s]] = oldest[s];
        }
        for (int i = 0; i < totals.length; i++) {
            row[base + totalColumn[i]] = totals[i];
        }
    }

    private void answer(long[] row, int base) {
        for (int i = 0; i < cells.length; i++) {
            long value = row[base + column[i]];
            if (operation[i] == COPY) {
                cells[i].set(value);
            } else {
                cells[i].set((double) value / row[base + countColumn[i]]);
            }
        }
    }
}
