package io.millrace.dsl;

import io.millrace.event.LookupPort;
import io.millrace.event.Output;
import io.millrace.operators.Fn.Fn1;
import io.millrace.operators.Joined;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A call to an outside service about each event of a stream with a key. The answers have the key of the events.
 *
 * @param <T> the type of the events
 * @param <Q> the type of the requests
 * @param <R> the type of the answers
 */
public final class KeyedAsyncWork<T, Q, R> extends AsyncWork<T, Q, R> {
    KeyedAsyncWork(KeyedStream<T> base, String name, LookupPort<Q, R> port, Fn1<? super T, ? extends Q> request) {
        super(base, name, port, request);
    }

    @Override
    public KeyedAsyncWork<T, Q, R> ordered() {
        super.ordered();
        return this;
    }

    @Override
    public KeyedAsyncWork<T, Q, R> inFlightAtMost(int most) {
        super.inFlightAtMost(most);
        return this;
    }

    @Override
    public KeyedAsyncWork<T, Q, R> lateReplies(Consumer<EventStream<R>> side) {
        super.lateReplies(side);
        return this;
    }

    @Override
    public KeyedAsyncWork<T, Q, R> unanswered(Consumer<EventStream<T>> side) {
        super.unanswered(side);
        return this;
    }

    @Override
    public KeyedAsyncWork<T, Q, R> unansweredTo(Output<T> output) {
        super.unansweredTo(output);
        return this;
    }

    @Override
    public KeyedStream<Joined<T, R>> decideWithin(Duration within, R fallback) {
        return new KeyedStream<>(topology(), node(within, given(fallback)));
    }

    @Override
    public KeyedStream<Joined<T, R>> decideWithin(Duration within) {
        return new KeyedStream<>(topology(), node(within, null));
    }
}
