package io.millrace.bench.topologies;

import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Workload;
import io.millrace.engine.Engine;
import io.millrace.engine.Setup;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongConsumer;

/** A workload as a topology. To add one: a class, and a line in {@link #of}. */
public interface BenchTopology {
    /**
     * Begins to set up a host, with all outputs bound.
     *
     * @param answer gets the results
     * @return to be started
     */
    Setup setUp(Answer answer);

    /**
     * The same, and tells when: for latencies. Where not each event that passes the first filter has a result, by one more output, which it
     * reaches.
     *
     * @param answer  gets the results
     * @param decided hears of each of these events
     * @return to be started
     */
    Setup setUp(Answer answer, Decided decided);

    /**
     * Publishes what the workload has to know before its first event.
     *
     * @param host the host that was started
     */
    default void load(Host host) {}

    /**
     * Where several sinks get the same: throws unless all have what the first has. For a system that has settled.
     *
     * @param answer what the first has
     */
    default void requireSame(Answer answer) {}

    /**
     * The topology of a workload.
     */
    static BenchTopology of(Workload workload) {
        Map<Workload, BenchTopology> all = new EnumMap<>(Workload.class);
        all.put(Workload.W0, new W0Topology());
        all.put(Workload.W1, new W1Topology());
        all.put(Workload.W2, new W2Topology());
        all.put(Workload.W3, new W3Topology(true));
        all.put(Workload.W3X, new W3Topology(false));
        all.put(Workload.W4, new W4Topology());
        all.put(Workload.W5, new W5Topology());
        return all.get(workload);
    }

    /**
     * W1 without a second branch, for latencies of its results themselves.
     *
     * @param answer  gets the results
     * @param startMs hears of each result, on the engine's thread, when the second began that it is of
     * @return to be started
     */
    static Setup results(Answer answer, LongConsumer startMs) {
        return W1Topology.setUp(answer, startMs);
    }

    /** An engine's setup with the state budget of the benchmarks. */
    static Setup engine(io.millrace.topology.Topology topology) {
        return Engine.of(topology).stateBudget(512L << 20);
    }
}
