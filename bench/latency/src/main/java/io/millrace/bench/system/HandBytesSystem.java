package io.millrace.bench.system;

import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Loop;
import io.millrace.bench.workloads.Tx;
import io.millrace.rig.Latencies;
import java.lang.invoke.VarHandle;

/** The hand loop with the event written as the bytes of an SBE message and read from them on the way: what the bytes alone cost. */
final class HandBytesSystem implements SystemUnderTest {
    private final Conditions conditions;
    private final Latencies latencies;
    private final Loop loop;
    private final Lines lines = new Lines(1);
    private final Tx made = new Tx();
    private final Tx read = new Tx();
    private final Answer answer = new Answer();

    HandBytesSystem(Conditions conditions, Loop loop) {
        this.conditions = conditions;
        this.latencies = conditions.latencies();
        this.loop = loop;
    }

    @Override
    public void publish(long i, long intendedNs) {
        conditions.generator().fill(i, made);
        lines.write(0, made, i, intendedNs);
        VarHandle.acquireFence(); // or the compiler may hand over what was written without reading it
        lines.read(0, read);
        loop.on(read, answer);
        if (latencies != null && Conditions.isMeasured(read, i)) {
            latencies.decided(i, intendedNs);
        }
    }

    @Override
    public Answer answer() {
        return answer.copy();
    }
}
