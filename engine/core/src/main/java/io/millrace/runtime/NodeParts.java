package io.millrace.runtime;

import io.millrace.operator.NodeCounters;
import io.millrace.operator.Shards;
import io.millrace.plan.ShardRange;
import io.millrace.runtime.TopologyForm.NodeForm;
import io.millrace.state.Moves;
import io.millrace.state.SharedRows;
import io.millrace.state.StateBudget;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;

/**
 * Counters and budgets of nodes; of those in a section of parallel keys one for each shard. Each is written by the thread that runs
 * it.
 */
final class NodeParts {
    private static final int OUTSIDE = -1;

    private final NodeCounters[][] counters = new NodeCounters[Shards.COUNT + 1][];
    private final StateBudget[][] budgets = new StateBudget[Shards.COUNT + 1][];
    private final Map<Integer, SharedRows[]> shared = new LinkedHashMap<>();
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
                counters[part][id] = (part == 0) != inSection[id]
                        ? NodeFlows.zero(topology.nodes().get(id))
                        : null;
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

    /** Whether more than counts is saved of it. */
    boolean isSaved(int node) {
        return budgets[inSection[node] ? 1 : 0][node] != null
                || inSection[node] && Arrays.stream(budgets).anyMatch(b -> b[node] != null);
    }

    /** Its operator keeps state, and its node does not say how that is saved. */
    void cannotBeSaved(int node) {
        unsaved[node] = true;
    }

    boolean isUnsaved(int node) {
        return unsaved[node];
    }

    /** Rows that nodes have part in, of whom this one is the first. */
    void shared(int shard, int node, SharedRows rows) {
        shared.computeIfAbsent(node, n -> new SharedRows[Shards.COUNT + 1])[shard + 1] = rows;
    }

    private SharedRows shared(int part, int node) {
        return shared.containsKey(node) ? shared.get(node)[part] : null;
    }

    /** Writes what a node has counted and keeps, in a section shard by shard. */
    void save(int node, StateWriter to) {
        for (int part = 0; part < counters.length; part++) {
            if (counters[part][node] != null) {
                counters[part][node].save(to);
                if (budgets[part][node] != null) {
                    save(shared(part, node), to);
                    budgets[part][node].save(to);
                }
            }
        }
    }

    private static void save(SharedRows rows, StateWriter to) {
        to.putInt(rows == null ? 0 : rows.owners().size());
        if (rows != null) {
            rows.owners().forEach(to::putText);
            rows.save(to);
        }
    }

    void load(int node, StateReader from) {
        for (int part = 0; part < counters.length; part++) {
            if (counters[part][node] != null) {
                counters[part][node].load(from);
                if (budgets[part][node] != null) {
                    SharedRows rows = shared(part, node);
                    List<String> owners = owners(from);
                    if (!owners.equals(rows == null ? List.of() : rows.owners())) {
                        throw from.refused("its rows were saved together "
                                + "with those of " + owners + ", and are kept differently now; run it with the same "
                                + "state budget as before, or declare a migration");
                    }
                    if (rows != null) {
                        rows.load(from);
                    }
                    budgets[part][node].load(from);
                }
            }
        }
    }

    private static List<String> owners(StateReader from) {
        List<String> owners = new ArrayList<>();
        for (int i = from.getInt("a number of operators", Long.SIZE); i > 0; i--) {
            owners.add(from.getText());
        }
        return owners;
    }

    /**
     * Takes over what another topology has saved of a node, in a section shard by shard; of one that nothing takes over not up to its end.
     *
     * @param node  -1 when nothing of it is wanted but what others have part in
     * @param old   as it was
     * @param now   the names that the owners of shared rows have now; null for those that begin without state
     * @param moved gets rows that are not taken over as they are
     * @param begin says how the node is taken over, in a shard
     */
    void loadMoved(
            int node,
            NodeForm old,
            StateReader from,
            UnaryOperator<String> now,
            Moves.Shared moved,
            IntConsumer begin) {
        if (node < 0) {
            new NodeCounters().load(from);
            loadShared(0, -1, old, from, now, moved, begin);
        }
        for (int part = 0; node >= 0 && part < counters.length; part++) {
            if (counters[part][node] != null) {
                counters[part][node].load(from);
                loadShared(part, node, old, from, now, moved, begin);
                if (old.saved() && old.keeps()) {
                    begin.accept(part);
                    budgets[part][node].load(from);
                } else if (old.saved()) {
                    return; // what it remembers of itself it finds out once more
                }
            }
        }
    }

    private void loadShared(
            int part,
            int node,
            NodeForm old,
            StateReader from,
            UnaryOperator<String> now,
            Moves.Shared moved,
            IntConsumer begin) {
        List<String> owners = old.saved() ? owners(from) : List.of();
        if (owners.isEmpty()) {
            return;
        }
        if (node < 0 && old.isInSection() && owners.stream().anyMatch(o -> now.apply(o) != null)) {
            throw from.refused("operator " + old.title() + " shares its rows with " + owners + " in a parallel "
                    + "section, and they cannot be separated; use startEmpty for all of these operators or for none");
        }
        SharedRows rows = node < 0 ? null : shared(part, node);
        if (rows != null && rows.owners().equals(owners.stream().map(now).toList())) {
            begin.accept(part);
            rows.load(from);
        } else {
            moved.read(part, owners, from);
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
