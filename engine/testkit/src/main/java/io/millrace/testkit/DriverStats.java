package io.millrace.testkit;

import io.millrace.engine.EngineStats;
import io.millrace.engine.EngineStats.InputStats;
import io.millrace.engine.EngineStats.NodeStats;
import io.millrace.engine.EngineStats.OutputStats;
import io.millrace.operator.NodeCounters;
import io.millrace.runtime.Core;
import io.millrace.runtime.NodeFlows;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** The statistics of a host that has neither rings nor receivers: nothing is refused, dropped or measured there. */
final class DriverStats {
    private DriverStats() {}

    static EngineStats of(Core core, long sequence) {
        return new EngineStats(
                sequence,
                nodes(core),
                inputs(core),
                outputs(core),
                core.digests() == null ? null : core.digests().now(sequence),
                null);
    }

    private static List<NodeStats> nodes(Core core) {
        NodeCounters[] counters = core.counters();
        Topology t = core.plan().topology();
        NodeFlows flows = new NodeFlows(t, counters, core::sourceEvents);
        List<NodeStats> result = new ArrayList<>();
        for (TopologyNode n : t.nodes()) {
            int id = n.id();
            result.add(NodeStats.of(
                    n.name(),
                    flows.in(id),
                    flows.out(id),
                    counters[id],
                    core.stateBytes(id),
                    core.plan().budgetBytes().get(id)));
        }
        return List.copyOf(result);
    }

    private static List<InputStats> inputs(Core core) {
        List<InputStats> result = new ArrayList<>();
        for (int i = 0; i < core.plan().topology().inputs().size(); i++) {
            result.add(new InputStats(
                    core.plan().topology().inputs().get(i).name(),
                    core.sourceEvents(i),
                    core.sourceAhead(i),
                    0,
                    core.sourceDropped(i),
                    core.sourceConflated(i),
                    0,
                    0,
                    core.sourceProgressNs(i),
                    core.sourceLagNs(i)));
        }
        return List.copyOf(result);
    }

    private static List<OutputStats> outputs(Core core) {
        NodeCounters[] counters = core.counters();
        List<OutputStats> result = new ArrayList<>();
        for (TopologyNode n : core.plan().topology().nodes()) {
            if (n.output() != null) {
                result.add(new OutputStats(n.name(), counters[n.id()].out, 0, 0, 0, 0, new Histogram(3), 0));
            }
        }
        return List.copyOf(result);
    }
}
