package io.millrace.bench.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.bench.workloads.Generator;
import io.millrace.bench.workloads.Tx;
import io.millrace.bench.workloads.Workload;
import io.millrace.engine.Waiting;
import io.millrace.rig.Latencies;
import org.junit.jupiter.api.Test;

class ConditionsTest {
    private static final long FROM = 5_000;
    private static final int EVENTS = 200;

    @Test
    void shouldFindLatenciesOfEventsThatAreNotMeasured() {
        Generator generator = new Generator(Workload.W0);
        Latencies latencies = new Latencies();
        Conditions conditions = new Conditions(generator, latencies, Waiting.SPINNING, 64);
        latencies.begin(FROM, EVENTS);
        Tx tx = new Tx();
        long left = -1;
        long unasked = -1;
        for (long i = FROM; i < FROM + EVENTS; i++) {
            generator.fill(i, tx);
            if (!Conditions.isMeasured(tx, i)) {
                unasked = i;
            } else if (left < 0) {
                left = i;
            } else {
                latencies.decided(i, 1);
            }
        }
        assertEquals(1, conditions.others(FROM, FROM + EVENTS));
        latencies.decided(unasked, 1); // as many as there have to be, of which one is another's
        assertEquals(2, conditions.others(FROM, FROM + EVENTS));
    }
}
