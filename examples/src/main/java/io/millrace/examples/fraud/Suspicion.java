package io.millrace.examples.fraud;

import java.time.Duration;

/**
 * Says which payments the engine will refuse, or may, because of their time, so that only the text of their rows has to be
 * kept until it has decided. Follows the rule of the engine: what is before the newest payment taken is late; what is more than
 * 30 days after it is set aside, and taken when 16 in a row lie within 30 days of each other.
 */
final class Suspicion {
    private static final long AHEAD_SECONDS = Duration.ofDays(30).toSeconds();
    private static final int JUMPS_BELIEVED = 16;

    private long newest = Long.MIN_VALUE;
    private long earliestAside;
    private long newestAside;
    private int aside;

    boolean isSuspicious(long timeSeconds) {
        if (newest == Long.MIN_VALUE || timeSeconds - newest <= AHEAD_SECONDS) {
            aside = 0;
            boolean late = timeSeconds < newest;
            newest = Math.max(newest, timeSeconds);
            return late;
        }
        long earliest = Math.min(earliestAside, timeSeconds);
        long newestOfAll = Math.max(newestAside, timeSeconds);
        boolean agrees = aside > 0 && newestOfAll - earliest <= AHEAD_SECONDS;
        aside = agrees ? aside : 0;
        earliestAside = agrees ? earliest : timeSeconds;
        newestAside = agrees ? newestOfAll : timeSeconds;
        if (++aside == JUMPS_BELIEVED) {
            newest = newestAside;
            aside = 0;
        }
        return true;
    }
}
