package io.millrace.dsl;

import io.millrace.event.LongField;
import io.millrace.operator.Operator;
import io.millrace.operators.Fn.Condition;
import io.millrace.operators.Fn.TextField;
import io.millrace.operators.Joined;
import io.millrace.operators.KeyByBytes;
import io.millrace.operators.join.AsOf;
import io.millrace.operators.join.AsOfJoin;
import io.millrace.operators.join.Changelog;
import io.millrace.operators.join.DeleteWhen;
import io.millrace.operators.join.ForeignKeyJoin;
import io.millrace.operators.join.Interval;
import io.millrace.operators.join.IntervalJoin;
import io.millrace.operators.join.JoinKind;
import io.millrace.operators.join.TableJoin;
import io.millrace.topology.KeyInfo;
import io.millrace.topology.Port;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The words of {@link KeyedStream} that join it with another stream of the same key.
 *
 * @param <T> the type of the events
 */
abstract class JoinWords<T> extends EventStream<T> {
    JoinWords(TopologyBuilder topology, Port port) {
        super(topology, port);
    }

    final <R> KeyedStream<R> keyed(String name, Supplier<? extends Operator<?, ?>> makes, EventStream<?>... inputs) {
        return new KeyedStream<>(topology, add(name, makes, Site.here(), inputs));
    }

    /**
     * Puts beside each event the row of its key as of the event's time. It goes by event time, unlike
     * {@link KeyedStream#lookup}, which goes by the order of the input: a row counts from its own time on, whenever it
     * comes.
     *
     * <p>By default an event waits until progress has passed its time, so that a row of the same time counts whichever
     * came first; {@link AsOf#onArrival} answers at once. Late events and rows are side streams of the result, or dead
     * letters.
     *
     * @param name     the name of the node, unique in the topology
     * @param versions the rows, with a key of the same kind; what it retracts, or {@link #deleteWhen deletes}, is gone
     *     from the time of the retraction on
     * @param how      where the row is looked for, such as {@code backward().tolerance(ofSeconds(1))}
     * @param <U>      the type of the row
     * @return a pair for each event; none for an event without a row if it is {@link AsOf#inner inner}
     */
    public <U> JoinedStream<T, U> asOf(String name, KeyedStream<U> versions, AsOf how) {
        return joined(name, () -> AsOfJoin.of(bounded(versions), how), versions);
    }

    /**
     * Pairs events of this stream and another of the same key that are close in time. A pair comes once, when the later
     * of the two comes, with the later time. Late events are side streams of the result, or dead letters.
     *
     * @param name   the name of the node, unique in the topology
     * @param other  the right side, with a key of the same kind; it may be this stream
     * @param within how close, and what becomes of events without a match, such as
     *     {@code between(ofSeconds(-5), ofSeconds(5)).left()}
     * @param <U>    the type of the right side's events
     * @return the pairs, and on request events without a match
     */
    public <U> JoinedStream<T, U> join(String name, KeyedStream<U> other, Interval<? super T> within) {
        return joined(name, () -> IntervalJoin.of(bounded(other), within), other);
    }

    /**
     * Joins this stream and another of the same key as tables: the latest row of each side, side by side. It goes by
     * the order of the input, never by event time. An insert or replacement sets the row of its key; what a side
     * retracts, or {@link #deleteWhen deletes}, takes it away.
     *
     * @param name  the name of the node, unique in the topology
     * @param other the right side, with a key of the same kind
     * @param kind  which pairs there are
     * @param <U>   the type of the right side's rows
     * @return a table of pairs: inserts, replacements, and retractions that carry the pair that was; at most one for
     *     each change of a side
     */
    public <U> KeyedStream<Joined<T, U>> tableJoin(String name, KeyedStream<U> other, JoinKind kind) {
        return keyed(topology.given(name), () -> TableJoin.of(bounded(other), kind), this, other);
    }

    /**
     * Joins this stream, as a table, with the table whose key its rows name by a number. A change on the right changes
     * every row that names it; 1,024 of them within its own entry, the others with the entries that follow, 64 each. At
     * most 16 changes of a row may be under way; one more goes to the dead letters.
     *
     * @param name  the name of the node, unique in the topology
     * @param names reads from a row the key of the row that it names;
     *     a captured variable that changes is outside the log
     * @param other the right side, keyed by a number
     * @param kind  inner or left, as in Kafka Streams: a right row that nothing names would have no key here
     * @param <U>   the type of the right side's rows
     * @return a table of pairs with the key of this stream; a row that names another one than before gives a
     *     retraction, then an insert
     */
    public <U> KeyedStream<Joined<T, U>> foreignKeyJoin(
            String name, LongField<? super T> names, KeyedStream<U> other, JoinKind kind) {
        return keyed(topology.given(name), () -> ForeignKeyJoin.of(key(), keyOf(other), names, kind), this, other);
    }

    /**
     * As {@link #foreignKeyJoin}, where rows name a text.
     *
     * @param name  the name of the node, unique in the topology
     * @param names reads the text from a row; null if the row names none;
     *     a captured variable that changes is outside the log
     * @param other the right side, keyed by a text
     * @param kind  inner or left
     * @param <U>   the type of the right side's rows
     * @return a table of pairs with the key of this stream
     */
    public <U> KeyedStream<Joined<T, U>> foreignKeyJoinByText(
            String name, TextField<? super T> names, KeyedStream<U> other, JoinKind kind) {
        KeyByBytes.KeyWriter<T> writer = (row, key) -> {
            CharSequence text = names.of(row);
            if (text != null) {
                key.text(text);
            }
        };
        return keyed(
                topology.given(name), () -> ForeignKeyJoin.of(key(), keyOf(other), "text", writer, kind), this, other);
    }

    /**
     * As {@link #foreignKeyJoin}, where rows name several fields.
     *
     * @param name  the name of the node, unique in the topology
     * @param names lists the fields, as the key of the other side does
     * @param other the right side, keyed by as many fields of the same kinds
     * @param kind  inner or left
     * @param <U>   the type of the right side's rows
     * @return a table of pairs with the key of this stream
     */
    public <U> KeyedStream<Joined<T, U>> foreignKeyJoinByFields(
            String name, Consumer<KeyFields<T>> names, KeyedStream<U> other, JoinKind kind) {
        KeyFields<T> fields = new KeyFields<>();
        Objects.requireNonNull(names, "names").accept(fields);
        return keyed(topology.given(name), () -> byFields(fields, other, kind), this, other);
    }

    private <U> ForeignKeyJoin<T, U> byFields(KeyFields<T> fields, KeyedStream<U> other, JoinKind kind) {
        if (fields.problem() != null) {
            throw new IllegalArgumentException(fields.problem());
        }
        return fields.onlyNumber() != null
                ? ForeignKeyJoin.of(key(), keyOf(other), fields.onlyNumber(), kind)
                : ForeignKeyJoin.of(key(), keyOf(other), fields.kind(), fields.writer(), kind);
    }

    /** The key of a stream that a word is given, which may be null; {@link TopologyBuilder#port} reports that. */
    static KeyInfo keyOf(KeyedStream<?> given) {
        return given == null ? null : given.key();
    }

    /** The key of a join, with the bound of the side that declares one. */
    private KeyInfo bounded(KeyedStream<?> other) {
        KeyInfo own = key();
        KeyInfo others = keyOf(other);
        return own == null || own.atMost() > 0 || others == null ? own : own.withAtMost(others.atMost());
    }

    private <U> JoinedStream<T, U> joined(String name, Supplier<? extends Operator<?, ?>> makes, KeyedStream<U> other) {
        return new JoinedStream<>(topology, add(topology.given(name), makes, Site.here(), this, other));
    }

    /**
     * Gives the changes of this stream, taken as a table: a retraction that carries the old row, then an insert of the
     * new one. For a row that is the same it sends nothing.
     *
     * <p>You need it where a stream with replacements is to get another key, or becomes several rows: such words decide
     * from the row where it goes, and a replacement does not carry the old row. It goes by the order of the input. If
     * several windows of a key may change, the row is that of the window that starts last, and results of older windows
     * change nothing.
     *
     * @param name the name of the node, unique in the topology
     * @return inserts, and retractions that carry the row that they take back
     */
    public KeyedStream<T> changelog(String name) {
        return keyed(topology.given(name), () -> Changelog.of(key()), this);
    }

    /**
     * Turns events for which a condition holds into retractions, which take the row of their key away in words that
     * keep rows.
     *
     * <p>If several windows of a key may change, the row of a newer window stays. What is gone is not remembered: a
     * later result, also one of an older window, is the row of its key again.
     *
     * @param condition called with each event; a captured variable that changes is outside the log
     * @return all events, those for which the condition holds as retractions
     */
    public KeyedStream<T> deleteWhen(Condition<? super T> condition) {
        return keyed(null, () -> DeleteWhen.of(condition), this);
    }
}
