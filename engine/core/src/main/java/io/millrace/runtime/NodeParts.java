package io.millrace.runtime;

import io.millrace.operator.NodeCounters;
import io.millrace.operator.Shards;
import io.millrace.plan.ShardRange;
import io.millrace.state.StateBudget;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;

/**
 * Counters and budgets of nodes; of those in a section of parallel keys one for each shard. Each is written by the thread that runs
 * it.
 */
final class NodeParts {
    private static final int OUTSIDE = -1;

    private final NodeCounters[][] counters = new NodeCounters[Shards.COUNT + 1][];
    private final StateBudget[][] budgets = new StateBudget[Shards.COUNT + 1][];
    private final boolean[] inSection;
    private final boolean[] unsaved;

    NodeParts(Topology topology) {
        int n = topology.nodes().size();
        inSection = new boolean[n];
        unsaved = new boolean[n];
        for (TopologyNode node : topology.nodes()) {
            inSection[node.id()] = node.section() != null;
        }
        for (int part = 0; part < counters.length; part++) {
            counters[part] = new NodeCounters[n];
            budgets[part] = new StateBudget[n];
            for (int id = 0; id < n; id++) {
                counters[part][id] = (part == 0) != inSection[id] ? new NodeCounters() : null;
            }
        }
    }

    /** By node, of those outside of sections. */
    NodeCounters[] counters() {
        return counters(OUTSIDE);
    }

    /** By node, of those in a section; -1 for the others. */
    NodeCounters[] counters(int shard) {
        return counters[shard + 1];
    }

    void budget(int shard, int node, StateBudget budget) {
        budgets[shard + 1][node] = budget;
    }

    /** Its operator keeps state, and its node does not say how that is saved. */
    void cannotBeSaved(int node) {
        unsaved[node] = true;
    }

    boolean isUnsaved(int node) {
        return unsaved[node];
    }

    /** Writes what a node has counted and keeps, in a section shard by shard. */
    void save(int node, StateWriter to) {
        for (int part = 0; part < counters.length; part++) {
            if (counters[part][node] != null) {
                counters[part][node].save(to);
                if (budgets[part][node] != null) {
                    budgets[part][node].save(to);
                }
            }
        }
    }

    void load(int node, StateReader from) {
        for (int part = 0; part < counters.length; part++) {
            if (counters[part][node] != null) {
                counters[part][node].load(from);
                if (budgets[part][node] != null) {
                    budgets[part][node].load(from);
                }
            }
        }
    }

    /** Takes over what is counted of a node by one thread. */
    void copy(int node, ShardRange shards, NodeCounters into) {
        if (!inSection[node]) {
            into.copyFrom(counters[0][node]);
            return;
        }
        into.copyFrom(counters[shards.from() + 1][node]);
        for (int shard = shards.from() + 1; shard < shards.to(); shard++) {
            into.add(counters[shard + 1][node]);
        }
    }

    long stateBytes(int node, ShardRange shards) {
        if (!inSection[node]) {
            return bytes(budgets[0][node]);
        }
        long sum = 0;
        for (int shard = shards.from(); shard < shards.to(); shard++) {
            sum += bytes(budgets[shard + 1][node]);
        }
        return sum;
    }

    private static long bytes(StateBudget budget) {
        return budget == null ? 0 : budget.usedBytes();
    }
}
