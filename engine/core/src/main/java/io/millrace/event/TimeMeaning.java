package io.millrace.event;

/** How the event time of an input relates to the clock of the machine that takes it in. */
public enum TimeMeaning {
    /** Decided by what is bound: an input with a finite source is {@link #HISTORIC}, any other {@link #LIVE}. */
    BY_SOURCE,
    /** Event time follows the clock: silence lets progress go on by ticks, far-ahead events are judged by the clock. */
    LIVE,
    /** Files and replays: ticks never move progress, far-ahead events are judged by the largest accepted time. */
    HISTORIC
}
