package io.millrace.plan;

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
public record EdgePlan(Edge edge, int from, int to, long mostPerQ, int slots, int valueBytes, int keyBytes) {}
