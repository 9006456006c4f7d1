package io.millrace.bench.system;

import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Tx;
import io.millrace.rig.Latencies;

/** No work at all: the latency of the machine, of the pacing loop and of the generator. Its answer is not looked at. */
final class FloorSystem implements SystemUnderTest {
    private final Conditions conditions;
    private final Latencies latencies;
    private final Tx tx = new Tx();

    FloorSystem(Conditions conditions) {
        this.conditions = conditions;
        this.latencies = conditions.latencies();
    }

    @Override
    public void publish(long i, long intendedNs) {
        conditions.generator().fill(i, tx);
        if (latencies != null && Conditions.isMeasured(tx, i)) {
            latencies.decided(i, intendedNs);
        }
    }

    @Override
    public Answer answer() {
        return new Answer();
    }
}
