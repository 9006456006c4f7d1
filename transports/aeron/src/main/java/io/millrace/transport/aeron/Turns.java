package io.millrace.transport.aeron;

import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.aeron.logbuffer.FrameDescriptor;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * Whose turn it is among the sessions that a subscription hears. A sender that has begun again on its journal is heard when what it had sent
 * before is read: the outputs of a journal come in their order then, and what is sent once more is known by the last that was heard. Who
 * has had its turn keeps it: a sender begins again when the one before is dead, so what that had sent was there, but for packets that
 * were lost on the way and come late.
 *
 * <p>A sender may also go on with another publication, which is another session, as it was cut off by its driver. It sends nothing once
 * more and numbers on, so what is missing is known: as long as something is, it is awaited of its older sessions, until these are at
 * their ends. Over UDP there may be nothing to read for a moment while the sender's driver has more. That is of sessions
 * that were heard: whose another one is its first frame says, and where that is not there to be read just now, as its packet was lost, it is
 * passed over. One thread.
 */
final class Turns {
    /** What a session sends: of which journal, and which outputs once more, from the first to the last. */
    private static final class Turn {
        private final int session;
        private final long log;
        private final long sender;
        private final long age;
        private long firstSequence = -1;
        private int firstOrdinal;
        private long lastSequence = -1;
        private int lastOrdinal;

        /** Who has begun again on that journal since. */
        private Turn next;

        Turn(int session, long log, long sender, long age) {
            this.session = session;
            this.log = log;
            this.sender = sender;
            this.age = age;
        }
    }

    private final Int2ObjectHashMap<Turn> all = new Int2ObjectHashMap<>();
    private final Consumer<Image> look = this::look;
    private final ControlledFragmentHandler peek = this::peek;

    /** The one heard last. */
    private Turn now;

    private long askedLog;
    private long askedSender;
    private long askedAge;

    /** Whether the sender that is asked about has sent something ahead of this that was not heard. */
    private boolean isMissing;

    private boolean waits;
    private boolean isThere;
    private boolean isAtEnd;

    /** Whether the frame that was looked at may be of the journal asked about, or of the sender. */
    private boolean isOfLog;

    private boolean isOfSender;

    /** Whether that session has had its turn, which it keeps; it is that of which the others answer then. */
    boolean goesOn(int session) {
        if (now != null && now.session == session) { // nearly always
            return true;
        }
        Turn turn = all.get(session);
        if (turn == null) {
            return false;
        }
        now = turn;
        return true;
    }

    /**
     * Whether the event of that session, of that journal (0 where there is none), is not to be heard yet; else the session is that of which
     * the others answer. The event is the next of its sender, or some of that were not heard. Behind {@link #goesOn}, which has said no.
     */
    boolean mustWait(Subscription of, int session, Object from, long log, long sender, boolean isNext) {
        long age = age(of, session, from);
        if ((log != 0 || !isNext) && waits(of, log, sender, !isNext, age)) {
            return true;
        }
        now = new Turn(session, log, sender, age); // a session is one sender's, and that of one journal
        begin(now);
        return false;
    }

    /** By the image that it was read from, which may have gone; of a session without any nothing is older. */
    private static long age(Subscription of, int session, Object from) {
        Image image = from instanceof Image i ? i : of.imageBySessionId(session);
        return image == null ? Long.MAX_VALUE : image.correlationId();
    }

    /** What it has not heard yet of those that were there before may be of the same journal, or sender. */
    private boolean waits(Subscription of, long log, long sender, boolean missing, long age) {
        askedLog = log;
        askedSender = sender;
        isMissing = missing;
        askedAge = age;
        waits = false;
        of.forEachImage(look);
        return waits;
    }

    private void look(Image image) {
        if (!waits && image.correlationId() < askedAge) { // a driver counts upwards
            Turn turn = all.get(image.sessionId());
            waits = turn == null ? isUnheard(image) : isUnread(image, turn);
        }
    }

    /** Whose it is, its first frame says. */
    private boolean isUnheard(Image image) {
        return isUnread(image) && (askedLog != 0 && isOfLog || isMissing && isOfSender);
    }

    private boolean isUnread(Image image, Turn of) {
        if (isMissing && of.sender == askedSender) {
            return isUnread(image) || !isAtEnd && !image.isClosed() && !image.isEndOfStream();
        }
        return askedLog != 0 && of.log == askedLog && isUnread(image);
    }

    private boolean isUnread(Image image) {
        isAtEnd = false;
        if (image.isClosed()) {
            return false;
        }
        long at = image.position();
        isThere = false;
        isOfLog = true; // padding may have anything behind it
        isOfSender = true;
        long to = image.controlledPeek(at, peek, at + image.termBufferLength());
        return isThere || to != at; // padding is read, too
    }

    /** An end is nothing that is waited for: it may wait for the very one that asks ({@link EndTurn}). */
    private Action peek(DirectBuffer buffer, int offset, int length, io.aeron.logbuffer.Header header) {
        isAtEnd = Wire.isEnd(buffer, offset, length);
        isThere = !isAtEnd;
        boolean isBegun = (header.flags() & FrameDescriptor.BEGIN_FRAG_FLAG) != 0;
        if (isBegun && length >= 0 && length <= buffer.capacity() - offset) { // of what is in the middle nobody knows
            boolean isOurs = Wire.wrong(buffer, offset, length) == null;
            boolean isEvent = isOurs && Wire.kind(buffer, offset) == Wire.EVENT;
            isOfSender = isOurs && Wire.sender(buffer, offset) == askedSender;
            isOfLog = isOurs && (!isEvent || Wire.log(buffer, offset, Wire.mask(buffer, offset)) == askedLog);
        }
        return Action.ABORT;
    }

    private void begin(Turn turn) {
        all.put(turn.session, turn);
        if (turn.log == 0) {
            return;
        }
        for (Turn other : all.values()) {
            if (other != turn && other.log == turn.log) {
                Turn older = other.age <= turn.age ? other : turn; // where nobody knows who was heard first
                Turn newer = older == turn ? other : turn;
                if (older.next == null || newer.age < older.next.age) {
                    older.next = newer;
                }
            }
        }
    }

    /** Whether its sender had been followed by another one when this came. */
    boolean isLate() {
        return now.next != null;
    }

    /** That output is sent once more. */
    void again(long sequence, int ordinal) {
        if (now.firstSequence < 0) {
            now.firstSequence = sequence;
            now.firstOrdinal = ordinal;
        }
        now.lastSequence = sequence;
        now.lastOrdinal = ordinal;
    }

    /** Whether the one that followed has sent that output once more. */
    boolean isSentAgain(long sequence, int ordinal) {
        Turn next = now.next;
        return next != null
                && (sequence > next.firstSequence || sequence == next.firstSequence && ordinal >= next.firstOrdinal)
                && (sequence < next.lastSequence || sequence == next.lastSequence && ordinal <= next.lastOrdinal);
    }

    /** A session that is there no longer, or is another one's now. */
    void end(int session) {
        all.remove(session);
        now = null;
    }

    /** None of those that were heard is there any longer. */
    void clear() {
        all.clear();
        now = null;
    }
}
