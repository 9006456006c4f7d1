package io.millrace.engine;

import static io.millrace.engine.Trials.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.EventType;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.RefusedException;
import io.millrace.event.Sensitive;
import io.millrace.operator.GivenRow;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.transport.Delivery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What functions throw over events with sensitive fields is shown without its message, wherever somebody reads it. */
@Timeout(60)
class SensitiveTextTest {
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final long CARD = 4_111_222_333_444_555L;

    private record Pay(@Sensitive long card, long ms) {}

    private record Plain(long card, long ms) {}

    private static <R extends Record> Topology topology(Input<R> in, Output<R> out) {
        GraphBuilder g = new GraphBuilder("t");
        Port from = g.source(in, "T.java:1");
        g.sink(out, from, "T.java:2");
        return g.build();
    }

    private static final Input<Pay> PAYS = Input.of("pays", Pay.class).historic();
    private static final Output<Pay> OUT = Output.of("out", Pay.class);
    private static final Input<Plain> PLAINS = Input.of("plains", Plain.class).historic();
    private static final Output<Plain> PLAIN = Output.of("plain", Plain.class);

    private static void fail(Record event) {
        throw new IllegalStateException("cannot take " + event);
    }

    @Test
    void shouldNotShowWhatAnEventTimeThrows() {
        Input<Pay> timed = Input.of("timed", Pay.class)
                .eventTime(
                        p -> {
                            throw new IllegalStateException("no time for " + p);
                        },
                        TimeUnit.MILLISECONDS);
        String told = assertThrows(RefusedException.class, () -> timed.timeNs(new Pay(CARD, 1)))
                .getMessage();
        assertFalse(told.contains("" + CARD), told);
        assertTrue(told.contains("input timed") && told.contains("java.lang.IllegalStateException"), told);
    }

    @Test
    void shouldNotShowARowThatAnOperatorWasGiven() {
        String given = new GivenRow<>(EventType.of(Pay.class), new Pay(CARD, 1)).toString();
        assertFalse(given.contains("" + CARD), given);
    }

    @Test
    void shouldNotShowWhatAReceiverThrows() {
        List<String> told = new ArrayList<>();
        try (Engine engine = Engine.of(topology(PAYS, OUT))
                .output(OUT, SensitiveTextTest::fail)
                .onDeadLetter(l -> told.add(l.toString()))
                .start()) {
            engine.publisher(PAYS).publish(new Pay(CARD, 1));
            engine.drain(LONG);
            engine.deadLetters().last(1).forEach(l -> told.add(l.cause()));
        }
        assertEquals(2, told.size(), told.toString());
        told.forEach(t -> assertFalse(t.contains("" + CARD), t));
        assertTrue(told.get(1).startsWith("java.lang.IllegalStateException (its message is not shown"), told.get(1));
    }

    @Test
    void shouldNotShowItInHealth() throws Exception {
        try (Engine engine = Engine.of(topology(PAYS, OUT))
                .output(OUT, SensitiveTextTest::fail, Delivery.untethered())
                .start()) {
            engine.publisher(PAYS).publish(new Pay(CARD, 1));
            await("it is told", () -> !engine.health().why().isEmpty()); // nobody waits for such a sink
            String health = engine.health().toString();
            assertTrue(health.contains("failed in on: java.lang.IllegalStateException"), health);
            assertFalse(health.contains("" + CARD), health);
        }
    }

    @Test
    void shouldShowItWhereNothingIsSensitive() {
        try (Engine engine = Engine.of(topology(PLAINS, PLAIN))
                .output(PLAIN, SensitiveTextTest::fail)
                .start()) {
            engine.publisher(PLAINS).publish(new Plain(CARD, 1));
            engine.drain(LONG);
            assertTrue(engine.deadLetters().last(1).get(0).cause().contains("cannot take Plain[card=" + CARD));
        }
    }
}
