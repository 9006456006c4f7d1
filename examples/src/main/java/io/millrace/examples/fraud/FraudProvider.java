package io.millrace.examples.fraud;

import io.millrace.topology.Topology;
import io.millrace.topology.TopologyProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** Lets tools find the fraud topology by its name. */
public final class FraudProvider implements TopologyProvider {
    /** For the service loader. */
    public FraudProvider() {}

    @Override
    public String name() {
        return "fraud";
    }

    @Override
    public Topology topology(Map<String, String> options) {
        for (String name : options.keySet()) {
            if (!name.equals("threshold")) {
                throw new IllegalArgumentException(
                        "option " + name + " of topology fraud: unknown; there is threshold");
            }
        }
        try {
            return FraudTopology.of(Models.bundled(), threshold(options.getOrDefault("threshold", "0.5")), true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double threshold(String text) {
        try {
            double value = Double.parseDouble(text);
            if (value >= 0 && value <= 1) {
                return value;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(
                "option threshold of topology fraud: '" + text + "' is not possible; use a number from 0 to 1");
    }
}
