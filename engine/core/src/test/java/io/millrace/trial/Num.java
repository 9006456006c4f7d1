package io.millrace.trial;

import io.millrace.event.EventType;
import io.millrace.event.Input;
import io.millrace.event.Output;
import java.util.concurrent.TimeUnit;

/** The event of the engine's own tests. */
public record Num(long id, long timeNs) {
    /** Its type. */
    public static final EventType<Num> TYPE = EventType.of(Num.class);

    /** An input with event time in nanoseconds. */
    public static Input<Num> input(String name) {
        return Input.of(name, TYPE).eventTime(Num::timeNs, TimeUnit.NANOSECONDS);
    }

    /** An output. */
    public static Output<Num> output(String name) {
        return Output.of(name, TYPE);
    }
}
