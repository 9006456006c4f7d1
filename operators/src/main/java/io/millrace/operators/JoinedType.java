package io.millrace.operators;

import io.millrace.event.Bytes;
import io.millrace.event.EventType;
import io.millrace.event.EventView;

/**
 * The layout of two events side by side, so that the pair can be kept, split and sent between threads.
 *
 * <pre>
 *  0   4   length of the left event, -1 for none
 *  4   4   what the right event is: 0 nothing, 1 the default, 2 what was found
 *  8   …   the left event
 *  …   …   the right event, to the end
 * </pre>
 *
 * @param <L> the type of the left side's event
 * @param <R> the type of the right side's event
 */
public final class JoinedType<L, R> extends EventType<Joined<L, R>> {
    /** Where the left event begins. */
    public static final int HEAD = 8;

    /** Where it says what the right event is. */
    public static final int WHAT = 4;

    /** There is no right event. */
    public static final byte NOTHING = 0;

    /** The right event is the default. */
    static final byte DEFAULT = 1;

    /** The right event was found. */
    public static final byte FOUND = 2;

    /** The length of the left event where there is none. */
    public static final int NO_LEFT = -1;

    /** The most bytes of a pair. */
    private static final int LENGTH_MAX = 1 << 20;

    private final EventType<L> left;
    private final EventType<R> right;

    JoinedType(EventType<L> left, EventType<R> right) {
        super("Joined<" + left.name() + "," + right.name() + ">", length(left, right));
        this.left = left;
        this.right = right;
    }

    /**
     * The layout of a pair.
     *
     * @param left  the type of the event; null if it is untyped
     * @param right the type of what stands beside it; null if it is untyped
     * @return null if one is untyped, or if both together are too long to be kept
     */
    public static EventType<?> of(EventType<?> left, EventType<?> right) {
        return left == null || right == null || length(left, right) > LENGTH_MAX ? null : new JoinedType<>(left, right);
    }

    /** The most bytes a pair takes. */
    static int length(EventType<?> left, EventType<?> right) {
        return HEAD + left.maxLength() + right.maxLength();
    }

    @Override
    public boolean hasCursor() {
        return left.hasCursor() || right.hasCursor();
    }

    @Override
    public EventView<Joined<L, R>> newView() {
        return new JoinedRow<>(left, right);
    }

    @Override
    public int encode(Joined<L, R> pair, byte[] target, int offset) {
        JoinedRow<L, R> own = pair instanceof JoinedRow<L, R> row ? row : null;
        int at = offset + HEAD;
        int leftLength = NO_LEFT;
        if (pair.hasLeft()) {
            leftLength = own != null ? own.encodeLeft(left, target, at) : left.encode(pair.left(), target, at);
            at += leftLength;
        }
        int what = pair.hasRight() ? FOUND : pair.right() != null ? DEFAULT : NOTHING;
        if (what != NOTHING) {
            at += own != null ? own.encodeRight(right, target, at) : right.encode(pair.right(), target, at);
        }
        Bytes.putInt(target, offset, leftLength);
        Bytes.putInt(target, offset + WHAT, what);
        return at - offset;
    }

    @Override
    public String check(byte[] bytes, int offset, int length) {
        if (length < HEAD || offset < 0 || offset > bytes.length - length) {
            return name() + ": " + length + " bytes, its head takes " + HEAD;
        }
        int leftLength = Bytes.getInt(bytes, offset);
        int what = Bytes.getInt(bytes, offset + WHAT);
        if (leftLength < NO_LEFT || leftLength > length - HEAD || what < NOTHING || what > FOUND) {
            return name() + ": " + length + " bytes, of which the left event has " + leftLength + "; right side "
                    + what;
        }
        int at = offset + HEAD + Math.max(0, leftLength);
        int rest = offset + length - at;
        if (what == NOTHING && rest != 0) {
            return name() + ": " + rest + " bytes where no right side is";
        }
        String wrong = leftLength == NO_LEFT ? null : left.check(bytes, offset + HEAD, leftLength);
        return wrong != null || what == NOTHING ? wrong : right.check(bytes, at, rest);
    }

    @Override
    public boolean hasSensitive() {
        return left.hasSensitive() || right.hasSensitive();
    }

    @Override
    public String layout() {
        return "left length@0, right is@4, left@" + HEAD + ": " + left.layout() + "; right: " + right.layout();
    }

    @Override
    public String text(byte[] bytes, int offset, int length) {
        int leftLength = length < HEAD ? Integer.MIN_VALUE : Bytes.getInt(bytes, offset);
        if (leftLength < NO_LEFT || leftLength > length - HEAD) {
            return name() + "[malformed: " + length + " bytes]";
        }
        int at = offset + HEAD + Math.max(0, leftLength);
        boolean nothing = bytes[offset + WHAT] == NOTHING;
        boolean noLeft = leftLength == NO_LEFT;
        return "Joined[left=" + (noLeft ? "nothing" : left.text(bytes, offset + HEAD, leftLength)) + ", right="
                + (nothing ? "nothing" : right.text(bytes, at, offset + length - at)) + "]";
    }
}
