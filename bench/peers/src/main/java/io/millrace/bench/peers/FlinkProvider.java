package io.millrace.bench.peers;

import io.millrace.bench.system.Conditions;
import io.millrace.bench.system.SystemProvider;
import io.millrace.bench.system.SystemUnderTest;
import io.millrace.bench.workloads.Workload;
import java.util.List;

/** Flink. */
public final class FlinkProvider implements SystemProvider {
    @Override
    public String name() {
        return "flink";
    }

    @Override
    public String summary() {
        return "Flink's mini cluster, all operators in one chain";
    }

    @Override
    public String settings() {
        return "Flink 2.3.0, mini cluster in the JVM: parallelism 1, object reuse on, no checkpoints, heap state"
                + " (`hashmap`), events made in the source's reader, `reinterpretAsKeyedStream` in place of `keyBy`, so that source,"
                + " operators and sink are one chain on one thread and nothing is serialized. A watermark each millisecond of event"
                + " time. W1: window with an `AggregateFunction`; W2 and W3: `KeyedProcessFunction` with a `ValueState`."
                + " Throughput and latency alike";
    }

    @Override
    public boolean computes(Workload workload) {
        return ReactorProvider.WORKLOADS.contains(workload);
    }

    @Override
    public boolean isLive() {
        return true;
    }

    /** As in Flink's own configuration for these JVMs. */
    @Override
    public List<String> jvm() {
        return List.of(
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "--add-opens=java.base/java.time=ALL-UNNAMED",
                "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
                "--add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED");
    }

    @Override
    public SystemUnderTest make(Conditions conditions) {
        return new FlinkSystem(conditions);
    }
}
