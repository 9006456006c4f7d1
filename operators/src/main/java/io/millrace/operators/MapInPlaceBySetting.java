package io.millrace.operators;

import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.EventWriter;
import io.millrace.event.InPlaceType;
import io.millrace.operator.Account;
import io.millrace.operator.Answers;
import io.millrace.operator.Explains;
import io.millrace.operator.Failures;
import io.millrace.operator.Flow;
import io.millrace.operator.GivenRow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeClass;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.operator.Operator;
import io.millrace.operators.Fn.Writer2;
import io.millrace.state.Saved;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import java.lang.invoke.MethodHandles;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Fills an event for each event and a setting: {@link MapBySetting} with a writer. Input 0 brings the events, input 1
 * the changes of the setting. Allocates nothing.
 *
 * <p><b>State.</b> The row. It takes inserts only, since a retraction could meet another row than the insert that it
 * takes back.
 *
 * @param <T> the type of the event that is read
 * @param <S> the record of the setting
 * @param <R> the type of the filled event, as readers see it
 * @param <W> the type of the filled event, as the function sees it
 */
public final class MapInPlaceBySetting<T, S extends Record, R, W> implements Operator<T, R> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), MapInPlaceBySettingNode.class);

    final InPlaceType<R, W> type;
    final S initial;
    final EventType<S> settingType;
    final Writer2<? super T, ? super S, ? super W> function;

    private MapInPlaceBySetting(
            InPlaceType<R, W> type,
            EventType<S> settingType,
            S initial,
            Writer2<? super T, ? super S, ? super W> function) {
        this.type = Objects.requireNonNull(type, "type");
        this.settingType = Objects.requireNonNull(settingType, "settingType");
        this.initial = Objects.requireNonNull(initial, "initial");
        this.function = Objects.requireNonNull(function, "function");
    }

    /**
     * Makes a map.
     *
     * @param type        the layout
     * @param settingType the layout of the setting's rows
     * @param initial     the row before the first change
     * @param function    fills the event; a field that it does not set is zero
     * @param <T>         the type of the event that is read
     * @param <S>         the record of the setting
     * @param <R>         the type of the filled event, as readers see it
     * @param <W>         the type of the filled event, as the function sees it
     * @return the operator, with two inputs
     */
    public static <T, S extends Record, R, W> MapInPlaceBySetting<T, S, R, W> of(
            InPlaceType<R, W> type,
            EventType<S> settingType,
            S initial,
            Writer2<? super T, ? super S, ? super W> function) {
        return new MapInPlaceBySetting<>(type, settingType, initial, function);
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
    public int inputs() {
        return 2;
    }

    /** A change of the setting has no output. */
    @Override
    public int maxOutputs(int input) {
        return input == 0 ? 1 : 0;
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
    public boolean keepsState() {
        return true;
    }

    @Override
    public boolean countsEvents(int input) {
        return input == 1;
    }

    @Override
    public List<String> problems(List<EventType<?>> inputs) {
        return SettingRows.problems(settingType, inputs.get(1));
    }

    @Override
    public Map<String, String> settings() {
        return Collections.singletonMap("initial", RowText.of(settingType, initial));
    }

    @Override
    public Map<String, GivenRow<?>> givenRows() {
        return Collections.singletonMap("initial", new GivenRow<>(settingType, initial));
    }
}

/** Keeps the row, fills: the node's own slot holds the result until the next event. */
final class MapInPlaceBySettingNode implements Node, Saved, Explains {
    private final Writer2<Object, Object, Object> function;
    private final EventWriter<?> writer;
    private final int place;
    private final EventView<?> view;
    private final boolean hasCursor;
    private final byte[] slot;
    private final Failures failures;
    private final NodeCounters counters;
    private final EventType<Object> settingType;
    private Object setting;
    private int used;

    @SuppressWarnings("unchecked")
    MapInPlaceBySettingNode(MapInPlaceBySetting<?, ?, ?, ?> operator, NodeContext context) {
        function = (Writer2<Object, Object, Object>) (Writer2<?, ?, ?>) operator.function;
        writer = operator.type.newWriter();
        place = context.valuePlace();
        view = context.cutting(operator.type.newView());
        hasCursor = operator.type.hasCursor();
        slot = new byte[operator.type.maxLength()];
        failures = context.failures();
        counters = context.counters();
        settingType = (EventType<Object>) operator.settingType;
        setting = operator.initial;
    }

    @Override
    public void save(StateWriter to) {
        SavedValue.save(settingType, setting, to);
    }

    @Override
    public void load(StateReader from) {
        setting = SavedValue.load(settingType, from);
    }

    @Override
    public void explain(Flow flow, Account to) {
        SavedValue.explain(settingType, setting, to);
    }

    @Override
    public boolean on(Flow flow) {
        if (flow.input() != 0) {
            setting = flow.value();
            return false;
        }
        byte[] filled = slot;
        EventWriter<?> fills = writer;
        int length;
        try {
            function.write(flow.value(), setting, fills.wrapUsed(filled, 0, filled.length, used));
            length = fills.length();
        } catch (Throwable t) {
            used = filled.length;
            return failures.operatorError(flow, t);
        }
        used = length;
        flow.value(place, view.wrapAgain(filled, 0, length), filled, 0, length);
        if (hasCursor) {
            flow.cursor(view);
        }
        counters.out++;
        return true;
    }
}
