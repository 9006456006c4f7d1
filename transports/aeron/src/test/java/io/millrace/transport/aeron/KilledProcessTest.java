package io.millrace.transport.aeron;

import static io.millrace.transport.aeron.Streams.IN;
import static io.millrace.transport.aeron.Streams.OUT;
import static io.millrace.transport.aeron.Streams.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.Engine;
import io.millrace.engine.Publisher;
import io.millrace.event.EventType;
import io.millrace.transport.aeron.AeronAskTest.Device;
import io.millrace.transport.aeron.AeronAskTest.Reputation;
import io.millrace.transport.aeron.Streams.Got;
import io.millrace.transport.aeron.Streams.Note;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are killed, and say nothing: those at their other ends go on with the ones that come in their places. */
@Timeout(180)
class KilledProcessTest {
    private static final EventType<Note> NOTE = EventType.of(Note.class);
    private static final Duration DEADLINE = Duration.ofMillis(1_500);

    /** A driver that is killed leaves its directory as it was; the next one takes that over under live clients. */
    @Test
    void shouldGoOnWhenTheDriverWasKilled(@TempDir Path dir) throws Exception {
        Path aeron = dir.resolve("aeron");
        List<Got> got = Streams.list();
        OtherProcess driver = OtherProcess.driver(aeron);
        try (AeronMedia media =
                AeronMedia.external(aeron).driverTimeout(OtherProcess.TIMEOUT).start()) {
            AeronSource<Note> source = AeronSource.of(media, "aeron:ipc", 1, NOTE);
            AeronSink<Note> sink = AeronSink.of(media, "aeron:ipc", 1, NOTE).unsent(Unsent.WAIT);
            try (Engine b = Engine.of(Streams.through())
                            .input(IN, source)
                            .outputWithMeta(OUT, (n, m) -> got.add(Got.of(n, m)))
                            .start();
                    Engine a = Engine.of(Streams.through()).output(OUT, sink).start()) {
                Publisher<Note> p = a.publisher(IN);
                for (int round = 1; round <= 2; round++) {
                    int last = 100 * round;
                    for (int id = last - 99; id <= last; id++) {
                        p.publish(new Note(id, ""));
                    }
                    await("all of round " + round, () -> got.size() == last);
                    if (round == 1) {
                        driver.kill();
                        await("trouble", () -> media.trouble() != null);
                        assertTrue(
                                b.health().why().contains("media driver"),
                                b.health().why());
                        driver = OtherProcess.driver(aeron);
                    }
                }
                await("no trouble", () -> media.trouble() == null);
                assertEquals(
                        LongStream.rangeClosed(1, 200).boxed().toList(),
                        got.stream().map(Got::id).toList());
                assertEquals(List.of(), b.sourceFailures());
                assertEquals(0, a.deadLetters().total() + b.deadLetters().total());
            }
        } finally {
            driver.kill();
        }
    }

    /** Requests that are open then get their deadlines' answer, and the service that comes in its place answers the next ones. */
    @Test
    void shouldAskTheServiceThatComesInPlaceOfAKilledOne(@TempDir Path dir) throws Exception {
        Path aeron = dir.resolve("aeron");
        try (AeronMedia media = AeronMedia.embedded()
                        .directory(aeron)
                        .driverTimeout(OtherProcess.TIMEOUT)
                        .start();
                AeronAsk<Device, Reputation> ask = AeronAskTest.ask(media)) {
            try (OtherProcess service = OtherProcess.service(aeron)) {
                await("an answer", () -> isAnswered(ask));
                List<CompletableFuture<Reputation>> open = new ArrayList<>();
                long fromNs = System.nanoTime();
                for (int i = 0; i < 50; i++) { // of these it says nothing
                    open.add(ask.ask(new Device(5_000 + i), DEADLINE).toCompletableFuture());
                }
                assertTrue(counter(ask, "open") >= 50 || System.nanoTime() - fromNs >= DEADLINE.toNanos());
                service.kill();
                for (CompletableFuture<Reputation> one : open) {
                    ExecutionException e = assertThrows(ExecutionException.class, () -> one.get(60, TimeUnit.SECONDS));
                    assertInstanceOf(TimeoutException.class, e.getCause());
                }
                await("none open", () -> counter(ask, "open") == 0);
            }
            try (OtherProcess service = OtherProcess.service(aeron)) {
                await("an answer of the next one", () -> isAnswered(ask));
                for (int i = 0; i < 50; i++) {
                    Reputation answer = ask.ask(new Device(i), Duration.ofSeconds(50))
                            .toCompletableFuture()
                            .get(60, TimeUnit.SECONDS);
                    assertEquals(new Reputation(i, i), answer);
                }
                service.kill();
            }
        }
    }

    private static boolean isAnswered(AeronAsk<Device, Reputation> ask) {
        try {
            return ask.ask(new Device(7), Duration.ofMillis(500))
                            .toCompletableFuture()
                            .get()
                            .score()
                    == 7;
        } catch (IOException | ExecutionException e) {
            return false; // nobody is there yet
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static long counter(AeronAsk<?, ?> of, String name) {
        Map<String, Long> all = new LinkedHashMap<>();
        of.counters(all::put);
        return all.get(name);
    }
}
