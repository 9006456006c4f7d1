package io.millrace.transport.aeron;

import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * Behind what an end is to be heard: all that was there of the other senders when it came. A sender that was killed is one of them, with
 * what it has left; one that lives and goes on sending holds the end up no longer than until that is read. What stands behind an end of its
 * own is not waited for: two ends would wait for each other. One thread.
 */
final class EndTurn {
    /** A sender, and the position up to which it is to be read. */
    private record Left(Image image, long position) {}

    private final List<Left> left = new ArrayList<>();
    private final ControlledFragmentHandler peek = this::peek;
    private boolean isKnown;
    private boolean isEnd;

    /** Whether the end that has come of that session is not to be heard yet. */
    boolean mustWait(Subscription of, int session) {
        if (!isKnown) {
            left.clear();
            of.forEachImage(image -> {
                if (image.sessionId() != session) {
                    left.add(new Left(image, sent(image)));
                }
            });
            isKnown = true; // not where one could not be looked through
        }
        left.removeIf(l -> l.image.isClosed() || l.image.position() >= l.position);
        return !left.isEmpty();
    }

    /**
     * Up to where there is something to read. A peek ends with its term, and Aeron takes none from beyond the term that is being read: the
     * next one can be looked at from its beginning only, and no sender is further ahead.
     */
    private long sent(Image image) {
        if (image.isClosed()) {
            return 0;
        }
        isEnd = false;
        long from = image.position();
        long most = from + image.termBufferLength();
        long to = image.controlledPeek(from, peek, most);
        boolean isAtNextTerm = to > from && (to & image.termBufferLength() - 1) == 0;
        return isAtNextTerm && !isEnd ? image.controlledPeek(to, peek, most) : to;
    }

    /** A frame whose length goes beyond its term is the last: the source fails there, and Aeron would look behind it for the next. */
    private Action peek(DirectBuffer buffer, int offset, int length, io.aeron.logbuffer.Header header) {
        if (length < 0 || length > buffer.capacity() - offset) {
            return Action.ABORT;
        }
        isEnd = Wire.isEnd(buffer, offset, length);
        return isEnd ? Action.ABORT : Action.CONTINUE;
    }

    /** No sender that was heard is there any longer. */
    void clear() {
        left.clear();
        isKnown = false;
    }
}
