package io.millrace.examples.fraud;

import java.time.Duration;

/**
 * Says which payments the engine might refuse because of their time, so that only the text of their rows has to be kept until
 * it has decided. May say so too often, never too seldom.
 */
final class Suspicion {
    private static final long AHEAD_SECONDS = Duration.ofDays(30).toSeconds();
    private static final int JUMPS_BELIEVED = 16;

    private long newest = Long.MIN_VALUE;
    private int jumps;

    boolean isSuspicious(long timeSeconds) {
        if (newest != Long.MIN_VALUE && timeSeconds - newest > AHEAD_SECONDS) {
            if (++jumps >= JUMPS_BELIEVED) {
                newest = timeSeconds;
                jumps = 0;
            }
            return true;
        }
        jumps = 0;
        boolean late = timeSeconds < newest;
        newest = Math.max(newest, timeSeconds);
        return late;
    }
}
