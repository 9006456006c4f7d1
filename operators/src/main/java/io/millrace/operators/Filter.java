package io.millrace.operators;

import io.millrace.event.EntryForm;
import io.millrace.event.EventType;
import io.millrace.operator.Answers;
import io.millrace.operator.Failures;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeClass;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.operator.Operator;
import io.millrace.operator.Updates;
import io.millrace.operators.Fn.Condition;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Objects;

/**
 * Passes events for which a condition holds. Keeps no state. It takes updates: a replacement that does not pass becomes
 * a retraction, since the row that it replaces may have passed. Retractions pass; those that carry the very row that
 * they take back ({@link Updates#CHANGES}) pass if that row has passed.
 *
 * @param <T> the type of the events
 */
public final class Filter<T> implements Operator<T, T> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), FilterNode.class);

    final Condition<? super T> keep;
    final boolean isOfOthers;

    private Filter(Condition<? super T> keep, boolean isOfOthers) {
        this.keep = keep;
        this.isOfOthers = isOfOthers;
    }

    /**
     * Makes a filter.
     *
     * @param keep whether an event passes; an event for which it throws goes to the dead letters
     * @param <T>  the type of the events
     * @return the operator
     */
    public static <T> Filter<T> of(Condition<? super T> keep) {
        return new Filter<>(Objects.requireNonNull(keep, "keep"), false);
    }

    /**
     * Makes the filter of the events that a branch leaves: those for which its condition does not hold. An event for
     * which the condition throws has gone to the dead letters at the filter of the branch, which comes first, and does
     * not go there again here. So it is of use only beside that filter.
     *
     * @param branched which events the branch has
     * @param <T>      the type of the events
     * @return the operator
     */
    public static <T> Filter<T> others(Condition<? super T> branched) {
        Objects.requireNonNull(branched, "condition");
        return new Filter<>(t -> !branched.test(t), true);
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
    public boolean takesUpdates() {
        return true;
    }
}

/** Runs a filter. */
final class FilterNode implements Node {
    private final Condition<Object> keep;
    private final boolean isOfOthers;
    private final boolean asksAgain;
    private final Failures failures;
    private final NodeCounters counters;

    @SuppressWarnings("unchecked")
    FilterNode(Filter<?> operator, NodeContext context) {
        keep = (Condition<Object>) operator.keep;
        isOfOthers = operator.isOfOthers;
        asksAgain = context.updates(0) == Updates.CHANGES;
        failures = context.failures();
        counters = context.counters();
    }

    @Override
    public boolean on(Flow flow) {
        if (flow.form() == EntryForm.RETRACTION && !asksAgain) {
            return true; // whatever the condition would say, or throw: the row it takes back must not stay behind
        }
        boolean pass;
        try {
            pass = keep.test(flow.value());
        } catch (Throwable t) {
            boolean isToldOf = isOfOthers && !(t instanceof VirtualMachineError);
            return !isToldOf && failures.operatorError(flow, t);
        }
        boolean on = pass || hold(flow);
        counters.out += on ? 1 : 0;
        return on;
    }

    /** What a replacement takes the place of may have passed: it must not stay behind the filter. */
    private boolean hold(Flow flow) {
        counters.filtered++;
        if (flow.form() != EntryForm.REPLACEMENT) {
            return false;
        }
        flow.form(EntryForm.RETRACTION);
        return true;
    }
}
