package io.millrace.transport.aeron;

import java.time.Duration;
import java.util.List;

/** What is set of a sink; the destinations are those of a channel that has them added, else there are none. */
record SinkSettings(
        Unsent unsent, Duration waitAtMost, boolean bare, boolean endsWithClose, List<String> destinations) {
    static final SinkSettings UNSET = new SinkSettings(Unsent.FAIL, Duration.ofSeconds(1), false, false, List.of());

    SinkSettings unsent(Unsent what) {
        return new SinkSettings(what, waitAtMost, bare, endsWithClose, destinations);
    }

    SinkSettings waitAtMost(Duration most) {
        return new SinkSettings(unsent, most, bare, endsWithClose, destinations);
    }

    SinkSettings isBare() {
        return new SinkSettings(unsent, waitAtMost, true, false, destinations);
    }

    SinkSettings isEndingWithClose() {
        return new SinkSettings(unsent, waitAtMost, false, true, destinations);
    }

    SinkSettings destinations(List<String> all) {
        return new SinkSettings(unsent, waitAtMost, bare, endsWithClose, all);
    }

    /** For how long the end is tried to be told; so much where an event would wait for ever. */
    long patienceNs(long whereItWaits) {
        return unsent == Unsent.WAIT ? whereItWaits : waitAtMost.toNanos();
    }
}
