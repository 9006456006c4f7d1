package io.millrace.operators.lookback;

import io.millrace.operators.aggregate.Arguments;
import io.millrace.operators.aggregate.Declared;
import io.millrace.operators.aggregate.Fold;
import io.millrace.operators.aggregate.Folds;
import io.millrace.operators.aggregate.OwnAggregate;
import io.millrace.state.Pages;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How the history of a key lies in memory: which arguments are read, which stores there are, and which columns of the
 * key's row belong to each. Computed from the declarations, in their order.
 *
 * <pre>
 * row | store 0: newest unit | open bucket … | tree | span: oldest, totals … | span … | store 1 … |
 * </pre>
 */
final class Layout {
    final Arguments arguments = new Arguments();
    final List<StoreLayout> stores = new ArrayList<>();
    final int rowLongs;

    Layout(History history, boolean twoStreams) {
        if (history.spans.isEmpty()) {
            throw new IllegalArgumentException(
                    "a look-back without a span keeps nothing; declare one, such as last(Duration.ofMinutes(1))");
        }
        history.spans.forEach(Layout::requireAggregates);
        history.declared().forEach(d -> arguments.read(d.arguments()));
        for (SpanDeclaration span : history.spans) {
            store(span.stepNs).add(span, arguments, !twoStreams && span.delayNs == 0);
        }
        int column = 0;
        for (StoreLayout store : stores) {
            store.requireToFit();
            column = store.columns(column);
        }
        rowLongs = column;
        if (rowLongs >= Pages.PAGE_LONGS) {
            throw tooLong(rowLongs, "all spans in steps");
        }
    }

    private static void requireAggregates(SpanDeclaration span) {
        if (span.aggregates.all().isEmpty()) {
            throw new IllegalArgumentException("the aggregates of the span \"" + span
                    + "\" are none; declare one, such as count(), or leave it out");
        }
    }

    private static IllegalArgumentException tooLong(int longs, String where) {
        return new IllegalArgumentException("the aggregates of " + where + " are kept in " + longs
                + " longs, more than a page of state takes: declare fewer, or with smaller bounds (of distinct, topK,"
                + " heavyHitters, quantile, largest, smallest), or in look-backs of their own");
    }

    private StoreLayout store(long stepNs) {
        for (StoreLayout store : stores) {
            if (store.stepNs == stepNs) {
                return store;
            }
        }
        StoreLayout store = new StoreLayout(stepNs);
        stores.add(store);
        return store;
    }

    /** What a key with one event has beside its row. */
    long smallestBlockBytes() {
        long bytes = 0;
        for (StoreLayout store : stores) {
            bytes += store.isExact() ? (long) BlockTree.SMALLEST * store.entryLongs() * Long.BYTES : 0;
        }
        return bytes;
    }

    /** One span within its store. */
    static final class SpanLayout {
        final long units;
        final long delayUnits;
        final boolean runs;
        final List<Declared> results;
        final int[] foldOfResult;
        int countFold = -1;
        int oldestColumn;
        int totalsColumn;

        SpanLayout(long units, long delayUnits, boolean runs, List<Declared> results) {
            this.units = units;
            this.delayUnits = delayUnits;
            this.runs = runs;
            this.results = results;
            foldOfResult = new int[results.size()];
        }
    }

    /** What is kept in steps of one length, or as events. */
    static final class StoreLayout {
        final long stepNs;
        final List<Fold> folds = new ArrayList<>();
        final List<Integer> argumentOfFold = new ArrayList<>();
        final List<Integer> widthOfFold = new ArrayList<>();
        final List<SpanLayout> spans = new ArrayList<>();
        int newestColumn;
        int treeColumn;

        StoreLayout(long stepNs) {
            this.stepNs = stepNs;
        }

        boolean isExact() {
            return stepNs == 0;
        }

        /** Whether all there is are running totals. */
        boolean onlyRuns() {
            return spans.stream().allMatch(s -> s.runs) && folds.stream().allMatch(Fold::isInvertible);
        }

        private void requireToFit() {
            int summary = summaryLongs();
            if (!NodeRef.smallestFit(entryLongs(), BlockTree.SUMMARY + summary)) {
                throw tooLong(Math.max(summary, entryLongs()), "spans of one step");
            }
        }

        void add(SpanDeclaration declared, Arguments arguments, boolean runs) {
            long unit = isExact() ? 1 : stepNs;
            List<Declared> results = new ArrayList<>();
            for (Declared d : declared.aggregates.all()) {
                if (d.aggregate() != null) {
                    results.add(d);
                }
            }
            SpanLayout span = new SpanLayout(declared.sizeNs / unit, declared.delayNs / unit, runs, results);
            for (int i = 0; i < results.size(); i++) {
                Declared d = results.get(i);
                int argument = arguments.place(d.arguments());
                span.foldOfResult[i] =
                        fold(d.aggregate().fold(), argument, d.arguments().size());
                if (d.aggregate().needsCount()) {
                    span.countFold = fold(Folds.COUNT, -1, 0);
                }
            }
            spans.add(span);
        }

        private int fold(Fold fold, int argument, int width) {
            for (int i = 0; i < folds.size(); i++) {
                if (folds.get(i).equals(fold) && argumentOfFold.get(i) == argument) {
                    return i;
                }
            }
            folds.add(fold);
            argumentOfFold.add(argument);
            widthOfFold.add(width);
            return folds.size() - 1;
        }

        /** Which folds a span uses, in order; those that run, or those that do not. */
        int[] folds(SpanLayout span, boolean running) {
            int[] found = new int[folds.size()];
            int n = 0;
            for (int f = 0; f < folds.size(); f++) {
                boolean used = f == span.countFold;
                for (int of : span.foldOfResult) {
                    used |= of == f;
                }
                if (used && running == (span.runs && folds.get(f).isInvertible())) {
                    found[n++] = f;
                }
            }
            return Arrays.copyOf(found, n);
        }

        /** The arguments that an entry of an exact store holds, in order. */
        int[] entryArguments() {
            List<Integer> found = new ArrayList<>();
            for (int f = 0; f < folds.size(); f++) {
                int argument = argumentOfFold.get(f);
                for (int i = 0; argument >= 0 && !found.contains(argument + i) && i < widthOfFold.get(f); i++) {
                    found.add(argument + i);
                }
            }
            return found.stream().mapToInt(Integer::intValue).toArray();
        }

        /** Longs of an event, or of a bucket, with its time. */
        int entryLongs() {
            int longs = 1;
            for (Fold fold : folds) {
                longs += fold.bucketLongs();
            }
            return isExact() ? 1 + entryArguments().length : longs;
        }

        /** Longs of a summary: of each fold, and a mark where there are some of users' own. */
        int summaryLongs() {
            int longs = folds.stream().mapToInt(Fold::summaryLongs).sum();
            return longs + (folds.stream().anyMatch(OwnAggregate.class::isInstance) ? 1 : 0);
        }

        private int columns(int from) {
            int column = from;
            newestColumn = column;
            column += isExact() ? 1 : entryLongs();
            treeColumn = column++;
            for (SpanLayout span : spans) {
                int[] running = folds(span, true);
                if (running.length > 0) {
                    span.oldestColumn = column++;
                    span.totalsColumn = column;
                    column += running.length;
                }
            }
            return column;
        }
    }
}
