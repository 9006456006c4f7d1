package io.millrace.dsl;

import io.millrace.event.Output;
import io.millrace.operators.rate.Conflate;
import io.millrace.topology.Port;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * What {@code conflate} makes of the periods of each key, with the key. Beside it stands what came after its period had
 * passed; where that is not asked for it goes to the dead letters.
 *
 * @param <T> the event
 */
public final class ConflatedStream<T> extends KeyedStream<T> {
    ConflatedStream(TopologyBuilder topology, Port main) {
        super(topology, main);
    }

    /**
     * What is done with late events. Each comes once, with the reason in its header.
     *
     * @param side the late events, with their key
     * @return this
     */
    public ConflatedStream<T> late(Consumer<KeyedStream<T>> side) {
        Objects.requireNonNull(side, "side").accept(new KeyedStream<>(topology, side(Conflate.LATE)));
        return this;
    }

    /**
     * Leads late events to an output.
     *
     * @param output gets each once, with the reason in its header
     * @return this
     */
    public ConflatedStream<T> lateTo(Output<T> output) {
        return late(side -> side.to(output));
    }
}
