package io.millrace.runtime;

import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.operator.Failures;
import io.millrace.operator.Firing;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.operator.Updates;
import io.millrace.plan.InboxPlan;
import io.millrace.state.KeyGroup;
import io.millrace.state.StateBudget;
import io.millrace.time.Progress;
import io.millrace.topology.TopologyNode;

/** What a node of a stage is given. */
final class StageNodeContext implements NodeContext {
    private final StageBuilder builder;
    private final TopologyNode node;
    private final Failures failures;
    private final StateBudget budget;
    private final StageClock clock;
    private final ProgressCell cell;
    private final Firing firing;
    private final NodeCounters counters;

    /** Null outside of sections. */
    private final Shard shard;

    StageNodeContext(StageBuilder builder, TopologyNode node) {
        this.builder = builder;
        this.node = node;
        this.failures = builder.failures(node.id());
        this.budget = builder.budget(node);
        this.clock = builder.clock();
        this.cell = builder.cell(node.id());
        this.firing = builder.firing(node.id());
        this.counters = builder.counters(node.id());
        this.shard = builder.shard();
    }

    @Override
    public String node() {
        return node.name();
    }

    @Override
    public EventType<?> inputType(int input) {
        return builder.inputType(node, input);
    }

    @Override
    public EventType<?> outputType(int port) {
        return node.types().get(port);
    }

    @Override
    public Updates updates(int input) {
        return builder.updates(node, input);
    }

    @Override
    public boolean ofWindows(int input) {
        return builder.ofWindows(node, input);
    }

    @Override
    public Node rest(int port) {
        return builder.rest(node.id(), port);
    }

    @Override
    public boolean isRead(int port) {
        return builder.isRead(node.id(), port);
    }

    @Override
    public Progress progress() {
        if (cell == null) {
            throw new IllegalStateException(node.operator().word() + " " + node.name()
                    + " asks for progress without declaring it; override readsProgress");
        }
        return cell.progress();
    }

    @Override
    public Progress time() {
        progress(); // refused where the operator does not ask for it
        return cell.time();
    }

    @Override
    public void due(long dueNs) {
        if (cell != null && cell.followsClock()) {
            clock.tickDue(dueNs);
        } else {
            clock.due(dueNs);
            if (shard != null) {
                shard.due(dueNs);
            }
        }
        if (cell != null && dueNs <= cell.time().ns()) {
            clock.overdue();
        }
    }

    @Override
    public Firing firing() {
        return firing;
    }

    @Override
    public Failures failures() {
        return failures;
    }

    @Override
    public StateBudget budget() {
        return budget;
    }

    @Override
    public NodeCounters counters() {
        return counters;
    }

    @Override
    public long hashSeed() {
        return builder.plan().options().hashSeed();
    }

    @Override
    public KeyGroup keyGroup() {
        return builder.keyGroup(node);
    }

    @Override
    public boolean cutViews() {
        return builder.plan().options().cutViews();
    }

    @Override
    public <E extends EventView<?>> E cutting(E view) {
        builder.cutting(view);
        return view;
    }

    @Override
    public int valuePlace() {
        return Flow.placeOf(node.id());
    }

    @Override
    public boolean hasCursor(int input) {
        return builder.hasCursor(node, input);
    }

    @Override
    public int originDepth() {
        return node.originDepth();
    }

    @Override
    public boolean inputsStaged() {
        return builder.inbox(node.id()) != null;
    }

    @Override
    public int mostPerStep() {
        InboxPlan inbox = builder.inbox(node.id());
        return inbox == null ? 1 : inbox.capacity();
    }
}
