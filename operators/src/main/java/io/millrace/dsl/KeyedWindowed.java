package io.millrace.dsl;

import io.millrace.event.Output;
import io.millrace.operators.window.Window;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Windows of each key of a stream, before it is said what is computed of them.
 *
 * @param <T> the event
 */
public final class KeyedWindowed<T> extends Windowed<T> {
    KeyedWindowed(KeyedStream<T> stream, String name, Window window) {
        super(stream, name, window);
    }

    @Override
    public KeyedWindowed<T> late(Consumer<EventStream<T>> side) {
        super.late(side);
        return this;
    }

    @Override
    public KeyedWindowed<T> lateTo(Output<T> output) {
        super.lateTo(output);
        return this;
    }

    /** {@inheritDoc} They keep the key. */
    @Override
    public <A extends Aggregates<T>> KeyedStream<A> aggregate(Supplier<A> aggregates) {
        return byKey(aggregates);
    }
}
