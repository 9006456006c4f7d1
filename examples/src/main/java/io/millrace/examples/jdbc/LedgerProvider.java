package io.millrace.examples.jdbc;

import io.millrace.cli.TopologyOptions;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyProvider;
import java.util.List;
import java.util.Map;

/** Lets tools find the topology of the bookings by its name: replay, explain, what-if and preflight of its journal. */
public final class LedgerProvider implements TopologyProvider {
    /** For the service loader. */
    public LedgerProvider() {}

    @Override
    public String name() {
        return "ledger";
    }

    @Override
    public Topology topology(Map<String, String> options) {
        TopologyOptions.requireKnown(name(), options.keySet(), List.of());
        return Ledger.TOPOLOGY;
    }
}
