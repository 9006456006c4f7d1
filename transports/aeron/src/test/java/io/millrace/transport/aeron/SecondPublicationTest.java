package io.millrace.transport.aeron;

import static io.millrace.transport.aeron.Streams.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.millrace.event.EntryForm;
import io.millrace.event.EventType;
import io.millrace.event.Header;
import io.millrace.event.Reason;
import io.millrace.transport.EventSource;
import io.millrace.transport.aeron.Streams.Note;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One sender that goes on with another publication, as its client was cut off, while a slow reader has not read all of the one before:
 * each of its messages is taken once, and in order.
 */
class SecondPublicationTest {
    private static final EventType<Note> NOTE = EventType.of(Note.class);
    private static final long SEED = Long.getLong("millrace.seed", 11);
    private static final long SENDER = 100;
    private static final int ROUNDS = 6;

    /** Where a frame says its form. */
    private static final int FORM = 3;

    private static AeronMedia media;
    private static int streams = 40;

    @BeforeAll
    static void start() {
        media = AeronMedia.embedded().termBytes(64 << 10).start();
    }

    @AfterAll
    static void stop() {
        media.close();
    }

    /** A sender, of a journal or of none. */
    private static final class Sender {
        private final String channel;
        private final int stream;
        private final long id;
        private final long log;
        private final String text;
        private final UnsafeBuffer frame = new UnsafeBuffer(new byte[Wire.MAX_LENGTH + NOTE.maxLength()]);
        private ExclusivePublication to;
        private long number;

        /** The message that is refused: as a change, or as one of another layout. */
        private long refused;

        private boolean isOther;

        Sender(String channel, int stream, long id, long log, int textLength) {
            this.channel = channel;
            this.stream = stream;
            this.id = id;
            this.log = log;
            text = "x".repeat(textLength);
            publish();
        }

        /** As a sink does: the one before takes nothing more. */
        private void publish() {
            if (to != null) {
                to.close();
            }
            to = media.client().addExclusivePublication(channel, stream);
        }

        /** So many, or as many as there is room for. */
        private void send(int most) throws InterruptedException {
            await("a reader", to::isConnected);
            for (int i = 0; i < most && offered(number + 1); i++) {
                number++;
            }
        }

        private boolean offered(long next) {
            FakeMeta meta = new FakeMeta(0, next);
            int mask = Wire.mask(meta, log);
            boolean isRefused = next == refused;
            long contract = Wire.contract(NOTE.fingerprint()) ^ (isRefused && isOther ? 1 : 0);
            Wire.begin(frame, 0, Wire.EVENT, mask, contract, next, id);
            Wire.event(frame, 0, mask, meta, 0);
            if (isRefused && !isOther) {
                frame.putByte(FORM, (byte) EntryForm.RETRACTION.ordinal());
            }
            if (log != 0) {
                Wire.log(frame, 0, mask, log, false);
            }
            byte[] bytes = new byte[NOTE.maxLength()];
            int length = NOTE.encode(new Note(next, text), bytes, 0);
            frame.putBytes(Wire.length(mask), bytes, 0, length);
            return to.offer(frame, 0, Wire.length(mask) + length) > 0;
        }

        private void end() throws InterruptedException {
            Wire.begin(frame, 0, Wire.END, 0, Wire.contract(NOTE.fingerprint()), number, id);
            await("room for the end", () -> to.offer(frame, 0, Wire.FIXED_LENGTH) > 0);
        }
    }

    /** Has room for so many; notes their ids. */
    private static final class Room implements EventSource.Target<Note> {
        private final List<Long> got = new ArrayList<>();
        private int most;

        @Override
        public void take(Note event, Header header) {
            throw new AssertionError("not encoded");
        }

        @Override
        public boolean offer(EventSource.Encoded event, Header header) {
            if (got.size() >= most) {
                return false;
            }
            note(event);
            return true;
        }

        /** In its turn, as what is taken. */
        @Override
        public void refuse(EventSource.Encoded event, Reason reason, String why) {
            assertTrue(why.contains("a retraction or a replacement") || why.contains("another layout"), why);
            note(event);
        }

        private void note(EventSource.Encoded event) {
            byte[] bytes = new byte[NOTE.maxLength()];
            event.copyTo(bytes, 0, event.length());
            got.add(NOTE.newView().wrap(bytes, 0, event.length()).id());
        }
    }

    private static AeronSource<Note> source(String channel, int stream, Path marks) {
        AeronSource<Note> plain = AeronSource.of(media, channel, stream, NOTE);
        return marks == null ? plain : plain.marks(marks);
    }

    private static int poll(AeronSource<Note> source, Room to, int most) {
        try {
            return source.poll(to, most);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static long counter(AeronSource<?> of, String name) {
        Map<String, Long> all = new LinkedHashMap<>();
        of.counters(all::put);
        return all.get(name);
    }

    @ParameterizedTest
    @CsvSource({
        "false, false, 0",
        "false, true, 0",
        "false, true, 77",
        "true, false, 0",
        "true, true, 0",
        "true, false, 77",
    })
    void shouldTakeEachInOrder(boolean udp, boolean isMarked, long log, @TempDir Path dir) throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            int stream = streams++;
            String channel = udp ? "aeron:udp?endpoint=localhost:" + Streams.port() : "aeron:ipc";
            AeronSource<Note> source = source(channel, stream, isMarked ? dir.resolve("marks" + round) : null);
            Room room = new Room();
            Streams.listen(source, room);
            Sender sender = new Sender(channel, stream, SENDER, log, random.nextInt(190));
            for (int publication = 1; publication <= 3; publication++) {
                int more = publication;
                await("that it is heard", () -> counter(source, "senders found") == more);
                sender.send(1 + random.nextInt(600));
                room.most += random.nextInt(100);
                for (int i = random.nextInt(30); i > 0; i--) {
                    poll(source, room, 1 + random.nextInt(10));
                }
                sender.publish();
                sender.refused = random.nextBoolean() ? sender.number + 1 : 0; // the first that is heard there
                sender.isOther = random.nextBoolean();
            }
            sender.send(1 + random.nextInt(50));
            room.most = Integer.MAX_VALUE;
            await("all " + sender.number + ", not " + room.got.size() + ", round " + round, () -> {
                poll(source, room, 10);
                return room.got.size() >= sender.number || counter(source, "repeated") > 0;
            });
            assertEquals(LongStream.rangeClosed(1, sender.number).boxed().toList(), room.got, "round " + round);
            assertEquals(0, counter(source, "missed"));
            assertEquals(0, counter(source, "repeated"));
            source.close();
            sender.to.close();
        }
    }

    /** What is lost for good is waited for no longer than until the older publication is at its end; other senders wait for nothing. */
    @Test
    void shouldGoOnWhereSomethingIsLost(@TempDir Path dir) throws Exception {
        int stream = streams++;
        AeronSource<Note> source = source("aeron:ipc", stream, dir.resolve("marks"));
        Room room = new Room();
        Streams.listen(source, room);
        Sender sender = new Sender("aeron:ipc", stream, SENDER, 0, 10);
        sender.send(5);
        sender.number += 3; // dropped, by a sink that is to
        ExclusivePublication first = sender.to;
        sender.to = media.client().addExclusivePublication("aeron:ipc", stream);
        Sender other = new Sender("aeron:ipc", stream, SENDER + 1, 0, 10);
        sender.send(2);
        other.send(1);
        await("that all are heard", () -> source.senders() == 3);
        room.most = Integer.MAX_VALUE;
        for (int i = 0; i < 50; i++) {
            poll(source, room, 10);
        }
        assertEquals(
                List.of(1L, 1L, 2L, 3L, 4L, 5L), room.got.stream().sorted().toList(), "the older one may have more");
        first.close();
        await("the rest", () -> {
            poll(source, room, 10);
            return room.got.size() == 8;
        });
        assertEquals(List.of(9L, 10L), room.got.subList(6, 8));
        assertEquals(3, counter(source, "missed"));
        source.close();
        sender.to.close();
        other.to.close();
    }

    /** An end in front of the newer one keeps neither waiting. */
    @Test
    void shouldNotWaitForWhatStandsBehindAnEnd() throws Exception {
        int stream = streams++;
        AeronSource<Note> source =
                AeronSource.of(media, "aeron:ipc", stream, NOTE).endsWithSender();
        Room room = new Room();
        Streams.listen(source, room);
        Sender sender = new Sender("aeron:ipc", stream, SENDER, 0, 10);
        sender.send(5);
        sender.end();
        sender.number += 3;
        ExclusivePublication first = sender.to;
        sender.to = media.client().addExclusivePublication("aeron:ipc", stream);
        sender.send(2);
        await("that both are heard", () -> source.senders() == 2);
        room.most = Integer.MAX_VALUE;
        await("the end", () -> poll(source, room, 1) == EventSource.ENDED);
        assertTrue(room.got.containsAll(List.of(1L, 2L, 3L, 4L, 5L, 9L, 10L)), room.got.toString());
        source.close();
        first.close();
        sender.to.close();
    }

    /** Of two sessions of one journal whose images are both gone, the one that was heard later is the younger. */
    @Test
    void shouldKnowTheYoungerWhereNoImageIsLeft() {
        try (Subscription none = media.client().addSubscription("aeron:ipc", streams++)) {
            Turns turns = new Turns();
            for (int session = 1; session <= 2; session++) {
                assertFalse(turns.goesOn(session));
                assertFalse(turns.mustWait(none, session, null, 77, SENDER + session, true));
            }
            turns.again(5, 0);
            assertFalse(turns.isLate());
            assertTrue(turns.goesOn(1));
            assertTrue(turns.isLate() && turns.isSentAgain(5, 0));
        }
    }
}
