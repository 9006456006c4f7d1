package io.millrace.examples.velocity;

import io.millrace.cli.TopologyOptions;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyProvider;
import java.util.List;
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
        TopologyOptions.requireKnown(name(), options.keySet(), List.of());
        return VelocityTopology.of();
    }
}
