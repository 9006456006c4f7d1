package io.millrace.operators.pattern;

import io.millrace.state.Blocks;
import io.millrace.state.Saved;
import io.millrace.state.StateBudget;
import io.millrace.state.StateCounters;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;

/**
 * The events that runs have taken, as chains from the last to the first. Runs that began alike share the beginning; a link
 * goes when nobody holds it. Freeing is done a few links at a time, so that the end of a long chain costs no entry more.
 */
final class Links implements Saved {
    // Link: | holders, or the next one to be freed | event | link before + 1 | step, count in it | first of the step |
    static final int LONGS = 5;
    static final int NONE = -1;
    private static final int EVENT = 1;
    private static final int BEFORE = 2;
    private static final int STEP = 3;
    private static final int FIRST = 4;

    private final Blocks blocks;
    private final StoredEvents events;
    private int loose;

    Links(StateBudget budget, StoredEvents events, int most) {
        blocks = new Blocks(budget, LONGS, most);
        this.events = events;
        budget.keeps(this);
    }

    @Override
    public void save(StateWriter to) {
        to.putInt(loose);
    }

    @Override
    public void load(StateReader from) {
        loose = from.getInt();
    }

    /** A link that nobody holds yet; -1 when there is no room. */
    int take() {
        return blocks.take();
    }

    void giveBack(int id) {
        blocks.free(id);
    }

    /** Puts an event behind a link; a negative one when it is the first. */
    void set(int id, int event, int before, int step, int count) {
        events.hold(event);
        int first = count == 1 ? id : first(before);
        if (before >= 0) {
            hold(before);
        }
        long[] page = blocks.writable(id);
        int base = blocks.base(id);
        page[base + EVENT] = event;
        page[base + BEFORE] = before + 1;
        page[base + STEP] = (long) step << 32 | count;
        page[base + FIRST] = first;
    }

    void hold(int id) {
        blocks.writable(id)[blocks.base(id)]++;
    }

    void release(int id) {
        long[] page = blocks.writable(id);
        int base = blocks.base(id);
        if (--page[base] == 0) {
            page[base] = loose;
            loose = id + 1;
        }
    }

    /** Frees some of those that nobody holds; answers whether there were any. */
    boolean sweep(int most) {
        int left = most;
        while (loose != 0 && left-- > 0) {
            int id = loose - 1;
            long[] page = blocks.page(id);
            int base = blocks.base(id);
            loose = (int) page[base];
            int event = (int) page[base + EVENT];
            int before = (int) page[base + BEFORE] - 1;
            blocks.free(id);
            events.release(event);
            if (before >= 0) {
                release(before);
            }
        }
        return left < most;
    }

    private long get(int id, int field) {
        return blocks.page(id)[blocks.base(id) + field];
    }

    int event(int id) {
        return (int) get(id, EVENT);
    }

    int before(int id) {
        return (int) get(id, BEFORE) - 1;
    }

    int step(int id) {
        return (int) (get(id, STEP) >>> 32);
    }

    int count(int id) {
        return (int) get(id, STEP);
    }

    /** The first link of its step. */
    int first(int id) {
        return (int) get(id, FIRST);
    }

    /** The last link of a step in a chain; {@link #NONE} when the step has none. Goes from step to step. */
    int lastOf(int id, int step) {
        int at = id;
        while (at >= 0 && step(at) > step) {
            at = before(first(at));
        }
        return at >= 0 && step(at) == step ? at : NONE;
    }

    int count() {
        return blocks.count();
    }

    StateCounters counters() {
        return blocks.counters();
    }
}
