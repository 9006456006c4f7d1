package io.millrace.operators.aggregate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Folds events as windows and look-backs may: into panes of random sizes, which are put together in a random tree. Summaries
 * stand in the middle of arrays whose rest is watched.
 */
public final class Panes {
    private static final long GUARD = 0x5A5A5A5A5A5A5A5AL;

    private final Fold fold;
    private final Random random;
    private final int before;

    /** Of one case. */
    public Panes(Fold fold, Random random) {
        this.fold = fold;
        this.random = random;
        before = random.nextInt(5);
    }

    /** The summary of events, each its arguments; begins at 0. */
    public long[] of(List<long[]> events) {
        return cut(tree(split(events)));
    }

    /** The summary of events that are all added to one. */
    public long[] atOnce(List<long[]> events) {
        long[] summary = empty();
        events.forEach(e -> fold.add(summary, before, e, 0));
        return cut(summary);
    }

    private List<long[]> split(List<long[]> events) {
        List<long[]> panes = new ArrayList<>();
        int most = 1 + random.nextInt(events.size() + 1);
        int from = 0;
        while (from < events.size()) {
            int to = Math.min(events.size(), from + random.nextInt(most + 1));
            panes.add(pane(events.subList(from, to)));
            from = to;
        }
        if (panes.isEmpty() || random.nextInt(3) == 0) {
            panes.add(random.nextInt(panes.size() + 1), pane(List.of()));
        }
        return panes;
    }

    private long[] pane(List<long[]> events) {
        long[] pane = empty();
        for (int i = 0; i < events.size(); i++) {
            if (i == 0) {
                fold.open(pane, before, events.get(i), 0);
            } else {
                fold.addToBucket(pane, before, events.get(i), 0);
            }
        }
        return pane;
    }

    private long[] empty() {
        long[] summary = new long[before + fold.summaryLongs() + 3];
        Arrays.fill(summary, GUARD);
        fold.clear(summary, before);
        return summary;
    }

    /** Puts neighbours together in a random order; one set is copied into an empty one first, as an inner node does. */
    private long[] tree(List<long[]> panes) {
        while (panes.size() > 1) {
            int i = random.nextInt(panes.size() - 1);
            long[] both = random.nextBoolean() ? panes.get(i) : merge(empty(), panes.get(i));
            panes.set(i, merge(both, panes.remove(i + 1)));
        }
        return panes.get(0);
    }

    private long[] merge(long[] to, long[] from) {
        long[] kept = from.clone();
        fold.merge(to, before, from, before);
        if (!Arrays.equals(kept, from)) {
            throw new AssertionError("the set that is added has changed");
        }
        return to;
    }

    private long[] cut(long[] summary) {
        for (int i = 0; i < summary.length; i++) {
            boolean outside = i < before || i >= before + fold.summaryLongs();
            if (outside && summary[i] != GUARD) {
                throw new AssertionError("written outside, at " + (i - before));
            }
        }
        return Arrays.copyOfRange(summary, before, before + fold.summaryLongs());
    }

    /** The result of a summary. */
    public static Cell result(Aggregate aggregate, long[] summary) {
        Cell cell = Cell.ofDouble();
        aggregate.result(summary, 0, 0, cell);
        return cell;
    }
}
