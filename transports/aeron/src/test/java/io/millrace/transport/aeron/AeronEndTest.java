package io.millrace.transport.aeron;

import static io.millrace.transport.aeron.Streams.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FrameDescriptor;
import io.millrace.event.EventType;
import io.millrace.event.Header;
import io.millrace.transport.EventSource;
import io.millrace.transport.LogStart;
import io.millrace.transport.aeron.Streams.Note;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An end comes behind what was sent before it, by whomever. */
class AeronEndTest {
    private static final EventType<Note> NOTE = EventType.of(Note.class);

    /** Counts what comes of each sender, by what its places begin at. */
    private static final class Places implements EventSource.Target<Note> {
        private final List<Long> got = new ArrayList<>();

        @Override
        public void take(Note event, Header header) {
            throw new AssertionError("not encoded");
        }

        @Override
        public boolean offer(EventSource.Encoded event, Header header) {
            got.add(FakeMeta.of(header).sequence());
            return true;
        }

        long of(long from) {
            return got.stream().filter(p -> p >= from && p < from + 1_000).count();
        }
    }

    /** Whatever it is. */
    private static final class Taken implements EventSource.Target<Note> {
        @Override
        public void take(Note event, Header header) {
            throw new AssertionError("not encoded");
        }

        @Override
        public boolean offer(EventSource.Encoded event, Header header) {
            return true;
        }
    }

    private static AeronSink<Note> sender(AeronMedia media, long from, int events) throws Exception {
        AeronSink<Note> sink = sink(media);
        send(sink, from, events);
        return sink;
    }

    private static AeronSink<Note> sink(AeronMedia media) {
        return AeronSink.of(media, "aeron:ipc", 1, NOTE).unsent(Unsent.WAIT);
    }

    private static void send(AeronSink<Note> sink, long from, int events) throws Exception {
        byte[] bytes = new byte[NOTE.maxLength()];
        for (int i = 0; i < events; i++) {
            sink.on(bytes, 0, NOTE.encode(new Note(i, ""), bytes, 0), new FakeMeta(0, from + i));
        }
    }

    /** Also where both that end have told it, and the one is ahead of the other. */
    @Test
    void shouldHearAnEndBehindWhatWasThereOfOthers() throws Exception {
        try (AeronMedia media = AeronMedia.embedded().start()) {
            AeronSource<Note> source =
                    AeronSource.of(media, "aeron:ipc", 1, NOTE).endsWithSender();
            Places to = new Places();
            Streams.listen(source, to);
            AeronSink<Note> killed = sender(media, 0, 40);
            killed.abandon();
            AeronSink<Note> next = sender(media, 1_000, 0);
            next.end();
            AeronSink<Note> alsoEnds = sender(media, 2_000, 30);
            alsoEnds.end();
            AeronSink<Note> lives = sender(media, 3_000, 20);
            await("all are heard", () -> source.senders() == 4);
            int last = 0;
            long sent = 20;
            while (last != EventSource.ENDED) {
                last = source.poll(to, 1);
                send(lives, 3_000 + sent, 1); // faster than it is read
                sent++;
            }
            assertEquals(40, to.of(0));
            assertEquals(30, to.of(2_000));
            assertTrue(to.of(3_000) >= 20 && to.of(3_000) < sent, to.of(3_000) + " of the one that lives");
            assertEquals(EventSource.ENDED, source.poll(to, 1));
            for (AeronSink<Note> s : List.of(next, alsoEnds, lives)) {
                s.abandon();
            }
            source.close();
        }
    }

    private static void readToTheEnd(AeronSource<Note> source, Places to) throws InterruptedException {
        await("the end, behind " + to.got, () -> {
            try {
                return source.poll(to, 1) == EventSource.ENDED;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    /** Neither waits for the other: also where the one that ends has sent nothing else, so that nobody knows of which journal it is. */
    @ParameterizedTest
    @ValueSource(ints = {3, 0})
    void shouldHearWhoHasBegunAgainBesideTheEndOfTheOneBefore(int events) throws Exception {
        try (AeronMedia media = AeronMedia.embedded().start()) {
            AeronSource<Note> source =
                    AeronSource.of(media, "aeron:ipc", 1, NOTE).endsWithSender();
            Places to = new Places();
            Streams.listen(source, to);
            AeronSink<Note> ended = sink(media).endsWithClose();
            ended.resume(new LogStart("out", 77, 0));
            send(ended, 0, events);
            ended.close();
            AeronSink<Note> next = sink(media);
            next.resume(new LogStart("out", 77, events));
            send(next, events, 5);
            await("both are heard", () -> source.senders() == 2);
            readToTheEnd(source, to);
            assertEquals(LongStream.range(0, events + 5).boxed().toList(), to.got);
            next.abandon();
            source.close();
        }
    }

    /** Of which Aeron lets none look beyond the term that is read. */
    @Test
    void shouldHearAnEndBehindABacklogThatCrossesATerm() throws Exception {
        int term = 64 << 10;
        try (AeronMedia media = AeronMedia.embedded().termBytes(term).start()) {
            AeronSource<Note> source =
                    AeronSource.of(media, "aeron:ipc", 1, NOTE).endsWithSender();
            Places to = new Places();
            Streams.listen(source, to);
            AeronSink<Note> killed = sender(media, 0, 0);
            int frame = 32 + Wire.FIXED_LENGTH + NOTE.encode(new Note(0, ""), new byte[NOTE.maxLength()], 0);
            int read = (term - (8 << 10)) / frame;
            for (int i = 0; i < read; i++) { // no sender is further ahead than half a term
                send(killed, i, 1);
                int all = i + 1;
                await("what is sent", () -> {
                    try {
                        source.poll(to, 1);
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                    return to.got.size() == all;
                });
            }
            int left = (20 << 10) / frame;
            send(killed, read, left);
            killed.abandon();
            AeronSink<Note> next = sender(media, 0, 0);
            next.end();
            await("both are heard", () -> source.senders() == 2);
            readToTheEnd(source, to);
            assertEquals(LongStream.range(0, read + left).boxed().toList(), to.got);
            next.abandon();
            source.close();
        }
    }

    /** The end waits for what is in front of it, and for nothing that would be behind; the poll fails there. */
    @ParameterizedTest
    @ValueSource(ints = {8, 31, 64 << 10, Integer.MAX_VALUE - 31})
    void shouldWaitForNothingBehindAFrameThatGoesBeyondItsTerm(int frameLength) throws Exception {
        try (AeronMedia media = AeronMedia.embedded().termBytes(64 << 10).start();
                Subscription to = media.client().addSubscription("aeron:ipc", 1);
                Publication broken = media.client().addPublication("aeron:ipc?session-id=5", 1)) {
            await("that it is heard", () -> to.imageBySessionId(5) != null);
            BufferClaim claim = new BufferClaim();
            int good = 3;
            for (int i = 0; i <= good; i++) {
                await("room", () -> broken.tryClaim(100, claim) > 0);
                if (i < good) {
                    claim.commit();
                } else {
                    FrameDescriptor.frameLengthOrdered((UnsafeBuffer) claim.buffer(), 0, frameLength);
                }
            }
            EndTurn turn = new EndTurn();
            Taken taken = new Taken();
            Received<Note> received = new Received<>(NOTE, true, false, new SourceCounts(), "broken: ");
            for (int i = 0; i < good; i++) {
                assertTrue(turn.mustWait(to, 6), "behind " + i);
                assertEquals(1, received.poll(to, taken, 1));
            }
            assertFalse(turn.mustWait(to, 6));
            String why = assertThrows(AeronFault.class, () -> received.poll(to, taken, 1))
                    .getMessage();
            assertTrue(why.contains("of session 5"), why);
        }
    }
}
