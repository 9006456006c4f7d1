package io.millrace.operators.lookback;

import io.millrace.operators.aggregate.Aggregate;
import io.millrace.operators.aggregate.Cell;
import io.millrace.operators.aggregate.Folds;
import io.millrace.operators.lookback.Layout.SpanLayout;
import io.millrace.operators.lookback.Layout.StoreLayout;
import java.util.Arrays;
import java.util.stream.IntStream;

/** One span at work: how long it is, where its running totals stand, and the results of the event in hand. */
final class Span {
    final long delay;

    /** Units before the last one that belong to the span. */
    final long reach;

    /** Folds of which a running total is kept in the row, and those that are folded at each event. */
    final int[] running;

    final int[] folded;

    /** Both. */
    final int[] used;

    final int oldestColumn;
    final int totalsColumn;

    /** The summaries of the event in hand. */
    final long[] summaries;

    /** The oldest time within the span of the event in hand, when totals run. */
    long oldest;

    /** Where the sums of longs stand; of shares too. */
    final int[] sumsAt;

    private final Aggregate[] aggregates;
    private final Cell[] cells;
    private final int[] resultAt;
    private final int countAt;

    Span(StoreLayout store, SpanLayout layout, Records records) {
        delay = layout.delayUnits;
        reach = layout.units - 1;
        running = store.folds(layout, true);
        folded = store.folds(layout, false);
        used = IntStream.concat(Arrays.stream(running), Arrays.stream(folded)).toArray();
        oldestColumn = layout.oldestColumn;
        totalsColumn = layout.totalsColumn;
        summaries = new long[records.summaryLongs];
        sumsAt = Arrays.stream(used)
                .filter(f -> records.folds[f] == Folds.SUM)
                .map(f -> records.summaryAt[f])
                .toArray();
        int n = layout.results.size();
        aggregates = new Aggregate[n];
        cells = new Cell[n];
        resultAt = new int[n];
        countAt = layout.countFold < 0 ? 0 : records.summaryAt[layout.countFold];
        for (int i = 0; i < n; i++) {
            aggregates[i] = layout.results.get(i).aggregate();
            cells[i] = layout.results.get(i).cell();
            resultAt[i] = records.summaryAt[layout.foldOfResult[i]];
        }
    }

    /** Whether each sum of longs is a long. */
    boolean fits() {
        for (int at : sumsAt) {
            if (summaries[at + 1] != summaries[at] >> 63) {
                return false;
            }
        }
        return true;
    }

    /** Writes the results. */
    void answer() {
        for (int i = 0; i < cells.length; i++) {
            aggregates[i].result(summaries, resultAt[i], countAt, cells[i]);
        }
    }
}
