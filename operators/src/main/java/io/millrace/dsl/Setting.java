package io.millrace.dsl;

import io.millrace.event.EventType;
import java.util.Objects;

/**
 * One row of parameters, the same for all events, until an event of its own input changes it at an exact place in the
 * order: {@code filter(rules, (payment, r) -> payment.cents() > r.limit())}. Made by {@link TopologyBuilder#setting};
 * valid while the topology is being defined.
 *
 * <p>Use it instead of a captured variable, which would be outside the log. Each word that reads a setting keeps a copy
 * of the row as its state, under a name made of the setting's name and the word: {@code rules.filter},
 * {@code rules.filter-2}, ….
 *
 * @param <S> the record
 */
public final class Setting<S extends Record> {
    private final String name;
    private final EventStream<S> changes;
    private final EventType<S> type;
    private final S initial;
    private int filters;
    private int maps;

    Setting(String name, EventStream<S> changes, EventType<S> type, S initial) {
        this.name = name;
        this.changes = changes;
        this.type = type;
        this.initial = initial;
    }

    String name() {
        return name;
    }

    EventStream<S> changes() {
        return changes;
    }

    EventType<S> type() {
        return type;
    }

    S initial() {
        return initial;
    }

    /** The name for a word that reads the setting; refuses null. */
    static String nextFilter(Setting<?> read) {
        Objects.requireNonNull(read, "setting");
        return read.numbered("filter", ++read.filters);
    }

    static String nextMap(Setting<?> read) {
        Objects.requireNonNull(read, "setting");
        return read.numbered("map", ++read.maps);
    }

    private String numbered(String word, int number) {
        return name + "." + word + (number == 1 ? "" : "-" + number);
    }
}
