package io.millrace.examples.durable;

import io.millrace.cli.TopologyOptions;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyProvider;
import java.util.List;
import java.util.Map;

/** Lets tools find the topology of the kept alerts by its name: replay, explain, what-if and preflight of its journal. */
public final class DurableSpreeProvider implements TopologyProvider {
    /** For the service loader. */
    public DurableSpreeProvider() {}

    @Override
    public String name() {
        return "durable-spree";
    }

    @Override
    public Topology topology(Map<String, String> options) {
        TopologyOptions.requireKnown(name(), options.keySet(), List.of());
        return DurableSpree.TOPOLOGY;
    }
}
