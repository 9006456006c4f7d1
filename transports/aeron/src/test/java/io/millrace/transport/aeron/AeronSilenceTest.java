package io.millrace.transport.aeron;

import static io.millrace.transport.aeron.Streams.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.aeron.Subscription;
import io.millrace.event.EventType;
import io.millrace.event.Header;
import io.millrace.event.Meta;
import io.millrace.transport.EventSource;
import io.millrace.transport.aeron.Streams.Note;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A driver that does not answer holds nobody up for longer than was said; and what a sink says of itself behind that, and behind its end. */
@Timeout(180)
class AeronSilenceTest {
    private static final EventType<Note> NOTE = EventType.of(Note.class);

    private final byte[] bytes = new byte[NOTE.maxLength()];

    /** A driver that is run as long as nobody holds the lock. */
    static final class Paused implements AutoCloseable {
        final ReentrantLock lock = new ReentrantLock(true);
        private final AeronMedia media;
        private final Thread runs = new Thread(this::run);
        private volatile boolean stop;

        Paused(Path directory) {
            media = AeronMedia.embedded()
                    .directory(directory)
                    .termBytes(64 << 10)
                    .threading(Threading.INVOKER)
                    .start();
            runs.start();
        }

        private void run() {
            while (!stop) {
                lock.lock();
                try {
                    media.doWork();
                } finally {
                    lock.unlock();
                }
                LockSupport.parkNanos(100_000);
            }
        }

        @Override
        public void close() {
            stop = true;
            while (runs.isAlive()) {
                LockSupport.parkNanos(100_000);
            }
            media.close();
        }
    }

    private void send(AeronSink<Note> sink, long id) throws Exception {
        sink.on(bytes, 0, NOTE.encode(new Note(id, ""), bytes, 0), new FakeMeta(0, id));
    }

    private static long counter(AeronSink<Note> of, String name) {
        Map<String, Long> all = new LinkedHashMap<>();
        of.counters(all::put);
        return all.get(name);
    }

    /** Neither the sink nor the source waits for the driver, which would take until the client gives that up: not within this test. */
    @Test
    void shouldNotWaitForADriverThatIsPaused(@TempDir Path dir) throws Exception {
        try (Paused driver = new Paused(dir.resolve("aeron"));
                AeronMedia media = AeronMedia.external(dir.resolve("aeron"))
                        .driverTimeout(Duration.ofHours(1))
                        .start()) {
            AeronSink<Note> sink = AeronSink.of(media, "aeron:ipc", 1, NOTE)
                    .unsent(Unsent.DROP)
                    .waitAtMost(Duration.ofMillis(1));
            AeronSource<Note> source = AeronSource.of(media, "aeron:ipc", 1, NOTE);
            Taken taken = new Taken();
            driver.lock.lock();
            try {
                CompletableFuture<Integer> asked = CompletableFuture.supplyAsync(() -> {
                    try {
                        send(sink, 1);
                        return source.poll(taken, 10);
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                });
                await("that both return while the driver is paused", asked::isDone);
                assertEquals(0, asked.get());
                assertNull(media.trouble());
                assertNull(source.trouble());
                assertEquals(1, counter(sink, "dropped"));
                assertTrue(sink.trouble().contains("the media driver has not answered yet"), sink.trouble());
            } finally {
                driver.lock.unlock();
            }
            await("an event that is taken", () -> {
                try {
                    send(sink, 2);
                    source.poll(taken, 10);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
                return taken.events > 0;
            });
            assertEquals(1, counter(sink, "publications"), "what was asked for is waited for, and nothing else");
            source.close();
            sink.close();
        }
    }

    private static final class Taken implements EventSource.Target<Note> {
        private int events;

        @Override
        public void take(Note event, Header header) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean offer(EventSource.Encoded event, Header header) {
            events++;
            return true;
        }
    }

    /** What was asked of the driver and comes behind the end is given back. */
    @Test
    void shouldLeaveNothingOfWhatWasAskedForAndNotWaitedFor(@TempDir Path dir) throws Exception {
        try (Paused driver = new Paused(dir.resolve("aeron"));
                AeronMedia media = AeronMedia.external(dir.resolve("aeron"))
                        .driverTimeout(Duration.ofSeconds(20))
                        .start()) {
            AeronSource<Note> source = AeronSource.of(media, "aeron:ipc", 1, NOTE);
            AeronSink<Note> sink = AeronSink.of(media, "aeron:ipc", 1, NOTE)
                    .unsent(Unsent.DROP)
                    .waitAtMost(Duration.ZERO);
            driver.lock.lock();
            try {
                source.poll(new Taken(), 10);
                source.close();
            } finally {
                driver.lock.unlock();
            }
            for (int i = 0; i < 20; i++) {
                send(sink, i);
                LockSupport.parkNanos(1_000_000);
            }
            await("a publication", () -> {
                try {
                    send(sink, 100);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
                return counter(sink, "publications") == 1;
            });
            await("that nobody subscribes, when what was asked for is given back", () -> {
                long before = counter(sink, "not connected");
                isSent(sink, 200);
                return counter(sink, "not connected") > before;
            });
            sink.close();
        }
    }

    /** Behind its end it makes no publication that nobody would close, and begun again it does. */
    @Test
    void shouldSendNothingBehindItsEnd() throws Exception {
        try (AeronMedia media = AeronMedia.embedded().termBytes(64 << 10).start()) {
            AeronSink<Note> sink = AeronSink.of(media, "aeron:ipc", 1, NOTE)
                    .unsent(Unsent.DROP)
                    .waitAtMost(Duration.ZERO);
            sink.begin();
            sink.close();
            AeronFault e = assertThrows(AeronFault.class, () -> send(sink, 1));
            assertEquals("stream 1 of aeron:ipc: the sink has been closed", e.getMessage());
            sink.flush();
            assertEquals(1, counter(sink, "publications"));
            sink.begin();
            send(sink, 1);
            assertEquals(2, counter(sink, "publications"));
            assertEquals(1, counter(sink, "dropped"));
            sink.close();
        }
    }

    /** What was thrown at is not counted as failed, so nothing is taken back for it when it is tried again. */
    @Test
    void shouldCountAsFailedWhatItGaveUp() throws Exception {
        try (AeronMedia media = AeronMedia.embedded().termBytes(64 << 10).start();
                AeronSink<Note> sink = AeronSink.of(media, "aeron:ipc", 1, NOTE).waitAtMost(Duration.ZERO)) {
            sink.begin();
            FakeMeta fifth = new FakeMeta(0, 5);
            Meta throwing = (Meta) Proxy.newProxyInstance(
                    Meta.class.getClassLoader(), new Class<?>[] {Meta.class}, (proxy, method, none) -> {
                        if (method.getName().equals("intendedNs")) {
                            throw new IllegalStateException("not now");
                        }
                        return method.invoke(fifth);
                    });
            assertThrows(IllegalStateException.class, () -> sink.on(bytes, 0, 20, throwing));
            assertEquals(0, counter(sink, "failed"));
            assertThrows(AeronFault.class, () -> sink.on(bytes, 0, 20, fifth));
            assertEquals(1, counter(sink, "failed"));
            assertThrows(AeronFault.class, () -> sink.on(bytes, 0, 20, fifth));
            assertEquals(1, counter(sink, "failed"), "tried again");
            assertThrows(AeronFault.class, () -> sink.on(bytes, 0, 20, new FakeMeta(0, 6)));
            assertEquals(2, counter(sink, "failed"));
        }
    }

    /** Each event would wait for its own time, and an engine whose sink is inline would stand still: it waits for the first of an outage. */
    @ParameterizedTest
    @EnumSource(
            value = Unsent.class,
            names = {"FAIL", "DROP"})
    void shouldWaitOnceWhileNobodyIsThere(Unsent unsent) throws Exception {
        try (AeronMedia media = AeronMedia.embedded().termBytes(64 << 10).start();
                AeronSink<Note> sink =
                        AeronSink.of(media, "aeron:ipc", 1, NOTE).unsent(unsent).waitAtMost(Duration.ofMillis(20))) {
            sink.begin();
            assertFalse(isSent(sink, 0));
            assertTrue(counter(sink, "waited ms") >= 20);
            tryOnceEach(sink, 1_000);
            assertTrue(sink.trouble().contains("nobody subscribes"), sink.trouble());
            try (Subscription reads = media.client().addSubscription("aeron:ipc", 1)) {
                await("a reader", () -> reads.imageCount() == 1);
                await("that it is sent", () -> isSent(sink, 2_000));
                assertNull(sink.trouble());
                waitForEach(sink, 3_000);
            }
            long before = counter(sink, "not connected");
            await("that nobody is there", () -> !isSent(sink, 9_000) && counter(sink, "not connected") > before);
            tryOnceEach(sink, 10_000);
        }
    }

    /** An interrupt ends one wait of a sink that is to wait; the flag cleared, the same event and the next ones are waited with as ever. */
    @Test
    void shouldWaitOnBehindAnInterrupt() throws Exception {
        try (AeronMedia media = AeronMedia.embedded().termBytes(64 << 10).start();
                AeronSink<Note> sink = AeronSink.of(media, "aeron:ipc", 1, NOTE)
                        .unsent(Unsent.WAIT)
                        .waitAtMost(Duration.ofMillis(1))) {
            sink.begin();
            Thread.currentThread().interrupt();
            assertFalse(isSent(sink, 1));
            assertTrue(Thread.interrupted());
            long tried = counter(sink, "not connected");
            CompletableFuture<Subscription> reads = CompletableFuture.supplyAsync(() -> {
                while (counter(sink, "not connected") < tried + 5) {
                    LockSupport.parkNanos(100_000);
                }
                return media.client().addSubscription("aeron:ipc", 1);
            });
            boolean isSent = isSent(sink, 1);
            assertTrue(isSent, counter(sink, "not waited") + " not waited");
            reads.get().close();
        }
    }

    /** What no message has room for says nothing of who is there: the outage goes on, and it is not waited for anew. */
    @Test
    void shouldWaitNotAnewBehindWhatIsTooLong() throws Exception {
        try (AeronMedia media = AeronMedia.embedded().termBytes(64 << 10).start();
                AeronSink<Note> sink = AeronSink.of(media, "aeron:ipc", 1, NOTE).waitAtMost(Duration.ofMillis(20))) {
            sink.begin();
            assertFalse(isSent(sink, 0));
            tryOnceEach(sink, 1_000);
            long waitedMs = counter(sink, "waited ms");
            long notWaited = counter(sink, "not waited");
            byte[] all = new byte[10_000];
            AeronFault e = assertThrows(AeronFault.class, () -> sink.on(all, 0, all.length, new FakeMeta(0, 2_000)));
            assertTrue(e.getMessage().contains("10000 bytes"), e.getMessage());
            assertEquals(notWaited, counter(sink, "not waited"));
            tryOnceEach(sink, 3_000);
            assertEquals(waitedMs, counter(sink, "waited ms"));
        }
    }

    /** An outage takes as many as the engine puts out, so none of them makes garbage. */
    @ParameterizedTest
    @EnumSource(
            value = Unsent.class,
            names = {"FAIL", "DROP"})
    void shouldAllocateNothingForWhatItGivesUp(Unsent unsent) throws Exception {
        FakeMeta[] metas = new FakeMeta[2_000];
        Arrays.setAll(metas, i -> new FakeMeta(0, i));
        try (AeronMedia media = AeronMedia.embedded().termBytes(64 << 10).start();
                AeronSink<Note> sink =
                        AeronSink.of(media, "aeron:ipc", 1, NOTE).unsent(unsent).waitAtMost(Duration.ofMillis(1))) {
            sink.begin();
            int length = NOTE.encode(new Note(1, "given up"), bytes, 0);
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 10; round++) {
                long before = allocated();
                for (FakeMeta meta : metas) {
                    try {
                        sink.on(bytes, 0, length, meta);
                    } catch (AeronFault e) {
                        assertEquals(Unsent.FAIL, unsent);
                    }
                }
                least = Math.min(least, allocated() - before);
            }
            assertTrue(least < metas.length, least + " bytes for " + metas.length);
            long gone = counter(sink, unsent == Unsent.FAIL ? "failed" : "dropped");
            assertEquals(10 * metas.length, gone);
            String told =
                    unsent == Unsent.FAIL ? "; 0 events dropped, 20000 failed" : "; 20000 events dropped, 0 failed";
            assertTrue(sink.trouble().endsWith("nobody subscribes" + told), sink.trouble());
        }
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    private void tryOnceEach(AeronSink<Note> sink, long from) {
        long tried = counter(sink, "not connected");
        long notWaited = counter(sink, "not waited");
        long gone = counter(sink, "failed") + counter(sink, "dropped");
        for (long id = from; id < from + 200; id++) {
            assertFalse(isSent(sink, id));
        }
        assertEquals(200, counter(sink, "not connected") - tried);
        assertEquals(200, counter(sink, "not waited") - notWaited);
        assertEquals(200, counter(sink, "failed") + counter(sink, "dropped") - gone);
    }

    /** Who is there and takes nothing. */
    private void waitForEach(AeronSink<Note> sink, long from) {
        long id = from;
        while (isSent(sink, id)) {
            id++;
        }
        long waitedMs = counter(sink, "waited ms");
        long notWaited = counter(sink, "not waited");
        for (int i = 1; i <= 3; i++) {
            assertFalse(isSent(sink, id + i));
        }
        assertEquals(notWaited, counter(sink, "not waited"));
        assertTrue(counter(sink, "waited ms") - waitedMs >= 3 * 20 - 1);
    }

    private boolean isSent(AeronSink<Note> sink, long id) {
        long before = counter(sink, "sent");
        try {
            send(sink, id);
        } catch (AeronFault e) {
            return false; // given up
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return counter(sink, "sent") > before;
    }

    /** Words of so many layouts are kept, and no more: who tells another one with each message makes no garbage. */
    @Test
    void shouldKeepTheWordsOfAFewLayouts() {
        OtherLayouts others = new OtherLayouts(NOTE, "here: ");
        UnsafeBuffer said = new UnsafeBuffer("theirs".getBytes(StandardCharsets.UTF_8));
        assertTrue(others.text(1).contains("it sends another layout, this reads"), others.text(1));
        assertTrue(others.told(1, said, 0, 6)
                .startsWith("here: the sender's events are not Note as it is here: it sends theirs,"));
        String first = others.text(1);
        said.putByte(0, (byte) 'T');
        assertEquals("here: " + first, others.told(1, said, 0, 6), "said once");
        for (int i = 2; i <= 16; i++) {
            assertTrue(others.told(i, said, 0, 6).contains("it sends Theirs,"));
        }
        String rest = others.text(17);
        assertTrue(rest.contains("it sends yet another layout, behind 16 others,"), rest);
        assertFalse(others.told(18, said, 0, 6).contains("Theirs"));
        assertTrue(rest == others.text(19), "the same words, made once");
        assertEquals(first, others.text(1));
    }
}
