package io.millrace.topology;

import io.millrace.event.EventType;
import io.millrace.operator.Answers;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeClass;
import io.millrace.operator.NodeContext;
import io.millrace.operator.Operator;
import io.millrace.operator.Shards;
import java.lang.invoke.MethodHandles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where a stream enters a section of parallel keys: each entry goes to the shard of its key. The runtime does so itself. */
record Entrance(String section, int threads) implements Operator<Object, Object> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), EntranceNode.class);

    @Override
    public String word() {
        return "parallel";
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
        return Answers.EXACTLY_ONE;
    }

    @Override
    public boolean handsOn() {
        return true;
    }

    @Override
    public boolean takesUpdates() {
        return true;
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> result = new LinkedHashMap<>();
        result.put("shards", Integer.toString(Shards.COUNT));
        result.put("threads", Integer.toString(threads));
        return result;
    }
}

/** Of a node that is never called. */
final class EntranceNode implements Node {
    EntranceNode(Entrance operator, NodeContext context) {
        throw new IllegalStateException(context.node() + ": " + operator.word() + " is made by the runtime");
    }

    @Override
    public boolean on(Flow flow) {
        return true;
    }
}
