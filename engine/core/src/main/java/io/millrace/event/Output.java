package io.millrace.event;

import java.util.Objects;

/**
 * A named, typed way out; what receives the events is bound when an engine is started.
 *
 * @param <V> what receivers see of an event
 */
public class Output<V> {
    private final String name;
    private final EventType<V> type;

    Output(String name, EventType<V> type) {
        this.name = Ports.checked(name);
        this.type = Objects.requireNonNull(type, "type");
    }

    /**
     * An output of records.
     *
     * @param name   unique in a topology: letters, digits, {@code - _ .}
     * @param record the record class, see {@link EventType#of}
     * @param <R>    the record
     * @return the output
     */
    public static <R extends Record> Output<R> of(String name, Class<R> record) {
        return new Output<>(name, EventType.of(record));
    }

    /**
     * An output of any event type.
     *
     * @param name unique in a topology
     * @param type the event type
     * @param <V>  what receivers see
     * @return the output
     */
    public static <V> Output<V> of(String name, EventType<V> type) {
        return new Output<>(name, type);
    }

    /**
     * An output whose events are filled in place.
     *
     * @param name unique in a topology
     * @param type the event type
     * @param <V>  what receivers see
     * @param <W>  what the topology fills
     * @return the output
     */
    public static <V, W> InPlaceOutput<V, W> of(String name, InPlaceType<V, W> type) {
        return new InPlaceOutput<>(name, type);
    }

    /**
     * The name.
     *
     * @return unique in a topology
     */
    public final String name() {
        return name;
    }

    /**
     * The type.
     *
     * @return the event type
     */
    public final EventType<V> type() {
        return type;
    }

    /**
     * Whether it takes the events of one stream only.
     *
     * @return true for the requests of a {@link LookupPort}
     */
    public boolean takesOneStream() {
        return false;
    }

    @Override
    public String toString() {
        return name + ": " + type;
    }
}
