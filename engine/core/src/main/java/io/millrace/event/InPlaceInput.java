package io.millrace.event;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * An input whose events a writer fills in place: claim, fill, commit.
 *
 * @param <V> the type as which user code sees an event
 * @param <W> the type that publishers fill
 */
public final class InPlaceInput<V, W> extends Input<V> {
    private final InPlaceType<V, W> inPlaceType;

    InPlaceInput(String name, InPlaceType<V, W> type) {
        super(name, type);
        inPlaceType = type;
    }

    private InPlaceInput(Input<V> changed, InPlaceType<V, W> type) {
        super(changed);
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

    @Override
    public InPlaceInput<V, W> eventTime(LongField<? super V> field, TimeUnit unit) {
        return new InPlaceInput<>(super.eventTime(field, unit), inPlaceType);
    }

    @Override
    public InPlaceInput<V, W> eventTimeInHeader() {
        return new InPlaceInput<>(super.eventTimeInHeader(), inPlaceType);
    }

    @Override
    public InPlaceInput<V, W> disorder(Duration most) {
        return new InPlaceInput<>(super.disorder(most), inPlaceType);
    }

    @Override
    public InPlaceInput<V, W> live() {
        return new InPlaceInput<>(super.live(), inPlaceType);
    }

    @Override
    public InPlaceInput<V, W> historic() {
        return new InPlaceInput<>(super.historic(), inPlaceType);
    }

    @Override
    public InPlaceInput<V, W> maxAhead(Duration most) {
        return new InPlaceInput<>(super.maxAhead(most), inPlaceType);
    }

    @Override
    public InPlaceInput<V, W> idleAfter(Duration silence) {
        return new InPlaceInput<>(super.idleAfter(silence), inPlaceType);
    }
}
