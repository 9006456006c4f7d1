package io.millrace.operators.rate;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.millrace.event.Input;
import io.millrace.event.Output;
import java.time.Duration;

/** The event of these tests. */
public record Ping(long key, long value, long timeNs) {
    static final Input<Ping> PINGS = Input.of("pings", Ping.class).eventTime(Ping::timeNs, NANOSECONDS);
    static final Input<Ping> LOOSE =
            Input.of("loose", Ping.class).eventTime(Ping::timeNs, NANOSECONDS).disorder(Duration.ofNanos(15));
    static final Output<Ping> OUT = Output.of("out", Ping.class);
    static final Output<Ping> ASIDE = Output.of("aside", Ping.class);
    static final Output<Ping> LATE = Output.of("late", Ping.class);

    static Ping of(long key, long timeNs, long value) {
        return new Ping(key, value, timeNs);
    }

    static Ping at(long timeNs) {
        return new Ping(1, 0, timeNs);
    }

    static String text(long key) {
        return "key-" + key;
    }
}
