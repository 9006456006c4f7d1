package io.millrace.bench.system;

import io.millrace.bench.message.TransactionEncoder;
import io.millrace.bench.topologies.BenchTopology;
import io.millrace.bench.topologies.Messages;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Tx;
import io.millrace.engine.Claims;
import io.millrace.engine.Engine;
import io.millrace.event.Header;
import java.time.Duration;

/** Millrace on a thread of its own, or on one for each stage. */
final class LiveSystem implements SystemUnderTest {
    private final Conditions conditions;
    private final Answer answer = new Answer();
    private final Tx tx = new Tx();
    private final Header header = new Header();
    private final BenchTopology topology;
    private final Engine engine;
    private final Claims<TransactionEncoder> claims;

    /** Null where events come one by one. */
    private final BatchPublishing batches;

    LiveSystem(Conditions conditions, int batch) {
        this(conditions, BenchTopology.of(conditions.workload()), batch);
    }

    LiveSystem(Conditions conditions, BenchTopology topology, int batch) {
        this.conditions = conditions;
        this.topology = topology;
        engine = InlineSystem.setUp(topology, conditions, answer)
                .waiting(conditions.waiting())
                .ringSlots(conditions.ringSlots())
                .start();
        topology.load(engine::claims);
        claims = engine.claims(Messages.TRANSACTIONS);
        batches = batch == 1 ? null : new BatchPublishing(conditions, engine.publisher(Messages.TRANSACTIONS), batch);
    }

    @Override
    public void publish(long i, long intendedNs) {
        if (batches != null) {
            batches.publish(i, intendedNs);
            return;
        }
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
    public void burstEnds() {
        if (batches != null) {
            batches.flush();
        }
    }

    @Override
    public void settle() {
        burstEnds();
        if (engine.drain(Duration.ofMinutes(5)) != 0) {
            throw new IllegalStateException("the live engine is still behind after five minutes");
        }
    }

    @Override
    public Answer answer() {
        topology.requireSame(answer);
        return answer.copy();
    }

    @Override
    public void close() {
        engine.close();
    }
}
