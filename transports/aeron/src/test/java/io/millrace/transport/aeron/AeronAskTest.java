package io.millrace.transport.aeron;

import static io.millrace.transport.aeron.Streams.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.Subscription;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.EngineStoppedException;
import io.millrace.engine.Inline;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.LookupPort;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.junit.jupiter.api.Test;

class AeronAskTest {
    record Device(long id) {}

    record Reputation(long device, int score) {}

    private static final Input<Device> ASKED = Input.of("asked", Device.class);
    private static final Output<Reputation> REPLIES = Output.of("replies", Reputation.class);

    /** Knows devices below 1,000, and says nothing of others. */
    static Inline service(AeronMedia media) {
        return Engine.of(Millrace.topology(
                        "reputation",
                        t -> t.from(ASKED)
                                .filter(d -> d.id() < 1_000)
                                .map(Reputation.class, d -> new Reputation(d.id(), (int) (d.id() % 100)))
                                .to(REPLIES)))
                .input(ASKED, AeronSource.of(media, "aeron:ipc", 30, ASKED.type()))
                .output(REPLIES, AeronSink.of(media, "aeron:ipc", 31, REPLIES.type()))
                .inline();
    }

    static AeronAsk<Device, Reputation> ask(AeronMedia media) {
        return AeronAsk.of(media, "aeron:ipc", 30, ASKED.type(), "aeron:ipc", 31, REPLIES.type());
    }

    /** The service is an agent in a duty cycle, as one of Agrona's is. */
    @Test
    void shouldGetEachReplyOrADeadline() throws Exception {
        try (AeronMedia media = AeronMedia.embedded().start();
                AgentRunner runner = new AgentRunner(
                        new SleepingMillisIdleStrategy(1),
                        Throwable::printStackTrace,
                        null,
                        new EngineAgent("service", service(media), media));
                AeronAsk<Device, Reputation> mine = ask(media);
                AeronAsk<Device, Reputation> other = ask(media)) {
            AgentRunner.startOnThread(runner);
            await("the service", () -> first(mine) && first(other));
            List<CompletableFuture<Reputation>> all = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                AeronAsk<Device, Reputation> from = i % 2 == 0 ? mine : other;
                all.add(from.ask(new Device(i), Duration.ofSeconds(50)).toCompletableFuture());
            }
            for (int i = 0; i < 200; i++) {
                assertEquals(new Reputation(i, i % 100), all.get(i).get(50, TimeUnit.SECONDS));
            }
            CompletableFuture<Reputation> never =
                    mine.ask(new Device(5_000), Duration.ofMillis(20)).toCompletableFuture();
            ExecutionException e = assertThrows(ExecutionException.class, () -> never.get(50, TimeUnit.SECONDS));
            assertInstanceOf(TimeoutException.class, e.getCause());
            await("none open", () -> counter(mine, "open") == 0);
            await("those of the other asker", () -> counter(mine, "late") >= 100);
        }
    }

    private static boolean first(AeronAsk<Device, Reputation> ask) {
        return first(ask, 1);
    }

    private static boolean first(AeronAsk<Device, Reputation> ask, int score) {
        try {
            return ask.ask(new Device(1), Duration.ofMillis(500))
                            .toCompletableFuture()
                            .get()
                            .score()
                    == score;
        } catch (IOException | ExecutionException e) {
            return false; // the two find each other
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldSayAtOnceThatNobodyIsThere() throws Exception {
        try (AeronMedia media = AeronMedia.embedded().start();
                AeronAsk<Device, Reputation> ask = ask(media)) {
            IOException e = assertThrows(IOException.class, () -> ask.ask(new Device(1)));
            assertTrue(e.getMessage().contains("nobody subscribes"), e.getMessage());
        }
    }

    /** Who has a deadline waits for a service that comes within it, also where that takes longer than a second. */
    @Test
    void shouldWaitForTheServiceAsLongAsTheDeadlineSays() throws Exception {
        try (AeronMedia media = AeronMedia.embedded().start();
                AeronAsk<Device, Reputation> ask = ask(media)) {
            Thread asks = new Thread(
                    () -> assertThrows(IOException.class, () -> ask.ask(new Device(1), Duration.ofMillis(1_300))));
            long fromNs = System.nanoTime();
            asks.start();
            asks.join();
            assertTrue(System.nanoTime() - fromNs >= 1_300_000_000L, "it gave up before its deadline");
        }
    }

    /** The deadline holds while there is no room for the request, and for who waits behind such a one; none of it stays open. */
    @Test
    void shouldKeepTheDeadlineWhileItCannotSend() throws Exception {
        try (AeronMedia media = AeronMedia.embedded().termBytes(64 << 10).start();
                Subscription nobodyReads = media.client().addSubscription("aeron:ipc", 30);
                AeronAsk<Device, Reputation> ask = ask(media)) {
            assertTrue(nobodyReads.imageCount() <= 1); // it may have heard of the asker already
            await("a full window", () -> {
                try {
                    ask.ask(new Device(1), Duration.ofMillis(1));
                    return false;
                } catch (IOException e) {
                    return e.getMessage().contains("too slow");
                }
            });
            boolean gaveUp = false;
            for (int i = 0; i < 30 && !gaveUp; i++) { // on a machine that is busy the other may have given up first
                Thread blocks = new Thread(() -> assertThrows(IOException.class, () -> ask.ask(new Device(2))));
                long before = counter(ask, "back pressured");
                blocks.start();
                await("that one waits, for a second", () -> counter(ask, "back pressured") > before);
                assertThrows(IOException.class, () -> ask.ask(new Device(3), Duration.ofMillis(20)));
                long tried = counter(ask, "failed");
                IOException e = assertThrows(IOException.class, () -> ask.ask(new Device(4), 7, 0));
                assertTrue(e.getMessage().contains("too slow"), e.getMessage());
                gaveUp = blocks.isAlive() && counter(ask, "failed") == tried + 1;
                blocks.join();
            }
            assertTrue(gaveUp, "it waited as long as the other, which a topology's timers cannot");
            await("none open", () -> counter(ask, "open") == 0);
        }
    }

    /** A service that must not do the same twice knows a request again, by whatever attempt, of whatever process, it comes. */
    @Test
    void shouldTellTheIdOfARequestOfATopologyWithEachAttempt() throws Exception {
        List<String> ids = Collections.synchronizedList(new ArrayList<>());
        Output<Device> seen = Output.of("seen", Device.class);
        try (AeronMedia media = AeronMedia.embedded().start();
                Engine service = Engine.of(
                                Millrace.topology("ids", t -> t.from(ASKED).to(seen)))
                        .input(ASKED, AeronSource.of(media, "aeron:ipc", 30, ASKED.type()))
                        .outputWithMeta(seen, (d, m) -> ids.add(m.causeSequence() + "." + m.causeOrdinal()))
                        .start();
                AeronAsk<Device, Reputation> ask = ask(media);
                AeronAsk<Device, Reputation> afterACrash = ask(media)) {
            for (AeronAsk<Device, Reputation> from : List.of(ask, afterACrash)) {
                int before = ids.size();
                await("that it is sent", () -> isSent(() -> from.ask(new Device(1), 77, 3)));
                await("that it is there", () -> ids.size() == before + 1);
            }
            await("one of nobody's", () -> isSent(() -> ask.ask(new Device(1))));
            await("that it is there, too", () -> ids.size() == 3);
            assertEquals(List.of("77.3", "77.3", "-1.0"), ids);
            assertEquals(0, service.deadLetters().total());
        }
    }

    /** Answers, and says what came along with each request. */
    private static Engine tellingService(AeronMedia media, List<String> seen) {
        Output<Device> told = Output.of("told", Device.class);
        return Engine.of(Millrace.topology("tells", t -> {
                    var asked = t.from(ASKED).filter(d -> d.id() >= 0);
                    asked.to(told);
                    asked.map(Reputation.class, d -> new Reputation(d.id(), 5)).to(REPLIES);
                }))
                .input(ASKED, AeronSource.of(media, "aeron:ipc", 30, ASKED.type()))
                .outputWithMeta(
                        told,
                        (d, m) -> seen.add("#" + m.sequence() + " " + along(m) + " cause " + m.causeSequence() + "."
                                + m.causeOrdinal() + (m.redriven() ? " redriven" : "")))
                .output(REPLIES, AeronSink.of(media, "aeron:ipc", 31, REPLIES.type()))
                .start();
    }

    /** Awaits that it was told, which may be behind the reply. */
    private static String told(List<String> seen, String end) throws InterruptedException {
        await(end, () -> seen.stream().anyMatch(s -> s.endsWith(end)));
        return seen.stream().filter(s -> s.endsWith(end)).findFirst().orElseThrow();
    }

    private static String along(Meta m) {
        return "correlation " + m.correlationId() + " trace " + m.traceHigh() + " " + m.traceLow() + " " + m.spanId()
                + " " + m.traceFlags();
    }

    /** Of who asks by himself, with a header. */
    @Test
    void shouldCarryTheTraceToTheServiceAndBack() throws Exception {
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        try (AeronMedia media = AeronMedia.embedded().start();
                Engine service = tellingService(media, seen);
                AeronAsk<Device, Reputation> ask = ask(media)) {
            await("the service", () -> first(ask, 5));
            Header header =
                    new Header().correlationId(22).trace(3, 4, 5, (byte) 6).cause(7, 8);
            Duration within = Duration.ofSeconds(50);
            Replied<Reputation> reply =
                    ask.ask(new Device(1), header, within).toCompletableFuture().get();
            String told = told(seen, " trace 3 4 5 6 cause 7.8");
            assertFalse(told.contains(" correlation 22 "), "a number of its own: " + told);
            long at = Long.parseLong(told.substring(1, told.indexOf(' ')));
            assertEquals(new Replied<>(new Reputation(1, 5), 22, at, 0, 3, 4, 5, (byte) 6), reply);
            ask.ask(new Device(2), header.clear(), within).toCompletableFuture().get();
            assertFalse(told(seen, " trace 0 0 0 0 cause -1.0").contains(" correlation 0 "));
            reply = ask.ask(new Device(2), null, within).toCompletableFuture().get();
            assertEquals(new Reputation(2, 5), reply.reply());
            assertEquals(0, reply.correlationId(), "nothing along");

            ask.keepsCorrelation();
            header.clear().correlationId(22).redriven();
            reply = ask.ask(new Device(3), header, within).toCompletableFuture().get();
            assertEquals(22, reply.correlationId());
            told(seen, " correlation 22 trace 0 0 0 0 cause -1.0 redriven");
            CompletionStage<Replied<Reputation>> open = ask.ask(new Device(-1), header, within);
            IOException e = assertThrows(IOException.class, () -> ask.ask(new Device(4), header, within));
            assertTrue(e.getMessage().contains("a request of correlation id 22 is open"), e.getMessage());
            open.toCompletableFuture().cancel(true);
            assertEquals(
                    22,
                    ask.ask(new Device(4), header, within)
                            .toCompletableFuture()
                            .get()
                            .correlationId());
            await("none open", () -> counter(ask, "open") == 0);
            assertEquals(0, service.deadLetters().total());
        }
    }

    /** Of the events that a topology asks for. */
    @Test
    void shouldCarryTheTraceOfAnEventToTheServiceAndBack() throws Exception {
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        List<String> decided = Collections.synchronizedList(new ArrayList<>());
        List<String> asks = Collections.synchronizedList(new ArrayList<>());
        LookupPort<Device, Reputation> port = LookupPort.of("devices", Device.class, Reputation.class);
        Input<Device> in = Input.of("in", Device.class);
        Output<Reputation> out = Output.of("out", Reputation.class);
        try (AeronMedia media = AeronMedia.embedded().start();
                Engine service = tellingService(media, seen);
                AeronAsk<Device, Reputation> ask = ask(media)) {
            await("the service", () -> first(ask, 5));
            try (Engine engine = Engine.of(Millrace.topology(
                            "asks",
                            t -> t.from(in)
                                    .async("devices", port, d -> d)
                                    .decideWithin(Duration.ofMinutes(1), new Reputation(-1, -1))
                                    .to(out, answered -> answered.right())))
                    .lookup(port, ask.keepsCorrelation())
                    .outputWithMeta(out, (r, m) -> {
                        asks.add(m.eventSequence() + ".0");
                        decided.add(r.score() + " " + along(m));
                    })
                    .start()) {
                engine.publisher(in).publish(new Device(1));
                engine.publisher(in)
                        .publish(new Device(2), new Header().correlationId(22).trace(3, 4, 5, (byte) 6));
                await("both", () -> decided.size() == 2);
            }
            assertEquals(List.of("5 correlation 0 trace 0 0 0 0", "5 correlation 22 trace 3 4 5 6"), decided);
            told(seen, " correlation 22 trace 3 4 5 6 cause " + asks.get(1));
            told(seen, " trace 0 0 0 0 cause " + asks.get(0));
            assertEquals(0, service.deadLetters().total());
        }
    }

    private static boolean isSent(Callable<?> ask) {
        try {
            ask.call();
            return true;
        } catch (Exception e) {
            return false; // nobody subscribes yet
        }
    }

    /** By a deadline of one's own, say: such a request is open no longer, so its id may be asked anew. */
    @Test
    void shouldNotWaitForAReplyThatNobodyWaitsFor() throws Exception {
        try (AeronMedia media = AeronMedia.embedded().start();
                Subscription nobodyAnswers = media.client().addSubscription("aeron:ipc", 30);
                AeronAsk<Device, Reputation> ask = ask(media)) {
            assertTrue(nobodyAnswers.imageCount() <= 1);
            await("that it is sent", () -> isSent(() -> asked(ask).orTimeout(1, TimeUnit.MILLISECONDS)));
            asked(ask).completeOnTimeout(new Reputation(1, 1), 1, TimeUnit.MILLISECONDS);
            asked(ask).complete(new Reputation(1, 1));
            asked(ask).completeExceptionally(new IOException("mine"));
            asked(ask).cancel(false);
            await("none open", () -> counter(ask, "open") == 0);
        }
    }

    private static CompletableFuture<Reputation> asked(AeronAsk<Device, Reputation> ask) throws IOException {
        return ask.ask(new Device(1)).toCompletableFuture();
    }

    /** Who asks when nobody takes replies any more is told so, and who asked before too. */
    @Test
    void shouldFailWhatIsOpenWhenItEnds() throws Exception {
        try (AeronMedia media = AeronMedia.embedded().start();
                Subscription nobodyAnswers = media.client().addSubscription("aeron:ipc", 30)) {
            AeronAsk<Device, Reputation> ask = ask(media);
            CompletableFuture<Reputation> open =
                    ask.ask(new Device(1), Duration.ofDays(1_000_000)).toCompletableFuture();
            CompletableFuture<Reputation> now =
                    ask.ask(new Device(1), Duration.ofNanos(-5)).toCompletableFuture();
            assertThrows(ExecutionException.class, () -> now.get(50, TimeUnit.SECONDS));
            ask.close();
            ExecutionException e = assertThrows(ExecutionException.class, () -> open.get(50, TimeUnit.SECONDS));
            assertTrue(e.getCause().getMessage().contains("has ended"), e.toString());
            assertThrows(IOException.class, () -> ask.ask(new Device(1)));
            assertTrue(nobodyAnswers.imageCount() <= 1);
        }
        try (AeronMedia media =
                AeronMedia.embedded().threading(Threading.INVOKER).start()) {
            assertThrows(IllegalArgumentException.class, () -> ask(media));
        }
    }

    private static long counter(AeronAsk<?, ?> of, String name) {
        Map<String, Long> all = new LinkedHashMap<>();
        of.counters(all::put);
        return all.get(name);
    }

    /** All on one thread: driver, client and engine. */
    @Test
    void shouldRunADriverInItsOwnDutyCycle() throws Exception {
        try (AeronMedia media =
                AeronMedia.embedded().threading(Threading.INVOKER).start()) {
            List<Long> got = new ArrayList<>();
            AeronSource<Reputation> replies = AeronSource.of(media, "aeron:ipc", 31, REPLIES.type());
            AeronSink<Device> requests = AeronSink.of(media, "aeron:ipc", 30, ASKED.type())
                    .unsent(Unsent.DROP)
                    .waitAtMost(Duration.ZERO);
            Input<Reputation> in = Input.of("in", Reputation.class);
            Output<Reputation> seen = Output.of("seen", Reputation.class);
            EngineAgent service = new EngineAgent("service", service(media), media);
            try (Inline desk = Engine.of(
                            Millrace.topology("desk", t -> t.from(in).to(seen)))
                    .input(in, replies)
                    .output(seen, r -> got.add(r.device()))
                    .inline()) {
                EngineAgent agent = new EngineAgent("desk", desk, media);
                byte[] bytes = new byte[ASKED.type().maxLength()];
                AskMeta meta = new AskMeta();
                await("three replies", () -> {
                    try {
                        requests.on(bytes, 0, ASKED.type().encode(new Device(got.size()), bytes, 0), meta.of(1, 1));
                        for (int i = 0; i < 50; i++) {
                            service.doWork();
                            agent.doWork();
                        }
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                    return got.contains(2L);
                });
                agent.onClose(); // as when it has halted
                await("that it says so", () -> {
                    try {
                        agent.doWork();
                        return false;
                    } catch (EngineStoppedException e) {
                        return true;
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                });
                for (int i = 0; i < 3; i++) { // the driver goes on all the same
                    assertTrue(agent.doWork() >= 0);
                }
            }
            requests.close();
            service.onClose();
        }
    }
}
