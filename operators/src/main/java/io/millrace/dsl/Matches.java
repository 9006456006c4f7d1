package io.millrace.dsl;

import io.millrace.event.Output;
import io.millrace.operators.pattern.PatternOperator;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.KeyInfo;
import io.millrace.topology.Port;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The matches of a pattern, with their key. Partial matches that timed out and late events are side streams. A match is
 * valid during the call.
 *
 * @param <T> the type of the events of the pattern's first input
 * @param <P> the pattern class
 */
public final class Matches<T, P> extends KeyedStream<P> {
    private final Port[] inputs;
    private final boolean isMade;

    private Matches(EventStream<T> first, Port[] inputs, Port port, boolean isMade) {
        super(first.topology, port);
        this.inputs = inputs;
        this.isMade = isMade;
    }

    /** Makes the object of the user's class, for a word of {@code KeyedStream}, with the inputs that it has. */
    @FunctionalInterface
    interface Maker<P> {
        P make() throws Exception;
    }

    static <T, P extends PatternWords> Matches<T, P> of(
            KeyedStream<T> first, String given, Duration within, Maker<P> maker, KeyedStream<?>... others) {
        String site = Site.here();
        String name = first.topology.given(given);
        Port[] inputs = first.topology.ports(first, others);
        GraphBuilder graph = first.topology.graph();
        KeyInfo key = first.key();
        try {
            Supplier<P> factory = () -> made(maker);
            Shapes.made(factory);
            PatternOperator<T, P> operator =
                    PatternOperator.of(factory, PatternWords::named, inputs.length, within, key);
            return new Matches<>(first, inputs, graph.operator(name, operator, key, site, inputs), true);
        } catch (Throwable t) {
            return new Matches<>(first, inputs, graph.unmade(name, key, site, Faults.told(t, ""), inputs), false);
        }
    }

    private static <P> P made(Maker<P> maker) {
        try {
            return maker.make();
        } catch (IllegalArgumentException | IllegalStateException | Error e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalArgumentException("its constructor throws " + e, e);
        }
    }

    /** A side output; what stands for a pattern that could not be made has one output only. */
    private <R> KeyedStream<R> aside(int number) {
        return new KeyedStream<>(topology, isMade ? side(number) : port());
    }

    /**
     * Leads partial matches aside whose time was over before they were complete. They come at their deadline, with the
     * events that they had taken.
     *
     * <p>They come in the order of their deadlines. If several are due at one deadline:
     *
     * <ul>
     *   <li>the key whose deadline has stood longest comes first;
     *   <li>within a key, the one that began with the earlier event, and of one event with the earlier step;
     *   <li>then the one that has taken less, before those that went on from it;
     *   <li>of two that went on in different ways, the one whose first differing event came later; if that is the same
     *       event, the one in which it is another event of the same step comes before the one in which it is of a later
     *       step.
     * </ul>
     *
     * @param side what is done with them
     * @return this
     */
    public Matches<T, P> timedOut(Consumer<KeyedStream<P>> side) {
        Objects.requireNonNull(side, "side").accept(aside(PatternOperator.TIMED_OUT));
        return this;
    }

    /**
     * Leads late events of the first input aside, with the reason in their header. Without this they are dead letters.
     *
     * @param side what is done with them
     * @return this
     */
    public Matches<T, P> late(Consumer<KeyedStream<T>> side) {
        Objects.requireNonNull(side, "side").accept(aside(PatternOperator.LATE));
        return this;
    }

    /**
     * Leads late events of one of the inputs aside, with the reason in their header.
     *
     * @param input one of the inputs of the pattern
     * @param side  what is done with them
     * @param <A>   the type of its events
     * @return this
     */
    public <A> Matches<T, P> late(KeyedStream<A> input, Consumer<KeyedStream<A>> side) {
        int number = input != null && input.topology == topology
                ? Arrays.asList(inputs).indexOf(input.port())
                : -1;
        if (number < 0) {
            topology.graph()
                    .problem("late (" + Site.here()
                            + "): the stream is no input of the pattern; name one of its inputs");
            return this;
        }
        Objects.requireNonNull(side, "side").accept(aside(PatternOperator.LATE + number));
        return this;
    }

    /**
     * Leads late events of the first input to an output.
     *
     * @param output gets each late event, with the reason in its header
     * @return this
     */
    public Matches<T, P> lateTo(Output<T> output) {
        return late(side -> side.to(output));
    }
}
