package io.millrace.operators.process;

import io.millrace.event.Reason;
import io.millrace.event.RefusedException;
import io.millrace.operators.Stored;

/** A text kept of a key, up to a declared number of bytes of UTF-8; empty for a new key. */
public class TextCells {
    // Columns: | length in bytes | bytes, 8 a long, zeroes at the end |
    private final KeyState state;
    private final String name;
    private final int column;
    private final int maxBytes;

    /**
     * Declares the state.
     *
     * @param state    the state of the process
     * @param name     unique in the process
     * @param maxBytes the most bytes of UTF-8, 1 to 4,096
     */
    protected TextCells(KeyState state, String name, int maxBytes) {
        if (maxBytes < 1 || maxBytes > 4096) {
            throw new IllegalArgumentException("text " + name + " of at most " + maxBytes + " bytes; use 1 to 4096");
        }
        this.state = state;
        this.name = name;
        this.maxBytes = maxBytes;
        column = state.field(name, "text(" + maxBytes + ")", 1 + Stored.words(maxBytes));
    }

    /**
     * Sets the text.
     *
     * @param text the text, not null
     * @throws RefusedException if it has too many bytes
     */
    public final void set(CharSequence text) {
        state.requireRunning(name);
        int bytes = Utf8.length(text);
        if (bytes > maxBytes) {
            throw new RefusedException(
                    Reason.OUT_OF_RANGE,
                    "text " + name + " has " + bytes + " bytes and holds " + maxBytes + "; raise its bound");
        }
        clear();
        state.set(column, bytes);
        int n = 0;
        for (int i = 0; i < text.length(); i++) {
            int point = Utf8.pointAt(text, i);
            i += Utf8.unitsOf(point) - 1;
            for (int b = 0; b < Utf8.bytesOf(point); b++) {
                put(n++, Utf8.byteOf(point, b));
            }
        }
    }

    private void put(int index, int value) {
        int at = column + 1 + (index >>> 3);
        state.set(at, state.get(at) | (value & 0xffL) << (index << 3));
    }

    private int byteAt(int index) {
        return (int) (state.get(column + 1 + (index >>> 3)) >>> (index << 3)) & 0xff;
    }

    /**
     * The text.
     *
     * @return a new string; {@link #appendTo} and {@link #is} make none
     */
    public final String get() {
        StringBuilder out = new StringBuilder();
        appendTo(out);
        return out.toString();
    }

    /**
     * Appends the text.
     *
     * @param out what it is appended to
     */
    public final void appendTo(StringBuilder out) {
        int length = (int) state.get(column);
        int at = 0;
        while (at < length) {
            int first = byteAt(at++);
            int more = Utf8.bytesBehind(first);
            int point = more == 0 ? first : first & 0x3f >> more;
            for (int i = 0; i < more; i++) {
                point = point << 6 | byteAt(at++) & 0x3f;
            }
            out.appendCodePoint(point);
        }
    }

    /**
     * Compares the text.
     *
     * @param text a text, not null
     * @return whether it is that text
     */
    public final boolean is(CharSequence text) {
        if (Utf8.length(text) != state.get(column)) {
            return false;
        }
        int n = 0;
        for (int i = 0; i < text.length(); i++) {
            int point = Utf8.pointAt(text, i);
            i += Utf8.unitsOf(point) - 1;
            for (int b = 0; b < Utf8.bytesOf(point); b++) {
                if (byteAt(n++) != (Utf8.byteOf(point, b) & 0xff)) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * Whether the text is empty.
     *
     * @return true for a new key
     */
    public final boolean isEmpty() {
        return state.get(column) == 0;
    }

    /** Makes the text empty. */
    public final void clear() {
        state.requireRunning(name);
        for (int at = column; at <= column + Stored.words(maxBytes); at++) {
            state.set(at, 0);
        }
    }
}
