package io.millrace.event;

/**
 * An output whose events are filled in place by a writer.
 *
 * @param <V> what receivers see
 * @param <W> what the topology fills
 */
public final class InPlaceOutput<V, W> extends Output<V> {
    private final InPlaceType<V, W> inPlaceType;

    InPlaceOutput(String name, InPlaceType<V, W> type) {
        super(name, type);
        inPlaceType = type;
    }

    /**
     * The type, with its writer.
     *
     * @return the event type
     */
    public InPlaceType<V, W> inPlaceType() {
        return inPlaceType;
    }
}
