package io.millrace.plan;

import io.millrace.event.EventType;
import io.millrace.event.TimeMeaning;
import io.millrace.operator.Operator;
import io.millrace.operator.Shards;
import io.millrace.topology.Edge;
import io.millrace.topology.Port;
import io.millrace.topology.Section;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import io.millrace.topology.TopologyNode;
import java.util.ArrayList;
import java.util.List;

/** Makes the plan of a topology. */
public final class Planner {
    private static final long MOST_SLOTS = 1 << 20;

    private final Topology topology;
    private final PlanOptions options;
    private final EntryBounds bounds;
    private final List<String> problems = new ArrayList<>();
    private final List<List<Integer>> stagesOf = new ArrayList<>();
    private final List<List<Integer>> stageNodes = new ArrayList<>();
    private final List<String> stageNames = new ArrayList<>();
    private final List<ShardRange> stageShards = new ArrayList<>();

    private Planner(Topology topology, PlanOptions options) {
        this.topology = topology;
        this.options = options;
        this.bounds = new EntryBounds(topology);
        topology.nodes().forEach(n -> stagesOf.add(new ArrayList<>()));
    }

    /**
     * Plans a topology.
     *
     * @param topology what is to be computed
     * @param options what else decides
     * @return the plan
     * @throws TopologyException if it cannot run as asked
     */
    public static Plan plan(Topology topology, PlanOptions options) {
        return new Planner(topology, options).plan();
    }

    private Plan plan() {
        numberStages(new StageLevels(topology, options.threads()));
        List<StagePlan> stages = new ArrayList<>();
        for (int i = 0; i < stageNodes.size(); i++) {
            stages.add(stage(i));
        }
        List<EdgePlan> edges = edges();
        List<Long> budgets = budgets();
        checkBudgets(budgets);
        if (!problems.isEmpty()) {
            throw new TopologyException(topology.name(), problems);
        }
        return new Plan(topology, options, stages, edges, budgets, firings());
    }

    /** Stages are numbered by level, then by first node, so that edges lead from smaller to larger. */
    private void numberStages(StageLevels levels) {
        for (int l = 0; l <= levels.deepest(); l++) {
            List<String> namesOfLevel = new ArrayList<>();
            List<Integer> firstOfName = new ArrayList<>();
            for (TopologyNode n : topology.nodes()) {
                if (n.isRoot() || levels.level(n.id()) != l) {
                    continue;
                }
                int at = namesOfLevel.indexOf(levels.thread(n.id()));
                if (at < 0) {
                    at = namesOfLevel.size();
                    namesOfLevel.add(levels.thread(n.id()));
                    firstOfName.add(stageNodes.size());
                    addStages(n, levels.thread(n.id()), l);
                }
                int behind = at + 1 < firstOfName.size() ? firstOfName.get(at + 1) : stageNodes.size();
                for (int stage = firstOfName.get(at); stage < behind; stage++) {
                    stagesOf.get(n.id()).add(stage);
                    stageNodes.get(stage).add(n.id());
                }
            }
        }
    }

    /** Adds a stage for a thread; for a section of parallel keys, as many as it has threads. */
    private void addStages(TopologyNode n, String thread, int level) {
        Section section = topology.sectionOf(n);
        if (section == null || !thread.equals(StageLevels.threads(section))) {
            stageNodes.add(new ArrayList<>());
            stageNames.add(thread + (stageNames.contains(thread) ? "-" + (level + 1) : ""));
            stageShards.add(ShardRange.ALL);
            return;
        }
        for (int i = 0; i < section.threads(); i++) {
            stageNodes.add(new ArrayList<>());
            stageNames.add(section.name() + "." + (i + 1));
            stageShards.add(new ShardRange(section.firstShard(i), section.firstShard(i + 1)));
        }
    }

    private StagePlan stage(int index) {
        List<Integer> nodes = stageNodes.get(index);
        DirectMerges merges = new DirectMerges(topology, bounds, nodes);
        List<InboxPlan> inboxes = new ArrayList<>();
        for (int id : merges.staged()) {
            TopologyNode n = topology.nodes().get(id);
            String reason = merges.reason(n);
            requireTypes(n, reason);
            inboxes.add(new InboxPlan(id, (int) Math.min(bounds.inInOneStep(id), MOST_SLOTS), reason));
            if (bounds.inInOneStep(id) > MOST_SLOTS) {
                problems.add(n.where() + ": one entry can bring it " + bounds.inInOneStep(id)
                        + " entries at once, which is too many; lower the bounds of flatMap and joins in front of it");
            }
        }
        for (int id : merges.remoteEntrances()) {
            requireTypes(topology.nodes().get(id), "its keys are distributed over threads");
        }
        return new StagePlan(
                index,
                stageNames.get(index),
                List.copyOf(nodes),
                sources(nodes),
                inboxes,
                timed(nodes),
                stageShards.get(index));
    }

    private void requireTypes(TopologyNode n, String reason) {
        for (Port p : n.inputs()) {
            TopologyNode from = topology.nodes().get(p.node());
            if (from.types().get(p.port()) == null) {
                problems.add(from.where() + ": its output must be stored "
                        + "in front of " + n.name() + ", because " + reason + ", and an untyped value cannot be "
                        + "stored; use map(type, function)");
            }
        }
    }

    private List<Integer> sources(List<Integer> nodes) {
        List<Integer> result = new ArrayList<>();
        for (TopologyNode s : topology.nodes()) {
            boolean read = s.isRoot() && topology.edgesFrom(s.id(), 0).stream().anyMatch(e -> nodes.contains(e.to()));
            if (read) {
                result.add(s.id());
            }
        }
        return result;
    }

    private List<Integer> timed(List<Integer> nodes) {
        List<Integer> result = new ArrayList<>();
        for (int id : nodes) {
            Operator<?, ?> o = topology.nodes().get(id).operator();
            if (o != null && o.maxFirings() > 0) {
                result.add(id);
            }
        }
        return result;
    }

    private List<EdgePlan> edges() {
        // where a historic source may hold events back and release them together, one entry has that many rounds
        boolean historic = topology.inputs().stream().anyMatch(i -> i.timeMeaning() != TimeMeaning.LIVE);
        int rounds = historic ? Plan.SET_ASIDE + 1 : 1;
        List<EdgePlan> result = new ArrayList<>();
        for (Edge e : topology.edges()) {
            TopologyNode from = topology.nodes().get(e.from());
            if (from.isRoot() || stagesOf.get(e.from()).equals(stagesOf.get(e.to()))) {
                continue;
            }
            EventType<?> type = from.types().get(e.port());
            // one more in each round: the note that progress is held back
            long most = (bounds.outInOneRound(e.from()) + 1) * rounds;
            if (most > MOST_SLOTS) {
                problems.add(from.where() + ": one entry can cause " + most
                        + " entries on its edge to another thread, which is too many; lower its "
                        + "bound, or keep both on one thread");
                continue;
            }
            int slots = powerOfTwo(Math.max(most, options.edgeSlots()));
            int keyBytes = from.key() == null ? 0 : from.key().maxBytes();
            for (int writer : stagesOf.get(e.from())) { // in the order of their shards
                for (int reader : stagesOf.get(e.to())) {
                    result.add(new EdgePlan(
                            e, writer, reader, most, slots, type == null ? 0 : type.maxLength(), keyBytes));
                }
            }
        }
        return result;
    }

    private List<Integer> firings() {
        return topology.nodes().stream().map(n -> bounds.firings(n.id())).toList();
    }

    private static int powerOfTwo(long atLeast) {
        int p = 1;
        while (p < atLeast) {
            p <<= 1;
        }
        return p;
    }

    /** State that grows with keys shares the budget evenly; a single row of state (a setting) costs nothing worth dividing. */
    private List<Long> budgets() {
        long keepers = topology.nodes().stream().filter(Planner::grows).count();
        List<Long> result = new ArrayList<>();
        for (TopologyNode n : topology.nodes()) {
            result.add(grows(n) ? options.stateBytes() / keepers : 0L);
        }
        return result;
    }

    /** Reports all at once: a share that holds no page would let the engine start, and refuse every event. */
    private void checkBudgets(List<Long> budgets) {
        long enough = 0;
        for (TopologyNode n : topology.nodes()) {
            enough = Math.max(enough, least(n));
        }
        enough *= topology.nodes().stream().filter(Planner::grows).count();
        for (TopologyNode n : topology.nodes()) {
            if (grows(n) && budgets.get(n.id()) < least(n)) {
                problems.add(n.where() + ": its share of the state budget, " + budgets.get(n.id()) + " of "
                        + options.stateBytes() + " bytes, is less than the "
                        + least(n) + " that it needs"
                        + (n.section() == null ? "" : " for " + Shards.COUNT + " shards") + "; raise the budget to "
                        + enough
                        + " bytes or more");
            }
        }
    }

    private static long least(TopologyNode n) {
        return !grows(n) ? 0 : n.operator().leastStateBytes() * (n.section() == null ? 1 : Shards.COUNT);
    }

    private static boolean grows(TopologyNode n) {
        return n.operator() != null && n.operator().leastStateBytes() > 0;
    }
}
