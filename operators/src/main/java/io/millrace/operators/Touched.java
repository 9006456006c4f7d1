package io.millrace.operators;

import io.millrace.operator.NodeCounters;
import io.millrace.state.ExpiryCalendar;
import io.millrace.state.Scratch;
import io.millrace.state.StateCounters;

/**
 * Counts what an event, or what fires with an entry, touches of a node's state: each write to a row, block or heap
 * entry, and each step along a calendar. The structures count by themselves, so a node that does too much cannot hide
 * it; only what it reads without writing must be reported ({@link #also}).
 *
 * <p>It is a proof, for tests: counting costs some 120 instructions for each event, one in fourteen of a window's. So
 * without assertions nothing is counted, unless {@code -Dmillrace.touched=true} asks for it.
 *
 * <p>It is for structures of the node's own. Later nodes run in between, and may write into rows that several nodes
 * share.
 */
public final class Touched {
    /** Known when the class is loaded, so that the JIT leaves out what is not asked for. */
    private static final boolean COUNTS =
            Touched.class.desiredAssertionStatus() || Boolean.getBoolean("millrace.touched");

    private final NodeCounters counters;
    private final StateCounters[] written;
    private final StateCounters[] walked;

    @Scratch("of the event or entry in hand")
    private long from;

    /**
     * Makes a counter.
     *
     * @param counters  get the maximum
     * @param written   structures whose writes count
     * @param calendars calendars whose steps count
     */
    public Touched(NodeCounters counters, StateCounters[] written, ExpiryCalendar... calendars) {
        this.counters = counters;
        this.written = written.clone();
        walked = new StateCounters[calendars.length];
        for (int i = 0; i < calendars.length; i++) {
            walked[i] = calendars[i].counters();
        }
    }

    /** {@return whether anything is counted: where nothing is, a structure need not count what it reads} */
    public static boolean counts() {
        return COUNTS;
    }

    /** Begins to count. */
    public void begin() {
        if (COUNTS) {
            from = sum();
        }
    }

    /**
     * Reports that something was read and not written.
     *
     * @param slots how many slots
     */
    public void also(int slots) {
        from -= slots;
    }

    /** Ends counting, and keeps the maximum. */
    public void end() {
        if (COUNTS) {
            counters.maxSlotsTouched = Math.max(counters.maxSlotsTouched, sum() - from);
        }
    }

    private long sum() {
        long sum = 0;
        for (StateCounters of : written) {
            sum += of.writes();
        }
        for (StateCounters of : walked) {
            sum += of.steps();
        }
        return sum;
    }
}
