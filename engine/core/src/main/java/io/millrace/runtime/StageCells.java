package io.millrace.runtime;

import io.millrace.operator.Operator;
import io.millrace.plan.StagePlan;
import io.millrace.time.Progress;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Lays out the progress cells of a stage: one a source, one a node that cares for progress, and one an edge from another
 * stage that says where it is held. What such an edge is at by its sources is worked out here once more, from cells for the
 * nodes of the other stages: progress that nothing holds is then the same whatever the stages are.
 */
final class StageCells {
    private final Topology topology;
    private final StagePlan stage;
    private final Progress clock;
    private final ProgressCell[] sources;
    private final ProgressCell[] nodes;
    private final ProgressCell[][] edgeIn;

    /** Cells that are advanced before the units of the stage: sources, then nodes of other stages. */
    private final List<ProgressCell> before = new ArrayList<>();

    /** Those of nodes of other stages that follow a unit of this one: advanced behind the units. */
    private final List<ProgressCell> after = new ArrayList<>();

    /** What a node takes its progress from. */
    private static final class Nearest {
        private final List<ProgressCell> cells = new ArrayList<>();
        private final List<ProgressCell> edges = new ArrayList<>();
    }

    StageCells(Topology topology, StagePlan stage, SourceIntake[] intakes, Progress clock) {
        this.topology = topology;
        this.stage = stage;
        this.clock = clock;
        int n = topology.nodes().size();
        sources = new ProgressCell[n];
        nodes = new ProgressCell[n];
        edgeIn = new ProgressCell[n][];
        boolean anyTimed = false;
        for (SourceIntake s : intakes) {
            anyTimed |= s.isTimed();
        }
        boolean[] historic = new boolean[n];
        for (SourceIntake s : intakes) {
            historic[s.node()] = s.isTimed() && !s.time().isLive();
            // without any event time there is nothing but the end of input to wait for
            if (s.isTimed() || !anyTimed) {
                sources[s.node()] = ProgressCell.ofSource(s.node(), s.time());
                before.add(sources[s.node()]);
            }
        }
        for (TopologyNode node : topology.nodes()) { // behind its inputs
            layOut(node);
            for (Port p : node.inputs()) {
                historic[node.id()] |= historic[p.node()];
            }
            if (node.operator() != null && node.operator().followsClock() && !historic[node.id()]) {
                nodes[node.id()].follows(clock);
            }
        }
    }

    static boolean cares(Operator<?, ?> o) {
        return o != null && o.readsProgress();
    }

    private boolean isHere(TopologyNode node) {
        return stage.nodes().contains(node.id());
    }

    private void layOut(TopologyNode node) {
        if (isHere(node)) {
            edgeIn[node.id()] = new ProgressCell[node.inputs().size()];
            for (int i = 0; i < node.inputs().size(); i++) {
                TopologyNode from = topology.nodes().get(node.inputs().get(i).node());
                edgeIn[node.id()][i] = !from.isRoot() && !isHere(from) ? ProgressCell.ofEdge(node.id()) : null;
            }
        }
        if (cares(node.operator())) {
            Nearest nearest = nearest(node);
            nodes[node.id()] = cell(node.id(), nearest, node.operator().latenessNs());
            if (!isHere(node)) {
                (followsUnit(nearest) ? after : before).add(nodes[node.id()]);
            }
        }
    }

    /** No unit of this stage reads such a cell in turn: stages behind this one are of a higher level. */
    private boolean followsUnit(Nearest nearest) {
        for (ProgressCell c : nearest.cells) {
            if (after.contains(c) || isHere(topology.nodes().get(c.node()))) {
                return true;
            }
        }
        return false;
    }

    private Nearest nearest(TopologyNode node) {
        Nearest result = new Nearest();
        addInputs(result, node);
        return result;
    }

    private void addInputs(Nearest result, TopologyNode node) {
        for (int i = 0; i < node.inputs().size(); i++) {
            Port p = node.inputs().get(i);
            addOutput(result, topology.nodes().get(p.node()));
            if (edgeIn[node.id()] != null) {
                addOnce(result.edges, edgeIn[node.id()][i]);
            }
        }
    }

    /** The nearest cells at or before the output of a node. */
    private void addOutput(Nearest result, TopologyNode node) {
        if (node.input() != null) {
            addOnce(result.cells, sources[node.id()]);
        } else if (nodes[node.id()] != null) {
            addOnce(result.cells, nodes[node.id()]);
        } else {
            addInputs(result, node);
        }
    }

    private static void addOnce(List<ProgressCell> to, ProgressCell cell) {
        if (cell != null && !to.contains(cell)) {
            to.add(cell);
        }
    }

    /** A node that no timed source reaches follows all timed sources. */
    private ProgressCell cell(int node, Nearest nearest, long latenessNs) {
        if (nearest.cells.isEmpty()) {
            for (ProgressCell c : sources) {
                addOnce(nearest.cells, c);
            }
        }
        return ProgressCell.ofNode(node, array(nearest.cells), array(nearest.edges), latenessNs);
    }

    private static ProgressCell[] array(List<ProgressCell> cells) {
        return cells.toArray(new ProgressCell[0]);
    }

    /** The writing end of an edge to another stage. */
    EdgeOut out(EdgeRing ring, int node) {
        Nearest nearest = new Nearest();
        addOutput(nearest, topology.nodes().get(node));
        return new EdgeOut(ring, array(nearest.cells), array(nearest.edges));
    }

    ProgressCell local(int node) {
        return nodes[node];
    }

    ProgressCell[] edgesInto(int node) {
        return edgeIn[node];
    }

    List<ProgressCell> before() {
        return before;
    }

    List<ProgressCell> after() {
        return after;
    }
}
