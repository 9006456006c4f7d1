package io.millrace.dsl;

import io.millrace.operators.Fn.Condition;
import io.millrace.topology.KeyInfo;
import java.util.Objects;

/**
 * A table: the latest row of each key, for {@link KeyedStream#lookup}. Made by {@link TopologyBuilder#table}; valid
 * while the topology is being defined. Immutable: each method returns a changed copy.
 *
 * <p>A table goes by the order of the input, never by event time; a row counts from its own entry on. Each look-up
 * keeps rows of its own, so two look-ups in one table cost its memory twice.
 *
 * @param <T> the type of the rows
 */
public final class Table<T> {
    private final String name;
    private final KeyedStream<T> rows;
    private final KeyInfo key;
    private final Condition<? super T> deletes;
    private final boolean evicts;

    Table(String name, KeyedStream<T> rows, KeyInfo key, Condition<? super T> deletes) {
        this(name, rows, key, deletes, false);
    }

    private Table(String name, KeyedStream<T> rows, KeyInfo key, Condition<? super T> deletes, boolean evicts) {
        this.name = name;
        this.rows = rows;
        this.key = key;
        this.deletes = deletes;
        this.evicts = evicts;
    }

    /**
     * Bounds the rows. At the bound a row of a new key goes to the dead letters ({@code over-bound}), and the rows
     * already held stay, unless you say {@link #evictOldest}.
     *
     * @param most the most keys at a time; each shard of a {@link KeyedStream#parallel parallel} section has its share
     *     of it. Without this, the bound of the keyed stream that the table is made of, or what the look-up's share of
     *     the state budget allows
     * @return a changed copy
     */
    public Table<T> keysAtMost(int most) {
        if (most < 1) {
            rows.topology
                    .graph()
                    .problem("table " + name + " (" + Site.here() + "): at most " + most + " keys; use 1 or more");
            return this;
        }
        KeyInfo bounded = key.withAtMost(most);
        boolean shared = rows.topology.graph().isParallel(rows.port());
        return new Table<>(name, rows, shared ? bounded.ofShard() : bounded, deletes, evicts);
    }

    /**
     * Says which rows take the row of their key away instead of setting it (tombstones). What is gone is not
     * remembered: a row that comes later in the order of the input is the row again, whatever its time.
     *
     * @param condition called with each row; a row for which it throws goes to the dead letters and changes nothing;
     *     a captured variable that changes is outside the log
     * @return a changed copy
     */
    public Table<T> deleteWhen(Condition<? super T> condition) {
        rows.topology.requireOpen();
        return new Table<>(name, rows, key, Objects.requireNonNull(condition, "condition"), evicts);
    }

    /**
     * At the bound of {@link #keysAtMost}, or of the state budget, evicts the row that was set longest ago in the order
     * of the input, instead of refusing a row of a new key. Looking a row up does not make it younger. Each eviction is
     * counted in the statistics ({@code evicted}); the evicted key then has no row, or the default row.
     *
     * @return a changed copy
     */
    public Table<T> evictOldest() {
        rows.topology.requireOpen();
        return new Table<>(name, rows, key, deletes, true);
    }

    boolean evicts() {
        return evicts;
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
