package io.millrace.operators.aggregate;

/**
 * A text that is part of a key, read from its UTF-8 bytes into a buffer that is used again. Valid during the call; to
 * keep it, call {@link #toString}.
 */
public final class KeyText implements CharSequence {
    private char[] chars = new char[16];
    private int length;

    KeyText() {}

    @Override
    public int length() {
        return length;
    }

    @Override
    public char charAt(int index) {
        if (index < 0 || index >= length) {
            throw new IndexOutOfBoundsException("character " + index + " of a key of " + length);
        }
        return chars[index];
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return toString().subSequence(start, end);
    }

    @Override
    public String toString() {
        return new String(chars, 0, length);
    }

    /**
     * Writes the text as UTF-8.
     *
     * @param bytes what is written to
     * @param at    the index of the first byte
     * @return how many bytes were written
     */
    public int write(byte[] bytes, int at) {
        int to = at;
        for (int i = 0; i < length; i++) {
            int point = chars[i];
            if (Character.isHighSurrogate(chars[i]) && i + 1 < length) {
                point = Character.toCodePoint(chars[i], chars[++i]);
            }
            to = write(bytes, to, point);
        }
        return to - at;
    }

    private static int write(byte[] bytes, int at, int point) {
        if (point < 0x80) {
            bytes[at] = (byte) point;
            return at + 1;
        }
        int more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
        bytes[at] = (byte) (0xff00 >> more + 1 | point >> 6 * more);
        for (int i = 1; i <= more; i++) {
            bytes[at + i] = (byte) (0x80 | point >> 6 * (more - i) & 0x3f);
        }
        return at + 1 + more;
    }

    /**
     * Reads well-formed UTF-8, as keys have it.
     *
     * @param bytes what is read from
     * @param from  the index of the first byte
     * @param to    the index after the last byte
     */
    public void read(byte[] bytes, int from, int to) {
        if (chars.length < to - from) {
            chars = new char[to - from];
        }
        int n = 0;
        int at = from;
        while (at < to) {
            int b = bytes[at++];
            if (b >= 0) {
                chars[n++] = (char) b;
                continue;
            }
            int more = (b & 0xff) >= 0xf0 ? 3 : (b & 0xff) >= 0xe0 ? 2 : 1;
            int point = b & 0x3f >> more;
            for (int i = 0; i < more; i++) {
                point = point << 6 | bytes[at++] & 0x3f;
            }
            if (point < 0x10000) {
                chars[n++] = (char) point;
            } else {
                chars[n++] = Character.highSurrogate(point);
                chars[n++] = Character.lowSurrogate(point);
            }
        }
        length = n;
    }
}
