package io.millrace.operators;

import io.millrace.event.EventType;
import io.millrace.operator.Answers;
import io.millrace.operator.Failures;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeClass;
import io.millrace.operator.NodeContext;
import io.millrace.operator.Operator;
import io.millrace.operators.Fn.Fn1;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Objects;

/**
 * Makes a value of each event: {@code map} with a function that returns it. Keeps no state.
 *
 * <p>A retraction by key for which the function throws is sent all the same, with every field zero (untyped: null), and
 * is no dead letter: it means its key, and the row that it takes back must not stay. Only if the type has no such
 * value, because the constructor of its record refuses zeros, is it a dead letter like any event.
 *
 * @param <T> the type of the events
 * @param <R> the type of the result
 */
public final class MapValue<T, R> implements Operator<T, R> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), MapValueNode.class);

    final EventType<R> type;
    final Fn1<? super T, ? extends R> function;

    private MapValue(EventType<R> type, Fn1<? super T, ? extends R> function) {
        this.type = type;
        this.function = Objects.requireNonNull(function, "function");
    }

    /**
     * Makes a map to a type with a layout.
     *
     * @param type     the layout of the results; one that does not fit goes to the dead letters
     * @param function makes the result, never null
     * @param <T>      the type of the events
     * @param <R>      the type of the result
     * @return the operator
     */
    public static <T, R> MapValue<T, R> of(EventType<R> type, Fn1<? super T, ? extends R> function) {
        return new MapValue<>(Objects.requireNonNull(type, "type"), function);
    }

    /**
     * Makes a map to any object, which no later word may store or split, and which may not leave the stage.
     *
     * @param function makes the result, never null
     * @param <T>      the type of the events
     * @param <R>      the type of the result
     * @return the operator
     */
    public static <T, R> MapValue<T, R> untyped(Fn1<? super T, ? extends R> function) {
        return new MapValue<>(null, function);
    }

    @Override
    public String word() {
        return "map";
    }

    @Override
    public NodeClass node() {
        return NODE;
    }

    @Override
    public EventType<?> outputType(int port, List<EventType<?>> inputs) {
        return type;
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

/** Runs a map. */
final class MapValueNode implements Node {
    private final EventType<Object> type;
    private final Fn1<Object, Object> function;
    private final EmptyValue empty;
    private final Failures failures;

    @SuppressWarnings("unchecked")
    MapValueNode(MapValue<?, ?> operator, NodeContext context) {
        type = (EventType<Object>) operator.type;
        function = (Fn1<Object, Object>) operator.function;
        empty = new EmptyValue(type, context);
        failures = context.failures();
    }

    @Override
    public boolean on(Flow flow) {
        Object result;
        try {
            result = Objects.requireNonNull(function.apply(flow.value()), "the function returned null");
            if (type != null) {
                result = type.canonical(result);
            }
        } catch (Throwable t) {
            return empty.standsIn(flow, t) || failures.operatorError(flow, t);
        }
        flow.value(result);
        return true;
    }
}
