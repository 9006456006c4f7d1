package io.millrace.transport.aeron;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
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

    /** A publication that reaches all of them, or none: what the driver says of one is said of the publication. */
    ExclusivePublication publish(Aeron client, String channel, int stream) {
        ExclusivePublication made = client.addExclusivePublication(channel, stream);
        try {
            destinations.forEach(d -> AeronErrors.naming(d, made::addDestination));
            return made;
        } catch (RuntimeException e) {
            made.close();
            throw e;
        }
    }
}
