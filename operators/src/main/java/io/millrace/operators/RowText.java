package io.millrace.operators;

import io.millrace.event.EventType;
import io.millrace.event.RefusedException;

/** A row as descriptions show it: by its layout, so that fields marked as sensitive appear as a hash. */
final class RowText {
    private RowText() {}

    static <R> String of(EventType<R> type, R row) {
        try {
            byte[] bytes = new byte[type.maxLength()];
            return type.text(bytes, 0, type.encode(row, bytes, 0));
        } catch (RefusedException e) {
            return "a row that does not fit " + type.name(); // which build() says, with the reason
        }
    }
}
