package io.millrace.examples.fraud.generate;

/**
 * Says who is under a spell, and when: cards and terminals that are in the hands of somebody else for some days.
 *
 * <p>The time of each of them is cut into spells of equal length, shifted by an amount of its own, and a hash decides
 * which of these count. So there is no list of them, and every moment is like every other.
 */
final class Spells {
    private final long seed;
    private final long lengthSeconds;
    private final double share;

    /** @param share how many of all spells count, which is also how many are under one at any time: 0 to 1 */
    Spells(long seed, int lengthDays, double share) {
        this.seed = seed;
        lengthSeconds = lengthDays * 86_400L;
        this.share = share;
    }

    /** Whether the spell before this one counted, and this one does not. */
    boolean justOver(long who, long timeSeconds) {
        return covers(who, timeSeconds - lengthSeconds) && !covers(who, timeSeconds);
    }

    /** Whether the spell at this time counts. */
    boolean covers(long who, long timeSeconds) {
        long own = SplitMix.mix(seed ^ SplitMix.mix(who));
        long shift = (own >>> 32) * lengthSeconds >>> 32;
        long spell = Math.floorDiv(timeSeconds - PaymentClock.START_SECONDS + shift, lengthSeconds);
        return SplitMix.unit(SplitMix.mix(own + spell)) < share;
    }
}
