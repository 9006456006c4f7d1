package io.millrace.operators;

import io.millrace.event.Bytes;
import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.operator.Flow;
import io.millrace.state.KeyedRows;

/**
 * The one implementation of {@link Joined}, so that user code meets one class: what a look-up hands on, whose right side is
 * still in the rows of its state, and the view over stored bytes. One node, one thread; allocates nothing but what the view of
 * the right side makes (a record).
 *
 * <p>The row is copied out of the state and decoded when it is asked for, once: until then a look-up costs a find. When the row
 * is about to change before that, it is copied then: what was found for an event stays what it was.
 */
final class JoinedRow<L, R> implements Joined<L, R>, EventView<Joined<L, R>> {
    /** Columns of a row in the state: its length in bytes, then the bytes, eight a column. */
    static final int LENGTH = 0;

    static final int BYTES = 1;
    private static final int NONE = -1;

    /** In place of a slot: the row in hand has been copied, and the state has another one. */
    private static final int COPIED = -2;

    private final EventView<L> leftView;
    private final EventView<R> rightView;
    private final KeyedRows rows;
    private final byte[] scratch;
    private final R fallback;

    private L left;
    private boolean hasLeft = true;

    /** A left side that is shown as it stands in the stage's hand, a value; a place of its own, so that neither is written again and again. */
    private L leftInHand;

    private boolean isLeftInHand;
    private EventView<?> leftCursor;
    private boolean isRewinding;
    private byte[] leftBytes;
    private int leftOffset;
    private int leftLength;

    private boolean hasRight;
    private boolean isDecoded;
    private R right;
    private byte[] rightBytes;
    private int rightOffset;
    private int rightLength;

    private int slot = NONE;
    private int loaded = NONE;
    private R loadedRow;
    private boolean isWrapped;

    /** For a look-up. */
    JoinedRow(EventType<R> rightType, KeyedRows rows, int rowBytes, R fallback) {
        this.leftView = null;
        this.rightView = rightType.newView();
        this.rows = rows;
        this.scratch = new byte[rowBytes];
        this.rightBytes = scratch;
        this.fallback = fallback;
    }

    /** For stored bytes. */
    JoinedRow(EventType<L> leftType, EventType<R> rightType) {
        this.leftView = leftType.newView();
        this.rightView = rightType.newView();
        this.rows = null;
        this.scratch = null;
        this.fallback = null;
    }

    // ---- in a look-up

    /** Takes the entry in hand and the slot of the row found for it; negative for none. */
    Joined<L, R> set(Flow flow, int found) {
        L value = flow.value();
        if (left != value) { // as in Flow: a look is cheaper than what a write of a reference costs
            left = value;
        }
        if (leftBytes != flow.bytes()) {
            leftBytes = flow.bytes();
        }
        leftOffset = flow.offset();
        leftLength = flow.length();
        slot = found;
        hasRight = found >= 0;
        isDecoded = false;
        return this;
    }

    /** From now on this rewinds the entry in hand: its left side by what that was read from, if it may have been. */
    void cursor(Flow flow, boolean leftHasCursor) {
        leftCursor = leftHasCursor ? flow.cursor() : null;
        flow.cursor(this);
    }

    /** A row is about to change or go: that of the answer in hand is kept, and what was copied of another is old. */
    void beforeChange(int changed) {
        if (slot == changed) {
            load();
            slot = COPIED;
            loaded = COPIED;
        } else if (loaded == changed) {
            loaded = NONE;
        }
    }

    /** Copies the row out of the state, unless it is the one copied last. */
    private void load() {
        if (loaded == slot) {
            return;
        }
        long[] page = rows.page(slot);
        int base = rows.base(slot);
        rightLength = (int) page[base + LENGTH];
        Bytes.putLongs(scratch, 0, page, base + BYTES, rightLength + 7 >> 3);
        loaded = slot;
        isWrapped = false;
    }

    private R found() {
        if (rows == null) {
            return rightView.wrap(rightBytes, rightOffset, rightLength);
        }
        load();
        if (isWrapped) {
            rightView.rewind();
            return loadedRow;
        }
        R row = rightView.wrap(scratch, 0, rightLength);
        isWrapped = true; // not before: a record may throw
        if (loadedRow != row) { // a record is another one each time, a decoder never
            loadedRow = row;
        }
        return row;
    }

    // ---- over stored bytes

    @Override
    public Joined<L, R> wrap(byte[] bytes, int offset, int length) {
        int leftBytesLength = Bytes.getInt(bytes, offset);
        hasLeft = leftBytesLength != JoinedType.NO_LEFT;
        isLeftInHand = false;
        leftLength = hasLeft ? leftBytesLength : 0;
        L newLeft = hasLeft ? leftView.wrap(bytes, offset + JoinedType.HEAD, leftLength) : null;
        if (left != newLeft) {
            left = newLeft;
        }
        split(bytes, offset, length);
        return this;
    }

    /** As {@link #wrap} at index 0, where only the right side is another; what user code has done to the left view is put right. */
    Joined<L, R> withSameLeft(byte[] bytes, int length) {
        if (hasLeft) {
            L same = leftView.wrapAgain(bytes, JoinedType.HEAD, leftLength);
            if (left != same) {
                left = same;
            }
        }
        split(bytes, 0, length);
        return this;
    }

    /** As {@link #wrap} at index 0, where the left side is there already, as a value. */
    Joined<L, R> withLeft(L value, byte[] bytes, int length) {
        hasLeft = true;
        isLeftInHand = true;
        leftLength = Bytes.getInt(bytes, 0);
        if (leftInHand != value) {
            leftInHand = value;
        }
        split(bytes, 0, length);
        return this;
    }

    private void split(byte[] bytes, int offset, int length) {
        if (leftBytes != bytes) {
            leftBytes = bytes;
            rightBytes = bytes;
        }
        leftOffset = offset + JoinedType.HEAD;
        rightOffset = leftOffset + leftLength;
        rightLength = offset + length - rightOffset;
        byte what = bytes[offset + JoinedType.WHAT];
        hasRight = what == JoinedType.FOUND;
        isDecoded = what == JoinedType.NOTHING;
        if (isDecoded) {
            right = null; // else it is decoded before it is seen
        }
    }

    /** Ends where it began, too: what has no cursor leaves the one of an entry before, which may hold this. */
    @Override
    public void rewind() {
        if (isRewinding) {
            return;
        }
        isRewinding = true;
        if (leftView != null) {
            if (hasLeft && !isLeftInHand) {
                leftView.rewind();
            }
        } else if (leftCursor != null) {
            leftCursor.rewind();
        }
        rightView.rewind();
        isRewinding = false;
    }

    @Override
    public void cut() {
        if (leftView != null) {
            leftView.cut();
        }
        rightView.cut();
        left = null;
        leftInHand = null;
        right = null;
        isDecoded = true;
        hasRight = false;
        slot = NONE;
        loaded = NONE;
    }

    /** Writes the left side, by its bytes where they are known. */
    int encodeLeft(EventType<L> type, byte[] target, int at) {
        if (leftBytes == null) {
            return type.encode(left, target, at); // of a look-up
        }
        System.arraycopy(leftBytes, leftOffset, target, at, leftLength);
        return leftLength;
    }

    /** Writes what stands on the right side; it is there. */
    int encodeRight(EventType<R> type, byte[] target, int at) {
        if (rows != null && !hasRight) {
            return type.encode(fallback, target, at);
        }
        if (rows != null) {
            load();
        }
        System.arraycopy(rightBytes, rightOffset, target, at, rightLength);
        return rightLength;
    }

    // ---- what user code asks

    @Override
    public L left() {
        return isLeftInHand ? leftInHand : left;
    }

    @Override
    public boolean hasLeft() {
        return hasLeft;
    }

    @Override
    public R right() {
        if (!isDecoded) {
            R row = hasRight || rows == null ? found() : fallback;
            if (right != row) {
                right = row;
            }
            isDecoded = true;
        }
        return right;
    }

    @Override
    public boolean hasRight() {
        return hasRight;
    }

    @Override
    public String toString() {
        return "Joined[left=" + left() + ", right=" + right() + "]";
    }
}
