package io.millrace.operators.process;

import io.millrace.state.TimerHeap;
import java.util.ArrayList;
import java.util.List;

/**
 * The timers of a process. What a handler sets and cancels is noted in the copy of the row and enters the heap at
 * commit, in the order of setting.
 */
final class TimerSlots {
    /*
     * Columns of a timer: | handle: 0 not set, NEW staged | due | set order | period: 0 once, > 0 each, < 0 last |
     * missed, or, of one that fires once, links: so many firings have set each other for one due before it |
     */
    static final int LONGS = 5;
    static final int HANDLE = 0;
    static final int DUE = 1;
    static final int ORDER = 2;
    static final int PERIOD = 3;
    static final int MISSED = 4;
    static final int MOST = 32;

    private static final long NEW = -1;

    private final List<String> names = new ArrayList<>();
    private final List<FiringHandler> handlers = new ArrayList<>();
    private final int[] columns = new int[MOST];
    private final long[] before = new long[MOST];
    private final int[] staged = new int[MOST];
    private int stagedCount;
    private int size;
    private TimerHeap heap;
    private long order;

    int declare(String name, FiringHandler handler, int column) {
        if (size == MOST) {
            throw new IllegalArgumentException("timer " + name + " is one more than the " + MOST
                    + " that a process may have; let one timer serve several purposes");
        }
        columns[size] = column;
        names.add(name);
        handlers.add(handler);
        return size++;
    }

    void bind(TimerHeap ofAllKeys) {
        heap = ofAllKeys;
    }

    /** How many have been set so far; saved with the table. */
    long order() {
        return order;
    }

    void order(long saved) {
        order = saved;
    }

    int count() {
        return size;
    }

    String name(int timer) {
        return names.get(timer);
    }

    FiringHandler[] handlers() {
        return handlers.toArray(new FiringHandler[0]);
    }

    int column(int timer) {
        return columns[timer];
    }

    // ---- during a call: on the copy of the row

    void begin(long[] row) {
        stagedCount = 0;
        for (int t = 0; t < size; t++) {
            before[t] = row[columns[t] + HANDLE];
        }
    }

    void set(long[] row, int timer, long dueNs, long periodNs, int links) {
        unstage(timer);
        staged[stagedCount++] = timer;
        int at = columns[timer];
        row[at + HANDLE] = NEW;
        row[at + DUE] = dueNs;
        row[at + PERIOD] = periodNs;
        row[at + MISSED] = periodNs == 0 ? links : 0;
    }

    void cancel(long[] row, int timer) {
        unstage(timer);
        clear(row, columns[timer]);
    }

    static void clear(long[] row, int at) {
        for (int i = at; i < at + LONGS; i++) {
            row[i] = 0;
        }
    }

    private void unstage(int timer) {
        int kept = 0;
        for (int i = 0; i < stagedCount; i++) {
            if (staged[i] != timer) {
                staged[kept++] = staged[i];
            }
        }
        stagedCount = kept;
    }

    // ---- after a call

    /** Enters what was set, in the order of setting; false when there is no room, and then nothing has changed. */
    boolean enter(long[] row, int slot) {
        for (int i = 0; i < stagedCount; i++) {
            int at = columns[staged[i]];
            long handle = heap.set(row[at + DUE], payload(slot, staged[i]));
            if (handle < 0) {
                for (int j = 0; j < i; j++) {
                    heap.cancel(row[columns[staged[j]] + HANDLE]);
                }
                return false;
            }
            row[at + HANDLE] = handle;
            row[at + ORDER] = ++order;
        }
        return true;
    }

    /** How many that is. */
    int entered() {
        return stagedCount;
    }

    /** Takes what was replaced or cancelled out of the heap. */
    void cancelReplaced(long[] row) {
        for (int t = 0; t < size; t++) {
            if (before[t] != 0 && row[columns[t] + HANDLE] != before[t]) {
                heap.cancel(before[t]);
            }
        }
    }

    // ---- on a row of the table

    /** Sets a periodic timer again, which has just been taken out of the heap. */
    void setAgain(long[] page, int base, int slot, int timer, long dueNs) {
        int at = base + columns[timer];
        page[at + HANDLE] = heap.set(dueNs, payload(slot, timer));
        if (page[at + HANDLE] < 0) {
            throw new IllegalStateException("timer " + names.get(timer) + " finds no room where it stood before");
        }
        page[at + DUE] = dueNs;
        page[at + ORDER] = ++order;
    }

    /** The timer of a row that is due first; -1 when none is due. */
    int firstDue(long[] page, int base, long progressNs) {
        int first = -1;
        for (int t = 0; t < size; t++) {
            int at = base + columns[t];
            if (page[at + HANDLE] != 0
                    && page[at + DUE] <= progressNs
                    && (first < 0 || isBefore(page, at, base + columns[first]))) {
                first = t;
            }
        }
        return first;
    }

    private static boolean isBefore(long[] page, int a, int b) {
        return page[a + DUE] < page[b + DUE] || page[a + DUE] == page[b + DUE] && page[a + ORDER] < page[b + ORDER];
    }

    boolean anySet(long[] page, int base) {
        for (int t = 0; t < size; t++) {
            if (page[base + columns[t] + HANDLE] != 0) {
                return true;
            }
        }
        return false;
    }

    void cancelAll(long[] page, int base) {
        for (int t = 0; t < size; t++) {
            heap.cancel(page[base + columns[t] + HANDLE]);
        }
    }

    static long payload(int slot, int timer) {
        return (long) slot << 8 | timer;
    }

    static int slot(long payload) {
        return (int) (payload >>> 8);
    }

    static int timer(long payload) {
        return (int) (payload & 0xff);
    }
}
