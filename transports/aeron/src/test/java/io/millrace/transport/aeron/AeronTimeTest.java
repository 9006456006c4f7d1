package io.millrace.transport.aeron;

import static io.millrace.operators.window.Window.tumbling;
import static io.millrace.transport.aeron.Streams.IN;
import static io.millrace.transport.aeron.Streams.OUT;
import static io.millrace.transport.aeron.Streams.await;
import static java.time.Duration.ofNanos;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.Publication;
import io.millrace.dsl.Aggregates;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.event.DeadLetter;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.transport.aeron.Streams.Note;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The event time of the sender, in front of its events. */
class AeronTimeTest {
    record Count(long notes) {}

    static class Notes extends Aggregates<Note> {
        final LongValue notes = count();
    }

    private static final Input<Note> TIMED =
            IN.eventTime(Note::id, TimeUnit.NANOSECONDS).historic().maxAhead(Duration.ofDays(100_000));
    private static final Input<Note> AT = Input.of("at", Note.class)
            .eventTimeInHeader()
            .historic()
            .disorder(ofNanos(5))
            .maxAhead(ofNanos(1_000));
    private static final Output<Count> COUNTS = Output.of("counts", Count.class);
    private static final Output<Note> LATE = Output.of("late", Note.class);

    /** Progress, lateness and what is too far ahead go by it; an event whose sender names none is a dead letter. */
    @Test
    void shouldTakeTheEventTimeOfTheSender() throws Exception {
        List<String> counts = Collections.synchronizedList(new ArrayList<>());
        List<Long> late = Collections.synchronizedList(new ArrayList<>());
        try (AeronMedia media = AeronMedia.embedded().termBytes(64 << 10).start();
                Publication raw = media.client().addPublication("aeron:ipc", 1);
                Engine b = counting(media, counts, late)) {
            await("a reader", raw::isConnected);
            await("room", () -> raw.offer(withoutTime()) > 0);
            await("that it is refused", () -> b.deadLetters().total() == 1);
            try (Engine a = Engine.of(
                            Millrace.topology("through", t -> t.from(TIMED).to(OUT)))
                    .output(
                            OUT,
                            AeronSink.of(media, "aeron:ipc", 1, OUT.type())
                                    .waitAtMost(Duration.ofSeconds(50))
                                    .endsWithClose())
                    .start()) {
                for (long ns : new long[] {3, 8, 21, 14, 9, 50_000, 22}) {
                    a.publisher(TIMED).publish(new Note(ns, ""));
                }
            }
            assertTrue(b.awaitEnd(Duration.ofSeconds(50)));
            List<DeadLetter> letters = b.deadLetters().last(9);
            assertEquals(2, letters.size(), letters::toString);
            for (DeadLetter l : letters) {
                assertTrue(
                        l.reason() == Reason.AHEAD
                                || l.reason() == Reason.MALFORMED && l.cause().contains("is taken from the header"),
                        l.cause());
            }
        }
        assertEquals(List.of(9L), late);
        assertEquals(List.of("2@9", "1@19", "2@29"), counts);
    }

    private static Engine counting(AeronMedia media, List<String> counts, List<Long> late) {
        return Engine.of(Millrace.topology(
                        "counts",
                        t -> t.from(AT)
                                .window("ten", tumbling(ofNanos(10)))
                                .lateTo(LATE)
                                .aggregate(Notes::new)
                                .to(COUNTS, n -> new Count(n.notes.get()))))
                .input(AT, AeronSource.of(media, "aeron:ipc", 1, AT.type()).endsWithSender())
                .outputWithMeta(COUNTS, (c, m) -> counts.add(c.notes() + "@" + m.timeNs()))
                .output(LATE, n -> late.add(n.id()))
                .start();
    }

    /** The clock of a tick, or 0, is no event time: who goes by that of the sender hears that there is none. */
    @Test
    void shouldSendNoEventTimeWhereAnEngineHasNone() throws Exception {
        List<String> counts = Collections.synchronizedList(new ArrayList<>());
        List<Long> late = Collections.synchronizedList(new ArrayList<>());
        try (AeronMedia media = AeronMedia.embedded().termBytes(64 << 10).start();
                Engine b = counting(media, counts, late)) {
            try (Engine a = Engine.of(Streams.through())
                    .output(
                            OUT,
                            AeronSink.of(media, "aeron:ipc", 1, OUT.type())
                                    .waitAtMost(Duration.ofSeconds(50))
                                    .endsWithClose())
                    .start()) {
                a.publisher(IN).publish(new Note(7, ""));
                a.publisher(IN).publish(new Note(8, ""));
            }
            assertTrue(b.awaitEnd(Duration.ofSeconds(50)));
            assertEquals(2, b.deadLetters().total());
            DeadLetter l = b.deadLetters().last(1).get(0);
            assertEquals(Reason.MALFORMED, l.reason());
            assertTrue(l.cause().contains("is taken from the header"), l.cause());
        }
        assertEquals(List.of(), counts);
        assertEquals(List.of(), late);
    }

    private static UnsafeBuffer withoutTime() {
        byte[] bytes = new byte[OUT.type().maxLength()];
        int length = OUT.type().encode(new Note(1, ""), bytes, 0);
        UnsafeBuffer frame = new UnsafeBuffer(new byte[Wire.FIXED_LENGTH + length]);
        Wire.begin(frame, 0, Wire.EVENT, 0, Wire.contract(OUT.type().fingerprint()), 1, 77);
        frame.putBytes(Wire.FIXED_LENGTH, bytes, 0, length);
        assertEquals(Header.NO_TIME, Wire.word(frame, 0, 5));
        return frame;
    }
}
