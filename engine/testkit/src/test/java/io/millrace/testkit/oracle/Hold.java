package io.millrace.testkit.oracle;

import io.millrace.event.EventType;
import io.millrace.event.Reason;
import io.millrace.operator.Answers;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeClass;
import io.millrace.operator.NodeContext;
import io.millrace.operator.Operator;
import io.millrace.operator.TimedNode;
import java.lang.invoke.MethodHandles;
import java.util.ArrayDeque;
import java.util.List;
import java.util.TreeMap;

/** Holds events back for a delay, in the order of their dues; late ones are refused. Something to try the kit on. */
final class Hold implements Operator<Object, Object> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), HoldNode.class);

    final long delayNs;

    Hold(long delayNs) {
        this.delayNs = delayNs;
    }

    @Override
    public String word() {
        return "hold";
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
    public Answers answers() {
        return Answers.AT_MOST_ONE;
    }

    @Override
    public int maxFirings() {
        return 1;
    }

    @Override
    public boolean keepsState() {
        return true;
    }
}

/** Collections will do in a test. */
final class HoldNode implements TimedNode {
    private final TreeMap<Long, ArrayDeque<Object>> waiting = new TreeMap<>();
    private final long delayNs;
    private final NodeContext context;
    private final Node rest;

    HoldNode(Hold operator, NodeContext context) {
        delayNs = operator.delayNs;
        this.context = context;
        rest = context.rest(0);
    }

    @Override
    public boolean on(Flow flow) {
        if (flow.timeNs() < context.progress().ns()) {
            return context.failures().refuse(flow, Reason.LATE, null);
        }
        long due = flow.timeNs() + delayNs;
        waiting.computeIfAbsent(due, d -> new ArrayDeque<>()).add(flow.value());
        context.due(due);
        return false;
    }

    @Override
    public long nextDueNs() {
        return waiting.isEmpty() ? Long.MAX_VALUE : waiting.firstKey();
    }

    @Override
    public int fire(long progressNs, int most, Flow flow) {
        int fired = 0;
        while (fired < most && nextDueNs() <= progressNs) {
            long due = nextDueNs();
            flow.fires(context.firing(), due);
            flow.timeNs(due);
            flow.value(waiting.get(due).poll());
            if (waiting.get(due).isEmpty()) {
                waiting.remove(due);
            }
            rest.on(flow);
            fired++;
        }
        return fired;
    }
}
