package io.millrace.bench.workloads;

import static io.millrace.bench.workloads.Table.BITS_1M;

/**
 * W4: ids in a ring by themselves, since those of a minute follow each other; a record of 64 bytes a card with its last three
 * declines; the score by the fifo loop of W3. Works for input in the order of time only.
 */
final class W4Loop implements Loop {
    /* Record: | card | declines in a row | ids of the last three | their times | */
    private static final int STREAK = 1;
    private static final int IDS = 2;
    private static final int TIMES = 5;
    private static final int SLOTS = 1 << BITS_1M;

    /** More than the events of a minute. */
    private static final int SEEN = 1 << 21;

    private static final int SEEN_MASK = SEEN - 1;

    private final Loop scores = new W3FifoLoop(false);
    private final long[] seenId = new long[SEEN];
    private final long[] seenMs = new long[SEEN];
    private final long[] records = new long[SLOTS * 8 + Table.ALIGN];

    @Override
    public void on(Tx tx, Answer answer) {
        if (isRepeated(tx) || tx.amountCents <= 0) {
            return;
        }
        scores.on(tx, answer);
        match(find(tx.card), tx, answer);
    }

    private boolean isRepeated(Tx tx) {
        int at = (int) tx.id & SEEN_MASK;
        if (seenId[at] == tx.id + 1 && tx.timeMs - seenMs[at] < Arithmetic.WITHIN_MS) {
            return true;
        }
        seenId[at] = tx.id + 1;
        seenMs[at] = tx.timeMs;
        return false;
    }

    private int find(long key) {
        long[] r = records;
        int s = Table.home(key, BITS_1M);
        while (true) {
            int at = Table.ALIGN + (s << 3);
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

    private void match(int at, Tx tx, Answer answer) {
        long[] r = records;
        long streak = r[at + STREAK];
        int next = (int) (streak % Arithmetic.DECLINES);
        if (tx.kind == Tx.DECLINED) {
            r[at + IDS + next] = tx.id;
            r[at + TIMES + next] = tx.timeMs;
            r[at + STREAK] = streak + 1;
        } else if (streak > 0) {
            // the place of the next decline is that of the third last
            if (streak >= Arithmetic.DECLINES && tx.timeMs - r[at + TIMES + next] < Arithmetic.WITHIN_MS) {
                answer.hit(Arithmetic.hash4(r[at + IDS + next], tx.id));
            }
            r[at + STREAK] = 0;
        }
    }
}
