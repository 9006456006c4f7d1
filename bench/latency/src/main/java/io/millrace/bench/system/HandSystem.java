package io.millrace.bench.system;

import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Loop;
import io.millrace.bench.workloads.Tx;
import io.millrace.rig.Latencies;

/** A hand loop on the publisher's thread: what the machine allows. */
final class HandSystem implements SystemUnderTest {
    private final Conditions conditions;
    private final Latencies latencies;
    private final Loop loop;
    private final Tx tx = new Tx();
    private final Answer answer = new Answer();

    HandSystem(Conditions conditions, Loop loop) {
        this.conditions = conditions;
        this.latencies = conditions.latencies();
        this.loop = loop;
    }

    @Override
    public void publish(long i, long intendedNs) {
        conditions.generator().fill(i, tx);
        loop.on(tx, answer);
        if (latencies != null && Conditions.isMeasured(tx, i)) {
            latencies.decided(i, intendedNs);
        }
    }

    @Override
    public Answer answer() {
        return answer.copy();
    }
}
