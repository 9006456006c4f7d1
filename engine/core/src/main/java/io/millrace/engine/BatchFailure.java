package io.millrace.engine;

import io.millrace.event.RefusedException;

/** What a batch throws in which an event failed, where publishing those before it may have failed, too. */
final class BatchFailure {
    private BatchFailure() {}

    /** As it was thrown; but a refusal says which event it is about. */
    static Throwable at(int place, Throwable of) {
        return of instanceof RefusedException refused ? refused.at(place) : of;
    }

    /**
     * The one to throw, in which the other is suppressed: what failed first. But a refusal says that those before it have been published, so
     * it gives way; and whatever is no {@link Error} gives way to one.
     */
    static Throwable both(Throwable first, Throwable then) {
        boolean givesWay = first instanceof RefusedException || then instanceof Error && !(first instanceof Error);
        Throwable kept = givesWay ? then : first;
        Throwable other = givesWay ? first : then;
        if (kept != other) {
            kept.addSuppressed(other);
        }
        return kept;
    }

    /** Throws it as it is, and answers nothing: in other languages a list throws what is checked here, and declares nothing. */
    @SuppressWarnings("unchecked")
    static <T extends Throwable> RuntimeException unchecked(Throwable t) throws T {
        throw (T) t;
    }
}
