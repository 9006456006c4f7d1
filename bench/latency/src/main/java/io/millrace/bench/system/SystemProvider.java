package io.millrace.bench.system;

import io.millrace.bench.workloads.Workload;
import java.util.List;

/** A system of another build, found by {@link java.util.ServiceLoader}: {@code bench/peers} has those of other libraries. */
public interface SystemProvider {
    /** What it is called, such as {@code flink}. */
    String name();

    /** What runs there, in a few words. */
    String summary();

    /** Library, version and settings, for a table. */
    String settings();

    /** Where its own documentation tells of these settings: addresses. */
    default List<String> documentation() {
        return List.of();
    }

    /** By how much to divide the events of a run for throughput, so that a slow system ends one. */
    default int eventsDividedBy() {
        return 1;
    }

    /** Whether it computes a workload. */
    boolean computes(Workload workload);

    /** Whether it can be fed event by event while it runs; if not, it has no latency. */
    boolean isLive();

    /** Flags that its JVM needs besides the usual ones. */
    default List<String> jvm() {
        return List.of();
    }

    /** Makes it. */
    SystemUnderTest make(Conditions conditions);
}
