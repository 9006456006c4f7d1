package io.millrace.operators;

import io.millrace.event.EventType;
import io.millrace.operator.GivenRow;

/** A row as descriptions show it. */
final class RowText {
    private RowText() {}

    static <R> String of(EventType<R> type, R row) {
        return new GivenRow<>(type, row).text();
    }
}
