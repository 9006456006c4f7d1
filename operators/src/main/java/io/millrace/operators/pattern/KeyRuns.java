package io.millrace.operators.pattern;

import io.millrace.operator.Flow;
import io.millrace.operator.KeyHash;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.state.KeyedRows;
import io.millrace.state.StateBudget;
import io.millrace.state.StateCounters;
import io.millrace.state.TimerHeap;

/** A row a key that has runs or waiting events: its list of runs, how many of both, and the timer of its first deadline. */
final class KeyRuns {
    static final int NONE = -1;

    /** Columns: | first run + 1 | runs | waiting events | timer |. */
    static final int COLUMNS = 4;

    private static final int FIRST = 0;
    private static final int RUNS = 1;
    private static final int WAITING = 2;
    private static final int TIMER = 3;

    private final KeyedRows rows;
    private final TimerHeap timers;
    private final NodeCounters counters;
    private final long seed;
    private final byte[] key;

    KeyRuns(NodeContext context, int keyBytes, int keysAtMost) {
        StateBudget budget = context.budget();
        seed = context.hashSeed();
        key = keyBytes == 0 ? null : new byte[keyBytes];
        rows = keyBytes == 0
                ? context.keyGroup().rowsApart(budget, COLUMNS, keysAtMost)
                : KeyedRows.forBytes(budget, COLUMNS, keysAtMost, keyBytes, seed);
        timers = new TimerHeap(budget, rows.maxKeys());
        counters = context.counters();
    }

    int find(Flow flow) {
        return key == null ? rows.find(flow.key()) : rows.find(flow.key(), flow.keyBytes(), flow.keyLength());
    }

    /** The row of a key, with a timer that is not due yet; {@link #NONE} when there is no room. */
    int acquire(Flow flow) {
        int slot = key == null ? rows.acquire(flow.key()) : rows.acquire(flow.key(), flow.keyBytes(), flow.keyLength());
        if (slot >= 0 && rows.isNew()) {
            long handle = timers.set(Long.MAX_VALUE, slot);
            if (handle < 0) {
                rows.release(slot);
                return NONE;
            }
            rows.set(slot, TIMER, handle);
            counters.keys = rows.count();
        }
        return slot;
    }

    /** Lets go of a row that holds nothing. */
    boolean releaseIfEmpty(int slot) {
        if (rows.get(slot, RUNS) != 0 || rows.get(slot, WAITING) != 0) {
            return false;
        }
        timers.cancel(rows.get(slot, TIMER));
        rows.release(slot);
        counters.keys = rows.count();
        return true;
    }

    void keyOf(int slot, Flow flow) {
        if (key == null) {
            flow.key(rows.key(slot));
            return;
        }
        int length = rows.copyKey(slot, key);
        flow.key(KeyHash.of(seed, key, length), key, length);
    }

    int first(int slot) {
        return (int) rows.get(slot, FIRST) - 1;
    }

    int runs(int slot) {
        return (int) rows.get(slot, RUNS);
    }

    void runs(int slot, int first, int count) {
        rows.set(slot, FIRST, first + 1L);
        rows.set(slot, RUNS, count);
    }

    boolean hasWaiting(int slot) {
        return rows.get(slot, WAITING) != 0;
    }

    void waiting(int slot, int more) {
        rows.add(slot, WAITING, more);
    }

    // ---- deadlines

    long dueNs(int slot) {
        return timers.dueNs(rows.get(slot, TIMER));
    }

    /** Sets when its first deadline is; there is always room for that. */
    void dueNs(int slot, long dueNs) {
        long handle = rows.get(slot, TIMER);
        if (handle == 0 || timers.dueNs(handle) != dueNs) {
            timers.cancel(handle);
            rows.set(slot, TIMER, timers.set(dueNs, slot));
        }
    }

    long nextDueNs() {
        return timers.nextDueNs();
    }

    /** Takes the row whose deadline is next; it is to be set again, or released. */
    int popRow() {
        timers.pop(Long.MAX_VALUE);
        int slot = (int) timers.payload();
        rows.set(slot, TIMER, 0);
        return slot;
    }

    int count() {
        return rows.count();
    }

    StateCounters ofRows() {
        return rows.counters();
    }

    StateCounters ofTimers() {
        return timers.counters();
    }
}
