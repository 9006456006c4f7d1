package io.millrace.operators;

import io.millrace.event.EventType;
import io.millrace.operator.Answers;
import io.millrace.operator.Failures;
import io.millrace.operator.Flow;
import io.millrace.operator.KeyHash;
import io.millrace.operator.Node;
import io.millrace.operator.NodeClass;
import io.millrace.operator.NodeContext;
import io.millrace.operator.Operator;
import io.millrace.operator.Updates;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Objects;

/**
 * Gives events a key that is a text, or several fields. The key is compared in full, as bytes.
 *
 * @param <T> the type of the events
 */
public final class KeyByBytes<T> implements Operator<T, T> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), KeyByBytesNode.class);

    final KeyWriter<? super T> writer;
    final int maxBytes;

    /**
     * Writes the key of an event.
     *
     * @param <T> the type of the events
     */
    @FunctionalInterface
    public interface KeyWriter<T> {
        /**
         * Writes the key.
         *
         * @param event the event, valid during the call
         * @param key   empty; what is appended to it is the key
         * @throws Exception whatever user code throws
         */
        void write(T event, KeyBuffer key) throws Exception;
    }

    private KeyByBytes(int maxBytes, KeyWriter<? super T> writer) {
        this.writer = Objects.requireNonNull(writer, "key");
        this.maxBytes = maxBytes;
    }

    /**
     * Makes the operator.
     *
     * @param maxBytes the most bytes of a key; an event with a longer one goes to the dead letters
     * @param writer   writes the key
     * @param <T>      the type of the events
     * @return the operator
     */
    public static <T> KeyByBytes<T> of(int maxBytes, KeyWriter<? super T> writer) {
        return new KeyByBytes<>(maxBytes, writer);
    }

    @Override
    public String word() {
        return "keyBy";
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
    public boolean keepsKey() {
        return false;
    }

    @Override
    public boolean takesUpdates() {
        return true;
    }

    @Override
    public Updates takes(int input) {
        return Updates.CHANGES;
    }
}

/** Writes and hashes the key. */
final class KeyByBytesNode implements Node {
    private final KeyByBytes.KeyWriter<Object> writer;
    private final KeyBuffer buffer;
    private final boolean hasCursor;
    private final Failures failures;
    private final long seed;

    @SuppressWarnings("unchecked")
    KeyByBytesNode(KeyByBytes<?> operator, NodeContext context) {
        writer = (KeyByBytes.KeyWriter<Object>) operator.writer;
        buffer = new KeyBuffer(operator.maxBytes);
        hasCursor = context.hasCursor(0);
        failures = context.failures();
        seed = context.hashSeed();
    }

    @Override
    public boolean on(Flow flow) {
        buffer.clear();
        if (hasCursor) {
            buffer.rewinds(flow);
        }
        try {
            writer.write(flow.value(), buffer);
            buffer.end();
        } catch (Throwable t) {
            return failures.operatorError(flow, t);
        }
        flow.key(KeyHash.of(seed, buffer.bytes(), buffer.length()), buffer.bytes(), buffer.length());
        return true;
    }
}
