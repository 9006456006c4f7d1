package io.millrace.bench.peers;

import java.util.List;

/** Hazelcast Jet. */
public final class JetProvider extends Peer {
    /** For {@link java.util.ServiceLoader}. */
    public JetProvider() {
        super(
                "jet",
                "Hazelcast Jet embedded, a source with a thread of its own and one for the rest",
                JetSystem::new,
                "https://docs.hazelcast.com/hazelcast/latest/configuration/jet-configuration",
                "https://docs.hazelcast.com/hazelcast/latest/system-properties");
    }

    @Override
    public String settings() {
        return "Hazelcast 5.7.0, one member in the JVM: no guarantee (no snapshots), metrics off, one cooperative thread and a source"
                + " with a thread of its own (the two cores of the machine), parallelism 1 of each vertex, so that no edge is"
                + " partitioned. W1: `aggregateToSlidingWindowP` in one stage; W2: `flatMapStatefulP`; W3: `mapStatefulP`. For latency"
                + " `hazelcast.jet.idle.cooperative.{min,max}.microseconds` are 1; for throughput the defaults, and queues of 4,096";
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
}
