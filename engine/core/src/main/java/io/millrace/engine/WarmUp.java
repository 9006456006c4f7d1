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
 * How an engine warms up before it is ready ({@link Setup#warmUp}): with which events, for how long, and what has to be reached. An
 * immutable value.
 *
 * <p>Starting a host with a warm-up runs a <b>rehearsal</b> first: a host of the same kind, on empty state, with the very node classes that
 * the real one will have, so that the JIT knows and has compiled them. It is run in rounds, each on new empty state, and each goes
 * through all given events: as fast as it can take them, one at a time and measured, then some of them again and too late, some with
 * times far ahead; then time passes until what is due has fired, all inputs end, and it is closed. Nothing of it is seen by
 * anybody: not in results, state, sequence numbers, statistics, digest or dead letters, which are those of an engine that was not
 * warmed up. What can only be reached by certain events (a branch of a condition, a match of a pattern, state at its bound) is
 * reached when the given events reach it.
 *
 * <p><b>User code is called</b>: functions and processes of the topology, with events that are marked as not real
 * ({@link io.millrace.event.Header#marked}). A function that does something outside (it should not) does it in a rehearsal too. Receivers and sinks
 * are not called, but for sinks that say that they want to be ({@link io.millrace.transport.EventSink#takesMarked}) and for outputs
 * named by {@link #calling}; sources are not polled, look-ups are not asked, and a thread placement is not.
 *
 * <p>The rehearsal has the state budget to itself and has gone before the real host is made.
 */
public final class WarmUp {
    private static final int ROUND = 10_000;
    private static final long LEAST = 100_000;
    private static final Duration MOST = Duration.ofSeconds(10);
    private static final long LONGEST_NS = Duration.ofDays(1).toNanos();

    private final List<Feed<?>> feeds;
    private final Set<Output<?>> called;
    private final Limits limits;

    /** What one input is fed with: an event by its number, given to one of the two ways to publish. */
    record Feed<V>(Input<V> input, long size, LongFunction<? extends V> event, Filling<V, ?> filling) {}

    /** What an input is fed with that is filled in place. */
    record Filling<V, W>(InPlaceInput<V, W> input, Filler<? super W> filler) {}

    /** When it is over. A budget of 0 is none. */
    record Limits(int perRound, long atLeast, long atMostNs, long p99Ns, boolean refuses) {}

    /**
     * Fills one event of a warm-up.
     *
     * @param <W> what is filled
     */
    @FunctionalInterface
    public interface Filler<W> {
        /**
         * Fills an event.
         *
         * @param i   its number in the round, from 0
         * @param out all fields are zero
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
     * @param input one of the topology's
     * @param event makes the event of a number, from 0; times should grow with it
     * @param <V>   the event
     * @return to be given to {@link Setup#warmUp}
     */
    public static <V> WarmUp generated(Input<V> input, LongFunction<? extends V> event) {
        return of(new Feed<>(
                Objects.requireNonNull(input, "input"), Long.MAX_VALUE, Objects.requireNonNull(event, "event"), null));
    }

    /**
     * Warms up with recorded events; each round goes through them once.
     *
     * @param input  one of the topology's
     * @param events at least one, as they came; copied
     * @param <V>    the event
     * @return to be given to {@link Setup#warmUp}
     */
    public static <V> WarmUp recorded(Input<V> input, List<? extends V> events) {
        List<V> copy = List.copyOf(events);
        if (copy.isEmpty()) {
            throw new IllegalArgumentException(
                    "a warm-up of input " + input.name() + " without events; give at least one");
        }
        WarmUp result =
                of(new Feed<>(Objects.requireNonNull(input, "input"), copy.size(), i -> copy.get((int) i), null));
        return result.eventsPerRound(copy.size());
    }

    /**
     * Warms up with events that are filled in place.
     *
     * @param input  one of the topology's
     * @param filler fills the event of a number, from 0; times should grow with it
     * @param <V>    what readers see
     * @param <W>    what is filled
     * @return to be given to {@link Setup#warmUp}
     */
    public static <V, W> WarmUp filled(InPlaceInput<V, W> input, Filler<? super W> filler) {
        Objects.requireNonNull(filler, "filler");
        return of(new Feed<>(input, Long.MAX_VALUE, null, new Filling<>(input, filler)));
    }

    /**
     * Feeds other inputs too, or the same with other events: event i of each, then event i + 1 of each.
     *
     * @param other its events and the outputs that it calls are added; its limits do not count
     * @return a new value
     */
    public WarmUp and(WarmUp other) {
        List<Feed<?>> all = new ArrayList<>(feeds);
        all.addAll(other.feeds);
        Set<Output<?>> outputs = new LinkedHashSet<>(called);
        outputs.addAll(other.called);
        return new WarmUp(all, outputs, limits);
    }

    /**
     * How many events of each input a round has, before they come once more in other ways.
     *
     * @param events default 10,000, or as many as were recorded; 1 to 10 million
     * @return a new value
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
     * How many events there are at least, over all rounds and inputs. The JIT needs some ten thousand calls.
     *
     * @param events default 100,000
     * @return a new value
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
     * For how long it goes on at most; the round in hand is finished.
     *
     * @param time default 10 seconds
     * @return a new value
     */
    public WarmUp atMost(Duration time) {
        return with(new Limits(
                limits.perRound, limits.atLeast, checkedNs("a warm-up", time), limits.p99Ns, limits.refuses));
    }

    /**
     * Goes on until 99 of 100 events of a round take less than this, one at a time: for an inline host from the call of publish to its
     * return, for a live engine from there until the event has been processed. When that is not reached in time the engine starts all the
     * same, and its health says so; or it refuses to ({@link #orRefuse}).
     *
     * @param p99 default none: then it is over after the least number of events
     * @return a new value
     */
    public WarmUp until99PercentTakeLessThan(Duration p99) {
        return with(new Limits(
                limits.perRound, limits.atLeast, limits.atMostNs, checkedNs("a budget", p99), limits.refuses));
    }

    /**
     * When the budget is not reached in time, starting the host throws.
     *
     * @return a new value
     */
    public WarmUp orRefuse() {
        return with(new Limits(limits.perRound, limits.atLeast, limits.atMostNs, limits.p99Ns, true));
    }

    /**
     * Calls the receivers and sinks of these outputs, with marked events, as {@link io.millrace.transport.EventSink#takesMarked}
     * does for one sink. Views ({@link View}) are not called, since they would keep the rows, nor are look-ups.
     *
     * @param outputs of the topology
     * @return a new value
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
