package io.millrace.operators;

import io.millrace.operator.NodeCounters;
import io.millrace.state.ExpiryCalendar;
import io.millrace.state.Scratch;
import io.millrace.state.StateCounters;

/**
 * Counts what an event, or what fires at an entry, touches of a node's state: each row, block and entry of a heap that is written, as
 * often as it is, and each step along a calendar. The structures count by themselves, so a node that does too much cannot leave it out;
 * only what it reads without writing it has to say ({@link #also}). Adding them up costs a few reads before and behind.
 *
 * <p>For structures of the node's own: what stands behind it runs in between, and may write into rows that several nodes share.
 */
public final class Touched {
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

    /** From here on it counts. */
    public void begin() {
        from = sum();
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
        long slots = sum() - from;
        if (slots > counters.maxSlotsTouched) {
            counters.maxSlotsTouched = slots;
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
