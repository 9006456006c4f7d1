package io.millrace.operators.join;

import io.millrace.event.Bytes;
import io.millrace.event.EntryForm;
import io.millrace.event.EventType;
import io.millrace.event.LongField;
import io.millrace.event.Reason;
import io.millrace.operator.Account;
import io.millrace.operator.Explains;
import io.millrace.operator.Failures;
import io.millrace.operator.Firing;
import io.millrace.operator.Flow;
import io.millrace.operator.Held;
import io.millrace.operator.Node;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.operator.Taken;
import io.millrace.operator.TimedNode;
import io.millrace.operators.KeyByBytes;
import io.millrace.operators.KeyReader;
import io.millrace.operators.Pair;
import io.millrace.operators.Stored;
import io.millrace.operators.Touched;
import io.millrace.state.FiringPace;
import io.millrace.state.SavedByParts;
import io.millrace.state.StateCounters;
import io.millrace.time.Progress;
import io.millrace.topology.KeyInfo;
import java.util.Arrays;

/** Runs a join by a foreign key: rows of the left side, each on the list of the right row that it names. */
final class ForeignKeyJoinNode implements TimedNode, SavedByParts, Explains {
    private static final String FULL = "the join holds as many rows as it may: raise its bound or budget";
    private static final String MANY =
            "as many changes of this row are on their way to the rows that name it as may be";
    private static final int NONE = NamedRows.NONE;
    private static final int LEFT = NamedRows.LEFT_HEAD;

    private final JoinKind kind;
    private final EventType<Object> leftType;
    private final EventType<Object> rightType;
    private final KeyReader names;
    private final JoinKeys lefts;
    private final NamedRows rights;
    private final Changes changes;
    private final FiringPace pace;
    private final byte[] own;
    private int ownChange = NONE;
    private final Pair pair;
    private final Flow saved = new Flow();
    private final NodeContext context;
    private final Failures failures;
    private final Firing firing;
    private final NodeCounters counters;
    private final Touched touched;
    private final Node rest;

    @SuppressWarnings("unchecked")
    ForeignKeyJoinNode(ForeignKeyJoin<?, ?> operator, NodeContext context) {
        this.context = context;
        kind = operator.kind;
        leftType = (EventType<Object>) context.inputType(0);
        rightType = (EventType<Object>) context.inputType(1);
        KeyInfo otherKey = operator.otherKey;
        names = new KeyReader(
                (LongField<Object>) operator.number,
                (KeyByBytes.KeyWriter<Object>) operator.writer,
                otherKey.maxBytes(),
                context.hasCursor(0),
                context.hashSeed());
        int leftLongs = LEFT + Stored.longs(leftType.maxLength());
        int rightLongs = NamedRows.longs(rightType.maxLength());
        long all = context.budget().bytes();
        long bytes = all - all / ForeignKeyJoin.CHANGES_SHARE - operator.leastStateBytes() / 2;
        lefts = new JoinKeys(context, operator.key, leftLongs, 8L * (rightLongs + 4) + otherKey.maxBytes(), bytes);
        // a row of the left side may name one that is not there yet
        int most = otherKey.atMost() == 0 ? lefts.rows.maxKeys() : otherKey.atMost() + lefts.rows.maxKeys();
        rights = new NamedRows(context, otherKey, rightType.maxLength(), most, lefts.rows);
        changes = rights.changes();
        pace = new FiringPace(context.budget(), ForeignKeyJoin.FIRINGS);
        own = new byte[Stored.words(Math.max(leftType.maxLength(), rightType.maxLength())) * Long.BYTES];
        pair = new Pair(context);
        failures = context.failures();
        firing = context.firing();
        counters = context.counters();
        StateCounters[] ofChanges = changes.counters();
        StateCounters[] structures = Arrays.copyOf(ofChanges, ofChanges.length + 2);
        structures[ofChanges.length] = lefts.rows.counters();
        structures[ofChanges.length + 1] = rights.rows.counters();
        touched = new Touched(counters, structures);
        rest = context.rest(0);
    }

    @Override
    public boolean on(Flow flow) {
        touched.begin();
        boolean goesOn = take(flow);
        count();
        return goesOn;
    }

    private void count() {
        touched.also(changes.takeWalked());
        touched.end();
    }

    private boolean take(Flow flow) {
        boolean isLeft = flow.input() == 0;
        boolean isDelete = flow.form() == EntryForm.RETRACTION;
        int length = 0;
        try {
            if (!isDelete) {
                length = Held.copyValue(flow, isLeft ? leftType : rightType, own, 0);
            }
            if (!isDelete && isLeft) {
                names.read(flow);
            }
        } catch (Throwable t) {
            return failures.operatorError(flow, t);
        }
        saved.copyFrom(flow);
        if (isLeft) {
            int slot = lefts.find(flow);
            catchUp(slot, flow);
            return isDelete ? deleteLeft(slot, flow) : setLeft(slot, length, flow);
        }
        int slot = rights.find(flow);
        return isDelete ? deleteRight(slot, flow) : setRight(slot, length, flow);
    }

    // ---- the left side

    private boolean isShown(int right) {
        return kind == JoinKind.LEFT || rights.isThere(right);
    }

    private boolean deleteLeft(int slot, Flow flow) {
        if (slot == JoinKeys.NONE) {
            return false;
        }
        int right = rights.named(slot);
        boolean wasShown = isShown(right);
        load(slot, right);
        rights.unlink(slot, right);
        lefts.rows.release(slot);
        counters.keys = lefts.rows.count();
        return wasShown && send(EntryForm.RETRACTION, flow);
    }

    private boolean setLeft(int found, int length, Flow flow) {
        boolean isNew = found == JoinKeys.NONE;
        int before = isNew ? NONE : rights.named(found);
        boolean stays = !isNew && before == (names.isNone() ? NONE : rights.find(names));
        if (stays && isSame(lefts.rows.page(found), lefts.rows.base(found) + LEFT, length)) {
            return false;
        }
        int right = stays ? before : names.isNone() ? NONE : rights.acquire(names);
        if (right == NONE && !names.isNone()) {
            return failures.refuse(flow, Reason.OVER_BOUND, FULL);
        }
        int slot = isNew ? lefts.acquire(flow) : found;
        if (slot == JoinKeys.NONE) {
            if (right != NONE) {
                rights.releaseIfUnused(right);
            }
            return failures.refuse(flow, Reason.OVER_BOUND, FULL);
        }
        boolean retracts = !isNew && !stays && isShown(before);
        if (!isNew && !stays) {
            load(slot, before);
            rights.unlink(slot, before);
        }
        Stored.write(lefts.rows.writable(slot), lefts.rows.base(slot) + LEFT, own, length);
        if (!stays) {
            rights.link(slot, right);
        }
        counters.keys = lefts.rows.count();
        return sendLeft(slot, right, retracts, stays, flow);
    }

    private boolean sendLeft(int slot, int right, boolean retracts, boolean stays, Flow flow) {
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
        if (!rights.isThere(slot)) {
            return false;
        }
        if (!isAtOnce(slot)) {
            return change(slot, false, 0, flow);
        }
        if (kind == JoinKind.LEFT) {
            rights.set(slot, false, own, 0);
            sendAll(slot, EntryForm.REPLACEMENT, flow);
        } else {
            sendAll(slot, EntryForm.RETRACTION, flow); // what goes is what was
            rights.set(slot, false, own, 0);
        }
        rights.releaseIfUnused(slot);
        return false;
    }

    private boolean setRight(int found, int length, Flow flow) {
        boolean wasThere = rights.isThere(found);
        if (wasThere && isSame(rights.rows.page(found), rights.value(found), length)) {
            return false;
        }
        int slot = found == NONE ? rights.acquire(flow) : found;
        if (slot == NONE) {
            return failures.refuse(flow, Reason.OVER_BOUND, FULL);
        }
        if (!isAtOnce(slot)) {
            return change(slot, true, length, flow);
        }
        rights.set(slot, true, own, length);
        boolean wasShown = wasThere || kind == JoinKind.LEFT;
        sendAll(slot, wasShown ? EntryForm.REPLACEMENT : EntryForm.INSERT, flow);
        return false;
    }

    private boolean isAtOnce(int right) {
        return changes.underWay(right) == 0 && rights.count(right) <= ForeignKeyJoin.MATCHES;
    }

    /** Sends all rows that name it, with their own keys. */
    private void sendAll(int right, EntryForm form, Flow flow) {
        for (int slot = rights.first(right); slot != NONE; ) {
            touched.also(1);
            flow.copyFrom(saved);
            lefts.keyOf(slot, flow);
            load(slot, right);
            slot = rights.behind(slot);
            send(form, flow);
            rest.on(flow);
        }
    }

    // ---- changes that more rows are to be told than one entry may tell

    private boolean change(int right, boolean isThere, int length, Flow flow) {
        if (!changes.begin(right, rights.first(right), context.progress().ns(), flow)) {
            return failures.refuse(flow, Reason.OVER_BOUND, MANY);
        }
        rights.set(right, isThere, own, length);
        changes.becomes(right);
        pace.added(ForeignKeyJoin.FIRINGS / 2);
        context.due(nextDueNs());
        ownChange = changes.newest(right);
        for (int i = 0; i < ForeignKeyJoin.MATCHES && changes.underWay(right) > 0; i++) {
            step(right, flow);
        }
        ownChange = NONE;
        return false;
    }

    /** Tells the next left row, unless it knows already; at the end of the list goes on to the next change. */
    private void step(int right, Flow flow) {
        int left = changes.next(right);
        if (left == NONE) {
            changes.finish(right, rights.first(right));
            return;
        }
        changes.next(right, rights.behind(left));
        if (rights.told(left) == changes.toldToAll(right)) {
            tell(left, right, flow);
        }
    }

    /** Before a row of the left side changes it is told all that it has not been told. */
    private void catchUp(int slot, Flow flow) {
        int right = slot == JoinKeys.NONE ? NONE : rights.named(slot);
        if (right == NONE || rights.told(slot) == changes.made(right)) {
            return;
        }
        while (rights.told(slot) < changes.made(right)) {
            tell(slot, right, flow);
        }
        flow.copyFrom(saved);
    }

    private void tell(int left, int right, Flow flow) {
        long told = rights.told(left);
        int was = changes.after(right, told);
        int is = changes.after(right, told + 1);
        rights.told(left, told + 1);
        boolean isThere = changes.isThere(is);
        boolean wasShown = kind == JoinKind.LEFT || changes.isThere(was);
        boolean isShown = kind == JoinKind.LEFT || isThere;
        pair.left(lefts.rows.page(left), lefts.rows.base(left) + LEFT);
        if (isThere || !isShown) {
            int shown = isThere ? is : was; // what goes is what was
            pair.right(changes.page(shown), changes.value(shown));
        } else {
            pair.noRight();
        }
        flow.copyFrom(saved);
        lefts.keyOf(left, flow);
        if (is != ownChange) {
            flow.fires(firing, changes.timeNs(is));
            flow.reason(null); // that of the event in hand says nothing of an earlier one
            changes.lend(is, firing);
        }
        flow.timeNs(changes.timeNs(is));
        send(wasShown && isShown ? EntryForm.REPLACEMENT : isShown ? EntryForm.INSERT : EntryForm.RETRACTION, flow);
        rest.on(flow);
    }

    @Override
    public void explain(Flow flow, Account to) {
        pair.explain(to, Taken.by(0), Taken.by(1).ofAnyKey());
    }

    /** The oldest change holds progress where it was; a row with none under way has only to leave the line, and that now. */
    @Override
    public long nextDueNs() {
        if (changes.firstInLine() == NONE) {
            return Long.MAX_VALUE;
        }
        return Math.min(changes.heldNs(), context.progress().ns());
    }

    @Override
    public int fire(long progressNs, int most, Flow flow) {
        int share = pace.most(progressNs >= Progress.END, most);
        int fired = 0;
        touched.begin();
        while (fired < share && changes.firstInLine() != NONE) {
            fired++;
            int right = changes.firstInLine();
            if (changes.underWay(right) > 0) {
                step(right, flow);
                changes.tookStep();
            } else {
                changes.leaveLine();
                rights.releaseIfUnused(right);
            }
        }
        count();
        pace.fired(fired, nextDueNs() <= progressNs);
        return fired;
    }

    // ---- pairs

    private void load(int left, int right) {
        pair.left(lefts.rows.page(left), lefts.rows.base(left) + LEFT);
        if (rights.isThere(right)) {
            pair.right(rights.rows.page(right), rights.value(right));
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

    private boolean isSame(long[] page, int at, int length) {
        if (page[at] != length) {
            return false;
        }
        Arrays.fill(own, length, Stored.words(length) * Long.BYTES, (byte) 0);
        for (int i = 0, word = at + 1; i < length; i += Long.BYTES, word++) {
            if (page[word] != Bytes.getLong(own, i)) {
                return false;
            }
        }
        return true;
    }
}
