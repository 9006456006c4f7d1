package io.millrace.transport.aeron;

import io.aeron.Aeron;
import io.aeron.Subscription;
import java.util.List;

/**
 * The places at which one subscription listens, where its channel has them added. One that the driver refuses is asked for again, alone: what
 * the others have brought stays, and they are heard on. Nothing waits here, since the name server of one place may be slow. By the polling
 * thread, but for what is wrong.
 */
final class HeardAt {
    private static final long NONE = Long.MIN_VALUE;

    /** For how long it is no trouble that the driver has not answered. */
    static final long ANSWER_NS = 1_000_000_000;

    private final AeronMedia media;
    private final String where;
    private final List<Place> places;

    private Aeron client;
    private Subscription subscription;

    /** Also where there are none. */
    private boolean areHeard = true;

    private volatile String trouble;

    private static final class Place {
        private final String destination;

        /** The command that is not answered yet. */
        private long command = NONE;

        private long askedNs;
        private long pauseNs;
        private boolean isHeard;

        /** Whether the driver has answered at any time, on whatever connection. */
        private boolean wasAnswered;

        /** Why it is not heard; null while that is nothing to speak of. */
        private String why;

        private Place(String destination) {
            this.destination = destination;
        }

        private void forget() {
            command = NONE;
            pauseNs = 0;
            isHeard = false;
            why = null;
        }

        private boolean isDue(long nowNs) {
            return pauseNs == 0 || nowNs - askedNs >= pauseNs;
        }
    }

    HeardAt(AeronMedia media, List<String> destinations, String where) {
        this.media = media;
        this.where = where;
        places = destinations.stream().map(Place::new).toList();
    }

    /** Asks for all of them. */
    void begin(Aeron of, Subscription to) throws AeronFault {
        client = of;
        subscription = to;
        places.forEach(Place::forget);
        areHeard = places.isEmpty();
        trouble = null;
        look();
    }

    /**
     * Goes on with those that are not heard.
     *
     * @throws AeronFault when the first that the driver says of one is that it can never be
     */
    void look() throws AeronFault {
        if (areHeard) {
            return;
        }
        long nowNs = WireClock.nanoTime();
        boolean all = true;
        for (Place p : places) {
            if (!p.isHeard) {
                look(p, nowNs);
                all &= p.isHeard;
            }
        }
        areHeard = all;
        tell();
    }

    private void look(Place place, long nowNs) throws AeronFault {
        try {
            if (place.command != NONE) {
                hear(place, nowNs);
            } else if (place.isDue(nowNs)) {
                place.askedNs = nowNs;
                place.command = subscription.asyncAddDestination(place.destination);
            }
        } catch (RuntimeException e) {
            place.command = NONE;
            place.askedNs = nowNs;
            if (!subscription.isClosed() && !AeronErrors.isOfEndingClient(e)) { // else there will be another
                refused(place, e);
            }
        }
    }

    private void hear(Place place, long nowNs) {
        if (client.isCommandActive(place.command)) {
            if (place.why == null && nowNs - place.askedNs > ANSWER_NS) {
                place.why = "destination " + place.destination + ": " + AeronErrors.UNANSWERED;
            }
            return;
        }
        client.getSubscription(place.command); // throws what the driver has said against it, and forgets that
        place.command = NONE;
        place.isHeard = true;
        place.wasAnswered = true;
        place.why = null;
    }

    private void refused(Place place, RuntimeException e) throws AeronFault {
        RuntimeException named = AeronErrors.named(place.destination, e);
        String text = AeronErrors.text(named);
        boolean isFirst = !place.wasAnswered;
        place.wasAnswered = true;
        if (isFirst && AeronErrors.isFinal(named)) {
            throw new AeronFault(where + text, named); // it will not be better later
        }
        place.pauseNs = AeronErrors.pauseNs(named);
        place.why = text;
        media.kept().add(named, where + text);
    }

    private void tell() {
        String all = null;
        for (Place p : places) {
            if (p.why != null) {
                all = all == null ? where + p.why : all + "; " + p.why;
            }
        }
        trouble = all;
    }

    /** Which are not heard and why, beside what else is wrong; null when all is well. */
    String with(String other) {
        String ours = trouble;
        return ours == null || other == null ? ours == null ? other : ours : other + "; " + ours;
    }
}
