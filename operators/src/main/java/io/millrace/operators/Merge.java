package io.millrace.operators;

import io.millrace.event.EventType;
import io.millrace.operator.Answers;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeClass;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.operator.Operator;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts streams of one type together. The order is: for each entry, what it causes on the first input, then on the
 * second, and so on.
 *
 * @param <T> the type of the events
 */
public final class Merge<T> implements Operator<T, T> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), MergeNode.class);

    private final int inputs;

    private Merge(int inputs) {
        this.inputs = inputs;
    }

    /**
     * Makes a merge.
     *
     * @param inputs how many streams, at least two
     * @param <T>    the type of the events
     * @return the operator
     */
    public static <T> Merge<T> of(int inputs) {
        return new Merge<>(inputs);
    }

    @Override
    public String word() {
        return "merge";
    }

    @Override
    public NodeClass node() {
        return NODE;
    }

    @Override
    public int inputs() {
        return inputs;
    }

    @Override
    public EventType<?> outputType(int port, List<EventType<?>> types) {
        for (EventType<?> t : types) {
            if (t == null) {
                return null;
            }
        }
        return types.get(0);
    }

    @Override
    public List<String> problems(List<EventType<?>> types) {
        List<String> result = new ArrayList<>();
        for (EventType<?> t : types) {
            if (t != null
                    && types.get(0) != null
                    && !t.layout().equals(types.get(0).layout())) {
                result.add("merge of " + types.get(0).name() + " with " + t.name() + "; map both to one type first");
            }
        }
        return result;
    }

    @Override
    public Answers answers() {
        return Answers.MANY; // an event may come by several of its inputs
    }

    @Override
    public boolean takesUpdates() {
        return true;
    }
}

/** Passes on; the order is the runtime's work. */
final class MergeNode implements Node {
    private final NodeCounters counters;

    MergeNode(Merge<?> operator, NodeContext context) {
        assert operator != null;
        counters = context.counters();
    }

    @Override
    public boolean on(Flow flow) {
        counters.out++;
        return true;
    }
}
