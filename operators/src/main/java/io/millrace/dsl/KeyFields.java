package io.millrace.dsl;

import io.millrace.event.LongField;
import io.millrace.operators.Fn.TextField;
import io.millrace.operators.KeyBuffer;
import io.millrace.operators.KeyByBytes;
import java.util.ArrayList;
import java.util.List;

/**
 * The fields of a composite key, in order.
 *
 * @param <T> the event
 */
public final class KeyFields<T> {
    private static final int TEXT_BYTES = 64;

    private final List<KeyByBytes.KeyWriter<T>> parts = new ArrayList<>();
    private final StringBuilder kind = new StringBuilder();
    private int maxBytes;
    private LongField<? super T> first;

    KeyFields() {}

    /**
     * A number.
     *
     * @param field reads it
     * @return this
     */
    public KeyFields<T> number(LongField<? super T> field) {
        parts.add((t, key) -> key.number(field.of(t)));
        first = parts.size() == 1 ? field : first;
        return add("long", 8);
    }

    /**
     * A text, at most 62 bytes of UTF-8.
     *
     * @param field reads it
     * @return this
     */
    public KeyFields<T> text(TextField<? super T> field) {
        parts.add((t, key) -> key.text(field.of(t)));
        return add("text", TEXT_BYTES);
    }

    private KeyFields<T> add(String what, int bytes) {
        kind.append(kind.length() == 0 ? "" : ",").append(what);
        maxBytes += bytes;
        return this;
    }

    /** The field, when it is the only one and a number: then the key is that number, as with {@code keyBy(field)}. */
    LongField<? super T> onlyNumber() {
        return parts.size() == 1 ? first : null;
    }

    String kind() {
        return kind.toString();
    }

    int maxBytes() {
        return maxBytes;
    }

    KeyByBytes.KeyWriter<T> writer() {
        List<KeyByBytes.KeyWriter<T>> fields = List.copyOf(parts);
        return (T t, KeyBuffer key) -> {
            for (int i = 0; i < fields.size(); i++) {
                fields.get(i).write(t, key);
            }
        };
    }
}
