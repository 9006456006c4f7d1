package io.millrace.operators.rate;

import io.millrace.operator.Flow;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.state.ExpiryCalendar;
import io.millrace.state.FiringPace;
import io.millrace.state.KeyedRows;
import io.millrace.state.RowQueue;
import io.millrace.state.Saved;
import io.millrace.state.Scratch;
import io.millrace.state.StateBudget;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.time.Progress;
import io.millrace.time.Times;
import io.millrace.topology.KeyInfo;
import java.util.Map;

/**
 * A row for each key whose first column is a time: when progress has passed it by a fixed span the row means nothing any
 * more, and the calendar frees it, without an event of its key. The verdict on an event never depends on whether that has been
 * done yet, but for one thing: a row that means nothing holds a place until the calendar comes to it (a step of it later, or more where
 * many are due), so at the bound on keys a new key is refused, or another given up for it, a little sooner than need be. It is the
 * same for the same log.
 */
final class KeyTimes implements Saved {
    /** The most rows looked at in the time step of one entry. */
    static final int FIRINGS = 64;

    /** The column of the time. */
    static final int TIME = 0;

    /** How many rows are read before the first is dealt with: enough to overlap their misses of cache. */
    private static final int POPPED_MAX = 8;

    private final KeyedRows rows;
    private final ExpiryCalendar calendar;
    private final FiringPace pace;
    private final long keepNs;
    private final boolean isNumber;
    private final NodeContext context;
    private final NodeCounters counters;
    private final RowQueue oldestFirst;
    private final int[] popped = new int[POPPED_MAX];
    private int at;
    private int end;
    private long poppedDueNs;

    @Scratch("of the event or entry in hand")
    private long touchedBefore;

    /** The sum of what was read ahead, so that reading it cannot be left out. */
    @Scratch("nobody asks for it")
    private long readAhead;

    KeyTimes(NodeContext context, KeyInfo key, int columns, long keepNs, boolean evicts) {
        this.context = context;
        this.keepNs = keepNs;
        counters = context.counters();
        isNumber = key.isNumber();
        rows = rows(context, key, columns + (evicts ? 1 : 0), evicts);
        calendar = new ExpiryCalendar(context.budget(), rows, keepNs);
        pace = new FiringPace(context.budget(), FiringPace.FEW_FREEING);
        oldestFirst = evicts ? new RowQueue(rows, columns) : null;
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
    }

    @Override
    public void load(StateReader from) {
        at = 0;
        end = from.getInt("a number of rows that wait", POPPED_MAX);
        from.getInts(popped, end);
        rows.mapSlots(popped, end);
        poppedDueNs = from.getLong();
        rows.settled();
    }

    /** Rows that can be given up are on their own: a row put together with those of other words stands as long as any needs it. */
    private KeyedRows rows(NodeContext context, KeyInfo key, int columns, boolean evicts) {
        StateBudget budget = context.budget();
        int most = key.atMost() > 0 ? key.atMost() : keysFor(budget, columns, key);
        if (!isNumber) {
            return KeyedRows.forBytes(budget, columns, most, key.maxBytes(), context.hashSeed());
        }
        return evicts
                ? context.keyGroup().rowsApart(budget, columns, most)
                : context.keyGroup().rows(budget, columns, most, key.atMost() > 0);
    }

    /** As many as the budget holds beside index and calendar. */
    private static int keysFor(StateBudget budget, int columns, KeyInfo key) {
        long longs = columns + 7L + (key.maxBytes() + 7) / 8;
        return (int) Math.max(1, Math.min(1 << 29, budget.bytes() / (longs * Long.BYTES)));
    }

    int find(Flow flow) {
        return isNumber ? rows.find(flow.key()) : rows.find(flow.key(), flow.keyBytes(), flow.keyLength());
    }

    /** The row of a key, made when there is none; -1 at the bound, where none is given up for it. */
    int acquire(Flow flow) {
        touchedBefore = touched();
        int slot = row(flow);
        if (slot < 0 && oldestFirst != null && oldestFirst.oldest() >= 0) {
            evict(oldestFirst.oldest());
            slot = row(flow);
        }
        counters.keys = rows.count();
        return slot;
    }

    private int row(Flow flow) {
        return isNumber ? rows.acquire(flow.key()) : rows.acquire(flow.key(), flow.keyBytes(), flow.keyLength());
    }

    /** Its place is taken at once, as at the bound no other is free: where it was read ahead, that row has not ended and stays on the calendar. */
    private void evict(int slot) {
        release(slot);
        counters.evicted++;
    }

    private void release(int slot) {
        if (oldestFirst != null) {
            oldestFirst.remove(slot);
        }
        rows.release(slot);
    }

    boolean isNew() {
        return rows.isNew();
    }

    long[] page(int slot) {
        return rows.page(slot);
    }

    long[] writable(int slot) {
        return rows.writable(slot);
    }

    int base(int slot) {
        return rows.base(slot);
    }

    /** An event of the key has passed, and its time stands in the row: one that is new will be freed. */
    void passed(int slot, boolean isNew) {
        if (oldestFirst != null) {
            if (!isNew) {
                oldestFirst.remove(slot);
            }
            oldestFirst.append(slot);
        }
        if (isNew) {
            pace.added(1);
            calendar.arm(slot, endNs(slot));
            context.due(nextDueNs());
        }
        countTouched();
    }

    /** What was written of rows, and gone along the calendar; rows may be those of other words too, which do not run in between. */
    private long touched() {
        return rows.counters().writes() + calendar.counters().steps();
    }

    /** For an event of which nothing was kept; {@link #passed} and {@link #fire} count by themselves. */
    void countTouched() {
        long slots = touched() - touchedBefore;
        if (slots > counters.maxSlotsTouched) {
            counters.maxSlotsTouched = slots;
        }
    }

    /** When the row means nothing any more. */
    private long endNs(int slot) {
        return Times.plus(rows.page(slot)[rows.base(slot) + TIME], keepNs);
    }

    /** Tells a policy among the settings. */
    static void tell(boolean evicts, Map<String, String> settings) {
        if (evicts) {
            settings.put("at the bound", "evict oldest");
        }
    }

    /** Whether so much time lies between the two, of which the first is not later. */
    static boolean apart(long fromNs, long toNs, long by) {
        return Long.compareUnsigned(toNs - fromNs, by) >= 0;
    }

    long nextDueNs() {
        return at < end
                ? poppedDueNs
                : calendar.buckets() == 0 ? Long.MAX_VALUE : Math.min(calendar.nextDueNs(), Progress.END);
    }

    int fire(long progressNs, int most) {
        int fired = 0;
        int share = pace.most(progressNs >= Progress.END, most);
        int freed = 0;
        long upTo = progressNs >= Progress.END ? Long.MAX_VALUE : progressNs;
        touchedBefore = touched();
        while (fired < share && (at < end || pop(upTo))) {
            int slot = popped[at++];
            if (endNs(slot) <= progressNs) {
                release(slot);
                freed++;
            } else {
                calendar.arm(slot, endNs(slot));
            }
            fired++;
        }
        countTouched();
        pace.fired(fired, nextDueNs() <= progressNs);
        counters.keys = rows.count();
        counters.maxFreed = Math.max(counters.maxFreed, freed);
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
}
