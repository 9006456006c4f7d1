package io.millrace.transport.aeron;

import static io.millrace.transport.aeron.Streams.await;
import static java.util.concurrent.TimeUnit.DAYS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.Aeron;
import io.aeron.AeronCounters;
import io.aeron.ErrorCode;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.NameResolverAgent;
import io.aeron.driver.ThreadingMode;
import io.aeron.exceptions.RegistrationException;
import io.millrace.event.EventType;
import io.millrace.transport.aeron.Streams.Note;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A driver that refuses is asked again, neither at once nor so often that something grows by it. */
@Timeout(180)
class PauseTest {
    private static final EventType<Note> NOTE = EventType.of(Note.class);
    private static final long ANSWER_NS = 3_000_000_000L;

    private static final RegistrationException REFUSAL = new RegistrationException(
            1, ErrorCode.RESOURCE_TEMPORARILY_UNAVAILABLE.value(), ErrorCode.RESOURCE_TEMPORARILY_UNAVAILABLE, "no");

    private static int tries(Pause pause, long answerNs) {
        int tries = 0;
        for (long nowNs = 0; nowNs < DAYS.toNanos(1); nowNs += 20_000_000) {
            if (pause.isOver(nowNs)) {
                tries++;
                pause.asked(nowNs);
                nowNs += answerNs;
                pause.refused(REFUSAL, nowNs);
            }
        }
        return tries;
    }

    /** As many entries does the client keep of them. */
    @Test
    void shouldAskForASubscriptionOnceInFiveSecondsInTheEnd() {
        assertEquals(17_284, tries(new Pause(Pause.SUBSCRIPTION_MOST_NS), 0));
        assertEquals(432_000, tries(new Pause(0), 0), "what leaves nothing: five times a second");
    }

    /** A name server that says no after three seconds: three and a fifth from one try to the next, and not three. */
    @Test
    void shouldPauseBehindTheAnswer() {
        assertEquals(DAYS.toNanos(1) / (ANSWER_NS + 200_000_000), tries(new Pause(0), ANSWER_NS), 200);
        Pause pause = new Pause(0);
        pause.asked(0);
        pause.refused(REFUSAL, ANSWER_NS);
        assertFalse(pause.isOver(ANSWER_NS + 199_999_999));
        assertTrue(pause.isOver(ANSWER_NS + 200_000_000));
    }

    @Test
    void shouldBeginAnewWithAGrantAndWithAnotherDriver() {
        Pause pause = new Pause(Pause.SUBSCRIPTION_MOST_NS);
        tries(pause, 0);
        assertEquals(Pause.SUBSCRIPTION_MOST_NS, pause.lengthNs());
        pause.ofAnother();
        assertEquals(AeronErrors.GONE_NS, pause.lengthNs());
        pause.refused(REFUSAL, 0);
        assertEquals(200_000_000, pause.lengthNs());
        pause.refused(REFUSAL, 0);
        assertEquals(400_000_000, pause.lengthNs());
        pause.refused(new IllegalStateException("no driver"), 0);
        assertEquals(AeronErrors.GONE_NS, pause.lengthNs());
        pause.granted();
        pause.refused(REFUSAL, 0);
        assertEquals(200_000_000, pause.lengthNs());
    }

    @Test
    void shouldPauseLongerWithEachRefusalOfASource() throws Exception {
        DatagramSocket other = taken();
        try (AeronMedia media = AeronMedia.embedded().termBytes(64 << 10).start();
                AeronSource<Note> source = AeronSource.of(media, "aeron:udp?endpoint=" + at(other), 1, NOTE)) {
            await("a second refusal", () -> {
                poll(source);
                return source.pause.lengthNs() == 400_000_000;
            });
            other.close();
            await("that it listens", () -> {
                poll(source);
                return source.isListening();
            });
            assertNull(source.trouble());
        } finally {
            other.close();
        }
    }

    /** And not from the asking on: the driver was away meanwhile. Of a refused publication the client keeps nothing. */
    @Test
    void shouldCountThePauseFromTheRefusal(@TempDir Path dir) throws Exception {
        try (AeronSilenceTest.Paused driver = new AeronSilenceTest.Paused(dir.resolve("aeron"));
                AeronMedia media = AeronMedia.external(dir.resolve("aeron")).start();
                DatagramSocket other = taken();
                AeronSource<Note> source = AeronSource.of(media, "aeron:udp?endpoint=" + at(other), 1, NOTE)) {
            Published published =
                    new Published(media, "aeron:udp?control-mode=dynamic|control=" + at(other), 2, List.of());
            long first = media.client().nextCorrelationId();
            long askedNs;
            driver.lock.lock();
            try {
                poll(source);
                assertFalse(published.look(media.client()));
                askedNs = WireClock.nanoTime();
            } finally {
                driver.lock.unlock();
            }
            await("what the driver says", () -> {
                poll(source);
                return source.trouble() != null && source.trouble().contains("in use");
            });
            assertTrue(source.pause.fromNs() - askedNs > 0);
            awaitRefusal(published, media);
            assertTrue(published.pause.fromNs() - askedNs > 0);
            assertNothingIsLeft(media, first);
            published.close();
        }
    }

    /** No error that nobody has fetched, and no publication. */
    private static void assertNothingIsLeft(AeronMedia media, long first) {
        Aeron client = media.client();
        long last = client.nextCorrelationId();
        for (long id = first; id < last; id++) {
            assertNull(client.getPublication(id));
            assertNull(client.getExclusivePublication(id));
        }
    }

    /** One publication, however often one of its destinations is refused; and it sends when that is known. */
    @Test
    void shouldKeepAPublicationWhileADestinationIsRefused(@TempDir Path dir) throws Exception {
        AtomicBoolean isKnown = new AtomicBoolean();
        AtomicInteger others = new AtomicInteger();
        NameResolverAgent names = (name, parameter, again) -> {
            boolean isAudit = name.equals("audit");
            if (isAudit && !isKnown.get()) {
                throw new IllegalStateException("not now"); // a name that nobody knows is taken, and looked for later
            }
            others.addAndGet(isAudit || again ? 0 : 1); // a driver asks again where a test takes long
            return InetAddress.getLoopbackAddress();
        };
        MediaDriver.Context c = new MediaDriver.Context()
                .aeronDirectoryName(dir.resolve("aeron").toString())
                .threadingMode(ThreadingMode.SHARED)
                .publicationTermBufferLength(64 << 10)
                .nameResolver(names)
                .errorHandler(e -> {});
        try (MediaDriver driver = MediaDriver.launch(c);
                AeronMedia media = AeronMedia.external(Path.of(driver.aeronDirectoryName()))
                        .start()) {
            Published published = new Published(
                    media,
                    "aeron:udp?control-mode=manual",
                    1,
                    List.of("aeron:udp?endpoint=desk:24393", "aeron:udp?endpoint=audit:24394"));
            awaitRefusal(published, media);
            int before = others.get();
            for (int i = 0; i < 2; i++) {
                awaitRefusal(published, media);
            }
            assertEquals(1, publications(media), "each that is given up stays in the driver for a while");
            assertFalse(published.isThere());
            isKnown.set(true);
            await("that there is one", () -> published.look(media.client()));
            assertEquals(1, publications(media));
            assertEquals(before, others.get(), "the one that is reached is asked for once");
            assertTrue(published.isOf(media.client()));
            published.close();
        }
    }

    private static int publications(AeronMedia media) {
        AtomicInteger n = new AtomicInteger();
        media.client().countersReader().forEach((id, type, key, label) -> {
            if (type == AeronCounters.DRIVER_PUBLISHER_LIMIT_TYPE_ID) {
                n.incrementAndGet();
            }
        });
        return n.get();
    }

    private static void awaitRefusal(Published published, AeronMedia media) throws InterruptedException {
        await("a refusal", () -> {
            try {
                assertFalse(published.look(media.client()));
                return false;
            } catch (RegistrationException e) {
                return true;
            }
        });
    }

    private static void poll(AeronSource<Note> source) {
        try {
            source.poll(null, 1);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static DatagramSocket taken() throws Exception {
        DatagramSocket socket = new DatagramSocket(null);
        socket.setReuseAddress(false);
        socket.bind(new InetSocketAddress("127.0.0.1", 0));
        return socket;
    }

    private static String at(DatagramSocket socket) {
        return "127.0.0.1:" + socket.getLocalPort();
    }
}
