package io.millrace.dsl;

import io.millrace.event.LongField;
import io.millrace.operators.Fn.TextField;
import io.millrace.operators.KeyByBytes;
import io.millrace.operators.window.GroupOperator;
import io.millrace.topology.KeyInfo;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The groups of a table's rows, before you say what is computed of them: {@link KeyedStream#group}. Say which group a
 * row belongs to ({@link #by}, {@link #byText} or {@link #byFields}), and call {@link #aggregate} last.
 *
 * @param <T> the type of the rows
 */
public final class Grouped<T> {
    private final KeyedStream<T> rows;
    private final String name;
    private final String site;
    private final Begun begun;

    private final KeyFields<T> fields = new KeyFields<>();
    private boolean isSaid;
    private int most;
    private Duration forgetAfter;

    Grouped(KeyedStream<T> rows, String name, String site) {
        this.rows = rows;
        this.name = rows.topology.given(name);
        this.site = site;
        begun = rows.topology.begin(name, site, "nothing is computed of its groups; say by what, and aggregate(..)");
    }

    /**
     * Groups rows by a number.
     *
     * @param group reads the number; a captured variable that changes is outside the log
     * @return this
     */
    public Grouped<T> by(LongField<? super T> group) {
        return byFields(fields -> fields.number(Objects.requireNonNull(group, "group")));
    }

    /**
     * Groups rows by a text of at most 62 bytes of UTF-8. A row with a longer one goes to the dead letters, and its key
     * keeps the row that it had.
     *
     * @param group reads the text; a captured variable that changes is outside the log
     * @return this
     */
    public Grouped<T> byText(TextField<? super T> group) {
        return byFields(fields -> fields.text(Objects.requireNonNull(group, "group")));
    }

    /**
     * Groups rows by several fields.
     *
     * @param group lists the fields
     * @return this
     */
    public Grouped<T> byFields(Consumer<KeyFields<T>> group) {
        if (isSaid) {
            problem("is told twice what its groups are; use byFields with all of it");
        }
        isSaid = true;
        Objects.requireNonNull(group, "group").accept(fields);
        return this;
    }

    /**
     * Bounds the groups that there are at a time. A row that needs one more goes to the dead letters, and its key keeps
     * the row that it had.
     *
     * @param mostGroups the most groups, 1 or more; without this, as many as there may be rows
     * @return this
     */
    public Grouped<T> groupsAtMost(int mostGroups) {
        begun.requireFirst(rows.topology.graph());
        if (mostGroups < 1) {
            problem("groupsAtMost(" + mostGroups + "); use 1 or more");
            return this;
        }
        most = mostGroups;
        return this;
    }

    /**
     * Makes a row final some time after it was set, so that the groups can run for ever. A final row stays in the
     * results of its group, but nothing else is kept of it.
     *
     * <p><b>When a row is final.</b> A row has the time of the entry that set it last. It is final once progress has
     * reached that time plus {@code time}. What comes for its key later is a new row, which counts beside it; so take a
     * time longer than a row may still change. Directly after a window any positive time will do: a window holds
     * progress back as long as its results may be revised.
     *
     * <p><b>Late changes.</b> A change that sets a row or takes one away is late once its own time is final, whatever
     * row there is, and goes to the dead letters. After a {@code changelog}, so does a retraction of a final row.
     * Elsewhere a retraction that is in time and finds no row changes nothing, since there may never have been one.
     *
     * <p><b>Rows that cannot be added</b>, because a sum does not fit 64 bits or an aggregate of your own throws,
     * cannot be taken out once they are final. Nothing is told of their group until the group is forgotten.
     *
     * <p><b>When a group is forgotten.</b> When the newest time that any of its rows ever had there is final; deleted
     * and moved rows count. Its last result stands and is not taken back. A row that comes later begins the group anew.
     *
     * @param time positive, in event time; without this every row is kept until it is taken back
     * @return this
     */
    public Grouped<T> forgetAfter(Duration time) {
        begun.requireFirst(rows.topology.graph());
        if (time.isZero() || time.isNegative()) {
            problem("forgetAfter(" + time + "); use a positive time");
            return this;
        }
        forgetAfter = time;
        return this;
    }

    /**
     * Computes aggregates of the rows of each group.
     *
     * <p><b>Results.</b> The first row of a group gives an insert, a changed result a replacement. When the last row
     * goes, a retraction carries what was told last. The window of a group is all of time, and its revision begins at 0
     * again when its last row has gone.
     *
     * <p><b>Ties.</b> Of rows with one time, or that compare as equal, the one that was set first comes first: by the
     * sequence of the entry that set it last, and within one entry by the order in which they came. A row that is set
     * again, even unchanged, takes its turn anew.
     *
     * <p><b>Order.</b> The rows of a group are in no order. An aggregate of your own gets them, and sums of them, in
     * any order; if it needs one, it must read it ({@code readsSequence}) and keep it. The last bits of a sum of
     * doubles depend on it too.
     *
     * <p><b>Results that fail.</b> While a sum does not fit, or an aggregate of your own throws, nothing is told of the
     * group. What was told stands, and each row that changes the group goes to the dead letters although it is kept; do
     * not redrive those.
     *
     * @param aggregates makes the object that declares the aggregates, a new one at each call; called several times at
     *     build and once for each node and view
     * @param <A>        its class, which is also the result: valid during the call
     * @return a table with the group as its key
     */
    public <A extends Aggregates<T>> KeyedStream<A> aggregate(Supplier<A> aggregates) {
        begun.complete();
        KeyInfo key = new KeyInfo(fields.kind(), fields.onlyNumber() != null ? 0 : fields.maxBytes(), most, site);
        return rows.grouped(name, () -> operator(key, aggregates), key.withAtMost(0), site);
    }

    private <A extends Aggregates<T>> GroupOperator<T, A> operator(KeyInfo key, Supplier<A> aggregates) {
        if (!isSaid) {
            throw new IllegalArgumentException(
                    "group(..) does not say by what; add by(..), byText(..) or byFields(..)");
        }
        if (fields.problem() != null) {
            throw new IllegalArgumentException(fields.problem().replace("keyByFields", "byFields"));
        }
        KeyInfo ofRows = rows.key();
        KeyByBytes.KeyWriter<T> writer = fields.onlyNumber() != null ? null : fields.writer();
        return GroupOperator.of(
                ofRows == null ? null : ofRows.ofAll(), // rows of all shards meet here
                key,
                fields.onlyNumber(),
                writer,
                forgetAfter,
                Aggregates.of(aggregates),
                a -> a.declarations);
    }

    private void problem(String what) {
        rows.topology.graph().problem("group " + name + " (" + site + ") " + what);
    }
}
