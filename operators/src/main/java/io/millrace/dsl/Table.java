package io.millrace.dsl;

import io.millrace.operators.Fn.Condition;
import io.millrace.topology.KeyInfo;
import java.util.Objects;

/**
 * The latest row of each key, for {@link KeyedStream#lookup}. Made by {@link TopologyBuilder#table}; valid while the topology
 * is being defined. Immutable: each setting answers a changed copy.
 *
 * <p>Each look-up keeps rows of its own, as large as the table: two look-ups in one table cost its memory twice.
 *
 * @param <T> the row
 */
public final class Table<T> {
    private final String name;
    private final KeyedStream<T> rows;
    private final KeyInfo key;
    private final Condition<? super T> deletes;

    Table(String name, KeyedStream<T> rows, KeyInfo key, Condition<? super T> deletes) {
        this.name = name;
        this.rows = rows;
        this.key = key;
        this.deletes = deletes;
    }

    /**
     * Bounds the rows. At the bound a row of a new key goes to the dead letters, those already held stay as they are.
     *
     * @param most the most keys at a time; without this what the look-up's share of the state budget holds, or the bound
     *     of the keyed stream that the table is made of
     * @return a changed copy
     */
    public Table<T> keysAtMost(int most) {
        if (most < 1) {
            rows.topology
                    .graph()
                    .problem("table " + name + " (" + Site.here() + "): at most " + most + " keys; use 1 or more");
            return this;
        }
        return new Table<>(name, rows, key.withAtMost(most), deletes);
    }

    /**
     * Says which rows take the row of their key away instead of setting it: tombstones.
     *
     * @param condition asks the row; one for which it throws goes to the dead letters and changes nothing
     * @return a changed copy
     */
    public Table<T> deleteWhen(Condition<? super T> condition) {
        return new Table<>(name, rows, key, Objects.requireNonNull(condition, "condition"));
    }

    String name() {
        return name;
    }

    KeyedStream<T> rows() {
        return rows;
    }

    KeyInfo key() {
        return key;
    }

    Condition<? super T> deletes() {
        return deletes;
    }
}
