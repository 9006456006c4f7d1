package io.millrace.dsl;

import io.millrace.event.LongField;
import io.millrace.event.Output;
import io.millrace.operators.window.Window;
import java.util.concurrent.TimeUnit;
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

    @Override
    public KeyedWindowed<T> ofChanges(LongField<? super T> timeOfRow, TimeUnit unitOfTime) {
        super.ofChanges(timeOfRow, unitOfTime);
        return this;
    }

    @Override
    public KeyedWindowed<T> rowsAtMost(int most) {
        super.rowsAtMost(most);
        return this;
    }

    /**
     * Gives each key of a table one result a period, also for a period without events: count 0, sum 0, all else absent. A key has
     * one for each period whose end progress reaches while the table has a row of it; the first is that in which progress is
     * when the row comes, or, when there is none yet, that of the first progress there is. When a row is taken away the periods
     * that have ended until then keep theirs. Taken away and back within the allowed lateness of what was told of it last, it
     * counts as never taken away. When all input has ended the last period is the newest with an event of any key.
     *
     * <p>Rows go by the order of the input, as with {@code lookup}; an input of rows with event time takes part in progress.
     * Of one end, windows with events come first, then the others in the order in which their rows came.
     *
     * @param keys the table, of the same kind of key; its rows may be of any type, also untyped
     * @return this
     */
    public KeyedWindowed<T> emptyFor(Table<?> keys) {
        super.keysOf(keys);
        return this;
    }

    /** {@inheritDoc} They keep the key. */
    @Override
    public <A extends Aggregates<T>> KeyedStream<A> aggregate(Supplier<A> aggregates) {
        return byKey(aggregates);
    }
}
