package io.millrace.transport.file;

/** UTF-8 by hand, into arrays that are there already. */
final class Utf8 {
    /** What stands for half a surrogate pair: U+FFFD. */
    private static final char REPLACEMENT = '\uFFFD';

    private Utf8() {}

    /** The index of the first byte that does not belong to well-formed UTF-8 (Unicode, table 3-7), or -1. */
    static int firstMalformed(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            int length = bytes[i] >= 0 ? 1 : sequenceLength(bytes, i, to);
            if (length == 0) {
                return i;
            }
            i += length;
        }
        return -1;
    }

    /** The length of the sequence that starts at i, or 0 when it is none. */
    private static int sequenceLength(byte[] bytes, int i, int to) {
        int first = bytes[i] & 0xFF;
        if (first < 0xC2 || first > 0xF4) {
            return 0;
        }
        int length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        if (to - i < length) {
            return 0;
        }
        int second = bytes[i + 1] & 0xFF;
        if (second < lowestSecond(first) || second > highestSecond(first)) {
            return 0;
        }
        for (int k = 2; k < length; k++) {
            if ((bytes[i + k] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return length;
    }

    /** Above the forms that would be longer than needed. */
    private static int lowestSecond(int first) {
        return first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    }

    /** Below the surrogates, and below what is beyond U+10FFFF. */
    private static int highestSecond(int first) {
        return first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    }

    /**
     * Decodes well-formed UTF-8.
     *
     * @param chars has room for one char a byte
     * @return the number of chars
     */
    static int decode(byte[] bytes, int from, int to, char[] chars) {
        int length = 0;
        int i = from;
        while (i < to) {
            int b = bytes[i++];
            if (b >= 0) {
                chars[length++] = (char) b;
            } else if (b < (byte) 0xE0) {
                chars[length++] = (char) ((b & 0x1F) << 6 | bytes[i++] & 0x3F);
            } else if (b < (byte) 0xF0) {
                chars[length++] = (char) ((b & 0x0F) << 12 | (bytes[i++] & 0x3F) << 6 | bytes[i++] & 0x3F);
            } else {
                int point = (b & 0x07) << 18 | (bytes[i++] & 0x3F) << 12 | (bytes[i++] & 0x3F) << 6 | bytes[i++] & 0x3F;
                chars[length++] = Character.highSurrogate(point);
                chars[length++] = Character.lowSurrogate(point);
            }
        }
        return length;
    }

    /**
     * Encodes the character at i.
     *
     * @param bytes has room for four more
     * @return the new end; the caller goes on one char further, or two behind a surrogate pair
     */
    static int encode(CharSequence text, int i, byte[] bytes, int end) {
        char c = text.charAt(i);
        if (isPair(text, i)) {
            int point = Character.toCodePoint(c, text.charAt(i + 1));
            bytes[end] = (byte) (0xF0 | point >> 18);
            bytes[end + 1] = (byte) (0x80 | point >> 12 & 0x3F);
            bytes[end + 2] = (byte) (0x80 | point >> 6 & 0x3F);
            bytes[end + 3] = (byte) (0x80 | point & 0x3F);
            return end + 4;
        }
        return encodeChar(Character.isSurrogate(c) ? REPLACEMENT : c, bytes, end);
    }

    private static int encodeChar(char c, byte[] bytes, int end) {
        if (c < 0x80) {
            bytes[end] = (byte) c;
            return end + 1;
        }
        if (c < 0x800) {
            bytes[end] = (byte) (0xC0 | c >> 6);
            bytes[end + 1] = (byte) (0x80 | c & 0x3F);
            return end + 2;
        }
        bytes[end] = (byte) (0xE0 | c >> 12);
        bytes[end + 1] = (byte) (0x80 | c >> 6 & 0x3F);
        bytes[end + 2] = (byte) (0x80 | c & 0x3F);
        return end + 3;
    }

    /** Whether a whole surrogate pair stands at i. */
    static boolean isPair(CharSequence text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
    }
}
