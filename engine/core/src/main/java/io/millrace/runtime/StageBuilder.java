package io.millrace.runtime;

import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.operator.Answers;
import io.millrace.operator.Firing;
import io.millrace.operator.Node;
import io.millrace.operator.NodeCounters;
import io.millrace.operator.Operator;
import io.millrace.operator.Shards;
import io.millrace.operator.TimedNode;
import io.millrace.operator.Updates;
import io.millrace.plan.EdgePlan;
import io.millrace.plan.InboxPlan;
import io.millrace.plan.Plan;
import io.millrace.plan.ShardRange;
import io.millrace.plan.StagePlan;
import io.millrace.state.KeyGroup;
import io.millrace.state.Pages;
import io.millrace.state.Saved;
import io.millrace.state.StateBudget;
import io.millrace.topology.Edge;
import io.millrace.topology.Port;
import io.millrace.topology.Section;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Builds one stage from its plan, from the sinks upwards: a node is made when what follows it stands. */
final class StageBuilder {
    private final Plan plan;
    private final StagePlan stage;
    private final Ports ports;
    private final Map<EdgePlan, EdgeRing> rings;
    private final Pages pages;
    private final NodeParts nodeParts;

    private final Topology topology;
    private final Cursors cursors;
    private final StageParts parts = new StageParts();
    private final MarkOrigin[] marks;
    private final Firing[] firings;
    private final boolean[] below;
    private final List<SectionBuilder> sections = new ArrayList<>();

    /** What is built: the nodes outside of sections, or those of a shard. */
    private final Scope outside;

    private Scope scope;

    /** Whether what is being put together is the way of events that are watched, where some are and others are not. */
    private boolean sampled = true;

    private final List<String> sharing;
    private StageCells cells;

    StageBuilder(
            Plan plan,
            NodeCopies copies,
            StagePlan stage,
            Ports ports,
            Map<EdgePlan, EdgeRing> rings,
            Pages pages,
            NodeParts nodeParts) {
        this.plan = plan;
        this.stage = stage;
        this.ports = ports;
        this.rings = rings;
        this.pages = pages;
        this.nodeParts = nodeParts;
        this.topology = plan.topology();
        this.sharing = plan.sharing();
        this.outside = new Scope(null, copies, nodeParts.counters());
        this.scope = outside;
        this.cursors = new Cursors(topology);
        this.marks = new MarkOrigin[topology.nodes().size()];
        this.firings = new Firing[topology.nodes().size()];
        this.below = new boolean[topology.nodes().size()];
        for (Section s : topology.sections()) {
            if (stage.nodes().contains(s.nodes().get(0))) {
                sections.add(new SectionBuilder(this, copies.ofSection(s.name()), plan, stage, s));
            }
        }
    }

    StageCore build() {
        parts.deadLetters = ports.deadLetters(stage.index());
        parts.ownsIntake = stage.index() == 0;
        parts.cutViews = plan.options().cutViews();
        makeLetterStream();
        for (InboxPlan i : stage.inboxes()) {
            TopologyNode n = topology.nodes().get(i.node());
            if (n.section() == null) {
                outside.inboxes[i.node()] = inbox(n, i, inputTypes(n));
            }
        }
        makeIntakes();
        for (int id : stage.nodes()) {
            if (topology.nodes().get(id).section() == null) {
                node(id);
            }
        }
        sections.forEach(s -> s.fill(cells));
        shared(-1, outside);
        for (SourceIntake s : parts.intakes) {
            List<LookAhead.Way> ways = new ArrayList<>();
            addWays(s.node(), ways);
            if (!ways.isEmpty()) {
                s.lookAhead(new LookAhead(
                        topology.nodes().get(s.node()).input().type().newView(), ways));
            }
        }
        for (int id : stage.nodes()) {
            if (topology.nodes().get(id).section() == null) {
                makeUnit(topology.nodes().get(id));
            }
            sections.stream().filter(s -> s.isFirst(id)).forEach(s -> parts.units.add(new StageUnit(s.section())));
        }
        for (EdgePlan e : plan.edges()) {
            if (e.from() == stage.index()) {
                parts.out.add(cells.out(rings.get(e), e.edge().from()));
            }
        }
        parts.before.addAll(cells.before());
        parts.after.addAll(cells.after());
        parts.cells = cells;
        sections.forEach(x -> parts.sections.add(x.section()));
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
        cells = new StageCells(plan, stage, parts.intakes, parts.clock.ticks());
        sections.forEach(s -> s.make(cells));
        for (SourceIntake s : parts.intakes) {
            s.chain(isRead(s.node()) ? root(() -> scope.chains.sequence(fromSource(s))) : Discard.INSTANCE);
            cutting(s.view());
        }
        for (TopologyNode n : topology.nodes()) {
            if (n.isLetters()) {
                parts.letters.chain(scope.chains.sequence(steps(n.id(), 0)));
            }
        }
    }

    private void makeLetterStream() {
        for (TopologyNode n : topology.nodes()) { // a node stands behind its inputs
            below[n.id()] = n.isLetters() || n.inputs().stream().anyMatch(p -> below[p.node()]);
            if (n.isLetters()) {
                parts.letters = new LetterStream(topology, nodeParts.counters()[n.id()]);
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

    List<EventType<?>> inputTypes(TopologyNode n) {
        List<EventType<?>> types = new ArrayList<>();
        for (Port p : n.inputs()) {
            types.add(topology.nodes().get(p.node()).types().get(p.port()));
        }
        return types;
    }

    Node node(int id) {
        Node[] nodes = scope.nodes;
        if (nodes[id] != null) {
            return nodes[id];
        }
        TopologyNode n = topology.nodes().get(id);
        if (n.output() != null) {
            nodes[id] = new SinkNode(ports.sink(n.output()), scope.counters[id]);
            return nodes[id];
        }
        Operator<?, ?> o = n.operator();
        StageNodeContext context = new StageNodeContext(this, n);
        nodes[id] = scope.copies.node(o, context);
        if (nodes[id] instanceof Saved s) {
            context.keeps(s);
        } else if (o.keepsState() || nodes[id] instanceof TimedNode) { // what is due is state, too
            nodeParts.cannotBeSaved(id);
        }
        ProgressCell cell = cell(id);
        if (nodes[id] instanceof TimedNode t) {
            if (o.maxFirings() == 0) {
                throw new IllegalStateException(
                        o.word() + " " + n.name() + " is timed but declares no maxFirings; override maxFirings");
            }
            cell.timed(t, o.maxOutputsPerFiring() > 0);
        } else if (o.maxFirings() > 0) {
            throw new IllegalStateException(o.word() + " " + n.name() + " declares firings, but its "
                    + "node never fires; let the node implement Timed, or declare none");
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
            result.addAll(ports.behind(stage.index(), n, port, sampled, made(id)));
        }
        List<List<Node>> branches = new ArrayList<>();
        for (Edge e : topology.edgesFrom(id, port)) {
            if (stage.nodes().contains(e.to())) {
                branches.add(leaves(e) ? outside(e) : branch(e));
            } else {
                sendInto(e, branches);
            }
        }
        if (branches.isEmpty()) {
            result.add(Discard.INSTANCE);
        } else if (branches.size() == 1) {
            result.addAll(branches.get(0));
        } else {
            result.add(scope.chains.fork(
                    branches.stream().map(scope.chains::sequence).toList()));
        }
        return result;
    }

    /** A node may be made only when what follows it stands. */
    private Supplier<Node> made(int id) {
        Node[] nodes = scope.nodes;
        return () -> nodes[id];
    }

    /** To other stages; a section of parallel keys may be several. */
    private void sendInto(Edge e, List<List<Node>> branches) {
        List<EdgePlan> to = plan.edges().stream()
                .filter(p -> p.edge().equals(e) && p.from() == stage.index())
                .toList();
        if (to.size() == 1) {
            branches.add(List.of(new SendInto(rings.get(to.get(0)))));
        } else if (to.size() > 1) {
            EdgeRing[] byShard = new EdgeRing[Shards.COUNT];
            for (EdgePlan p : to) {
                ShardRange shards = plan.stages().get(p.to()).shards();
                Arrays.fill(byShard, shards.from(), shards.to(), rings.get(p));
            }
            branches.add(List.of(new SendToShard(byShard)));
        }
    }

    private boolean leaves(Edge e) {
        return scope.section != null
                && !scope.section.equals(topology.nodes().get(e.to()).section());
    }

    /** What stands behind a section is built once, not for each shard. */
    private List<Node> outside(Edge e) {
        Scope inside = scope;
        scope = outside;
        try {
            TopologyNode n = topology.nodes().get(e.to());
            if (n.inputs().size() > 1 || n.isEntrance() || scope.inboxes[e.to()] != null) {
                return branch(e);
            }
            List<Node> result = new ArrayList<>();
            if (cursors.at(e.from(), e.port())) {
                result.add(Rewind.INSTANCE);
            }
            result.add(shared(e.to()));
            return result;
        } finally {
            scope = inside;
        }
    }

    /** Builds what belongs to a shard. */
    void inside(Scope of, Runnable build) {
        scope = of;
        build.run();
        scope = outside;
    }

    Scope shardScope(String section, NodeCopies copies, int shard) {
        return new Scope(section, copies, nodeParts.counters(shard));
    }

    Inbox inbox(TopologyNode n, InboxPlan i, List<EventType<?>> types) {
        return new Inbox(n.name(), i.capacity(), types, plan.options().cutViews(), below[n.id()]);
    }

    Node root(Supplier<Node> way) {
        Node watched = way.get(); // first: makes the nodes, and what is behind those that send by themselves
        if (!ports.samples()) {
            return watched;
        }
        sampled = false;
        Node plain = way.get();
        sampled = true;
        return ports.root(stage.index(), plain, watched);
    }

    private Node entrance(TopologyNode n) {
        for (SectionBuilder s : sections) {
            if (s.name().equals(n.section())) {
                return new EnterSection(s.section(), s.entrance(n.id()));
            }
        }
        throw new IllegalStateException("section of " + n.where() + " is not in the stage of its entrance");
    }

    private List<Node> branch(Edge e) {
        TopologyNode n = topology.nodes().get(e.to());
        if (n.isEntrance()) {
            return List.of(entrance(n));
        }
        if (scope.inboxes[e.to()] != null) {
            return List.of(scope.inboxes[e.to()].entrance(e.input()));
        }
        List<Node> result = new ArrayList<>();
        if (cursors.at(e.from(), e.port())) {
            result.add(Rewind.INSTANCE);
        }
        if (n.inputs().size() == 1) {
            result.addAll(stepsFrom(e.to()));
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
        Node[] shared = sampled ? scope.shared : scope.sharedPlain;
        if (shared[id] == null) {
            shared[id] = withRest(id);
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

    /** A node and all that follows it. */
    Node withRest(int id) {
        return scope.chains.sequence(stepsFrom(id));
    }

    private List<Node> stepsFrom(int id) {
        List<Node> result = new ArrayList<>();
        if (sampled) {
            result.addAll(ports.before(stage.index(), topology.nodes().get(id), made(id)));
        }
        result.add(node(id));
        if (topology.nodes().get(id).output() == null) {
            result.addAll(steps(id, 0));
        }
        return result;
    }

    private void makeUnit(TopologyNode n) {
        ProgressCell cell = cells.local(n.id());
        Inbox inbox = outside.inboxes[n.id()];
        if (inbox == null && cell == null) {
            return;
        }
        EdgeRing[][] in = new EdgeRing[0][];
        Node chain = null;
        if (inbox != null) {
            chain = root(() -> withRest(n.id()));
            in = ringsInto(n);
        }
        int most = plan.mostFirings().get(n.id());
        parts.units.add(new StageUnit(
                inbox, in, cells.edgesInto(n.id()), chain, cell, most, outside.counters[n.id()], firing(n.id())));
    }

    private EdgeRing[][] ringsInto(TopologyNode n) {
        EdgeRing[][] result = new EdgeRing[n.inputs().size()][];
        boolean any = false;
        for (int i = 0; i < result.length; i++) {
            result[i] = ringsInto(n, i);
            any |= result[i] != null;
        }
        return any ? result : new EdgeRing[0][];
    }

    /** In the order of the stages that write, which is that of their shards; null where an input comes from this stage. */
    EdgeRing[] ringsInto(TopologyNode n, int input) {
        Port p = n.inputs().get(input);
        Edge edge = new Edge(p.node(), p.port(), n.id(), input);
        List<EdgeRing> result = new ArrayList<>();
        for (EdgePlan e : plan.edges()) {
            if (e.edge().equals(edge) && e.to() == stage.index()) {
                result.add(rings.get(e));
                cutting(rings.get(e).view());
            }
        }
        return result.isEmpty() ? null : result.toArray(new EdgeRing[0]);
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
        List<Node> steps = steps(id, port);
        if (port > 0) {
            steps.add(0, new CountSide(scope.counters[id], port));
        }
        return scope.chains.sequence(steps);
    }

    boolean isRead(int id, int port) {
        return !topology.edgesFrom(id, port).isEmpty();
    }

    ProgressCell cell(int id) {
        return scope == outside ? cells.local(id) : scope.cells[id];
    }

    /** What is built for; null outside of sections. */
    Shard shard() {
        return scope.shard;
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
        return scope.counters[id];
    }

    /** Where the failures of a node go; what fails below the stream of dead letters is not fed back to it. */
    NodeFailures failures(int id) {
        return new NodeFailures(id, scope.counters[id], parts.deadLetters, below[id] ? null : parts.letters);
    }

    /** The state of a node, kept for the statistics too. */
    StateBudget budget(TopologyNode n) {
        boolean shared = scope == outside;
        long bytes = plan.budgetBytes().get(n.id());
        StateBudget budget = shared
                ? new StateBudget(n.name(), bytes, pages)
                : StateBudget.ofShard(n.name(), SectionBuilder.share(bytes), pages);
        nodeParts.budget(shared ? -1 : scope.shard.number(), n.id(), budget);
        return budget;
    }

    /** Rows that were put together are saved with the first of their nodes. */
    void shared(int shard, Scope of) {
        of.seal()
                .forEach(rows -> nodeParts.shared(
                        shard, topology.node(rows.owners().get(0)).id(), rows));
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
        return scope.keyGroup(from.id(), sharing.get(n.id()), plan.options().hashSeed());
    }

    /** The keys that are made of the very value that a node sends. */
    private void addWays(int node, List<LookAhead.Way> ways) {
        for (Edge e : topology.edgesFrom(node, 0)) {
            Operator<?, ?> o = topology.nodes().get(e.to()).operator();
            if (o == null || !o.handsOn() || e.input() != 0 || !stage.nodes().contains(e.to())) {
                continue;
            }
            if (o.numberKey() != null && outside.keyGroups.containsKey(e.to())) {
                outside.keyGroups.get(e.to()).values().forEach(g -> ways.add(new LookAhead.Way(o.numberKey(), g)));
            }
            if (!topology.nodes().get(e.to()).isEntrance()) { // its rows are strewn over the shards
                addWays(e.to(), ways);
            }
        }
    }

    private TopologyNode upstream(TopologyNode n) {
        return topology.nodes().get(n.inputs().get(0).node());
    }

    InboxPlan inbox(int id) {
        return stage.inbox(id);
    }

    Updates updates(TopologyNode n, int input) {
        Port from = n.inputs().get(input);
        return topology.nodes().get(from.node()).updates(from.port());
    }

    boolean ofWindows(TopologyNode n, int input) {
        Port from = n.inputs().get(input);
        return topology.nodes().get(from.node()).ofWindows(from.port());
    }

    EventType<?> inputType(TopologyNode n, int input) {
        return inputTypes(n).get(input);
    }
}
