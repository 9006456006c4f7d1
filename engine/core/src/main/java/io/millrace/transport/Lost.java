package io.millrace.transport;

/**
 * What has gone wrong in a source or sink, has cost something, and is over: messages that were missed, events that were dropped. Health tells it
 * until somebody acknowledges it, or for a time.
 *
 * @param times how often, a number that only grows
 * @param why   in words, without values of events; null as long as it is zero
 */
public record Lost(long times, String why) {
    /** Nothing was. */
    public static final Lost NOTHING = new Lost(0, null);
}
