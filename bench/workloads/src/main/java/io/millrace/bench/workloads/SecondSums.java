package io.millrace.bench.workloads;

import java.nio.ByteBuffer;

/**
 * Count and sum of one card over the 60 buckets of a second that end with the current one: a small growing ring of buckets
 * with running totals. What an engine that keeps objects keeps for a key.
 */
public final class SecondSums {
    private static final int SECONDS = 60;

    /** Events in the buckets. */
    public long count;

    /** The sum of their amounts. */
    public long sum;

    private int[] second = new int[2];
    private int[] counts = new int[2];
    private long[] sums = new long[2];
    private int head;
    private int size;

    /** Nothing yet. */
    public SecondSums() {}

    /** Takes an event; not older than the last. */
    public void add(long timeMs, long amountCents) {
        int now = (int) (timeMs / Arithmetic.SECOND_MS);
        expire(now);
        int last = head + size - 1 & second.length - 1;
        if (size > 0 && second[last] == now) {
            counts[last]++;
            sums[last] += amountCents;
        } else {
            push(now, amountCents);
        }
        count++;
        sum += amountCents;
    }

    /** How many bytes {@link #write} writes. */
    public int bytes() {
        return 2 * Integer.BYTES * size + Long.BYTES * size;
    }

    /** Writes the buckets, the oldest first. */
    public void write(ByteBuffer to) {
        for (int i = 0; i < size; i++) {
            int at = head + i & second.length - 1;
            to.putInt(second[at]).putInt(counts[at]).putLong(sums[at]);
        }
    }

    /** Reads what {@link #write} wrote, up to the end of the buffer. */
    public static SecondSums read(ByteBuffer from) {
        SecondSums read = new SecondSums();
        while (from.hasRemaining()) {
            int at = from.getInt();
            int n = from.getInt();
            long sum = from.getLong();
            read.push(at, sum);
            read.counts[read.size - 1] = n;
            read.count += n;
            read.sum += sum;
        }
        return read;
    }

    private void expire(int now) {
        while (size > 0 && second[head] <= now - SECONDS) {
            count -= counts[head];
            sum -= sums[head];
            head = head + 1 & second.length - 1;
            size--;
        }
    }

    private void push(int now, long amountCents) {
        if (size == second.length) {
            grow();
        }
        int at = head + size & second.length - 1;
        second[at] = now;
        counts[at] = 1;
        sums[at] = amountCents;
        size++;
    }

    private void grow() {
        int old = second.length;
        int[] seconds = new int[2 * old];
        int[] newCounts = new int[2 * old];
        long[] newSums = new long[2 * old];
        for (int i = 0; i < size; i++) {
            int from = head + i & old - 1;
            seconds[i] = second[from];
            newCounts[i] = counts[from];
            newSums[i] = sums[from];
        }
        second = seconds;
        counts = newCounts;
        sums = newSums;
        head = 0;
    }
}
