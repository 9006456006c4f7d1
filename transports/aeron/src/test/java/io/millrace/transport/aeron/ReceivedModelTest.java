package io.millrace.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.ExclusivePublication;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@link Received} makes of frames, beside a plain model that takes each message by itself. The next one of the sender heard last goes a
 * shorter way than others, and what comes of it is the same: with sessions that go and come again, messages in several parts, senders that
 * begin again on a journal while what the one before had sent comes late, marks, and ends. Whose turn it is among images that have something
 * unread is no part of it: those here have nothing and are not at their ends, and their frames come from memory of the test.
 */
class ReceivedModelTest {
    private static final long SEED = Long.getLong("millrace.seed", 11);
    private static final int SEEDS = 300;
    private static final int MESSAGES = 200;
    private static final int FRONT = DataHeaderFlyweight.HEADER_LENGTH;
    private static final EventType<Note> NOTE = EventType.of(Note.class);

    /** By session, the journal of its sender; the last two are of one, on which the last has begun again. */
    private static final long[] LOGS = {0, 0, 0, 77, 78, 78};

    /** Those two, which have images of a driver: which of them is the younger is known by these. */
    private static final int OLDER = 4;

    private static final int YOUNGER = 5;

    private static final int SENDERS = 4;
    private static final int FIRST_SENDER = 10;

    /** What the frames of a message say of it, and the bytes behind. */
    private record Message(
            byte kind,
            boolean isOther,
            long number,
            long sender,
            FakeMeta meta,
            long log,
            boolean onceMore,
            byte[] all,
            int front) {
        private String text() {
            byte[] event = new byte[NOTE.maxLength()];
            System.arraycopy(all, front, event, 0, all.length - front);
            return ReceivedModelTest.text(meta, event);
        }

        private boolean isShort() {
            return all.length < Wire.FIXED_LENGTH;
        }
    }

    /** The place of an output in its journal. */
    private record Place(long sequence, int ordinal) {
        private boolean isBehind(Place other) {
            return sequence > other.sequence || sequence == other.sequence && ordinal > other.ordinal;
        }
    }

    /** What is known of a session that was heard: its journal is that of what was heard first. */
    private static final class Turn {
        private final long log;
        private final long sender;
        private Place firstAgain;
        private Place lastAgain;

        /** Who has begun again on its journal. */
        private Turn next;

        Turn(long log, long sender) {
            this.log = log;
            this.sender = sender;
        }

        private void again(Place place) {
            firstAgain = firstAgain == null ? place : firstAgain;
            lastAgain = place;
        }

        private boolean hasSentAgain(Place place) {
            return firstAgain != null && !firstAgain.isBehind(place) && !place.isBehind(lastAgain);
        }
    }

    /** How often, over all seeds, what came late was known by what had been sent again, and put no mark back. */
    private static final class Reached {
        private long sentAgain;
        private long late;
        private long waits;
    }

    /** What is expected, message by message. */
    private static final class Model {
        private final boolean isMarked;
        private final boolean isFinite;
        private final Map<Long, Long> last = new HashMap<>();
        private final Map<Long, Long> marks = new HashMap<>();
        private final Map<Long, Place> heard = new HashMap<>();
        private final Map<Integer, Turn> turns = new HashMap<>();
        private final Reached reached;
        private final List<String> taken = new ArrayList<>();
        private long events;
        private long refused;
        private long full;
        private long missed;
        private long before;
        private long repeated;
        private int ofPoll;
        private boolean isTrouble;
        private boolean isEnded;

        Model(boolean isMarked, boolean isFinite, Reached reached) {
            this.reached = reached;
            this.isMarked = isMarked;
            this.isFinite = isFinite;
        }

        private Action take(int session, Message m, boolean isFull) {
            if (m.isShort()) {
                return refuse();
            }
            if (m.kind == Wire.END) {
                isEnded |= isFinite;
                return isFinite ? Action.BREAK : Action.CONTINUE;
            }
            if (m.kind == Wire.CONTRACT) {
                return Action.CONTINUE;
            }
            if (isMarked && !m.isOther && m.number <= marks.getOrDefault(m.sender, 0L)) {
                repeated++;
                return Action.CONTINUE;
            }
            if (mustWait(session, m)) {
                reached.waits++;
                return Action.ABORT;
            }
            Turn turn = turn(session, m);
            if (m.isOther) {
                isTrouble = true;
                count(m.sender, m.number);
                return refuse();
            }
            Place place = new Place(m.meta.sequence(), m.meta.ordinal());
            boolean isHeard = m.log != 0 && heard.containsKey(m.log) && !place.isBehind(heard.get(m.log));
            if (m.log != 0 && isRepeated(turn, m, place, isHeard)) {
                count(m.sender, m.number);
                repeated++;
                return Action.CONTINUE;
            }
            if (isFull) {
                full++;
                return Action.ABORT;
            }
            marks.put(m.sender, m.number);
            if (isHeard && turn.next != null) {
                reached.late++;
            } else if (m.log != 0) {
                heard.put(m.log, place);
            }
            count(m.sender, m.number);
            events++;
            ofPoll++;
            taken.add(m.text());
            isTrouble = false;
            return Action.CONTINUE;
        }

        private boolean isRepeated(Turn turn, Message m, Place place, boolean isHeard) {
            if (m.onceMore) {
                turn.again(place);
                return isHeard;
            }
            boolean isSentAgain = turn.next != null && turn.next.hasSentAgain(place) && isHeard;
            reached.sentAgain += isSentAgain ? 1 : 0;
            return isSentAgain;
        }

        /** What is missing of a sender may still come of a session of it that was there before, whose image is not at its end. */
        private boolean mustWait(int session, Message m) {
            if (turns.containsKey(session) || m.number <= last.getOrDefault(m.sender, 0L) + 1) {
                return false;
            }
            boolean isOfOlder = turns.containsKey(OLDER) && turns.get(OLDER).sender == m.sender;
            boolean isOfYounger = turns.containsKey(YOUNGER) && turns.get(YOUNGER).sender == m.sender;
            return session == YOUNGER ? isOfOlder : session != OLDER && (isOfOlder || isOfYounger);
        }

        private Turn turn(int session, Message m) {
            Turn had = turns.get(session);
            if (had != null) {
                return had;
            }
            Turn turn = new Turn(m.log, m.sender);
            turns.put(session, turn);
            Turn older = turns.get(OLDER);
            Turn younger = turns.get(YOUNGER);
            boolean isOfThem = turn == older || turn == younger;
            if (isOfThem && older != null && younger != null && older.log != 0 && older.log == younger.log) {
                older.next = older.next == null ? younger : older.next; // the first that has
            }
            return turn;
        }

        private Action refuse() {
            refused++;
            ofPoll++;
            return Action.CONTINUE;
        }

        private void count(long sender, long number) {
            Long had = last.put(sender, number);
            if (had == null) {
                before += Math.max(0, number - 1);
            } else if (number > had) {
                missed += number - had - 1;
            } else {
                repeated++;
            }
        }

        /** What a poll answers. */
        private int endOfPoll() {
            int all = ofPoll;
            ofPoll = 0;
            return all == 0 && isEnded ? AeronSource.ENDED : all;
        }

        private String counts() {
            return List.of(events, refused, full, missed, before, repeated).toString();
        }
    }

    private static String counts(SourceCounts c) {
        return List.of(c.events.get(), c.refused.get(), c.full.get(), c.missed.get(), c.before.get(), c.repeated.get())
                .toString();
    }

    /** Has room or not, as the test says, and notes what came. */
    private static final class Target implements EventSource.Target<Note> {
        private final List<String> taken = new ArrayList<>();
        private boolean isFull;

        @Override
        public void take(Note event, Header header) {
            throw new AssertionError("not encoded");
        }

        @Override
        public boolean offer(EventSource.Encoded event, Header header) {
            if (!isFull) {
                byte[] bytes = new byte[NOTE.maxLength()];
                event.copyTo(bytes, 0, event.length());
                taken.add(text(FakeMeta.of(header), bytes));
            }
            return !isFull;
        }

        @Override
        public void refuse(EventSource.Encoded bytes, Reason reason, String why) {
            assertTrue(why.contains("another layout") || why.contains("shorter than its header"), why);
        }
    }

    private static String text(FakeMeta meta, byte[] bytes) {
        return meta.text() + ' ' + NOTE.newView().wrap(bytes, 0, bytes.length);
    }

    /** An image and its term: frames behind one another, as Aeron has them, and the message in hand that is not all given yet. */
    private static final class Session {
        private final int id;
        private final UnsafeBuffer term = new UnsafeBuffer(new byte[64 << 10]);
        private io.aeron.logbuffer.Header header;
        private int next;
        private Message message;
        private int given;

        /** Whether a part of it has been lost: nothing comes of the others. */
        private boolean isCut;

        Session(int id) {
            this.id = id;
            begin();
        }

        /** An image of Aeron's that was not there before. */
        private void begin() {
            header = new io.aeron.logbuffer.Header(0, 0, new StringBuilder("image ").append(id));
            header.buffer(term);
            next = 0;
        }

        /** The next part of the message, of so many bytes at most. */
        private Action give(Received<Note> to, int most) {
            int length = Math.min(most, message.all.length - given);
            int flags = (given == 0 ? FrameDescriptor.BEGIN_FRAG_FLAG : 0)
                    | (isLast(length) ? FrameDescriptor.END_FRAG_FLAG : 0);
            if (next + FRONT + length > term.capacity()) {
                throw new AssertionError("as many messages as a term has room for");
            }
            term.putInt(next, FRONT + length, ByteOrder.LITTLE_ENDIAN);
            term.putByte(next + DataHeaderFlyweight.FLAGS_FIELD_OFFSET, (byte) flags);
            term.putInt(next + DataHeaderFlyweight.TERM_OFFSET_FIELD_OFFSET, next, ByteOrder.LITTLE_ENDIAN);
            term.putInt(next + DataHeaderFlyweight.SESSION_ID_FIELD_OFFSET, id, ByteOrder.LITTLE_ENDIAN);
            term.putBytes(next + FRONT, message.all, given, length);
            header.offset(next);
            Action done = to.onFragment(term, next + FRONT, length, header);
            if (done != Action.ABORT) { // else it comes again
                next += BitUtil.align(FRONT + length, FrameDescriptor.FRAME_ALIGNMENT);
                given += length;
            }
            return done;
        }

        private boolean isLast(int length) {
            return given + length == message.all.length;
        }
    }

    @Test
    void shouldTakeWhatComesNextAsAnythingElse(@TempDir Path dir) throws Exception {
        try (AeronMedia media = AeronMedia.embedded().start();
                Subscription images = media.client().addSubscription("aeron:ipc", 1);
                ExclusivePublication older = image(media, OLDER, images);
                ExclusivePublication younger = image(media, YOUNGER, images)) {
            assertTrue(older.isConnected() && younger.isConnected());
            Reached reached = new Reached();
            for (long seed = SEED; seed < SEED + SEEDS; seed++) {
                boolean isMarked = seed % 4 == 0;
                try (Marks marks = isMarked ? Marks.open(dir.resolve("marks" + seed)) : null) {
                    new Run(seed, images, marks, reached).compare();
                }
            }
            assertTrue(reached.sentAgain > SEEDS / 10, reached.sentAgain + " that were sent again");
            assertTrue(reached.late > SEEDS / 10, reached.late + " that were late and new");
            assertTrue(reached.waits > SEEDS / 10, reached.waits + " that had to wait");
        }
    }

    /** With nothing in it. */
    private static ExclusivePublication image(AeronMedia media, int session, Subscription of)
            throws InterruptedException {
        ExclusivePublication made = media.client().addExclusivePublication("aeron:ipc?session-id=" + session, 1);
        Streams.await("an image", () -> of.imageBySessionId(session) != null);
        return made;
    }

    /** Both of one seed. */
    private static final class Run {
        private final SplittableRandom random;
        private final String seed;
        private final Subscription images;
        private final Marks marks;
        private final boolean isInParts;
        private final SourceCounts counts = new SourceCounts();
        private final Target target = new Target();
        private final Model model;
        private final Received<Note> received;
        private final Session[] sessions = new Session[LOGS.length];
        private final long[] numbers = new long[SENDERS];
        private final long[] places = new long[LOGS.length];
        private int sender;
        private int id;

        Run(long seed, Subscription images, Marks marks, Reached reached) {
            this.random = new SplittableRandom(seed);
            this.seed = "seed " + seed;
            this.images = images;
            this.marks = marks;
            isInParts = seed % 2 == 0;
            boolean isFinite = seed % 3 == 0;
            model = new Model(marks != null, isFinite, reached);
            received = new Received<>(NOTE, false, isFinite, counts, "");
            if (marks != null) {
                received.marked(marks);
            }
            for (int i = 0; i < sessions.length; i++) {
                sessions[i] = new Session(i);
            }
        }

        private void compare() throws Exception {
            int session = 0;
            received.begin(images, target);
            for (int i = 0; i < MESSAGES; i++) {
                session = random.nextInt(8) == 0 ? random.nextInt(sessions.length) : session;
                give(sessions[session]);
                if (random.nextInt(10) == 0) {
                    assertEquals(model.endOfPoll(), received.end(), seed);
                    if (random.nextInt(4) == 0) {
                        change(sessions[session]);
                    }
                    received.begin(images, target);
                }
            }
            assertEquals(model.endOfPoll(), received.end(), seed);
            assertEquals(model.taken, target.taken, seed);
            assertEquals(model.counts(), counts(counts), seed);
            assertEquals(model.isEnded, received.hasEnded(), seed);
            if (marks != null) {
                assertEquals(model.events, marks.taken(), seed);
            }
        }

        /** The next frame of that session. */
        private void give(Session s) {
            if (s.message == null) {
                s.message = message(s.id);
                s.given = 0;
                s.isCut = false;
            }
            target.isFull = random.nextInt(16) == 0;
            int left = s.message.all.length - s.given;
            int most = isInParts && random.nextInt(3) > 0 ? 1 + random.nextInt(left) : left;
            boolean isWhole = s.isLast(most) && !s.isCut;
            Action expected = isWhole ? model.take(s.id, s.message, target.isFull) : Action.CONTINUE;
            assertEquals(expected, s.give(received, most), seed);
            assertEquals(model.isTrouble, received.trouble() != null, seed);
            if (isWhole && expected != Action.ABORT && s.message.kind == Wire.EVENT && !s.message.isShort()) {
                numbers[(int) s.message.sender - FIRST_SENDER] = s.message.number;
            }
            if (s.given == s.message.all.length) {
                s.message = null;
            }
        }

        /** The image is another one: told or not yet; what was there of a message is gone, or goes on without its beginning. */
        private void change(Session s) {
            if (random.nextBoolean()) {
                received.end(s.id, images);
                model.turns.remove(s.id);
                s.isCut |= s.given > 0 && s.id < OLDER; // of the others there is an image, so what is begun is kept
                if (random.nextBoolean()) {
                    s.message = null;
                }
            } else {
                s.message = null;
            }
            if (s.message == null) {
                s.begin();
            }
        }

        private Message message(int of) {
            sender = random.nextInt(8) == 0 ? random.nextInt(SENDERS) : sender;
            int how = random.nextInt(16);
            long next = numbers[sender] + 1;
            long number = how == 0 ? 1 + random.nextInt(20) : how == 1 ? Math.max(1, next - 1) : next;
            byte kind = random.nextInt(40) > 0 ? Wire.EVENT : random.nextInt(3) == 0 ? Wire.END : Wire.CONTRACT;
            boolean isOther = how == 2 && kind == Wire.EVENT;
            long log = random.nextInt(4) == 0 ? 0 : LOGS[of];
            places[of] = log != 0 && random.nextInt(12) == 0 ? Math.max(0, places[of] - 5) : places[of] + 1;
            FakeMeta meta = new FakeMeta(how < 6 ? random.nextInt(9) : 0, places[of]);
            boolean onceMore = log != 0 && random.nextInt(3) > 0;
            byte[] event = new byte[NOTE.maxLength()];
            int length = NOTE.encode(new Note(id++, "x".repeat(random.nextInt(200))), event, 0);
            int mask = Wire.mask(meta, log);
            int front = kind == Wire.EVENT ? Wire.length(mask) : Wire.FIXED_LENGTH;
            UnsafeBuffer all = new UnsafeBuffer(new byte[kind == Wire.EVENT ? front + length : front]);
            long contract = Wire.contract(NOTE.fingerprint()) ^ (isOther ? 1 : 0);
            Wire.begin(all, 0, kind, kind == Wire.EVENT ? mask : 0, contract, number, FIRST_SENDER + sender);
            if (kind == Wire.EVENT) {
                Wire.event(all, 0, mask, meta, 0);
                all.putBytes(front, event, 0, length);
                if (log != 0) {
                    Wire.log(all, 0, mask, log, onceMore);
                }
            }
            byte[] bytes = new byte[how == 3 ? 1 + random.nextInt(Wire.FIXED_LENGTH - 1) : all.capacity()];
            all.getBytes(0, bytes);
            return new Message(kind, isOther, number, FIRST_SENDER + sender, meta, log, onceMore, bytes, front);
        }
    }
}
