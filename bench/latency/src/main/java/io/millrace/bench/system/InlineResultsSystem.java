package io.millrace.bench.system;

import io.millrace.bench.message.TransactionEncoder;
import io.millrace.bench.topologies.BenchTopology;
import io.millrace.bench.topologies.Messages;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Arithmetic;
import io.millrace.bench.workloads.Tx;
import io.millrace.engine.Claims;
import io.millrace.engine.Inline;
import io.millrace.rig.Latencies;
import java.util.Arrays;

/**
 * W1 on the publisher's thread, where what is measured are its results: from when the event was due that ended their second until they
 * come out. Several may come out with an event; then the last of them counts, in the place of that event, so that one that stood behind a gap
 * is marked. An event that brings none is not measured.
 */
final class InlineResultsSystem implements SystemUnderTest {
    /** Results of a second are all out before as many more have ended. */
    private static final int SECONDS = 4;

    private final Conditions conditions;
    private final Latencies latencies;
    private final Answer answer = new Answer();
    private final Tx tx = new Tx();
    private final Inline inline;
    private final Claims<TransactionEncoder> claims;

    /** When the event was due that ended a second; 0 where nothing is measured. */
    private final long[] endedNs = new long[SECONDS];

    private long second;
    private long event;

    InlineResultsSystem(Conditions conditions) {
        this.conditions = conditions;
        latencies = conditions.latencies();
        inline = BenchTopology.results(answer, this::result).inline();
        claims = inline.claims(Messages.TRANSACTIONS);
    }

    @Override
    public void publish(long i, long intendedNs) {
        conditions.generator().fill(i, tx);
        long now = tx.timeMs / Arithmetic.SECOND_MS;
        if (now != second) {
            endedNs[place(second)] = intendedNs;
            second = now;
        }
        event = i;
        Messages.encode(tx, claims.claim());
        claims.commit(null);
    }

    private void result(long startMs) {
        if (latencies != null) {
            latencies.decided(event, endedNs[place(startMs / Arithmetic.SECOND_MS)]);
        }
    }

    private static int place(long second) {
        return (int) (second % SECONDS);
    }

    /** What is still due is measured in no run: that has ended, and the next has events of its own. */
    @Override
    public void settle() {
        Arrays.fill(endedNs, 0);
    }

    @Override
    public Answer answer() {
        return answer.copy();
    }

    @Override
    public void close() {
        inline.close();
    }
}
