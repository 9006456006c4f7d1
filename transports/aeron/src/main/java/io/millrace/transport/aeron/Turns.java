package io.millrace.transport.aeron;

import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * Whose turn it is among the senders that a subscription hears. One that has begun again on its journal is heard when what it had sent
 * before is read: the outputs of a journal come in their order then, and what is sent once more is known by the last that was heard. Who
 * has had its turn keeps it: a sender begins again when the one before is dead, so what that had sent was there, but for packets that
 * were lost on the way and come late. One thread.
 */
final class Turns {
    /** What a session sends: of which journal, and which outputs once more, from the first to the last. */
    private static final class Turn {
        private final int session;
        private final long log;
        private final long age;
        private long firstSequence = -1;
        private int firstOrdinal;
        private long lastSequence = -1;
        private int lastOrdinal;

        /** Who has begun again on that journal since. */
        private Turn next;

        Turn(int session, long log, long age) {
            this.session = session;
            this.log = log;
            this.age = age;
        }
    }

    private final Int2ObjectHashMap<Turn> all = new Int2ObjectHashMap<>();
    private final Consumer<Image> look = this::look;
    private final ControlledFragmentHandler peek = this::peek;

    /** The one heard last. */
    private Turn now;

    private long askedLog;
    private long askedAge;
    private boolean waits;
    private boolean isThere;

    /**
     * Whether the event of that session, of that journal (0 where there is none), is not to be heard yet; else the session is that of which
     * the others answer.
     */
    boolean mustWait(Subscription of, int session, long log) {
        if (now != null && now.session == session) { // nearly always
            return false;
        }
        Turn turn = all.get(session);
        if (turn == null) { // a session is one sender's, and that of one journal
            Image image = of.imageBySessionId(session);
            long age = image == null ? Long.MAX_VALUE : image.correlationId();
            if (log != 0 && waits(of, log, age)) {
                return true;
            }
            turn = new Turn(session, log, age);
            begin(turn);
        }
        now = turn;
        return false;
    }

    /** What it has not heard yet of those that were there before may be of the same journal. */
    private boolean waits(Subscription of, long log, long age) {
        askedLog = log;
        askedAge = age;
        waits = false;
        of.forEachImage(look);
        return waits;
    }

    private void look(Image image) {
        if (!waits && image.correlationId() < askedAge) { // a driver counts upwards
            Turn of = all.get(image.sessionId());
            waits = (of == null || of.log == askedLog) && isUnread(image);
        }
    }

    private boolean isUnread(Image image) {
        if (image.isClosed()) {
            return false;
        }
        long at = image.position();
        isThere = false;
        long to = image.controlledPeek(at, peek, at + image.termBufferLength());
        return isThere || to != at; // padding is read, too
    }

    /** An end is nothing that is waited for: it may wait for the very one that asks ({@link EndTurn}). */
    private Action peek(DirectBuffer buffer, int offset, int length, io.aeron.logbuffer.Header header) {
        isThere = !Wire.isEnd(buffer, offset, length);
        return Action.ABORT;
    }

    private void begin(Turn turn) {
        all.put(turn.session, turn);
        if (turn.log == 0) {
            return;
        }
        for (Turn other : all.values()) {
            if (other != turn && other.log == turn.log) {
                Turn older = other.age < turn.age ? other : turn;
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
