package io.millrace.examples.quickstart;

import io.millrace.cli.TopologyOptions;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyProvider;
import java.util.List;
import java.util.Map;

/** Lets tools find the first program's topology by its name. */
public final class QuickstartProvider implements TopologyProvider {
    /** For the service loader. */
    public QuickstartProvider() {}

    @Override
    public String name() {
        return "spree";
    }

    @Override
    public Topology topology(Map<String, String> options) {
        TopologyOptions.requireKnown(name(), options.keySet(), List.of());
        return Quickstart.TOPOLOGY;
    }
}
