package io.millrace.transport.aeron;

import static io.millrace.transport.aeron.Streams.IN;
import static io.millrace.transport.aeron.Streams.OUT;
import static io.millrace.transport.aeron.Streams.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.protocol.DataHeaderFlyweight;
import io.millrace.engine.DutyCycle;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.event.EventType;
import io.millrace.transport.Counted;
import io.millrace.transport.aeron.Streams.Got;
import io.millrace.transport.aeron.Streams.Note;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who vanishes, who pauses, who is too slow: what the others see of it, and that they go on. */
@Timeout(180)
class AeronFaultTest {
    private static final EventType<Note> NOTE = EventType.of(Note.class);

    private static AeronMedia media() {
        return AeronMedia.embedded()
                .termBytes(64 << 10)
                .driverTimeout(FaultPeer.DRIVER_TIMEOUT)
                .start();
    }

    private static long counter(Counted of, String name) {
        Map<String, Long> all = new LinkedHashMap<>();
        of.counters(all::put);
        return all.get(name);
    }

    private static Engine receiver(AeronSource<Note> source, List<Got> got) {
        return Engine.of(Streams.through())
                .input(IN, source)
                .outputWithMeta(OUT, (n, m) -> got.add(Got.of(n, m)))
                .start();
    }

    /** A sender and its driver, on nobody's thread: when it is not run any more, its machine has vanished. */
    private static final class Sender implements AutoCloseable {
        private final AeronMedia media = AeronMedia.embedded()
                .termBytes(64 << 10)
                .threading(Threading.INVOKER)
                .start();
        private final AeronSink<Note> sink;
        private final byte[] bytes = new byte[NOTE.maxLength()];
        private final AskMeta meta = new AskMeta();

        Sender(String channel) throws Exception {
            sink = AeronSink.of(media, channel, 1, NOTE).unsent(Unsent.DROP).waitAtMost(Duration.ZERO);
            sink.begin();
        }

        boolean sends(long id) {
            media.doWork();
            try {
                long before = counter(sink, "sent");
                sink.on(bytes, 0, NOTE.encode(new Note(id, ""), bytes, 0), meta.of(1, 1));
                return counter(sink, "sent") > before;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        /** The first fragment of a message, of which no more will come. */
        void half(String channel) throws Exception {
            ExclusivePublication raw = media.client().addExclusivePublication(channel, 1);
            BufferClaim claim = new BufferClaim();
            await("a receiver of the half message", () -> {
                media.doWork();
                return raw.tryClaim(100, claim) > 0;
            });
            claim.flags((byte) DataHeaderFlyweight.BEGIN_FLAG).commit();
        }

        @Override
        public void close() {
            media.close();
        }
    }

    /** By UDP nobody says goodbye: the image goes by its time-out, and with it the half of a message. The next sender is heard. */
    @Test
    void shouldLoseTheImageOfASenderThatVanishes() throws Exception {
        String channel = "aeron:udp?endpoint=localhost:" + Streams.port();
        List<Got> got = Streams.list();
        try (AeronMedia media = media()) {
            AeronSource<Note> source = AeronSource.of(media, channel, 1, NOTE);
            try (Engine b = receiver(source, got);
                    Sender first = new Sender(channel)) {
                await("the first", () -> first.sends(1) && !got.isEmpty());
                first.half(channel);
                await("both images", () -> {
                    first.media.doWork();
                    return source.senders() == 2;
                });
                await(
                        "the loss of both, which is told behind it",
                        () -> source.senders() == 0
                                && counter(source, "senders lost") == counter(source, "senders found"));
                try (Sender next = new Sender(channel)) {
                    await("the next", () -> {
                        next.sends(2);
                        return got.get(got.size() - 1).id() == 2;
                    });
                }
                assertEquals(0, b.deadLetters().total());
                assertEquals(0, counter(source, "missed"));
                assertEquals(List.of(), b.sourceFailures());
            }
        }
    }

    /**
     * A process that is paused for longer than drivers wait: the image goes and comes again; the paused one, whose own driver was
     * paused with it, makes new clients and does not die. What was on its way to a reader that was cut off is lost, and counted.
     */
    @Test
    void shouldGoOnWhenAProcessWasPaused() throws Exception {
        List<Got> got = Streams.list();
        try (AeronMedia media = media()) {
            AeronSource<Note> source = AeronSource.of(media, "aeron:ipc", FaultPeer.STREAM, NOTE);
            try (Engine b = receiver(source, got)) {
                Process peer = FaultPeer.start(media.directory());
                try {
                    await("some", () -> got.size() > 50);
                    signal(peer, "-STOP");
                    await("the loss", () -> source.senders() == 0);
                    int before = got.size();
                    Thread.sleep(
                            FaultPeer.DRIVER_TIMEOUT.toMillis()); // its own driver has to have waited for so long, too
                    signal(peer, "-CONT");
                    await("more", () -> got.size() > before + 50);
                    await("one sender", () -> source.senders() == 1);
                    peer.getOutputStream().write('\n');
                    peer.getOutputStream().flush();
                    String said = new String(peer.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                    assertTrue(peer.waitFor(60, TimeUnit.SECONDS));
                    assertEquals(0, peer.exitValue(), said);
                    String[] words = said.substring(said.indexOf("sent ")).split(" ");
                    long sent = Long.parseLong(words[1]);
                    long missed = Long.parseLong(words[3]);
                    // once each; more often where the machine has no time for it
                    assertTrue(said.matches("(?s).* again [1-9]\\d* [1-9]\\d* .*this process was paused.*"), said);
                    await("all " + sent, () -> got.size() + counter(source, "missed") + missed == sent);
                    for (int i = 1; i < got.size(); i++) {
                        assertTrue(got.get(i).id() > got.get(i - 1).id(), "twice, or out of order");
                    }
                    assertEquals(0, counter(source, "repeated"));
                    assertEquals(0, b.deadLetters().total());
                } finally {
                    peer.destroyForcibly().waitFor();
                }
            }
        }
    }

    private static void signal(Process p, String signal) throws Exception {
        assertEquals(
                0,
                new ProcessBuilder("kill", signal, Long.toString(p.pid()))
                        .start()
                        .waitFor());
    }

    /** Driver and client without threads, and nobody who runs them for a while, as in a long collection: another client is made. */
    @Test
    void shouldConnectAnewWhereItsOneThreadWasPaused() throws Exception {
        try (AeronMedia media = AeronMedia.embedded()
                .termBytes(64 << 10)
                .threading(Threading.INVOKER)
                .driverTimeout(Duration.ofMillis(200))
                .start()) {
            List<Got> got = Streams.list();
            AeronSource<Note> source = AeronSource.of(media, "aeron:ipc", 1, NOTE);
            AeronSink<Note> sink = AeronSink.of(media, "aeron:ipc", 1, NOTE)
                    .unsent(Unsent.DROP) // until there is a reader
                    .waitAtMost(Duration.ZERO);
            try (Inline b = Engine.of(Streams.through())
                            .input(IN, source)
                            .outputWithMeta(OUT, (n, m) -> got.add(Got.of(n, m)))
                            .inline();
                    Inline a = Engine.of(Streams.through()).output(OUT, sink).inline()) {
                DutyCycle cycle = DutyCycle.of(b);
                for (int i = 0; i < 2; i++) {
                    int had = got.size();
                    AtomicLong begun = new AtomicLong(media.reconnects());
                    await("a note", () -> {
                        beginsAnew(sink, media, begun); // a machine without time pauses it too
                        a.publish(IN, new Note(got.size(), ""));
                        work(cycle);
                        return got.size() > had;
                    });
                    long connects = media.reconnects();
                    Thread.sleep(450); // the pause
                    media.doWork();
                    await("another client", () -> {
                        media.doWork();
                        return media.reconnects() > connects;
                    });
                    sink.begin();
                }
                assertTrue(media.errors().get(0).text().contains("this process was paused"));
            }
        }
    }

    private static void beginsAnew(AeronSink<Note> sink, AeronMedia media, AtomicLong begun) {
        if (begun.getAndSet(media.reconnects()) < media.reconnects()) {
            try {
                sink.begin();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    private static void work(DutyCycle cycle) {
        try {
            cycle.work();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Media that are closed under a running engine: it says so, and neither it nor the JVM ends of it. */
    @Test
    void shouldOutliveMediaThatAreClosedTooEarly() throws Exception {
        List<Got> got = Streams.list();
        AeronMedia media = AeronMedia.embedded().termBytes(64 << 10).start();
        AeronSource<Note> source = AeronSource.of(media, "aeron:ipc", 1, NOTE);
        AeronSink<Note> sink = AeronSink.of(media, "aeron:ipc", 1, NOTE).endsWithClose();
        try (Engine b = receiver(source, got);
                Engine a = Engine.of(Streams.through()).output(OUT, sink).start()) {
            AtomicBoolean stop = new AtomicBoolean();
            Thread publishes = new Thread(() -> {
                for (int i = 0; !stop.get(); i++) {
                    a.publisher(IN).publish(new Note(i, ""));
                }
            });
            publishes.start();
            await("some", () -> got.size() > 1_000);
            media.close();
            await(
                    "what is said",
                    () -> b.health().why().contains("closed")
                            && a.health().why().contains("closed"));
            await("dead letters", () -> a.deadLetters().total() > 0);
            stop.set(true);
            publishes.join();
            assertEquals(List.of(), b.sourceFailures());
        }
        media.close();
    }

    /**
     * An inline host waits in the middle of a message, because nobody takes what it sends, when the driver goes and with it the
     * memory in which that message stands.
     */
    @Test
    void shouldReadNothingThatIsNotMappedAnyMore(@TempDir Path dir) throws Exception {
        Path aeron = dir.resolve("aeron");
        AeronMedia driver =
                AeronMedia.embedded().directory(aeron).termBytes(64 << 10).start();
        AeronMedia mine = AeronMedia.external(aeron)
                .driverTimeout(FaultPeer.DRIVER_TIMEOUT)
                .start();
        AeronSource<Note> in = AeronSource.of(mine, "aeron:ipc", 1, NOTE).marks(dir.resolve("marks"));
        AeronSink<Note> out = AeronSink.of(mine, "aeron:ipc", 2, NOTE).unsent(Unsent.WAIT);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicBoolean stop = new AtomicBoolean();
        Thread runs = new Thread(() -> {
            try (Inline inline =
                    Engine.of(Streams.through()).input(IN, in).output(OUT, out).inline()) {
                DutyCycle cycle = DutyCycle.of(inline);
                while (!stop.get()) {
                    if (!cycle.work()) {
                        LockSupport.parkNanos(100_000);
                    }
                }
            } catch (Throwable t) {
                failure.set(t);
            }
        });
        List<Got> got = Streams.list();
        try (mine) {
            runs.start();
            send(driver, 7);
            await("that it waits", () -> counter(out, "not connected") > 0);
            driver.close();
            await("that it is cut off", () -> mine.trouble() != null);
            Thread.sleep(800); // until the buffers of the old client are unmapped, which they are at some time
            driver = AeronMedia.embedded().directory(aeron).termBytes(64 << 10).start();
            try (Engine b = receiver(AeronSource.of(driver, "aeron:ipc", 2, NOTE), got)) {
                await("the message", () -> got.size() == 1);
                send(driver, 8);
                await("the next", () -> got.size() == 2);
                await("both counted, which they are behind their poll", () -> counter(in, "events") == 2);
                assertEquals(6, counter(in, "sent before"), "read of memory that is something else by now");
                assertEquals(0, b.deadLetters().total());
            }
            assertEquals(null, failure.get());
            stop.set(true);
            runs.join(60_000);
        } finally {
            driver.close();
        }
    }

    private static void send(AeronMedia media, long id) throws Exception {
        UnsafeBuffer frame = new UnsafeBuffer(new byte[Wire.FIXED_LENGTH + NOTE.maxLength()]);
        byte[] bytes = new byte[NOTE.maxLength()];
        Wire.begin(frame, 0, Wire.EVENT, 0, Wire.contract(NOTE.fingerprint()), id, 5);
        NOTE.encode(new Note(id, ""), bytes, 0);
        frame.putBytes(Wire.FIXED_LENGTH, bytes);
        Publication raw = media.client().addPublication("aeron:ipc", 1);
        await("a reader", () -> raw.offer(frame) > 0);
    }

    /** Who is too slow costs events, where that is declared: each is counted, here and there, and none waits longer than it may. */
    @Test
    void shouldDropAndCountWhereTheReaderIsSlow() throws Exception {
        int n = 2_000;
        List<Got> got = Streams.list();
        CountDownLatch go = new CountDownLatch(1);
        try (AeronMedia media = AeronMedia.embedded().termBytes(64 << 10).start()) {
            AeronSource<Note> source = AeronSource.of(media, "aeron:ipc", 1, NOTE);
            AeronSink<Note> sink = AeronSink.of(media, "aeron:ipc", 1, NOTE)
                    .unsent(Unsent.DROP)
                    .waitAtMost(Duration.ZERO);
            try (Engine b = Engine.of(Streams.through())
                            .ringSlots(64)
                            .input(IN, source)
                            .outputWithMeta(OUT, (e, m) -> {
                                go.await();
                                got.add(Got.of(e, m));
                            })
                            .start();
                    Engine a = Engine.of(Streams.through()).output(OUT, sink).start()) {
                await("a sender", () -> source.senders() == 1);
                for (int i = 0; i < n; i++) {
                    a.publisher(IN).publish(new Note(i, "z".repeat(150)));
                }
                assertEquals(0, a.drain(Duration.ofSeconds(60)));
                long dropped = counter(sink, "dropped");
                assertTrue(dropped > n / 2, "only " + dropped + " were dropped");
                assertTrue(counter(sink, "back pressured") >= dropped);
                assertTrue(a.health().why().contains("too slow"), a.health().why());
                go.countDown();
                await("what was sent", () -> got.size() == n - dropped);
                await(
                        "that both count the same",
                        () -> { // a loss is seen with the next message that comes
                            a.publisher(IN).publish(new Note(n, ""));
                            a.drain(Duration.ofSeconds(60));
                            return counter(source, "missed") == counter(sink, "dropped");
                        });
                assertTrue(
                        b.health().why().contains(" messages missed"),
                        b.health().why());
                assertEquals(0, a.deadLetters().total() + b.deadLetters().total());
            }
        }
    }

    /** An event that was refused and is handed over again, as a host does that retries, has not been lost in between. */
    @Test
    void shouldMissNothingOfAnEventThatIsTriedAgain() throws Exception {
        List<Got> got = Streams.list();
        CountDownLatch go = new CountDownLatch(1);
        byte[] bytes = new byte[NOTE.maxLength()];
        try (AeronMedia media = AeronMedia.embedded().termBytes(64 << 10).start()) {
            AeronSource<Note> source = AeronSource.of(media, "aeron:ipc", 1, NOTE);
            AeronSink<Note> sink = AeronSink.of(media, "aeron:ipc", 1, NOTE).waitAtMost(Duration.ZERO);
            try (Engine b = Engine.of(Streams.through())
                    .ringSlots(64)
                    .input(IN, source)
                    .outputWithMeta(OUT, (e, m) -> {
                        go.await();
                        got.add(Got.of(e, m));
                    })
                    .start()) {
                sink.begin();
                await("a sender", () -> source.senders() == 1);
                int sent = 0;
                for (int refused = 0; refused < 5; ) { // the same event, when it was refused
                    boolean accepted = accepts(sink, bytes, sent);
                    sent += accepted ? 1 : 0;
                    refused = accepted ? 0 : refused + 1;
                }
                long failed = counter(sink, "failed");
                String trouble = sink.trouble();
                go.countDown(); // before anything is asked, else closing waits for it
                assertEquals(1, failed);
                assertTrue(trouble.contains("; 0 events dropped, 1 failed"), trouble);
                int last = sent + 20;
                for (int i = sent; i < last; i++) {
                    int id = i;
                    await("room", () -> accepts(sink, bytes, id));
                }
                await("all", () -> got.size() == last);
                assertEquals(0, counter(source, "missed"));
                assertEquals(null, source.trouble());
                assertEquals(0, counter(sink, "failed"));
                assertEquals(null, sink.trouble());
                assertEquals(0, b.deadLetters().total());
            } finally {
                sink.close();
            }
        }
    }

    private static boolean accepts(AeronSink<Note> sink, byte[] bytes, int id) {
        try {
            sink.on(bytes, 0, NOTE.encode(new Note(id, "z".repeat(150)), bytes, 0), new FakeMeta(0, id));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
