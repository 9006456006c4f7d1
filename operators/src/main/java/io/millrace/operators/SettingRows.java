package io.millrace.operators;

import io.millrace.event.EventType;
import java.util.List;

/** What brings the changes of a setting has to bring its rows: they are handed to functions as they come. */
final class SettingRows {
    private SettingRows() {}

    static List<String> problems(EventType<?> rows, EventType<?> changes) {
        if (changes != null && changes.layout().equals(rows.layout()) && changes.recordClass() == rows.recordClass()) {
            return List.of();
        }
        return List.of("its setting has rows of " + rows.name() + ", and its input 1 brings "
                + (changes == null ? "untyped values" : changes.name()) + "; give it a stream of " + rows.name());
    }
}
