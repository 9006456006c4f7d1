package io.millrace.operators.join;

import io.millrace.event.EntryForm;
import io.millrace.event.EventType;
import io.millrace.event.Reason;
import io.millrace.operator.Account;
import io.millrace.operator.Answers;
import io.millrace.operator.Explains;
import io.millrace.operator.Failures;
import io.millrace.operator.Flow;
import io.millrace.operator.Held;
import io.millrace.operator.Node;
import io.millrace.operator.NodeClass;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.operator.Operator;
import io.millrace.operator.RowWindow;
import io.millrace.operator.Taken;
import io.millrace.operators.Joined;
import io.millrace.operators.JoinedType;
import io.millrace.operators.Pair;
import io.millrace.operators.Stored;
import io.millrace.state.KeyedRows;
import io.millrace.state.Pages;
import io.millrace.state.SavedByParts;
import io.millrace.topology.KeyInfo;
import java.lang.invoke.MethodHandles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Joins two tables of one key: the latest row of each side, side by side. An insert or replacement on either input sets
 * the row of its key, a retraction takes it away. This goes by the order of the input, never by event time; if several
 * windows of a key may change, the row is that of the newest window ({@link io.millrace.operator.RowWindow}).
 *
 * <p><b>Results</b> are a table: an insert when a pair comes to be, a replacement when one of its sides changes, and a
 * retraction, which carries the pair that was, when it goes. There is one for a change, and none if the pair did not
 * change.
 *
 * <p><b>State and bounds.</b> Both rows of each key. A row of a new key beyond the bound of keys or budget goes to the
 * dead letters ({@code over-bound}).
 *
 * @param <L> the type of the left side's rows
 * @param <R> the type of the right side's rows
 */
public final class TableJoin<L, R> implements Operator<L, Joined<L, R>> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), TableJoinNode.class);

    final KeyInfo key;
    final JoinKind kind;

    private TableJoin(KeyInfo key, JoinKind kind) {
        this.key = key == null ? new KeyInfo("long", 0, 0, "") : key;
        this.kind = kind;
    }

    /**
     * Makes a join of tables.
     *
     * @param key  the key of both sides and the bound of keys; null if it is not known
     * @param kind which pairs there are
     * @param <L>  the type of the left side's rows
     * @param <R>  the type of the right side's rows
     * @return the operator, with two inputs
     */
    public static <L, R> TableJoin<L, R> of(KeyInfo key, JoinKind kind) {
        return new TableJoin<>(key, Objects.requireNonNull(kind, "kind"));
    }

    @Override
    public String word() {
        return "tableJoin";
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
    public boolean keyed() {
        return true;
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

    /** Of each side: whether there is a row, and the row; behind them the window of each, where there can be several of a key. */
    static int columns(EventType<?> left, EventType<?> right) {
        return 2 + Stored.longs(left.maxLength()) + Stored.longs(right.maxLength());
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> result = new LinkedHashMap<>();
        result.put("rows", kind.name().toLowerCase(java.util.Locale.ROOT));
        result.put("keys at most", key.atMost() == 0 ? "by budget" : Integer.toString(key.atMost()));
        return result;
    }

    @Override
    public List<String> problems(List<EventType<?>> inputs) {
        List<String> result = JoinProblems.of("tableJoin", inputs, 2);
        int keyLongs = 1 + Stored.words(key.maxBytes());
        if (result.isEmpty() && columns(inputs.get(0), inputs.get(1)) + 2 + keyLongs > Pages.PAGE_LONGS - 1) {
            result.add("tableJoin keeps both rows of a key in a page of " + Pages.PAGE_BYTES
                    + " bytes, and they are longer; map them to what is needed");
        }
        return result;
    }
}

/** Keeps both rows of each key. */
final class TableJoinNode implements Node, SavedByParts, Explains {
    private final JoinKind kind;
    private final EventType<Object> leftType;
    private final EventType<Object> rightType;
    private final JoinKeys keys;
    private final int rightColumn;

    /** Of the left side, then the right; 0 where the key alone says which row is meant. */
    private final int windowColumn;

    private final byte[] own;
    private final Pair pair;
    private final Failures failures;
    private final NodeCounters counters;

    @SuppressWarnings("unchecked")
    TableJoinNode(TableJoin<?, ?> operator, NodeContext context) {
        kind = operator.kind;
        leftType = (EventType<Object>) context.inputType(0);
        rightType = (EventType<Object>) context.inputType(1);
        int columns = TableJoin.columns(leftType, rightType);
        windowColumn = context.ofWindows(0) || context.ofWindows(1) ? columns : 0;
        keys = new JoinKeys(
                context,
                operator.key,
                windowColumn == 0 ? columns : columns + 2,
                0,
                context.budget().bytes() - operator.leastStateBytes() / 2);
        rightColumn = 1 + Stored.longs(leftType.maxLength());
        own = new byte[Stored.words(Math.max(leftType.maxLength(), rightType.maxLength())) * Long.BYTES];
        pair = new Pair(context);
        failures = context.failures();
        counters = context.counters();
    }

    @Override
    public boolean on(Flow flow) {
        boolean isLeft = flow.input() == 0;
        int slot = keys.find(flow);
        if (windowColumn > 0 && has(slot, isLeft ? 0 : rightColumn) && RowWindow.leaves(flow, windowOf(slot, isLeft))) {
            return false;
        }
        if (flow.form() == EntryForm.RETRACTION) {
            return delete(slot, isLeft, flow);
        }
        int length;
        try {
            length = Held.copyValue(flow, isLeft ? leftType : rightType, own, 0);
        } catch (Throwable t) {
            return failures.operatorError(flow, t);
        }
        return set(slot, isLeft, length, flow);
    }

    @Override
    public void explain(Flow flow, Account to) {
        pair.explain(to, Taken.by(0), Taken.by(1));
    }

    private boolean has(int slot, int column) {
        return slot != JoinKeys.NONE && keys.rows.get(slot, column) != 0;
    }

    private long windowOf(int slot, boolean isLeft) {
        return keys.rows.get(slot, windowColumn + (isLeft ? 0 : 1));
    }

    /** Also where the row is the same as that of the window before. */
    private void standsFor(int slot, boolean isLeft, Flow flow) {
        if (windowColumn > 0) {
            keys.rows.set(slot, windowColumn + (isLeft ? 0 : 1), flow.windowNs());
        }
    }

    private boolean delete(int slot, boolean isLeft, Flow flow) {
        int column = isLeft ? 0 : rightColumn;
        if (!has(slot, column)) {
            return false;
        }
        boolean hasOther = has(slot, isLeft ? rightColumn : 0);
        boolean wasThere = kind.isThere(isLeft || hasOther, !isLeft || hasOther);
        boolean isThere = kind.isThere(!isLeft && hasOther, isLeft && hasOther);
        if (!isThere) {
            load(slot); // what goes is what was
        }
        keys.rows.set(slot, column, 0);
        if (isThere) {
            load(slot);
        }
        if (!hasOther) {
            keys.rows.release(slot);
        }
        counters.keys = keys.rows.count();
        return wasThere && send(isThere ? EntryForm.REPLACEMENT : EntryForm.RETRACTION, flow);
    }

    private boolean set(int found, boolean isLeft, int length, Flow flow) {
        int column = isLeft ? 0 : rightColumn;
        boolean had = has(found, column);
        if (had && isSame(found, column + 1, length)) {
            standsFor(found, isLeft, flow);
            return false;
        }
        int slot = found == JoinKeys.NONE ? keys.acquire(flow) : found;
        if (slot == JoinKeys.NONE) {
            return failures.refuse(flow, Reason.OVER_BOUND, "the join holds as many keys as it may");
        }
        boolean hasOther = has(slot, isLeft ? rightColumn : 0);
        boolean wasThere = kind.isThere(isLeft ? had : hasOther, isLeft ? hasOther : had);
        boolean isThere = kind.isThere(isLeft || hasOther, !isLeft || hasOther);
        KeyedRows rows = keys.rows;
        long[] page = rows.writable(slot);
        int at = rows.base(slot) + column;
        page[at] = 1;
        Stored.write(page, at + 1, own, length);
        standsFor(slot, isLeft, flow);
        counters.keys = rows.count();
        if (!isThere) {
            return false;
        }
        load(slot);
        return send(wasThere ? EntryForm.REPLACEMENT : EntryForm.INSERT, flow);
    }

    private boolean isSame(int slot, int column, int length) {
        return Stored.isSame(keys.rows.page(slot), keys.rows.base(slot) + column, own, length);
    }

    /** Makes the pair of what a row holds now. */
    private void load(int slot) {
        long[] page = keys.rows.page(slot);
        int base = keys.rows.base(slot);
        if (page[base] != 0) {
            pair.left(page, base + 1);
        } else {
            pair.noLeft();
        }
        if (page[base + rightColumn] != 0) {
            pair.right(page, base + rightColumn + 1);
        } else {
            pair.noRight();
        }
    }

    private boolean send(EntryForm form, Flow flow) {
        pair.put(flow);
        flow.form(form);
        flow.windowNs(RowWindow.NONE);
        counters.out++;
        return true;
    }
}
