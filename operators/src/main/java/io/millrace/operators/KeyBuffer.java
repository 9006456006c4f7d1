package io.millrace.operators;

import io.millrace.event.Bytes;
import io.millrace.event.Reason;
import io.millrace.event.RefusedException;
import io.millrace.operator.Flow;
import java.util.Objects;

/**
 * The bytes of one key while it is written: a number as eight bytes, a text as UTF-8 after its length, so that no two
 * different lists of fields have the same bytes. It takes what an SBE decoder appends. Used by one node, on one thread;
 * allocates nothing.
 */
public final class KeyBuffer implements Appendable {
    private final byte[] bytes;
    private int length;
    private int textStart = -1;
    private Flow rewinds;

    /** The first half of a pair whose second has not come yet: text may be appended character by character; 0 for none. */
    private char half;

    KeyBuffer(int maxBytes) {
        bytes = new byte[maxBytes];
    }

    /** For events with a cursor: the function of the next field finds the event at its start. */
    void rewinds(Flow flow) {
        rewinds = flow;
    }

    private KeyBuffer endField() {
        if (rewinds != null) {
            rewinds.rewind();
        }
        return this;
    }

    void clear() {
        length = 0;
        textStart = -1;
        half = 0;
    }

    /** The key is whole. */
    void end() {
        writeHalf();
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /**
     * Appends a number, as eight bytes.
     *
     * @param number the number
     * @return this
     */
    public KeyBuffer number(long number) {
        writeHalf();
        require(8);
        Bytes.putLong(bytes, length, number);
        length += 8;
        return endField();
    }

    /**
     * Appends a text as a field of its own.
     *
     * @param text the text, not null
     * @return this
     */
    public KeyBuffer text(CharSequence text) {
        beginText();
        append(text);
        return endText();
    }

    /**
     * Begins a text that is appended piece by piece.
     *
     * @return this
     */
    public KeyBuffer beginText() {
        writeHalf();
        require(2);
        textStart = length;
        length += 2;
        return this;
    }

    /**
     * Ends a text.
     *
     * @return this
     */
    public KeyBuffer endText() {
        writeHalf();
        Bytes.putShort(bytes, textStart, (short) (length - textStart - 2));
        textStart = -1;
        return endField();
    }

    @Override
    public KeyBuffer append(CharSequence text) {
        return append(Objects.requireNonNull(text, "the text of a key is null"), 0, text.length());
    }

    @Override
    public KeyBuffer append(CharSequence text, int start, int end) {
        for (int i = start; i < end; i++) {
            append(text.charAt(i));
        }
        return this;
    }

    @Override
    public KeyBuffer append(char c) {
        if (half != 0 && Character.isLowSurrogate(c)) {
            codePoint(Character.toCodePoint(half, c));
            half = 0;
            return this;
        }
        writeHalf();
        if (Character.isHighSurrogate(c)) {
            half = c;
        } else {
            codePoint(c);
        }
        return this;
    }

    /** A half without its other one is written as it is: keys are compared, not read. */
    private void writeHalf() {
        if (half != 0) {
            codePoint(half);
            half = 0;
        }
    }

    private void codePoint(int c) {
        if (c < 0x80) {
            require(1);
            bytes[length++] = (byte) c;
        } else if (c < 0x800) {
            require(2);
            bytes[length++] = (byte) (0xc0 | c >> 6);
            bytes[length++] = (byte) (0x80 | c & 0x3f);
        } else if (c < 0x10000) {
            require(3);
            bytes[length++] = (byte) (0xe0 | c >> 12);
            bytes[length++] = (byte) (0x80 | c >> 6 & 0x3f);
            bytes[length++] = (byte) (0x80 | c & 0x3f);
        } else {
            require(4);
            bytes[length++] = (byte) (0xf0 | c >> 18);
            bytes[length++] = (byte) (0x80 | c >> 12 & 0x3f);
            bytes[length++] = (byte) (0x80 | c >> 6 & 0x3f);
            bytes[length++] = (byte) (0x80 | c & 0x3f);
        }
    }

    private void require(int more) {
        if (length + more > bytes.length) {
            throw new RefusedException(
                    Reason.OUT_OF_RANGE,
                    "a key has more than " + bytes.length
                            + " bytes (text counts two more than its UTF-8 length); shorten it, or declare more where the key is made (keyByText(n, …), text(n, …))");
        }
    }
}
