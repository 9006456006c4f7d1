package io.millrace.dsl;

import io.millrace.event.Output;
import io.millrace.operators.window.Window;
import io.millrace.operators.window.WindowOperator;
import io.millrace.topology.Port;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
     * Says what is computed.
     *
     * @param aggregates makes the object that declares it; called several times at build and once for each node and view, for a new object each time
     * @param <A>        its class, which is also the result: valid during the call
     * @return the results
     */
    public <A extends Aggregates<T>> EventStream<A> aggregate(Supplier<A> aggregates) {
        return new EventStream<>(
                stream.topology,
                results(() -> WindowOperator.<T, A>ofAll(window, Aggregates.of(aggregates), a -> a.declarations)));
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
            return keys == null ? operator : operator.emptyFor(keys.key().atMost(), keys.deletes());
        }));
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
