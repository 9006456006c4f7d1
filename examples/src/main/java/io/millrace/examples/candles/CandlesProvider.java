package io.millrace.examples.candles;

import io.millrace.cli.TopologyOptions;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyProvider;
import java.util.List;
import java.util.Map;

/** Lets tools find the candles topology by its name. */
public final class CandlesProvider implements TopologyProvider {
    /** For the service loader. */
    public CandlesProvider() {}

    @Override
    public String name() {
        return "candles";
    }

    @Override
    public Topology topology(Map<String, String> options) {
        TopologyOptions.requireKnown(name(), options.keySet(), List.of("size"));
        String size = options.getOrDefault("size", "1m");
        return CandlesTopology.of(BarSize.ofOption(size)
                .orElseThrow(() -> new IllegalArgumentException(
                        "option size of topology candles: '" + size + "' is not possible; use " + BarSize.FORMS)));
    }
}
