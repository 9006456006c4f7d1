package io.millrace.bench.peers;

import io.millrace.bench.system.Conditions;
import io.millrace.bench.system.SystemProvider;
import io.millrace.bench.system.SystemUnderTest;
import io.millrace.bench.workloads.Workload;
import java.util.Set;

/** Reactor. */
public final class ReactorProvider implements SystemProvider {
    static final Set<Workload> WORKLOADS = Set.of(Workload.W1, Workload.W2, Workload.W3);

    @Override
    public String name() {
        return "reactor";
    }

    @Override
    public String summary() {
        return "Reactor, a Flux on the publisher's thread";
    }

    @Override
    public String settings() {
        return "Reactor 3.8.8: `Flux.push` with `OverflowStrategy.IGNORE` and one subscriber without bound, so that an event goes"
                + " through on the publisher's thread without a queue; one event object for a run, as nothing keeps it. State: a"
                + " `HashMap` of objects in a `handle`, since `groupBy` is documented for few groups, not for 100,000; W1 hands"
                + " a second's map on when it is over. Throughput and latency alike";
    }

    @Override
    public boolean computes(Workload workload) {
        return WORKLOADS.contains(workload);
    }

    @Override
    public boolean isLive() {
        return true;
    }

    @Override
    public SystemUnderTest make(Conditions conditions) {
        return new ReactorSystem(conditions);
    }
}
