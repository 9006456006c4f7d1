package io.millrace.testkit.oracle;

/** What a random input may contain beside ordinary events in the order of their time. Each has a weight: see {@link Weights}. */
public enum Trait {
    /** Events behind the newest of their input, within its declared disorder. */
    DISORDER,
    /** Events further behind than that. */
    LATE,
    /**
     * Events at the progress of all inputs, where they are just in time, and a few units before and after it. With
     * {@link #ADVANCE}, progress moves by a few units too, so that it is exactly where something is due. In no case
     * unless asked for.
     */
    EDGES,
    /** Events that repeat an earlier one, at its own time or at a later one. */
    DUPLICATES,
    /** Several events at one time. */
    TIES,
    /** Times near the smallest or the largest long, and a jump of 10^15 nanoseconds. */
    EXTREMES,
    /** Stretches without an event, many times as long as the usual distance. */
    GAPS,
    /** An input that is silent for a stretch, or for good; where there are several. */
    IDLE,
    /** One key that has most events. */
    SKEW,
    /** An end of all inputs; where there are several, one of them may end early. */
    END,
    /** Progress that moves without an event. */
    ADVANCE,
    /**
     * Ticks of a clock, if an input is live. Events are made at the time of the clock, before it or after it. Inputs,
     * one or all, are silent for about their {@link io.millrace.event.Input#idleAfter idleAfter} or much longer, and
     * come back in time or late. The clock steps back now and then. A case with ticks has no {@link #EXTREMES}, since
     * no clock is there.
     */
    TICKS
}
