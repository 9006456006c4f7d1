package io.millrace.operators.score;

/**
 * One line of a model's text, with the place it came from.
 *
 * @param source where the text came from
 * @param number line number, from 1
 * @param text the line without blanks at its ends
 */
record Line(String source, int number, String text) {
    /** What stands before the first '='; the whole line when there is none. */
    String key() {
        int equals = text.indexOf('=');
        return equals < 0 ? text : text.substring(0, equals);
    }

    /** What stands after the first '='; empty when there is none. */
    String value() {
        return text.substring(Math.min(text.length(), key().length() + 1));
    }

    boolean hasValue() {
        return text.indexOf('=') >= 0;
    }

    ModelFormatException refuse(String what, String value, String cure) {
        return new ModelFormatException(source, number, what, value, cure);
    }
}
