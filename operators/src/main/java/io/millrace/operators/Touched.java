package io.millrace.operators;

import io.millrace.operator.NodeCounters;
import io.millrace.state.ExpiryCalendar;
import io.millrace.state.Scratch;
import io.millrace.state.StateCounters;

/**
 * Counts what an event, or what fires at an entry, touches of a node's state: each row, block and entry of a heap that is written, as
 * often as it is, and each step along a calendar. The structures count by themselves, so a node that does too much cannot leave it out;
 * only what it reads without writing it has to say ({@link #also}).
 *
 * <p>It is a proof, and proofs run where tests do: adding up costs some 120 instructions an event, one of fourteen of a window's, so without
 * assertions nothing is counted, unless {@code -Dmillrace.touched=true} asks for it.
 *
 * <p>For structures of the node's own: what stands behind it runs in between, and may write into rows that several nodes share.
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
     * Nothing has been touched.
     *
     * @param counters  get the most
     * @param written   of the structures of which writes count
     * @param calendars of which steps count
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

    /** From here on it counts. */
    public void begin() {
        if (COUNTS) {
            from = sum();
        }
    }

    /**
     * Something was looked at and not written.
     *
     * @param slots how many
     */
    public void also(int slots) {
        from -= slots;
    }

    /** Up to here; the most stays. */
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
