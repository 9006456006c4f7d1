package io.millrace.operators.process;

import io.millrace.operator.Flow;
import io.millrace.operator.KeyHash;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.operators.Touched;
import io.millrace.state.ExpiryCalendar;
import io.millrace.state.FiringPace;
import io.millrace.state.KeyedRows;
import io.millrace.state.Saved;
import io.millrace.state.Scratch;
import io.millrace.state.StateBudget;
import io.millrace.state.StateCounters;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.state.TimerHeap;
import io.millrace.time.Progress;
import io.millrace.time.Times;
import java.util.ArrayList;
import java.util.List;

/**
 * The state of all keys of a process: a row a key, one heap of timers, blocks of kept events, and a calendar of keys
 * that may have become idle. Moves the {@link KeyState} over a row and makes final what a call did.
 *
 * <p>A key is idle when no timer of it is pending and {@code keepIdle} has passed since its last call. From then on it
 * is as if it had never been; the calendar gives its memory back a little later.
 */
final class KeyTable implements Saved {
    /** No row. */
    static final int NONE = -1;

    private final KeyState state;
    private final TimerSlots timers;
    private final EventBlocks<?>[] kept;
    private final KeyedRows rows;
    private final TimerHeap heap;
    private final ExpiryCalendar calendar;

    /** Of keys that are looked after. */
    private final FiringPace pace;

    private final FiringPace ofTimers;
    private final DeclaredFields fields;
    private final boolean isNumber;
    private final byte[] key;
    private final long seed;
    private final long keepNs;
    private final NodeContext context;
    private final NodeCounters counters;
    private long lastNs = Progress.NONE;

    /** What is fired and called is judged by: the last progress, or where that was when an event came that has waited. */
    @Scratch("of the entry in hand")
    private long atNs = Progress.NONE;

    @Scratch("of the entry in hand")
    private int sweeps;

    @Scratch("of the entry in hand")
    private int sweepsMost;

    @Scratch("of the firing in hand")
    private long count;

    @Scratch("of the firing in hand")
    private int links;

    KeyTable(ProcessByKey operator, KeyState state, NodeContext context) {
        this.state = state;
        this.context = context;
        timers = state.timers;
        kept = state.declared.kept().toArray(new EventBlocks<?>[0]);
        isNumber = operator.keyBytes() == 0;
        key = new byte[operator.keyBytes()];
        seed = context.hashSeed();
        keepNs = operator.keepIdleNs();
        counters = context.counters();
        StateBudget budget = context.budget();
        int keys = keys(budget, operator);
        fields = new DeclaredFields(state);
        context.keeps(fields);
        rows = isNumber
                ? context.keyGroup().rowsApart(budget, state.columns(), keys)
                : KeyedRows.forBytes(budget, state.columns(), keys, operator.keyBytes(), seed);
        calendar = new ExpiryCalendar(budget, rows, keepNs);
        pace = new FiringPace(budget, FiringPace.FEW);
        ofTimers = new FiringPace(budget, ProcessByKey.FIRINGS);
        // for as many as a process may have, since those that a migration takes away are loaded first
        heap = new TimerHeap(budget, (int) Math.min((long) keys * TimerSlots.MOST, Integer.MAX_VALUE));
        timers.bind(heap);
        for (EventBlocks<?> k : kept) {
            k.bind(budget, keys);
        }
        context.keeps(this);
    }

    @Override
    public void save(StateWriter to) {
        to.putLong(lastNs);
        to.putLong(timers.order());
    }

    @Override
    public void load(StateReader from) {
        lastNs = from.getLong();
        timers.order(from.getLong());
        if (fields.hasMoved()) {
            heap.mapPayloads(this::payloadNow);
            armWithoutTimer();
        }
        fields.settled();
        rows.settled();
    }

    /** A key that only a timer would have touched which there is no more. */
    private void armWithoutTimer() {
        for (int slot = rows.nextUsed(0); slot >= 0; slot = rows.nextUsed(slot + 1)) {
            if (!timers.anySet(rows.page(slot), rows.base(slot))) {
                calendar.arm(slot, idleAtNs(slot));
            }
        }
    }

    private long payloadNow(long was) {
        int slot = rows.moved(TimerSlots.slot(was));
        int timer = fields.timer(TimerSlots.timer(was));
        return slot < 0 || timer < 0 ? -1 : TimerSlots.payload(slot, timer);
    }

    /** As many keys as have room for all that each may hold. */
    private static int keys(StateBudget budget, ProcessByKey operator) {
        long left = budget.bytes() - budget.usedBytes() - operator.leastStateBytes();
        long fit = Math.max(1, Math.min(left / operator.bytesPerKey(), Integer.MAX_VALUE >> 3));
        return (int) (operator.keysAtMost() == 0 ? fit : Math.min(fit, operator.keysAtMost()));
    }

    /** Counts what is touched of all this, and of further structures. */
    Touched touched(StateCounters... further) {
        List<StateCounters> all = new ArrayList<>(List.of(rows.counters(), heap.counters()));
        for (EventBlocks<?> k : kept) {
            all.add(k.counters());
        }
        all.addAll(List.of(further));
        return new Touched(counters, all.toArray(new StateCounters[0]), calendar);
    }

    // ---- time

    /** Takes note of progress; answers it. */
    long progress(long progressNs) {
        if (progressNs != Progress.END) {
            lastNs = progressNs;
        }
        atNs = lastNs;
        return progressNs;
    }

    /** Goes by an earlier progress until the next is noted: that of an event that has waited. */
    void at(long progressNs) {
        atNs = Math.min(progressNs, lastNs);
    }

    /** The progress before the end of input: what events have made of it. */
    long floor() {
        return atNs;
    }

    /** Something is due that is no timer. */
    void due(long dueNs) {
        context.due(dueNs);
    }

    long nextDueNs() {
        return Math.min(heap.nextDueNs(), calendar.nextDueNs());
    }

    // ---- keys

    int find(Flow flow) {
        return isNumber ? rows.find(flow.key()) : rows.find(flow.key(), flow.keyBytes(), flow.keyLength());
    }

    private int acquire(Flow flow) {
        return isNumber ? rows.acquire(flow.key()) : rows.acquire(flow.key(), flow.keyBytes(), flow.keyLength());
    }

    void keyOf(int slot, Flow flow) {
        if (isNumber) {
            flow.key(rows.key(slot));
            return;
        }
        int length = rows.copyKey(slot, key);
        flow.key(KeyHash.of(seed, key, length), key, length);
    }

    /** Whether something has to be done for a key before its event. */
    boolean isBehind(int slot, long progressNs) {
        return firstDue(slot, progressNs) >= 0 || isIdle(slot, progressNs);
    }

    int firstDue(int slot, long progressNs) {
        return timers.firstDue(rows.page(slot), rows.base(slot), progressNs);
    }

    boolean isIdle(int slot, long progressNs) {
        return idleAtNs(slot) <= progressNs && !timers.anySet(rows.page(slot), rows.base(slot));
    }

    /** The row, unless its key has become idle: then it is given back. */
    int unlessIdle(int slot, long progressNs) {
        if (slot < 0 || !isIdle(slot, progressNs)) {
            return slot;
        }
        release(slot);
        return NONE;
    }

    private long idleAtNs(int slot) {
        return Times.plus(rows.page(slot)[rows.base(slot) + KeyState.TOUCHED], keepNs);
    }

    void release(int slot) {
        long[] page = rows.page(slot);
        int base = rows.base(slot);
        timers.cancelAll(page, base);
        for (EventBlocks<?> k : kept) {
            k.release(page, base);
        }
        rows.release(slot);
        counters.keys = rows.count();
    }

    // ---- firing

    /** An entry fires: so many keys are looked at, at most; answers how many timers. */
    int begin(long progressNs, int most) {
        sweeps = 0;
        sweepsMost = pace.most(progressNs >= Progress.END, most);
        return ofTimers.most(progressNs >= Progress.END, most);
    }

    /** The entry has fired what it may, keys that were looked after among it. */
    void end(int fired, long progressNs) {
        pace.fired(sweeps, calendar.nextDueNs() <= progressNs);
        ofTimers.fired(fired - sweeps, heap.nextDueNs() <= progressNs);
    }

    /** Timers have fired before an event. */
    void caughtUp(long progressNs) {
        ofTimers.caughtUp(heap.nextDueNs() <= progressNs);
    }

    /** No further key is looked at for this entry. */
    void sweepNoMore() {
        sweepsMost = sweeps;
    }

    /** Takes the first timer out of the heap when it is due, and no key is to be looked at before it. */
    boolean pop(long progressNs) {
        return (heap.nextDueNs() <= calendar.nextDueNs() || sweeps == sweepsMost) && heap.pop(progressNs);
    }

    boolean isTimerDue(long progressNs) {
        return heap.nextDueNs() <= progressNs;
    }

    int poppedSlot() {
        return TimerSlots.slot(heap.payload());
    }

    long poppedDueNs() {
        return heap.dueNs();
    }

    int poppedTimer() {
        return TimerSlots.timer(heap.payload());
    }

    /** Takes a timer of a row out of the heap; answers its due. */
    long take(int slot, int timer) {
        int at = rows.base(slot) + timers.column(timer);
        long[] page = rows.page(slot);
        heap.cancel(page[at + TimerSlots.HANDLE]);
        return page[at + TimerSlots.DUE];
    }

    /**
     * Notes in its row that a timer which was taken out of the heap fires, and sets it again when it is periodic.
     * Answers whether its handler is to be called: not when it has moved on to a later period, or has stopped at the
     * end of input.
     */
    boolean fires(int slot, int timer, long dueNs, long progressNs) {
        long[] page = rows.writable(slot);
        int base = rows.base(slot);
        int at = base + timers.column(timer);
        long period = page[at + TimerSlots.PERIOD];
        boolean beyond = progressNs == Progress.END && dueNs > lastNs;
        count = 1;
        links = period == 0 ? (int) page[at + TimerSlots.MISSED] : 0;
        if (period == 0 || beyond) {
            TimerSlots.clear(page, at);
            page[base + KeyState.ENDED] |= beyond ? 1L << timer : 0;
            if (period != 0) {
                watch(slot);
            }
            return period == 0;
        }
        if (period < 0) {
            long more = periodsBetween(dueNs, atNs, -period);
            count = page[at + TimerSlots.MISSED] + 1;
            page[at + TimerSlots.MISSED] = more == 0 ? 0 : count - 1 + more;
            timers.setAgain(page, base, slot, timer, Times.plus(dueNs, more == 0 ? -period : -period * more));
            return more == 0;
        }
        timers.setAgain(page, base, slot, timer, Times.plus(dueNs, period));
        return true;
    }

    /** For how many periods the timer stands that fires. */
    long count() {
        return count;
    }

    /** How many firings before it have set each other for its due. */
    int links() {
        return links;
    }

    /** Looks at a key whose time may have come, when one is due on the calendar. */
    boolean sweep(long progressNs) {
        int slot = sweeps == sweepsMost ? NONE : calendar.pop(progressNs);
        if (slot < 0) {
            return false;
        }
        sweeps++;
        if (isIdle(slot, progressNs)) {
            release(slot);
        } else {
            watch(slot);
        }
        return true;
    }

    /** Puts a key on the calendar, unless a timer will touch it again. */
    void watch(int slot) {
        if (!timers.anySet(rows.page(slot), rows.base(slot)) && !calendar.isArmed(slot)) {
            calendar.arm(slot, idleAtNs(slot));
            context.due(calendar.nextDueNs());
        }
    }

    void touch(int slot, long ns) {
        int at = rows.base(slot) + KeyState.TOUCHED;
        long[] page = rows.writable(slot);
        page[at] = Math.max(page[at], ns);
    }

    // ---- calls

    /** Copies a row, or that of a new key, to where handlers work. */
    void load(int slot) {
        if (slot == NONE) {
            state.loadInitial();
        } else {
            System.arraycopy(rows.page(slot), rows.base(slot), state.row(), 0, state.columns());
        }
    }

    /** Makes final what a call did; answers false when there is no room, and then nothing has changed. */
    boolean commit(int slot, Flow flow, long touchedNs, boolean isFiring) {
        if (state.forgets()) {
            undo();
            if (slot != NONE) {
                release(slot);
            }
            return true;
        }
        if (slot == NONE && state.isInitial()) {
            return true;
        }
        int into = slot == NONE ? acquire(flow) : slot;
        if (into < 0) {
            undo();
            return false;
        }
        long[] row = state.row();
        if (!timers.enter(row, into)) {
            if (slot == NONE) {
                rows.release(into);
            }
            undo();
            return false;
        }
        if (slot == NONE) {
            pace.added(1);
        }
        if (isFiring) {
            ofTimers.addedByFiring(timers.entered());
        } else {
            ofTimers.added(timers.entered());
        }
        timers.cancelReplaced(row);
        row[KeyState.TOUCHED] = Math.max(row[KeyState.TOUCHED], touchedNs);
        store(into, row);
        return true;
    }

    private void store(int slot, long[] row) {
        System.arraycopy(row, 0, rows.writable(slot), rows.base(slot), row.length);
        for (EventBlocks<?> k : kept) {
            k.commit();
        }
        context.due(heap.nextDueNs());
        watch(slot);
        counters.keys = rows.count();
    }

    /** Gives back what a call took. */
    void undo() {
        for (EventBlocks<?> k : kept) {
            k.undo();
        }
    }

    void cutViews() {
        for (EventBlocks<?> k : kept) {
            k.cut();
        }
    }

    /** How many more periods fit between a due and a time that is not before it. */
    private static long periodsBetween(long dueNs, long toNs, long periodNs) {
        long distance = toNs - dueNs;
        return (distance < 0 ? Long.MAX_VALUE : distance) / periodNs;
    }
}
