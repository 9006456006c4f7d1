package io.millrace.dsl;

import io.millrace.event.Output;
import io.millrace.operators.Joined;
import io.millrace.topology.Port;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The pairs that a join makes, with their key. Events that come too late to be joined are side streams, one for each
 * side; they go to the dead letters if you do not ask for them.
 *
 * @param <L> the type of the left side's events
 * @param <R> the type of the right side's events
 */
public final class JoinedStream<L, R> extends KeyedStream<Joined<L, R>> {
    private static final int LATE = 1;
    private static final int LATE_RIGHT = 2;

    JoinedStream(TopologyBuilder topology, Port main) {
        super(topology, main);
    }

    /**
     * Leads late events of the left side aside. Each comes once, with the reason in its header.
     *
     * @param side what is done with the late events, which have their key
     * @return this
     */
    public JoinedStream<L, R> late(Consumer<KeyedStream<L>> side) {
        Objects.requireNonNull(side, "side").accept(new KeyedStream<>(topology, side(LATE)));
        return this;
    }

    /**
     * Leads late events of the left side to an output.
     *
     * @param output gets each late event once, with the reason in its header
     * @return this
     */
    public JoinedStream<L, R> lateTo(Output<L> output) {
        return late(side -> side.to(output));
    }

    /**
     * Leads late events of the right side aside. Each comes once, with the reason in its header.
     *
     * @param side what is done with the late events, which have their key
     * @return this
     */
    public JoinedStream<L, R> lateRight(Consumer<KeyedStream<R>> side) {
        Objects.requireNonNull(side, "side").accept(new KeyedStream<>(topology, side(LATE_RIGHT)));
        return this;
    }

    /**
     * Leads late events of the right side to an output.
     *
     * @param output gets each late event once, with the reason in its header
     * @return this
     */
    public JoinedStream<L, R> lateRightTo(Output<R> output) {
        return lateRight(side -> side.to(output));
    }
}
