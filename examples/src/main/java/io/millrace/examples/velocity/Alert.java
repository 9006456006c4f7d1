package io.millrace.examples.velocity;

import io.millrace.event.Length;

/**
 * A rule has found something. What has more events than a row names comes in parts, one behind the other, which differ in the ids.
 *
 * @param rule    which
 * @param card    of whom
 * @param firstId the first event
 * @param lastId  the last event
 * @param ids     all events, with blanks between; in a part those of it
 * @param timeMs  time of the event that decided it, or of the deadline
 * @param more    whether another part follows
 * @param cut     whether there were more events than the ids of all parts name
 */
public record Alert(
        @Length(10) String rule,
        long card,
        long firstId,
        long lastId,
        @Length(Alert.IDS_MAX) String ids,
        long timeMs,
        boolean more,
        boolean cut) {
    /** As many events as a part names at most, each with a blank. */
    static final int IDS_MAX = VelocityTopology.IDS_OF_PART * 21;

    /**
     * Both parts in one.
     *
     * @param next the part behind this
     * @return an alert that names the events of both
     */
    Alert with(Alert next) {
        return new Alert(rule, card, firstId, lastId, ids + ' ' + next.ids, timeMs, next.more, next.cut);
    }
}
