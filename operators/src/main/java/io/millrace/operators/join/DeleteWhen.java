package io.millrace.operators.join;

import io.millrace.event.EntryForm;
import io.millrace.event.EventType;
import io.millrace.operator.Answers;
import io.millrace.operator.Failures;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeClass;
import io.millrace.operator.NodeContext;
import io.millrace.operator.Operator;
import io.millrace.operators.Fn.Condition;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Objects;

/**
 * Turns events for which a condition holds into retractions that take the row of their key away. Retractions stay what
 * they are. If several windows of a key may change, the row goes if it is of the same window or an older one
 * ({@link io.millrace.operator.RowWindow}).
 *
 * @param <T> the type of the events
 */
public final class DeleteWhen<T> implements Operator<T, T> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), DeleteWhenNode.class);

    final Condition<? super T> condition;

    private DeleteWhen(Condition<? super T> condition) {
        this.condition = condition;
    }

    /**
     * Makes the operator.
     *
     * @param condition called with each event
     * @param <T>       the type of the events
     * @return the operator
     */
    public static <T> DeleteWhen<T> of(Condition<? super T> condition) {
        return new DeleteWhen<>(Objects.requireNonNull(condition, "condition"));
    }

    @Override
    public String word() {
        return "deleteWhen";
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
    public Answers answers() {
        return Answers.EXACTLY_ONE;
    }

    @Override
    public boolean takesUpdates() {
        return true;
    }

    @Override
    public boolean makesUpdates() {
        return true;
    }
}

/** Asks the condition. */
final class DeleteWhenNode implements Node {
    private final Condition<Object> condition;
    private final Failures failures;

    @SuppressWarnings("unchecked")
    DeleteWhenNode(DeleteWhen<?> operator, NodeContext context) {
        condition = (Condition<Object>) operator.condition;
        failures = context.failures();
    }

    @Override
    public boolean on(Flow flow) {
        if (flow.form() == EntryForm.RETRACTION) {
            return true; // of several windows of a key it is of its own alone
        }
        boolean deletes;
        try {
            deletes = condition.test(flow.value());
        } catch (Throwable t) {
            return failures.operatorError(flow, t);
        }
        if (deletes) {
            flow.tombstone();
        }
        return true;
    }
}
