package io.millrace.operators.window;

import io.millrace.operator.Account;
import io.millrace.operator.Explains;
import io.millrace.operator.Flow;
import io.millrace.operator.NodeContext;
import io.millrace.operator.TimedNode;
import io.millrace.state.Saved;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;

/** Runs groups whose rows are final some time. */
final class ForgettingGroupNode implements TimedNode, Saved, Explains {
    private final GroupNode groups;
    private final GroupAges ages;

    ForgettingGroupNode(GroupOperator<?, ?> operator, NodeContext context) {
        groups = new GroupNode(operator, context);
        ages = groups.ages();
    }

    @Override
    public boolean on(Flow flow) {
        return groups.on(flow);
    }

    @Override
    public long nextDueNs() {
        return ages.nextDueNs();
    }

    @Override
    public int fire(long progressNs, int most, Flow flow) {
        return ages.fire(progressNs, most);
    }

    @Override
    public void save(StateWriter to) {
        groups.save(to);
    }

    @Override
    public void load(StateReader from) {
        groups.load(from);
    }

    @Override
    public void explain(Flow flow, Account to) {
        groups.explain(flow, to);
    }
}
