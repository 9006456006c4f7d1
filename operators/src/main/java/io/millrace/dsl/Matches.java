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
 * The matches of a pattern, with its side streams. A match is valid during the call.
 *
 * @param <T> the events of the pattern's first input
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

    /** Makes the user's object: a word of {@code KeyedStream} with the inputs it has. */
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
     * Leads partial matches aside whose time is over before they were complete: at their deadline, with what they had taken.
     *
     * <p>They come by their deadlines; of one deadline key by key, the key first whose deadline has stood longest. Of a key what
     * began with the earlier event comes first, and of one event with the earlier step; then what has taken less before what went
     * on from it; of two that went on in different ways, the one whose first other event came later, and of the same event the same
     * step again before a step behind it.
     *
     * @param side what happens to them
     * @return the matches, as before
     */
    public Matches<T, P> timedOut(Consumer<KeyedStream<P>> side) {
        Objects.requireNonNull(side, "side").accept(aside(PatternOperator.TIMED_OUT));
        return this;
    }

    /**
     * Leads late events of the first input aside, with the reason in their header; without this they are dead letters.
     *
     * @param side what happens to them
     * @return the matches, as before
     */
    public Matches<T, P> late(Consumer<KeyedStream<T>> side) {
        Objects.requireNonNull(side, "side").accept(aside(PatternOperator.LATE));
        return this;
    }

    /**
     * Leads late events of one of the inputs aside.
     *
     * @param input one of those that the pattern was made of
     * @param side  what happens to them
     * @param <A>   its events
     * @return the matches, as before
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
     * @param output takes them
     * @return the matches, as before
     */
    public Matches<T, P> lateTo(Output<T> output) {
        return late(side -> side.to(output));
    }
}
