package io.millrace.examples.reputation;

import io.millrace.cli.TopologyOptions;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyProvider;
import java.util.List;
import java.util.Map;

/** Lets tools find this topology by its name. */
public final class DeviceCheckProvider implements TopologyProvider {
    /** For the service loader. */
    public DeviceCheckProvider() {}

    @Override
    public String name() {
        return "device-check";
    }

    @Override
    public Topology topology(Map<String, String> options) {
        TopologyOptions.requireKnown(name(), options.keySet(), List.of());
        return DeviceCheck.TOPOLOGY;
    }
}
