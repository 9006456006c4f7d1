package io.millrace.transport.file;

import java.util.Locale;

/** Foreign text made fit for a message of one line: no control characters, no endless values. */
final class Shown {
    private static final int VALUE_CHARS_MAX = 120;

    private Shown() {}

    /** A file name: whole, on one line. */
    static String name(CharSequence text) {
        return clean(text, Integer.MAX_VALUE);
    }

    /** A value: on one line, its tail cut off when it is long. */
    static String value(CharSequence text) {
        return clean(text, VALUE_CHARS_MAX);
    }

    /** So many fields, in words. */
    static String fields(int count) {
        return count == 1 ? "1 field" : count + " fields";
    }

    private static String clean(CharSequence text, int charsMax) {
        StringBuilder out = new StringBuilder();
        int end = Math.min(text.length(), charsMax);
        for (int i = 0; i < end; i++) {
            append(out, text.charAt(i));
        }
        return end < text.length() ? out.append("...").toString() : out.toString();
    }

    private static void append(StringBuilder out, char c) {
        switch (c) {
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                    out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                } else {
                    out.append(c);
                }
            }
        }
    }
}
