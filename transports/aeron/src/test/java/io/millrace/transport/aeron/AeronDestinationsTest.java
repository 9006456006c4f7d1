package io.millrace.transport.aeron;

import static io.millrace.transport.aeron.Streams.IN;
import static io.millrace.transport.aeron.Streams.OUT;
import static io.millrace.transport.aeron.Streams.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.Engine;
import io.millrace.engine.Health;
import io.millrace.event.EventType;
import io.millrace.transport.aeron.Streams.Note;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A sink that knows its receivers, and a source that listens at several places. */
class AeronDestinationsTest {
    private static final EventType<Note> NOTE = EventType.of(Note.class);
    private static final String DESK = "aeron:udp?endpoint=localhost:" + Streams.port();
    private static final int AUDIT_PORT = Streams.port();
    private static final String AUDIT = "aeron:udp?endpoint=localhost:" + AUDIT_PORT;
    private static final String HEARD = "aeron:udp?control-mode=manual";
    private static final String MANUAL = "aeron:udp?control-mode=manual|fc=min";

    private static Engine receiver(AeronSource<Note> source, List<Long> got) {
        return Engine.of(Streams.through())
                .input(IN, source)
                .output(OUT, n -> got.add(n.id()))
                .start();
    }

    /** Terms of 64 KiB, three times round: the slower one holds the sender back. */
    @Test
    void shouldSendToEachDestination() throws Exception {
        List<Long> atDesk = Collections.synchronizedList(new ArrayList<>());
        List<Long> atAudit = Collections.synchronizedList(new ArrayList<>());
        int n = 2_500;
        try (AeronMedia media = AeronMedia.embedded().termBytes(64 << 10).start()) {
            AeronSource<Note> desk = AeronSource.of(media, DESK, 1, NOTE);
            AeronSource<Note> audit = AeronSource.of(media, AUDIT, 1, NOTE);
            AeronSink<Note> sink =
                    AeronSink.of(media, MANUAL, 1, NOTE).unsent(Unsent.WAIT).destinations(DESK, AUDIT);
            try (Engine b = receiver(desk, atDesk);
                    Engine c = receiver(audit, atAudit);
                    Engine a = Engine.of(Streams.through()).output(OUT, sink).start()) {
                await("both are there", () -> desk.senders() == 1 && audit.senders() == 1);
                for (int i = 0; i < n; i++) {
                    a.publisher(IN).publish(new Note(i, "x".repeat(100)));
                }
                await("all", () -> atDesk.size() == n && atAudit.size() == n);
                assertEquals(0, b.deadLetters().total() + c.deadLetters().total());
            }
        }
        List<Long> all = LongStream.range(0, n).boxed().toList();
        assertEquals(all, atDesk);
        assertEquals(all, atAudit);
    }

    /** One sender by two networks, one by another way: each event once, in the order of its sender. */
    @Test
    void shouldListenAtEachDestination() throws Exception {
        List<Long> got = Collections.synchronizedList(new ArrayList<>());
        int n = 1_000;
        try (AeronMedia media = AeronMedia.embedded().termBytes(64 << 10).start()) {
            AeronSource<Note> source = AeronSource.of(media, HEARD, 1, NOTE).destinations(DESK, AUDIT, "aeron:ipc");
            AeronSink<Note> twice =
                    AeronSink.of(media, MANUAL, 1, NOTE).unsent(Unsent.WAIT).destinations(DESK, AUDIT);
            try (Engine c = receiver(source, got);
                    Engine a = Engine.of(Streams.through()).output(OUT, twice).start();
                    Engine b = Engine.of(Streams.through())
                            .output(
                                    OUT,
                                    AeronSink.of(media, "aeron:ipc", 1, NOTE).unsent(Unsent.WAIT))
                            .start()) {
                await("both are there", () -> source.senders() == 2);
                for (int i = 0; i < n; i++) {
                    a.publisher(IN).publish(new Note(i, "x".repeat(100)));
                    b.publisher(IN).publish(new Note(n + i, ""));
                }
                await("all", () -> got.size() >= 2 * n);
                assertEquals(0, c.deadLetters().total());
                await("that all is well, not " + c.health(), () -> c.health().state() == Health.State.UP);
            }
        }
        List<Long> all = LongStream.range(0, 2 * n).boxed().toList();
        assertEquals(all.subList(0, n), got.stream().filter(id -> id < n).toList());
        assertEquals(all.subList(n, 2 * n), got.stream().filter(id -> id >= n).toList());
    }

    /** One port is in use: the other place is heard, and nothing that comes there is lost, until both are. */
    @Test
    void shouldHearTheOthersWhileTheDriverRefusesOne() throws Exception {
        List<Long> got = Collections.synchronizedList(new ArrayList<>());
        int n = 1_000;
        try (AeronMedia media = AeronMedia.embedded().termBytes(64 << 10).start()) {
            DatagramSocket other = new DatagramSocket(new InetSocketAddress("localhost", AUDIT_PORT));
            AeronSource<Note> source = AeronSource.of(media, HEARD, 1, NOTE).destinations(DESK, AUDIT);
            AeronSink<Note> late = AeronSink.of(media, AUDIT, 1, NOTE).unsent(Unsent.WAIT);
            try (Engine b = receiver(source, got);
                    Engine a = Engine.of(Streams.through())
                            .output(OUT, AeronSink.of(media, DESK, 1, NOTE).unsent(Unsent.WAIT))
                            .start()) {
                await("a sender", () -> source.senders() == 1);
                await("what is wrong", () -> source.trouble() != null);
                for (int i = 0; i < n; i++) {
                    a.publisher(IN).publish(new Note(i, ""));
                    if (i == n / 2) {
                        awaitRefusals(media, 3);
                    }
                }
                await("all of it", () -> got.size() >= n);
                String why = source.trouble();
                String said = "stream 1 of " + HEARD + ": the media driver refuses (";
                assertTrue(why.startsWith(said) && why.contains("destination " + AUDIT), why);
                assertFalse(why.contains(DESK), why);
                assertEquals(Health.State.DEGRADED, b.health().state());
                other.close();
                await("that it listens", () -> source.trouble() == null);
                try (Engine c = Engine.of(Streams.through()).output(OUT, late).start()) {
                    c.publisher(IN).publish(new Note(n, ""));
                    await("the other", () -> got.size() > n);
                }
                assertEquals(0, b.sourceFailures().size());
                await("that all is well, not " + b.health(), () -> b.health().state() == Health.State.UP);
                source.counters((name, is) -> assertTrue(
                        is == 0 || !List.of("missed", "repeated", "sent before").contains(name), name));
            } finally {
                other.close();
            }
        }
        assertEquals(LongStream.rangeClosed(0, n).boxed().toList(), got);
    }

    private static void awaitRefusals(AeronMedia media, int times) throws InterruptedException {
        await(
                "that it was refused again",
                () -> media.errors().stream()
                        .anyMatch(e -> e.count() >= times && e.text().contains("destination " + AUDIT)));
    }

    /** One that will never be right ends the source, as a channel does. */
    @Test
    void shouldEndAtADestinationThatCanNeverBe() throws Exception {
        String no = DESK + "|interface=240.0.0.1";
        try (AeronMedia media = AeronMedia.embedded().termBytes(64 << 10).start()) {
            AeronSource<Note> source = AeronSource.of(media, HEARD, 1, NOTE).destinations("aeron:ipc", no);
            try (Engine b = receiver(source, new ArrayList<>())) {
                await("that it has ended", () -> !b.sourceFailures().isEmpty());
                String why = b.sourceFailures().get(0).getMessage();
                assertTrue(why.contains("destination " + no), why);
            }
        }
    }

    @Test
    void shouldSayWhichPlaceIsWrong() {
        try (AeronMedia media = AeronMedia.embedded().termBytes(64 << 10).start()) {
            AeronSource<Note> source = AeronSource.of(media, HEARD, 1, NOTE);
            Exception e = assertThrows(AeronFault.class, () -> source.poll(null, 1));
            assertTrue(e.getMessage().contains("name them by destinations(..)"), e.getMessage());
            e = assertThrows(IllegalStateException.class, () -> receiver(source, List.of()));
            assertTrue(e.getMessage().contains("name them by destinations(..)"), e.getMessage());
            e = assertThrows(IllegalArgumentException.class, source::destinations);
            assertTrue(e.getMessage().contains("name at least one"), e.getMessage());
            for (String no : List.of("aeron:udp?endpoint=a", HEARD)) {
                e = assertThrows(IllegalArgumentException.class, () -> source.destinations(DESK, no));
                assertTrue(e.getMessage().startsWith("channel " + no + ": "), e.getMessage());
            }
            AeronSource<Note> one = AeronSource.of(media, DESK, 1, NOTE);
            e = assertThrows(IllegalArgumentException.class, () -> one.destinations(AUDIT));
            assertTrue(e.getMessage().contains("use aeron:udp?control-mode=manual"), e.getMessage());
        }
    }

    @Test
    void shouldSayWhichDestinationIsWrong() {
        try (AeronMedia media = AeronMedia.embedded().termBytes(64 << 10).start()) {
            AeronSink<Note> sink = AeronSink.of(media, MANUAL, 1, NOTE);
            Exception e = assertThrows(AeronFault.class, sink::begin);
            assertTrue(e.getMessage().contains("name them by destinations(..)"), e.getMessage());
            e = assertThrows(IllegalArgumentException.class, sink::destinations);
            assertTrue(e.getMessage().contains("name at least one"), e.getMessage());
            for (String no :
                    List.of("aeron:ipc", "aeron:udp?endpoint=a", "aeron:udp?control=a:1|control-mode=dynamic")) {
                e = assertThrows(IllegalArgumentException.class, () -> sink.destinations(DESK, no));
                assertTrue(e.getMessage().startsWith("channel " + no + ": "), e.getMessage());
            }
            e = assertThrows(IllegalArgumentException.class, () -> sink.destinations(DESK, null));
            assertEquals(
                    "channel " + MANUAL + ": destination 2 is null; write aeron:udp?endpoint=HOST:PORT",
                    e.getMessage());
            e = assertThrows(IllegalArgumentException.class, () -> sink.destinations((String[]) null));
            assertTrue(e.getMessage().contains("name at least one"), e.getMessage());
            AeronSink<Note> one = AeronSink.of(media, DESK, 1, NOTE);
            e = assertThrows(IllegalArgumentException.class, () -> one.destinations(AUDIT));
            assertTrue(e.getMessage().contains("use aeron:udp?control-mode=manual"), e.getMessage());
        }
    }
}
