package io.millrace.dsl;

import io.millrace.event.LongField;
import io.millrace.operators.Fn.TextField;
import io.millrace.operators.Fn.Writer;
import io.millrace.operators.KeyBuffer;
import io.millrace.operators.KeyByBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The fields of a key, in order.
 *
 * @param <T> the type of the events
 */
public final class KeyFields<T> {
    /** The most bytes of a text, unless declared. */
    static final int TEXT_BYTES_MAX = 62;

    /** The bytes before a text in a key, for its length. */
    static final int TEXT_HEAD = 2;

    /** The most bytes that may be declared: a key is part of each row of state, and a row fits a page. */
    private static final int DECLARED_BYTES_MAX = 1024;

    private final List<KeyByBytes.KeyWriter<T>> parts = new ArrayList<>();
    private final StringBuilder kind = new StringBuilder();
    private int maxBytes;
    private LongField<? super T> first;
    private String problem;

    KeyFields() {}

    /**
     * Adds a number.
     *
     * @param field reads the number; a captured variable that changes is outside the log
     * @return this
     */
    public KeyFields<T> number(LongField<? super T> field) {
        Objects.requireNonNull(field, "field");
        parts.add((t, key) -> key.number(field.of(t)));
        first = parts.size() == 1 ? field : first;
        return add("long", 8);
    }

    /**
     * Adds a text of at most 62 bytes of UTF-8. An event with a longer text goes to the dead letters.
     *
     * @param field reads the text; a captured variable that changes is outside the log
     * @return this
     */
    public KeyFields<T> text(TextField<? super T> field) {
        parts.add(oneText(field));
        return add("text", TEXT_HEAD + TEXT_BYTES_MAX);
    }

    /**
     * Adds a text with a maximum length of your own.
     *
     * @param mostBytes the most bytes of UTF-8, 1 to 1,024; each key that is held takes so much room
     * @param field     reads the text; an event with a longer one goes to the dead letters;
     *     a captured variable that changes is outside the log
     * @return this
     */
    public KeyFields<T> text(int mostBytes, TextField<? super T> field) {
        problem = problem == null ? problem(mostBytes) : problem;
        parts.add(oneText(field));
        return add("text", TEXT_HEAD + mostBytes);
    }

    static String problem(int mostBytes) {
        return mostBytes >= 1 && mostBytes <= DECLARED_BYTES_MAX
                ? null
                : "a key text of up to " + mostBytes + " bytes; use 1 to " + DECLARED_BYTES_MAX;
    }

    /** What is wrong with the list, in words; or null. */
    String problem() {
        if (parts.isEmpty()) {
            return "keyByFields names no field; add number(..) or text(..)";
        }
        if (problem == null && maxBytes > 4 * DECLARED_BYTES_MAX) {
            return "keyByFields makes keys of up to " + maxBytes + " bytes; use at most " + 4 * DECLARED_BYTES_MAX;
        }
        return problem;
    }

    private KeyFields<T> add(String what, int bytes) {
        kind.append(kind.length() == 0 ? "" : ",").append(what);
        maxBytes += bytes;
        return this;
    }

    /** The field, if it is the only one and a number: then the key is that number, as with {@code keyBy(field)}. */
    LongField<? super T> onlyNumber() {
        return parts.size() == 1 ? first : null;
    }

    String kind() {
        return kind.toString();
    }

    int maxBytes() {
        return maxBytes;
    }

    /** A key that is two numbers. */
    static <T> KeyByBytes.KeyWriter<T> pair(LongField<? super T> first, LongField<? super T> second) {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(second, "second");
        return (t, k) -> k.number(first.of(t)).number(second.of(t));
    }

    /** A key that is one text. */
    static <T> KeyByBytes.KeyWriter<T> oneText(TextField<? super T> key) {
        Objects.requireNonNull(key, "key");
        return (t, k) -> k.text(key.of(t));
    }

    /** A key that is one text, appended. */
    static <T> KeyByBytes.KeyWriter<T> appended(Writer<? super T, ? super Appendable> key) {
        Objects.requireNonNull(key, "key");
        return (t, k) -> {
            k.beginText();
            key.write(t, k);
            k.endText();
        };
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
