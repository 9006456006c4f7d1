package io.millrace.operators;

import io.millrace.event.EventType;
import io.millrace.event.MisuseException;
import io.millrace.operator.Flow;
import io.millrace.operator.Held;

/**
 * Takes what a function emits for one event, up to a declared number. Valid during the call that it is given to.
 *
 * @param <R> the type of what is emitted
 */
public final class Emitter<R> {
    private final EventType<R> type;
    private final Held<R>[] staged;
    private final Flow out = new Flow();
    private Flow in;
    private int count;

    Emitter(EventType<R> type, Held<R>[] staged) {
        this.type = type;
        this.staged = staged;
    }

    void begin(Flow causing) {
        in = causing;
        count = 0;
    }

    int count() {
        return count;
    }

    /**
     * Emits a value, with the time and key of the event.
     *
     * @param value the value; copied before this returns
     * @throws IllegalStateException if it is one more than declared
     */
    public void emit(R value) {
        if (count == staged.length) {
            throw new MisuseException("flatMap emits more than the " + staged.length
                    + " outputs it declares for one event; raise its bound");
        }
        out.copyFrom(in);
        out.value(type.canonical(value));
        staged[count++].hold(out);
    }
}
