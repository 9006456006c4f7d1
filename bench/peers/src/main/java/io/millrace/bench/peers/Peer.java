package io.millrace.bench.peers;

import io.millrace.bench.system.Conditions;
import io.millrace.bench.system.SystemProvider;
import io.millrace.bench.system.SystemUnderTest;
import io.millrace.bench.workloads.Workload;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** What the systems have in common: the workloads, and a live source, unless one says otherwise. */
abstract class Peer implements SystemProvider {
    private static final Set<Workload> WORKLOADS = Set.of(Workload.W1, Workload.W2, Workload.W3);

    private final String name;
    private final String summary;
    private final Function<Conditions, SystemUnderTest> system;
    private final List<String> documentation;

    Peer(String name, String summary, Function<Conditions, SystemUnderTest> system, String... documentation) {
        this.name = name;
        this.summary = summary;
        this.system = system;
        this.documentation = List.of(documentation);
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final String summary() {
        return summary;
    }

    @Override
    public final List<String> documentation() {
        return documentation;
    }

    @Override
    public final boolean computes(Workload workload) {
        return WORKLOADS.contains(workload);
    }

    @Override
    public boolean isLive() {
        return true;
    }

    @Override
    public final SystemUnderTest make(Conditions conditions) {
        return system.apply(conditions);
    }
}
