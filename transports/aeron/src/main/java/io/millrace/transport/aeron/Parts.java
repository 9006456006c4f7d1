package io.millrace.transport.aeron;

import io.aeron.BufferBuilder;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.logbuffer.Header;
import org.agrona.DirectBuffer;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * Messages in several parts, of each session the one in hand: handed on with its last part. Aeron's own assembler keeps what comes until an
 * end comes, and a writer that never sends one would fill the heap; here a message that is longer than any of Aeron's is given up, and the
 * rest of it passed over. One thread.
 */
final class Parts {
    /** A client of now writes an eighth of a term at most, and older ones a quarter where they had the stream for themselves. */
    private static final int LONGEST_OF_TERM = 4;

    /** What has come of a message. */
    private static final class Message {
        private final BufferBuilder bytes = new BufferBuilder();

        /** Where in the term the part behind the last one begins; one that begins elsewhere is of another message. */
        private int next;

        private boolean isBegun;

        private void begin() {
            bytes.reset();
            isBegun = true;
        }
    }

    private final Int2ObjectHashMap<Message> all = new Int2ObjectHashMap<>();
    private final ControlledFragmentHandler whole;
    private final ControlledFragmentHandler tooLong;

    /** Hands them on to the one, and to the other what there is of one that goes on for too long. */
    Parts(ControlledFragmentHandler whole, ControlledFragmentHandler tooLong) {
        this.whole = whole;
        this.tooLong = tooLong;
    }

    /** Of a message of a stream of such terms. */
    static int longest(int termBytes) {
        return Math.min(termBytes / LONGEST_OF_TERM, FrameDescriptor.MAX_MESSAGE_LENGTH);
    }

    /** One part; throws what those it is handed on to throw, and then it is to come again. */
    Action take(DirectBuffer buffer, int offset, int length, Header frame) {
        int session = frame.sessionId();
        byte flags = frame.flags();
        Message message = all.get(session);
        if ((flags & FrameDescriptor.BEGIN_FRAG_FLAG) != 0) {
            if (message == null) {
                message = new Message();
                all.put(session, message);
            }
            message.begin();
        } else if (message == null || !message.isBegun) {
            return Action.CONTINUE;
        } else if (frame.termOffset() != message.next) {
            message.isBegun = false; // a part in between was lost
            return Action.CONTINUE;
        }
        if (length > longest(buffer.capacity()) - message.bytes.limit()) {
            giveUp(message, buffer, offset, length, frame);
            all.remove(session);
            return Action.CONTINUE;
        }
        return add(message, buffer, offset, length, frame);
    }

    private Action add(Message to, DirectBuffer buffer, int offset, int length, Header frame) {
        int before = to.bytes.limit();
        to.bytes.append(buffer, offset, length);
        if ((frame.flags() & FrameDescriptor.END_FRAG_FLAG) == 0) {
            to.next = frame.nextTermOffset();
            return Action.CONTINUE;
        }
        Action done = whole.onFragment(to.bytes.buffer(), 0, to.bytes.limit(), frame);
        if (done != Action.ABORT) {
            to.isBegun = false;
        } else if (length > 0) { // a full builder takes its own end for none
            to.bytes.limit(before); // its last part comes again
        }
        return done;
    }

    private void giveUp(Message message, DirectBuffer buffer, int offset, int length, Header frame) {
        int before = message.bytes.limit();
        if (before == 0) {
            tooLong.onFragment(buffer, offset, length, frame);
        } else {
            tooLong.onFragment(message.bytes.buffer(), 0, before, frame);
        }
    }

    /** A session is there no longer. */
    void end(int session) {
        all.remove(session);
    }

    /** None is. */
    void clear() {
        all.clear();
    }
}
