package io.millrace.operators;

import io.millrace.event.EventType;
import io.millrace.event.LongField;
import io.millrace.operator.Answers;
import io.millrace.operator.Failures;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeClass;
import io.millrace.operator.NodeContext;
import io.millrace.operator.Operator;
import io.millrace.operator.Updates;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Objects;

/**
 * Gives events a key that is one number.
 *
 * @param <T> the type of the events
 */
public final class KeyByNumber<T> implements Operator<T, T> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), KeyByNumberNode.class);

    final LongField<? super T> field;

    private KeyByNumber(LongField<? super T> field) {
        this.field = Objects.requireNonNull(field, "key");
    }

    /**
     * Makes the operator.
     *
     * @param field reads the key; an event for which it throws goes to the dead letters
     * @param <T>   the type of the events
     * @return the operator
     */
    public static <T> KeyByNumber<T> of(LongField<? super T> field) {
        return new KeyByNumber<>(field);
    }

    @Override
    public String word() {
        return "keyBy";
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
    public LongField<?> numberKey() {
        return field;
    }

    @Override
    public Answers answers() {
        return Answers.EXACTLY_ONE;
    }

    @Override
    public boolean keepsKey() {
        return false;
    }

    @Override
    public boolean takesUpdates() {
        return true;
    }

    @Override
    public Updates takes(int input) {
        return Updates.CHANGES;
    }
}

/** Sets the key. */
final class KeyByNumberNode implements Node {
    private final LongField<Object> field;
    private final Failures failures;

    @SuppressWarnings("unchecked")
    KeyByNumberNode(KeyByNumber<?> operator, NodeContext context) {
        field = (LongField<Object>) operator.field;
        failures = context.failures();
    }

    @Override
    public boolean on(Flow flow) {
        long key;
        try {
            key = field.of(flow.value());
        } catch (Throwable t) {
            return failures.operatorError(flow, t);
        }
        flow.key(key);
        return true;
    }
}
