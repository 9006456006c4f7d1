package io.millrace.operators.score;

import java.io.IOException;

/**
 * A model file that cannot be used. The message reads {@code SOURCE:LINE: what; the value; the cure}, on one line,
 * whatever stands in the file. It is an {@link IOException} so that who loads a model catches one type.
 */
public final class ModelFormatException extends IOException {
    private static final long serialVersionUID = 1L;
    /** Enough to recognise a value in its file; a hostile one must not fill the log. */
    private static final int SHOWN_CHARS_MAX = 60;

    /** Where the text came from. */
    private final String source;
    /** Line of the source, from 1. */
    private final int line;

    ModelFormatException(String source, int line, String what, String value, String cure) {
        super(source + ":" + line + ": " + printable(what) + "; " + printable(value) + "; " + cure);
        this.source = source;
        this.line = line;
    }

    /**
     * Returns where the text came from.
     *
     * @return the path as it was given, or the source name given with a reader
     */
    public String source() {
        return source;
    }

    /**
     * Returns the line at fault; for something that is missing, the line where its part of the file begins or ends.
     *
     * @return line number, the first line is 1
     */
    public int line() {
        return line;
    }

    /** Cut to a length that can be read, and to characters that can neither break a line nor drive a terminal. */
    private static String printable(String text) {
        if (text.isEmpty()) {
            return "(empty)";
        }
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), SHOWN_CHARS_MAX); i++) {
            char c = text.charAt(i);
            shown.append(c >= ' ' && c <= '~' ? c : '?');
        }
        return text.length() > SHOWN_CHARS_MAX ? shown.append("...").toString() : shown.toString();
    }
}
