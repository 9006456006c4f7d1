package io.millrace.transport.file;

/** When a field must stand between quotes; for chars and for bytes alike. */
final class Quoting {
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private Quoting() {}

    static boolean isNeeded(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            if (isSpecial(text.charAt(i))) {
                return true;
            }
        }
        return text.length() > 0 && text.charAt(0) == BYTE_ORDER_MARK;
    }

    static boolean isNeeded(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (isSpecial(bytes[i])) {
                return true;
            }
        }
        return startsWithByteOrderMark(bytes, from, to);
    }

    static boolean startsWithByteOrderMark(byte[] bytes, int from, int to) {
        return to - from >= 3
                && bytes[from] == (byte) 0xEF
                && bytes[from + 1] == (byte) 0xBB
                && bytes[from + 2] == (byte) 0xBF;
    }

    static boolean isBlank(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isBlank(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    static boolean isBlank(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!isBlank(bytes[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSpecial(int c) {
        return c == ',' || c == '"' || c == '\n' || c == '\r';
    }

    private static boolean isBlank(int c) {
        return c == ' ' || c == '\t';
    }
}
