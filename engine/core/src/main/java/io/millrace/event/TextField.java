package io.millrace.event;

import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * ASCII text of a bounded length: its length in one byte (two when the bound is above 255), the characters, zeros.
 *
 * @param max the most characters
 */
record TextField(FieldName name, int offset, int max) implements RecordField {
    private static final long NOT_ASCII = 0x8080808080808080L;

    static int size(int max) {
        return head(max) + max;
    }

    private static int head(int max) {
        return max > 255 ? 2 : 1;
    }

    @Override
    public int size() {
        return size(max);
    }

    @Override
    public Class<?> type() {
        return String.class;
    }

    @Override
    public MethodHandle reader() {
        return RecordHandles.bound(this, "read", String.class, byte[].class, int.class);
    }

    @Override
    public MethodHandle writer() {
        return RecordHandles.bound(this, "write", void.class, byte[].class, int.class, String.class);
    }

    @Override
    public MethodHandle canonical() {
        return RecordHandles.bound(this, "canonical", String.class, String.class);
    }

    String read(byte[] bytes, int at) {
        // ISO 8859-1 is ASCII where check or write let the bytes through, and needs no second look at them.
        return new String(bytes, at + offset + head(max), length(bytes, at), StandardCharsets.ISO_8859_1);
    }

    void write(byte[] bytes, int at, String value) {
        int length = checkedLength(value);
        if (max > 255) {
            Bytes.putShort(bytes, at + offset, (short) length);
        } else {
            bytes[at + offset] = (byte) length;
        }
        int from = at + offset + head(max);
        for (int i = 0; i < length; i++) {
            bytes[from + i] = (byte) checkedChar(value, i);
        }
        Arrays.fill(bytes, from + length, from + max, (byte) 0);
    }

    String canonical(String value) {
        int length = checkedLength(value);
        for (int i = 0; i < length; i++) {
            checkedChar(value, i);
        }
        return value;
    }

    private int checkedLength(String value) {
        if (value == null) {
            throw name.missing();
        }
        if (value.length() > max) {
            throw name.outOfRange(
                    value,
                    "has " + value.length() + " characters, more than @Length(" + max
                            + ") allows; shorten it or raise @Length");
        }
        return value.length();
    }

    private char checkedChar(String value, int i) {
        char c = value.charAt(i);
        if (c > 127) {
            throw name.outOfRange(
                    value,
                    "has a character that is not ASCII at index " + i + ", and a text in a record "
                            + "holds only ASCII; replace the character, use an SBE message, or write an EventType of your own");
        }
        return c;
    }

    private int length(byte[] bytes, int at) {
        return max > 255 ? Bytes.getShort(bytes, at + offset) & 0xffff : bytes[at + offset] & 0xff;
    }

    @Override
    public String check(byte[] bytes, int at) {
        int length = length(bytes, at);
        if (length > max) {
            return name.malformed(length, "characters, but at most " + max + " fit");
        }
        int from = at + offset + head(max);
        if (!isAscii(bytes, from, from + length)) {
            return name + ": bytes that are not ASCII";
        }
        return RecordField.isZero(bytes, from + length, from + max) ? null : name + ": there are bytes behind its end";
    }

    private static boolean isAscii(byte[] bytes, int from, int to) {
        int i = from;
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            if ((Bytes.getLong(bytes, i) & NOT_ASCII) != 0) {
                return false;
            }
        }
        for (; i < to; i++) {
            if (bytes[i] < 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void appendValue(StringBuilder out, byte[] bytes, int at) {
        int from = at + offset + head(max);
        for (int i = 0; i < length(bytes, at); i++) {
            FieldName.appendPrintable(out, (char) (bytes[from + i] & 0xff));
        }
    }

    @Override
    public void appendLayout(StringBuilder out) {
        out.append(name.path()).append(" ascii(").append(max).append(")@").append(offset);
    }
}
