package io.millrace.dsl;

import io.millrace.event.Output;
import io.millrace.operators.rate.Throttle;
import io.millrace.topology.Port;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * What {@code throttle} lets pass, with its key. Beside it stands what it stopped; where that is not asked for it is dropped
 * and counted.
 *
 * @param <T> the event
 */
public final class ThrottledStream<T> extends KeyedStream<T> {
    ThrottledStream(TopologyBuilder topology, Port main) {
        super(topology, main);
    }

    /**
     * What is done with stopped events. Each comes with the reason {@code over-bound} in its header.
     *
     * @param side the stopped events, with their key
     * @return this
     */
    public ThrottledStream<T> stopped(Consumer<KeyedStream<T>> side) {
        Objects.requireNonNull(side, "side").accept(new KeyedStream<>(topology, side(Throttle.STOPPED)));
        return this;
    }

    /**
     * Leads stopped events to an output.
     *
     * @param output gets each, with the reason in its header
     * @return this
     */
    public ThrottledStream<T> stoppedTo(Output<T> output) {
        return stopped(side -> side.to(output));
    }
}
