package io.millrace.engine;

import static io.millrace.engine.Trials.IN;
import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Reason;
import io.millrace.topology.Topology;
import io.millrace.transport.Backoff;
import io.millrace.transport.Delivery;
import io.millrace.trial.TrialOp;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A blocking sink that fails is called again, as often and as late as declared. */
@Timeout(240)
class SinkRetryTest {
    private static final Topology PASS = one(TrialOp.pass(1));
    private static final Backoff SHORT = Backoff.of(Duration.ofNanos(1_000), Duration.ofNanos(10_000));
    private static final Delivery THRICE = Delivery.blocking().retry(3, SHORT);

    private final AtomicInteger calls = new AtomicInteger();
    private final SinkTrial sink = SinkTrial.sink().blocking(THRICE);

    private static List<String> ids(SinkTrial of) {
        return of.seen.stream().map(s -> s.substring(0, s.indexOf(' '))).toList();
    }

    @Test
    void shouldCallAgainUntilTheSinkTakesTheEventAndKeepTheOrder() throws Exception {
        sink.inOn = () -> {
            if (calls.incrementAndGet() % 3 != 0) {
                throw new IOException("not yet");
            }
        };
        try (Inline engine = Engine.of(PASS).output(OUT, sink).inline()) {
            for (int i = 0; i < 5; i++) {
                engine.publish(IN, num(i));
            }
        }
        assertEquals(List.of("0", "1", "2", "3", "4"), ids(sink));
        assertEquals(15, calls.get());
    }

    @Test
    void shouldMakeADeadLetterOfWhatTheLastAttemptFailsAt() throws Exception {
        sink.inOn = () -> {
            if (calls.incrementAndGet() <= 3) {
                throw new IOException("down");
            }
        };
        Inline engine = Engine.of(PASS).output(OUT, sink).inline();
        engine.publish(IN, num(1));
        engine.publish(IN, num(2));
        engine.close();
        assertEquals(List.of("2"), ids(sink));
        assertEquals(1, engine.deadLetters().total());
        assertEquals(Reason.OPERATOR_ERROR, engine.deadLetters().last(1).get(0).reason());
        assertEquals(4, calls.get());
    }

    @Test
    void shouldFlushAgain() throws Exception {
        sink.inFlush = () -> {
            if (calls.incrementAndGet() < 3) {
                throw new IOException("not yet");
            }
        };
        Inline engine = Engine.of(PASS).output(OUT, sink).inline();
        engine.publish(IN, num(1));
        await("it", () -> calls.get() >= 3);
        engine.close();
        assertEquals(List.of("1"), ids(sink));

        SinkTrial never = SinkTrial.sink().blocking(THRICE);
        never.inFlush = () -> {
            throw new IOException("broken");
        };
        Inline halts = Engine.of(PASS).output(OUT, never).inline();
        halts.publish(IN, num(1));
        await("it", () -> halts.health().state() == Health.State.HALTED);
        assertEquals(3, never.flushed);
        assertThrows(EngineStoppedException.class, halts::close);
    }

    @Test
    void shouldTryNoLongerThanTheHostWaits() throws Exception {
        sink.blocking(Delivery.blocking().retry(100, Backoff.of(Duration.ofDays(1), Duration.ofDays(1))));
        sink.inOn = () -> {
            calls.incrementAndGet();
            throw new IOException("down");
        };
        Inline engine = Engine.of(PASS)
                .output(OUT, sink)
                .stopDeadline(Duration.ofMillis(50))
                .inline();
        engine.publish(IN, num(1));
        await("it", () -> calls.get() == 1);
        EngineStoppedException lost = assertThrows(EngineStoppedException.class, engine::close);
        assertTrue(lost.getMessage().contains("output out"), lost.getMessage());
        await("it", () -> sink.closed == 1);
        assertEquals(1, calls.get());
        assertEquals(1, engine.deadLetters().total());
    }
}
