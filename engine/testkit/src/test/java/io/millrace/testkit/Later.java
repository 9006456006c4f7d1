package io.millrace.testkit;

import io.millrace.event.EventType;
import io.millrace.operator.Answers;
import io.millrace.operator.Failures;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeClass;
import io.millrace.operator.NodeContext;
import io.millrace.operator.Operator;
import io.millrace.operator.TimedNode;
import java.lang.invoke.MethodHandles;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;

/** Sends each event once more after a delay, one an entry; or, without a delay, shows it to a test and passes it on. */
final class Later implements Operator<Object, Object> {
    private static final NodeClass TIMED = NodeClass.of(MethodHandles.lookup(), LaterNode.class);
    private static final NodeClass PLAIN = NodeClass.of(MethodHandles.lookup(), SeesNode.class);

    final long delayNs;
    final Consumer<Object> sees;

    Later(long delayNs) {
        this(delayNs, null);
    }

    private Later(long delayNs, Consumer<Object> sees) {
        this.delayNs = delayNs;
        this.sees = sees;
    }

    static Later sees(Consumer<Object> sees) {
        return new Later(0, sees);
    }

    @Override
    public String word() {
        return "later";
    }

    @Override
    public NodeClass node() {
        return sees == null ? TIMED : PLAIN;
    }

    @Override
    public EventType<?> outputType(int port, List<EventType<?>> inputs) {
        return inputs.get(0);
    }

    @Override
    public Answers answers() {
        return Answers.EXACTLY_ONE;
    }

    @Override
    public int maxFirings() {
        return sees == null ? 1 : 0;
    }

    @Override
    public boolean keepsState() {
        return sees == null;
    }
}

/** Shows and passes on. */
final class SeesNode implements Node {
    private final Consumer<Object> sees;
    private final Failures failures;

    SeesNode(Later operator, NodeContext context) {
        sees = operator.sees;
        failures = context.failures();
    }

    @Override
    public boolean on(Flow flow) {
        try {
            sees.accept(flow.value());
        } catch (Throwable t) {
            return failures.operatorError(flow, t);
        }
        return true;
    }
}

/** A queue; the test sends events in the order of their time, or does not mind. */
final class LaterNode implements TimedNode {
    private final ArrayDeque<TestDriverTest.Event> waiting = new ArrayDeque<>();
    private final long delayNs;
    private final NodeContext context;
    private final Node rest;

    LaterNode(Later operator, NodeContext context) {
        delayNs = operator.delayNs;
        this.context = context;
        rest = context.rest(0);
    }

    @Override
    public boolean on(Flow flow) {
        TestDriverTest.Event event = flow.value();
        if (event.id() < 0) {
            return context.failures().operatorError(flow, new IllegalArgumentException("negative"));
        }
        if (event.id() == 666) {
            return context.failures().operatorError(flow, new StackOverflowError("made up"));
        }
        waiting.add(event);
        context.due(nextDueNs());
        return false;
    }

    @Override
    public long nextDueNs() {
        return waiting.isEmpty() ? Long.MAX_VALUE : waiting.peek().seconds() * 1_000_000_000L + delayNs;
    }

    @Override
    public int fire(long progressNs, int most, Flow flow) {
        int fired = 0;
        while (fired < most && nextDueNs() <= progressNs) {
            flow.timeNs(nextDueNs());
            flow.value(waiting.peek().id() == 777 ? waiting.peek() : waiting.poll()); // due again, and again
            rest.on(flow);
            fired++;
        }
        return fired;
    }
}
