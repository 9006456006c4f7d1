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
 * Windows over a stream, before it is said what is computed of them.
 *
 * @param <T> the event
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
     * Says what becomes of events that are late for all of their windows; without it they go to the dead letters.
     *
     * @param side gets them as a stream; their header says why they are there
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
     * @param output the output
     * @return this
     */
    public Windowed<T> lateTo(Output<T> output) {
        return late(side -> side.to(output));
    }

    /**
     * Takes rows that may be taken back: a stream of changes, each retraction of which carries the row that it takes back, as a {@code
     * changelog} and windows that are {@code retracting()} send it. A row counts in the windows of its own time, which is read from
     * it: what takes a row back is stamped with when that came. A retraction takes one row that is alike out of them; where there is none,
     * it goes to the dead letters. So a result is that of the rows that are left, to the last bit; a window that has been told and
     * has none any more is taken back, where it has an allowed lateness or tells before its end; else it has not been told yet, and never
     * is. Late is a row, and what takes one back, by the time of the row:
     * where that lies before the time at which the row comes, as the start of a window does, it hangs on how far progress has gone by
     * then, and so on how what fires in front is spread over entries. Behind windows an allowed lateness of as much keeps any from being late.
     *
     * <p>Tumbling and hopping windows, and days; counts and sums of whole numbers, unless {@link #rowsAtMost} is said. A sum that
     * does not fit 64 bits is not told until it does, and no row is refused for it. A row for which there was no room (dead letter, over
     * bound), or which these windows have not seen (a migration lets them begin empty), and which is taken back when others of its window are there
     * takes itself out of their sums; where rows are kept it is not there. The time of a row has no bound ahead ({@code maxAhead} is of
     * when it comes): one of the far future opens a window that stays until then; a filter in front keeps such rows out.
     *
     * @param timeOfRow reads the time of a row; a captured variable that changes is outside the log
     * @param unitOfTime its unit, counted from the epoch; a value that does not fit 64-bit nanoseconds goes to the dead letters
     * @return this
     */
    public Windowed<T> ofChanges(LongField<? super T> timeOfRow, TimeUnit unitOfTime) {
        begun.requireFirst(stream.topology.graph());
        time = Objects.requireNonNull(timeOfRow, "timeOfRow");
        unit = Objects.requireNonNull(unitOfTime, "unitOfTime");
        return this;
    }

    /**
     * Keeps what is read of the rows of each window, with {@link #ofChanges}, for aggregates that cannot give a row back: smallest
     * and largest, first and last, sums and means of floating point numbers, and all others but counts and sums of whole numbers. A retraction then
     * adds the rows that are left up anew, in the order of their coming. An aggregate of your own is not taken.
     *
     * @param most the most rows of a key in a window, of windows that overlap in a step of them (in each of its two parts where a
     *     size is no multiple of the step), to {@value io.millrace.operators.window.WindowOperator#ROWS_MOST}: so many are looked through
     *     for one retraction at most; a further one goes to the dead letters
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
     * Says what is computed.
     *
     * @param aggregates makes the object that declares it; called several times at build and once for each node and view, for a new object each time
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
