package io.millrace.examples.fraud;

import io.millrace.topology.Topology;
import io.millrace.topology.TopologyProvider;
import java.util.Map;

/** Lets tools find the fraud topology with labels of their own by its name. */
public final class FraudWithLabelsProvider implements TopologyProvider {
    /** For the service loader. */
    public FraudWithLabelsProvider() {}

    @Override
    public String name() {
        return "fraud-with-labels";
    }

    @Override
    public Topology topology(Map<String, String> options) {
        return FraudProvider.made(name(), options, FraudWithLabels::of);
    }
}
