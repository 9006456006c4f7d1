package io.millrace.examples.velocity;

import io.millrace.event.Length;

/**
 * A rule has found something.
 *
 * @param rule    which
 * @param card    of whom
 * @param firstId the first event
 * @param lastId  the last event
 * @param ids     all events, with blanks between
 * @param timeMs  time of the event that decided it, or of the deadline
 * @param cut     whether there were more events than the ids name
 */
public record Alert(
        @Length(10) String rule,
        long card,
        long firstId,
        long lastId,
        @Length(Alert.IDS_MAX) String ids,
        long timeMs,
        boolean cut) {
    /** As many events as a rule takes at most, each with a blank. */
    static final int IDS_MAX = (VelocityTopology.SMALL_MOST + 1) * 21;
}
