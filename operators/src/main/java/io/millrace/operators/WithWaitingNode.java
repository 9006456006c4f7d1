package io.millrace.operators;

import io.millrace.event.EntryForm;
import io.millrace.event.Reason;
import io.millrace.operator.Account;
import io.millrace.operator.Explains;
import io.millrace.operator.Failures;
import io.millrace.operator.Flow;
import io.millrace.operator.NodeContext;
import io.millrace.operator.NodeCounters;
import io.millrace.operator.Origins;
import io.millrace.operator.Taken;
import io.millrace.operator.TimedNode;
import io.millrace.state.FiringPace;
import io.millrace.state.KeyedRows;
import io.millrace.state.Saved;
import io.millrace.state.Scratch;
import io.millrace.state.StateCounters;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.state.TimerHeap;
import io.millrace.time.Progress;
import io.millrace.time.SourceTime;
import java.util.Objects;

/** Keeps events and answers by the mark of the event until all are there. */
final class WithWaitingNode implements TimedNode, Saved, Explains {
    private static final String FULL =
            "with keeps as many events that wait for answers as it may: raise the state budget";

    /* Row of a mark: | which parts are there | latest time | timer | reason | behind what | marks … | block of each part + 1 … | */
    private static final int TIME = 1;
    private static final int TIMER = 2;

    /** The reason of the first part that has one: that part in the upper bits, in the lower {@link #REASON_BITS} one more than its ordinal. */
    private static final int REASON = 3;

    private static final int BEHIND = 4;
    private static final int MARKS = 5;
    private static final int REASON_BITS = 8;
    private static final Reason[] REASONS = Reason.values();
    private static final int BLOCKS = MARKS + Flow.MAX_ORIGINS;

    private final With.Combiner combiner;
    private final int depth;
    private final int parts;
    private final long complete;
    private final long withinNs;
    private final KeyedRows rows;
    private final AnswerBlocks[] kept;
    private final TimerHeap heap;
    private final FiringPace pace;
    private final RewindAll cursors;
    private final NodeContext context;
    private final Progress progress;
    private final Failures failures;
    private final NodeCounters counters;
    private final Touched touched;

    private final Object[] now;
    private final Object[] last;

    @Scratch("made again at the next event")
    private Object lastResult;

    /** The mark of the event that was refused last: parts of it that the same entry brings find no new row. */
    @Scratch("of the entry in hand")
    private long refused = -1;

    private boolean viewsOnly;
    private boolean known;

    WithWaitingNode(WithWaiting<?, ?> operator, NodeContext context) {
        this.context = context;
        combiner = operator.combiner;
        depth = context.originDepth();
        parts = operator.parts;
        complete = (1L << parts) - 1;
        withinNs = operator.withinNs;
        long perEvent = 8L * (BLOCKS + parts + 6);
        boolean anyCursor = false;
        for (int i = 0; i < parts; i++) {
            perEvent += 8L * AnswerBlocks.longs(context.inputType(i));
            anyCursor |= context.hasCursor(i);
        }
        long left = context.budget().bytes() - operator.leastStateBytes() * 3 / 4;
        int most = (int) Math.max(1, Math.min(left / perEvent, Integer.MAX_VALUE >> 3));
        rows = KeyedRows.forLongs(context.budget(), BLOCKS + parts, most, context.hashSeed());
        heap = new TimerHeap(context.budget(), most);
        pace = new FiringPace(context.budget(), WithWaiting.FIRINGS);
        kept = new AnswerBlocks[parts];
        for (int i = 0; i < parts; i++) {
            kept[i] = new AnswerBlocks(context, i);
        }
        cursors = anyCursor ? new RewindAll(parts) : null;
        progress = context.progress();
        failures = context.failures();
        counters = context.counters();
        touched = new Touched(counters, structures());
        now = new Object[parts];
        last = new Object[parts];
    }

    @Override
    public void save(StateWriter to) {
        to.putBoolean(known);
        to.putBoolean(viewsOnly);
    }

    @Override
    public void load(StateReader from) {
        known = from.getBoolean();
        viewsOnly = from.getBoolean();
    }

    private StateCounters[] structures() {
        StateCounters[] all = new StateCounters[parts + 2];
        for (int i = 0; i < parts; i++) {
            all[i] = kept[i].counters();
        }
        all[parts] = rows.counters();
        all[parts + 1] = heap.counters();
        return all;
    }

    @Override
    public boolean on(Flow flow) {
        touched.begin();
        boolean goesOn = take(flow);
        touched.end();
        return goesOn;
    }

    private boolean take(Flow flow) {
        int input = flow.input();
        try {
            kept[input].read(flow);
        } catch (Throwable t) {
            return failures.operatorError(flow, t);
        }
        long mark = flow.origin(depth);
        boolean isNew = !Origins.isEarlier(flow, depth) && mark != refused;
        int slot = isNew ? row(flow) : rows.find(mark);
        if (slot < 0 && !isNew) {
            return false; // its event was given up, and counted then
        }
        int block = slot < 0 ? -1 : kept[input].keep();
        if (block < 0) {
            refused = mark;
            giveUp(slot);
            return failures.refuse(flow, Reason.OVER_BOUND, FULL);
        }
        long[] page = rows.writable(slot);
        int base = rows.base(slot);
        page[base + BLOCKS + input] = block + 1L;
        page[base] |= 1L << input;
        page[base + TIME] = Math.max(page[base + TIME], flow.timeNs());
        keepReason(page, base, input, flow);
        if (input == 0) {
            for (int i = 0; i < Flow.MAX_ORIGINS; i++) {
                page[base + MARKS + i] = flow.origin(i);
            }
        }
        return page[base] == complete && complete(slot, flow);
    }

    /** The row of the mark in hand; with it is set when to give it up. */
    private int row(Flow flow) {
        int slot = rows.acquire(flow.origin(depth));
        if (slot >= 0 && rows.isNew()) {
            long fromNs =
                    Math.max(flow.timeNs(), progress.ns()); // a branch may answer an event behind progress, in its time
            long dueNs = SourceTime.plus(SourceTime.plus(fromNs, withinNs), 1);
            long timer = heap.set(Math.min(dueNs, Progress.END), slot);
            if (timer < 0) {
                rows.release(slot);
                return -1;
            }
            rows.set(slot, TIME, flow.timeNs());
            rows.set(slot, TIMER, timer);
            pace.added(1);
            context.due(heap.nextDueNs());
        }
        counters.keys = rows.count();
        return slot;
    }

    /** That of the event or, where it has none, of the first branch that says one: whichever part comes last. */
    private static void keepReason(long[] page, int base, int input, Flow flow) {
        long kept = page[base + REASON];
        if (flow.sideReason() != null && (kept == 0 || input < kept >> REASON_BITS)) {
            page[base + REASON] =
                    (long) input << REASON_BITS | flow.sideReason().ordinal() + 1;
            page[base + BEHIND] = flow.progressNs();
        }
    }

    private static void putReason(long[] page, int base, Flow flow) {
        int place = (int) page[base + REASON] & (1 << REASON_BITS) - 1;
        flow.reason(place == 0 ? null : REASONS[place - 1]);
        if (flow.sideReason() == Reason.LATE) {
            flow.late(page[base + BEHIND]);
        }
    }

    private boolean complete(int slot, Flow flow) {
        long[] page = rows.page(slot);
        int base = rows.base(slot);
        heap.cancel(page[base + TIMER]);
        flow.timeNs(page[base + TIME]);
        putReason(page, base, flow);
        for (int i = 0; i < Flow.MAX_ORIGINS; i++) {
            flow.origin(i, page[base + MARKS + i]);
        }
        for (int i = 0; i < parts; i++) {
            now[i] = kept[i].release((int) page[base + BLOCKS + i] - 1, cursors, i, flow);
        }
        rows.release(slot);
        counters.keys = rows.count();
        flow.form(EntryForm.INSERT);
        return combine(flow);
    }

    private boolean combine(Flow flow) {
        if (cursors != null) {
            flow.cursor(cursors);
            flow.rewind();
        }
        boolean same = viewsOnly && lastResult != null;
        for (int i = 0; i < parts; i++) {
            same &= now[i] == last[i];
        }
        if (!same) {
            try {
                lastResult = Objects.requireNonNull(combiner.combine(now), "with: the function returned null");
            } catch (Throwable t) {
                lastResult = null;
                return failures.operatorError(flow, t);
            }
            System.arraycopy(now, 0, last, 0, parts);
            if (!known) {
                known = true;
                viewsOnly = RecordOfViews.isMadeOf(lastResult, now);
            }
        }
        flow.value(lastResult);
        counters.out++;
        return true;
    }

    @Override
    public void explain(Flow flow, Account to) {
        for (int i = 0; i < parts; i++) {
            Taken part = Taken.by(i).ofAnyKey().marked(depth, flow.origin(depth));
            to.events(i == 0 ? "event" : "answer " + i, part.newest(1));
        }
    }

    // ---- what is not answered

    private void giveUp(int slot) {
        counters.unanswered++;
        if (slot < 0) {
            return;
        }
        long[] page = rows.page(slot);
        int base = rows.base(slot);
        heap.cancel(page[base + TIMER]);
        for (int i = 0; i < parts; i++) {
            if (page[base + BLOCKS + i] != 0) {
                kept[i].free((int) page[base + BLOCKS + i] - 1);
            }
        }
        rows.release(slot);
        counters.keys = rows.count();
    }

    @Override
    public long nextDueNs() {
        return heap.nextDueNs();
    }

    @Override
    public int fire(long progressNs, int most, Flow flow) {
        int share = pace.most(progressNs >= Progress.END, most);
        int fired = 0;
        touched.begin();
        while (fired < share && heap.pop(progressNs)) {
            fired++;
            giveUp((int) heap.payload());
        }
        touched.end();
        pace.fired(fired, heap.nextDueNs() <= progressNs);
        return fired;
    }
}
