package io.millrace.operators.lookback;

import io.millrace.event.Reason;
import io.millrace.operator.NodeCounters;
import io.millrace.operators.aggregate.Exact;
import io.millrace.operators.aggregate.Folds;
import io.millrace.operators.lookback.Layout.StoreLayout;
import io.millrace.state.StateBudget;
import io.millrace.time.Progress;
import java.util.List;

/**
 * The events of a key, or the sums of its steps, and the spans over them. Time is counted in units here: nanoseconds
 * where events are kept, steps where sums are.
 *
 * <p>An event is taken in two moves: {@link #prepare} computes all that can be refused and changes nothing that a
 * result depends on; {@link #commit} cannot fail.
 */
final class Store {
    /*
     * Columns: newest unit; where sums are kept it is that of the open bucket, which follows. Tree: the reference,
     * OPEN when there is an open bucket, STALE when entries were dropped that the running totals still hold; 0 when
     * nothing is kept. Each span with running totals: the oldest unit they hold, the totals, as of the newest unit.
     */
    static final Reason FINE = null;

    static final long OPEN = 1L << 61;
    static final long STALE = 1L << 60;

    private static final int EMPTY = 0;
    private static final int SAME = 1;
    private static final int NEWER = 2;
    private static final int OLDER = 3;

    private final BlockTree tree;
    private final Records records;
    private final NodeCounters counters;
    private final Span[] spans;
    private final boolean exact;
    private final boolean runs;
    private final long keepReach;
    private final long keepDelay;
    private final int newestColumn;
    private final int treeColumn;
    private final Units units;
    private final Units progressUnits;
    private final long[] entry;
    private final long[] scratch;
    private final LongTotals shortWay;

    /** A still shorter one, or null. */
    private final TwoTotals shortest;

    /** The event in hand. */
    long[] arguments;

    private long unit;
    private int mode;
    private boolean expired;
    private boolean isThere;
    private boolean pushes;

    Store(StateBudget budget, StoreLayout layout, NodeCounters counters) {
        this.counters = counters;
        records = new Records(layout);
        tree = new BlockTree(budget, records, layout.onlyRuns());
        exact = layout.isExact();
        spans = layout.spans.stream().map(s -> new Span(layout, s, records)).toArray(Span[]::new);
        newestColumn = layout.newestColumn;
        treeColumn = layout.treeColumn;
        units = new Units(layout.stepNs);
        progressUnits = new Units(layout.stepNs);
        entry = new long[records.entryLongs];
        scratch = new long[records.summaryLongs];
        Span longest = spans[0];
        boolean some = false;
        for (Span span : spans) {
            if (Long.compareUnsigned(span.reach + span.delay, longest.reach + longest.delay) > 0) {
                longest = span;
            }
            some |= span.running.length > 0;
        }
        keepReach = longest.reach;
        keepDelay = longest.delay;
        runs = some;
        shortWay = LongTotals.serves(layout) ? new LongTotals(this, layout, tree, records, spans) : null;
        shortest = TwoTotals.serves(layout) ? new TwoTotals(this, layout, tree, records) : null;
    }

    // ---- an event

    /**
     * Takes and answers an event, when this is all that is kept of its key and nothing out of the ordinary happens.
     *
     * @param row        of its key, to be written
     * @param base       of the row
     * @param timeNs     of the event
     * @param progressNs of the node
     * @param values     the event's arguments
     * @return false when the event has to be prepared and committed
     */
    boolean takeShort(long[] row, int base, long timeNs, long progressNs, long[] values) {
        if (shortWay == null) {
            return false;
        }
        long ofTime = units.of(timeNs);
        if (shortest != null && shortest.take(row, base, ofTime, progressNs, values)) {
            return true;
        }
        arguments(values);
        return shortWay.take(row, base, ofTime, progressNs, values);
    }

    /** Of a node they are the same array for each event; to look at that is cheaper than to write a reference. */
    private void arguments(long[] values) {
        if (arguments != values) {
            arguments = values;
        }
    }

    /**
     * Computes the results for an event and looks whether it can be kept.
     *
     * @param row        of its key, to be written
     * @param base       of the row
     * @param timeNs     of the event
     * @param progressNs of the node
     * @param values     the event's arguments
     * @param asks       whether results are wanted
     * @return why not; null when {@link #commit} may follow
     */
    Reason prepare(long[] row, int base, long timeNs, long progressNs, long[] values, boolean asks) {
        arguments(values);
        unit = units.of(timeNs);
        take(row, base);
        expired = !runs;
        if (asks && !look(row, base)) {
            return Reason.OUT_OF_RANGE;
        }
        if (expired && mode != OLDER && mode != EMPTY) {
            drop(row, base, progressNs, LookBackOperator.FREED_PER_EVENT);
        }
        return room(row, base, progressNs);
    }

    private void take(long[] row, int base) {
        long state = row[base + treeColumn];
        tree.root = state & ~(OPEN | STALE);
        long newest = row[base + newestColumn];
        if (state == 0) {
            mode = EMPTY;
        } else if (unit == newest) {
            mode = exact ? NEWER : SAME;
        } else {
            mode = unit > newest ? NEWER : OLDER;
        }
    }

    /** Whether there is room, in blocks and in the sums of the event's own step. */
    private Reason room(long[] row, int base, long progressNs) {
        boolean enough = true;
        isThere = false;
        pushes = false;
        if (exact) {
            return tree.reserve(unit) ? FINE : Reason.OVER_BOUND;
        }
        if (mode == SAME) {
            return records.takesBucket(row, base + newestColumn, arguments) ? FINE : Reason.OUT_OF_RANGE;
        }
        if (mode == NEWER) {
            pushes = row[base + newestColumn] >= firstNeeded(progressNs);
            enough = !pushes || tree.reserve(row[base + newestColumn]);
        } else if (mode == OLDER) {
            isThere = tree.find(unit);
            if (isThere && !tree.fits(unit, arguments)) {
                return Reason.OUT_OF_RANGE;
            }
            enough = isThere || tree.reserve(unit);
        }
        if (!isThere) {
            records.tryNewBucket(arguments);
        }
        return enough ? FINE : Reason.OVER_BOUND;
    }

    /** Gives back what was reserved for an event that another store refused. */
    void abandon() {
        tree.unstash();
    }

    /** Keeps the event that was prepared. */
    void commit(long[] row, int base) {
        boolean stale = mode == OLDER && isStale(row, base);
        boolean inRow = !exact && mode != OLDER;
        if (mode == OLDER && !stale) {
            addToTotals(row, base);
        }
        if (mode == SAME) {
            records.addToBucket(row, base + newestColumn, arguments);
        } else if (isThere) {
            tree.amend(unit, arguments);
        } else if (inRow) {
            if (pushes) {
                tree.append(row, base + newestColumn);
            }
            records.write(row, base + newestColumn, unit, arguments);
        } else {
            records.write(entry, 0, unit, arguments);
            if (mode == OLDER) {
                tree.insert(entry, 0);
            } else {
                tree.append(entry, 0);
            }
        }
        if (mode != OLDER) {
            row[base + newestColumn] = unit;
            writeTotals(row, base);
        }
        row[base + treeColumn] = tree.root | (exact ? 0 : OPEN) | (stale ? STALE : 0);
    }

    // ---- results

    /**
     * Computes the results for an event that is not kept itself.
     *
     * @param row    of its key; null when there is none
     * @param base   of the row
     * @param timeNs of the event
     * @return whether the sums of longs fit
     */
    boolean question(long[] row, int base, long timeNs) {
        unit = units.of(timeNs);
        boolean fits = true;
        if (row == null || row[base + treeColumn] == 0) {
            for (Span span : spans) {
                records.clear(span.summaries, 0, span.used);
            }
            return true;
        }
        tree.root = row[base + treeColumn] & ~(OPEN | STALE);
        for (Span span : spans) {
            records.clear(span.summaries, 0, span.used);
            foldWindow(row, base, span, span.used, span.summaries);
            fits &= span.fits();
        }
        return fits;
    }

    /** Writes the results. */
    void answer() {
        for (Span span : spans) {
            span.answer();
        }
    }

    private boolean look(long[] row, int base) {
        boolean fits = true;
        for (Span span : spans) {
            records.clear(span.summaries, 0, span.used);
            if (span.running.length > 0) {
                run(row, base, span);
            }
            if (span.folded.length > 0 && mode != EMPTY) {
                foldWindow(row, base, span, span.folded, span.summaries);
            }
            if (span.delay == 0) {
                addOwn(span.summaries, span.used);
            }
            fits &= span.fits();
        }
        return fits;
    }

    private void addOwn(long[] summaries, int[] which) {
        for (int f : which) {
            records.folds[f].add(summaries, records.summaryAt[f], arguments, records.argumentAt[f]);
        }
    }

    private void foldWindow(long[] row, int base, Span span, int[] which, long[] summaries) {
        if (unit >= Long.MIN_VALUE + span.delay) {
            long last = unit - span.delay;
            fold(row, base, Units.minus(last, span.reach), last, which, summaries);
        }
    }

    /** Adds what is kept of a range of units, both ends inclusive. */
    private void fold(long[] row, int base, long first, long last, int[] which, long[] summaries) {
        tree.fold(first, last, summaries, which);
        long newest = row[base + newestColumn];
        if (!exact && newest >= first && newest <= last) {
            records.entries(row, base + newestColumn, 1, summaries, 0, which);
        }
    }

    // ---- running totals

    /** Moves the running totals of a span to the unit in hand: into its summaries; the row is not changed. */
    private void run(long[] row, int base, Span span) {
        long first = Units.minus(unit, span.reach);
        span.oldest = unit;
        if (mode == OLDER) {
            fold(row, base, first, unit, span.running, span.summaries);
            if (!totalsFit(row, base, span)) {
                refuse(span);
            }
        } else if (mode != EMPTY && row[base + newestColumn] >= first) {
            if (isStale(row, base)) {
                fold(row, base, first, unit, span.running, span.summaries);
                span.oldest = oldestFrom(row, base, first);
            } else {
                load(row, base, span, span.summaries);
                span.oldest = row[base + span.oldestColumn];
                if (span.oldest < first) {
                    expire(row, base, span, first);
                }
            }
        } else {
            expired = true;
        }
    }

    private void expire(long[] row, int base, Span span, long first) {
        expired = true;
        records.clear(scratch, 0, span.running);
        long next = tree.foldFirst(span.oldest, first, scratch, span.running);
        subtract(span.summaries, scratch, span.running);
        span.oldest = Math.min(next, row[base + newestColumn]);
    }

    private long oldestFrom(long[] row, int base, long first) {
        return Math.min(tree.firstNotBelow(first), row[base + newestColumn]);
    }

    private void load(long[] row, int base, Span span, long[] summaries) {
        int column = base + span.totalsColumn;
        for (int f : span.running) {
            long total = row[column++];
            int at = records.summaryAt[f];
            summaries[at] = total;
            if (records.folds[f] == Folds.SUM) {
                summaries[at + 1] = total >> 63;
            }
        }
    }

    private void subtract(long[] from, long[] what, int[] which) {
        for (int f : which) {
            int at = records.summaryAt[f];
            if (records.folds[f] == Folds.SUM) {
                long low = from[at] - what[at];
                from[at + 1] -= what[at + 1] + Exact.carry(from[at], what[at]);
                from[at] = low;
            } else {
                from[at] -= what[at];
            }
        }
    }

    private void writeTotals(long[] row, int base) {
        for (Span span : spans) {
            if (span.running.length > 0) {
                row[base + span.oldestColumn] = span.oldest;
                int column = base + span.totalsColumn;
                for (int f : span.running) {
                    row[column++] = span.summaries[records.summaryAt[f]];
                }
            }
        }
    }

    private boolean isInNewestWindow(long[] row, int base, Span span) {
        return unit >= Units.minus(row[base + newestColumn], span.reach);
    }

    /** Whether the totals as of the newest unit can take an older event. */
    private boolean totalsFit(long[] row, int base, Span span) {
        if (span.sumsAt.length == 0 || !isInNewestWindow(row, base, span)) {
            return true;
        }
        if (isStale(row, base)) {
            long newest = row[base + newestColumn];
            records.clear(scratch, 0, span.running);
            fold(row, base, Units.minus(newest, span.reach), newest, span.running, scratch);
        } else {
            load(row, base, span, scratch);
        }
        addOwn(scratch, span.running);
        for (int at : span.sumsAt) {
            if (scratch[at + 1] != scratch[at] >> 63) {
                return false;
            }
        }
        return true;
    }

    /** Makes a sum that does not fit. */
    private static void refuse(Span span) {
        span.summaries[span.sumsAt[0] + 1] = Long.MAX_VALUE / 2;
    }

    private void addToTotals(long[] row, int base) {
        for (Span span : spans) {
            if (span.running.length > 0 && isInNewestWindow(row, base, span)) {
                row[base + span.oldestColumn] = Math.min(row[base + span.oldestColumn], unit);
                int column = base + span.totalsColumn;
                for (int f : span.running) {
                    row[column++] += records.folds[f].weight(records.argument(f, arguments));
                }
            }
        }
    }

    // ---- forgetting

    private boolean isStale(long[] row, int base) {
        return (row[base + treeColumn] & STALE) != 0;
    }

    /** The first unit that a result can still depend on. */
    long firstNeeded(long progressNs) {
        return Units.minus(Units.minus(progressUnits.of(progressNs), keepDelay), keepReach);
    }

    int drop(long[] row, int base, long progressNs, int most) {
        long before = tree.root;
        long needed = firstNeeded(progressNs);
        boolean all = progressNs >= Progress.END || row[base + newestColumn] < needed;
        int freed = tree.drop(needed, all, most);
        counters.maxFreed = Math.max(counters.maxFreed, freed);
        if (freed > 0 || tree.root != before) {
            row[base + treeColumn] = row[base + treeColumn] & OPEN | STALE | tree.root;
        }
        return freed;
    }

    /**
     * Forgets what no result can depend on any more; everything when all input has ended.
     *
     * @param row        of a key, to be written
     * @param base       of the row
     * @param progressNs of the node
     * @param most       how many blocks to free at most
     * @return how many were freed; fewer than {@code most} when nothing is left to free
     */
    int forget(long[] row, int base, long progressNs, int most) {
        long state = row[base + treeColumn];
        boolean alive = progressNs < Progress.END && row[base + newestColumn] >= firstNeeded(progressNs);
        if (state == 0 || alive && NodeRef.level(state) == 0) {
            return 0;
        }
        tree.root = state & ~(OPEN | STALE);
        int freed = drop(row, base, progressNs, most);
        if (tree.root == 0 && !alive) {
            row[base + treeColumn] = 0;
        }
        return freed;
    }

    boolean isEmpty(long[] row, int base) {
        return row[base + treeColumn] == 0;
    }

    /** When all that is kept now can be forgotten. */
    long dueNs(long[] row, int base) {
        return units.startNs(Units.plus(Units.plus(Units.plus(row[base + newestColumn], keepReach), 1), keepDelay));
    }

    /** Slots touched since the last call. */
    int takeSlots() {
        int slots = tree.slots;
        tree.slots = 0;
        return slots;
    }

    /** Slots touched that have not been taken yet. */
    int slots() {
        return tree.slots;
    }

    void slots(int saved) {
        tree.slots = saved;
    }

    /** Blocks taken by all keys. */
    int blocks() {
        return tree.blocks();
    }

    static Store[] all(StateBudget budget, List<StoreLayout> layouts, NodeCounters counters) {
        return layouts.stream().map(l -> new Store(budget, l, counters)).toArray(Store[]::new);
    }
}
