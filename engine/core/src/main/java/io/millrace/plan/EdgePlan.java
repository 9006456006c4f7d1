package io.millrace.plan;

import io.millrace.operator.Firing;
import io.millrace.topology.Edge;

/**
 * An edge between two stages: a bounded ring.
 *
 * @param edge       the edge of the topology
 * @param from       index of the stage that writes
 * @param to         index of the stage that reads
 * @param mostPerQ   the most entries that one input entry causes on it
 * @param slots      slots of the ring, a power of two, at least {@code mostPerQ}
 * @param valueBytes the most bytes of a value
 * @param keyBytes   the most bytes of a text key
 */
public record EdgePlan(Edge edge, int from, int to, long mostPerQ, int slots, int valueBytes, int keyBytes) {
    /** Bytes of a slot before the key: what a ring notes of an entry. */
    public static final int HEADER = 96;

    /**
     * Returns the size of a slot.
     *
     * @return bytes, whole cache lines
     */
    public int slotBytes() {
        return HEADER + keyBytes + Firing.LENGTH_MAX + valueBytes + 63 & -64;
    }

    /**
     * Returns the size of the ring.
     *
     * @return bytes, all allocated at start
     */
    public long bytes() {
        return (long) slots * slotBytes();
    }
}
