package io.millrace.event;

/**
 * An output whose events a writer fills in place.
 *
 * @param <V> the type as which receivers see an event
 * @param <W> the type that the topology fills
 */
public final class InPlaceOutput<V, W> extends Output<V> {
    private final InPlaceType<V, W> inPlaceType;

    InPlaceOutput(String name, InPlaceType<V, W> type) {
        super(name, type);
        inPlaceType = type;
    }

    /**
     * Returns the event type with its writer.
     *
     * @return the event type
     */
    public InPlaceType<V, W> inPlaceType() {
        return inPlaceType;
    }
}
