package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.event.Reason;
import io.millrace.transport.Delivery;
import io.millrace.transport.EventSource;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A listener of dead letters that throws, on each thread that letters come from: only where the machine fails anything ends. */
@Timeout(240)
class ThrowingListenerTest {
    private static final Input<Num> IN = Num.input("in").historic();
    private static final int EVENTS = 10;
    private static final Duration LONG = Duration.ofSeconds(50);

    private static final List<Supplier<Throwable>> HARMLESS = List.of(
            () -> new IllegalStateException("made up"),
            () -> new IOException("made up"),
            () -> new AssertionError("made up"),
            () -> new NoClassDefFoundError("made up"),
            () -> new Error("made up"),
            () -> new Throwable("made up"));

    private static final List<Supplier<Throwable>> GRAVE =
            List.of(() -> new OutOfMemoryError("made up"), () -> new StackOverflowError("made up"));

    private final AtomicInteger told = new AtomicInteger();

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable t) throws T {
        throw (T) t;
    }

    private Setup listened(TrialOp op, Supplier<Throwable> throwing) {
        told.set(0);
        return Engine.of(one(IN, op)).onDeadLetter(letter -> {
            told.incrementAndGet();
            ThrowingListenerTest.<RuntimeException>sneak(throwing.get());
        });
    }

    private static boolean fails(Num n) {
        if (n.id() % 2 == 0) {
            throw new IllegalArgumentException("no event of ours");
        }
        return true;
    }

    private static void publish(Engine engine) {
        Publisher<Num> publisher = engine.publisher(IN);
        for (int i = 0; i < EVENTS; i++) {
            publisher.publish(num(i));
        }
    }

    private void shouldGoOn(Engine engine, int letters, String thrown) {
        assertEquals(0, engine.drain(LONG), thrown);
        assertEquals(letters, engine.deadLetters().total(), thrown);
        assertEquals(letters, told.get(), thrown);
        assertEquals(Health.State.DEGRADED, engine.health().state(), thrown);
    }

    private static void shouldHalt(Engine engine, String thrown) throws Exception {
        await("halted", () -> engine.health().state() == Health.State.HALTED);
        assertTrue(engine.health().why().contains(thrown), engine.health().why());
        assertEquals(1, engine.deadLetters().total(), "counted before anybody hears of it");
        try {
            engine.close();
        } catch (EngineStoppedException e) {
            assertTrue(e.getMessage().contains(thrown), e.getMessage());
        }
    }

    @Test
    void shouldGoOnWhateverIsThrownOnTheThreadOfAStage() {
        for (Supplier<Throwable> t : HARMLESS) {
            try (Engine engine = listened(TrialOp.keep(ThrowingListenerTest::fails), t)
                    .output(OUT, n -> {})
                    .start()) {
                publish(engine);
                shouldGoOn(engine, EVENTS / 2, t.get().toString());
                assertEquals(EVENTS / 2, engine.stats().output("out").events());
            }
        }
    }

    @Test
    void shouldGoOnWhateverIsThrownOnTheThreadOfASink() {
        for (Supplier<Throwable> t : HARMLESS) {
            AtomicInteger got = new AtomicInteger();
            try (Engine engine = listened(TrialOp.pass(1), t)
                    .output(
                            OUT,
                            n -> {
                                fails(n);
                                got.incrementAndGet();
                            },
                            Delivery.blocking())
                    .start()) {
                publish(engine);
                shouldGoOn(engine, EVENTS / 2, t.get().toString());
                assertEquals(EVENTS / 2, got.get());
            }
        }
    }

    private record Nothing() implements EventSource.Encoded {
        @Override
        public int length() {
            return 8;
        }

        @Override
        public void copyTo(byte[] to, int at, int bytes) {}
    }

    /** Brings an event and what is none, in turns. */
    private static final class Mixed implements EventSource<Num> {
        private int at;

        @Override
        public boolean isFinite() {
            return true;
        }

        @Override
        public int poll(Target<? super Num> target, int most) throws Exception {
            if (at == EVENTS) {
                return ENDED;
            }
            if (at++ % 2 == 0) {
                target.refuse(new Nothing(), Reason.MALFORMED, "not ours");
            } else {
                target.take(num(at), null);
            }
            return 1;
        }

        @Override
        public void close() {}
    }

    @Test
    void shouldGoOnWhateverIsThrownOnTheThreadOfASource() throws Exception {
        for (Supplier<Throwable> t : HARMLESS) {
            try (Engine engine = listened(TrialOp.pass(1), t)
                    .input(IN, new Mixed())
                    .output(OUT, n -> {})
                    .start()) {
                assertTrue(engine.awaitEnd(LONG));
                shouldGoOn(engine, EVENTS / 2, t.get().toString());
                assertEquals(EVENTS / 2, engine.stats().output("out").events());
                assertEquals(List.of(), engine.sourceFailures());
            }
        }
    }

    @Test
    void shouldHaltWhereTheMachineFails() throws Exception {
        for (Supplier<Throwable> t : GRAVE) {
            Engine stage = listened(TrialOp.keep(ThrowingListenerTest::fails), t)
                    .output(OUT, n -> {})
                    .start();
            stage.publisher(IN).publish(num(0));
            shouldHalt(stage, t.get().toString());
            Engine sink = listened(TrialOp.pass(1), t)
                    .output(OUT, n -> fails(n), Delivery.blocking())
                    .start();
            sink.publisher(IN).publish(num(0));
            shouldHalt(sink, "made up");
            try (Engine source = listened(TrialOp.pass(1), t)
                    .input(IN, new Mixed())
                    .output(OUT, n -> {})
                    .start()) {
                assertTrue(source.awaitEnd(LONG), "the source ends, and nothing else");
                assertEquals(1, source.sourceFailures().size());
                assertTrue(
                        source.health().why().contains("made up"),
                        source.health().why());
            }
        }
    }
}
