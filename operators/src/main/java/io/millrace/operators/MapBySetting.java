package io.millrace.operators;

import io.millrace.event.EventType;
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
import io.millrace.operators.Fn.Fn2;
import io.millrace.state.Saved;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import java.lang.invoke.MethodHandles;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Makes a value of each event and a setting. Input 0 brings the events, input 1 the changes of the setting. An event
 * sees the row of the last change before it in the order of the input.
 *
 * <p><b>State.</b> The row. It takes inserts only, since a retraction could meet another row than the insert that it
 * takes back.
 *
 * @param <T> the type of the events
 * @param <S> the record of the setting
 * @param <R> the type of the result
 */
public final class MapBySetting<T, S extends Record, R> implements Operator<T, R> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), MapBySettingNode.class);

    final EventType<R> type;
    final S initial;
    final EventType<S> settingType;
    final Fn2<? super T, ? super S, ? extends R> function;

    private MapBySetting(
            EventType<R> type, EventType<S> settingType, S initial, Fn2<? super T, ? super S, ? extends R> function) {
        this.type = Objects.requireNonNull(type, "type");
        this.settingType = Objects.requireNonNull(settingType, "settingType");
        this.initial = Objects.requireNonNull(initial, "initial");
        this.function = Objects.requireNonNull(function, "function");
    }

    /**
     * Makes a map.
     *
     * @param type        the layout of the results; one that does not fit goes to the dead letters
     * @param settingType the layout of the setting's rows
     * @param initial     the row before the first change
     * @param function    makes the result, never null
     * @param <T>         the type of the events
     * @param <S>         the record of the setting
     * @param <R>         the type of the result
     * @return the operator, with two inputs
     */
    public static <T, S extends Record, R> MapBySetting<T, S, R> of(
            EventType<R> type, EventType<S> settingType, S initial, Fn2<? super T, ? super S, ? extends R> function) {
        return new MapBySetting<>(type, settingType, initial, function);
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

/** Keeps the row, runs the map. */
final class MapBySettingNode implements Node, Saved, Explains {
    private final EventType<Object> type;
    private final Fn2<Object, Object, Object> function;
    private final Failures failures;
    private final NodeCounters counters;
    private final EventType<Object> settingType;
    private Object setting;

    @SuppressWarnings("unchecked")
    MapBySettingNode(MapBySetting<?, ?, ?> operator, NodeContext context) {
        type = (EventType<Object>) operator.type;
        function = (Fn2<Object, Object, Object>) operator.function;
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
        Object result;
        try {
            result = Objects.requireNonNull(function.apply(flow.value(), setting), "the function returned null");
            result = type.canonical(result);
        } catch (Throwable t) {
            return failures.operatorError(flow, t);
        }
        flow.value(result);
        counters.out++;
        return true;
    }
}
