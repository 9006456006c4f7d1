package io.millrace.operators.join;

import io.millrace.event.Bytes;
import io.millrace.event.EntryForm;
import io.millrace.event.EventType;
import io.millrace.event.LongField;
import io.millrace.event.Reason;
import io.millrace.operator.Failures;
import io.millrace.operator.Flow;
import io.millrace.operator.Held;
import io.millrace.operator.Node;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.operators.Stored;
import io.millrace.state.KeyedRows;
import java.util.Arrays;

/** Runs a join by a foreign key: rows of the left side, each on the list of the right row that it names. */
final class ForeignKeyJoinNode implements Node {
    private static final String FULL = "the join holds as many rows as it may: raise its bound or budget";
    private static final String MANY = "more rows name it than a change may change";

    /* Left row: | slot of the right row it names | slot before it + 1 on that one's list | slot behind it + 1 | length | bytes … | */
    private static final int NAMED = 0;
    private static final int BEFORE = 1;
    private static final int BEHIND = 2;
    private static final int LEFT = 3;

    /* Right row, also of a key that is only named: | first + 1 | last + 1 | how many name it | is there | length | bytes … | */
    private static final int FIRST = 0;
    private static final int LAST = 1;
    private static final int COUNT = 2;
    private static final int IS_THERE = 3;
    private static final int RIGHT = 4;

    private final JoinKind kind;
    private final EventType<Object> leftType;
    private final EventType<Object> rightType;
    private final LongField<Object> names;
    private final boolean rewinds;
    private final JoinKeys lefts;
    private final KeyedRows rights;
    private final byte[] own;
    private final Pair pair;
    private final Flow saved = new Flow();
    private final Failures failures;
    private final NodeCounters counters;
    private final Node rest;

    @SuppressWarnings("unchecked")
    ForeignKeyJoinNode(ForeignKeyJoin<?, ?> operator, NodeContext context) {
        kind = operator.kind;
        leftType = (EventType<Object>) context.inputType(0);
        rightType = (EventType<Object>) context.inputType(1);
        names = (LongField<Object>) operator.names;
        rewinds = context.hasCursor(0);
        int leftLongs = LEFT + Stored.longs(leftType.maxLength());
        int rightLongs = RIGHT + Stored.longs(rightType.maxLength());
        long bytes = context.budget().bytes() - operator.leastStateBytes() / 2;
        lefts = new JoinKeys(context, operator.key, leftLongs, 8L * (rightLongs + 4), bytes);
        int atMost = operator.otherKey.atMost();
        // a row of the left side may name one that is not there yet
        int most = atMost == 0 ? lefts.rows.maxKeys() : atMost + lefts.rows.maxKeys();
        rights = KeyedRows.forLongs(context.budget(), rightLongs, most, context.hashSeed());
        own = new byte[Stored.words(Math.max(leftType.maxLength(), rightType.maxLength())) * Long.BYTES];
        pair = new Pair(context);
        failures = context.failures();
        counters = context.counters();
        rest = context.rest(0);
    }

    @Override
    public boolean on(Flow flow) {
        boolean isLeft = flow.input() == 0;
        boolean isDelete = flow.form() == EntryForm.RETRACTION;
        int length = 0;
        long named = 0;
        try {
            if (!isDelete) {
                length = Held.copyValue(flow, isLeft ? leftType : rightType, own, 0);
                if (rewinds) {
                    flow.rewind();
                }
                named = isLeft ? names.of(flow.value()) : 0;
            }
        } catch (Throwable t) {
            return failures.operatorError(flow, t);
        }
        saved.copyFrom(flow);
        saved.reason(null);
        if (isLeft) {
            int slot = lefts.find(flow);
            return isDelete ? deleteLeft(slot, flow) : setLeft(slot, named, length, flow);
        }
        int slot = rights.find(flow.key());
        return isDelete ? deleteRight(slot, flow) : setRight(slot, length, flow);
    }

    // ---- the left side

    private boolean isShown(int right) {
        return kind == JoinKind.LEFT || rights.get(right, IS_THERE) != 0;
    }

    private boolean deleteLeft(int slot, Flow flow) {
        if (slot == JoinKeys.NONE) {
            return false;
        }
        int right = (int) lefts.rows.get(slot, NAMED);
        boolean wasShown = isShown(right);
        load(slot, right);
        unlink(slot, right);
        lefts.rows.release(slot);
        counters.keys = lefts.rows.count();
        return wasShown && send(EntryForm.RETRACTION, flow);
    }

    private boolean setLeft(int found, long named, int length, Flow flow) {
        int before = found == JoinKeys.NONE ? -1 : (int) lefts.rows.get(found, NAMED);
        boolean stays = before >= 0 && rights.key(before) == named;
        if (stays && isSame(lefts.rows, found, LEFT, length)) {
            return false;
        }
        int right = stays ? before : rights.acquire(named);
        if (right < 0) {
            return failures.refuse(flow, Reason.OVER_BOUND, FULL);
        }
        int slot = found == JoinKeys.NONE ? lefts.acquire(flow) : found;
        if (slot == JoinKeys.NONE) {
            releaseIfUnused(right);
            return failures.refuse(flow, Reason.OVER_BOUND, FULL);
        }
        boolean moves = before >= 0 && !stays;
        boolean retracts = moves && isShown(before);
        if (moves) {
            load(slot, before);
            unlink(slot, before);
        }
        Stored.write(lefts.rows.writable(slot), lefts.rows.base(slot) + LEFT, own, length);
        if (!stays) {
            link(slot, right);
        }
        counters.keys = lefts.rows.count();
        if (retracts) {
            send(EntryForm.RETRACTION, flow);
            rest.on(flow);
            flow.copyFrom(saved);
        }
        if (!isShown(right)) {
            return false;
        }
        load(slot, right);
        return send(stays ? EntryForm.REPLACEMENT : EntryForm.INSERT, flow);
    }

    // ---- the right side

    private boolean deleteRight(int slot, Flow flow) {
        if (slot < 0 || rights.get(slot, IS_THERE) == 0) {
            return false;
        }
        if (rights.get(slot, COUNT) > ForeignKeyJoin.MATCHES) {
            return failures.refuse(flow, Reason.OVER_BOUND, MANY);
        }
        if (kind == JoinKind.LEFT) {
            rights.set(slot, IS_THERE, 0);
            sendAll(slot, EntryForm.REPLACEMENT, flow);
        } else {
            sendAll(slot, EntryForm.RETRACTION, flow); // what goes is what was
            rights.set(slot, IS_THERE, 0);
        }
        releaseIfUnused(slot);
        return false;
    }

    private boolean setRight(int found, int length, Flow flow) {
        boolean wasThere = found >= 0 && rights.get(found, IS_THERE) != 0;
        if (wasThere && isSame(rights, found, RIGHT, length)) {
            return false;
        }
        if (found >= 0 && rights.get(found, COUNT) > ForeignKeyJoin.MATCHES) {
            return failures.refuse(flow, Reason.OVER_BOUND, MANY);
        }
        int slot = found < 0 ? rights.acquire(flow.key()) : found;
        if (slot < 0) {
            return failures.refuse(flow, Reason.OVER_BOUND, FULL);
        }
        rights.set(slot, IS_THERE, 1);
        Stored.write(rights.writable(slot), rights.base(slot) + RIGHT, own, length);
        boolean wasShown = wasThere || kind == JoinKind.LEFT;
        sendAll(slot, wasShown ? EntryForm.REPLACEMENT : EntryForm.INSERT, flow);
        return false;
    }

    /** Sends all rows that name it, with their own keys. */
    private void sendAll(int right, EntryForm form, Flow flow) {
        for (int slot = (int) rights.get(right, FIRST) - 1; slot >= 0; ) {
            flow.copyFrom(saved);
            lefts.keyOf(slot, flow);
            load(slot, right);
            slot = (int) lefts.rows.get(slot, BEHIND) - 1;
            send(form, flow);
            rest.on(flow);
        }
    }

    // ---- pairs and lists

    private void load(int left, int right) {
        pair.left(lefts.rows.page(left), lefts.rows.base(left) + LEFT);
        if (rights.get(right, IS_THERE) != 0) {
            pair.right(rights.page(right), rights.base(right) + RIGHT);
        } else {
            pair.noRight();
        }
    }

    private boolean send(EntryForm form, Flow flow) {
        pair.put(flow);
        flow.form(form);
        counters.out++;
        return true;
    }

    private boolean isSame(KeyedRows rows, int slot, int column, int length) {
        long[] page = rows.page(slot);
        int at = rows.base(slot) + column;
        if (page[at] != length) {
            return false;
        }
        Arrays.fill(own, length, Stored.words(length) * Long.BYTES, (byte) 0);
        for (int i = 0; i < length; i += Long.BYTES) {
            if (page[++at] != Bytes.getLong(own, i)) {
                return false;
            }
        }
        return true;
    }

    private void link(int slot, int right) {
        int last = (int) rights.get(right, LAST) - 1;
        lefts.rows.set(slot, NAMED, right);
        lefts.rows.set(slot, BEFORE, last + 1L);
        lefts.rows.set(slot, BEHIND, 0);
        if (last < 0) {
            rights.set(right, FIRST, slot + 1L);
        } else {
            lefts.rows.set(last, BEHIND, slot + 1L);
        }
        rights.set(right, LAST, slot + 1L);
        rights.add(right, COUNT, 1);
    }

    private void unlink(int slot, int right) {
        int before = (int) lefts.rows.get(slot, BEFORE) - 1;
        int behind = (int) lefts.rows.get(slot, BEHIND) - 1;
        if (before < 0) {
            rights.set(right, FIRST, behind + 1L);
        } else {
            lefts.rows.set(before, BEHIND, behind + 1L);
        }
        if (behind < 0) {
            rights.set(right, LAST, before + 1L);
        } else {
            lefts.rows.set(behind, BEFORE, before + 1L);
        }
        rights.add(right, COUNT, -1);
        releaseIfUnused(right);
    }

    private void releaseIfUnused(int right) {
        if (rights.get(right, COUNT) == 0 && rights.get(right, IS_THERE) == 0) {
            rights.release(right);
        }
    }
}
