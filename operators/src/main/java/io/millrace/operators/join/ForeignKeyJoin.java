package io.millrace.operators.join;

import io.millrace.event.EventType;
import io.millrace.event.LongField;
import io.millrace.operator.Answers;
import io.millrace.operator.NodeClass;
import io.millrace.operator.Operator;
import io.millrace.operators.Joined;
import io.millrace.operators.JoinedType;
import io.millrace.operators.KeyByBytes;
import io.millrace.operators.Stored;
import io.millrace.state.Pages;
import io.millrace.topology.KeyInfo;
import java.lang.invoke.MethodHandles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Joins a table (input 0) with the table whose key its rows name (input 1): each row beside the row that it names. An
 * insert or replacement sets the row of its key, a retraction takes it away. This goes by the order of the input, never
 * by event time.
 *
 * <p><b>Results</b> are a table with the key of the left side. A row that names another one than before gives a
 * retraction, which carries the pair that was, then an insert. A change on the right side changes each row that names
 * it, in the order in which they began to. There are inner and left joins only, as in Kafka Streams: a right row that
 * nothing names would have no key here.
 *
 * <p><b>A row that many rows name.</b> A change is told to {@value #MATCHES} rows within its own entry. The others are
 * told with the entries that follow, {@value #FIRINGS} each: the changes of one row in their order, and rows in turns
 * of as many. A left row that changes before its turn is told first. So each key gets what it would get if all were
 * told at once, with the same times; until then progress is held back.
 *
 * <p><b>State and bounds.</b> The rows of both sides. A row beyond the bound of keys or budget, and a change of a row
 * of which {@value Changes#MOST} are under way, go to the dead letters ({@code over-bound}) and change nothing.
 *
 * @param <L> the type of the left side's rows
 * @param <R> the type of the right side's rows
 */
public final class ForeignKeyJoin<L, R> implements Operator<L, Joined<L, R>> {
    /** The most rows that a change tells within its own entry. */
    static final int MATCHES = 1_024;

    /** The most rows told for an entry of changes before it. */
    static final int FIRINGS = 64;

    /** Of the budget, as a divisor, what rows leave for changes under way. */
    static final int CHANGES_SHARE = 16;

    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), ForeignKeyJoinNode.class);
    private static final KeyInfo NUMBER = new KeyInfo("long", 0, 0, "");

    final KeyInfo key;
    final KeyInfo otherKey;
    final LongField<? super L> number;
    final KeyByBytes.KeyWriter<? super L> writer;
    final JoinKind kind;

    private ForeignKeyJoin(
            KeyInfo key,
            KeyInfo otherKey,
            LongField<? super L> number,
            KeyByBytes.KeyWriter<? super L> writer,
            JoinKind kind) {
        if (Objects.requireNonNull(kind, "kind") == JoinKind.FULL) {
            throw new IllegalArgumentException(
                    "foreignKeyJoin: rows of the right side that nothing names have no key here; use INNER or LEFT");
        }
        this.key = key == null ? NUMBER : key;
        this.otherKey = otherKey;
        this.number = number;
        this.writer = writer;
        this.kind = kind;
    }

    /**
     * Makes a join by a number.
     *
     * @param key      the key of the left side and the bound of its rows; null if it is not known
     * @param otherKey the key of the right side, a number, and the bound of its rows; null if it is not known
     * @param names    reads from a left row the key of the right row that it names
     * @param kind     inner or left
     * @param <L>      the type of the left side's rows
     * @param <R>      the type of the right side's rows
     * @return the operator, with two inputs
     * @throws IllegalArgumentException if the declaration cannot be
     */
    public static <L, R> ForeignKeyJoin<L, R> of(
            KeyInfo key, KeyInfo otherKey, LongField<? super L> names, JoinKind kind) {
        Objects.requireNonNull(names, "names");
        if (otherKey != null && !otherKey.isNumber()) {
            throw mismatch("a number", otherKey);
        }
        return new ForeignKeyJoin<>(key, otherKey == null ? NUMBER : otherKey, names, null, kind);
    }

    /**
     * Makes a join by a key that is a text, or several fields.
     *
     * @param key       the key of the left side and the bound of its rows; null if it is not known
     * @param otherKey  the key of the right side and the bound of its rows; null if it is not known
     * @param kindNamed the kind of the key that is named, in the words of {@link KeyInfo#kind}
     * @param names     writes the key of the right row that a left row names; a row for which it writes nothing names
     *     none
     * @param kind      inner or left
     * @param <L>       the type of the left side's rows
     * @param <R>       the type of the right side's rows
     * @return the operator, with two inputs
     * @throws IllegalArgumentException if the declaration cannot be
     */
    public static <L, R> ForeignKeyJoin<L, R> of(
            KeyInfo key, KeyInfo otherKey, String kindNamed, KeyByBytes.KeyWriter<? super L> names, JoinKind kind) {
        Objects.requireNonNull(names, "names");
        if (otherKey != null && (otherKey.isNumber() || !otherKey.kind().equals(kindNamed))) {
            throw mismatch(kindNamed, otherKey);
        }
        return new ForeignKeyJoin<>(key, otherKey == null ? NUMBER : otherKey, null, names, kind);
    }

    private static IllegalArgumentException mismatch(String named, KeyInfo otherKey) {
        return new IllegalArgumentException("foreignKeyJoin: rows name " + named + ", and the right side is keyed by "
                + otherKey.kind() + " (" + otherKey.site() + "); key it by what they name");
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
    public int maxFirings() {
        return FIRINGS;
    }

    /** What a row leaves to later entries has no bound but that on rows, so it gets as many of each as where an entry brings one. */
    @Override
    public int firingsOfEvent(int input) {
        return input == 1 ? FIRINGS / 2 : 0;
    }

    /** Version 1 did not have how far firing lags behind. */
    @Override
    public int stateVersion() {
        return 2;
    }

    @Override
    public boolean takesUpdates() {
        return true;
    }

    /** What is left to be told of a change is told of the row, whichever window it was of. */
    @Override
    public boolean takesWindows(int input) {
        return false;
    }

    @Override
    public boolean makesUpdates() {
        return true;
    }

    /** Rows of both sides with an index each; changes under way and their headers. */
    @Override
    public long leastStateBytes() {
        return 6L * Pages.PAGE_BYTES;
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> result = new LinkedHashMap<>();
        result.put("rows", kind.name().toLowerCase(java.util.Locale.ROOT));
        result.put("keys at most", key.atMost() == 0 ? "by budget" : Integer.toString(key.atMost()));
        result.put("rows told at once", MATCHES + ", then " + FIRINGS + " an entry");
        return result;
    }

    @Override
    public List<String> problems(List<EventType<?>> inputs) {
        return JoinProblems.of(
                "foreignKeyJoin", inputs, 24 + Stored.words(Math.max(key.maxBytes(), otherKey.maxBytes())));
    }
}
