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
        TopologyOptions.requireKnown(name(), options.keySet(), List.of("window", "step"));
        int window = number(options, "window", AnomalyOptions.WINDOW, 2, AnomalyOptions.WINDOW_MAX);
        int step = number(options, "step", AnomalyOptions.STEP, 1, window);
        if (window % step != 0) {
            throw new IllegalArgumentException("option step of topology anomaly: " + step
                    + " is not possible; use a number that divides the window of " + window);
        }
        return AnomalyTopology.of(window, step);
    }

    private static int number(Map<String, String> options, String name, int usual, int least, int most) {
        String text = options.getOrDefault(name, Integer.toString(usual));
        try {
            int value = Integer.parseInt(text);
            if (least <= value && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("option " + name + " of topology anomaly: '" + text
                + "' is not possible; use a whole number from " + least + " to " + most);
    }
}
