package io.millrace.event;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A named, typed input of a topology. Where its events come from is bound when an engine is started. Immutable: each
 * setting returns a changed copy.
 *
 * @param <V> the type as which user code sees an event
 */
public class Input<V> {
    private final String name;
    private final EventType<V> type;
    private final Time<V> time;

    /** The field to read for each event, null without event time, and the factor of its unit. */
    private final LongField<? super V> field;

    private final long unitNs;
    private final long mostUnits;
    private final long leastUnits;

    /** What the input declares about time; grouped because it travels together. */
    private record Time<V>(
            LongField<? super V> field,
            TimeUnit unit,
            boolean inHeader,
            long disorderNs,
            TimeMeaning meaning,
            long maxAheadNs,
            long idleAfterNs) {}

    /** A bound that was not declared: the default of the meaning of time applies. */
    private static final long UNSET = -1;

    private static final long LIVE_MAX_AHEAD_NS = Duration.ofMinutes(10).toNanos();
    private static final long HISTORIC_MAX_AHEAD_NS = Duration.ofDays(30).toNanos();
    private static final long IDLE_AFTER_NS = Duration.ofSeconds(10).toNanos();

    Input(String name, EventType<V> type) {
        this(Ports.checked(name), type, new Time<>(null, null, false, 0, TimeMeaning.BY_SOURCE, UNSET, IDLE_AFTER_NS));
    }

    private Input(String name, EventType<V> type, Time<V> time) {
        this.name = name;
        this.type = Objects.requireNonNull(type, "type");
        this.time = time;
        this.field = time.field;
        this.unitNs = time.unit == null ? 1 : time.unit.toNanos(1);
        // the ends of the range are kept free, so that window ends and delays cannot overflow unseen
        this.mostUnits = (Long.MAX_VALUE - 1) / unitNs;
        this.leastUnits = -(Long.MAX_VALUE / unitNs);
    }

    /** For a subclass that copies a changed base. */
    Input(Input<V> changed) {
        this(changed.name, changed.type, changed.time);
    }

    /**
     * Creates an input of records.
     *
     * @param name unique in a topology: letters, digits, {@code - _ .}
     * @param record the record class, see {@link EventType#of}
     * @param <R> the type of the record
     * @return the input
     */
    public static <R extends Record> Input<R> of(String name, Class<R> record) {
        return new Input<>(name, EventType.of(record));
    }

    /**
     * Creates an input of any event type.
     *
     * @param name unique in a topology: letters, digits, {@code - _ .}
     * @param type the event type
     * @param <V> the type as which user code sees an event
     * @return the input
     */
    public static <V> Input<V> of(String name, EventType<V> type) {
        return new Input<>(name, type);
    }

    /**
     * Creates an input whose events are filled in place.
     *
     * @param name unique in a topology: letters, digits, {@code - _ .}
     * @param type the event type
     * @param <V> the type as which user code sees an event
     * @param <W> the type that publishers fill
     * @return the input
     */
    public static <V, W> InPlaceInput<V, W> of(String name, InPlaceType<V, W> type) {
        return new InPlaceInput<>(name, type);
    }

    /**
     * Declares that a field of the event is its event time. An input without event time takes no part in progress; its
     * events work by their place in the order. They carry the largest event time that any input of the topology has
     * had, or progress if ticks took it further, so that they are late nowhere. Before the first event time, events of
     * a live input carry the clock of the last tick, those of any other input 0.
     *
     * @param field reads the time
     * @param unit its unit, counted from the epoch; a value that does not fit 64-bit nanoseconds is refused
     * @return a changed copy
     */
    public Input<V> eventTime(LongField<? super V> field, TimeUnit unit) {
        Objects.requireNonNull(field, "field");
        Objects.requireNonNull(unit, "unit");
        return new Input<>(
                name,
                type,
                new Time<>(field, unit, false, time.disorderNs, time.meaning, time.maxAheadNs, time.idleAfterNs));
    }

    /**
     * Declares that the event time is in the header that comes with an event ({@link Header#timeNs(long)}): set by the
     * sender if events come from another engine, otherwise by the publisher. An event without it, or without a header,
     * is refused. So is each output of another engine whose inputs have no event time: give one of those an event time,
     * or do not use this method. {@link #disorder}, {@link #maxAhead} and {@link #idleAfter} apply as they do to a
     * field.
     *
     * @return a changed copy
     */
    public Input<V> eventTimeInHeader() {
        return new Input<>(
                name,
                type,
                new Time<>(null, null, true, time.disorderNs, time.meaning, time.maxAheadNs, time.idleAfterNs));
    }

    /**
     * Declares how far an event may be older than the newest one: progress is the largest event time minus this.
     * Default zero.
     *
     * @param most the disorder, not negative
     * @return a changed copy
     */
    public Input<V> disorder(Duration most) {
        long ns = Ports.nanos(name, "disorder", most);
        return new Input<>(
                name,
                type,
                new Time<>(time.field, time.unit, time.inHeader, ns, time.meaning, time.maxAheadNs, time.idleAfterNs));
    }

    /**
     * Declares that event time follows the clock.
     *
     * @return a changed copy
     */
    public Input<V> live() {
        return meaning(TimeMeaning.LIVE);
    }

    /**
     * Declares that event time is in the past, as in files and replays.
     *
     * <p>Operators fire a bounded number of the items that one entry makes due together with that entry. If no input of
     * a topology is live, nothing comes between its events, and the rest fire with the next events, or when all input
     * has ended; so a file gives the same numbers in the order on every host. The driver of a test fires everything at
     * once.
     *
     * @return a changed copy
     */
    public Input<V> historic() {
        return meaning(TimeMeaning.HISTORIC);
    }

    private Input<V> meaning(TimeMeaning meaning) {
        return new Input<>(
                name,
                type,
                new Time<>(
                        time.field,
                        time.unit,
                        time.inHeader,
                        time.disorderNs,
                        meaning,
                        time.maxAheadNs,
                        time.idleAfterNs));
    }

    /**
     * Declares how far ahead an event may be before it is refused.
     *
     * <p>For a live input this is compared with the clock as of the last tick (default 10 minutes). Before the first
     * tick no event is refused, so an inline host that is never asked to do its work refuses none: call its
     * {@code doWork} before you publish to it, also after a restart, when the last tick is as old as the journal.
     *
     * <p>For a historic input it is compared with the largest accepted time (default 30 days). Historic events that are
     * ahead are set aside: 16 that agree, or the end of the input, make the jump real. Those still set aside when the
     * engine closes become dead letters.
     *
     * @param most positive; a very large value switches the guard off
     * @return a changed copy
     */
    public Input<V> maxAhead(Duration most) {
        long ns = Ports.positiveNanos(name, "maxAhead", most);
        return new Input<>(
                name,
                type,
                new Time<>(time.field, time.unit, time.inHeader, time.disorderNs, time.meaning, ns, time.idleAfterNs));
    }

    /**
     * Declares how long a live input may be silent before it no longer holds progress back. From then on its own
     * progress follows the ticks, less the disorder. Default 10 seconds of tick time.
     *
     * @param silence positive
     * @return a changed copy
     */
    public Input<V> idleAfter(Duration silence) {
        long ns = Ports.positiveNanos(name, "idleAfter", silence);
        return new Input<>(
                name,
                type,
                new Time<>(time.field, time.unit, time.inHeader, time.disorderNs, time.meaning, time.maxAheadNs, ns));
    }

    /**
     * Returns the name.
     *
     * @return unique in a topology
     */
    public final String name() {
        return name;
    }

    /**
     * Returns the event type.
     *
     * @return the event type
     */
    public final EventType<V> type() {
        return type;
    }

    /**
     * Tells whether {@link #eventTime} or {@link #eventTimeInHeader} was declared.
     *
     * @return true if events carry a time of their own
     */
    public final boolean hasEventTime() {
        return time.field != null || time.inHeader;
    }

    /**
     * Tells whether {@link #eventTimeInHeader} was declared.
     *
     * @return true if the event time is in the header of an event
     */
    public final boolean isTimeInHeader() {
        return time.inHeader;
    }

    /**
     * Returns the declared disorder.
     *
     * @return nanoseconds
     */
    public final long disorderNs() {
        return time.disorderNs;
    }

    /**
     * Returns the declared meaning of time.
     *
     * @return {@link TimeMeaning#BY_SOURCE} unless declared
     */
    public final TimeMeaning timeMeaning() {
        return time.meaning;
    }

    /**
     * Returns the limit for events far ahead.
     *
     * @param live whether the input is live
     * @return nanoseconds
     */
    public final long maxAheadNs(boolean live) {
        if (time.maxAheadNs != UNSET) {
            return time.maxAheadNs;
        }
        return live ? LIVE_MAX_AHEAD_NS : HISTORIC_MAX_AHEAD_NS;
    }

    /**
     * Returns the silence after which a live input no longer holds progress back.
     *
     * @return nanoseconds
     */
    public final long idleAfterNs() {
        return time.idleAfterNs;
    }

    /**
     * Reads the event time of an event that comes with a header.
     *
     * @param event the event
     * @param header what comes with it, or null
     * @return nanoseconds since the epoch; 0 if the input has no event time
     * @throws RefusedException as {@link #timeNs(Object)}, and if the time should be in the header and is not
     */
    public final long timeNs(V event, Header header) {
        if (field == null && time.inHeader) {
            return inHeader(header == null ? Header.NO_TIME : header.timeNs());
        }
        return timeNs(event);
    }

    private long inHeader(long ns) {
        if (ns == Header.NO_TIME) {
            throw new RefusedException(
                    Reason.MALFORMED,
                    "input " + name
                            + ": its event time is taken from the header of each event, and this "
                            + "event has no header time; set Header.timeNs, or declare eventTime(field, unit)");
        }
        if (ns > mostUnits || ns < leastUnits) {
            throw Ports.outside(name, ns, TimeUnit.NANOSECONDS);
        }
        return ns;
    }

    /**
     * Reads the event time of an event.
     *
     * @param event the event
     * @return nanoseconds since the epoch; 0 if the input has no event time, or takes it from the header
     * @throws RefusedException if the value of the field does not fit, or reading it throws
     */
    public final long timeNs(V event) {
        if (field == null) {
            return 0;
        }
        long value;
        try {
            value = field.of(event);
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable t) {
            throw new RefusedException(
                    Reason.MALFORMED,
                    event == null
                            ? "input " + name + ": the event is null; publish one"
                            : "input " + name + ": its event time cannot be read: "
                                    + ThrownText.of(t, type.hasSensitive()));
        }
        if (value > mostUnits || value < leastUnits) {
            throw Ports.outside(name, value, time.unit);
        }
        return value * unitNs;
    }

    @Override
    public String toString() {
        return name + ": " + type;
    }
}
