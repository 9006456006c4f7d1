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
    private static final String MODEL = "model";
    private static final List<String> NAMES = List.of(FraudTopology.THRESHOLD, FraudTopology.WITH_FEATURES, MODEL);

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

    /** With the model's file, where a run of the command keeps which one it was. */
    @Override
    public Topology recorded(Map<String, String> facts, Map<String, String> changes) {
        Map<String, String> more = new LinkedHashMap<>(changes);
        if (facts.containsKey("--model")) {
            more.putIfAbsent(MODEL, facts.get("--model"));
        }
        return TopologyProvider.super.recorded(facts, more);
    }

    /** Makes a topology of a model and a first threshold, with rows of features or without. */
    interface Maker {
        Topology of(Model model, double threshold, boolean withFeatures);
    }

    /** By the options that these topologies have. */
    static Topology made(String name, Map<String, String> options, Maker maker) {
        TopologyOptions.requireKnown(name, options.keySet(), NAMES);
        try {
            Model model = Models.read(options.get(MODEL), () -> false);
            double threshold = threshold(name, options.getOrDefault(FraudTopology.THRESHOLD, "0.5"));
            return maker.of(
                    model, threshold, withFeatures(name, options.getOrDefault(FraudTopology.WITH_FEATURES, "true")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean withFeatures(String topology, String text) {
        if (List.of("true", "false").contains(text)) {
            return text.equals("true");
        }
        throw new IllegalArgumentException(
                "option features of topology " + topology + ": '" + text + "' is not possible; use true or false");
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
