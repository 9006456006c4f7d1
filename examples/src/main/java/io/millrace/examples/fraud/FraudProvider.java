package io.millrace.examples.fraud;

import io.millrace.cli.TopologyOptions;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lets tools find the fraud topology by its name. */
public final class FraudProvider implements TopologyProvider {
    private static final List<String> NAMES = List.of("threshold", "model");

    /** For the service loader. */
    public FraudProvider() {}

    @Override
    public String name() {
        return "fraud";
    }

    @Override
    public String label() {
        return "fraud";
    }

    @Override
    public Topology topology(Map<String, String> options) {
        return topology(options, null, true);
    }

    /** As the run was that kept the journal, whose facts are its options. */
    @Override
    public Topology recorded(Map<String, String> facts, Map<String, String> changes) {
        Map<String, String> options = new LinkedHashMap<>(changes);
        options.putIfAbsent("threshold", facts.getOrDefault("--threshold", "0.5"));
        return topology(options, facts.get("--model"), facts.containsKey("--features"));
    }

    private static Topology topology(Map<String, String> options, String model, boolean withFeatures) {
        TopologyOptions.requireKnown("fraud", options.keySet(), NAMES);
        try {
            return FraudTopology.of(
                    Models.read(options.getOrDefault("model", model), () -> false),
                    threshold(options.getOrDefault("threshold", "0.5")),
                    withFeatures);
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
