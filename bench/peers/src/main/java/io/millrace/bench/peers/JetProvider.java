package io.millrace.bench.peers;

import io.millrace.bench.system.Conditions;
import io.millrace.bench.system.SystemProvider;
import io.millrace.bench.system.SystemUnderTest;
import io.millrace.bench.workloads.Workload;
import java.util.List;

/** Hazelcast Jet. */
public final class JetProvider implements SystemProvider {
    @Override
    public String name() {
        return "jet";
    }

    @Override
    public String summary() {
        return "Hazelcast Jet embedded, a source with a thread of its own and one for the rest";
    }

    @Override
    public String settings() {
        return "Hazelcast 5.7.0, one member in the JVM: no guarantee (no snapshots), metrics off, one cooperative thread and a source"
                + " with a thread of its own (the two cores of the machine), parallelism 1 of each vertex, so that no edge is"
                + " partitioned. W1: `aggregateToSlidingWindowP` in one stage; W2: `flatMapStatefulP`; W3: `mapStatefulP`. For latency"
                + " `hazelcast.jet.idle.cooperative.{min,max}.microseconds` are 1; for throughput the defaults, and queues of 4,096";
    }

    @Override
    public boolean computes(Workload workload) {
        return ReactorProvider.WORKLOADS.contains(workload);
    }

    @Override
    public boolean isLive() {
        return true;
    }

    /** As in Hazelcast's own start script. */
    @Override
    public List<String> jvm() {
        return List.of(
                "--add-modules=java.se",
                "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "--add-opens=java.management/sun.management=ALL-UNNAMED",
                "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED");
    }

    @Override
    public SystemUnderTest make(Conditions conditions) {
        return new JetSystem(conditions);
    }
}
