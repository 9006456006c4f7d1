package io.millrace.operators;

import io.millrace.event.EventType;
import io.millrace.operator.Answers;
import io.millrace.operator.Failures;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeClass;
import io.millrace.operator.NodeContext;
import io.millrace.operator.Operator;
import io.millrace.operators.Fn.Action;
import java.lang.invoke.MethodHandles;
import java.util.List;

/**
 * Calls an action with each event that passes, for counters and logs of the embedding service. What the action does is
 * outside the log; a replay does it again. A retraction by key passes whatever the action does.
 *
 * @param <T> the type of the events
 */
public final class Peek<T> implements Operator<T, T> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), PeekNode.class);

    final Action<? super T> look;

    private Peek(Action<? super T> look) {
        this.look = look;
    }

    /**
     * Makes the operator.
     *
     * @param look called with each event; an event for which it throws goes to the dead letters, unless it is a
     *     retraction by key
     * @param <T>  the type of the events
     * @return the operator
     */
    public static <T> Peek<T> of(Action<? super T> look) {
        return new Peek<>(java.util.Objects.requireNonNull(look, "look"));
    }

    @Override
    public String word() {
        return "peek";
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
        return Answers.EXACTLY_ONE;
    }

    @Override
    public boolean takesUpdates() {
        return true;
    }
}

/** Runs a look. */
final class PeekNode implements Node {
    private final Action<Object> look;
    private final boolean isByKey;
    private final Failures failures;

    @SuppressWarnings("unchecked")
    PeekNode(Peek<?> operator, NodeContext context) {
        look = (Action<Object>) operator.look;
        isByKey = EmptyValue.isByKey(context);
        failures = context.failures();
    }

    @Override
    public boolean on(Flow flow) {
        try {
            look.on(flow.value());
        } catch (Throwable t) {
            return isByKey && EmptyValue.goesOn(flow, t) || failures.operatorError(flow, t);
        }
        return true;
    }
}
