package io.millrace.engine;

import static io.millrace.engine.Trials.IN;
import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.EventType;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.LookupPort;
import io.millrace.event.Output;
import io.millrace.event.Reply;
import io.millrace.operator.Flow;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.transport.AskedBy;
import io.millrace.transport.Asking;
import io.millrace.transport.AsyncLookup;
import io.millrace.transport.Backoff;
import io.millrace.transport.Delivery;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a host asks outside comes to an end that is seen, whoever answers, on whatever thread, and whatever goes wrong. */
@Timeout(240)
class LookupRunnerTest {
    /** Cannot be encoded when it is 13. */
    record Score(long value) {
        @Override
        public long value() {
            if (value == 13) {
                throw new IllegalStateException("no luck");
            }
            return value;
        }
    }

    private static final LookupPort<Num, Score> PORT = LookupPort.of("scores", Num.TYPE, EventType.of(Score.class));
    private static final Output<Num> ANSWERS = Num.output("answers");
    private static final long FAILED = -1;
    private static final int SLOTS = 64;
    private static final Asking PATIENT = Asking.once().timeout(Duration.ofMinutes(10));

    private final List<CompletableFuture<Score>> asked = Collections.synchronizedList(new ArrayList<>());
    private final List<Long> answers = Collections.synchronizedList(new ArrayList<>());

    /** Asks for each event, shows each event, and shows each reply. */
    private static Topology topology(Input<Num> from) {
        GraphBuilder g = new GraphBuilder("asks");
        Port in = g.source(from, "");
        g.sink(PORT.requests(), in, "");
        g.sink(OUT, in, "");
        TrialOp unwrap = TrialOp.of("unwrap", context -> flow -> {
            Reply<Score> reply = flow.value();
            flow.value(new Num(reply.isFailed() ? FAILED : reply.value().value(), 0));
            return true;
        });
        g.sink(ANSWERS, g.operator("unwrap", unwrap, null, "", g.source(PORT.replies(), "")), "");
        return g.build();
    }

    private Setup setup(AsyncLookup<Num, Score> lookup, Asking how) {
        return setup(IN, lookup, how);
    }

    private Setup setup(Input<Num> from, AsyncLookup<Num, Score> lookup, Asking how) {
        return Engine.of(topology(from))
                .output(ANSWERS, n -> answers.add(n.id()))
                .lookup(PORT, lookup, how)
                .ringSlots(SLOTS)
                .inboxSlots(SLOTS)
                .stalledAfter(Duration.ofHours(1)); // a thread that gets no processor is no trouble here
    }

    private CompletionStage<Score> later(Num request) {
        CompletableFuture<Score> answer = new CompletableFuture<>();
        asked.add(answer);
        return answer;
    }

    private void answerAll() {
        asked.forEach(f -> f.complete(new Score(5)));
    }

    @Test
    void shouldNameTheCureOfAPortThatNobodyAnswers() {
        IllegalStateException requests = assertThrows(
                IllegalStateException.class,
                () -> Engine.of(topology(IN)).discard(OUT).discard(ANSWERS).start());
        String ofPort = "lookup ports without a lookup: [scores.requests: Num]; bind each port with lookup(port, ..)";
        assertEquals("topology asks: " + ofPort, requests.getMessage());
        IllegalStateException both = assertThrows(
                IllegalStateException.class,
                () -> Engine.of(topology(IN)).discard(OUT).start());
        assertEquals(
                "topology asks: outputs without a receiver: [answers: Num]; bind each with "
                        + "output(..), or call discard(..); "
                        + ofPort,
                both.getMessage());
    }

    // ---- threads that must not wait

    /** Whose thread answers, while the host has no room for replies and only that thread could make some. */
    enum Whose {
        /** A receiver's, which is the engine's own. */
        RECEIVER,
        /** A receiver's, of an engine that one thread publishes into. */
        EXCLUSIVE,
        /** Of a sink for which the engine waits. */
        SINK
    }

    @ParameterizedTest
    @EnumSource
    void shouldGetAnAnswerFromAThreadThatMustNotWait(Whose whose) throws Exception {
        int requests = whose == Whose.EXCLUSIVE ? 1_500 : 10; // more than there is room for aside
        AtomicReference<Runnable> trap = new AtomicReference<>();
        Receiver<Num> answering = n -> {
            if (n.id() < 0) {
                trap.get().run();
            }
        };
        Setup setup = setup(this::later, PATIENT);
        setup = whose == Whose.SINK
                ? setup.output(OUT, answering, Delivery.blocking().slots(4))
                : setup.output(OUT, answering);
        try (Engine engine = (whose == Whose.EXCLUSIVE ? setup.exclusive() : setup).start()) {
            Publisher<Num> publisher = engine.publisher(IN);
            for (int i = 0; i < requests; i++) {
                int all = i;
                publisher.publish(num(i));
                await("asked", () -> asked.size() >= all - 500);
            }
            await("asked", () -> asked.size() == requests);
            CountDownLatch caught = new CountDownLatch(1);
            CountDownLatch full = new CountDownLatch(1);
            trap.set(() -> {
                caught.countDown();
                awaitLatch(full);
                answerAll();
            });
            publisher.publish(num(-1));
            caught.await();
            for (int refused = 0;
                    refused < 5;
                    refused++) { // several times: the stage may still be on its way to where it waits
                while (publisher.tryPublish(num(1), null) >= 0) {
                    refused = 0;
                }
                Thread.sleep(1); // lets it get there; it passes at any length
            }
            full.countDown();
            await("answered", () -> {
                engine.doWork();
                return answers.size() >= requests;
            });
            assertEquals(
                    Health.State.UP, engine.health().state(), engine.health().toString());
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldGetAnAnswerFromTheOwnerOfAnInlineHostWhoseInboxIsFull() throws Exception {
        try (Inline inline = setup(this::later, PATIENT).discard(OUT).inline()) {
            for (int i = 0; i < 10; i++) {
                inline.publish(IN, num(i));
            }
            await("asked", () -> asked.size() == 10);
            Thread other = new Thread(() -> {
                Inbox<Num> inbox = inline.inbox(IN);
                int n = 0;
                while (inbox.offer(num(n), null)) {
                    n++;
                }
            });
            other.start();
            other.join();
            answerAll();
            await("answered", () -> {
                inline.doWork(System.currentTimeMillis() * 1_000_000);
                return answers.size() == 10;
            });
            assertEquals(
                    Health.State.UP, inline.health().state(), inline.health().toString());
        }
    }

    // ---- what goes wrong

    @Test
    void shouldCountAnAnswerThatCannotBeEncodedAsFailed() throws Exception {
        AsyncLookup<Num, Score> lookup = n -> CompletableFuture.completedFuture(new Score(n.id()));
        try (Engine engine = setup(lookup, PATIENT).discard(OUT).start()) {
            engine.publisher(IN).publish(num(13));
            engine.publisher(IN).publish(num(14));
            await("both", () -> answers.size() == 2);
            assertEquals(List.of(FAILED, 14L), answers);
            String why = engine.health().why();
            assertTrue(
                    why.startsWith("lookup scores: 1 of 2 requests failed, the last: its answer ")
                            && why.contains("no luck"),
                    why);
        }
    }

    @Test
    void shouldFailWhatCannotBeAskedAgainBecauseTheMachineFails() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        AsyncLookup<Num, Score> lookup = n -> {
            if (calls.incrementAndGet() == 1) {
                throw new IOException("not now");
            }
            throw new OutOfMemoryError("made up"); // on the thread for time, where nobody would hear of it
        };
        Asking twice = PATIENT.retry(2, Backoff.of(Duration.ofNanos(1_000), Duration.ofNanos(1_000)));
        try (Engine engine = setup(lookup, twice).discard(OUT).start()) {
            engine.publisher(IN).publish(num(1));
            await("failed", () -> answers.size() == 1);
            assertEquals(List.of(FAILED), answers);
            assertTrue(
                    engine.health().why().contains("made up"), engine.health().why());
        }
    }

    @Test
    void shouldLeaveOpenWhatIsAnsweredWhenTheEngineHasStopped() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        AsyncLookup<Num, Score> lookup = n -> {
            if (n.id() == 3) {
                busy.countDown();
                held.await(); // so that it is not closed yet
            }
            return later(n);
        };
        AtomicReference<Engine> own = new AtomicReference<>();
        Engine engine = setup(lookup, PATIENT)
                .output(OUT, n -> {
                    if (n.id() == 4) {
                        own.get().close();
                    }
                })
                .start();
        own.set(engine);
        Publisher<Num> publisher = engine.publisher(IN);
        for (int i = 0; i < 4; i++) {
            publisher.publish(num(i));
        }
        busy.await();
        publisher.publish(num(4));
        await("closed", () -> engine.health().state() == Health.State.CLOSED);
        answerAll();
        held.countDown();
        engine.close();
        assertEquals(List.of(), answers);
        assertEquals(
                "closed; lookup scores: 5 requests were open when it closed",
                engine.health().why());
    }

    @Test
    void shouldTellWhatFailsWhenALookUpIsClosedAndCloseAllTheSame() {
        AsyncLookup<Num, Score> lookup = new AsyncLookup<>() {
            @Override
            public CompletionStage<Score> ask(Num request) {
                return later(request);
            }

            @Override
            public void close() throws IOException {
                throw new IOException("still connected");
            }
        };
        Engine engine = setup(lookup, PATIENT).discard(OUT).start();
        engine.close();
        assertEquals(1, engine.stats().output("scores.requests").faults());
        String why = engine.health().why();
        assertTrue(why.contains("output scores.requests: ") && why.contains("still connected"), why);
    }

    /** What it counts is of this host: requests of a rehearsal would stay open for ever. */
    @Test
    void shouldKnowNothingOfAWarmUpThatCallsItsOutput() throws Exception {
        WarmUp warmUp =
                WarmUp.generated(IN, Trials::num).eventsPerRound(100).atLeast(1).calling(PORT.requests());
        AsyncLookup<Num, Score> lookup = n -> CompletableFuture.completedFuture(new Score(n.id()));
        try (Engine engine = setup(lookup, PATIENT.openAtMost(10))
                .discard(OUT)
                .warmUp(warmUp)
                .start()) {
            engine.publisher(IN).publish(num(5));
            await("answered", () -> answers.size() == 1);
            assertEquals(List.of(5L), answers);
            assertEquals(
                    Health.State.UP, engine.health().state(), engine.health().toString());
        }
    }

    // ---- a journal

    @Test
    void shouldAskAgainNoMoreThanMayBeOpenAndNothingThatIsNotReal() throws Exception {
        MemoryJournal journal = new MemoryJournal();
        Input<Num> historic = IN.historic(); // without ticks, so that a place is a number of events
        journal.durableAtMost = 6;
        Engine before = setup(historic, this::later, PATIENT)
                .discard(OUT)
                .journal(journal)
                .start();
        for (int i = 0; i < 7; i++) {
            before.publisher(historic).publish(num(i), i == 6 ? new Header().marked() : null);
        }
        await("asked", () -> asked.size() == 6 && journal.entries() == 7);
        journal.crash();
        before.close();
        assertEquals(List.of(), answers, "that the last one fails is not durable");

        journal.durableAtMost = Long.MAX_VALUE;
        List<Long> again = Collections.synchronizedList(new ArrayList<>());
        AsyncLookup<Num, Score> lookup = n -> {
            again.add(n.id());
            return CompletableFuture.completedFuture(new Score(n.id()));
        };
        try (Engine engine = setup(historic, lookup, PATIENT.openAtMost(4))
                .discard(OUT)
                .journal(journal)
                .start()) {
            assertEquals(7, engine.recovered().openRequests());
            await("answered", () -> answers.size() == 7);
            assertEquals(List.of(3L, 4L, 5L), again);
            assertEquals(List.of(FAILED, FAILED, FAILED, 3L, 4L, 5L, FAILED), answers);
            String why = engine.health().why();
            assertTrue(why.startsWith("lookup scores: 4 of 7 requests failed"), why);
        }
        try (Engine engine = setup(historic, this::later, PATIENT)
                .discard(OUT)
                .journal(journal)
                .start()) {
            assertEquals(0, engine.recovered().openRequests());
        }
    }

    /** The clock of a tick, or 0, is no event time. */
    @Test
    void shouldTellNoTimeWhereNoInputHasEventTime() throws Exception {
        List<AskedBy> by = Collections.synchronizedList(new ArrayList<>());
        AsyncLookup<Num, Score> lookup = new AsyncLookup<>() {
            @Override
            public CompletionStage<Score> ask(Num request) {
                throw new AssertionError("by more than itself");
            }

            @Override
            public CompletionStage<Score> ask(Num request, AskedBy asks) {
                by.add(asks);
                return CompletableFuture.completedFuture(new Score(5));
            }
        };
        Input<Num> untimed = Input.of("in", Num.class);
        try (Engine engine = Engine.of(topology(untimed))
                .output(ANSWERS, n -> {})
                .lookup(PORT, lookup)
                .discard(OUT)
                .start()) {
            engine.publisher(untimed).publish(new Num(1, 9));
            await("asked", () -> by.size() == 1);
        }
        assertEquals(Header.NO_TIME, by.get(0).timeNs());
    }

    /** A service elsewhere goes on with the trace, with each attempt; and what comes of the reply by itself belongs to it. */
    @Test
    void shouldTellWhatTheEventBroughtAlongAndHaveTheReplyInheritIt() throws Exception {
        List<AskedBy> by = new ArrayList<>();
        List<AskedBy> replied = new ArrayList<>();
        AsyncLookup<Num, Score> lookup = new AsyncLookup<>() {
            @Override
            public CompletionStage<Score> ask(Num request) {
                throw new AssertionError("by more than itself");
            }

            @Override
            public CompletionStage<Score> ask(Num request, AskedBy asks) {
                by.add(asks);
                return by.size() == 1
                        ? CompletableFuture.failedFuture(new IOException("not now"))
                        : CompletableFuture.completedFuture(new Score(5));
            }
        };
        Input<Num> historic = Num.input("in").historic();
        try (Engine engine = Engine.of(topology(historic))
                .outputWithMeta(ANSWERS, (n, m) -> {
                    replied.add(AskedBy.of(m));
                    answers.add(m.causeSequence());
                })
                .lookup(PORT, lookup, PATIENT.retry(2, Backoff.of(Duration.ofNanos(1_000), Duration.ofNanos(1_000))))
                .discard(OUT)
                .start()) {
            engine.publisher(historic)
                    .publish(
                            new Num(1, 9),
                            new Header()
                                    .correlationId(22)
                                    .trace(3, 4, 5, (byte) 6)
                                    .redriven());
            await("answered", () -> answers.size() == 1);
        }
        AskedBy asked = new AskedBy(0, 0, 9, 22, 3, 4, 5, (byte) 6, true);
        assertEquals(List.of(asked, asked), by);
        assertEquals(List.of(new AskedBy(1, 0, 9, 22, 3, 4, 5, (byte) 6, false)), replied);
        assertEquals(List.of(0L), answers);
    }

    @Test
    void shouldRememberTheNewestThatAreOpenAndReadPastThoseOfPortsThatNobodyAsks() {
        LookupPort<Num, Score> other = LookupPort.of("other", Num.TYPE, EventType.of(Score.class));
        OpenRequests<Num> gone = new OpenRequests<>(other, 2, 9);
        OpenRequests<Num> kept = new OpenRequests<>(PORT, 1, 2);
        for (int i = 0; i < 5; i++) {
            Flow flow = new Flow();
            byte[] entry = new byte[Entry.MAX_HEADER_LENGTH];
            Entry.begin(
                    entry,
                    0,
                    EntryKind.EVENT,
                    0,
                    0,
                    new Header().correlationId(i).trace(i, 2, 3, (byte) -1));
            flow.begin(i, 0, entry, 0);
            flow.value(num(i));
            kept.ask(flow);
            gone.ask(flow);
        }
        ByteArrayOutputStream saved = new ByteArrayOutputStream();
        StateWriter to = new StateWriter(saved);
        gone.save(to);
        kept.save(to);
        to.finish();
        OpenRequests<Num> loaded = kept.fresh();
        StateReader from = new StateReader(new ByteArrayInputStream(saved.toByteArray()));
        OpenRequests.load(from, List.of(loaded));
        from.finish();
        List<OpenRequests.Request> all = loaded.take();
        assertEquals(
                List.of(3L, 4L), all.stream().map(r -> loaded.request(r).id()).toList());
        assertEquals(
                List.of(
                        new AskedBy(3, 0, 0, 3, 3, 2, 3, (byte) -1, false),
                        new AskedBy(4, 0, 0, 4, 4, 2, 3, (byte) -1, false)),
                all.stream().map(OpenRequests.Request::by).toList());
    }

    /** Which knew nothing of time and trace; the section is there with nothing open, too. */
    @Test
    void shouldReadWhatWasOpenInSnapshotsOfBefore() {
        OpenRequests<Num> asked = new OpenRequests<>(PORT, 1, 2);
        Flow flow = new Flow();
        byte[] entry = new byte[Entry.MAX_HEADER_LENGTH];
        Entry.begin(entry, 0, EntryKind.EVENT, 0, 0, new Header());
        flow.begin(7, 0, entry, 0);
        flow.value(num(5));
        asked.ask(flow);
        byte[] request = asked.take().get(0).bytes();
        ByteArrayOutputStream saved = new ByteArrayOutputStream();
        StateWriter to = new StateWriter(saved);
        to.begin("lookup other", 1);
        to.putInt(0);
        to.end();
        to.begin("lookup scores", 1);
        to.putInt(1);
        to.putLong(7);
        to.putInt(3);
        to.putBoolean(true);
        to.putBytes(request, 0, request.length);
        to.end();
        to.finish();
        StateReader from = new StateReader(new ByteArrayInputStream(saved.toByteArray()));
        LookupPort<Num, Score> other = LookupPort.of("other", Num.TYPE, EventType.of(Score.class));
        OpenRequests.load(from, List.of(asked, new OpenRequests<>(other, 2, 9)));
        from.finish();
        OpenRequests.Request read = asked.take().get(0);
        assertEquals(new AskedBy(7, 3, Header.NO_TIME, 0, 0, 0, 0, (byte) 0, false), read.by());
        assertTrue(read.marked());
        assertEquals(5, asked.request(read).id());
    }

    // ---- setting up

    @Test
    void shouldRefuseASecondLookUpForAPort() {
        Setup setup = setup(this::later, PATIENT);
        String said = assertThrows(IllegalArgumentException.class, () -> setup.lookup(PORT, this::later))
                .getMessage();
        assertTrue(said.startsWith("lookup scores is bound already"), said);
    }

    @Test
    void shouldPlaceItsThreadForTimeAndCallItAfterTheEngineAndEndIt() throws Exception {
        AtomicReference<Thread> its = new AtomicReference<>();
        List<String> placed = Collections.synchronizedList(new ArrayList<>());
        setup(this::later, PATIENT)
                .discard(OUT)
                .placement((role, name, body) -> {
                    placed.add(role + " " + name + " " + Thread.currentThread().getName());
                    if (name.equals("scores")) {
                        its.set(Thread.currentThread());
                    }
                    body.run();
                })
                .start()
                .close();
        await("its thread runs", () -> its.get() != null); // it may not have had a processor before
        assertTrue(placed.contains("HOUSEKEEPING scores millrace-asks-lookup-scores"), placed.toString());
        its.get().join(50_000);
        assertFalse(its.get().isAlive(), "closing ends it");
    }
}
