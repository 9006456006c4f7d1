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
 * <p>Which items are kept beyond the guarantee depends on the order, which is that of the log; in a group of rows, that of their places.
 *
 * <p>Both sets are sorted by item, so putting them together is one pass over both, one over the counts for each bit in which they
 * differ to find the smallest that is kept, and one to keep. The space that takes is the fold's own: one thread.
 */
final class HeavyHittersFold implements Fold {
    private final int counters;

    /** The items of both sets. */
    private final long[] both;

    HeavyHittersFold(int counters) {
        this.counters = counters;
        both = new long[2 * counters * Items.STRIDE];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HeavyHittersFold o && o.counters == counters;
    }

    @Override
    public int hashCode() {
        return counters;
    }

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
        int longs = join(summary, at, other, p, unseen(summary, at), unseen(other, p));
        int most = counters * Items.STRIDE;
        if (longs <= most) {
            System.arraycopy(both, 0, summary, at + Items.HEAD, longs);
            summary[at] = longs / Items.STRIDE;
        } else {
            keep(longs, least(longs), summary, at);
        }
    }

    /** Puts the items of both sets side by side, sorted; answers how many longs they take. */
    private int join(long[] summary, int at, long[] other, int p, long unseen, long itsUnseen) {
        int a = Items.at(at, 0);
        int b = Items.at(p, 0);
        int aEnd = Items.at(at, (int) summary[at]);
        int bEnd = Items.at(p, (int) other[p]);
        int to = 0;
        while (a < aEnd || b < bEnd) {
            boolean mine = b == bEnd || a < aEnd && summary[a] <= other[b];
            boolean its = a == aEnd || b < bEnd && other[b] <= summary[a];
            both[to] = mine ? summary[a] : other[b];
            for (int i = Items.COUNT; i <= Items.MARK; i++) {
                both[to + i] = (mine ? summary[a + i] : unseen) + (its ? other[b + i] : itsUnseen);
            }
            a += mine ? Items.STRIDE : 0;
            b += its ? Items.STRIDE : 0;
            to += Items.STRIDE;
        }
        return to;
    }

    /** The largest count that as many items have, or more, as there are counters. */
    private long least(int longs) {
        long low = Long.MAX_VALUE;
        long high = 0;
        for (int i = Items.COUNT; i < longs; i += Items.STRIDE) {
            low = Math.min(low, both[i]);
            high = Math.max(high, both[i]);
        }
        while (low < high) {
            long middle = low + (high - low + 1 >>> 1);
            if (above(longs, middle - 1) >= counters) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private int above(int longs, long count) {
        int n = 0;
        for (int i = Items.COUNT; i < longs; i += Items.STRIDE) {
            n += both[i] > count ? 1 : 0;
        }
        return n;
    }

    /** Keeps as many items as there are counters: those above the least count, then the smallest of those that have it. */
    private void keep(int longs, long least, long[] summary, int at) {
        int equal = counters - above(longs, least);
        int to = Items.at(at, 0);
        for (int i = 0; i < longs; i += Items.STRIDE) {
            long count = both[i + Items.COUNT];
            if (count > least || count == least && equal-- > 0) {
                System.arraycopy(both, i, summary, to, Items.STRIDE);
                to += Items.STRIDE;
            }
        }
        summary[at] = counters;
    }

    /** How often an item without a counter may have come. */
    private long unseen(long[] summary, int at) {
        return summary[at] < counters ? 0 : summary[Items.at(at, least(summary, at)) + Items.COUNT];
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
