package io.millrace.bench.jmh;

import io.millrace.bench.message.TransactionDecoder;
import io.millrace.bench.message.TransactionEncoder;
import io.millrace.bench.topologies.Messages;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Claims;
import io.millrace.engine.Engine;
import io.millrace.event.Output;
import io.millrace.metric.DigestOptions;

/** An inline engine of two filters and an output that all events of seven fields pass, kept watch over or not. */
final class Watched {
    static final int LINE_WORDS = 8;

    private static final Output<TransactionDecoder> ALL = Output.of("all", Messages.TRANSACTION);

    private final Claims<TransactionEncoder> claims;
    private long next;
    private long seen;

    /** By {@code digest}, by {@code blame} of one entry in 1,024, or, whatever else is said, not at all. */
    Watched(String watch) {
        io.millrace.engine.Setup setup = Engine.of(Millrace.topology(
                        "watched",
                        t -> t.from(Messages.TRANSACTIONS)
                                .filter(m -> m.id() >= 0)
                                .filter(m -> m.card() >= 0)
                                .to(ALL)))
                .output(ALL, (TransactionDecoder t) -> seen += t.card());
        switch (watch) {
            case "digest" -> setup.digest(DigestOptions.every(1024));
            case "blame" -> setup.blame(1024);
            default -> {
                // as it is
            }
        }
        claims = setup.inline().claims(Messages.TRANSACTIONS);
    }

    /** How many it has taken. */
    long published() {
        return next;
    }

    /** Publishes a message of 41 bytes. */
    long publish() {
        long i = next++;
        claims.claim()
                .id(i)
                .card(i ^ 7)
                .timeMs(1_700_000_000_000L + (i >> 8))
                .amountCents(i & 4095)
                .merchant((int) i & 0xffff)
                .country((short) 3)
                .kind((short) 0);
        return claims.commit();
    }

    /** Publishes so many. */
    void publish(int events) {
        for (int i = 0; i < events; i++) {
            publish();
        }
    }
}
