package io.millrace.transport.aeron;

import static io.millrace.transport.aeron.Streams.IN;
import static io.millrace.transport.aeron.Streams.OUT;
import static io.millrace.transport.aeron.Streams.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.Engine;
import io.millrace.event.EventType;
import io.millrace.transport.aeron.Streams.Note;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A sink that knows its receivers. */
class AeronDestinationsTest {
    private static final EventType<Note> NOTE = EventType.of(Note.class);
    private static final String DESK = "aeron:udp?endpoint=localhost:24391";
    private static final String AUDIT = "aeron:udp?endpoint=localhost:24392";
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
            AeronSink<Note> sink = AeronSink.of(media, MANUAL, 1, NOTE).destinations(DESK, AUDIT);
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
