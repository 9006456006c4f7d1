package io.millrace.transport.journal;

/** Which entry was the last at which position: of frames that were sent and are not known to be durable. */
final class InFlight {
    private final long[] positions;
    private final long[] last;
    private final int mask;
    private long head;
    private long tail;
    private long reached;

    InFlight(int capacity, long reached) {
        int size = Integer.highestOneBit(Math.max(2, capacity) - 1) << 1;
        positions = new long[size];
        last = new long[size];
        mask = size - 1;
        this.reached = reached;
    }

    boolean hasRoom() {
        return tail - head <= mask;
    }

    boolean isEmpty() {
        return head == tail;
    }

    /** The position behind the oldest frame; there is one. */
    long oldest() {
        return positions[(int) head & mask];
    }

    void add(long position, long lastEntry) {
        int at = (int) tail & mask;
        positions[at] = position;
        last[at] = lastEntry;
        tail++;
    }

    /** The last entry whose frame ends at or below a position. */
    long reachedAt(long position) {
        while (head < tail && positions[(int) head & mask] <= position) {
            reached = last[(int) head & mask];
            head++;
        }
        return reached;
    }
}
