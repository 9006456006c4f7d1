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
     * At the bound of {@link KeyedStream#keysAtMost}, or of the state budget, an event of a new key takes the place of the key of which
     * an event passed longest ago in the order of the input, instead of being refused. That key is new then: more of its events may pass. Each
     * given up is counted in the statistics ({@code evicted}).
     *
     * @return this
     */
    public ThrottledStream<T> evictOldest() {
        topology.graph().change(port(), operator -> ((Throttle<?>) operator).evictOldest());
        return this;
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
