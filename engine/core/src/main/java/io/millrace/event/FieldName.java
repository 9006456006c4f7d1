package io.millrace.event;

import java.util.HexFormat;

/**
 * What messages say of a component.
 *
 * @param type      the simple name of the event's record
 * @param path      the way from there to the component, such as {@code position.latitude}
 * @param sensitive whether its values appear as a hash only
 */
record FieldName(String type, String path, boolean sensitive) {
    private static final int SHOWN_MAX = 40;

    /** The name of a component of this one. */
    FieldName component(String component, boolean sensitiveToo) {
        return new FieldName(type, path.isEmpty() ? component : path + "." + component, sensitive || sensitiveToo);
    }

    /** A null that must not be. */
    RefusedException missing() {
        return new RefusedException(
                Reason.MISSING_VALUE, this + " is null; set it, or mark the component @Nullable if it may be absent");
    }

    /** A value that its bytes cannot hold. */
    RefusedException outOfRange(Object value, String why) {
        return new RefusedException(Reason.OUT_OF_RANGE, this + ": " + shown(value) + " " + why);
    }

    /** What {@code check} answers of bytes that are not a value of the component. */
    String malformed(long value, String why) {
        return this + ": " + (sensitive ? "a value" : value) + " " + why;
    }

    private String shown(Object value) {
        String text = String.valueOf(value);
        if (sensitive) {
            return SensitiveHash.of(text);
        }
        StringBuilder out = new StringBuilder();
        String quote = value instanceof CharSequence ? "\"" : "";
        out.append(quote);
        for (int i = 0; i < Math.min(text.length(), SHOWN_MAX); i++) {
            appendPrintable(out, text.charAt(i));
        }
        out.append(quote);
        return text.length() <= SHOWN_MAX ? out.toString() : out + "... (" + text.length() + " characters)";
    }

    /** Adds a character; one that could break a line or a terminal in its escaped form. */
    static void appendPrintable(StringBuilder out, char c) {
        if (c >= ' ' && c <= '~') {
            out.append(c);
        } else {
            out.append("\\u").append(HexFormat.of().toHexDigits(c));
        }
    }

    @Override
    public String toString() {
        return path.isEmpty() ? type : type + "." + path;
    }
}
