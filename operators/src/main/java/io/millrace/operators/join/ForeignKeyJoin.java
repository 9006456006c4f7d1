package io.millrace.operators.join;

import io.millrace.event.EventType;
import io.millrace.event.LongField;
import io.millrace.operator.Answers;
import io.millrace.operator.NodeClass;
import io.millrace.operator.Operator;
import io.millrace.operators.Joined;
import io.millrace.operators.JoinedType;
import io.millrace.operators.Stored;
import io.millrace.state.Pages;
import io.millrace.topology.KeyInfo;
import java.lang.invoke.MethodHandles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The join of a table (input 0) with another (input 1) whose key its rows name: each row beside the row it names. An insert or
 * replacement sets the row of its key, a retraction takes it away; all by the order, never by event time.
 *
 * <p>What comes out is a table with the key of the left side. A row that names another one than before gives a retraction, which
 * carries the pair that was, then an insert. A change on the right side changes each row that names it, in the order in which
 * they began to.
 *
 * <p>State: the rows of both sides. <b>Bounds</b>: a row beyond the bound of keys or budget, and a change on the right side that
 * more rows name than declared, go to the dead letters (over bound) and change nothing.
 *
 * @param <L> the row of the left side
 * @param <R> that of the right side
 */
public final class ForeignKeyJoin<L, R> implements Operator<L, Joined<L, R>> {
    /** The most rows that may name one row of the right side which changes. */
    static final int MATCHES = 1_024;

    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), ForeignKeyJoinNode.class);

    final KeyInfo key;
    final KeyInfo otherKey;
    final LongField<? super L> names;
    final JoinKind kind;

    private ForeignKeyJoin(KeyInfo key, KeyInfo otherKey, LongField<? super L> names, JoinKind kind) {
        this.key = key == null ? new KeyInfo("long", 0, 0, "") : key;
        this.otherKey = otherKey == null ? new KeyInfo("long", 0, 0, "") : otherKey;
        this.names = names;
        this.kind = kind;
    }

    /**
     * A join by a foreign key.
     *
     * @param key      the key of the left side and the bound on its rows; null where it is not known
     * @param otherKey the key of the right side, a number, and the bound on its rows; null where it is not known
     * @param names    reads from a left row which right row it names
     * @param kind     inner or left
     * @param <L>      the row of the left side
     * @param <R>      that of the right side
     * @return the operator, with two inputs
     * @throws IllegalArgumentException when it is told what cannot be
     */
    public static <L, R> ForeignKeyJoin<L, R> of(
            KeyInfo key, KeyInfo otherKey, LongField<? super L> names, JoinKind kind) {
        if (kind == JoinKind.FULL) {
            throw new IllegalArgumentException(
                    "foreignKeyJoin: rows of the right side that nothing names have no key here; use INNER or LEFT");
        }
        if (otherKey != null && !otherKey.isNumber()) {
            throw new IllegalArgumentException("foreignKeyJoin: rows name a number, and the right side is keyed by "
                    + otherKey.kind() + " (" + otherKey.site() + "); key it by a number");
        }
        return new ForeignKeyJoin<>(
                key, otherKey, Objects.requireNonNull(names, "names"), Objects.requireNonNull(kind, "kind"));
    }

    @Override
    public String word() {
        return "foreignKeyJoin";
    }

    @Override
    public NodeClass node() {
        return NODE;
    }

    @Override
    public int inputs() {
        return 2;
    }

    @Override
    public EventType<?> outputType(int port, List<EventType<?>> inputs) {
        return JoinedType.of(inputs.get(0), inputs.get(1));
    }

    @Override
    public Answers answers() {
        return Answers.MANY;
    }

    @Override
    public int maxOutputs() {
        return MATCHES;
    }

    @Override
    public boolean keyed() {
        return true;
    }

    @Override
    public boolean keysAgree() {
        return false;
    }

    @Override
    public boolean readsProgress() {
        return false;
    }

    @Override
    public boolean takesUpdates() {
        return true;
    }

    @Override
    public boolean makesUpdates() {
        return true;
    }

    /** Rows of both sides with an index each. */
    @Override
    public long leastStateBytes() {
        return 4L * Pages.PAGE_BYTES;
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> result = new LinkedHashMap<>();
        result.put("rows", kind.name().toLowerCase(java.util.Locale.ROOT));
        result.put("keys at most", key.atMost() == 0 ? "by budget" : Integer.toString(key.atMost()));
        result.put("rows that name one", Integer.toString(MATCHES));
        return result;
    }

    @Override
    public List<String> problems(List<EventType<?>> inputs) {
        return JoinProblems.of("foreignKeyJoin", inputs, 8 + Stored.words(key.maxBytes()));
    }
}
