package io.millrace.operators;

import io.millrace.event.EventType;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;

/** A value that a node keeps by reference, saved as the bytes of its type. */
final class SavedValue {
    private SavedValue() {}

    static <V> void save(EventType<V> type, V value, StateWriter to) {
        byte[] bytes = new byte[type.maxLength()];
        to.putBytes(bytes, 0, type.encode(value, bytes, 0));
    }

    static <V> V load(EventType<V> type, StateReader from) {
        byte[] bytes = new byte[type.maxLength()];
        int length = from.getBytes(bytes);
        String wrong = type.check(bytes, 0, length);
        if (wrong != null) {
            throw from.refused("its " + type + " cannot be read: " + wrong
                    + "; take another snapshot, or replay the log from its beginning");
        }
        return type.newView().wrap(bytes, 0, length);
    }
}
