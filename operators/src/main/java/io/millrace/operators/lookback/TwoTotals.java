package io.millrace.operators.lookback;

import io.millrace.operators.aggregate.Aggregate;
import io.millrace.operators.aggregate.Cell;
import io.millrace.operators.lookback.Layout.SpanLayout;
import io.millrace.operators.lookback.Layout.StoreLayout;
import io.millrace.state.Scratch;
import io.millrace.time.Progress;

/**
 * {@link LongTotals} once more, for what is mostly declared: one span with one or two totals (count and sum), all that is kept of a
 * key in one leaf. What stands there in arrays by fold, total and span stands in fields and locals here: to walk arrays of one or two
 * is most of what an event costs there.
 *
 * <p>What it leaves to the other way is as it was then. Of one total both are the same: it is read twice before it is written twice.
 */
final class TwoTotals {
    private static final int FIRST = 0;
    private static final int SECOND = 1;
    private static final int FIRST_BY_SECOND = 2;
    private static final int SECOND_BY_FIRST = 3;

    private final Store store;
    private final BlockTree tree;
    private final boolean exact;
    private final long reach;
    private final int newestColumn;
    private final int treeColumn;

    /** Where the second stands behind the column before the first: 2, or 1 where there is only one. */
    private final int second;

    /** Which argument each adds, -1 for one; where it stands in an entry of the tree, 0 when it does not. */
    private final int argument0;

    private final int argument1;
    private final int entryAt0;
    private final int entryAt1;
    private final int entryLongs;

    /** One or two results, and of which totals. */
    private final Cell cell0;

    private final Cell cell1;
    private final int kind0;
    private final int kind1;

    @Scratch("of the event in hand")
    private final long[] entry;

    @Scratch("the totals with the event in hand")
    private long sum0;

    @Scratch("as sum0")
    private long sum1;

    @Scratch("the oldest unit they hold")
    private long oldest;

    @Scratch("what leaves the span at the event in hand")
    private long left0;

    @Scratch("as left0")
    private long left1;

    @Scratch("the first time in the leaf behind what leaves")
    private long next;

    @Scratch("how many of what leaves are dead")
    private int dead;

    TwoTotals(Store store, StoreLayout layout, BlockTree tree, Records records) {
        this.store = store;
        this.tree = tree;
        exact = layout.isExact();
        newestColumn = layout.newestColumn;
        treeColumn = layout.treeColumn;
        SpanLayout span = layout.spans.get(0);
        reach = span.units - 1;
        second = layout.folds.size();
        argument0 = layout.argumentOfFold.get(0);
        argument1 = layout.argumentOfFold.get(second - 1);
        entryAt0 = records.entryAt(0);
        entryAt1 = records.entryAt(second - 1);
        entryLongs = records.entryLongs;
        entry = new long[entryLongs];
        boolean two = span.results.size() == 2;
        cell0 = span.results.get(0).cell();
        cell1 = two ? span.results.get(1).cell() : null;
        kind0 = kind(span, 0);
        kind1 = two ? kind(span, 1) : FIRST;
    }

    private static int kind(SpanLayout span, int result) {
        int fold = span.foldOfResult[result];
        if (span.results.get(result).aggregate() != Aggregate.SHARE) {
            return fold == 0 ? FIRST : SECOND;
        }
        return fold == 0 ? FIRST_BY_SECOND : SECOND_BY_FIRST;
    }

    /** Whether this way is open to a store at all. */
    static boolean serves(StoreLayout layout) {
        return LongTotals.serves(layout)
                && layout.spans.size() == 1
                && layout.folds.size() <= 2
                && layout.spans.get(0).results.size() <= 2;
    }

    /**
     * Takes an event and answers it.
     *
     * @param row        of its key, to be written
     * @param base       of the row
     * @param unit       of the event
     * @param progressNs of the node
     * @param values     its arguments
     * @return false when another way has to take it
     */
    boolean take(long[] row, int base, long unit, long progressNs, long[] values) {
        int open = base + newestColumn;
        int root = base + treeColumn;
        long state = row[root];
        long newest = row[open];
        long weight0 = argument0 < 0 ? 1 : values[argument0];
        long weight1 = argument1 < 0 ? 1 : values[argument1];
        // also of a stale row: what was dropped is older than the span of any event that is not late, and so no part of
        // totals as of the newest
        if (unit == newest && (state & Store.OPEN) != 0) {
            return add(row, open, root + 1, weight0, weight1);
        }
        return (state == 0 || unit >= newest)
                && (state & Store.STALE) == 0
                && NodeRef.level(state) == 0
                && progressNs < Progress.END
                && roll(row, open, root, unit, progressNs, weight0, weight1);
    }

    /** Adds to the open bucket and to the totals. */
    private boolean add(long[] row, int open, int oldest, long weight0, long weight1) {
        long bucket0 = row[open + 1];
        long bucket1 = row[open + second];
        long total0 = row[oldest + 1];
        long total1 = row[oldest + second];
        long sum0 = total0 + weight0;
        long sum1 = total1 + weight1;
        long overflow = overflow(bucket0, weight0, bucket0 + weight0)
                | overflow(bucket1, weight1, bucket1 + weight1)
                | overflow(total0, weight0, sum0)
                | overflow(total1, weight1, sum1);
        if (overflow < 0) {
            return false;
        }
        row[open + 1] = bucket0 + weight0;
        row[open + second] = bucket1 + weight1;
        row[oldest + 1] = sum0;
        row[oldest + second] = sum1;
        answer(sum0, sum1);
        return true;
    }

    /** Negative where a sum did not fit. */
    private static long overflow(long a, long b, long sum) {
        return (a ^ sum) & (b ^ sum);
    }

    /** Moves on to a new unit. */
    private boolean roll(long[] row, int open, int root, long unit, long progressNs, long weight0, long weight1) {
        long state = row[root];
        tree.root = state & ~Store.OPEN;
        oldest = unit;
        sum0 = weight0;
        sum1 = weight1;
        if (state != 0) {
            long needed = store.firstNeeded(progressNs);
            if (!move(row, open, root, needed, progressNs)) {
                return false;
            }
            if (!exact && row[open] >= needed && !push(row[open], row[open + 1], row[open + second])) {
                return false;
            }
        }
        if (exact) {
            if (!push(unit, weight0, weight1)) {
                return false;
            }
            row[root] = tree.root;
        } else {
            row[open + 1] = weight0;
            row[open + second] = weight1;
            row[root] = tree.root | Store.OPEN;
        }
        row[open] = unit;
        row[root + 1] = oldest;
        row[root + 2] = sum0;
        row[root + 1 + second] = sum1;
        answer(sum0, sum1);
        return true;
    }

    /** Takes from the totals what leaves, adds what they had, and lets go of what is dead; false when a sum may not fit. */
    private boolean move(long[] row, int open, int root, long needed, long progressNs) {
        long newest = row[open];
        long first = Units.minus(oldest, reach);
        if (newest < first) {
            if (tree.root != 0) {
                store.drop(row, open - newestColumn, progressNs, LookBackOperator.FREED_PER_EVENT);
            }
            return true;
        }
        long total0 = row[root + 2];
        long total1 = row[root + 1 + second];
        oldest = row[root + 1];
        if (oldest >= first) {
            return add(total0, total1);
        }
        if (!leave(tree.root, first, needed)
                || (overflow(total0 - left0, left0, total0) | overflow(total1 - left1, left1, total1)) < 0
                || !add(total0 - left0, total1 - left1)) {
            return false;
        }
        oldest = Math.min(next, newest);
        if (tree.root != 0) {
            drop(row, open, root, progressNs);
        }
        return true;
    }

    private boolean add(long total0, long total1) {
        long more0 = sum0;
        long more1 = sum1;
        sum0 = total0 + more0;
        sum1 = total1 + more1;
        return (overflow(total0, more0, sum0) | overflow(total1, more1, sum1)) >= 0;
    }

    /**
     * Sums what leaves the span, and counts what is dead, which is among it; false when it is too large to be summed that simply.
     *
     * @param leaf   0 for none
     * @param before where the span begins now
     * @param needed the first unit that a result can still depend on; not behind {@code before}, since no event is late
     */
    private boolean leave(long leaf, long before, long needed) {
        next = Long.MAX_VALUE;
        long sumLeft0 = 0;
        long sumLeft1 = 0;
        long wide = 0;
        int gone = 0;
        int looked = 0;
        if (leaf != 0) {
            long[] page = tree.blocks.page(leaf);
            int base = tree.blocks.base(leaf);
            int stop = base + NodeRef.end(leaf) * entryLongs;
            int at = base + NodeRef.first(leaf) * entryLongs;
            for (; at < stop; at += entryLongs) {
                long time = page[at];
                looked++;
                if (time >= before) {
                    next = time;
                    break;
                }
                gone += time < needed ? 1 : 0;
                if (time >= oldest) {
                    long value0 = entryAt0 == 0 ? 1 : page[at + entryAt0];
                    long value1 = entryAt1 == 0 ? 1 : page[at + entryAt1];
                    sumLeft0 += value0;
                    sumLeft1 += value1;
                    wide |= value0 ^ value0 >> 63 | value1 ^ value1 >> 63;
                }
            }
        }
        left0 = sumLeft0;
        left1 = sumLeft1;
        dead = gone;
        tree.slots += looked;
        return wide >>> 55 == 0;
    }

    /** As the store does, which also frees the leaf: where it goes on, it only begins later. */
    private void drop(long[] row, int open, int root, long progressNs) {
        long leaf = tree.root;
        int first = NodeRef.first(leaf) + dead;
        if (first == NodeRef.end(leaf)) {
            store.drop(row, open - newestColumn, progressNs, LookBackOperator.FREED_PER_EVENT);
            return;
        }
        tree.slots += dead + 1;
        if (dead > 0) {
            tree.root = NodeRef.from(leaf, first);
            row[root] = row[root] & Store.OPEN | Store.STALE | tree.root;
        }
    }

    private boolean push(long time, long value0, long value1) {
        long leaf = tree.root;
        if (leaf != 0 && NodeRef.end(leaf) < NodeRef.capacity(leaf)) {
            int at = tree.blocks.base(leaf) + NodeRef.end(leaf) * entryLongs;
            write(tree.blocks.writable(leaf), at, time, value0, value1);
            tree.slots++;
            tree.root = NodeRef.oneMore(leaf);
            return true;
        }
        if (!tree.reserve(time)) {
            return false;
        }
        write(entry, 0, time, value0, value1);
        tree.append(entry, 0);
        return true;
    }

    private void write(long[] to, int at, long time, long value0, long value1) {
        if (entryAt0 > 0) {
            to[at + entryAt0] = value0;
        }
        if (entryAt1 > 0) {
            to[at + entryAt1] = value1;
        }
        to[at] = time;
    }

    private void answer(long total0, long total1) {
        answer(cell0, kind0, total0, total1);
        if (cell1 != null) {
            answer(cell1, kind1, total0, total1);
        }
    }

    private static void answer(Cell cell, int kind, long total0, long total1) {
        if (kind <= SECOND) {
            cell.set(kind == FIRST ? total0 : total1);
        } else {
            cell.set(kind == FIRST_BY_SECOND ? (double) total0 / total1 : (double) total1 / total0);
        }
    }
}
