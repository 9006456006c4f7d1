package io.millrace.operators.join;

import io.millrace.event.Bytes;
import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.operator.Flow;
import io.millrace.operator.NodeContext;
import io.millrace.operators.Joined;
import io.millrace.operators.JoinedType;
import io.millrace.operators.Stored;

/** The pair in hand: its bytes, side by side, and the view that goes on. The left side is written before the right. */
final class Pair {
    private final byte[] bytes;
    private final EventView<Joined<Object, Object>> view;
    private final boolean hasCursor;
    private int length;

    @SuppressWarnings("unchecked") // the output of a join is a pair
    Pair(NodeContext context) {
        EventType<Joined<Object, Object>> type = (EventType<Joined<Object, Object>>) context.outputType(0);
        bytes = new byte[JoinedType.HEAD + room(context.inputType(0)) + room(context.inputType(1))];
        view = context.cutting(type.newView());
        hasCursor = type.hasCursor();
    }

    /** Whole longs. */
    private static int room(EventType<?> type) {
        return Stored.words(type.maxLength()) * Long.BYTES;
    }

    void noLeft() {
        Bytes.putInt(bytes, 0, JoinedType.NO_LEFT);
        length = JoinedType.HEAD;
    }

    void left(long[] page, int at) {
        setLeft(Stored.read(page, at, bytes, JoinedType.HEAD));
    }

    void left(byte[] event, int eventLength) {
        System.arraycopy(event, 0, bytes, JoinedType.HEAD, eventLength);
        setLeft(eventLength);
    }

    private void setLeft(int leftLength) {
        Bytes.putInt(bytes, 0, leftLength);
        length = JoinedType.HEAD + leftLength;
    }

    void noRight() {
        Bytes.putInt(bytes, JoinedType.WHAT, JoinedType.NOTHING);
    }

    void right(long[] page, int at) {
        Bytes.putInt(bytes, JoinedType.WHAT, JoinedType.FOUND);
        length += Stored.read(page, at, bytes, length);
    }

    void right(byte[] event, int eventLength) {
        Bytes.putInt(bytes, JoinedType.WHAT, JoinedType.FOUND);
        System.arraycopy(event, 0, bytes, length, eventLength);
        length += eventLength;
    }

    /** Puts the pair into the stage's hand. */
    void put(Flow flow) {
        flow.value(view.wrap(bytes, 0, length), bytes, 0, length);
        if (hasCursor) {
            flow.cursor(view);
        }
    }
}
