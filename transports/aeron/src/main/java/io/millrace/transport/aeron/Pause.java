package io.millrace.transport.aeron;

import io.aeron.exceptions.RegistrationException;

/**
 * How long nothing is asked of a driver that has refused, counted from its answer, since that may have taken long. Where each try costs
 * something for good the pause doubles with each refusal. One thread.
 */
final class Pause {
    /**
     * The client keeps some 250 bytes of each subscription that was refused as long as it lives, and to take them out costs more: the
     * driver keeps an error with its stack of each removal of what it never had. So it is 17,280 of them a day, 4 MB.
     */
    static final long SUBSCRIPTION_MOST_NS = 5_000_000_000L;

    private final long mostNs;
    private long fromNs;
    private long lengthNs;

    /** Behind the refusal that came last; 0 where none did since it was granted. */
    private long refusedNs;

    /**
     * A pause for each refusal, none at first.
     *
     * @param mostNs up to which it doubles; 0 for one that stays as long as it is
     */
    Pause(long mostNs) {
        this.mostNs = mostNs;
    }

    boolean isOver(long nowNs) {
        return lengthNs == 0 || nowNs - fromNs >= lengthNs;
    }

    /** Something is asked: where neither grant nor refusal comes of it, it is asked again soon. */
    void asked(long nowNs) {
        fromNs = nowNs;
        lengthNs = AeronErrors.GONE_NS;
    }

    void refused(RuntimeException why, long nowNs) {
        fromNs = nowNs;
        lengthNs = AeronErrors.pauseNs(why);
        if (why instanceof RegistrationException) {
            lengthNs = Math.max(lengthNs, Math.min(mostNs, 2 * refusedNs));
            refusedNs = lengthNs;
        }
    }

    void granted() {
        refusedNs = 0;
    }

    /** Another client, with another driver perhaps, which has refused nothing yet. */
    void ofAnother() {
        refusedNs = 0;
        lengthNs = Math.min(lengthNs, AeronErrors.GONE_NS);
    }

    void none() {
        refusedNs = 0;
        lengthNs = 0;
    }

    /** When it was asked, or refused, last. */
    long fromNs() {
        return fromNs;
    }

    long lengthNs() {
        return lengthNs;
    }
}
