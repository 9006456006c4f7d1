package io.millrace.operators.join;

import io.millrace.event.EventType;
import io.millrace.operator.Flow;
import io.millrace.operators.Pair;
import io.millrace.operators.Stored;
import io.millrace.state.Scratch;

/**
 * The bytes of the event in hand: looked at where the event was read from, or written here where it has none yet. Most events go by without
 * being kept, and many without a match, and of those nothing is copied.
 */
final class OwnBytes {
    @Scratch("of the event in hand")
    private final byte[] room;

    @Scratch("of the event in hand")
    private byte[] bytes;

    @Scratch("of the event in hand")
    private int offset;

    @Scratch("of the event in hand")
    private int length;

    /** Of an event of either type. */
    OwnBytes(EventType<?> left, EventType<?> right) {
        room = new byte[Stored.words(Math.max(left.maxLength(), right.maxLength())) * Long.BYTES];
    }

    /** Looks for those of the value in hand, which may throw where that has to be written first. */
    void see(Flow flow, EventType<Object> type) {
        byte[] there = flow.bytes();
        if (there == null) {
            offset = 0;
            length = type.encode(flow.value(), room, 0);
            there = room;
        } else {
            offset = flow.offset();
            length = flow.length();
        }
        if (bytes != there) { // a reference that is written costs more than a look
            bytes = there;
        }
    }

    int length() {
        return length;
    }

    /** The same from index 0, with room up to a whole long. */
    byte[] whole() {
        if (bytes != room) {
            System.arraycopy(bytes, offset, room, 0, length);
        }
        return room;
    }

    /** As the left side; it is still in the stage's hand whenever the pair is put there. */
    void toLeft(Pair pair, Flow flow) {
        pair.leftInHand(flow, bytes, offset, length);
    }

    void toRight(Pair pair) {
        pair.right(bytes, offset, length);
    }
}
