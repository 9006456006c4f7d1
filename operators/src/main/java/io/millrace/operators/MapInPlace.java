package io.millrace.operators;

import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.EventWriter;
import io.millrace.event.InPlaceType;
import io.millrace.operator.Answers;
import io.millrace.operator.Failures;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeClass;
import io.millrace.operator.NodeContext;
import io.millrace.operator.Operator;
import io.millrace.operators.Fn.Writer;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Objects;

/**
 * Fills an event for each event: {@code map} with a writer (for SBE, decoder in, encoder out). Keeps no state,
 * allocates nothing.
 *
 * <p>A retraction for which the function throws is sent all the same, with every field zero; see {@link MapValue}.
 *
 * @param <T> the type of the event that is read
 * @param <R> the type of the filled event, as readers see it
 * @param <W> the type of the filled event, as the function sees it
 */
public final class MapInPlace<T, R, W> implements Operator<T, R> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), MapInPlaceNode.class);

    final InPlaceType<R, W> type;
    final Writer<? super T, ? super W> function;

    private MapInPlace(InPlaceType<R, W> type, Writer<? super T, ? super W> function) {
        this.type = Objects.requireNonNull(type, "type");
        this.function = Objects.requireNonNull(function, "function");
    }

    /**
     * Makes a map into a layout.
     *
     * @param type     the layout
     * @param function fills the event; a field that it does not set is zero
     * @param <T>      the type of the event that is read
     * @param <R>      the type of the filled event, as readers see it
     * @param <W>      the type of the filled event, as the function sees it
     * @return the operator
     */
    public static <T, R, W> MapInPlace<T, R, W> of(InPlaceType<R, W> type, Writer<? super T, ? super W> function) {
        return new MapInPlace<>(type, function);
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

/** Runs a map in place: the node's own slot holds the result until the next event. */
final class MapInPlaceNode implements Node {
    private final Writer<Object, Object> function;
    private final EventWriter<?> writer;
    private final EventView<?> view;
    private final boolean hasCursor;
    private final int place;
    private final byte[] slot;
    private final EmptyValue empty;
    private final Failures failures;
    private int used;

    @SuppressWarnings("unchecked")
    MapInPlaceNode(MapInPlace<?, ?, ?> operator, NodeContext context) {
        function = (Writer<Object, Object>) (Writer<?, ?>) operator.function;
        writer = operator.type.newWriter();
        view = context.cutting(operator.type.newView());
        hasCursor = operator.type.hasCursor();
        place = context.valuePlace();
        slot = new byte[operator.type.maxLength()];
        empty = new EmptyValue(operator.type, context);
        failures = context.failures();
    }

    @Override
    public boolean on(Flow flow) {
        byte[] filled = slot; // once: behind calls the JIT would read a field again
        EventWriter<?> fills = writer;
        int length;
        try {
            function.write(flow.value(), fills.wrapUsed(filled, 0, filled.length, used));
            length = fills.length();
        } catch (Throwable t) {
            used = filled.length;
            return empty.standsIn(flow, t) || failures.operatorError(flow, t);
        }
        used = length;
        flow.value(place, view.wrapAgain(filled, 0, length), filled, 0, length);
        if (hasCursor) {
            flow.cursor(view);
        }
        return true;
    }
}
