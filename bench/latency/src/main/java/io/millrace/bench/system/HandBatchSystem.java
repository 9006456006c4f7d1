package io.millrace.bench.system;

import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Loop;
import io.millrace.bench.workloads.Tx;

/** A hand loop that is given several events at once and looks their keys up ahead. For throughput only. */
final class HandBatchSystem implements SystemUnderTest {
    private final Conditions conditions;
    private final Loop loop;
    private final Tx[] batch;
    private final Answer answer = new Answer();

    HandBatchSystem(Conditions conditions, Loop loop, int size) {
        if (conditions.latencies() != null) {
            throw new IllegalArgumentException("a hand loop in batches has no latency of its own; measure hand");
        }
        this.conditions = conditions;
        this.loop = loop;
        batch = new Tx[size];
        for (int i = 0; i < size; i++) {
            batch[i] = new Tx();
        }
    }

    @Override
    public void publish(long i, long intendedNs) {
        run(i, i + 1);
    }

    @Override
    public void run(long from, long to) {
        for (long i = from; i < to; ) {
            int n = 0;
            while (n < batch.length && i < to) {
                conditions.generator().fill(i++, batch[n++]);
            }
            loop.batch(batch, n, answer);
        }
    }

    @Override
    public Answer answer() {
        return answer.copy();
    }
}
