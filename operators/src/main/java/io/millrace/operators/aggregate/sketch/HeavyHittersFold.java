package io.millrace.operators.aggregate.sketch;

import io.millrace.operators.aggregate.Fold;

/**
 * Space-saving (Metwally, Agrawal, El Abbadi, Efficient Computation of Frequent and Top-k Elements in Data Streams, 2005):
 * some counters; an item without one takes that of the least frequent, with its count, by which it may then be counted
 * too high (the mark). Sets are put together as by Cafaro, Pulimeno, Tempesta (A parallel space saving algorithm for
 * frequent items and the Hurwitz zeta distribution, 2016).
 *
 * <p>Of n events an item is never counted too low, too high by n / counters at most, and every item that came more often
 * than that has a counter. Here is why that holds for sets that were put together, m and m' their least counts when all
 * counters are taken, else 0: an item that only one has a counter for came at most m (m') times in the other, which is
 * added. Less m + m' each, the counts of all items add up to n + n' - counters (m + m') at most; so those that
 * are kept add up to n + n' at most, and the least of them is at most (n + n') / counters.
 *
 * <p>Which items are kept beyond the guarantee depends on the order, which is that of the log.
 *
 * @param counters how many items have one
 */
record HeavyHittersFold(int counters) implements Fold {
    @Override
    public int summaryLongs() {
        return Items.longs(counters);
    }

    @Override
    public void clear(long[] summary, int at) {
        summary[at] = 0;
    }

    @Override
    public void add(long[] summary, int at, long[] from, int p) {
        int index = Items.find(summary, at, from[p]);
        if (index >= 0) {
            summary[Items.at(at, index) + Items.COUNT]++;
        } else if (summary[at] < counters) {
            Items.insert(summary, at, index, from[p], 1, 0);
        } else {
            int least = least(summary, at);
            long count = summary[Items.at(at, least) + Items.COUNT];
            replace(summary, at, least, from[p], count + 1, count);
        }
    }

    @Override
    public void merge(long[] summary, int at, long[] other, int p) {
        long mine = unseen(summary, at);
        long its = unseen(other, p);
        addCounts(summary, at, other, p, its);
        int n = (int) other[p];
        int least = summary[at] < counters ? -1 : least(summary, at);
        for (int i = 0; i < n; i++) {
            int record = Items.at(p, i);
            if (least < 0 || isAhead(other, record, mine, summary, Items.at(at, least))) {
                least = take(summary, at, other, record, mine, least);
            }
        }
    }

    /** Whether an item of another set is ranked before one of this. */
    private static boolean isAhead(long[] other, int record, long more, long[] summary, int its) {
        long count = other[record + Items.COUNT] + more;
        long itsCount = summary[its + Items.COUNT];
        return count > itsCount || count == itsCount && other[record] < summary[its];
    }

    /** How often an item without a counter may have come. */
    private long unseen(long[] summary, int at) {
        return summary[at] < counters ? 0 : summary[Items.at(at, least(summary, at)) + Items.COUNT];
    }

    private static void addCounts(long[] summary, int at, long[] other, int p, long unseen) {
        int n = (int) summary[at];
        for (int i = 0; i < n; i++) {
            int record = Items.at(at, i);
            int index = Items.find(other, p, summary[record]);
            int its = index < 0 ? 0 : Items.at(p, index);
            summary[record + Items.COUNT] += index < 0 ? unseen : other[its + Items.COUNT];
            summary[record + Items.MARK] += index < 0 ? unseen : other[its + Items.MARK];
        }
    }

    /**
     * Takes an item of the other set for which there is room, or instead of the least frequent; answers which is that then,
     * -1 while there is room. One that both sets had, and that has lost its counter meanwhile, does not come here: its count
     * is no larger than that with which it lost it.
     */
    private int take(long[] summary, int at, long[] other, int record, long unseen, int least) {
        int index = Items.find(summary, at, other[record]);
        if (index >= 0) {
            return least; // counted already
        }
        long count = other[record + Items.COUNT] + unseen;
        long error = other[record + Items.MARK] + unseen;
        if (least < 0) {
            Items.insert(summary, at, index, other[record], count, error);
        } else {
            replace(summary, at, least, other[record], count, error);
        }
        return summary[at] < counters ? -1 : least(summary, at);
    }

    private static void replace(long[] summary, int at, int index, long item, long count, long error) {
        Items.remove(summary, at, index);
        Items.insert(summary, at, Items.find(summary, at, item), item, count, error);
    }

    /** The place of the least frequent item; of several the largest. */
    private static int least(long[] summary, int at) {
        int n = (int) summary[at];
        int least = n - 1;
        for (int i = n - 2; i >= 0; i--) {
            if (summary[Items.at(at, i) + Items.COUNT] < summary[Items.at(at, least) + Items.COUNT]) {
                least = i;
            }
        }
        return least;
    }
}
