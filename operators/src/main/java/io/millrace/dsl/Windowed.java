package io.millrace.dsl;

import io.millrace.event.LongField;
import io.millrace.event.Output;
import io.millrace.operators.window.Window;
import io.millrace.operators.window.WindowOperator;
import io.millrace.topology.Port;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Windows over a stream, before you say what is computed of them. Call {@link #aggregate} last.
 *
 * @param <T> the type of the events
 */
public class Windowed<T> {
    private final EventStream<T> stream;
    private final String name;
    private final Window window;
    private final String site = Site.here();
    private final Begun begun;
    private final List<Consumer<EventStream<T>>> sides = new ArrayList<>();

    private Table<?> keys;
    private LongField<? super T> time;
    private TimeUnit unit;
    private int rowsAtMost;

    Windowed(EventStream<T> stream, String name, Window window) {
        this.stream = stream;
        this.name = stream.topology.given(name);
        this.window = Objects.requireNonNull(window, "window");
        begun = stream.topology.begin(name, site, "nothing is computed of it; say aggregate(..)");
    }

    /**
     * Leads events that are late for all of their windows aside. Without this they go to the dead letters. An event
     * that is late for some of its windows is in the others, and is counted as partly late.
     *
     * @param side gets the late events as a stream; their header gives the reason
     * @return this
     */
    public Windowed<T> late(Consumer<EventStream<T>> side) {
        begun.requireFirst(stream.topology.graph());
        sides.add(Objects.requireNonNull(side, "side"));
        return this;
    }

    /**
     * Leads events that are late for all of their windows to an output.
     *
     * @param output gets each late event, with the reason in its header
     * @return this
     */
    public Windowed<T> lateTo(Output<T> output) {
        return late(side -> side.to(output));
    }

    /**
     * Takes rows that may be taken back: a stream of changes each of whose retractions carries the row that it takes
     * back, as a {@code changelog} and {@code retracting()} windows send it. A result is that of the rows that are
     * left, to the last bit.
     *
     * <p><b>Time.</b> A row counts in the windows of its own time, which is read from it. A retraction takes one equal
     * row out of the windows of that time; without such a row it goes to the dead letters. A window that was told
     * already, because it has an allowed lateness or results before its end, is taken back with its last row. A window
     * that was not told yet, and has no row at its end, tells nothing.
     *
     * <p><b>Late events.</b> A row, or a retraction, is late by the time of the row. That time may lie before the time
     * at which the row comes, as the start of a window does. Then it depends on how far progress has gone by then, and
     * so on how earlier firing is spread over entries. After windows, allow a lateness of at least that difference, and
     * none is late.
     *
     * <p><b>What it goes with.</b> Tumbling and hopping windows, and days; counts, shares, and sums of whole numbers.
     * For other aggregates say {@link #rowsAtMost}. A sum that does not fit 64 bits is not told until it does, and no
     * row is refused for it.
     *
     * <p><b>Rows that were never counted.</b> A row may not have been counted, because there was no room for it or
     * because a migration began with empty windows. If it is taken back while other rows of its window are there, it
     * takes itself out of their sums; where rows are kept, it is not found.
     *
     * <p><b>Far future.</b> {@code maxAhead} judges when a change comes, not the time of its row. A row of the far
     * future opens a window that stays until then; filter such rows out first.
     *
     * @param timeOfRow  reads the time of a row; a captured variable that changes is outside the log
     * @param unitOfTime the unit of that time, which counts from the epoch; a row whose time does not fit 64-bit
     *     nanoseconds goes to the dead letters
     * @return this
     */
    public Windowed<T> ofChanges(LongField<? super T> timeOfRow, TimeUnit unitOfTime) {
        begun.requireFirst(stream.topology.graph());
        time = Objects.requireNonNull(timeOfRow, "timeOfRow");
        unit = Objects.requireNonNull(unitOfTime, "unitOfTime");
        return this;
    }

    /**
     * Keeps what is read of the rows of each window, with {@link #ofChanges}, for aggregates that cannot give a row
     * back: all but counts, shares, and sums of whole numbers. A retraction then adds up the remaining rows anew, in
     * the order in which they came. An aggregate of your own is not allowed.
     *
     * @param most the most rows of a key in a window, 1 to
     *     {@value io.millrace.operators.window.WindowOperator#ROWS_MOST}; so many are read for one retraction at most,
     *     and one more goes to the dead letters. For hopping windows, the most rows in a step, or in each of its two
     *     parts if the size is no multiple of the step
     * @return this
     */
    public Windowed<T> rowsAtMost(int most) {
        begun.requireFirst(stream.topology.graph());
        if (most < 1) {
            stream.topology.graph().problem(name + " (" + site + "): rowsAtMost(" + most + "); use 1 or more");
            return this;
        }
        rowsAtMost = most;
        return this;
    }

    /**
     * Computes aggregates of the events of each window.
     *
     * @param aggregates makes the object that declares the aggregates, a new one at each call; called several times at
     *     build and once for each node and view
     * @param <A>        its class, which is also the result: valid during the call
     * @return the results
     */
    public <A extends Aggregates<T>> EventStream<A> aggregate(Supplier<A> aggregates) {
        return new EventStream<>(
                stream.topology,
                results(() ->
                        changing(WindowOperator.<T, A>ofAll(window, Aggregates.of(aggregates), a -> a.declarations))));
    }

    final void keysOf(Table<?> table) {
        begun.requireFirst(stream.topology.graph());
        keys = Objects.requireNonNull(table, "keys");
        if (table.evicts()) {
            stream.topology
                    .graph()
                    .problem(name + " (" + site + "): emptyFor of table " + table.name()
                            + ", which gives up keys at its bound; leave out evictOldest");
        }
    }

    final <A extends Aggregates<T>> KeyedStream<A> byKey(Supplier<A> aggregates) {
        return new KeyedStream<>(stream.topology, results(() -> {
            WindowOperator<T, A> operator = WindowOperator.byKey(
                    keys == null ? window : window.emitEmpty(),
                    Aggregates.of(aggregates),
                    a -> a.declarations,
                    stream.key());
            return changing(
                    keys == null ? operator : operator.emptyFor(keys.key().atMost(), keys.deletes()));
        }));
    }

    private <A> WindowOperator<T, A> changing(WindowOperator<T, A> operator) {
        if (time == null && rowsAtMost > 0) {
            throw new IllegalArgumentException(
                    "rowsAtMost keeps rows that may be taken back; say ofChanges(time, unit), or leave it out");
        }
        return time == null ? operator : operator.ofChanges(time, unit, rowsAtMost);
    }

    private Port results(Supplier<WindowOperator<T, ?>> makes) {
        begun.complete();
        Port results = keys == null
                ? stream.add(name, makes, site, stream)
                : stream.add(name, makes, site, stream, keys.rows());
        for (Consumer<EventStream<T>> side : sides) {
            side.accept(new EventStream<>(stream.topology, new Port(results.node(), 1)));
        }
        return results;
    }
}
