package io.millrace.operators.aggregate.sketch;

import io.millrace.operators.aggregate.Fold;

/**
 * How often each item came, and the first of its turns; only that there are more items than the bound, when there
 * are. Arguments: item, turn. What is kept depends on the set of events only.
 *
 * @param atMost how many items are counted
 */
record ItemCountsFold(int atMost) implements Fold {
    @Override
    public int summaryLongs() {
        return Items.longs(atMost);
    }

    @Override
    public void clear(long[] summary, int at) {
        summary[at] = 0;
    }

    @Override
    public void add(long[] summary, int at, long[] from, int p) {
        put(summary, at, from[p], 1, from[p + 1]);
    }

    @Override
    public void merge(long[] summary, int at, long[] other, int p) {
        if (other[p] > atMost) {
            summary[at] = atMost + 1;
        }
        for (int i = 0; summary[at] <= atMost && i < other[p]; i++) {
            int record = Items.at(p, i);
            put(summary, at, other[record], other[record + Items.COUNT], other[record + Items.MARK]);
        }
    }

    private void put(long[] to, int at, long item, long count, long turn) {
        if (to[at] > atMost) {
            return;
        }
        int index = Items.find(to, at, item);
        if (index >= 0) {
            int record = Items.at(at, index);
            to[record + Items.COUNT] += count;
            to[record + Items.MARK] = Math.min(to[record + Items.MARK], turn);
        } else if (to[at] < atMost) {
            Items.insert(to, at, index, item, count, turn);
        } else {
            to[at] = atMost + 1;
        }
    }
}
