package io.millrace.operators;

import io.millrace.event.EventType;
import io.millrace.operator.Answers;
import io.millrace.operator.Failures;
import io.millrace.operator.Flow;
import io.millrace.operator.Held;
import io.millrace.operator.Node;
import io.millrace.operator.NodeClass;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.operator.Operator;
import io.millrace.operator.Updates;
import java.lang.invoke.MethodHandles;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Makes up to a declared number of values of each event. The outputs are kept until the function returns: if it throws,
 * or emits too many, nothing is emitted.
 *
 * @param <T> the type of the events
 * @param <R> the type of the results
 */
public final class FlatMap<T, R> implements Operator<T, R> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), FlatMapNode.class);

    final EventType<R> type;
    final int atMost;
    final Function<? super T, R> function;

    /**
     * Emits the values of an event.
     *
     * @param <T> the type of the events
     * @param <R> the type of the results
     */
    @FunctionalInterface
    public interface Function<T, R> {
        /**
         * Emits the values of an event.
         *
         * @param event the event, valid during the call
         * @param out   takes the values
         * @throws Exception whatever user code throws
         */
        void apply(T event, Emitter<R> out) throws Exception;
    }

    private FlatMap(EventType<R> type, int atMost, Function<? super T, R> function) {
        this.type = Objects.requireNonNull(type, "type");
        this.atMost = atMost;
        this.function = Objects.requireNonNull(function, "function");
        if (!OutputBound.holds(atMost)) {
            throw new IllegalArgumentException(
                    "flatMap: at most " + atMost + " outputs an event; use 1 to " + OutputBound.MOST);
        }
    }

    /**
     * Makes a flatMap.
     *
     * @param type     the layout of the results
     * @param atMost   the most results of one event; an event with more goes to the dead letters
     * @param function emits the results
     * @param <T>      the type of the events
     * @param <R>      the type of the results
     * @return the operator
     */
    public static <T, R> FlatMap<T, R> of(EventType<R> type, int atMost, Function<? super T, R> function) {
        return new FlatMap<>(type, atMost, function);
    }

    @Override
    public String word() {
        return "flatMap";
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
    public int maxOutputs() {
        return atMost;
    }

    @Override
    public Answers answers() {
        return Answers.MANY;
    }

    @Override
    public boolean takesUpdates() {
        return true;
    }

    @Override
    public Updates takes(int input) {
        return Updates.CHANGES;
    }

    @Override
    public Map<String, String> settings() {
        return Collections.singletonMap("at most", Integer.toString(atMost));
    }
}

/** Collects what the function emits, then sends it on. */
final class FlatMapNode implements Node {
    private final FlatMap.Function<Object, Object> function;
    private final Emitter<Object> emitter;
    private final Held<Object>[] staged;
    private final Flow in = new Flow();
    private final Node rest;
    private final Failures failures;
    private final NodeCounters counters;

    @SuppressWarnings("unchecked")
    FlatMapNode(FlatMap<?, ?> operator, NodeContext context) {
        function = (FlatMap.Function<Object, Object>) operator.function;
        EventType<Object> type = (EventType<Object>) operator.type;
        staged = (Held<Object>[]) new Held<?>[operator.atMost];
        for (int i = 0; i < staged.length; i++) {
            staged[i] = new Held<>(type, context);
        }
        emitter = new Emitter<>(type, staged);
        rest = context.rest(0);
        failures = context.failures();
        counters = context.counters();
    }

    @Override
    public boolean on(Flow flow) {
        in.copyFrom(flow);
        emitter.begin(in);
        try {
            function.apply(flow.value(), emitter);
        } catch (Throwable t) {
            return failures.operatorError(flow, t);
        }
        int n = emitter.count();
        for (int i = 0; i < n; i++) {
            staged[i].restore(flow);
            rest.on(flow);
        }
        counters.out += n;
        return false;
    }
}
