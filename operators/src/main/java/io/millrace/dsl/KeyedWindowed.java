package io.millrace.dsl;

import io.millrace.event.LongField;
import io.millrace.event.Output;
import io.millrace.operators.window.Window;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Windows of each key of a stream, before you say what is computed of them. Call {@link #aggregate} last.
 *
 * @param <T> the type of the events
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
     * Gives each key of a table one result for each period, also for periods without events: count 0, sum 0, all else
     * absent.
     *
     * <p><b>Which periods.</b> A key has a result for each period whose end progress reaches while the table has a row
     * of the key. The first is the period in which progress is when the row comes; if there is no progress yet, that of
     * the first progress. When a row is taken away, the periods that have ended until then keep their results. A row
     * that is taken away and comes back within the allowed lateness of its last result counts as never taken away. When
     * all input has ended, the last period is the newest with an event of any key.
     *
     * <p><b>Order.</b> Rows go by the order of the input, as with {@code lookup}; an input of rows with event time
     * takes part in progress. Of the windows with one end, those with events come first, then the others in the order
     * in which their rows came.
     *
     * @param keys the table, with a key of the same kind; its rows may be of any type, also untyped
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
