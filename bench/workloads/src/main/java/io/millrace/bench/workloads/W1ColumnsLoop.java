package io.millrace.bench.workloads;

import static io.millrace.bench.workloads.Arithmetic.SECOND_MS;
import static io.millrace.bench.workloads.Table.BITS_100K;

/** W1 with an array for each field. Slots are kept across windows, by an epoch stamp and a list of those used. */
final class W1ColumnsLoop implements Loop {
    private static final int SLOTS = 1 << BITS_100K;

    private final long[] card = new long[SLOTS];
    private final int[] epoch = new int[SLOTS];
    private final int[] count = new int[SLOTS];
    private final long[] sum = new long[SLOTS];
    private final long[] max = new long[SLOTS];
    private final int[] used = new int[SLOTS];
    private int usedCount;
    private int now = 1;
    private long startMs;
    private long endMs;

    @Override
    public void on(Tx tx, Answer answer) {
        if (tx.timeMs >= endMs) {
            end(answer);
            startMs = tx.timeMs - tx.timeMs % SECOND_MS;
            endMs = startMs + SECOND_MS;
        }
        int s = slot(tx.card);
        long amount = tx.amountCents;
        if (epoch[s] != now) {
            epoch[s] = now;
            used[usedCount++] = s;
            count[s] = 1;
            sum[s] = amount;
            max[s] = amount;
        } else {
            count[s]++;
            sum[s] += amount;
            if (amount > max[s]) {
                max[s] = amount;
            }
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

    @Override
    public void end(Answer answer) {
        for (int i = 0; i < usedCount; i++) {
            int s = used[i];
            answer.hit(Arithmetic.hash1(card[s], startMs, count[s], sum[s], max[s]));
        }
        usedCount = 0;
        now++;
    }
}
