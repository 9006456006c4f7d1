package io.millrace.operators;

import io.millrace.event.Bytes;
import io.millrace.event.EventType;
import io.millrace.operator.Account;
import io.millrace.operator.Flow;
import io.millrace.operator.NodeContext;
import io.millrace.operator.Taken;
import io.millrace.state.Scratch;
import java.util.Arrays;

/**
 * The current pair of a node: its bytes, side by side, and the view that is sent. The left side is written before the
 * right, and stays when another right side is written.
 */
public final class Pair {
    private final byte[] bytes;
    private final int place;
    private final JoinedRow<Object, Object> view;
    private final boolean hasCursor;
    private final boolean isLeftValue;

    @Scratch("of the pair in hand")
    private boolean isLeftInHand;

    /** The view has been moved over the left side already: another right side was put beside it. */
    @Scratch("of the pair in hand")
    private boolean isLeftOpen;

    @Scratch("of the pair in hand")
    private int rightAt;

    private int length;

    /**
     * Empty.
     *
     * @param context of a node with two inputs, whose main output is pairs of an event of the first and, at the longest, one of the
     *     second
     */
    @SuppressWarnings("unchecked") // the main output is a pair
    public Pair(NodeContext context) {
        EventType<Joined<Object, Object>> type = (EventType<Joined<Object, Object>>) context.outputType(0);
        bytes = new byte[JoinedType.HEAD + room(context.inputType(0)) + room(context.inputType(1))];
        place = context.valuePlace();
        view = context.cutting((JoinedRow<Object, Object>) type.newView());
        hasCursor = type.hasCursor();
        isLeftValue = context.inputType(0).isValue();
    }

    /** Whole longs. */
    private static int room(EventType<?> type) {
        return Stored.words(type.maxLength()) * Long.BYTES;
    }

    /** Sets that there is no left side. */
    public void noLeft() {
        isLeftInHand = false;
        isLeftOpen = false;
        Bytes.putInt(bytes, 0, JoinedType.NO_LEFT);
        rightAt = JoinedType.HEAD;
    }

    /**
     * Sets the left side.
     *
     * @param page holds it, as {@link Stored} keeps bytes
     * @param at   the index of its first long
     */
    public void left(long[] page, int at) {
        setLeft(Stored.read(page, at, bytes, JoinedType.HEAD));
    }

    /**
     * Sets the left side.
     *
     * @param event       its bytes, from index 0
     * @param eventLength how many bytes
     */
    public void left(byte[] event, int eventLength) {
        System.arraycopy(event, 0, bytes, JoinedType.HEAD, eventLength);
        setLeft(eventLength);
    }

    /**
     * Sets the left side to the current event of the stage; {@link #put} sets it again each time. A value that was read
     * from its bytes is shown, so that nothing is decoded twice. A flyweight is not: user code may move what it is
     * shown, which would move the event of later pairs, and of others that get the same event.
     *
     * @param flow        the cell of the stage
     * @param event       holds the bytes
     * @param offset      the index of the first
     * @param eventLength how many bytes
     */
    public void leftInHand(Flow flow, byte[] event, int offset, int eventLength) {
        System.arraycopy(event, offset, bytes, JoinedType.HEAD, eventLength);
        setLeft(eventLength);
        isLeftInHand = isLeftValue && flow.bytes() != null;
    }

    private void setLeft(int leftLength) {
        isLeftInHand = false;
        isLeftOpen = false;
        Bytes.putInt(bytes, 0, leftLength);
        rightAt = JoinedType.HEAD + leftLength;
    }

    /**
     * Sets one side, without the other.
     *
     * @param isLeft      whether it is the left side
     * @param event       its bytes, from index 0
     * @param eventLength how many bytes
     */
    public void alone(boolean isLeft, byte[] event, int eventLength) {
        if (isLeft) {
            left(event, eventLength);
            noRight();
        } else {
            noLeft();
            right(event, 0, eventLength);
        }
    }

    /** Sets that there is no right side. */
    public void noRight() {
        Bytes.putInt(bytes, JoinedType.WHAT, JoinedType.NOTHING);
        length = rightAt;
    }

    /**
     * Sets the right side, which was found.
     *
     * @param page holds it, as {@link Stored} keeps bytes
     * @param at   the index of its first long
     */
    public void right(long[] page, int at) {
        Bytes.putInt(bytes, JoinedType.WHAT, JoinedType.FOUND);
        length = rightAt + Stored.read(page, at, bytes, rightAt);
    }

    /**
     * Sets the right side, which was found.
     *
     * @param event       holds its bytes
     * @param offset      the index of the first
     * @param eventLength how many bytes
     */
    public void right(byte[] event, int offset, int eventLength) {
        right(JoinedType.FOUND, event, offset, eventLength);
    }

    /**
     * Sets what is shown in place of a right side that was not found; the pair then has no right side all the same.
     *
     * @param event       its bytes, from index 0
     * @param eventLength how many bytes
     */
    public void fallback(byte[] event, int eventLength) {
        right(JoinedType.DEFAULT, event, 0, eventLength);
    }

    private void right(byte what, byte[] event, int offset, int eventLength) {
        Bytes.putInt(bytes, JoinedType.WHAT, what);
        System.arraycopy(event, offset, bytes, rightAt, eventLength);
        length = rightAt + eventLength;
    }

    /**
     * Reports what the current pair of the stage was made of.
     *
     * @param to    takes the report
     * @param left  where to look for the event of the left side
     * @param right where to look for the event of the right side
     */
    public void explain(Account to, Taken left, Taken right) {
        int leftLength = Bytes.getInt(bytes, 0);
        if (leftLength == JoinedType.NO_LEFT) {
            to.say("left", "nothing");
        } else {
            to.event("left", left, bytes, JoinedType.HEAD, leftLength);
        }
        int at = JoinedType.HEAD + Math.max(0, leftLength);
        switch (bytes[JoinedType.WHAT]) {
            case JoinedType.NOTHING -> to.say("right", "nothing");
            case JoinedType.FOUND -> to.event("right", right, bytes, at, length - at);
            default -> to.say("right", "nothing was found, and the default stands in its place");
        }
    }

    /**
     * Whether the stage's current value is this pair.
     *
     * @param flow the cell of the stage
     * @return false for something else that the node has sent
     */
    public boolean isIn(Flow flow) {
        return flow.bytes() == bytes;
    }

    /**
     * A copy of the right side.
     *
     * @return null if nothing was found
     */
    public byte[] foundRight() {
        int at = JoinedType.HEAD + Math.max(0, Bytes.getInt(bytes, 0));
        return bytes[JoinedType.WHAT] == JoinedType.FOUND ? Arrays.copyOfRange(bytes, at, length) : null;
    }

    /**
     * Makes the pair the current value of the stage.
     *
     * @param flow the cell of the stage
     */
    public void put(Flow flow) {
        flow.value(place, shown(flow), bytes, 0, length);
        if (hasCursor) {
            flow.cursor(view);
        }
    }

    private Object shown(Flow flow) {
        if (isLeftInHand) {
            return view.withLeft(flow.value(), bytes, length);
        }
        if (isLeftOpen) {
            return view.withSameLeft(bytes, length);
        }
        isLeftOpen = true;
        return view.wrap(bytes, 0, length);
    }
}
