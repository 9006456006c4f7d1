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
 * The rows of a table put into groups, before it is said what is computed of them: {@link KeyedStream#group}.
 *
 * @param <T> the row
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
     * Says which group a row is of: a number.
     *
     * @param group reads it; a captured variable that changes is outside the log
     * @return this
     */
    public Grouped<T> by(LongField<? super T> group) {
        return byFields(fields -> fields.number(Objects.requireNonNull(group, "group")));
    }

    /**
     * Says which group a row is of: a text.
     *
     * @param group reads it; at most 62 bytes of UTF-8; a row with a longer one goes to the dead letters, and its key keeps the row it
     *     had; a captured variable that changes is outside the log
     * @return this
     */
    public Grouped<T> byText(TextField<? super T> group) {
        return byFields(fields -> fields.text(Objects.requireNonNull(group, "group")));
    }

    /**
     * Says which group a row is of: several fields.
     *
     * @param group lists them
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
     * Bounds the groups that there are at a time. A row that needs one more goes to the dead letters, and its key keeps the row it had.
     *
     * @param mostGroups the most; without this as many as there may be rows
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
     * Says when rows can change no more, so that it can run for ever. A row has the time of the entry that set it last, and is final once
     * progress has reached that time and this. It stays in the results of its group, but nothing else is kept of it. So the time has to be
     * longer than a row may still change: what comes for the key of a row that is final is a new row, which counts beside it. Directly
     * behind a window any positive time will do: as long as its results may be revised it holds progress back.
     *
     * <p>What sets a row or takes one away is late, and goes to the dead letters, when its own time is final, whatever row there is. So
     * does what takes a row back that is final, where a {@code changelog} stands in front; by key a retraction that is in time and
     * finds no row changes nothing, since there may never have been one. A row that cannot be added, since a sum does not fit 64 bits or an
     * aggregate of your own throws, is there for good once it is final: nothing is told of its group until that is forgotten.
     *
     * <p>A group is forgotten when the newest time that any of its rows ever had there is final, also of rows that have been deleted or
     * have moved. What was told of it last stands, and is not taken back; a row that comes later begins it anew.
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
     * Says what is computed of the rows of a group.
     *
     * <p>Of several rows with one time, and of several that are the smallest alike, that comes first which was set first: by the sequence
     * of the entry that set it last, and of one entry by the order of their coming. A row that is set again as it was has its turn anew.
     * But the rows of a group stand in no order, so an aggregate of your own gets them, and sums of them, in any order: one that wants
     * an order has to read and keep it ({@code readsSequence}), and the last bits of a sum of doubles hang on it. While a sum of a group does not fit, or an aggregate of your own throws over
     * its rows, nothing is told of it: what was told stands, and each row that changes it goes to the dead letters although it has had its
     * effect; do not redrive those. The window of a group is all of time; its revision begins at 0 anew when its last row has gone.
     *
     * @param aggregates makes the object that declares it; called several times at build and once for each node and view, for a new object each time
     * @param <A>        its class, which is also the result: valid during the call
     * @return a table with the group as its key: an insert with the first row of a group, a replacement where its result changes, a
     *     retraction, which carries what was told last, when its last row goes
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
