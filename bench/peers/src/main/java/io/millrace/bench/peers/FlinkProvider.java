package io.millrace.bench.peers;

import java.util.List;

/** Flink. */
public final class FlinkProvider extends Peer {
    /** For {@link java.util.ServiceLoader}. */
    public FlinkProvider() {
        super(
                "flink",
                "Flink's mini cluster, all operators in one chain",
                FlinkSystem::new,
                "https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/datastream/execution/execution_configuration/",
                "https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/datastream/experimental/",
                "https://nightlies.apache.org/flink/flink-docs-stable/docs/ops/state/state_backends/");
    }

    @Override
    public String settings() {
        return "Flink 2.3.0, mini cluster in the JVM: parallelism 1, object reuse on, no checkpoints, heap state"
                + " (`hashmap`), events made in the source's reader, `reinterpretAsKeyedStream` in place of `keyBy`, so that source,"
                + " operators and sink are one chain on one thread and nothing is serialized. W1: a watermark where a"
                + " second ends, as Jet has it, and a window with an `AggregateFunction`; W2 and W3: `KeyedProcessFunction` with a `ValueState`, without"
                + " watermarks, as nothing asks for time."
                + " Throughput and latency alike";
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
}
