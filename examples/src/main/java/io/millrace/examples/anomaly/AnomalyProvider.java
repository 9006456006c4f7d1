package io.millrace.examples.anomaly;

import io.millrace.cli.TopologyOptions;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyProvider;
import java.util.List;
import java.util.Map;

/** Lets tools find the anomaly topology by its name. */
public final class AnomalyProvider implements TopologyProvider {
    /** For the service loader. */
    public AnomalyProvider() {}

    @Override
    public String name() {
        return "anomaly";
    }

    @Override
    public Topology topology(Map<String, String> options) {
        TopologyOptions.requireKnown(name(), options.keySet(), List.of());
        return AnomalyTopology.of(6_400, 100);
    }
}
