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
        String due = rows.name();
        String got = changes == null ? "untyped values" : changes.name();
        if (got.equals(due)) { // says nothing of what they differ by
            boolean oneClass = changes.recordClass() == rows.recordClass();
            due = oneClass ? withLayout(rows) : withClass(rows);
            got = oneClass ? withLayout(changes) : withClass(changes);
            got += got.equals(due) ? " of another class loader" : "";
        }
        return List.of(
                "its setting has rows of " + due + ", and its input 1 brings " + got + "; give it a stream of " + due);
    }

    private static String withLayout(EventType<?> type) {
        return type.name() + " (" + type.layout() + ")";
    }

    private static String withClass(EventType<?> type) {
        return type.recordClass() == null
                ? withLayout(type) + ", which is no record"
                : type.name() + " (" + type.recordClass().getName() + ")";
    }
}
