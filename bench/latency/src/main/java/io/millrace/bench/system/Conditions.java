package io.millrace.bench.system;

import io.millrace.bench.workloads.Generator;
import io.millrace.bench.workloads.Workload;
import io.millrace.engine.Waiting;
import io.millrace.rig.Latencies;

/**
 * What a system is made for.
 *
 * @param generator makes the events
 * @param latencies where the moment of each decision goes; null when throughput is measured, then nothing reads the clock
 * @param waiting   how a second thread waits
 * @param ringSlots how far the publisher may be ahead of a second thread
 */
public record Conditions(Generator generator, Latencies latencies, Waiting waiting, int ringSlots) {
    Workload workload() {
        return generator.workload();
    }
}
