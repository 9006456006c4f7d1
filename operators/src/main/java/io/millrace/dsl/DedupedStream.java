package io.millrace.dsl;

import io.millrace.event.Output;
import io.millrace.operators.rate.Dedupe;
import io.millrace.topology.Port;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * What {@code dedupe} lets pass, with its key. Beside it stand what it held back, and what came too late to be judged; where
 * neither is asked for they go to the dead letters.
 *
 * @param <T> the event
 */
public final class DedupedStream<T> extends KeyedStream<T> {
    DedupedStream(TopologyBuilder topology, Port main) {
        super(topology, main);
    }

    /**
     * At the bound of {@link KeyedStream#keysAtMost}, or of the state budget, an event of a new key takes the place of the key of which
     * an event passed longest ago in the order of the input, instead of being refused. That key is new then: it may pass twice. Each
     * given up is counted in the statistics ({@code evicted}).
     *
     * @return this
     */
    public DedupedStream<T> evictOldest() {
        topology.graph().change(port(), operator -> ((Dedupe<?>) operator).evictOldest());
        return this;
    }

    /**
     * What is done with duplicates. Each comes with the reason in its header.
     *
     * @param side the duplicates, with their key
     * @return this
     */
    public DedupedStream<T> duplicates(Consumer<KeyedStream<T>> side) {
        Objects.requireNonNull(side, "side").accept(new KeyedStream<>(topology, side(Dedupe.DUPLICATES)));
        return this;
    }

    /**
     * Leads duplicates to an output.
     *
     * @param output gets each, with the reason in its header
     * @return this
     */
    public DedupedStream<T> duplicatesTo(Output<T> output) {
        return duplicates(side -> side.to(output));
    }

    /**
     * What is done with late events.
     *
     * @param side the late events, with their key
     * @return this
     */
    public DedupedStream<T> late(Consumer<KeyedStream<T>> side) {
        Objects.requireNonNull(side, "side").accept(new KeyedStream<>(topology, side(Dedupe.LATE)));
        return this;
    }

    /**
     * Leads late events to an output.
     *
     * @param output gets each once, with the reason in its header
     * @return this
     */
    public DedupedStream<T> lateTo(Output<T> output) {
        return late(side -> side.to(output));
    }
}
