package io.millrace.bench.system;

import io.millrace.bench.message.TransactionEncoder;
import io.millrace.bench.topologies.BenchTopology;
import io.millrace.bench.topologies.Messages;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Tx;
import io.millrace.engine.Claims;
import io.millrace.engine.Inline;
import io.millrace.engine.Setup;
import io.millrace.event.Header;
import io.millrace.rig.Latencies;

/** Millrace on the publisher's thread. */
final class InlineSystem implements SystemUnderTest {
    private final Conditions conditions;
    private final Answer answer = new Answer();
    private final Tx tx = new Tx();
    private final Header header = new Header();
    private final Inline inline;
    private final Claims<TransactionEncoder> claims;

    /** Null where events come one by one. */
    private final BatchPublishing batches;

    InlineSystem(Conditions conditions) {
        this(conditions, 1);
    }

    InlineSystem(Conditions conditions, int batch) {
        this.conditions = conditions;
        BenchTopology topology = BenchTopology.of(conditions.workload());
        inline = setUp(topology, conditions, answer).inline();
        topology.load(inline::claims);
        claims = inline.claims(Messages.TRANSACTIONS);
        batches = batch == 1 ? null : new BatchPublishing(conditions, inline.publisher(Messages.TRANSACTIONS), batch);
    }

    static Setup setUp(BenchTopology topology, Conditions conditions, Answer answer) {
        Latencies latencies = conditions.latencies();
        return latencies == null ? topology.setUp(answer) : topology.setUp(answer, latencies::decided);
    }

    @Override
    public void publish(long i, long intendedNs) {
        conditions.generator().fill(i, tx);
        Messages.encode(tx, claims.claim());
        claims.commit(intendedNs == 0 ? null : header.clear().intendedNs(intendedNs));
    }

    @Override
    public void run(long from, long to) {
        if (batches == null) {
            SystemUnderTest.super.run(from, to);
        } else {
            batches.run(from, to);
        }
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
