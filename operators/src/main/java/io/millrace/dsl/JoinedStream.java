package io.millrace.dsl;

import io.millrace.event.Output;
import io.millrace.operators.Joined;
import io.millrace.topology.Port;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * What a join gives: pairs, with the key of both sides. What came too late to be joined are side streams of it, one for each side;
 * where none is attached, late events go to the dead letters.
 *
 * @param <L> the event of the left side
 * @param <R> that of the right side
 */
public final class JoinedStream<L, R> extends KeyedStream<Joined<L, R>> {
    private static final int LATE = 1;
    private static final int LATE_RIGHT = 2;

    JoinedStream(TopologyBuilder topology, Port main) {
        super(topology, main);
    }

    /**
     * What is done with late events of the left side. Each comes once, with the reason in its header.
     *
     * @param side the late events, with their key
     * @return this
     */
    public JoinedStream<L, R> late(Consumer<KeyedStream<L>> side) {
        Objects.requireNonNull(side, "side").accept(new KeyedStream<>(topology, side(LATE)));
        return this;
    }

    /**
     * Leads late events of the left side to an output.
     *
     * @param output gets each once, with the reason in its header
     * @return this
     */
    public JoinedStream<L, R> lateTo(Output<L> output) {
        return late(side -> side.to(output));
    }

    /**
     * What is done with late events of the right side.
     *
     * @param side the late events, with their key
     * @return this
     */
    public JoinedStream<L, R> lateRight(Consumer<KeyedStream<R>> side) {
        Objects.requireNonNull(side, "side").accept(new KeyedStream<>(topology, side(LATE_RIGHT)));
        return this;
    }

    /**
     * Leads late events of the right side to an output.
     *
     * @param output gets each once, with the reason in its header
     * @return this
     */
    public JoinedStream<L, R> lateRightTo(Output<R> output) {
        return lateRight(side -> side.to(output));
    }
}
