package io.millrace.bench.system;

import io.millrace.bench.message.TransactionEncoder;
import io.millrace.bench.topologies.BenchTopology;
import io.millrace.bench.topologies.Messages;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Tx;
import io.millrace.engine.Claims;
import io.millrace.engine.Engine;
import io.millrace.engine.Setup;
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

    /** Null where events come one by one, and where they are filled in place. */
    private final BatchPublishing batches;

    /** How many events are published together, at the most, by an exclusive engine. */
    private final int together;

    private long committed;

    LiveSystem(Conditions conditions, int batch) {
        this(conditions, BenchTopology.of(conditions.workload()), batch);
    }

    LiveSystem(Conditions conditions, BenchTopology topology, int batch) {
        this(conditions, topology, batch, false);
    }

    private LiveSystem(Conditions conditions, BenchTopology topology, int batch, boolean exclusive) {
        this.conditions = conditions;
        this.topology = topology;
        Setup setup = InlineSystem.setUp(topology, conditions, answer)
                .waiting(conditions.waiting())
                .ringSlots(conditions.ringSlots());
        engine = exclusive ? setup.exclusive().start() : setup.start();
        topology.load(engine::claims);
        claims = engine.claims(Messages.TRANSACTIONS);
        together = exclusive ? batch : 1;
        batches = exclusive || batch == 1
                ? null
                : new BatchPublishing(conditions, engine.publisher(Messages.TRANSACTIONS), batch);
    }

    /** With one publishing thread, which fills events in their slots: as many as a batch has are committed with more to follow. */
    static LiveSystem exclusive(Conditions conditions, BenchTopology topology, int batch) {
        return new LiveSystem(conditions, topology, batch, true);
    }

    @Override
    public void publish(long i, long intendedNs) {
        if (batches != null) {
            batches.publish(i, intendedNs);
            return;
        }
        conditions.generator().fill(i, tx);
        Messages.encode(tx, claims.claim());
        Header with = intendedNs == 0 ? null : header.clear().intendedNs(intendedNs);
        if (++committed % together == 0) {
            claims.commit(with);
        } else {
            claims.commitMore(with);
        }
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
        } else if (together > 1) {
            engine.doWork(); // publishes what is committed
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
