package io.millrace.bench.workloads;

import static io.millrace.bench.workloads.Arithmetic.SECOND_MS;
import static io.millrace.bench.workloads.Table.ALIGN;
import static io.millrace.bench.workloads.Table.BITS_100K;

/** W1 with one record of 64 bytes, a cache line, for each card. */
final class W1RecordsLoop implements Loop {
    /* Record: | card | epoch | count | sum | max | 3 unused | */
    private static final int EPOCH = 1;
    private static final int COUNT = 2;
    private static final int SUM = 3;
    private static final int MAX = 4;

    private static final int SLOTS = 1 << BITS_100K;

    private final long[] records = new long[SLOTS * 8 + ALIGN];
    private final int[] used = new int[SLOTS];
    private final int[] found = new int[Table.BATCH_MAX];
    private int usedCount;
    private long epoch = 1;
    private long startMs;
    private long endMs;

    @Override
    public void on(Tx tx, Answer answer) {
        time(tx.timeMs, answer);
        apply(find(tx.card), tx.amountCents);
    }

    @Override
    public void batch(Tx[] batch, int n, Answer answer) {
        int[] at = found;
        for (int i = 0; i < n; i++) {
            at[i] = find(batch[i].card);
        }
        for (int i = 0; i < n; i++) {
            time(batch[i].timeMs, answer);
            apply(at[i], batch[i].amountCents);
        }
    }

    /** The index of the card's record. */
    private int find(long key) {
        long[] r = records;
        int s = Table.home(key, BITS_100K);
        while (true) {
            int at = ALIGN + (s << 3);
            if (r[at] == key) {
                return at;
            }
            if (r[at] == 0) {
                r[at] = key;
                return at;
            }
            s = s + 1 & SLOTS - 1;
        }
    }

    private void time(long timeMs, Answer answer) {
        if (timeMs >= endMs) {
            end(answer);
            startMs = timeMs - timeMs % SECOND_MS;
            endMs = startMs + SECOND_MS;
        }
    }

    private void apply(int at, long amount) {
        long[] r = records;
        if (r[at + EPOCH] != epoch) {
            r[at + EPOCH] = epoch;
            used[usedCount++] = at;
            r[at + COUNT] = 1;
            r[at + SUM] = amount;
            r[at + MAX] = amount;
        } else {
            r[at + COUNT]++;
            r[at + SUM] += amount;
            if (amount > r[at + MAX]) {
                r[at + MAX] = amount;
            }
        }
    }

    @Override
    public void end(Answer answer) {
        long[] r = records;
        for (int i = 0; i < usedCount; i++) {
            int at = used[i];
            answer.hit(Arithmetic.hash1(r[at], startMs, r[at + COUNT], r[at + SUM], r[at + MAX]));
        }
        usedCount = 0;
        epoch++;
    }
}
