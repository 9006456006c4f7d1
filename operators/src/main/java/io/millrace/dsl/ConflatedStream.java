package io.millrace.dsl;

import io.millrace.event.Output;
import io.millrace.operators.rate.Conflate;
import io.millrace.topology.Port;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The events that {@code conflate} makes, with their key. Late events, which come after their period is over, are a
 * side stream; they go to the dead letters if you do not ask for it.
 *
 * @param <T> the type of the events
 */
public final class ConflatedStream<T> extends KeyedStream<T> {
    ConflatedStream(TopologyBuilder topology, Port main) {
        super(topology, main);
    }

    /**
     * Leads late events aside. Each comes once, with the reason in its header.
     *
     * @param side what is done with the late events, which have their key
     * @return this
     */
    public ConflatedStream<T> late(Consumer<KeyedStream<T>> side) {
        Objects.requireNonNull(side, "side").accept(new KeyedStream<>(topology, side(Conflate.LATE)));
        return this;
    }

    /**
     * Leads late events to an output.
     *
     * @param output gets each late event once, with the reason in its header
     * @return this
     */
    public ConflatedStream<T> lateTo(Output<T> output) {
        return late(side -> side.to(output));
    }
}
