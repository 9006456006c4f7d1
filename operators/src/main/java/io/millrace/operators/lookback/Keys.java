package io.millrace.operators.lookback;

import io.millrace.event.Reason;
import io.millrace.operator.Flow;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.operators.aggregate.KeyParts;
import io.millrace.state.ExpiryCalendar;
import io.millrace.state.FiringPace;
import io.millrace.state.KeyedRows;
import io.millrace.state.Saved;
import io.millrace.state.Scratch;
import io.millrace.state.StateBudget;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.time.Progress;
import io.millrace.topology.KeyInfo;

/** The state of a look-back: a row for each key, its stores, and the calendar of keys that may be forgotten. */
final class Keys implements Saved {
    /** How many rows are read before the first is dealt with: enough to overlap their misses of cache. */
    private static final int POPPED_MAX = 8;

    private final KeyedRows rows;
    private final ExpiryCalendar calendar;
    private final FiringPace pace;
    private final Store[] stores;

    /** The only store; null when there are several. */
    private final Store single;

    private final KeyParts parts;
    private final boolean isNumber;
    private final NodeContext context;
    private final NodeCounters counters;
    private final Progress progress;

    /** Keys that the calendar has given back, from {@code at} to {@code end}; the first may be partly freed. */
    private final int[] popped = new int[POPPED_MAX];

    private int at;
    private int end;
    private long poppedDueNs;

    @Scratch("of the entry in hand")
    private long freedByEntry;

    /** The sum of what was read ahead, so that reading it cannot be left out. */
    @Scratch("nobody asks for it")
    private long readAhead;

    @Scratch("of the event in hand")
    private Throwable failure;

    Keys(NodeContext context, History history, Layout layout, KeyInfo key) {
        this.context = context;
        counters = context.counters();
        progress = context.progress();
        isNumber = key.isNumber();
        parts = new KeyParts(history.declared(), key);
        StateBudget budget = context.budget();
        int most = key.atMost() > 0 ? key.atMost() : keysFor(budget, layout, key);
        rows = isNumber
                ? context.keyGroup().rows(budget, layout.rowLongs, most, key.atMost() > 0)
                : KeyedRows.forBytes(budget, layout.rowLongs, most, key.maxBytes(), context.hashSeed());
        calendar = new ExpiryCalendar(budget, rows, keepNs(history));
        pace = new FiringPace(budget, FiringPace.FEW_FREEING);
        stores = Store.all(budget, layout.stores, counters);
        single = stores.length == 1 ? stores[0] : null;
        context.keeps(this);
    }

    /** Rows that the calendar has given back wait for their turn. */
    @Override
    public void save(StateWriter to) {
        to.putInt(end - at);
        for (int i = at; i < end; i++) {
            to.putInt(popped[i]);
        }
        to.putLong(poppedDueNs);
        for (Store store : stores) {
            to.putInt(store.slots());
        }
    }

    @Override
    public void load(StateReader from) {
        at = 0;
        end = from.getInt("a number of rows that wait", POPPED_MAX);
        from.getInts(popped, end);
        rows.mapSlots(popped, end);
        poppedDueNs = from.getLong();
        for (Store store : stores) {
            store.slots(from.getInt());
        }
        rows.settled();
    }

    /** As many keys as the budget holds when each has its smallest block; an index for more would take their room. */
    private static int keysFor(StateBudget budget, Layout layout, KeyInfo key) {
        long longs = layout.rowLongs + 3L + (key.maxBytes() + 7) / 8;
        long blocks = Math.max(layout.smallestBlockBytes(), Long.BYTES * 4);
        return (int) Math.max(1, Math.min(1 << 29, budget.bytes() / (longs * Long.BYTES + blocks)));
    }

    private static long keepNs(History history) {
        long longest = 1;
        for (SpanDeclaration span : history.spans) {
            longest = Math.max(longest, Units.plus(span.sizeNs, span.delayNs));
        }
        return longest;
    }

    // ---- events

    /** Keeps an event and, when it asks, answers it; why not, or null. */
    Reason take(Flow flow, long[] values, boolean asks) {
        int slot = isNumber ? rows.acquire(flow.key()) : rows.acquire(flow.key(), flow.keyBytes(), flow.keyLength());
        if (slot < 0) {
            return Reason.OVER_BOUND;
        }
        boolean isNew = rows.isNew();
        long[] row = rows.writable(slot);
        int base = rows.base(slot);
        if (single == null || !asks || !single.takeShort(row, base, flow.timeNs(), progress.ns(), values)) {
            Reason reason = takeLong(slot, row, base, flow.timeNs(), values, asks, isNew);
            if (reason != null) {
                return reason;
            }
        }
        if (isNew) {
            pace.added(1);
            arm(slot, row, base);
        }
        if (asks && !parts.isEmpty()) {
            parts.fill(flow);
        }
        count(1);
        return null;
    }

    private Reason takeLong(int slot, long[] row, int base, long timeNs, long[] values, boolean asks, boolean isNew) {
        Reason reason = prepare(row, base, timeNs, values, asks);
        if (reason != null) {
            abandon(slot, isNew);
            return reason;
        }
        for (Store store : stores) {
            store.commit(row, base);
        }
        return null;
    }

    /** All that can be refused, and the results: nothing is kept yet when an aggregate of the user's own throws. */
    private Reason prepare(long[] row, int base, long timeNs, long[] values, boolean asks) {
        try {
            for (Store store : stores) {
                Reason reason = store.prepare(row, base, timeNs, progress.ns(), values, asks);
                if (reason != null) {
                    return reason;
                }
                if (asks) {
                    store.answer();
                }
            }
            return null;
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable t) {
            failure = t;
            return Reason.OPERATOR_ERROR;
        }
    }

    /** What was thrown by user code, when the reason is an operator error. */
    Throwable failure() {
        return failure;
    }

    private void abandon(int slot, boolean isNew) {
        for (Store store : stores) {
            store.abandon();
        }
        if (isNew) {
            rows.release(slot);
        }
        count(1);
    }

    /** Answers an event that is not kept. */
    Reason question(Flow flow) {
        int slot = isNumber ? rows.find(flow.key()) : rows.find(flow.key(), flow.keyBytes(), flow.keyLength());
        long[] row = slot < 0 ? null : rows.page(slot);
        int base = slot < 0 ? 0 : rows.base(slot);
        boolean fits = true;
        for (Store store : stores) {
            fits &= store.question(row, base, flow.timeNs());
        }
        if (!fits) {
            return Reason.OUT_OF_RANGE;
        }
        for (Store store : stores) {
            store.answer();
        }
        if (!parts.isEmpty()) {
            parts.fill(flow);
        }
        count(1);
        return null;
    }

    String detail(Reason reason) {
        return reason == Reason.OVER_BOUND
                ? "the look-back holds as many keys or blocks as it may: raise its bound or budget"
                : "a sum of a look-back does not fit 64 bits";
    }

    private void count(int ofRows) {
        int slots = ofRows;
        if (single != null) {
            slots += single.takeSlots();
        } else {
            for (Store store : stores) {
                slots += store.takeSlots();
            }
        }
        if (slots > counters.maxSlotsTouched) {
            counters.maxSlotsTouched = slots;
        }
        counters.keys = rows.count();
    }

    // ---- forgetting

    private void arm(int slot, long[] row, int base) {
        long due = Long.MIN_VALUE;
        for (Store store : stores) {
            if (!store.isEmpty(row, base)) {
                due = Math.max(due, store.dueNs(row, base));
            }
        }
        calendar.arm(slot, due);
        context.due(nextDueNs());
    }

    long nextDueNs() {
        return at < end
                ? poppedDueNs
                : calendar.buckets() == 0 ? Long.MAX_VALUE : Math.min(calendar.nextDueNs(), Progress.END);
    }

    /** Looks after keys whose time may have come; all of them when all input has ended. */
    int fire(long progressNs, int most) {
        int fired = 0;
        int share = pace.most(progressNs >= Progress.END, most);
        freedByEntry = 0;
        long upTo = progressNs >= Progress.END ? Long.MAX_VALUE : progressNs;
        while (fired < share && (at < end || pop(upTo))) {
            fired++;
            if (forget(popped[at], progressNs)) {
                at++;
            }
        }
        pace.fired(fired, nextDueNs() <= progressNs);
        count(fired);
        counters.maxFreed = Math.max(counters.maxFreed, freedByEntry);
        return fired;
    }

    private boolean pop(long upTo) {
        at = 0;
        end = calendar.pop(upTo, popped, POPPED_MAX);
        poppedDueNs = Math.min(calendar.dueNs(), Progress.END);
        long sum = 0;
        for (int i = 0; i < end; i++) {
            sum += rows.page(popped[i])[rows.base(popped[i])];
        }
        readAhead += sum;
        return end > 0;
    }

    /** Frees what is dead of a key; false when there is more. */
    private boolean forget(int slot, long progressNs) {
        long[] row = rows.writable(slot);
        int base = rows.base(slot);
        int freed = 0;
        boolean isEmpty = true;
        for (Store store : stores) {
            if (freed < LookBackOperator.FREED_PER_FIRING) {
                freed += store.forget(row, base, progressNs, LookBackOperator.FREED_PER_FIRING - freed);
            }
            isEmpty &= store.isEmpty(row, base);
        }
        freedByEntry += freed;
        if (isEmpty) {
            rows.release(slot);
        } else if (freed < LookBackOperator.FREED_PER_FIRING) {
            arm(slot, row, base);
        }
        return isEmpty || freed < LookBackOperator.FREED_PER_FIRING;
    }

    /** Blocks taken by all keys. */
    int blocks() {
        int taken = 0;
        for (Store store : stores) {
            taken += store.blocks();
        }
        return taken;
    }
}
