package io.millrace.rig;

/** How {@code bench/run latency --classpath PATH --topology NAME} finds a rig: a service of {@link java.util.ServiceLoader}. */
public interface RigProvider {
    /**
     * The name to ask for.
     *
     * @return unique on a class path
     */
    String name();

    /**
     * Makes the rig: the topology, and what is sent to it. Rates and lengths that the command line names take the place of its own.
     *
     * @return to be run
     */
    LatencyRig rig();
}
