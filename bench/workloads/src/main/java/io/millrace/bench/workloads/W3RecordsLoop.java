package io.millrace.bench.workloads;

import static io.millrace.bench.workloads.Table.ALIGN;
import static io.millrace.bench.workloads.Table.BITS_1M;

/**
 * W3 with one record of 64 bytes, a cache line, for each card: profile, totals and the current bucket. Older buckets stand in
 * a ring of 1 to 64 buckets of the card's own, in a shared pool. Split: the profile stands in a table of its own, which is
 * one more cache miss.
 */
final class W3RecordsLoop implements Loop {
    /*
     * Record: | card | profile | count | sum | ring | oldest second | current: second << 32 | count | current: sum |
     * Ring:   offset in the pool << 24 | log2 of its capacity << 16 | head << 8 | size; a bucket is two longs as above.
     */
    private static final int PROFILE = 1;
    private static final int COUNT = 2;
    private static final int SUM = 3;
    private static final int RING = 4;
    private static final int OLDEST = 5;
    private static final int CURRENT = 6;
    private static final int CURRENT_SUM = 7;

    private static final int SLOTS = 1 << BITS_1M;
    private static final int SECONDS = 60;
    private static final long COUNT_MASK = 0xffff_ffffL;

    private final boolean split;
    private final long[] records = new long[SLOTS * 8 + ALIGN];
    private final long[] profileCard;
    private final long[] profile;
    private final int[] found = new int[Table.BATCH_MAX];

    private long[] pool = new long[1 << 22];
    private int poolTop = 2;

    /** Freed rings by log2 of their capacity. */
    private final int[] freed = new int[8];

    W3RecordsLoop(boolean split) {
        this.split = split;
        profileCard = split ? new long[SLOTS] : null;
        profile = split ? new long[SLOTS] : null;
        for (int rank = 0; rank < Profiles.COUNT; rank++) {
            long key = Profiles.cardOf(rank);
            int at = place(key);
            records[at] = key;
            records[at + PROFILE] = Profiles.packed(rank);
            records[at + OLDEST] = Long.MAX_VALUE;
            if (split) {
                putProfile(key, Profiles.packed(rank));
            }
        }
    }

    private int place(long key) {
        int s = Table.home(key, BITS_1M);
        while (records[ALIGN + (s << 3)] != 0) {
            s = s + 1 & SLOTS - 1;
        }
        return ALIGN + (s << 3);
    }

    private void putProfile(long key, long packed) {
        int s = Table.home(key, BITS_1M);
        while (profileCard[s] != 0) {
            s = s + 1 & SLOTS - 1;
        }
        profileCard[s] = key;
        profile[s] = packed;
    }

    private long profileOf(long key) {
        int s = Table.home(key, BITS_1M);
        while (profileCard[s] != key) {
            s = s + 1 & SLOTS - 1;
        }
        return profile[s];
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
            int at = ALIGN + (s << 3);
            if (r[at] == key) {
                return at;
            }
            s = s + 1 & SLOTS - 1;
        }
    }

    private void apply(int at, Tx tx, Answer answer) {
        long[] r = records;
        long now = tx.timeMs / Arithmetic.SECOND_MS;
        long amount = tx.amountCents;
        if (r[at + OLDEST] <= now - SECONDS) {
            expire(at, now);
        }
        long current = r[at + CURRENT];
        if (current >>> 32 == now) {
            r[at + CURRENT] = current + 1;
            r[at + CURRENT_SUM] += amount;
        } else {
            roll(at, now, amount, current);
        }
        long count = ++r[at + COUNT];
        long sum = r[at + SUM] += amount;
        Reference.alert(tx, split ? profileOf(r[at]) : r[at + PROFILE], count, sum, answer);
    }

    /** The current bucket goes into the ring, a new one begins. */
    private void roll(int at, long now, long amount, long current) {
        long[] r = records;
        if (current == 0) {
            r[at + OLDEST] = now;
        } else {
            push(at, current, r[at + CURRENT_SUM]);
        }
        r[at + CURRENT] = now << 32 | 1;
        r[at + CURRENT_SUM] = amount;
    }

    private void push(int at, long bucket, long sum) {
        long ring = records[at + RING];
        int offset = (int) (ring >>> 24);
        int log = (int) (ring >>> 16 & 0xff);
        int head = (int) (ring >>> 8 & 0xff);
        int size = (int) (ring & 0xff);
        int capacity = offset == 0 ? 0 : 1 << log;
        if (size == capacity) {
            int wider = offset == 0 ? 0 : log + 1;
            int to = allocate(wider);
            for (int i = 0; i < size; i++) {
                int from = offset + 2 * (head + i & capacity - 1);
                pool[to + 2 * i] = pool[from];
                pool[to + 2 * i + 1] = pool[from + 1];
            }
            if (offset != 0) {
                free(offset, log);
            }
            offset = to;
            log = wider;
            head = 0;
            capacity = 1 << log;
        }
        int q = offset + 2 * (head + size & capacity - 1);
        pool[q] = bucket;
        pool[q + 1] = sum;
        records[at + RING] = ring(offset, log, head, size + 1);
    }

    private void expire(int at, long now) {
        long[] r = records;
        long ring = r[at + RING];
        int offset = (int) (ring >>> 24);
        int log = (int) (ring >>> 16 & 0xff);
        int head = (int) (ring >>> 8 & 0xff);
        int size = (int) (ring & 0xff);
        while (size > 0) {
            int q = offset + 2 * head;
            long bucket = pool[q];
            if (bucket >>> 32 > now - SECONDS) {
                r[at + OLDEST] = bucket >>> 32;
                break;
            }
            r[at + COUNT] -= bucket & COUNT_MASK;
            r[at + SUM] -= pool[q + 1];
            head = head + 1 & (1 << log) - 1;
            size--;
        }
        if (size == 0) {
            expireCurrent(at, now);
        }
        r[at + RING] = ring(offset, log, head, size);
    }

    private void expireCurrent(int at, long now) {
        long[] r = records;
        long current = r[at + CURRENT];
        if (current != 0 && current >>> 32 <= now - SECONDS) {
            r[at + COUNT] -= current & COUNT_MASK;
            r[at + SUM] -= r[at + CURRENT_SUM];
            r[at + CURRENT] = 0;
            current = 0;
        }
        r[at + OLDEST] = current == 0 ? Long.MAX_VALUE : current >>> 32;
    }

    private static long ring(int offset, int log, int head, int size) {
        return (long) offset << 24 | (long) log << 16 | (long) head << 8 | size;
    }

    private int allocate(int log) {
        int old = freed[log];
        if (old != 0) {
            freed[log] = (int) pool[old];
            return old;
        }
        int offset = poolTop;
        int longs = 2 << log;
        if (offset + longs > pool.length) {
            pool = java.util.Arrays.copyOf(pool, pool.length * 2);
        }
        poolTop = offset + longs;
        return offset;
    }

    private void free(int offset, int log) {
        pool[offset] = freed[log];
        freed[log] = offset;
    }
}
