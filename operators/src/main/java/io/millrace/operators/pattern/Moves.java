package io.millrace.operators.pattern;

import io.millrace.operator.NodeCounters;
import io.millrace.operators.Touched;
import io.millrace.state.Saved;
import io.millrace.state.Scratch;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.time.Times;

/**
 * What becomes of the runs of a key at an event. It is asked about first ({@link #ask}), then room is
 * made for all that may come of it ({@link #reserve}), then it is done ({@link #apply}): so what fails has changed nothing.
 */
final class Moves implements Saved {
    /** Links freed for one event, at least. */
    private static final int SWEEP = 64;

    private static final int SWEEP_ALL = 1 << 16;

    private final Automaton automaton;
    private final KeyRuns keys;
    private final Runs runs;
    private final Links links;
    private final StoredEvents events;
    private final Choice choice;
    private final Candidates candidates;
    private final Outgoing outgoing;
    private final NodeCounters counters;
    private final long withinNs;
    private final int partialsAtMost;
    private final int matchesAtMost;
    private final Touched touched;

    // what was asked
    private final int[] asked;
    private final long[] taken;
    private final long[] left;
    private int count;
    private long startTaken;
    private int newLinks;

    // what was reserved
    private int[] freeLinks;
    private int[] freeRuns;
    private int linksLeft;
    private int runsLeft;

    // the list of runs that is being made
    private int first;
    private int last;
    private int size;

    @Scratch("of the matches of the event in hand")
    private int passed;

    // the event that is applied
    private int event;
    private long serial;
    private long timeNs;
    private long serials;

    Moves(PatternState state, Choice choice, NodeCounters counters) {
        automaton = state.automaton;
        keys = state.keys;
        runs = state.runs;
        links = state.links;
        events = state.events;
        this.choice = choice;
        this.counters = counters;
        touched = state.touched;
        candidates = new Candidates(automaton, state.shape, links, events);
        withinNs = state.withinNs;
        partialsAtMost = state.shape.partialsAtMost;
        matchesAtMost = state.shape.matchesAtMost;
        outgoing = new Outgoing(links, matchesAtMost);
        asked = new int[partialsAtMost];
        taken = new long[partialsAtMost];
        left = new long[partialsAtMost];
        freeLinks = new int[4 * partialsAtMost];
        freeRuns = new int[4 * partialsAtMost];
    }

    @Override
    public void save(StateWriter to) {
        to.putLong(serials);
    }

    @Override
    public void load(StateReader from) {
        serials = from.getLong();
    }

    /** What is due, which is sent in the same way. */
    Deadlines deadlines(PatternState state, boolean reportsTimeouts) {
        return new Deadlines(state, candidates, outgoing, reportsTimeouts);
    }

    /** What is to be sent now. */
    Outgoing outgoing() {
        return outgoing;
    }

    // ---- asking

    /** Asks all runs of a row, and whether a new one begins; the event has been given to the choice. */
    void ask(int slot) throws Exception {
        count = 0;
        newLinks = 0;
        for (int run = slot < 0 ? Runs.NONE : keys.first(slot); run >= 0; run = runs.next(run)) {
            int link = runs.link(run);
            choice.ask(link, runs.bits(run), links.step(link), runs.lastNs(run));
            note(run);
        }
        choice.askStart();
        startTaken = choice.taken();
        newLinks += Long.bitCount(startTaken);
        touched.also(count + newLinks);
    }

    private void note(int run) {
        asked[count] = run;
        taken[count] = choice.taken();
        left[count++] = choice.left();
        newLinks += Long.bitCount(choice.taken());
    }

    /** Whether something takes the event, so that it has to be kept. */
    boolean isTaken() {
        return newLinks > 0;
    }

    // ---- making room

    /** Room for an event; -1 when there is none, also not among those that nobody looks at any more. */
    int takeEvent() {
        int id = events.take();
        return id < 0 && links.sweep(SWEEP_ALL) ? events.take() : id;
    }

    /** Takes what may be needed; answers false when there is no room, and then has taken nothing. */
    boolean reserve() {
        if (freeLinks.length < newLinks) {
            freeLinks = new int[2 * newLinks];
            freeRuns = new int[2 * newLinks];
        }
        linksLeft = 0;
        runsLeft = 0;
        while (linksLeft < newLinks) {
            int link = links.take();
            if (link < 0 && links.sweep(SWEEP_ALL)) {
                link = links.take();
            }
            int run = link < 0 ? Runs.NONE : runs.take();
            if (run < 0) {
                if (link >= 0) {
                    links.giveBack(link);
                }
                giveBack();
                return false;
            }
            freeLinks[linksLeft++] = link;
            freeRuns[runsLeft++] = run;
        }
        return true;
    }

    /** Gives back what was reserved and not needed. */
    void giveBack() {
        while (linksLeft > 0) {
            links.giveBack(freeLinks[--linksLeft]);
        }
        while (runsLeft > 0) {
            runs.free(freeRuns[--runsLeft]);
        }
    }

    // ---- an event

    /** Does what was asked; matches are then {@link #outgoing}. The event may be negative when nothing takes it. */
    void apply(int slot, int newEvent, long newTimeNs) {
        begin();
        event = newEvent;
        serial = ++serials;
        timeNs = newTimeNs;
        if (event >= 0) {
            events.serial(event, serial);
        }
        for (int i = 0; i < count; i++) {
            applyTo(asked[i], taken[i], left[i]);
        }
        for (long b = startTaken; b != 0; b &= b - 1) {
            int step = Long.numberOfTrailingZeros(b) - 1;
            extend(Links.NONE, step, 1, 0, serial, Times.plus(timeNs, withinNs));
        }
        giveBack();
        counters.evicted += sendMatches();
        evict();
        finish(slot);
    }

    private void applyTo(int run, long takes, long bits) {
        int link = runs.link(run);
        int step = links.step(link);
        long start = runs.start(run);
        long untilNs = runs.untilNs(run);
        long rest = settle(bits, step, false, link, start);
        boolean goesOn = (rest & Automaton.OPEN) != 0;
        if (goesOn) {
            runs.goesOn(run, rest, automaton.dueNs(rest, untilNs, runs.lastNs(run)));
            append(run);
        }
        long matched = bits & Automaton.MATCHED;
        for (long b = takes; b != 0; b &= b - 1) {
            if ((b & Automaton.LOOP) != 0) {
                extend(link, step, links.count(link) + 1, matched, start, untilNs);
            } else {
                extend(link, Long.numberOfTrailingZeros(b) - 1, 1, matched, start, untilNs);
            }
        }
        if (!goesOn) {
            links.release(link);
            runs.free(run);
        }
    }

    /** Makes the run that has taken the event. */
    private void extend(int before, int step, int n, long matched, long start, long untilNs) {
        int link = freeLinks[--linksLeft];
        links.set(link, event, before, step, n);
        links.hold(link);
        long bits = settle(automaton.opened(step, n) | matched, step, true, link, start);
        if ((bits & Automaton.OPEN) == 0) {
            links.release(link);
            return;
        }
        int run = freeRuns[--runsLeft];
        runs.set(run, start, bits, link, untilNs, automaton.dueNs(bits, untilNs, timeNs), timeNs);
        append(run);
    }

    /** Makes a match of a run that is one; answers what is still open. */
    private long settle(long bits, int step, boolean fresh, int link, long start) {
        if (!automaton.isReady(bits, step, fresh)) {
            return bits;
        }
        links.hold(link);
        candidates.add(link, start);
        return bits & ~Automaton.END | Automaton.MATCHED;
    }

    // ---- the list

    private void begin() {
        first = Runs.NONE;
        last = Runs.NONE;
        size = 0;
    }

    private void append(int run) {
        if (last < 0) {
            first = run;
        } else {
            runs.next(last, run);
        }
        last = run;
        size++;
    }

    private void drop(int run) {
        links.release(runs.link(run));
        runs.free(run);
    }

    /**
     * Hands on the candidates, in their order, as many as may be sent, and takes away what begins where they skip. Answers how
     * many had no room.
     */
    private int sendMatches() {
        close();
        passed = Runs.NONE;
        candidates.sort();
        touched.also(candidates.compared());
        long skippedFrom = Long.MAX_VALUE;
        long skippedTo = Long.MIN_VALUE;
        int sent = 0;
        int noRoom = 0;
        for (int i = 0; i < candidates.count(); i++) {
            int chain = candidates.chain(i);
            long start = candidates.start(i);
            boolean skipped = start >= skippedFrom && start <= skippedTo;
            if (skipped || sent == matchesAtMost) {
                links.release(chain);
                noRoom += skipped ? 0 : 1;
                continue;
            }
            outgoing.add(chain, true);
            sent++;
            candidates.skip(i);
            if (candidates.skips()) {
                skippedFrom = start;
                skippedTo = candidates.skipTo();
                removeSkipped();
            }
        }
        candidates.clear();
        return noRoom;
    }

    /** Matches come by their first event, and so stand runs: those that were passed for one are not looked at again for the next. */
    private void removeSkipped() {
        int run = passed < 0 ? first : runs.next(passed);
        while (run >= 0 && runs.start(run) < candidates.skipFrom()) {
            passed = run;
            run = runs.next(run);
            touched.also(1);
        }
        while (run >= 0 && candidates.isSkipped(runs.start(run))) {
            int next = runs.next(run);
            drop(run);
            size--;
            run = next;
        }
        if (passed < 0) {
            first = run;
        } else {
            runs.next(passed, run);
        }
        last = run < 0 ? passed : last;
    }

    private void close() {
        if (last >= 0) {
            runs.next(last, Runs.NONE);
        }
    }

    /** At the bound the oldest runs go. */
    private void evict() {
        while (size > partialsAtMost) {
            int run = first;
            first = runs.next(run);
            drop(run);
            size--;
            counters.evicted++;
        }
        if (size == 0) {
            last = Runs.NONE;
        }
    }

    private void finish(int slot) {
        close();
        links.sweep(SWEEP);
        if (slot < 0) {
            return;
        }
        keys.runs(slot, first, size);
        if (keys.releaseIfEmpty(slot)) {
            return;
        }
        long due = Long.MAX_VALUE;
        for (int run = first; run >= 0; run = runs.next(run)) {
            due = Math.min(due, runs.dueNs(run));
        }
        keys.dueNs(slot, due);
    }
}
