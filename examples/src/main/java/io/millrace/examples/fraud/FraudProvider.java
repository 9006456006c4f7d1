package io.millrace.examples.fraud;

import io.millrace.cli.TopologyOptions;
import io.millrace.operators.score.Model;
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
        return made(name(), options, FraudTopology::of);
    }

    /** As the run was that kept the journal, whose facts are its options. A program that keeps no such facts ran {@link #topology}. */
    @Override
    public Topology recorded(Map<String, String> facts, Map<String, String> changes) {
        if (!facts.containsKey("--threshold")) {
            return topology(changes);
        }
        Map<String, String> options = new LinkedHashMap<>(changes);
        options.putIfAbsent("threshold", facts.get("--threshold"));
        if (facts.containsKey("--model")) {
            options.putIfAbsent("model", facts.get("--model"));
        }
        boolean withFeatures = facts.containsKey("--features");
        return made(name(), options, (model, threshold, all) -> FraudTopology.of(model, threshold, withFeatures));
    }

    /** Makes a topology of a model and a first threshold, with rows of features or without. */
    interface Maker {
        Topology of(Model model, double threshold, boolean withFeatures);
    }

    /** By the options that these topologies have, with features. */
    static Topology made(String name, Map<String, String> options, Maker maker) {
        TopologyOptions.requireKnown(name, options.keySet(), NAMES);
        try {
            Model model = Models.read(options.get("model"), () -> false);
            return maker.of(model, threshold(name, options.getOrDefault("threshold", "0.5")), true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double threshold(String topology, String text) {
        try {
            double value = Double.parseDouble(text);
            if (value >= 0 && value <= 1) {
                return value;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("option threshold of topology " + topology + ": '" + text
                + "' is not possible; use a number from 0 to 1");
    }
}
