package io.millrace.operators;

import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.InPlaceType;
import io.millrace.operator.Answers;
import io.millrace.operator.Failures;
import io.millrace.operator.Flow;
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
 * Fills up to a declared number of events for each event: {@code flatMap} with a writer. The outputs are kept until the
 * function returns: if it throws, or emits too many, nothing is emitted. Allocates nothing.
 *
 * @param <T> the type of the event that is read
 * @param <R> the type of the filled events, as readers see them
 * @param <W> the type of the filled events, as the function sees them
 */
public final class FlatMapInPlace<T, R, W> implements Operator<T, R> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), FlatMapInPlaceNode.class);

    final InPlaceType<R, W> type;
    final int atMost;
    final Function<? super T, W> function;

    /**
     * Fills events for an event.
     *
     * @param <T> the type of the event that is read
     * @param <W> the type of the filled events, as the function sees them
     */
    @FunctionalInterface
    public interface Function<T, W> {
        /**
         * Fills events for an event.
         *
         * @param event the event, valid during the call
         * @param out   begins and ends each filled event
         * @throws Exception whatever user code throws
         */
        void apply(T event, InPlaceEmitter<W> out) throws Exception;
    }

    private FlatMapInPlace(InPlaceType<R, W> type, int atMost, Function<? super T, W> function) {
        this.type = Objects.requireNonNull(type, "type");
        this.atMost = atMost;
        this.function = Objects.requireNonNull(function, "function");
        if (!OutputBound.holds(atMost)) {
            throw new IllegalArgumentException(
                    "flatMap: at most " + atMost + " outputs an event; use 1 to " + OutputBound.MOST);
        }
    }

    /**
     * Makes a flatMap into a layout.
     *
     * @param type     the layout
     * @param atMost   the most events of one event; an event with more goes to the dead letters
     * @param function fills the events
     * @param <T>      the type of the event that is read
     * @param <R>      the type of the filled events, as readers see them
     * @param <W>      the type of the filled events, as the function sees them
     * @return the operator
     */
    public static <T, R, W> FlatMapInPlace<T, R, W> of(
            InPlaceType<R, W> type, int atMost, Function<? super T, W> function) {
        return new FlatMapInPlace<>(type, atMost, function);
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

/** Collects what the function fills, then sends it on. */
final class FlatMapInPlaceNode implements Node {
    private final FlatMapInPlace.Function<Object, Object> function;
    private final InPlaceEmitter<Object> emitter;
    private final int place;
    private final EventView<?> view;
    private final boolean hasCursor;
    private final Flow in = new Flow();
    private final Node rest;
    private final Failures failures;
    private final NodeCounters counters;

    @SuppressWarnings("unchecked")
    FlatMapInPlaceNode(FlatMapInPlace<?, ?, ?> operator, NodeContext context) {
        function = (FlatMapInPlace.Function<Object, Object>) operator.function;
        emitter = new InPlaceEmitter<>((InPlaceType<?, Object>) operator.type, operator.atMost);
        place = context.valuePlace();
        view = context.cutting(operator.type.newView());
        hasCursor = operator.type.hasCursor();
        rest = context.rest(0);
        failures = context.failures();
        counters = context.counters();
    }

    @Override
    public boolean on(Flow flow) {
        in.copyFrom(flow);
        emitter.clear();
        try {
            function.apply(flow.value(), emitter);
            emitter.requireEnded();
        } catch (Throwable t) {
            return failures.operatorError(flow, t);
        }
        int n = emitter.count();
        for (int i = 0; i < n; i++) {
            byte[] slot = emitter.slot(i);
            int length = emitter.length(i);
            flow.copyFrom(in);
            flow.value(
                    place, view.wrap(slot, 0, length), slot, 0, length); // not again: each event has a slot of its own
            if (hasCursor) {
                flow.cursor(view);
            }
            rest.on(flow);
        }
        counters.out += n;
        return false;
    }
}
