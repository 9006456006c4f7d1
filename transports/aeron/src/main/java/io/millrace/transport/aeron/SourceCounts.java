package io.millrace.transport.aeron;

import java.util.function.ObjLongConsumer;

/** What an {@link AeronSource} counts. Its thread writes, and the client's what it says of senders; any reads. */
final class SourceCounts {
    final Tally events = new Tally();
    final Tally refused = new Tally();
    final Tally full = new Tally();
    final Tally missed = new Tally();
    final Tally before = new Tally();
    final Tally takenBefore = new Tally();
    final Tally repeated = new Tally();
    final Tally otherClock = new Tally();
    final Tally sendersFound = new Tally();
    final Tally sendersLost = new Tally();

    void tell(ObjLongConsumer<String> to, int senders) {
        to.accept("events", events.get());
        to.accept("refused", refused.get());
        to.accept("ring full", full.get());
        to.accept("missed", missed.get());
        to.accept("sent before", before.get());
        to.accept("taken before", takenBefore.get());
        to.accept("repeated", repeated.get());
        to.accept("other clock", otherClock.get());
        to.accept("senders", senders);
        to.accept("senders found", sendersFound.get());
        to.accept("senders lost", sendersLost.get());
    }
}
