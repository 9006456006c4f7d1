package io.millrace.bench.system;

import io.millrace.bench.workloads.Generator;
import io.millrace.bench.workloads.Tx;
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

    /**
     * How many of some events are measured: of these a system has to have told when it decided them, whatever it says itself.
     *
     * @param from the first
     * @param to   one behind the last
     */
    public long measured(long from, long to) {
        Tx tx = new Tx();
        long measured = 0;
        for (long i = from; i < to; i++) {
            generator.fill(i, tx);
            measured += isMeasured(tx, i) ? 1 : 0;
        }
        return measured;
    }

    /**
     * How many events of the run that latencies are of have one that are not measured, or none that are: a system that left out some and
     * told of others would have as many as there have to be.
     *
     * @param from the first of the run
     * @param to   one behind the last
     */
    public long others(long from, long to) {
        Tx tx = new Tx();
        long others = 0;
        for (long i = from; i < to; i++) {
            generator.fill(i, tx);
            others += isMeasured(tx, i) != latencies.ns((int) (i - from)) > 0 ? 1 : 0;
        }
        return others;
    }

    /**
     * Whether an event is one of those that are measured: it has an amount, and repeats none. What an engine drops as repeated reaches
     * no output, so that no system is asked for it.
     *
     * @param tx    as it was made, or read
     * @param event its number; a repeat has the id of another
     */
    static boolean isMeasured(Tx tx, long event) {
        return tx.amountCents > 0 && tx.id == event;
    }
}
