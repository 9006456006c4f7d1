package io.millrace.testkit;

import io.millrace.transport.EventSink;
import java.util.List;
import java.util.Objects;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * Tries a sink on faults of what is behind it: for each write that it makes a case in which that write fails once, one in which all fail from
 * there on until the sink was let go of, and one in which the process ends there. The sink is called as hosts call it (events in order, a
 * flush now and then, each call repeated as {@link io.millrace.transport.Delivery#retry} does, closed when it halts its engine, and
 * started again as its {@link EventSink#resume} says), and what is outside at the end is compared with what it was handed:
 *
 * <ul>
 *   <li>an event that it has taken is there once, in the order of events;
 *   <li>one that it has refused to the last is not there;
 *   <li>one that was handed over and not flushed when it halted or its process ended is there, once, where the sink says what it holds or
 *       knows events by their ids, and there once or not at all where the journal's marks say so.
 * </ul>
 *
 * <pre>{@code
 * SinkTrial.of(Ledger::new, n -> new Booking(n, 1)).run();    // Ledger implements SinkTrial.Outside<Booking>
 * }</pre>
 *
 * <p>Nothing waits in it, and there is no engine: a case takes microseconds. Immutable; each setting answers a changed copy.
 *
 * @param <V> the event
 */
public final class SinkTrial<V> {
    /** More than any trial needs; a sink that never comes to an end is told so. */
    private static final long CASES_MAX = 1_000_000;

    /**
     * A stand-in for what is behind a sink. One for each case.
     *
     * @param <V> the event
     */
    public interface Outside<V> {
        /**
         * Opens a sink on it, as a process does that starts: the first on an empty outside, the next ones on what those before have left.
         *
         * @param faults to be asked at each write
         * @return a new sink
         * @throws Exception ends the trial
         */
        EventSink<V> open(SinkFaults faults) throws Exception;

        /**
         * What is there.
         *
         * @return the events, in the order in which they stand there
         * @throws Exception ends the trial
         */
        List<V> held() throws Exception;
    }

    private final Supplier<? extends Outside<V>> outside;
    private final LongFunction<V> event;
    private final int events;
    private final int flushEvery;
    private final int attempts;

    private SinkTrial(
            Supplier<? extends Outside<V>> outside, LongFunction<V> event, int events, int flushEvery, int attempts) {
        this.outside = Objects.requireNonNull(outside, "outside");
        this.event = Objects.requireNonNull(event, "event");
        this.events = positive("events", events);
        this.flushEvery = positive("flushEvery", flushEvery);
        this.attempts = positive("attempts", attempts);
    }

    private static int positive(String name, int count) {
        if (count < 1) {
            throw new IllegalArgumentException(name + " of " + count + "; use one or more");
        }
        return count;
    }

    /**
     * A trial of 100 events, with a flush behind each seventh and three attempts a call.
     *
     * @param outside makes an empty one for each case
     * @param event   the event of that number, from 0; each equal to no other
     * @param <V>     the event
     * @return to be run
     */
    public static <V> SinkTrial<V> of(Supplier<? extends Outside<V>> outside, LongFunction<V> event) {
        return new SinkTrial<>(outside, event, 100, 7, 3);
    }

    /**
     * How many events are handed over.
     *
     * @param count one or more
     * @return a changed copy
     */
    public SinkTrial<V> events(int count) {
        return new SinkTrial<>(outside, event, count, flushEvery, attempts);
    }

    /**
     * Behind how many events a flush follows.
     *
     * @param count one or more
     * @return a changed copy
     */
    public SinkTrial<V> flushEvery(int count) {
        return new SinkTrial<>(outside, event, events, count, attempts);
    }

    /**
     * How often a call is made that throws.
     *
     * @param times in all, one or more
     * @return a changed copy
     */
    public SinkTrial<V> attempts(int times) {
        return new SinkTrial<>(outside, event, events, flushEvery, times);
    }

    /**
     * Runs all cases.
     *
     * @return how many there were
     * @throws AssertionError at the first that is wrong: the write, what became of it, and the events that are not as they should be; and
     *     when the outside has asked for no write, because then no fault was tried
     */
    public long run() {
        long cases = 0;
        for (SinkFaults.Kind kind : SinkFaults.Kind.values()) {
            boolean came = true;
            for (long at = 1; came; at++) {
                SinkFaults faults = new SinkFaults(kind, at);
                new SinkCase<>(outside.get(), faults, event, events, flushEvery, attempts).run();
                came = faults.came();
                if (!came && at == 1) {
                    throw new AssertionError(
                            events + " events were handed over, and faults.write() was never called, so no"
                                    + " fault was tried; call it at each write of what Outside.open answers");
                }
                if (++cases > CASES_MAX) {
                    throw new AssertionError("more than " + CASES_MAX + " writes; use fewer events");
                }
            }
        }
        return cases;
    }
}
