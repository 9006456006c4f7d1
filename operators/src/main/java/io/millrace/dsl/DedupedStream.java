package io.millrace.dsl;

import io.millrace.event.Output;
import io.millrace.operators.rate.Dedupe;
import io.millrace.topology.Port;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The events that {@code dedupe} passes, with their key. Duplicates, and events too late to be judged, are side
 * streams; they go to the dead letters if you do not ask for them.
 *
 * @param <T> the type of the events
 */
public final class DedupedStream<T> extends KeyedStream<T> {
    DedupedStream(TopologyBuilder topology, Port main) {
        super(topology, main);
    }

    /**
     * At the bound of {@link KeyedStream#keysAtMost}, or of the state budget, evicts the key of which an event passed
     * longest ago in the order of the input, instead of refusing a new key. Events of the evicted key may then pass
     * twice. Each eviction is counted in the statistics ({@code evicted}).
     *
     * @return this
     */
    public DedupedStream<T> evictOldest() {
        topology.graph().change(port(), operator -> ((Dedupe<?>) operator).evictOldest());
        return this;
    }

    /**
     * Leads duplicates aside. Each comes with the reason in its header.
     *
     * @param side what is done with the duplicates, which have their key
     * @return this
     */
    public DedupedStream<T> duplicates(Consumer<KeyedStream<T>> side) {
        Objects.requireNonNull(side, "side").accept(new KeyedStream<>(topology, side(Dedupe.DUPLICATES)));
        return this;
    }

    /**
     * Leads duplicates to an output.
     *
     * @param output gets each duplicate, with the reason in its header
     * @return this
     */
    public DedupedStream<T> duplicatesTo(Output<T> output) {
        return duplicates(side -> side.to(output));
    }

    /**
     * Leads late events aside: those older than the two newest events of their key that passed, for which it cannot be
     * judged whether they repeat.
     *
     * @param side what is done with the late events, which have their key
     * @return this
     */
    public DedupedStream<T> late(Consumer<KeyedStream<T>> side) {
        Objects.requireNonNull(side, "side").accept(new KeyedStream<>(topology, side(Dedupe.LATE)));
        return this;
    }

    /**
     * Leads late events to an output.
     *
     * @param output gets each late event once, with the reason in its header
     * @return this
     */
    public DedupedStream<T> lateTo(Output<T> output) {
        return late(side -> side.to(output));
    }
}
