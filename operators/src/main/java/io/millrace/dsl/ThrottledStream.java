package io.millrace.dsl;

import io.millrace.event.Output;
import io.millrace.operators.rate.Throttle;
import io.millrace.topology.Port;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The events that {@code throttle} passes, with their key. Stopped events are a side stream; they are dropped and
 * counted if you do not ask for it.
 *
 * @param <T> the type of the events
 */
public final class ThrottledStream<T> extends KeyedStream<T> {
    ThrottledStream(TopologyBuilder topology, Port main) {
        super(topology, main);
    }

    /**
     * At the bound of {@link KeyedStream#keysAtMost}, or of the state budget, evicts the key of which an event passed
     * longest ago in the order of the input, instead of refusing a new key. The evicted key then counts as new, so that
     * more of its events may pass. Each eviction is counted in the statistics ({@code evicted}).
     *
     * @return this
     */
    public ThrottledStream<T> evictOldest() {
        topology.graph().change(port(), operator -> ((Throttle<?>) operator).evictOldest());
        return this;
    }

    /**
     * Leads stopped events aside. Each comes with the reason {@code over-bound} in its header.
     *
     * @param side what is done with the stopped events, which have their key
     * @return this
     */
    public ThrottledStream<T> stopped(Consumer<KeyedStream<T>> side) {
        Objects.requireNonNull(side, "side").accept(new KeyedStream<>(topology, side(Throttle.STOPPED)));
        return this;
    }

    /**
     * Leads stopped events to an output.
     *
     * @param output gets each stopped event, with the reason in its header
     * @return this
     */
    public ThrottledStream<T> stoppedTo(Output<T> output) {
        return stopped(side -> side.to(output));
    }
}
