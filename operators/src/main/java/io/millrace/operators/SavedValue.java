package io.millrace.operators;

import io.millrace.event.EventType;
import io.millrace.operator.Account;
import io.millrace.operator.Taken;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;

/** A value that a node keeps by reference, saved and shown as the bytes of its type. */
final class SavedValue {
    private SavedValue() {}

    static <V> void save(EventType<V> type, V value, StateWriter to) {
        byte[] bytes = new byte[type.maxLength()];
        to.putBytes(bytes, 0, type.encode(value, bytes, 0));
    }

    /** Tells the row of a setting, and the event that set it: it comes by input 1. */
    static <V> void explain(EventType<V> type, V value, Account to) {
        to.say("setting", RowText.of(type, value));
        to.events("set by", Taken.by(1).ofAnyKey().newest(1));
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
