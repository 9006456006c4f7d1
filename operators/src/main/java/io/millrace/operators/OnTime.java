package io.millrace.operators;

import io.millrace.event.EventType;
import io.millrace.event.Reason;
import io.millrace.operator.Answers;
import io.millrace.operator.Failures;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeClass;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.operator.Operator;
import io.millrace.time.Progress;
import java.lang.invoke.MethodHandles;
import java.util.List;

/**
 * Refuses events behind progress once, before a fork, instead of once at each later operator that would refuse them.
 *
 * @param <T> the type of the events
 */
public final class OnTime<T> implements Operator<T, T> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), OnTimeNode.class);

    private OnTime() {}

    /**
     * Makes the operator.
     *
     * @param <T> the type of the events
     * @return the operator, which passes events whose time is not below progress; the others go to the dead letters
     *     ({@code late})
     */
    public static <T> OnTime<T> create() {
        return new OnTime<>();
    }

    @Override
    public String word() {
        return "onTime";
    }

    @Override
    public NodeClass node() {
        return NODE;
    }

    @Override
    public EventType<?> outputType(int port, List<EventType<?>> inputs) {
        return inputs.get(0);
    }

    @Override
    public boolean handsOn() {
        return true;
    }

    @Override
    public Answers answers() {
        return Answers.AT_MOST_ONE;
    }

    @Override
    public boolean readsProgress() {
        return true;
    }
}

/** Compares. */
final class OnTimeNode implements Node {
    private final Progress progress;
    private final Failures failures;
    private final NodeCounters counters;

    OnTimeNode(OnTime<?> operator, NodeContext context) {
        assert operator != null;
        progress = context.progress();
        failures = context.failures();
        counters = context.counters();
    }

    @Override
    public boolean on(Flow flow) {
        if (flow.timeNs() < progress.ns()) {
            counters.late++;
            return failures.refuse(flow, Reason.LATE, "its time is before that of an event taken earlier");
        }
        counters.out++;
        return true;
    }
}
