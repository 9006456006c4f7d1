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
     * Bounds the rows. At the bound a row of a new key goes to the dead letters, those already held stay as they are; unless
     * {@link #evictOldest} says otherwise.
     *
     * @param most the most keys at a time, of which each shard of a {@link KeyedStream#parallel parallel} section has its share;
     *     without this what the look-up's share of the state budget holds, or the bound of the keyed stream that the table is made of
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
     * Says which rows take the row of their key away instead of setting it: tombstones. What is gone is not remembered: a row that comes
     * later in the order of the input is the row again, whatever its time.
     *
     * @param condition asks the row; one for which it throws goes to the dead letters and changes nothing;
     *     a captured variable that changes is outside the log
     * @return a changed copy
     */
    public Table<T> deleteWhen(Condition<? super T> condition) {
        rows.topology.requireOpen();
        return new Table<>(name, rows, key, Objects.requireNonNull(condition, "condition"), evicts);
    }

    /**
     * At the bound of {@link #keysAtMost}, or of the state budget, a row of a new key takes the place of the row that was set
     * longest ago in the order of the input, instead of being refused. Looking a row up does not make it younger. Each row given
     * up is counted in the statistics ({@code evicted}); its key has no row then, or the default.
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
