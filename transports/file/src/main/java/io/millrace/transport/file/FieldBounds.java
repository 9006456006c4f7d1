package io.millrace.transport.file;

import java.util.Arrays;

/** Where the fields of a row stand, counted from its start. */
final class FieldBounds {
    private int kept = Integer.MAX_VALUE;
    private int[] starts = new int[16];
    private int[] ends = new int[16];
    private boolean[] escaped = new boolean[16];
    private int count;

    /** Keeps the first fields only, and counts the rest: behind the header their number is known. */
    void keep(int fields) {
        kept = fields;
    }

    void clear() {
        count = 0;
    }

    void add(int start, int end, boolean doubledQuotes) {
        int i = count++;
        if (i >= kept) {
            return;
        }
        if (i == starts.length) {
            starts = Arrays.copyOf(starts, i * 2);
            ends = Arrays.copyOf(ends, i * 2);
            escaped = Arrays.copyOf(escaped, i * 2);
        }
        starts[i] = start;
        ends[i] = end;
        escaped[i] = doubledQuotes;
    }

    int count() {
        return count;
    }

    int start(int i) {
        return starts[i];
    }

    int end(int i) {
        return ends[i];
    }

    /** Whether a field holds doubled quotes. */
    boolean isEscaped(int i) {
        return escaped[i];
    }
}
