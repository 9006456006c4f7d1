package io.millrace.bench.workloads;

import static io.millrace.bench.workloads.Arithmetic.JOIN_MS;
import static io.millrace.bench.workloads.Table.BITS_100K;

/**
 * W2: one ring of all live logins in the order of time, chained by card. The input is in order, so what is too old stands at
 * the ring's head.
 */
final class W2ChainsLoop implements Loop {
    /* Links are places in the ring + 1; 0 is none. */
    private static final int SLOTS = 1 << BITS_100K;
    private static final int RING = 1 << 18;
    private static final int RING_MASK = RING - 1;

    private final long[] card = new long[SLOTS];
    private final int[] first = new int[SLOTS];
    private final int[] last = new int[SLOTS];

    private final long[] loginMs = new long[RING];
    private final long[] loginId = new long[RING];
    private final int[] next = new int[RING];
    private final int[] owner = new int[RING];
    private long head;
    private long tail;

    private final int[] found = new int[Table.BATCH_MAX];

    @Override
    public void on(Tx tx, Answer answer) {
        apply(slot(tx.card), tx, answer);
    }

    @Override
    public void batch(Tx[] batch, int n, Answer answer) {
        int[] at = found;
        for (int i = 0; i < n; i++) {
            at[i] = slot(batch[i].card);
        }
        for (int i = 0; i < n; i++) {
            apply(at[i], batch[i], answer);
        }
    }

    private int slot(long key) {
        int s = Table.home(key, BITS_100K);
        while (card[s] != key) {
            if (card[s] == 0) {
                card[s] = key;
                break;
            }
            s = s + 1 & SLOTS - 1;
        }
        return s;
    }

    private void apply(int s, Tx tx, Answer answer) {
        if (tx.kind == Tx.LOGIN) {
            expire(tx.timeMs - JOIN_MS);
            add(s, tx);
            return;
        }
        long fromMs = tx.timeMs - JOIN_MS;
        for (int c = first[s]; c != 0; c = next[c - 1]) {
            long atMs = loginMs[c - 1];
            if (atMs >= tx.timeMs) {
                break;
            }
            if (atMs >= fromMs) {
                answer.hit(Arithmetic.hash2(tx.id, loginId[c - 1]));
            }
        }
    }

    private void expire(long beforeMs) {
        while (head < tail && loginMs[(int) head & RING_MASK] < beforeMs) {
            int at = (int) head++ & RING_MASK;
            int s = owner[at];
            first[s] = next[at];
            if (next[at] == 0) {
                last[s] = 0;
            }
        }
    }

    private void add(int s, Tx tx) {
        int at = (int) tail++ & RING_MASK;
        loginMs[at] = tx.timeMs;
        loginId[at] = tx.id;
        next[at] = 0;
        owner[at] = s;
        if (last[s] != 0) {
            next[last[s] - 1] = at + 1;
        } else {
            first[s] = at + 1;
        }
        last[s] = at + 1;
    }
}
