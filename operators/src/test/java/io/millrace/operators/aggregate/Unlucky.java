package io.millrace.operators.aggregate;

import io.millrace.event.LongField;

/**
 * A sum that fails at 13, and whose result fails when it is 7.
 *
 * @param <T> the event
 */
public final class Unlucky<T> extends OwnAggregate<T> {
    public Unlucky(LongField<? super T> field) {
        super("unlucky");
        reads(field);
    }

    @Override
    public int summaryLongs() {
        return 1;
    }

    @Override
    public void clear(long[] s, int at) {
        s[at] = 0;
    }

    @Override
    public void add(long[] s, int at, long[] from, int p) {
        s[at] += from[p];
        if (from[p] == 13) {
            throw new IllegalStateException("13");
        }
    }

    @Override
    public void merge(long[] s, int at, long[] other, int p) {
        s[at] += other[p];
    }

    @Override
    protected void result(long[] s, int at, Cell result) {
        if (s[at] == 7) {
            throw new IllegalStateException("7");
        }
        result.set(s[at]);
    }
}
