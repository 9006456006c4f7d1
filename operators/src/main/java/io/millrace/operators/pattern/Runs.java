package io.millrace.operators.pattern;

import io.millrace.state.Blocks;
import io.millrace.state.StateBudget;
import io.millrace.state.StateCounters;

/** Partial matches: where each stands, and what it may still do. Those of a key are a list, the oldest first. */
final class Runs {
    /*
     * Run: | next + 1 | serial of its first event | bits of Automaton | its last link | deadline of the whole | when it can no
     * longer go on | time of its last event |
     */
    static final int LONGS = 7;
    static final int NONE = -1;
    private static final int START = 1;
    private static final int BITS = 2;
    private static final int LINK = 3;
    private static final int UNTIL = 4;
    private static final int DUE = 5;
    private static final int LAST = 6;

    private final Blocks blocks;

    Runs(StateBudget budget, int most) {
        blocks = new Blocks(budget, LONGS, most);
    }

    /** Room for a run; -1 when there is none. */
    int take() {
        return blocks.take();
    }

    void free(int id) {
        blocks.free(id);
    }

    void set(int id, long start, long bits, int link, long untilNs, long dueNs, long lastNs) {
        long[] page = blocks.writable(id);
        int base = blocks.base(id);
        page[base + START] = start;
        page[base + BITS] = bits;
        page[base + LINK] = link;
        page[base + UNTIL] = untilNs;
        page[base + DUE] = dueNs;
        page[base + LAST] = lastNs;
    }

    /** What is left of a run that goes on without an event. */
    void goesOn(int id, long bits, long dueNs) {
        long[] page = blocks.writable(id);
        int base = blocks.base(id);
        page[base + BITS] = bits;
        page[base + DUE] = dueNs;
    }

    void next(int id, int next) {
        blocks.writable(id)[blocks.base(id)] = next + 1L;
    }

    private long get(int id, int field) {
        return blocks.page(id)[blocks.base(id) + field];
    }

    int next(int id) {
        return (int) get(id, 0) - 1;
    }

    long start(int id) {
        return get(id, START);
    }

    long bits(int id) {
        return get(id, BITS);
    }

    int link(int id) {
        return (int) get(id, LINK);
    }

    long untilNs(int id) {
        return get(id, UNTIL);
    }

    long dueNs(int id) {
        return get(id, DUE);
    }

    long lastNs(int id) {
        return get(id, LAST);
    }

    int count() {
        return blocks.count();
    }

    StateCounters counters() {
        return blocks.counters();
    }
}
