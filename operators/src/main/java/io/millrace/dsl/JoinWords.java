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
 * The words of {@link KeyedStream} that put another stream of the same key beside it.
 *
 * @param <T> the event
 */
abstract class JoinWords<T> extends EventStream<T> {
    JoinWords(TopologyBuilder topology, Port port) {
        super(topology, port);
    }

    final <R> KeyedStream<R> keyed(String name, Supplier<? extends Operator<?, ?>> makes, EventStream<?>... inputs) {
        return new KeyedStream<>(topology, add(name, makes, Site.here(), inputs));
    }

    /**
     * Puts beside each event the row of its key as of the event's time: by event time, unlike {@link KeyedStream#lookup}, which goes by the
     * order of the input.
     *
     * @param name     unique in the topology
     * @param versions the rows, with a key of the same kind; what it retracts, or {@link #deleteWhen deletes}, is gone from the
     *     time of the retraction on
     * @param how      where the row is looked for, such as {@code backward().tolerance(ofSeconds(1))}; see {@link AsOf}
     * @param <U>      the row
     * @return each event with its row: exactly one an event, unless it is {@link AsOf#inner inner}
     */
    public <U> JoinedStream<T, U> asOf(String name, KeyedStream<U> versions, AsOf how) {
        return joined(name, () -> AsOfJoin.of(bounded(versions), how), versions);
    }

    /**
     * Puts events of this stream and another of the same key side by side that lie near each other in time.
     *
     * @param name   unique in the topology
     * @param other  the right side, with a key of the same kind; it may be this stream
     * @param within how near, and what becomes of events without a match, such as {@code between(ofSeconds(-5),
     *     ofSeconds(5)).left()}; see {@link Interval}
     * @param <U>    the event of the right side
     * @return the pairs, and events alone where that is asked for
     */
    public <U> JoinedStream<T, U> join(String name, KeyedStream<U> other, Interval<? super T> within) {
        return joined(name, () -> IntervalJoin.of(bounded(other), within), other);
    }

    /**
     * Joins this stream and another of the same key as tables: the latest row of each side, side by side. What one retracts, or
     * {@link #deleteWhen deletes}, takes its row away.
     *
     * @param name  unique in the topology
     * @param other the right side, with a key of the same kind
     * @param kind  which rows there are
     * @param <U>   the row of the right side
     * @return a table of pairs: inserts, replacements, and retractions that carry the pair which was
     */
    public <U> KeyedStream<Joined<T, U>> tableJoin(String name, KeyedStream<U> other, JoinKind kind) {
        return keyed(topology.given(name), () -> TableJoin.of(bounded(other), kind), this, other);
    }

    /**
     * Joins this stream, as a table, with another whose key its rows name.
     *
     * @param name  unique in the topology
     * @param names reads from a row which row of the other side it names; a captured variable that changes is outside the log
     * @param other the right side, keyed by a number
     * @param kind  inner or left, as in Kafka Streams: what nothing names has no key here
     * @param <U>   the row of the right side
     * @return a table of pairs with the key of this stream; where a row names another one than before a retraction, then an insert
     */
    public <U> KeyedStream<Joined<T, U>> foreignKeyJoin(
            String name, LongField<? super T> names, KeyedStream<U> other, JoinKind kind) {
        return keyed(topology.given(name), () -> ForeignKeyJoin.of(key(), keyOf(other), names, kind), this, other);
    }

    /**
     * The same where rows name a text.
     *
     * @param name  unique in the topology
     * @param names reads it; null for a row that names none; a captured variable that changes is outside the log
     * @param other the right side, keyed by a text
     * @param kind  inner or left
     * @param <U>   the row of the right side
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
     * The same where rows name several fields.
     *
     * @param name  unique in the topology
     * @param names lists them, as the key of the other side does
     * @param other the right side, keyed by as many fields of the same kinds
     * @param kind  inner or left
     * @param <U>   the row of the right side
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

    /** The key of a stream that a word is given, which may be none: {@link TopologyBuilder#port} says so. */
    static KeyInfo keyOf(KeyedStream<?> given) {
        return given == null ? null : given.key();
    }

    /** The key of a join, with the bound of whichever side declares one. */
    private KeyInfo bounded(KeyedStream<?> other) {
        KeyInfo own = key();
        KeyInfo others = keyOf(other);
        return own == null || own.atMost() > 0 || others == null ? own : own.withAtMost(others.atMost());
    }

    private <U> JoinedStream<T, U> joined(String name, Supplier<? extends Operator<?, ?>> makes, KeyedStream<U> other) {
        return new JoinedStream<>(topology, add(topology.given(name), makes, Site.here(), this, other));
    }

    /**
     * Tells of this stream, taken as a table, what changes in it: a retraction that carries the row which was, then an insert of the one
     * which is. Behind it a stream with replacements may get another key, or become several rows. By the order; but behind windows of which
     * several of a key may change the row is that of the window which starts last, and results of those before change nothing.
     *
     * @param name unique in the topology
     * @return inserts, and retractions that carry what they take back
     */
    public KeyedStream<T> changelog(String name) {
        return keyed(topology.given(name), () -> Changelog.of(key()), this);
    }

    /**
     * Makes events for which a condition holds retractions: they take the row of their key away, in words that keep rows.
     * Behind windows of which several of a key may change, a row of a newer window stays. What is gone is not remembered: a result that is
     * told later, of an older window too, is the row of its key again.
     *
     * @param condition asks the event; a captured variable that changes is outside the log
     * @return all events; those for which the condition holds as retractions
     */
    public KeyedStream<T> deleteWhen(Condition<? super T> condition) {
        return keyed(null, () -> DeleteWhen.of(condition), this);
    }
}
