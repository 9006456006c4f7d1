package io.millrace.operators;

import io.millrace.event.Bytes;
import io.millrace.event.EntryForm;
import io.millrace.event.EventType;
import io.millrace.event.Reason;
import io.millrace.event.RefusedException;
import io.millrace.operator.Account;
import io.millrace.operator.Answers;
import io.millrace.operator.Explains;
import io.millrace.operator.Failures;
import io.millrace.operator.Flow;
import io.millrace.operator.GivenRow;
import io.millrace.operator.Held;
import io.millrace.operator.Node;
import io.millrace.operator.NodeClass;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.operator.Operator;
import io.millrace.operator.RowWindow;
import io.millrace.operator.Taken;
import io.millrace.operators.Fn.Condition;
import io.millrace.state.KeyedRows;
import io.millrace.state.Pages;
import io.millrace.state.RowQueue;
import io.millrace.state.SavedByParts;
import io.millrace.topology.KeyInfo;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Puts the table row of its key beside each event. Input 0 brings the events, input 1 the rows. An event sees the last
 * row of its key before it in the order of the input, whatever their event times.
 *
 * <p><b>Rows.</b> Input 1 sets the row of a key (insert, replacement) or takes it away (a retraction, or a row for
 * which the deletion condition holds). Input 0 takes inserts only, and only inserts come out.
 *
 * <p><b>Bound.</b> At the bound a row of a new key is refused ({@link Reason#OVER_BOUND}), and the keys already held
 * stay exact. On request it takes the place of the row that was set longest ago in the order of the input; looking a
 * row up does not make it younger. So which rows are there depends on the changes only.
 *
 * <p><b>State.</b> One row for each key: its length, and its bytes in whole longs.
 *
 * @param <L> the type of the events
 * @param <R> the type of the rows
 */
public final class LookUp<L, R> implements Operator<L, Joined<L, R>> {
    private static final NodeClass NODE = NodeClass.of(MethodHandles.lookup(), LookUpNode.class);

    /** A row with its key has to fit a page of state: without the long of a page itself, and that of the window of a row, where there can be several of a key. */
    private static final int STATE_BYTES_MAX = Pages.PAGE_BYTES - 2 * Long.BYTES;

    final KeyInfo key;
    final Condition<? super R> deletes;
    final R fallback;
    final boolean evicts;
    private final EventType<R> rowType;

    private LookUp(KeyInfo key, EventType<R> rowType, Condition<? super R> deletes, R fallback, boolean evicts) {
        this.key = Objects.requireNonNull(key, "key");
        this.rowType = rowType;
        this.deletes = deletes;
        this.fallback = fallback;
        this.evicts = evicts;
    }

    /**
     * Makes a look-up.
     *
     * @param key     the key of the table and the bound of its rows; 0 for as many as the state budget holds
     * @param rowType the layout of the rows
     * @param <L>     the type of the events
     * @param <R>     the type of the rows
     * @return the operator, with two inputs
     */
    public static <L, R> LookUp<L, R> of(KeyInfo key, EventType<R> rowType) {
        return new LookUp<>(key, rowType, null, null, false);
    }

    /**
     * Says which rows take the row of their key away.
     *
     * @param condition called with each row; null for none
     * @return a changed copy
     */
    public LookUp<L, R> deleteWhen(Condition<? super R> condition) {
        return new LookUp<>(key, rowType, condition, fallback, evicts);
    }

    /**
     * Sets what stands beside an event whose key has no row.
     *
     * @param row a value of its own (a record), or null for nothing
     * @return a changed copy
     */
    public LookUp<L, R> orElse(R row) {
        return new LookUp<>(key, rowType, deletes, row, evicts);
    }

    /**
     * At the bound, evicts the row that was set longest ago instead of refusing one of a new key.
     *
     * @return a changed copy
     */
    public LookUp<L, R> evictOldest() {
        return new LookUp<>(key, rowType, deletes, fallback, true);
    }

    @Override
    public String word() {
        return "lookup";
    }

    @Override
    public NodeClass node() {
        return NODE;
    }

    @Override
    public int inputs() {
        return 2;
    }

    /** A row answers nothing. */
    @Override
    public int maxOutputs(int input) {
        return input == 0 ? 1 : 0;
    }

    @Override
    public EventType<?> outputType(int port, List<EventType<?>> inputs) {
        return JoinedType.of(inputs.get(0), inputs.get(1));
    }

    @Override
    public Answers answers() {
        return Answers.EXACTLY_ONE;
    }

    @Override
    public boolean keyed() {
        return true;
    }

    /** An event asks what is kept; it is the rows of the other input that stay. */
    @Override
    public boolean countsEvents(int input) {
        return input == 1;
    }

    @Override
    public boolean takesUpdates(int input) {
        return input == 1;
    }

    @Override
    public boolean passesUpdates(int input) {
        return false; // a row that changes changes no answer already given
    }

    @Override
    public long bytesPerKey() {
        int keyLongs = 1 + (key.maxBytes() + 7) / 8;
        return rowType == null ? 0 : 8L * (keyLongs + columns(rowType));
    }

    static int longs(EventType<?> rowType) {
        return (rowType.maxLength() + 7) / 8;
    }

    /** Length and bytes of the row, and its place in the queue of those that can be given up. */
    int columns(EventType<?> type) {
        return JoinedRow.BYTES + longs(type) + (evicts ? 1 : 0);
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> result = new LinkedHashMap<>();
        result.put("keys at most", key.atMost() == 0 ? "by budget" : Integer.toString(key.atMost()));
        if (evicts) {
            result.put("at the bound", "evict oldest");
        }
        if (fallback != null && rowType != null) {
            result.put("default", RowText.of(rowType, fallback));
        }
        return result;
    }

    @Override
    public Map<String, GivenRow<?>> givenRows() {
        return fallback == null || rowType == null
                ? Map.of()
                : Collections.singletonMap("default", new GivenRow<>(rowType, fallback));
    }

    @Override
    public List<String> problems(List<EventType<?>> inputs) {
        List<String> result = new ArrayList<>();
        if (inputs.get(1) == null || rowType == null) {
            result.add(
                    "the rows of its table are untyped and cannot be kept; use map(type, function) in front of table");
        } else if (bytesPerKey() > STATE_BYTES_MAX) {
            result.add("the rows of its table, " + rowType.name() + ", take up to " + bytesPerKey()
                    + " bytes with their key, and at most " + STATE_BYTES_MAX
                    + " can be kept; map them to what is looked up");
        }
        if (fallback != null && rowType != null) {
            problemOfDefault(result);
        }
        return result;
    }

    private void problemOfDefault(List<String> result) {
        if (!rowType.isValue()) {
            result.add("a default row of " + rowType.name() + " would be a view; ask hasRight() instead");
            return;
        }
        try {
            rowType.canonical(fallback);
        } catch (RefusedException e) {
            result.add("its default row cannot be kept: " + e.getMessage());
        }
    }
}

/** Finds rows, keeps them. */
final class LookUpNode implements Node, SavedByParts, Explains {
    private final EventType<Object> rowType;
    private final Condition<Object> deletes;
    private final Object fallback;
    private final KeyedRows rows;
    private final RowQueue oldestFirst;

    /** 0 where the key alone says which row is meant. */
    private final int windowColumn;

    private final boolean isNumber;
    private final JoinedRow<Object, Object> joined;
    private final int place;
    private final boolean hasCursor;
    private final boolean leftHasCursor;
    private final byte[] bytes;
    private final Failures failures;
    private final NodeCounters counters;

    @SuppressWarnings("unchecked")
    LookUpNode(LookUp<?, ?> operator, NodeContext context) {
        rowType = (EventType<Object>) context.inputType(1);
        deletes = (Condition<Object>) operator.deletes;
        fallback = operator.fallback;
        isNumber = operator.key.isNumber();
        int longs = LookUp.longs(rowType);
        int columns = operator.columns(rowType);
        windowColumn = context.ofWindows(1) ? columns : 0;
        rows = rows(operator, context, windowColumn == 0 ? columns : columns + 1);
        oldestFirst = operator.evicts ? new RowQueue(rows, JoinedRow.BYTES + longs) : null;
        bytes = new byte[8 * longs];
        place = context.valuePlace();
        joined = context.cutting(new JoinedRow<>(rowType, rows, bytes.length, operator.fallback));
        hasCursor = rowType.hasCursor();
        leftHasCursor = context.hasCursor(0);
        failures = context.failures();
        counters = context.counters();
    }

    /**
     * Its keys are those of the table, not of the events: only with a declared bound is it clear how many rows it needs
     * beside those of other words. Rows that can be given up are on their own.
     */
    private static KeyedRows rows(LookUp<?, ?> operator, NodeContext context, int columns) {
        int atMost = operator.key.atMost();
        if (!operator.key.isNumber()) {
            return KeyedRows.forBytes(context.budget(), columns, atMost, operator.key.maxBytes(), context.hashSeed());
        }
        return operator.evicts || atMost == 0
                ? context.keyGroup().rowsApart(context.budget(), columns, atMost)
                : context.keyGroup().rows(context.budget(), columns, atMost, true);
    }

    @Override
    public boolean on(Flow flow) {
        if (flow.input() != 0) {
            return change(flow);
        }
        if (flow.form() != EntryForm.INSERT) {
            return failures.refuse(
                    flow, Reason.MALFORMED, "a look-up answers inserts, not replacements or retractions");
        }
        flow.value(place, joined.set(flow, find(flow)));
        if (hasCursor) {
            joined.cursor(flow, leftHasCursor);
        }
        counters.out++;
        return true;
    }

    @Override
    public void explain(Flow flow, Account to) {
        int slot = find(flow);
        if (slot < 0) {
            to.say("row", fallback == null ? "none" : "none, in its place " + RowText.of(rowType, fallback));
            return;
        }
        byte[] row = new byte[bytes.length];
        long[] page = rows.page(slot);
        int base = rows.base(slot) + JoinedRow.BYTES;
        for (int at = 0; at < row.length; at += Long.BYTES) {
            Bytes.putLong(row, at, page[base + at / Long.BYTES]);
        }
        to.event("row", Taken.by(1), row, 0, (int) page[rows.base(slot) + JoinedRow.LENGTH]);
    }

    private int find(Flow flow) {
        return isNumber ? rows.find(flow.key()) : rows.find(flow.key(), flow.keyBytes(), flow.keyLength());
    }

    private boolean change(Flow flow) {
        if (windowColumn > 0 && leavesRow(flow)) {
            return false;
        }
        boolean delete = flow.form() == EntryForm.RETRACTION;
        int length = 0;
        try {
            delete = delete || deletes != null && deletes.test(flow.value());
            if (!delete) {
                length = Held.copyValue(flow, rowType, bytes, 0);
            }
        } catch (Throwable t) {
            return failures.operatorError(flow, t);
        }
        return delete ? delete(flow) : put(flow, length);
    }

    private boolean leavesRow(Flow flow) {
        int slot = find(flow);
        return slot >= 0 && RowWindow.leaves(flow, rows.get(slot, windowColumn));
    }

    private boolean delete(Flow flow) {
        int slot = find(flow);
        if (slot >= 0) {
            release(slot);
            counters.keys = rows.count();
        }
        return false;
    }

    private void release(int slot) {
        joined.beforeChange(slot);
        if (oldestFirst != null) {
            oldestFirst.remove(slot);
        }
        rows.release(slot);
    }

    private int acquire(Flow flow) {
        int slot = isNumber ? rows.acquire(flow.key()) : rows.acquire(flow.key(), flow.keyBytes(), flow.keyLength());
        if (oldestFirst == null) {
            return slot;
        }
        if (slot < 0 && rows.count() == rows.maxKeys()) {
            release(oldestFirst.oldest());
            counters.evicted++;
            slot = isNumber ? rows.acquire(flow.key()) : rows.acquire(flow.key(), flow.keyBytes(), flow.keyLength());
        } else if (slot >= 0 && !rows.isNew()) {
            oldestFirst.remove(slot);
        }
        if (slot >= 0) {
            oldestFirst.append(slot);
        }
        return slot;
    }

    private boolean put(Flow flow, int length) {
        int slot = acquire(flow);
        if (slot < 0) {
            return failures.refuse(flow, Reason.OVER_BOUND, "the table holds as many keys as it may");
        }
        joined.beforeChange(slot);
        Arrays.fill(bytes, length, bytes.length, (byte) 0);
        long[] page = rows.writable(slot);
        int column = rows.base(slot);
        page[column + JoinedRow.LENGTH] = length;
        column += JoinedRow.BYTES;
        for (int at = 0; at < bytes.length; at += Long.BYTES) {
            page[column++] = Bytes.getLong(bytes, at);
        }
        if (windowColumn > 0) {
            rows.set(slot, windowColumn, flow.windowNs());
        }
        counters.keys = rows.count();
        return false;
    }
}
