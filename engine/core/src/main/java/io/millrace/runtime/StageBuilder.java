package io.millrace.runtime;

import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.operator.Answers;
import io.millrace.operator.Firing;
import io.millrace.operator.Node;
import io.millrace.operator.NodeCounters;
import io.millrace.operator.Operator;
import io.millrace.operator.TimedNode;
import io.millrace.plan.EdgePlan;
import io.millrace.plan.InboxPlan;
import io.millrace.plan.Plan;
import io.millrace.plan.StagePlan;
import io.millrace.state.KeyGroup;
import io.millrace.state.Pages;
import io.millrace.state.StateBudget;
import io.millrace.topology.Edge;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds one stage from its plan, from the sinks upwards: a node is made when what follows it stands. */
final class StageBuilder {
    private final Plan plan;
    private final StagePlan stage;
    private final Ports ports;
    private final Map<Edge, EdgeRing> rings;
    private final Pages pages;
    private final NodeCounters[] counters;
    private final StateBudget[] budgets;

    private final Topology topology;
    private final NodeCopies copies;
    private final Chains chains;
    private final Cursors cursors;
    private final StageParts parts = new StageParts();
    private final Node[] nodes;
    private final Node[] shared;
    private final MarkOrigin[] marks;
    private final Inbox[] inboxes;
    private final Firing[] firings;
    private final boolean[] below;

    /** By the node that makes the keys, and by what shares memory behind it. */
    private final Map<Integer, Map<String, KeyGroup>> keyGroups = new LinkedHashMap<>();

    private final List<String> sharing;
    private StageCells cells;

    StageBuilder(
            Plan plan,
            NodeCopies copies,
            StagePlan stage,
            Ports ports,
            Map<Edge, EdgeRing> rings,
            Pages pages,
            NodeCounters[] counters,
            StateBudget[] budgets) {
        this.plan = plan;
        this.stage = stage;
        this.ports = ports;
        this.rings = rings;
        this.pages = pages;
        this.counters = counters;
        this.budgets = budgets;
        this.topology = plan.topology();
        this.sharing = plan.sharing();
        this.copies = copies;
        this.chains = new Chains(copies);
        this.cursors = new Cursors(topology);
        this.nodes = new Node[topology.nodes().size()];
        this.shared = new Node[topology.nodes().size()];
        this.marks = new MarkOrigin[topology.nodes().size()];
        this.inboxes = new Inbox[topology.nodes().size()];
        this.firings = new Firing[topology.nodes().size()];
        this.below = new boolean[topology.nodes().size()];
    }

    StageCore build() {
        parts.deadLetters = ports.deadLetters(stage.index());
        parts.ownsIntake = stage.index() == 0;
        parts.cutViews = plan.options().cutViews();
        makeLetterStream();
        for (InboxPlan i : stage.inboxes()) {
            TopologyNode n = topology.nodes().get(i.node());
            inboxes[i.node()] = new Inbox(
                    n.name(), i.capacity(), inputTypes(n), plan.options().cutViews());
        }
        makeIntakes();
        for (int id : stage.nodes()) {
            node(id);
        }
        keyGroups.values().forEach(m -> m.values().forEach(KeyGroup::seal));
        for (SourceIntake s : parts.intakes) {
            List<LookAhead.Way> ways = new ArrayList<>();
            addWays(s.node(), ways);
            if (!ways.isEmpty()) {
                s.lookAhead(new LookAhead(
                        topology.nodes().get(s.node()).input().type().newView(), ways));
            }
        }
        for (int id : stage.nodes()) {
            makeUnit(topology.nodes().get(id));
        }
        for (EdgePlan e : plan.edges()) {
            if (e.from() == stage.index()) {
                parts.out.add(cells.out(rings.get(e.edge()), e.edge().from()));
            }
        }
        parts.before.addAll(cells.before());
        parts.after.addAll(cells.after());
        return new StageCore(parts);
    }

    /** Intakes come before the cells, and their chains need nodes, which need cells: hence chains that are filled in. */
    private void makeIntakes() {
        List<TopologyNode> sources = new ArrayList<>();
        for (TopologyNode n : topology.nodes()) {
            if (n.input() != null) {
                sources.add(n);
            }
        }
        parts.intakes = new SourceIntake[sources.size()];
        for (int i = 0; i < parts.intakes.length; i++) {
            TopologyNode n = sources.get(i);
            parts.intakes[i] = new SourceIntake(
                    n.id(), n.input(), ports.isLive(n.input()), isFirstReader(n.id()) ? failures(n.id()) : null);
        }
        cells = new StageCells(topology, stage, parts.intakes, parts.clock.ticks());
        for (SourceIntake s : parts.intakes) {
            s.chain(isRead(s.node()) ? ports.root(stage.index(), chains.sequence(fromSource(s))) : Discard.INSTANCE);
            cutting(s.view());
        }
        for (TopologyNode n : topology.nodes()) {
            if (n.isLetters()) {
                parts.letters.chain(chains.sequence(steps(n.id(), 0)));
            }
        }
    }

    private void makeLetterStream() {
        for (TopologyNode n : topology.nodes()) { // a node stands behind its inputs
            below[n.id()] = n.isLetters() || n.inputs().stream().anyMatch(p -> below[p.node()]);
            if (n.isLetters()) {
                parts.letters = new LetterStream(topology, counters[n.id()]);
            }
        }
    }

    private List<Node> fromSource(SourceIntake s) {
        List<Node> result = steps(s.node(), 0);
        if (cursors.at(s.node(), 0) && result.get(0) != Discard.INSTANCE) {
            result.add(0, new SetCursor(s.view()));
        }
        return result;
    }

    private boolean isRead(int source) {
        return stage.sources().contains(source);
    }

    private boolean isFirstReader(int source) {
        for (StagePlan s : plan.stages()) {
            if (s.sources().contains(source)) {
                return s == stage;
            }
        }
        return false;
    }

    private List<EventType<?>> inputTypes(TopologyNode n) {
        List<EventType<?>> types = new ArrayList<>();
        for (Port p : n.inputs()) {
            types.add(topology.nodes().get(p.node()).types().get(p.port()));
        }
        return types;
    }

    private Node node(int id) {
        if (nodes[id] != null) {
            return nodes[id];
        }
        TopologyNode n = topology.nodes().get(id);
        if (n.output() != null) {
            nodes[id] = new SinkNode(ports.sink(n.output()), counters[id]);
            return nodes[id];
        }
        Operator<?, ?> o = n.operator();
        nodes[id] = copies.node(o, new StageNodeContext(this, n));
        ProgressCell cell = cells.local(id);
        if (nodes[id] instanceof TimedNode t) {
            if (o.maxFirings() == 0) {
                throw new IllegalStateException(o.word() + " " + n.name() + " is timed and declares no maxFirings");
            }
            cell.timed(t, o.maxOutputsPerFiring() > 0);
        } else if (o.maxFirings() > 0) {
            throw new IllegalStateException(o.word() + " " + n.name() + " declares firings and its node fires nothing");
        }
        return nodes[id];
    }

    /** What follows an output, as flat as it can be. */
    List<Node> steps(int id, int port) {
        List<Node> result = new ArrayList<>();
        TopologyNode n = topology.nodes().get(id);
        if (port == 0 && n.marksOrigin() >= 0) {
            result.add(mark(n));
        }
        if (n.input() == null
                || isFirstReader(id)) { // what an input brings is looked at once, though several stages read it
            result.addAll(ports.behind(stage.index(), n, port));
        }
        List<List<Node>> branches = new ArrayList<>();
        for (Edge e : topology.edgesFrom(id, port)) {
            if (stage.nodes().contains(e.to())) {
                branches.add(branch(e));
            } else if (rings.containsKey(e)) {
                branches.add(List.of(new SendInto(rings.get(e))));
            }
        }
        if (branches.isEmpty()) {
            result.add(Discard.INSTANCE);
        } else if (branches.size() == 1) {
            result.addAll(branches.get(0));
        } else {
            result.add(chains.fork(branches.stream().map(chains::sequence).toList()));
        }
        return result;
    }

    private List<Node> branch(Edge e) {
        if (inboxes[e.to()] != null) {
            return List.of(inboxes[e.to()].entrance(e.input()));
        }
        List<Node> result = new ArrayList<>();
        TopologyNode n = topology.nodes().get(e.to());
        if (cursors.at(e.from(), e.port())) {
            result.add(Rewind.INSTANCE);
        }
        if (n.inputs().size() == 1) {
            result.addAll(withRest(e.to()));
            return result;
        }
        if (n.operator() != null) {
            result.add(new EnterInput(e.input()));
        }
        result.add(shared(e.to()));
        return result;
    }

    /** What follows a node with several inputs is built once, not once for each of them. */
    private Node shared(int id) {
        if (shared[id] == null) {
            shared[id] = chains.sequence(withRest(id));
        }
        return shared[id];
    }

    /** One for each base, wherever its output is called from: it numbers all events of the base. */
    private MarkOrigin mark(TopologyNode n) {
        if (marks[n.id()] == null) {
            marks[n.id()] = new MarkOrigin(n.marksOrigin());
        }
        return marks[n.id()];
    }

    private List<Node> withRest(int id) {
        List<Node> result = new ArrayList<>();
        result.addAll(ports.before(stage.index(), topology.nodes().get(id)));
        result.add(node(id));
        if (topology.nodes().get(id).output() == null) {
            result.addAll(steps(id, 0));
        }
        return result;
    }

    private void makeUnit(TopologyNode n) {
        ProgressCell cell = cells.local(n.id());
        if (inboxes[n.id()] == null && cell == null) {
            return;
        }
        EdgeRing[] in = new EdgeRing[0];
        Node chain = null;
        if (inboxes[n.id()] != null) {
            chain = ports.root(stage.index(), chains.sequence(withRest(n.id())));
            in = ringsInto(n);
            for (EdgeRing r : in) {
                if (r != null) {
                    cutting(r.view());
                }
            }
        }
        int most = n.operator() == null ? 0 : n.operator().maxFirings();
        parts.units.add(new StageUnit(
                inboxes[n.id()], in, cells.edgesInto(n.id()), chain, cell, most, counters[n.id()], firing(n.id())));
    }

    private EdgeRing[] ringsInto(TopologyNode n) {
        EdgeRing[] result = new EdgeRing[n.inputs().size()];
        boolean any = false;
        for (int i = 0; i < result.length; i++) {
            Port p = n.inputs().get(i);
            result[i] = rings.get(new Edge(p.node(), p.port(), n.id(), i));
            any |= result[i] != null;
        }
        return any ? result : new EdgeRing[0];
    }

    // ---- what node contexts ask

    /** Views are cut off where that is wanted, and only there kept in a list. */
    void cutting(EventView<?> view) {
        if (plan.options().cutViews()) {
            parts.cut.add(view);
        }
    }

    boolean hasCursor(TopologyNode n, int input) {
        return cursors.into(n, input);
    }

    Node rest(int id, int port) {
        return chains.sequence(steps(id, port));
    }

    boolean isRead(int id, int port) {
        return !topology.edgesFrom(id, port).isEmpty();
    }

    ProgressCell cell(int id) {
        return cells.local(id);
    }

    /** One a node: what its unit begins with, and what the node fires itself. */
    Firing firing(int id) {
        if (firings[id] == null) {
            firings[id] = new Firing(id);
        }
        return firings[id];
    }

    StageClock clock() {
        return parts.clock;
    }

    NodeCounters counters(int id) {
        return counters[id];
    }

    /** Where the failures of a node go; what fails below the stream of dead letters is not fed back to it. */
    NodeFailures failures(int id) {
        return new NodeFailures(id, counters[id], parts.deadLetters, below[id] ? null : parts.letters);
    }

    /** The state of a node, kept for the statistics too. */
    StateBudget budget(TopologyNode n) {
        budgets[n.id()] = new StateBudget(n.name(), plan.budgetBytes().get(n.id()), pages);
        return budgets[n.id()];
    }

    Plan plan() {
        return plan;
    }

    /** Nodes that see each event of one node with its key have a group, unless the topology wants them on different threads. */
    KeyGroup keyGroup(TopologyNode n) {
        TopologyNode from = upstream(n);
        while (from.operator() != null
                && from.operator().keepsKey()
                && from.operator().answers() == Answers.EXACTLY_ONE) {
            from = upstream(from);
        }
        return keyGroups
                .computeIfAbsent(from.id(), id -> new LinkedHashMap<>())
                .computeIfAbsent(
                        sharing.get(n.id()), s -> new KeyGroup(plan.options().hashSeed()));
    }

    /** The keys that are made of the very value that a node sends. */
    private void addWays(int node, List<LookAhead.Way> ways) {
        for (Edge e : topology.edgesFrom(node, 0)) {
            Operator<?, ?> o = topology.nodes().get(e.to()).operator();
            if (o == null || !o.handsOn() || e.input() != 0 || !stage.nodes().contains(e.to())) {
                continue;
            }
            if (o.numberKey() != null && keyGroups.containsKey(e.to())) {
                keyGroups.get(e.to()).values().forEach(g -> ways.add(new LookAhead.Way(o.numberKey(), g)));
            }
            addWays(e.to(), ways);
        }
    }

    private TopologyNode upstream(TopologyNode n) {
        return topology.nodes().get(n.inputs().get(0).node());
    }

    InboxPlan inbox(int id) {
        return stage.inbox(id);
    }

    EventType<?> inputType(TopologyNode n, int input) {
        return inputTypes(n).get(input);
    }
}
