package io.millrace.testkit;

import io.millrace.transport.EventSink;
import java.util.List;
import java.util.Objects;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * Tries a sink on failing writes. For each write that the sink makes there are three cases: that write fails once; all
 * writes from there on fail until the sink is closed; the process ends there.
 *
 * <p>The sink is called as hosts call it: events in order, a flush now and then, each call repeated as
 * {@link io.millrace.transport.Delivery#retry} does. It is closed when it halts its engine, and started again as its
 * {@link EventSink#resume} says. At the end, what is outside is compared with what the sink was handed:
 *
 * <ul>
 *   <li>an event that the sink has taken is there once, in the order of events;
 *   <li>an event that it has refused at every attempt is not there;
 *   <li>an event that was handed over and not flushed when the sink halted, or its process ended, is there once if the
 *       sink says what it holds or knows events by their ids; if the journal's marks decide, it is there once or not at
 *       all.
 * </ul>
 *
 * <pre>{@code
 * SinkTrial.of(Ledger::new, n -> new Booking(n, 1)).run();    // Ledger implements SinkTrial.Outside<Booking>
 * }</pre>
 *
 * <p>There is no engine and no waiting: a case takes microseconds. Immutable; each setting returns a changed copy.
 *
 * @param <V> the type of the events
 */
public final class SinkTrial<V> {
    /** More cases than any trial needs, so that a sink that never comes to an end is reported. */
    private static final long CASES_MAX = 1_000_000;

    /**
     * A stand-in for what is behind a sink. Each case has its own.
     *
     * @param <V> the type of the events
     */
    public interface Outside<V> {
        /**
         * Opens a sink on the outside, as a starting process does. The first one finds it empty, later ones find what
         * those before have left.
         *
         * @param faults must be called at each write
         * @return a new sink
         * @throws Exception ends the trial
         */
        EventSink<V> open(SinkFaults faults) throws Exception;

        /**
         * What is there.
         *
         * @return the events, in the order in which they are there
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
     * Makes a trial of 100 events, with a flush after each seventh event and three attempts for each call.
     *
     * @param outside makes an empty outside for each case
     * @param event   makes the event of that number, from 0; no two are equal
     * @param <V>     the type of the events
     * @return the trial, to be run
     */
    public static <V> SinkTrial<V> of(Supplier<? extends Outside<V>> outside, LongFunction<V> event) {
        return new SinkTrial<>(outside, event, 100, 7, 3);
    }

    /**
     * Sets how many events are handed over.
     *
     * @param count one or more
     * @return a changed copy
     */
    public SinkTrial<V> events(int count) {
        return new SinkTrial<>(outside, event, count, flushEvery, attempts);
    }

    /**
     * Sets after how many events a flush follows.
     *
     * @param count one or more
     * @return a changed copy
     */
    public SinkTrial<V> flushEvery(int count) {
        return new SinkTrial<>(outside, event, events, count, attempts);
    }

    /**
     * Sets how often a call that throws is made.
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
     * @throws AssertionError at the first case that is wrong, with the write, what became of it, and the events that
     *     are not as they should be; also if the outside never called {@link SinkFaults#write}, since then no fault was
     *     tried
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
