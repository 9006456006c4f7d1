package io.millrace.operators.window;

import io.millrace.operators.aggregate.Aggregate;
import io.millrace.operators.aggregate.Argument;
import io.millrace.operators.aggregate.Arguments;
import io.millrace.operators.aggregate.Cell;
import io.millrace.operators.aggregate.Declarations;
import io.millrace.operators.aggregate.Declared;
import io.millrace.operators.aggregate.Fold;
import io.millrace.operators.aggregate.Folds;
import io.millrace.operators.aggregate.OwnAggregate;
import java.util.ArrayList;
import java.util.List;

/** Which folds the values of a shape need, where they read their arguments, and where they stand in a block. */
final class WindowLayout {
    /** What is added up. */
    private enum Of {
        EVENTS,
        ROWS,
        CHANGES
    }

    final Arguments arguments = new Arguments();

    /** By fold. */
    final Fold[] folds;

    final int[] argumentAt;
    final int[] bucketAt;
    final int[] summaryAt;

    /** Longs of all buckets, and of all summaries. */
    final int bucketLongs;

    final int summaryLongs;

    /** Where a summary is marked when a fold of a user's own threw as it was put together, for windows that are not periods. */
    final int brokenAt;

    /** By value: what it is computed of; key parts have no aggregate. */
    final Aggregate[] aggregates;

    final Cell[] cells;
    final int[] foldOf;
    final int countFold;

    /** Where the smallest and the largest time of the events stand in a summary, for windows that are not periods. */
    final int minTimeAt;

    final int maxTimeAt;

    /** Whether what is added up may be taken back. */
    final boolean ofChanges;

    /** Of rows that stand in no order. */
    static WindowLayout ofRows(Declarations declarations) {
        return new WindowLayout(declarations, false, Of.ROWS);
    }

    /** Of rows that may be taken back. */
    static WindowLayout ofChanges(Declarations declarations) {
        return new WindowLayout(declarations, false, Of.CHANGES);
    }

    WindowLayout(Declarations declarations, boolean needsTimes) {
        this(declarations, needsTimes, Of.EVENTS);
    }

    private WindowLayout(Declarations declarations, boolean needsTimes, Of of) {
        boolean ofRows = of == Of.ROWS;
        ofChanges = of == Of.CHANGES;
        List<Declared> values = new ArrayList<>();
        for (Declared d : declarations.all()) {
            if (d.aggregate() != null) {
                values.add(d);
                arguments.read(d.arguments());
            }
        }
        List<Argument> time = List.of(Argument.TIME);
        arguments.read(time);
        List<Fold> found = new ArrayList<>();
        List<Integer> placed = new ArrayList<>();
        aggregates = new Aggregate[values.size()];
        cells = new Cell[values.size()];
        foldOf = new int[values.size()];
        int count = -1;
        for (int i = 0; i < aggregates.length; i++) {
            Declared d = values.get(i);
            aggregates[i] = d.aggregate();
            cells[i] = d.cell();
            Fold fold =
                    ofChanges ? d.aggregate().fold().ofChanges() : d.aggregate().fold();
            foldOf[i] = fold(
                    found,
                    placed,
                    ofRows ? fold.ofRows() : fold,
                    arguments.place(ofRows ? byTurn(fold, d.arguments()) : d.arguments()));
            if (d.aggregate().needsCount()) {
                count = fold(found, placed, Folds.COUNT, -1);
            }
        }
        countFold = count;
        int min = needsTimes ? fold(found, placed, Folds.MIN, arguments.place(time)) : -1;
        int max = needsTimes ? fold(found, placed, Folds.MAX, arguments.place(time)) : -1;
        folds = found.toArray(new Fold[0]);
        argumentAt = placed.stream().mapToInt(a -> Math.max(a, 0)).toArray();
        bucketAt = new int[folds.length];
        summaryAt = new int[folds.length];
        int bucket = 0;
        int summary = 0;
        for (int f = 0; f < folds.length; f++) {
            bucketAt[f] = bucket;
            summaryAt[f] = summary;
            bucket += folds[f].bucketLongs();
            summary += folds[f].summaryLongs();
        }
        bucketLongs = bucket;
        brokenAt = summary;
        summaryLongs = summary + (needsTimes ? 1 : 0);
        minTimeAt = needsTimes ? summaryAt[min] : -1;
        maxTimeAt = needsTimes ? summaryAt[max] : -1;
    }

    /** What a fold of rows takes: it breaks ties by their turns, where it would by their sequences or by the order of what is added. */
    private static List<Argument> byTurn(Fold fold, List<Argument> of) {
        if (fold instanceof OwnAggregate) {
            return of; // who asks for the sequence gets it
        }
        List<Argument> byTurn = new ArrayList<>();
        of.forEach(a -> byTurn.add(a == Argument.SEQUENCE ? Argument.TURN : a));
        if (fold.ofRows() != fold) {
            byTurn.add(Argument.TURN);
        }
        return byTurn;
    }

    private static int fold(List<Fold> found, List<Integer> placed, Fold fold, int argument) {
        for (int i = 0; i < found.size(); i++) {
            if (found.get(i).equals(fold) && placed.get(i) == argument) {
                return i;
            }
        }
        found.add(fold);
        placed.add(argument);
        return found.size() - 1;
    }
}
