package io.millrace.operators.process;

/** UTF-8 of a text, character by character, without an object. A lone surrogate becomes a question mark. */
final class Utf8 {
    private Utf8() {}

    static int length(CharSequence text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            int point = pointAt(text, i);
            i += unitsOf(point) - 1;
            bytes += bytesOf(point);
        }
        return bytes;
    }

    static int pointAt(CharSequence text, int i) {
        char c = text.charAt(i);
        if (!Character.isSurrogate(c)) {
            return c;
        }
        if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
            return Character.toCodePoint(c, text.charAt(i + 1));
        }
        return '?';
    }

    static int unitsOf(int point) {
        return point < 0x10000 ? 1 : 2;
    }

    static int bytesOf(int point) {
        return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    }

    /** Byte {@code i} of the form of a character. */
    static int byteOf(int point, int i) {
        int bytes = bytesOf(point);
        if (bytes == 1) {
            return point;
        }
        int bits = point >>> 6 * (bytes - 1 - i);
        return i > 0 ? 0x80 | bits & 0x3f : 0xf00 >> bytes & 0xf0 | bits;
    }

    /** How many bytes follow a first one. */
    static int bytesBehind(int first) {
        return first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    }
}
