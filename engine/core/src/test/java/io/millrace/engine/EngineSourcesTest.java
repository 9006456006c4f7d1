package io.millrace.engine;

import static io.millrace.engine.Trials.IN;
import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.DeadLetter;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.time.Progress;
import io.millrace.topology.GraphBuilder;
import io.millrace.transport.EventSink;
import io.millrace.transport.EventSource;
import io.millrace.trial.Agenda;
import io.millrace.trial.CoreRun;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sources and sinks of an engine: their ends and failures. */
@Timeout(240)
class EngineSourcesTest {
    private static final Duration LONG = Duration.ofSeconds(50);

    @Test
    void shouldEndWithItsFiniteSources() throws Exception {
        AtomicLong got = new AtomicLong();
        Trials.Counting source = new Trials.Counting(0, 5000, true);
        try (Engine engine = Engine.of(one(Agenda.buckets(7, 1000)))
                .input(IN, source)
                .output(OUT, n -> got.incrementAndGet())
                .start()) {
            assertTrue(engine.awaitEnd(LONG));
            assertEquals(5000, got.get(), "the end of a file fires everything");
            assertEquals(List.of(), engine.sourceFailures());
            assertEquals(1, source.closed);
        }
    }

    /** What came says more than as many bytes of it as an event has; and the text says how many there were. */
    @Test
    void shouldKeepTheBeginningOfWhatIsNoEventAndSayThatItIsCut() throws Exception {
        try (Engine engine = Engine.of(one(TrialOp.of("passes", context -> flow -> true)))
                .keepDeadLetterBytes(0) // the last one is kept all the same
                .input(IN, new Frames(300, 3_000))
                .output(OUT, n -> {})
                .start()) {
            assertTrue(engine.awaitEnd(LONG));
            assertEquals(2, engine.deadLetters().total());
            DeadLetter last = engine.deadLetters().last(1).get(0);
            assertTrue(
                    last.toString().contains("not ours; 3000 bytes came, of which the first 1024 are kept"),
                    last.toString());
            assertEquals("00".repeat(1_024), last.event());
        }
        List<String> seen = new ArrayList<>();
        try (Engine engine = Engine.of(one(TrialOp.of("passes", context -> flow -> true)))
                .onDeadLetter(
                        d -> seen.add(d.event().length() + ": " + d.toString().contains("bytes came")))
                .input(IN, new Frames(300, 3_000, 3_000))
                .output(OUT, n -> {})
                .start()) {
            assertTrue(engine.awaitEnd(LONG));
        }
        assertEquals(List.of("600: false", "2048: true", "2048: true"), seen);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldNotStartWhereASourceCannotBePrepared(boolean live) {
        SinkTrial sink = SinkTrial.sink();
        Trials.Counting fine = new Trials.Counting(0, 1, true);
        Trials.Counting source = new Trials.Counting(0, 1, true) {
            @Override
            public void prepare() throws IOException {
                throw new IOException("no such file");
            }

            @Override
            public int poll(Target<? super Num> target, int most) {
                throw new AssertionError("polled");
            }
        };
        Setup setup = Engine.of(one(IN, TrialOp.pass(1)))
                .input(IN, fine)
                .input(IN, source)
                .output(OUT, sink);
        Exception e = assertThrows(IllegalStateException.class, () -> (live ? setup.start() : setup.inline()).close());
        assertEquals("input in: its source could not be prepared: no such file", e.getMessage());
        assertEquals("1 1 1", sink.closed + " " + fine.closed + " " + source.closed);
    }

    /** Brings what is no event, of some lengths. */
    private static final class Frames implements EventSource<Num> {
        private final int[] lengths;
        private int at;

        Frames(int... lengths) {
            this.lengths = lengths;
        }

        @Override
        public boolean isFinite() {
            return true;
        }

        @Override
        public int poll(Target<? super Num> target, int most) {
            if (at == lengths.length) {
                return ENDED;
            }
            target.refuse(new Zeros(lengths[at++]), Reason.MALFORMED, "not ours");
            return 1;
        }

        @Override
        public void close() {}
    }

    private record Zeros(int length) implements EventSource.Encoded {
        @Override
        public void copyTo(byte[] to, int at, int bytes) {
            Arrays.fill(to, at, at + bytes, (byte) 0);
        }
    }

    @Test
    void shouldEndAnInputWhenTheLastOfItsSourcesHas() throws Exception {
        AtomicLong got = new AtomicLong();
        TrialOp beforeTheEnd = TrialOp.of("open", context -> {
            Progress progress = context.progress();
            return flow -> progress.ns() != Progress.END;
        });
        beforeTheEnd.keepsState = true;
        try (Engine engine = Engine.of(one(beforeTheEnd))
                .input(IN, new Trials.Counting(0, 10, true))
                .input(IN, new Trials.Counting(0, 100_000, true))
                .output(OUT, n -> got.incrementAndGet())
                .start()) {
            assertTrue(engine.awaitEnd(LONG));
            assertEquals(100_010, got.get(), "the end of the shorter file is not the end of the input");
            assertEquals(Progress.END, engine.stats().inputs().get(0).progressNs());
        }
    }

    @Test
    void shouldReportSourcesThatFailAndEndThem() throws Exception {
        for (Throwable failure : new Throwable[] {new IOException("disk"), new NoClassDefFoundError("gone")}) {
            AtomicLong got = new AtomicLong();
            EventSource<Num> failing = new EventSource<>() {
                private boolean sent;

                @Override
                public boolean isFinite() {
                    return true;
                }

                @Override
                public int poll(Target<? super Num> target, int most) throws Exception {
                    if (!sent) {
                        sent = true;
                        target.take(num(1), null);
                        return 1;
                    }
                    if (failure instanceof Error e) {
                        throw e;
                    }
                    throw (Exception) failure;
                }

                @Override
                public void close() throws IOException {
                    throw new IOException("close");
                }
            };
            try (Engine engine = Engine.of(one(Agenda.buckets(7, 1000)))
                    .input(IN, failing)
                    .output(OUT, n -> got.incrementAndGet())
                    .start()) {
                assertTrue(engine.awaitEnd(LONG));
                await("reported", () -> engine.sourceFailures().size() == 2);
                assertTrue(engine.sourceFailures().get(0).toString().contains(failure.getMessage()));
                assertEquals(1, got.get(), "its windows have fired: it has ended");
                assertEquals(Health.State.DEGRADED, engine.health().state());
                assertTrue(
                        engine.health().why().contains(failure.getMessage()),
                        engine.health().why());
            }
        }
    }

    @Test
    void shouldStopSourcesThatNeverEnd() {
        Trials.Counting source = new Trials.Counting(0, 100, false);
        AtomicLong got = new AtomicLong();
        Engine engine = Engine.of(one(TrialOp.pass(1)))
                .input(IN, source)
                .output(OUT, n -> got.incrementAndGet())
                .start();
        engine.close();
        assertEquals(1, source.closed);
        assertEquals(engine.stats().inputs().get(0).events(), got.get());
    }

    /** Where the system has no thread for the second of three: the first closes itself, and the start that failed the others. */
    @Test
    void shouldCloseTheSourcesThatNoThreadPolls() throws Exception {
        Host host =
                new Host(CoreRun.historic(one(TrialOp.pass(1))).core(), null, null, null, null, null, null, null, null);
        List<Trials.Counting> all = new ArrayList<>();
        List<Bindings.BoundSource<?>> bound = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            all.add(new Trials.Counting(0, 1, true));
            bound.add(new Bindings.BoundSource<>(IN, all.get(i)));
        }
        EngineSources sources = new EngineSources(host, bound, null, null, () -> true);
        EngineSources.Makes makes = (input, body) -> sources.threads().isEmpty()
                ? new Thread(() -> all.get(0).close()) // as a source that has been polled
                : new Thread() {
                    @Override
                    public void start() {
                        throw new OutOfMemoryError("no thread");
                    }
                };
        assertThrows(OutOfMemoryError.class, () -> sources.start(makes, null));
        sources.threads().get(0).join();
        assertNull(sources.close());
        assertEquals(List.of(1, 1, 1), all.stream().map(s -> s.closed).toList());
    }

    @Test
    void shouldCloseSinksOnceWhateverHappens() throws Exception {
        for (int halt = 0; halt < 2; halt++) {
            AtomicLong closed = new AtomicLong();
            AtomicLong flushed = new AtomicLong();
            EventSink<Num> sink = new EventSink<>() {
                @Override
                public void on(Num event, io.millrace.event.Meta meta) {
                    if (event.id() == 13) {
                        throw new StackOverflowError("13");
                    }
                }

                @Override
                public void flush() {
                    flushed.incrementAndGet();
                }

                @Override
                public void close() {
                    closed.incrementAndGet();
                    throw new NoClassDefFoundError("even so");
                }
            };
            Output<Num> second = Num.output("second");
            GraphBuilder g = new GraphBuilder("sinks");
            g.sink(OUT, g.source(IN, ""), "");
            g.sink(second, g.source(IN, ""), "");
            Engine engine =
                    Engine.of(g.build()).output(OUT, sink).output(second, sink).start();
            engine.publisher(IN).publish(num(1));
            await("flushed when there is nothing else to do", () -> flushed.get() > 0);
            if (halt == 1) {
                engine.publisher(IN).publish(num(13));
                await("halted", () -> engine.health().state() == Health.State.HALTED);
                engine.stats(); // does not wait for ever
            }
            EngineStoppedException lost = assertThrows(EngineStoppedException.class, engine::close);
            assertTrue(lost.getMessage().contains("outputs out, second: its sink"), lost.getMessage());
            assertTrue(lost.getMessage().contains("even so"), lost.getMessage());
            engine.close();
            assertEquals(1, closed.get());
            assertTrue(
                    engine.health().why().contains(halt == 1 ? "13" : "even so"),
                    engine.health().why());
        }
    }
}
