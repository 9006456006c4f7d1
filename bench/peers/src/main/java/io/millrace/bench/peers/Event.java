package io.millrace.bench.peers;

import io.millrace.bench.workloads.Generator;
import io.millrace.bench.workloads.Profiles;
import io.millrace.bench.workloads.Tx;

/** An event on its way through a system that moves objects. */
public final class Event extends Tx {
    /** The kind of what is known of a card: its mean as the amount, its home as the country. Before all other events. */
    static final int PROFILE = 9;

    /** When it was to be sent; 0: nobody measures. */
    public long intendedNs;

    Event with(Generator generator, long i, long whenNs) {
        generator.fill(i, this);
        intendedNs = whenNs;
        return this;
    }

    Event profile(int rank) {
        kind = PROFILE;
        card = Profiles.cardOf(rank);
        amountCents = Profiles.meanOf(rank);
        country = Profiles.homeOf(rank);
        timeMs = Generator.START_MS;
        return this;
    }
}
