package io.millrace.examples.velocity;

import io.millrace.topology.Topology;
import io.millrace.topology.TopologyProvider;
import java.util.Map;

/** Lets tools find the velocity topology by its name. */
public final class VelocityProvider implements TopologyProvider {
    /** For the service loader. */
    public VelocityProvider() {}

    @Override
    public String name() {
        return "velocity";
    }

    @Override
    public Topology topology(Map<String, String> options) {
        if (!options.isEmpty()) {
            throw new IllegalArgumentException(
                    "option " + options.keySet().iterator().next() + " of topology velocity: unknown; there is none");
        }
        return VelocityTopology.of();
    }
}
