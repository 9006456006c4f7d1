package io.millrace.event;

import java.util.Objects;

/**
 * A named, typed output of a topology. What receives its events is bound when an engine is started. Immutable.
 *
 * @param <V> the type as which receivers see an event
 */
public class Output<V> {
    private final String name;
    private final EventType<V> type;

    Output(String name, EventType<V> type) {
        this.name = Ports.checked(name);
        this.type = Objects.requireNonNull(type, "type");
    }

    /**
     * Creates an output of records.
     *
     * @param name unique in a topology: letters, digits, {@code - _ .}
     * @param record the record class, see {@link EventType#of}
     * @param <R> the type of the record
     * @return the output
     */
    public static <R extends Record> Output<R> of(String name, Class<R> record) {
        return new Output<>(name, EventType.of(record));
    }

    /**
     * Creates an output of any event type.
     *
     * @param name unique in a topology: letters, digits, {@code - _ .}
     * @param type the event type
     * @param <V> the type as which receivers see an event
     * @return the output
     */
    public static <V> Output<V> of(String name, EventType<V> type) {
        return new Output<>(name, type);
    }

    /**
     * Creates an output whose events are filled in place.
     *
     * @param name unique in a topology: letters, digits, {@code - _ .}
     * @param type the event type
     * @param <V> the type as which receivers see an event
     * @param <W> the type that the topology fills
     * @return the output
     */
    public static <V, W> InPlaceOutput<V, W> of(String name, InPlaceType<V, W> type) {
        return new InPlaceOutput<>(name, type);
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
     * Tells whether only one stream may lead to it.
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
