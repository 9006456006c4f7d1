package io.millrace.runtime;

import io.millrace.operator.Operator;
import io.millrace.plan.StagePlan;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Lays out the progress cells of a stage: one a source, one a node that cares for progress, one an edge that comes from
 * another stage, and beside them, where there are such edges, what progress would be by the sources alone.
 */
final class StageCells {
    private final Topology topology;
    private final StagePlan stage;
    private final ProgressCell[] sources;
    private final ProgressCell[] local;
    private final ProgressCell[] bySources;
    private final ProgressCell[][] edgeIn;

    /** Cells that are advanced before the units of the stage: sources, then what depends on sources alone. */
    private final List<ProgressCell> before = new ArrayList<>();

    StageCells(Topology topology, StagePlan stage, SourceIntake[] intakes) {
        this.topology = topology;
        this.stage = stage;
        int n = topology.nodes().size();
        sources = new ProgressCell[n];
        local = new ProgressCell[n];
        bySources = new ProgressCell[n];
        edgeIn = new ProgressCell[n][];
        boolean anyTimed = false;
        for (SourceIntake s : intakes) {
            anyTimed |= s.isTimed();
        }
        for (SourceIntake s : intakes) {
            // without any event time there is nothing but the end of input to wait for
            if (s.isTimed() || !anyTimed) {
                sources[s.node()] = new ProgressCell(s.node(), s.time(), new ProgressCell[0], 0);
                before.add(sources[s.node()]);
            }
        }
        for (int id : stage.nodes()) {
            layOut(topology.nodes().get(id));
        }
    }

    static boolean cares(Operator<?, ?> o) {
        return o != null && o.readsProgress();
    }

    private void layOut(TopologyNode node) {
        edgeIn[node.id()] = new ProgressCell[node.inputs().size()];
        for (int i = 0; i < node.inputs().size(); i++) {
            Port p = node.inputs().get(i);
            if (topology.nodes().get(p.node()).input() == null && !stage.nodes().contains(p.node())) {
                edgeIn[node.id()][i] = new ProgressCell(node.id(), null, sourcesOf(p.node()), 0);
                before.add(edgeIn[node.id()][i]);
            }
        }
        if (cares(node.operator())) {
            local[node.id()] = new ProgressCell(
                    node.id(), null, orAll(inputsOf(node)), node.operator().latenessNs());
        }
    }

    /** The nearest cells of this stage before a node. */
    private List<ProgressCell> inputsOf(TopologyNode node) {
        List<ProgressCell> result = new ArrayList<>();
        for (int i = 0; i < node.inputs().size(); i++) {
            int from = node.inputs().get(i).node();
            if (edgeIn[node.id()] != null && edgeIn[node.id()][i] != null) {
                addOnce(result, edgeIn[node.id()][i]);
            } else {
                addNearest(result, from);
            }
        }
        return result;
    }

    private void addNearest(List<ProgressCell> result, int node) {
        TopologyNode n = topology.nodes().get(node);
        if (n.input() != null) {
            addOnce(result, sources[node]);
        } else if (local[node] != null) {
            addOnce(result, local[node]);
        } else {
            for (ProgressCell c : inputsOf(n)) {
                addOnce(result, c);
            }
        }
    }

    private static void addOnce(List<ProgressCell> to, ProgressCell cell) {
        if (cell != null && !to.contains(cell)) {
            to.add(cell);
        }
    }

    /** A node that no timed source reaches follows all timed sources. */
    private ProgressCell[] orAll(List<ProgressCell> cells) {
        if (cells.isEmpty()) {
            for (ProgressCell c : sources) {
                addOnce(cells, c);
            }
        }
        return cells.toArray(new ProgressCell[0]);
    }

    /** The cells of what a node's output would be at by the sources alone, firing never spread. */
    private ProgressCell[] sourcesOf(int node) {
        List<ProgressCell> result = new ArrayList<>();
        addBySources(result, node);
        return orAll(result);
    }

    private void addBySources(List<ProgressCell> result, int node) {
        TopologyNode n = topology.nodes().get(node);
        if (n.input() != null) {
            addOnce(result, sources[node]);
            return;
        }
        List<ProgressCell> inputs = new ArrayList<>();
        for (Port p : n.inputs()) {
            addBySources(inputs, p.node());
        }
        if (!cares(n.operator())) {
            inputs.forEach(c -> addOnce(result, c));
            return;
        }
        if (bySources[node] == null) {
            bySources[node] =
                    new ProgressCell(node, null, orAll(inputs), n.operator().latenessNs());
            before.add(bySources[node]);
        }
        addOnce(result, bySources[node]);
    }

    /** The two sides of an outgoing edge: what is true here, and what its reader works out. */
    ProgressCell actualOut(int node) {
        List<ProgressCell> nearest = new ArrayList<>();
        addNearest(nearest, node);
        return new ProgressCell(node, null, orAll(nearest), 0);
    }

    ProgressCell bySourcesOut(int node) {
        return new ProgressCell(node, null, sourcesOf(node), 0);
    }

    ProgressCell local(int node) {
        return local[node];
    }

    ProgressCell[] edgesInto(int node) {
        return edgeIn[node];
    }

    List<ProgressCell> before() {
        return before;
    }
}
