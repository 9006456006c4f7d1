package io.millrace.examples.tradecost;

import io.millrace.cli.TopologyOptions;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyProvider;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Lets tools find the trade-cost topology by its name. */
public final class TradeCostProvider implements TopologyProvider {
    /** For the service loader. */
    public TradeCostProvider() {}

    @Override
    public String name() {
        return "trade-cost";
    }

    @Override
    public Topology topology(Map<String, String> options) {
        TopologyOptions.requireKnown(name(), options.keySet(), List.of("tolerance-ms"));
        String ms = options.get("tolerance-ms");
        return TradeCostTopology.of(ms == null ? null : tolerance(ms));
    }

    private static Duration tolerance(String text) {
        try {
            long ms = Long.parseLong(text);
            if (ms >= 0) {
                return Duration.ofMillis(ms);
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("option tolerance-ms of topology trade-cost: '" + text
                + "' is not possible; use a whole number from 0 on");
    }
}
