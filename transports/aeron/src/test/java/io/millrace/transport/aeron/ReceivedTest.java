package io.millrace.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.Subscription;
import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.protocol.DataHeaderFlyweight;
import io.millrace.event.EventType;
import io.millrace.event.Header;
import io.millrace.event.Reason;
import io.millrace.transport.EventSource;
import io.millrace.transport.aeron.Streams.Note;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames as a poll gives them, from the memory of the test: no driver is between, so there may be many. */
class ReceivedTest {
    private static final int FRONT = DataHeaderFlyweight.HEADER_LENGTH;
    private static final int LONGEST = 128 << 10;
    private static final EventType<Note> NOTE = EventType.of(Note.class);

    /** One frame in a buffer, with Aeron's header in front. */
    private static final class Frame {
        private final UnsafeBuffer term = new UnsafeBuffer(new byte[FRONT + LONGEST]);
        private final UnsafeBuffer message = new UnsafeBuffer(term, FRONT, LONGEST);

        private io.aeron.logbuffer.Header of(int session) {
            term.putByte(DataHeaderFlyweight.FLAGS_FIELD_OFFSET, FrameDescriptor.UNFRAGMENTED);
            term.putInt(DataHeaderFlyweight.SESSION_ID_FIELD_OFFSET, session, ByteOrder.LITTLE_ENDIAN);
            io.aeron.logbuffer.Header header = new io.aeron.logbuffer.Header(0, 0, "image " + session);
            header.buffer(term);
            header.offset(0);
            return header;
        }

        /** A whole message of that number; answers its length. */
        private int note(long number) {
            byte[] bytes = new byte[NOTE.maxLength()];
            int length = NOTE.encode(new Note(number, "note"), bytes, 0);
            Wire.begin(message, 0, Wire.EVENT, 0, Wire.contract(NOTE.fingerprint()), number, 7);
            message.putBytes(Wire.FIXED_LENGTH, bytes, 0, length);
            return Wire.FIXED_LENGTH + length;
        }

        private Action give(Received<Note> to, int length, io.aeron.logbuffer.Header header) {
            return to.onFragment(term, FRONT, length, header);
        }
    }

    // ---- frames of a length that nobody could have written

    /** Takes all there is room for, as an engine would, and looks at each byte. */
    private static final class Reader implements EventSource.Target<Note> {
        private int taken;

        @Override
        public void take(Note event, Header header) {
            throw new AssertionError("not encoded");
        }

        @Override
        public boolean offer(EventSource.Encoded event, Header header) {
            assertTrue(event.length() <= FuzzFrames.WHOLE, "an event of " + event.length() + " bytes");
            event.copyTo(new byte[event.length()], 0, event.length());
            taken++;
            return true;
        }

        @Override
        public void refuse(EventSource.Encoded bytes, Reason reason, String why) {
            throw new AssertionError(why);
        }
    }

    /** The message is said to have so many bytes, and the term has so many from there. */
    static final int[][] BEYOND = {
        {100, 20}, // it ends within the header
        {100, 0},
        {48, 47},
        {100, 99}, // and behind it
        {Integer.MAX_VALUE, 100},
        {-1, 100},
        {-32, 100},
        {Integer.MIN_VALUE, 0}
    };

    private static int[][] beyond() {
        return BEYOND;
    }

    /** Behind a good one of the same sender, and as the first that is heard: the source fails, and does not go on behind it. */
    @ParameterizedTest
    @MethodSource("beyond")
    void shouldFailWhereAFrameEndsBeyondItsTerm(int[] frame) throws Exception {
        try (AeronMedia media = AeronMedia.embedded().start();
                Subscription none = media.client().addSubscription("aeron:ipc", 1)) {
            failBeyond(none, frame[0], frame[1]);
        }
    }

    static void failBeyond(Subscription none, int length, int room) throws Exception {
        for (byte flags : new byte[] {FrameDescriptor.UNFRAGMENTED, FrameDescriptor.BEGIN_FRAG_FLAG}) {
            for (boolean isBare : new boolean[] {false, true}) {
                for (boolean isFirst : new boolean[] {false, true}) {
                    failBeyond(none, length, room, flags, isBare, isFirst);
                }
            }
        }
    }

    private static void failBeyond(Subscription none, int length, int room, byte flags, boolean isBare, boolean isFirst)
            throws Exception {
        SourceCounts counts = new SourceCounts();
        Received<Note> received = new Received<>(NOTE, isBare, false, counts, "broken: ");
        Reader reader = new Reader();
        Frame frame = new Frame();
        io.aeron.logbuffer.Header header = frame.of(5);
        received.begin(none, reader);
        if (!isFirst) {
            assertEquals(Action.CONTINUE, frame.give(received, frame.note(1), header));
        }
        int whole = frame.note(2);
        frame.term.putByte(DataHeaderFlyweight.FLAGS_FIELD_OFFSET, flags);
        UnsafeBuffer cut = new UnsafeBuffer(frame.term, 0, FRONT + room);
        for (int i = 0; i < 2; i++) { // it comes again, and is no better
            assertEquals(Action.ABORT, received.onFragment(cut, FRONT, length, header));
            String why = assertThrows(AeronFault.class, received::end).getMessage();
            String expected =
                    "broken: a frame of " + length + " bytes where its term has room for " + room + ", of session 5: ";
            assertTrue(why.startsWith(expected), why);
            received.begin(none, reader);
        }
        frame.of(5);
        assertEquals(Action.CONTINUE, frame.give(received, whole, header), "nothing of it has stayed");
        assertEquals(1, received.end());
        assertEquals(isFirst ? 1 : 2, reader.taken);
        assertEquals(isFirst && !isBare ? 1 : 0, counts.before.get());
        assertEquals(0, counts.missed.get() + counts.repeated.get() + counts.refused.get());
    }

    // ---- numbers that no sender gives

    /** With marks, too, it is taken when there is room for it, and a sender 0, whom marks do not know, each time. */
    @Test
    void shouldTakeWhatNoSenderNumbersWhenThereIsRoom(@TempDir Path dir) throws Exception {
        try (AeronMedia media = AeronMedia.embedded().start();
                Subscription none = media.client().addSubscription("aeron:ipc", 1);
                Marks marks = Marks.open(dir.resolve("marks"))) {
            Lengths lengths = new Lengths();
            Received<Note> received = new Received<>(NOTE, false, false, new SourceCounts(), "numbers: ");
            received.marked(marks);
            Frame frame = new Frame();
            io.aeron.logbuffer.Header header = frame.of(5);
            received.begin(none, lengths);
            long[][] senders = {{9, -1}, {10, 0}, {11, Long.MIN_VALUE}, {12, 1}, {0, 1}, {0, 1}};
            for (long[] sender : senders) {
                int length = frame.note(sender[1]);
                frame.message.putLong(24, sender[0], ByteOrder.LITTLE_ENDIAN);
                lengths.isFull = true;
                assertEquals(Action.ABORT, frame.give(received, length, header));
                lengths.isFull = false;
                assertEquals(Action.CONTINUE, frame.give(received, length, header));
            }
            assertEquals(senders.length, lengths.taken.size());
            assertEquals(senders.length, marks.taken());
        }
    }

    @Test
    void shouldCountNoFurtherThanThereAreNumbers() throws Exception {
        try (AeronMedia media = AeronMedia.embedded().start();
                Subscription none = media.client().addSubscription("aeron:ipc", 1)) {
            SourceCounts counts = new SourceCounts();
            Received<Note> received = new Received<>(NOTE, false, false, counts, "counts: ");
            Frame frame = new Frame();
            received.begin(none, new Lengths());
            long before = 0;
            long missed = 0;
            long[] numbers = {1L << 62, Long.MAX_VALUE, Long.MIN_VALUE, 5, Long.MIN_VALUE + 1, 1L << 62};
            for (int i = 0; i < 4 * numbers.length; i++) {
                int length = frame.note(numbers[i % numbers.length]);
                frame.message.putLong(24, 9 + i / 2, ByteOrder.LITTLE_ENDIAN);
                assertEquals(Action.CONTINUE, frame.give(received, length, frame.of(i / 2)));
                assertTrue(counts.before.get() >= before && counts.missed.get() >= missed, "counts go up: " + i);
                before = counts.before.get();
                missed = counts.missed.get();
            }
            assertEquals(Long.MAX_VALUE, before);
            assertEquals(Long.MAX_VALUE, missed);
        }
    }

    // ---- messages that go on and on

    /** Keeps the lengths of what comes. */
    private static final class Lengths implements EventSource.Target<Note> {
        private final List<Integer> taken = new ArrayList<>();
        private final List<Integer> refused = new ArrayList<>();
        private String why;
        private boolean isFull;

        @Override
        public void take(Note event, Header header) {
            throw new AssertionError("not encoded");
        }

        @Override
        public boolean offer(EventSource.Encoded event, Header header) {
            if (!isFull) {
                taken.add(event.length());
            }
            return !isFull;
        }

        @Override
        public void refuse(EventSource.Encoded bytes, Reason reason, String why) {
            bytes.copyTo(new byte[bytes.length()], 0, bytes.length());
            refused.add(bytes.length());
            this.why = why;
        }
    }

    /** The parts of messages of one session, as one writes them who may say anything of where they stand. */
    private static final class PartsOf {
        private final Frame frame = new Frame();
        private final io.aeron.logbuffer.Header header = frame.of(5);
        private final Received<Note> received;
        private int next;

        PartsOf(Received<Note> received) {
            this.received = received;
        }

        private void give(int flags, int length) {
            frame.term.putInt(0, FRONT + length, ByteOrder.LITTLE_ENDIAN);
            frame.term.putByte(DataHeaderFlyweight.FLAGS_FIELD_OFFSET, (byte) flags);
            frame.term.putInt(DataHeaderFlyweight.TERM_OFFSET_FIELD_OFFSET, next, ByteOrder.LITTLE_ENDIAN);
            next = header.nextTermOffset();
            assertEquals(Action.CONTINUE, frame.give(received, length, header));
        }

        /** In parts of so many bytes at most. */
        private void message(int length, int part) {
            for (int at = 0; at < length; at += part) {
                int end = at + part >= length ? FrameDescriptor.END_FRAG_FLAG : 0;
                give(end | (at == 0 ? FrameDescriptor.BEGIN_FRAG_FLAG : 0), Math.min(part, length - at));
            }
        }
    }

    /** Each is one dead letter, of what a message may have; what comes behind it is taken. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldGiveUpAMessageThatHasNoEnd(boolean isBare) throws Exception {
        try (AeronMedia media = AeronMedia.embedded().start();
                Subscription none = media.client().addSubscription("aeron:ipc", 1)) {
            SourceCounts counts = new SourceCounts();
            Lengths lengths = new Lengths();
            Received<Note> received = new Received<>(NOTE, isBare, false, counts, "endless: ");
            PartsOf parts = new PartsOf(received);
            int longest = Parts.longest(parts.frame.term.capacity());
            received.begin(none, lengths);
            int messages = 20;
            for (int i = 0; i < messages; i++) {
                parts.give(FrameDescriptor.BEGIN_FRAG_FLAG, 1_000);
                for (int part = 0; part < 200; part++) {
                    parts.give(0, 1_000);
                }
            }
            parts.give(FrameDescriptor.END_FRAG_FLAG, 10);
            assertEquals(messages, received.end());
            assertEquals(messages, counts.refused.get());
            assertEquals(Collections.nCopies(messages, longest / 1_000 * 1_000), lengths.refused);
            assertTrue(lengths.why.contains("beyond the longest"), lengths.why);
            int whole = parts.frame.note(1);
            parts.next = 0;
            received.begin(none, lengths);
            assertEquals(Action.CONTINUE, parts.frame.give(received, whole, parts.frame.of(5)));
            assertEquals(List.of(isBare ? whole : whole - Wire.FIXED_LENGTH), lengths.taken);
        }
    }

    /** And one byte more is too long. */
    @Test
    void shouldTakeTheLongestMessageInParts() throws Exception {
        try (AeronMedia media = AeronMedia.embedded().start();
                Subscription none = media.client().addSubscription("aeron:ipc", 1)) {
            Lengths lengths = new Lengths();
            Received<Note> received = new Received<>(NOTE, true, false, new SourceCounts(), "longest: ");
            PartsOf parts = new PartsOf(received);
            int longest = Parts.longest(parts.frame.term.capacity());
            received.begin(none, lengths);
            for (int part : new int[] {1_000, longest - 1, 1 + longest / 2}) {
                parts.message(longest, part);
                parts.message(longest + 1, part);
            }
            parts.give(FrameDescriptor.BEGIN_FRAG_FLAG, longest + 1); // all of it in the first
            assertEquals(List.of(longest, longest, longest), lengths.taken);
            int most = longest / 1_000 * 1_000;
            assertEquals(List.of(most, longest - 1, 1 + longest / 2, longest + 1), lengths.refused);
            assertTrue(longest >= FrameDescriptor.computeMaxMessageLength(FRONT + LONGEST), "what Aeron sends");
        }
    }
}
