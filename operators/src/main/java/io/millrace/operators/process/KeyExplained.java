package io.millrace.operators.process;

import io.millrace.event.EventType;
import io.millrace.operator.Account;
import io.millrace.operator.Taken;
import io.millrace.operators.Stored;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Tells the state of a key as a call of a handler has left it, field by field, and what was taken of the key last. */
final class KeyExplained {
    /** Of the events of a key, which the state may have been made of. */
    private static final int NEWEST = 16;

    private final KeyState state;
    private final List<EventType<?>> inputs;

    KeyExplained(KeyState state, List<EventType<?>> inputs) {
        this.state = state;
        this.inputs = inputs;
    }

    void tell(Account to) {
        Account fields = to.part("state");
        state.declared.fields().forEach((name, kind) -> field(fields, name, kind, state.declared.column(name)));
        for (int i = 0; i < inputs.size(); i++) {
            String which = inputs.size() == 1 ? "" : " by input " + i;
            to.events("what it took last of the key" + which, Taken.by(i).newest(NEWEST));
        }
    }

    private void field(Account to, String name, String kind, int column) {
        long[] row = state.row();
        if (kind.startsWith("output")) {
            return;
        }
        if (kind.startsWith("timer")) {
            timer(to, name, column);
        } else if (kind.startsWith("event")) {
            kept(to, name, name, row[column]);
        } else if (kind.startsWith("list")) {
            Account list = to.part(name);
            for (int i = 0; i < row[column]; i++) {
                kept(list, name, "event " + (i + 1), row[column + 1 + i]);
            }
        } else if (kind.startsWith("map")) {
            Account map = to.part(name);
            for (int i = 0; i < row[column]; i++) {
                Account entry = map.part("entry " + (i + 1));
                entry.value("key", row[column + 1 + 2 * i]);
                entry.value("value", row[column + 2 + 2 * i]);
            }
        } else {
            to.value(name, value(kind, row, column));
        }
    }

    private void timer(Account to, String name, int column) {
        if (state.row()[column + TimerSlots.HANDLE] == 0) {
            to.say(name, null);
        } else {
            to.time(name, state.row()[column + TimerSlots.DUE]);
        }
    }

    private static Object value(String kind, long[] row, int column) {
        if (kind.startsWith("double")) {
            return Double.longBitsToDouble(row[column]);
        }
        if (kind.startsWith("boolean")) {
            return row[column] != 0;
        }
        if (kind.startsWith("enum[")) {
            return kind.substring(5, kind.indexOf(']')).split(", ")[(int) row[column]];
        }
        if (kind.startsWith("text")) {
            byte[] bytes = new byte[Stored.words((int) row[column]) * Long.BYTES];
            int length = Stored.read(row, column, bytes, 0);
            return new String(bytes, 0, length, StandardCharsets.UTF_8);
        }
        return kind.startsWith("time") && row[column] == TimeCell.NEVER ? null : (Object) row[column];
    }

    private void kept(Account to, String field, String name, long held) {
        EventBlocks<?> blocks = state.declared.kept().stream()
                .filter(b -> b.name().equals(field))
                .findFirst()
                .orElseThrow();
        if (held == 0) {
            to.say(name, null);
            return;
        }
        EventType<?> type = blocks.type();
        byte[] bytes = new byte[Stored.words(type.maxLength()) * Long.BYTES];
        int length = blocks.copy(held, bytes);
        for (int i = 0; i < inputs.size(); i++) {
            if (inputs.get(i) != null && inputs.get(i).fingerprint() == type.fingerprint()) {
                to.event(name, Taken.by(i), bytes, 0, length);
                return;
            }
        }
        to.say(name, type.text(bytes, 0, length));
    }
}
