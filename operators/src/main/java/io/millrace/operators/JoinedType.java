package io.millrace.operators;

import io.millrace.event.Bytes;
import io.millrace.event.EventType;
import io.millrace.event.EventView;

/**
 * The layout of two events side by side, so that the pair can be kept, split and sent between threads.
 *
 * <pre>
 *  0   4   length of the left event
 *  4   4   what the right one is: 0 nothing, 1 the default, 2 what was found
 *  8   …   the left event
 *  …   …   the right event, to the end
 * </pre>
 */
final class JoinedType<L, R> extends EventType<Joined<L, R>> {
    static final int HEAD = 8;
    static final int WHAT = 4;
    static final byte NOTHING = 0;
    static final byte DEFAULT = 1;
    static final byte FOUND = 2;

    private final EventType<L> left;
    private final EventType<R> right;

    JoinedType(EventType<L> left, EventType<R> right) {
        super("Joined<" + left.name() + "," + right.name() + ">", length(left, right));
        this.left = left;
        this.right = right;
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
        int leftLength = own != null ? own.encodeLeft(left, target, at) : left.encode(pair.left(), target, at);
        at += leftLength;
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
        if (leftLength < 0 || leftLength > length - HEAD || what < NOTHING || what > FOUND) {
            return name() + ": " + length + " bytes, of which the left event has " + leftLength + "; right side "
                    + what;
        }
        int rest = length - HEAD - leftLength;
        if (what == NOTHING && rest != 0) {
            return name() + ": " + rest + " bytes where no right side is";
        }
        String wrong = left.check(bytes, offset + HEAD, leftLength);
        return wrong != null || what == NOTHING ? wrong : right.check(bytes, offset + HEAD + leftLength, rest);
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
        int leftLength = length < HEAD ? -1 : Bytes.getInt(bytes, offset);
        if (leftLength < 0 || leftLength > length - HEAD) {
            return name() + "[malformed: " + length + " bytes]";
        }
        int at = offset + HEAD + leftLength;
        boolean nothing = bytes[offset + WHAT] == NOTHING;
        return "Joined[left=" + left.text(bytes, offset + HEAD, leftLength) + ", right="
                + (nothing ? "nothing" : right.text(bytes, at, offset + length - at)) + "]";
    }
}
