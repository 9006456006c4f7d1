package io.millrace.engine;

/**
 * What a publisher or source does with an event for which there is no room: in the ring of a live engine, in the inbox of an
 * inline one. Declared for an input, see {@link Setup#overflow}. {@code tryPublish} never waits and never drops: it says no.
 */
public enum Overflow {
    /** It waits: what comes in is slowed down to what the engine does. The default. */
    BLOCK,
    /** It throws {@link io.millrace.event.RefusedException} with the reason {@code OVER_BOUND}, and counts it as refused. */
    REFUSE,
    /**
     * It drops the event and counts it. A run of drops becomes one entry of the input order, in front of the next event of that
     * input which finds room, so that a replay sees the same gap.
     */
    DROP_NEWEST
}
