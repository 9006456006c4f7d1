package io.millrace.engine;

import io.millrace.event.Header;
import io.millrace.event.InPlaceInput;
import io.millrace.event.Input;
import io.millrace.event.Output;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongFunction;

/**
 * How an engine warms up before it is ready ({@link Setup#warmUp}): with which events, for how long, and what has to be
 * reached. Immutable: each method returns a changed copy.
 *
 * <p><b>Rehearsal.</b> Starting a host with a warm-up first runs a rehearsal: a host of the same kind, on empty state,
 * with the very node classes that the real host will have, so that the JIT compiles them. It runs in rounds, each on
 * new empty state. A round goes through all given events as fast as it can take them, then one at a time and measured,
 * then through some of them again and too late, and through some with times far ahead. Then time passes until
 * everything due has fired, all inputs end, and the host is closed.
 *
 * <p>A rehearsal leaves no trace in results, state, sequence numbers, statistics, digest or dead letters: these are the
 * same as without a warm-up. Code that only certain events reach (a branch of a condition, a match of a pattern, state
 * at its bound) is reached only if the given events reach it.
 *
 * <p><b>Your code is called</b>: functions and processes of the topology, with events that are marked as not real
 * ({@link io.millrace.event.Header#marked}). A function with an external side effect (it should have none) has it in a
 * rehearsal too. Receivers and sinks are not called, except sinks that ask for it
 * ({@link io.millrace.transport.EventSink#takesMarked}) and those of outputs named in {@link #calling}. Sources are not
 * polled, look-ups get no requests, and a thread placement is not called.
 *
 * <p>The rehearsal has the whole state budget to itself, and is gone before the real host is created.
 */
public final class WarmUp {
    private static final int ROUND = 10_000;
    private static final long LEAST = 100_000;
    private static final Duration MOST = Duration.ofSeconds(10);
    private static final long LONGEST_NS = Duration.ofDays(1).toNanos();

    private final List<Feed<?>> feeds;
    private final Set<Output<?>> called;
    private final Limits limits;

    /** The events of one input: an event by its number, published in one of two ways. */
    record Feed<V>(Input<V> input, long size, LongFunction<? extends V> event, Filling<V, ?> filling) {}

    /** The events of one input that are filled in place. */
    record Filling<V, W>(InPlaceInput<V, W> input, Filler<? super W> filler) {}

    /** When the warm-up is over. A budget of 0 means none. */
    record Limits(int perRound, long atLeast, long atMostNs, long p99Ns, boolean refuses) {}

    /**
     * Fills the events of a warm-up.
     *
     * @param <W> the type that is filled
     */
    @FunctionalInterface
    public interface Filler<W> {
        /**
         * Fills an event.
         *
         * @param i its number in the round, from 0
         * @param out the event; all its fields are zero
         */
        void fill(long i, W out);
    }

    private WarmUp(List<Feed<?>> feeds, Set<Output<?>> called, Limits limits) {
        this.feeds = List.copyOf(feeds);
        this.called = called;
        this.limits = limits;
    }

    private static WarmUp of(Feed<?> feed) {
        return new WarmUp(List.of(feed), Set.of(), new Limits(ROUND, LEAST, MOST.toNanos(), 0, false));
    }

    /**
     * Warms up with generated events.
     *
     * @param input an input of the topology
     * @param event makes the event of a number, from 0; event times should increase with the number
     * @param <V> the type of the events
     * @return to be given to {@link Setup#warmUp}
     */
    public static <V> WarmUp generated(Input<V> input, LongFunction<? extends V> event) {
        return of(new Feed<>(
                Objects.requireNonNull(input, "input"), Long.MAX_VALUE, Objects.requireNonNull(event, "event"), null));
    }

    /**
     * Warms up with recorded events. Each round goes through them once.
     *
     * @param input an input of the topology
     * @param events at least one, in the order in which they came; copied
     * @param <V> the type of the events
     * @return to be given to {@link Setup#warmUp}
     * @throws IllegalArgumentException if there are no events
     */
    public static <V> WarmUp recorded(Input<V> input, List<? extends V> events) {
        List<V> copy = List.copyOf(events);
        if (copy.isEmpty()) {
            throw new IllegalArgumentException(
                    "the warm-up of input " + input.name() + " has no events; give at least one");
        }
        WarmUp result =
                of(new Feed<>(Objects.requireNonNull(input, "input"), copy.size(), i -> copy.get((int) i), null));
        return result.eventsPerRound(copy.size());
    }

    /**
     * Warms up with generated events that are filled in place.
     *
     * @param input an input of the topology
     * @param filler fills the event of a number, from 0; event times should increase with the number
     * @param <V> the type that readers see
     * @param <W> the type that is filled
     * @return to be given to {@link Setup#warmUp}
     */
    public static <V, W> WarmUp filled(InPlaceInput<V, W> input, Filler<? super W> filler) {
        Objects.requireNonNull(filler, "filler");
        return of(new Feed<>(input, Long.MAX_VALUE, null, new Filling<>(input, filler)));
    }

    /**
     * Adds events, of other inputs or of the same. Event i of each comes before event i + 1 of each.
     *
     * @param other its events, and the outputs that it calls, are added; its limits are ignored
     * @return a changed copy
     */
    public WarmUp and(WarmUp other) {
        List<Feed<?>> all = new ArrayList<>(feeds);
        all.addAll(other.feeds);
        Set<Output<?>> outputs = new LinkedHashSet<>(called);
        outputs.addAll(other.called);
        return new WarmUp(all, outputs, limits);
    }

    /**
     * Sets how many events of each input a round has, before they come again in other ways.
     *
     * @param events default 10,000, or as many as were recorded; 1 to 10 million
     * @return a changed copy
     * @throws IllegalArgumentException if the number is out of range
     */
    public WarmUp eventsPerRound(int events) {
        return with(new Limits(
                (int) checked("events per round", events, 1, 10_000_000),
                limits.atLeast,
                limits.atMostNs,
                limits.p99Ns,
                limits.refuses));
    }

    /**
     * Sets the least number of events, over all rounds and inputs. The JIT needs some ten thousand calls.
     *
     * @param events default 100,000
     * @return a changed copy
     */
    public WarmUp atLeast(long events) {
        return with(new Limits(
                limits.perRound,
                checked("least events", events, 1, Long.MAX_VALUE),
                limits.atMostNs,
                limits.p99Ns,
                limits.refuses));
    }

    /**
     * Sets the longest duration. A round that has begun is finished.
     *
     * @param time default 10 seconds, at most a day
     * @return a changed copy
     * @throws IllegalArgumentException if it is not positive, or longer than a day
     */
    public WarmUp atMost(Duration time) {
        return with(new Limits(
                limits.perRound, limits.atLeast, checkedNs("a warm-up", time), limits.p99Ns, limits.refuses));
    }

    /**
     * Goes on until 99 of 100 events of a round take less than a budget, one at a time: on an inline host from the call
     * of publish to its return, on a live engine from that call until the event has been processed. If this is not
     * reached in time, the engine starts all the same and its health reports it, or the start fails
     * ({@link #orRefuse}).
     *
     * @param p99 at most a day; default none: the warm-up is over after the least number of events
     * @return a changed copy
     * @throws IllegalArgumentException if it is not positive, or longer than a day
     */
    public WarmUp until99PercentTakeLessThan(Duration p99) {
        return with(new Limits(
                limits.perRound, limits.atLeast, limits.atMostNs, checkedNs("a budget", p99), limits.refuses));
    }

    /**
     * Makes the start of the host fail with an {@link IllegalStateException} if the budget is not reached in time.
     *
     * @return a changed copy
     */
    public WarmUp orRefuse() {
        return with(new Limits(limits.perRound, limits.atLeast, limits.atMostNs, limits.p99Ns, true));
    }

    /**
     * Calls the receivers and sinks of some outputs, with marked events, as
     * {@link io.millrace.transport.EventSink#takesMarked} does for one sink. Views ({@link View}) are not called, since
     * they would keep the rows, nor are look-ups.
     *
     * @param outputs outputs of the topology
     * @return a changed copy
     */
    public WarmUp calling(Output<?>... outputs) {
        Set<Output<?>> all = new LinkedHashSet<>(called);
        all.addAll(List.of(outputs));
        return new WarmUp(feeds, all, limits);
    }

    private WarmUp with(Limits changed) {
        return new WarmUp(feeds, called, changed);
    }

    private static long checked(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("warm-up: " + what + " " + value + "; use " + least + " to " + most);
        }
        return value;
    }

    private static long checkedNs(String what, Duration time) {
        if (time.isNegative() || time.isZero() || time.compareTo(Duration.ofNanos(LONGEST_NS)) > 0) {
            throw new IllegalArgumentException(what + " of " + time + "; use a positive time, of at most a day");
        }
        return time.toNanos();
    }

    List<Feed<?>> feeds() {
        return feeds;
    }

    Set<Output<?>> called() {
        return called;
    }

    Limits limits() {
        return limits;
    }

    /** Events of a warm-up are not real. */
    static Header header() {
        return new Header().marked();
    }
}
