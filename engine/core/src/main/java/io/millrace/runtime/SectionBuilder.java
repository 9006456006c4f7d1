package io.millrace.runtime;

import io.millrace.event.EventType;
import io.millrace.operator.Node;
import io.millrace.operator.Shards;
import io.millrace.plan.InboxPlan;
import io.millrace.plan.Plan;
import io.millrace.plan.StagePlan;
import io.millrace.topology.Section;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Builds the shards of one section that a stage runs: the nodes of the section once for each of them. */
final class SectionBuilder {
    private final StageBuilder builder;
    private final StagePlan stage;
    private final Topology topology;
    private final Section section;
    private final NodeCopies copies;
    private final List<Integer> caring = new ArrayList<>();
    private ShardedSection built;

    SectionBuilder(StageBuilder builder, NodeCopies copies, Plan plan, StagePlan stage, Section section) {
        this.builder = builder;
        this.stage = stage;
        this.topology = plan.topology();
        this.section = section;
        this.copies = copies;
        for (int id : section.nodes()) {
            if (StageCells.cares(topology.nodes().get(id).operator())) {
                caring.add(id);
            }
        }
    }

    String name() {
        return section.name();
    }

    boolean isFirst(int node) {
        return section.nodes().get(0) == node;
    }

    int entrance(int node) {
        return section.entrances().indexOf(node);
    }

    ShardedSection section() {
        return built;
    }

    /** What chains in front of it lead to; the shards are not made yet. */
    void make(StageCells cells) {
        int n = section.entrances().size();
        Inbox[] waiting = new Inbox[n];
        EdgeRing[][] rings = new EdgeRing[n][];
        ProgressCell[][] ringCells = new ProgressCell[n][];
        for (int i = 0; i < n; i++) {
            TopologyNode entrance = topology.nodes().get(section.entrances().get(i));
            waiting[i] = inbox(entrance);
            rings[i] = builder.ringsInto(entrance, 0);
            ringCells[i] = cells.edgesInto(entrance.id())[0];
        }
        built = new ShardedSection(
                stage.shards().from(),
                waiting,
                rings,
                ringCells,
                caring.stream().map(cells::local).toArray(ProgressCell[]::new),
                caring.stream().map(cells::hold).toArray(ProgressCell[]::new));
    }

    /** By shard: in a step one goes after the other. */
    private Inbox inbox(TopologyNode entrance) {
        InboxPlan plan = stage.inbox(entrance.id());
        if (plan == null) {
            return null;
        }
        EventType<?> type = builder.inputType(entrance, 0);
        List<EventType<?>> types = Collections.nCopies(stage.shards().size(), type);
        return builder.inbox(entrance, plan, types);
    }

    /** Makes the shards. */
    void fill(StageCells cells) {
        Shard[] shards = new Shard[stage.shards().size()];
        for (int i = 0; i < shards.length; i++) {
            copies.begin();
            shards[i] = shard(stage.shards().from() + i, cells);
        }
        built.shards(shards);
    }

    private Shard shard(int number, StageCells plain) {
        Scope scope = builder.shardScope(section.name(), copies, number);
        Shard shard = new Shard(number);
        scope.shard = shard;
        for (int id : caring) {
            List<Integer> before = StageCells.nearestInside(topology, section, id);
            scope.cells[id] = ProgressCell.ofShard(
                    plain.local(id), before.stream().map(b -> scope.cells[b]).toArray(ProgressCell[]::new));
        }
        builder.inside(scope, () -> stand(shard, scope));
        builder.shared(number, scope);
        return shard;
    }

    private void stand(Shard shard, Scope scope) {
        for (int id : section.nodes()) {
            TopologyNode n = topology.nodes().get(id);
            if (!n.isEntrance() && stage.inbox(id) != null) {
                scope.inboxes[id] = builder.inbox(n, stage.inbox(id), builder.inputTypes(n));
            }
        }
        for (int id : section.nodes()) {
            if (!topology.nodes().get(id).isEntrance()) {
                builder.node(id);
            }
        }
        Node[] chains = section.entrances().stream().map(this::chain).toArray(Node[]::new);
        List<StageUnit> units = new ArrayList<>();
        List<Integer> entranceAt = new ArrayList<>();
        for (int id : section.nodes()) {
            int entrance = entrance(id);
            StageUnit unit = entrance >= 0 ? null : unit(topology.nodes().get(id), scope);
            if (unit != null || entrance >= 0) {
                units.add(unit);
                entranceAt.add(entrance);
            }
        }
        shard.stand(
                units.toArray(new StageUnit[0]),
                entranceAt.stream().mapToInt(i -> i).toArray(),
                chains,
                caring.stream().map(id -> scope.cells[id]).toArray(ProgressCell[]::new));
    }

    /** Where entries do not come by way of a chain of this stage, theirs begins here. */
    private Node chain(int entrance) {
        int at = entrance(entrance);
        boolean begins = stage.inbox(entrance) != null
                || builder.ringsInto(topology.nodes().get(entrance), 0) != null;
        return begins && at >= 0 ? builder.root(() -> builder.rest(entrance, 0)) : builder.rest(entrance, 0);
    }

    private StageUnit unit(TopologyNode n, Scope scope) {
        Inbox inbox = scope.inboxes[n.id()];
        ProgressCell cell = scope.cells[n.id()];
        if (inbox == null && cell == null) {
            return null;
        }
        return new StageUnit(
                inbox,
                new EdgeRing[0][],
                null,
                inbox == null ? null : builder.root(() -> builder.withRest(n.id())),
                cell,
                builder.plan().mostFirings().get(n.id()),
                scope.counters[n.id()],
                builder.firing(n.id()));
    }

    /** What a shard has of a share of the state budget. */
    static long share(long bytes) {
        return bytes / Shards.COUNT;
    }
}
