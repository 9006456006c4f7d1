package io.millrace.bench.workloads;

import static io.millrace.bench.workloads.Table.ALIGN;
import static io.millrace.bench.workloads.Table.BITS_1M;

/**
 * W4 with one record of 64 bytes, a cache line, for each card: profile, totals, and how far the pattern is. All live events stand in one
 * first-in-first-out ring; what the next turn of the second takes out of the totals is put beside them while this second lasts, a few events
 * of the ring for each that comes, so that no event waits for a second of history. The card's next event behind the turn takes it out. Works
 * for input in the order of time only.
 */
final class W4RecordsLoop implements Loop {
    /* Record: | card | profile | declines in a row << 32 | count | sum | due: second << 32 | count | due: sum | oldest decline: id | time | */
    private static final int PROFILE = 1;
    private static final int COUNT = 2;
    private static final int SUM = 3;
    private static final int DUE = 4;
    private static final int DUE_SUM = 5;
    private static final int OLDEST_ID = 6;
    private static final int OLDEST_MS = 7;

    private static final int SLOTS = 1 << BITS_1M;
    private static final int SECONDS = 60;
    private static final long COUNT_MASK = 0xffff_ffffL;

    /** More than the events of 61 seconds. */
    private static final int LIVE = 1 << 21;

    private static final int LIVE_MASK = LIVE - 1;

    /**
     * Each so many events twice as many of the ring are prepared, whose records then come from memory together; with one for each event they
     * would come one by one.
     */
    private static final int EACH = 16;

    private final long[] records = new long[SLOTS * 8 + ALIGN];

    /** The two declines behind the oldest of the last three, by slot: id and time of each. Few cards have any. */
    private final long[] later = new long[SLOTS * 4];

    private final int[] liveRecord = new int[LIVE];
    private final long[] liveAmount = new long[LIVE];
    private long head;
    private long tail;

    /** Up to here the ring goes out at the next turn. */
    private long upTo;

    /** The tail at the start of a second, by second mod 64. */
    private final long[] tailAt = new long[64];

    private long second = -1;
    private long secondEndsMs;

    /** Id + 1 and time of those seen, by the lower bits of the id: ids of a minute follow each other, so that none takes the place of another. */
    private final long[] seen = new long[2 * LIVE];

    private final int[] found = new int[Table.BATCH_MAX];

    W4RecordsLoop() {
        for (int rank = 0; rank < Profiles.COUNT; rank++) {
            long key = Profiles.cardOf(rank);
            int s = Table.home(key, BITS_1M);
            while (records[ALIGN + (s << 3)] != 0) {
                s = s + 1 & SLOTS - 1;
            }
            records[ALIGN + (s << 3)] = key;
            records[ALIGN + (s << 3) + PROFILE] = Profiles.packed(rank);
        }
    }

    @Override
    public void on(Tx tx, Answer answer) {
        if (!isRepeated(tx) && tx.amountCents > 0) {
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
            if (!isRepeated(batch[i]) && batch[i].amountCents > 0) {
                apply(at[i], batch[i], answer);
            }
        }
    }

    private boolean isRepeated(Tx tx) {
        int at = 2 * ((int) tx.id & LIVE_MASK);
        if (seen[at] == tx.id + 1 && tx.timeMs - seen[at + 1] < Arithmetic.WITHIN_MS) {
            return true;
        }
        seen[at] = tx.id + 1;
        seen[at + 1] = tx.timeMs;
        return false;
    }

    private int find(long key) {
        long[] r = records;
        int s = Table.home(key, BITS_1M);
        while (true) {
            int at = ALIGN + (s << 3);
            if (r[at] == key) {
                return at;
            }
            s = s + 1 & SLOTS - 1;
        }
    }

    private void apply(int at, Tx tx, Answer answer) {
        if (tx.timeMs >= secondEndsMs) {
            turn(tx.timeMs / Arithmetic.SECOND_MS);
        }
        long amount = tx.amountCents;
        int q = (int) tail++ & LIVE_MASK;
        if ((q & EACH - 1) == 0) {
            prepare(Math.min(upTo, head + 2 * EACH));
        }
        liveRecord[q] = at;
        liveAmount[q] = amount;
        long[] r = records;
        long due = r[at + DUE];
        long dueSum = r[at + DUE_SUM];
        long isOver = (due >>> 32) - second - 1 >> 63; // all bits or none
        r[at + DUE] = due & ~isOver;
        r[at + DUE_SUM] = dueSum & ~isOver;
        long streakAndCount = r[at + COUNT] += 1 - (due & COUNT_MASK & isOver);
        long sum = r[at + SUM] += amount - (dueSum & isOver);
        Reference.alert(tx, r[at + PROFILE], streakAndCount & COUNT_MASK, sum, answer);
        match(at, tx, streakAndCount, answer);
    }

    /** What is left of the last second is prepared now; seconds without an event are passed over one by one. */
    private void turn(long now) {
        if (second < 0) {
            second = now;
        }
        while (second < now) {
            prepare(upTo);
            second++;
            tailAt[(int) second & 63] = tail;
            upTo = tailAt[(int) (second - SECONDS + 2) & 63];
        }
        secondEndsMs = (now + 1) * Arithmetic.SECOND_MS;
    }

    /**
     * Puts what goes out with the next second beside the totals of its card, and takes out what is there of an earlier one, behind which no event
     * of the card has come. No branch hangs on the record: guessed wrong it would wait for the memory.
     */
    private void prepare(long end) {
        long[] r = records;
        long next = second + 1;
        for (; head < end; head++) {
            int q = (int) head & LIVE_MASK;
            int at = liveRecord[q];
            long due = r[at + DUE];
            long dueSum = r[at + DUE_SUM];
            long isOver = (due >>> 32) - next >> 63; // all bits or none
            r[at + COUNT] -= due & COUNT_MASK & isOver;
            r[at + SUM] -= dueSum & isOver;
            r[at + DUE] = (due & ~isOver | next << 32) + 1;
            r[at + DUE_SUM] = (dueSum & ~isOver) + liveAmount[q];
        }
    }

    private void match(int at, Tx tx, long streakAndCount, Answer answer) {
        int streak = (int) (streakAndCount >>> 32);
        if (tx.kind == Tx.DECLINED) {
            records[at + COUNT] = (long) declined(at, tx, streak) << 32 | streakAndCount & COUNT_MASK;
        } else {
            long[] r = records;
            if (streak >= Arithmetic.DECLINES && tx.timeMs - r[at + OLDEST_MS] < Arithmetic.WITHIN_MS) {
                answer.hit(Arithmetic.hash4(r[at + OLDEST_ID], tx.id));
            }
            r[at + COUNT] = streakAndCount & COUNT_MASK;
        }
    }

    /** Answers how many there are now in a row; of four and more only whether they are even. */
    private int declined(int at, Tx tx, int streak) {
        long[] r = records;
        if (streak == 0) {
            r[at + OLDEST_ID] = tx.id;
            r[at + OLDEST_MS] = tx.timeMs;
            return 1;
        }
        long[] two = later;
        int place = (at - ALIGN) / 2 + 2 * (streak - 1 & 1); // turn by turn
        if (streak >= Arithmetic.DECLINES) {
            r[at + OLDEST_ID] = two[place];
            r[at + OLDEST_MS] = two[place + 1];
        }
        two[place] = tx.id;
        two[place + 1] = tx.timeMs;
        return streak <= Arithmetic.DECLINES ? streak + 1 : Arithmetic.DECLINES;
    }
}
