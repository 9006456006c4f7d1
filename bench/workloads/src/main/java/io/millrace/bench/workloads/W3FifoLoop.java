package io.millrace.bench.workloads;

import static io.millrace.bench.workloads.Table.ALIGN;
import static io.millrace.bench.workloads.Table.BITS_1M;

/**
 * W3 with 32 bytes for each card and one first-in-first-out ring of all live events, whose head is taken back out of the
 * totals of its card: at the turn of each second for buckets, event by event for the exact window (W3x). Works for input in
 * the order of time only.
 */
final class W3FifoLoop implements Loop {
    /* Record: | card | profile | count | sum | */
    private static final int PROFILE = 1;
    private static final int COUNT = 2;
    private static final int SUM = 3;

    private static final int SLOTS = 1 << BITS_1M;
    private static final int SECONDS = 60;

    /** More than the events of 61 seconds. */
    private static final int LIVE = 1 << 21;

    private static final int LIVE_MASK = LIVE - 1;

    private final boolean exact;
    private final long[] records = new long[SLOTS * 4 + ALIGN];
    private final int[] liveRecord = new int[LIVE];
    private final long[] liveAmount = new long[LIVE];
    private final long[] liveMs;
    private long head;
    private long tail;

    /** The tail at the start of a second, by second mod 64. */
    private final long[] tailAt = new long[64];

    private long second = -1;
    private final int[] found = new int[Table.BATCH_MAX];

    W3FifoLoop(boolean exact) {
        this.exact = exact;
        liveMs = exact ? new long[LIVE] : null;
        for (int rank = 0; rank < Profiles.COUNT; rank++) {
            long key = Profiles.cardOf(rank);
            int s = Table.home(key, BITS_1M);
            while (records[ALIGN + (s << 2)] != 0) {
                s = s + 1 & SLOTS - 1;
            }
            records[ALIGN + (s << 2)] = key;
            records[ALIGN + (s << 2) + PROFILE] = Profiles.packed(rank);
        }
    }

    @Override
    public void on(Tx tx, Answer answer) {
        if (tx.amountCents > 0) {
            apply(find(tx.card), tx, answer);
        }
    }

    @Override
    public void batch(Tx[] batch, int n, Answer answer) {
        int[] at = found;
        for (int i = 0; i < n; i++) {
            at[i] = find(batch[i].card);
        }
        for (int i = 0; i < n; i++) {
            if (batch[i].amountCents > 0) {
                apply(at[i], batch[i], answer);
            }
        }
    }

    private int find(long key) {
        long[] r = records;
        int s = Table.home(key, BITS_1M);
        while (true) {
            int at = ALIGN + (s << 2);
            if (r[at] == key) {
                return at;
            }
            s = s + 1 & SLOTS - 1;
        }
    }

    private void apply(int at, Tx tx, Answer answer) {
        long now = tx.timeMs / Arithmetic.SECOND_MS;
        if (exact) {
            expireUpTo(tx.timeMs - Arithmetic.HISTORY_MS);
        } else if (now != second) {
            turn(now);
        }
        long amount = tx.amountCents;
        int q = (int) tail++ & LIVE_MASK;
        liveRecord[q] = at;
        liveAmount[q] = amount;
        if (exact) {
            liveMs[q] = tx.timeMs;
        }
        long[] r = records;
        long count = ++r[at + COUNT];
        long sum = r[at + SUM] += amount;
        Reference.alert(tx, r[at + PROFILE], count, sum, answer);
    }

    private void expireUpTo(long lastMs) {
        while (head < tail && liveMs[(int) head & LIVE_MASK] <= lastMs) {
            takeBack((int) head++ & LIVE_MASK);
        }
    }

    private void turn(long now) {
        if (second < 0) {
            second = now;
        }
        while (second < now) {
            second++;
            tailAt[(int) second & 63] = tail;
            long upTo = tailAt[(int) (second - SECONDS + 1) & 63];
            while (head < upTo) {
                takeBack((int) head++ & LIVE_MASK);
            }
        }
    }

    private void takeBack(int q) {
        int at = liveRecord[q];
        records[at + COUNT]--;
        records[at + SUM] -= liveAmount[q];
    }
}
