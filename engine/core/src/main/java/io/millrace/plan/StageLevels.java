package io.millrace.plan;

import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;

/**
 * Which nodes belong into one stage. A node runs on the thread asked for, else on that of its first input. A stage is a thread name
 * and a level; the level grows with each change of thread, so edges between stages never form a cycle. A stream of dead letters
 * can come from any node, so where there is one all run in one stage.
 */
final class StageLevels {
    private static final String MAIN = "main";

    private final String[] thread;
    private final int[] level;

    /** As the topology asks for, or all on one thread. */
    StageLevels(Topology topology, boolean threads) {
        int nodes = topology.nodes().size();
        thread = new String[nodes];
        level = new int[nodes];
        boolean letters = topology.nodes().stream().anyMatch(TopologyNode::isLetters);
        for (TopologyNode n : topology.nodes()) {
            if (!n.isRoot()) {
                place(n, threads && !letters ? n.thread() : null);
            }
        }
    }

    private void place(TopologyNode n, String asked) {
        String inherited = thread[n.inputs().get(0).node()];
        thread[n.id()] = asked != null ? asked : inherited != null ? inherited : MAIN;
        for (Port p : n.inputs()) {
            if (thread[p.node()] != null) {
                int change = thread[p.node()].equals(thread[n.id()]) ? 0 : 1;
                level[n.id()] = Math.max(level[n.id()], level[p.node()] + change);
            }
        }
    }

    /** Null of an input or a stream of dead letters. */
    String thread(int node) {
        return thread[node];
    }

    int level(int node) {
        return level[node];
    }

    int deepest() {
        int deepest = 0;
        for (int l : level) {
            deepest = Math.max(deepest, l);
        }
        return deepest;
    }
}
