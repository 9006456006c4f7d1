package io.millrace.transport;

/**
 * What has gone wrong in a source or sink, has cost something, and is over: messages that were missed, events that were
 * dropped. Health reports it until it is acknowledged, or for some time.
 *
 * @param times how often, a number that only grows
 * @param why the cause in words, without values of events; null as long as {@code times} is zero
 */
public record Lost(long times, String why) {
    /** Nothing was lost. */
    public static final Lost NOTHING = new Lost(0, null);
}
