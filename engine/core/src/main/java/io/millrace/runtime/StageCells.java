package io.millrace.runtime;

import io.millrace.operator.Operator;
import io.millrace.plan.Plan;
import io.millrace.plan.StagePlan;
import io.millrace.time.Progress;
import io.millrace.topology.Port;
import io.millrace.topology.Section;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Lays out the progress cells of a stage: one a source, one a node that cares for progress, and one an edge from another
 * stage that says where it is held. What such an edge is at by its sources is worked out here once more, from cells for the
 * nodes of the other stages: progress that nothing holds is then the same whatever the stages are.
 *
 * <p>Of a node in a section of parallel keys stands the cell that it would have if no shard held anything, and one more that says
 * where the slowest shard of this stage holds what is behind the section; the shards have cells of their own.
 */
final class StageCells {
    private final Topology topology;
    private final Plan plan;
    private final StagePlan stage;
    private final Progress clock;
    private final ProgressCell[] sources;
    private final ProgressCell[] nodes;
    private final ProgressCell[] holds;

    /** By node, input, and stage that writes. */
    private final ProgressCell[][][] edgeIn;

    /** Cells that are advanced before the units of the stage: sources, then nodes of other stages. */
    private final List<ProgressCell> before = new ArrayList<>();

    /** Those of nodes of other stages that follow a unit of this one: advanced behind the units. */
    private final List<ProgressCell> after = new ArrayList<>();

    /** All that were made, in order, and what each is of. */
    private final List<ProgressCell> all = new ArrayList<>();

    private final List<CellName> names = new ArrayList<>();

    /**
     * What a cell is of.
     *
     * @param what  source, node, holds, or an edge
     * @param kind  of the node
     * @param title of the node
     */
    record CellName(String what, String kind, String title) {
        boolean isEdge() {
            return what.startsWith("edge");
        }
    }

    /** What a node takes its progress from. */
    private static final class Nearest {
        private final List<ProgressCell> cells = new ArrayList<>();
        private final List<ProgressCell> edges = new ArrayList<>();

        /** By node: branches that meet again lead to what is before them in as many ways as they are wide, again and again. */
        private final boolean[] seen;

        private Nearest(int nodes) {
            seen = new boolean[nodes];
        }
    }

    StageCells(Plan plan, StagePlan stage, SourceIntake[] intakes, Progress clock) {
        this.plan = plan;
        this.topology = plan.topology();
        this.stage = stage;
        this.clock = clock;
        int n = topology.nodes().size();
        sources = new ProgressCell[n];
        nodes = new ProgressCell[n];
        holds = new ProgressCell[n];
        edgeIn = new ProgressCell[n][][];
        boolean anyTimed = false;
        for (SourceIntake s : intakes) {
            anyTimed |= s.isTimed();
        }
        boolean[] historic = new boolean[n];
        for (SourceIntake s : intakes) {
            historic[s.node()] = s.isTimed() && !s.time().isLive();
            // without any event time there is nothing but the end of input to wait for
            if (s.isTimed() || !anyTimed) {
                sources[s.node()] = made("source", ProgressCell.ofSource(s.node(), s.time()));
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
            edgeIn[node.id()] = new ProgressCell[node.inputs().size()][];
            for (int i = 0; i < node.inputs().size(); i++) {
                TopologyNode from = topology.nodes().get(node.inputs().get(i).node());
                edgeIn[node.id()][i] = from.isRoot() || isHere(from) ? null : edgesFrom(from, node, i);
            }
        }
        if (cares(node.operator())) {
            Nearest nearest = nearest(node);
            nodes[node.id()] = cell(node.id(), nearest, node.operator().latenessNs());
            if (isHere(node) && node.section() != null) {
                holds[node.id()] = made("holds", ProgressCell.ofEdge(node.id()));
                holds[node.id()].holdAt(Progress.END);
            }
            if (!isHere(node)) {
                (followsUnit(nearest) ? after : before).add(nodes[node.id()]);
            }
        }
    }

    /** A section on several threads is held by the slowest of them. */
    private ProgressCell[] edgesFrom(TopologyNode from, TopologyNode to, int input) {
        ProgressCell[] result = new ProgressCell[plan.stagesOf(from.id()).size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = made("edge " + input + "." + i, ProgressCell.ofEdge(to.id()));
        }
        return result;
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
        Nearest result = new Nearest(nodes.length);
        addInputs(result, node, node.section());
        return result;
    }

    private void addInputs(Nearest result, TopologyNode node, String section) {
        for (int i = 0; i < node.inputs().size(); i++) {
            Port p = node.inputs().get(i);
            addOutput(result, topology.nodes().get(p.node()), section);
            if (edgeIn[node.id()] != null && edgeIn[node.id()][i] != null) {
                for (ProgressCell c : edgeIn[node.id()][i]) {
                    addOnce(result.edges, c);
                }
            }
        }
    }

    /** The nearest cells at or before the output of a node; for a reader outside of its section with what the shards hold. */
    private void addOutput(Nearest result, TopologyNode node, String section) {
        if (result.seen[node.id()]) {
            return;
        }
        result.seen[node.id()] = true;
        if (node.input() != null) {
            addOnce(result.cells, sources[node.id()]);
        } else if (nodes[node.id()] != null) {
            addOnce(result.cells, nodes[node.id()]);
            if (node.section() != null && !node.section().equals(section)) {
                addOnce(result.edges, holds[node.id()]);
            }
        } else {
            addInputs(result, node, section);
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
        return made("node", ProgressCell.ofNode(node, array(nearest.cells), array(nearest.edges), latenessNs));
    }

    private ProgressCell made(String what, ProgressCell cell) {
        all.add(cell);
        TopologyNode of = topology.nodes().get(cell.node());
        names.add(new CellName(what, TopologyForm.kind(of), TopologyForm.title(of)));
        return cell;
    }

    private static ProgressCell[] array(List<ProgressCell> cells) {
        return cells.toArray(new ProgressCell[0]);
    }

    /** The writing end of an edge to another stage. */
    EdgeOut out(EdgeRing ring, int node) {
        Nearest nearest = new Nearest(nodes.length);
        addOutput(nearest, topology.nodes().get(node), null);
        return new EdgeOut(ring, array(nearest.cells), array(nearest.edges));
    }

    ProgressCell local(int node) {
        return nodes[node];
    }

    /** Where the slowest shard of this stage holds what is behind a node. */
    ProgressCell hold(int node) {
        return holds[node];
    }

    ProgressCell[][] edgesInto(int node) {
        return edgeIn[node];
    }

    /** The nodes of a section whose progress is nearest before one of it, and stands in its own shard. */
    static List<Integer> nearestInside(Topology topology, Section section, int node) {
        List<Integer> result = new ArrayList<>();
        addInside(topology, section, node, new boolean[topology.nodes().size()], result);
        return result;
    }

    private static void addInside(Topology topology, Section section, int node, boolean[] seen, List<Integer> result) {
        for (Port p : topology.nodes().get(node).inputs()) {
            if (seen[p.node()] || !section.nodes().contains(p.node())) {
                continue;
            }
            seen[p.node()] = true;
            if (cares(topology.nodes().get(p.node()).operator())) {
                result.add(p.node());
            } else {
                addInside(topology, section, p.node(), seen, result);
            }
        }
    }

    /** Those that are saved with the stage. */
    List<ProgressCell> all() {
        return all;
    }

    String title(int node) {
        return TopologyForm.title(topology.nodes().get(node));
    }

    List<CellName> names() {
        return names;
    }

    List<ProgressCell> before() {
        return before;
    }

    List<ProgressCell> after() {
        return after;
    }
}
