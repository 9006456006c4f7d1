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
import io.millrace.operators.Fn.Condition2;
import io.millrace.state.Saved;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import java.lang.invoke.MethodHandles;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Passes events for which a condition on the event and a setting holds. Input 0 brings the events, input 1 the changes
 * of the setting. An event sees the row of the last change before it in the order of the input.
 *
 * <p><b>State.</b> The row. It takes inserts only, since a retraction could meet another row than the insert that it
 * takes back.
 *
 * @param <T> the type of the events
 * @param <S> the record of the setting
 */
public final class FilterBySetting<T, S extends Record> implements Operator<T, T> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), FilterBySettingNode.class);

    final S initial;
    final EventType<S> settingType;
    final Condition2<? super T, ? super S> keep;

    private FilterBySetting(EventType<S> settingType, S initial, Condition2<? super T, ? super S> keep) {
        this.settingType = Objects.requireNonNull(settingType, "settingType");
        this.initial = Objects.requireNonNull(initial, "initial");
        this.keep = Objects.requireNonNull(keep, "keep");
    }

    /**
     * Makes a filter.
     *
     * @param settingType the layout of the setting's rows
     * @param initial     the row before the first change
     * @param keep        whether an event passes; an event for which it throws goes to the dead letters
     * @param <T>         the type of the events
     * @param <S>         the record of the setting
     * @return the operator, with two inputs
     */
    public static <T, S extends Record> FilterBySetting<T, S> of(
            EventType<S> settingType, S initial, Condition2<? super T, ? super S> keep) {
        return new FilterBySetting<>(settingType, initial, keep);
    }

    @Override
    public String word() {
        return "filter";
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

/** Keeps the row, runs the filter. */
final class FilterBySettingNode implements Node, Saved, Explains {
    private final Condition2<Object, Object> keep;
    private final Failures failures;
    private final NodeCounters counters;
    private final EventType<Object> settingType;
    private Object setting;

    @SuppressWarnings("unchecked")
    FilterBySettingNode(FilterBySetting<?, ?> operator, NodeContext context) {
        keep = (Condition2<Object, Object>) operator.keep;
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
        boolean pass;
        try {
            pass = keep.test(flow.value(), setting);
        } catch (Throwable t) {
            return failures.operatorError(flow, t);
        }
        if (pass) {
            counters.out++;
        } else {
            counters.filtered++;
        }
        return pass;
    }
}
