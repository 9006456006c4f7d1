package io.millrace.transport.file;

import io.millrace.event.SensitiveHash;
import java.nio.charset.StandardCharsets;

/** The field that is being read: its bytes, and its column for messages. One a row object, set again for each field. */
final class Cell {
    byte[] bytes;
    int from;
    int to;
    String column;

    /** Whether messages show a hash in place of the value. */
    boolean isSensitive;

    Cell set(String newColumn, byte[] newBytes, int newFrom, int newTo) {
        column = newColumn;
        bytes = newBytes;
        from = newFrom;
        to = newTo;
        return this;
    }

    int length() {
        return to - from;
    }

    String text() {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    /** Refuses the value: "COLUMN 'value' is not what it should be". */
    RowProblem malformed(String expected) {
        return new RowProblem(DeadLetterReason.MALFORMED, describe() + " is not " + expected);
    }

    RowProblem outOfRange(String bounds) {
        return new RowProblem(DeadLetterReason.OUT_OF_RANGE, describe() + " is not " + bounds);
    }

    RowProblem missing() {
        return new RowProblem(DeadLetterReason.MISSING_VALUE, column + " is empty");
    }

    private String describe() {
        return column + " '" + (isSensitive ? SensitiveHash.of(bytes, from, length()) : Shown.value(text())) + "'";
    }
}
