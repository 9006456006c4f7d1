package io.millrace.engine;

import static io.millrace.engine.Trials.await;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.LookupPort;
import io.millrace.event.Meta;
import io.millrace.event.MisuseException;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.event.RefusedException;
import io.millrace.event.Reply;
import io.millrace.event.Sensitive;
import io.millrace.event.ThrownText;
import io.millrace.operator.Failures;
import io.millrace.operator.GivenRow;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.transport.Asking;
import io.millrace.transport.AsyncLookup;
import io.millrace.transport.Delivery;
import io.millrace.transport.EventSink;
import io.millrace.transport.EventSource;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What functions throw over events with sensitive fields is shown without its message, wherever somebody reads it. */
@Timeout(240)
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
            await("it is told", () -> engine.health().why().contains("failed in on")); // nobody waits for such a sink
            String health = engine.health().toString();
            assertTrue(health.contains("failed in on: java.lang.IllegalStateException"), health);
            assertFalse(health.contains("" + CARD), health);
        }
    }

    /** What a function or a sink throws may know more than its own events; what health says is logged. */
    @Test
    void shouldNotShowInHealthWhatIsThrownElsewhere() throws Exception {
        Output<Num> nums = Num.output("nums");
        GraphBuilder g = new GraphBuilder("t");
        g.sink(OUT, g.source(PAYS, ""), "");
        TrialOp fails = TrialOp.keep(n -> {
            if (Thread.currentThread().getName().endsWith("-snapshot")) {
                throw new InternalError("card " + CARD);
            }
            return true;
        });
        g.sink(nums, g.operator("op", fails, null, "T.java:3", g.source(Trials.IN, "")), "");
        try (Engine engine = Engine.of(g.build())
                .journal(new MemoryJournal(), Journaling.plain().snapshotEvery(Duration.ofDays(1), 1))
                .output(OUT, p -> {})
                .output(
                        nums,
                        n -> {
                            throw new IllegalStateException("card " + CARD);
                        },
                        Delivery.untethered())
                .start()) {
            engine.publisher(Trials.IN).publish(Trials.num(1));
            await(
                    "both",
                    () -> engine.health().why().contains("no snapshot was made")
                            && engine.health().why().contains("failed in on"));
            String health = engine.health().toString();
            assertHidden(health, IllegalStateException.class);
            assertHidden(health, InternalError.class);
        }
    }

    // ---- what goes by its class, and what does not

    /** An address that was asked for is a field as often as not. */
    @Test
    void shouldShowNoFaultOfAFileOrAConnection() {
        Throwable asked = new FileNotFoundException("https://cards.example/" + CARD);
        String hidden = "java.io.FileNotFoundException (its message is not shown: events there have sensitive fields)";
        assertEquals(hidden, ThrownText.of(asked, true));
        assertEquals(asked.toString(), ThrownText.of(asked, false));
        Throwable wrapped = new UncheckedIOException(new MalformedURLException("no protocol: " + CARD));
        assertFalse(ThrownText.of(wrapped, true).contains("" + CARD));
    }

    @Test
    void shouldShowWhatHoldsNoValue() {
        Throwable misuse = new MisuseException("declare it first");
        assertEquals("io.millrace.event.MisuseException: declare it first", ThrownText.of(misuse, true));
        Throwable refused = new RefusedException(Reason.OUT_OF_RANGE, "card: a value is too large");
        assertEquals(refused.toString(), ThrownText.of(refused, true));
    }

    // ---- all that tells what was thrown

    private static void assertHidden(String told, Class<?> thrown) {
        assertFalse(told.contains("" + CARD), told);
        assertTrue(told.contains(thrown.getName() + " (its message is not shown"), told);
    }

    @Test
    void shouldNotShowWhatAKeyThrowsThatConflates() {
        CountDownLatch full = new CountDownLatch(1);
        Engine engine = Engine.of(topology(PAYS, OUT))
                .output(OUT, p -> full.await())
                .overflow(
                        PAYS,
                        Overflow.conflate(
                                p -> {
                                    throw new IllegalStateException("no key for " + p);
                                },
                                4))
                .ringSlots(64)
                .start();
        try (engine) {
            Publisher<Pay> publisher = engine.publisher(PAYS);
            RefusedException e = assertThrows(RefusedException.class, () -> {
                for (int i = 0; i < 200; i++) {
                    publisher.publish(new Pay(CARD, i));
                }
            });
            assertHidden(e.getMessage(), IllegalStateException.class);
            full.countDown();
        }
    }

    private static final LookupPort<Pay, Plain> SCORES = LookupPort.of("scores", Pay.class, Plain.class);

    @Test
    void shouldNotShowWhatALookupThrows() throws Exception {
        assertHidden(
                failed((p, q, i) -> {
                    throw new IOException("no score for " + p);
                }),
                IOException.class);
        assertHidden(
                failed((p, q, i) -> CompletableFuture.failedFuture(new FileNotFoundException("/cards/" + p.card()))),
                FileNotFoundException.class);
    }

    private interface Ask {
        CompletionStage<Plain> ask(Pay pay, long sequence, int ordinal) throws Exception;
    }

    private static String failed(Ask ask) throws Exception {
        GraphBuilder g = new GraphBuilder("asks");
        g.sink(SCORES.requests(), g.source(PAYS, ""), "");
        Output<Reply<Plain>> replies = Output.of("replies", SCORES.replies().type());
        g.sink(replies, g.source(SCORES.replies(), ""), "");
        AsyncLookup<Pay, Plain> lookup = new AsyncLookup<>() {
            @Override
            public CompletionStage<Plain> ask(Pay pay) {
                throw new AssertionError("the other one is called");
            }

            @Override
            public CompletionStage<Plain> ask(Pay pay, long sequence, int ordinal) throws Exception {
                return ask.ask(pay, sequence, ordinal);
            }
        };
        try (Engine engine = Engine.of(g.build())
                .discard(replies)
                .lookup(SCORES, lookup, Asking.once())
                .start()) {
            engine.publisher(PAYS).publish(new Pay(CARD, 1));
            await("it is told", () -> engine.health().toString().contains("requests failed"));
            return engine.health().toString();
        }
    }

    /** A codec that looks at what it checks. */
    private static final class Strict extends EventType<Pay> {
        private final EventType<Pay> real = EventType.of(Pay.class);

        Strict() {
            super("Strict", EventType.of(Pay.class).maxLength());
        }

        @Override
        public EventView<Pay> newView() {
            return real.newView();
        }

        @Override
        public int encode(Pay event, byte[] target, int offset) {
            return real.encode(event, target, offset);
        }

        @Override
        public String check(byte[] bytes, int offset, int length) {
            throw new IllegalStateException("what is " + real.newView().wrap(bytes, offset, length));
        }

        @Override
        public String layout() {
            return real.layout();
        }

        @Override
        public String text(byte[] bytes, int offset, int length) {
            return real.text(bytes, offset, length);
        }

        @Override
        public boolean hasSensitive() {
            return true;
        }

        @Override
        public boolean isValue() {
            return true;
        }
    }

    /** Brings one event as bytes, or throws. */
    private record Bytes(Exception inPoll, Exception inClose) implements EventSource<Pay> {
        @Override
        public boolean isFinite() {
            return true;
        }

        @Override
        public int poll(Target<? super Pay> target, int most) throws Exception {
            if (inPoll != null) {
                throw inPoll;
            }
            EventType<Pay> type = EventType.of(Pay.class);
            byte[] bytes = new byte[type.maxLength()];
            int length = type.encode(new Pay(CARD, 1), bytes, 0);
            target.offer(
                    new Encoded() {
                        @Override
                        public int length() {
                            return length;
                        }

                        @Override
                        public void copyTo(byte[] to, int at, int n) {
                            System.arraycopy(bytes, 0, to, at, n);
                        }
                    },
                    new Header());
            return ENDED;
        }

        @Override
        public void close() throws IOException {
            if (inClose != null) {
                throw (IOException) inClose;
            }
        }
    }

    @Test
    void shouldNotShowWhatACodecThrowsThatChecks() throws Exception {
        Input<Pay> strict = Input.of("strict", new Strict()).historic();
        Output<Pay> out = Output.of("strict-out", strict.type());
        try (Engine engine = Engine.of(topology(strict, out))
                .discard(out)
                .input(strict, new Bytes(null, null))
                .start()) {
            assertTrue(engine.awaitEnd(LONG));
            assertHidden(engine.deadLetters().last(1).get(0).toString(), IllegalStateException.class);
        }
    }

    @Test
    void shouldNotShowWhatASourceThrows() throws Exception {
        Bytes failing = new Bytes(new FileNotFoundException("/cards/" + CARD), null);
        try (Engine engine =
                Engine.of(topology(PAYS, OUT)).discard(OUT).input(PAYS, failing).start()) {
            assertTrue(engine.awaitEnd(LONG));
            assertHidden(engine.health().toString(), FileNotFoundException.class);
            assertEquals(List.of(failing.inPoll()), engine.sourceFailures(), "programs get it whole");
        }
        Bytes closing = new Bytes(null, new IOException("at card " + CARD));
        EngineStoppedException e = Bindings.close(List.of(new Bindings.BoundSource<>(PAYS, closing)), "t");
        assertHidden(e.getMessage(), IOException.class);
        assertEquals(closing.inClose(), e.getCause());
    }

    @Test
    void shouldNotShowWhatABlockingSinkThrows() {
        EventSink<Pay> sink = new EventSink<>() {
            @Override
            public void on(Pay event, Meta meta) {
                fail(event);
            }

            @Override
            public void close() {}
        };
        List<String> told = new ArrayList<>();
        try (Engine engine = Engine.of(topology(PAYS, OUT))
                .output(OUT, sink, Delivery.blocking())
                .onDeadLetter(l -> told.add(l.toString()))
                .start()) {
            engine.publisher(PAYS).publish(new Pay(CARD, 1));
            engine.drain(LONG);
        }
        assertEquals(1, told.size());
        assertHidden(told.get(0), IllegalStateException.class);
    }

    /** What the letters of a snapshot say is what was said before; a node without a layout is judged by what comes to it. */
    @Test
    void shouldNotShowWhatAnOperatorsFunctionThrowsNorKeepItInASnapshot() {
        MemoryJournal journal = new MemoryJournal();
        String before;
        try (Engine engine = failing(journal)) {
            engine.publisher(PAYS).publish(new Pay(CARD, 1));
            engine.drain(LONG);
            before = engine.deadLetters().last(1).get(0).cause();
            assertHidden(before, IllegalStateException.class);
            assertEquals(1, engine.makeSnapshot());
        }
        String kept = new String(journal.snapshot, ISO_8859_1);
        assertTrue(kept.contains(before) && !kept.contains("" + CARD), kept);
        try (Engine engine = failing(journal)) {
            assertEquals(before, engine.deadLetters().last(1).get(0).cause());
        }
    }

    private static Engine failing(MemoryJournal journal) {
        TrialOp fails = TrialOp.of("fails", context -> {
            Failures failures = context.failures();
            return flow -> {
                try {
                    fail(flow.value());
                    return true;
                } catch (Throwable t) {
                    return failures.operatorError(flow, t);
                }
            };
        });
        fails.type = null;
        GraphBuilder g = new GraphBuilder("fails");
        g.end(g.operator("fails", fails, null, "", g.source(PAYS, "")));
        return Engine.of(g.build()).journal(journal).start();
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
