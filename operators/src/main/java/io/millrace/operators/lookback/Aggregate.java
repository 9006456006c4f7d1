package io.millrace.operators.lookback;

/** What is computed of the events of a window: which folds it needs, and the result of their summaries. */
interface Aggregate {
    Aggregate COUNT = new CountAggregate();
    Aggregate SUM = new SumAggregate();
    Aggregate SUM_DOUBLE = new DoubleSumAggregate();
    Aggregate MEAN = new MeanAggregate();
    Aggregate SHARE = new ShareAggregate();
    Aggregate MIN = new LongExtreme("min", Fold.MIN);
    Aggregate MAX = new LongExtreme("max", Fold.MAX);
    Aggregate MIN_DOUBLE = new DoubleExtreme("minDouble", Fold.MIN_DOUBLE);
    Aggregate MAX_DOUBLE = new DoubleExtreme("maxDouble", Fold.MAX_DOUBLE);

    /** As in the DSL. */
    String word();

    /** The fold of the argument. */
    Fold fold();

    /** Whether the number of events is needed beside it. */
    boolean needsCount();

    /**
     * Writes the result.
     *
     * @param summaries holds the summaries
     * @param at        where that of the fold begins
     * @param count     where the number of events stands; without meaning when it is not needed
     * @param cell      where to
     */
    void result(long[] summaries, int at, int count, Cell cell);
}

/** How many events. */
final class CountAggregate implements Aggregate {
    @Override
    public String word() {
        return "count";
    }

    @Override
    public Fold fold() {
        return Fold.COUNT;
    }

    @Override
    public boolean needsCount() {
        return false;
    }

    @Override
    public void result(long[] summaries, int at, int count, Cell cell) {
        cell.set(summaries[at]);
    }
}

/** A sum of longs, which fits: the node has looked. */
final class SumAggregate implements Aggregate {
    @Override
    public String word() {
        return "sum";
    }

    @Override
    public Fold fold() {
        return Fold.SUM;
    }

    @Override
    public boolean needsCount() {
        return false;
    }

    @Override
    public void result(long[] summaries, int at, int count, Cell cell) {
        cell.set(summaries[at]);
    }
}

/** A sum of doubles. */
final class DoubleSumAggregate implements Aggregate {
    @Override
    public String word() {
        return "sumDouble";
    }

    @Override
    public Fold fold() {
        return Fold.SUM_DOUBLE;
    }

    @Override
    public boolean needsCount() {
        return false;
    }

    @Override
    public void result(long[] summaries, int at, int count, Cell cell) {
        cell.set(Exact.sum(summaries, at));
    }
}

/** A sum of doubles by their number. */
final class MeanAggregate implements Aggregate {
    @Override
    public String word() {
        return "mean";
    }

    @Override
    public Fold fold() {
        return Fold.SUM_DOUBLE;
    }

    @Override
    public boolean needsCount() {
        return true;
    }

    @Override
    public void result(long[] summaries, int at, int count, Cell cell) {
        if (summaries[count] == 0) {
            cell.absent(Double.doubleToRawLongBits(Double.NaN));
        } else {
            cell.set(Exact.sum(summaries, at) / summaries[count]);
        }
    }
}

/** How many of the events meet a condition. */
final class ShareAggregate implements Aggregate {
    @Override
    public String word() {
        return "share";
    }

    @Override
    public Fold fold() {
        return Fold.SUM;
    }

    @Override
    public boolean needsCount() {
        return true;
    }

    @Override
    public void result(long[] summaries, int at, int count, Cell cell) {
        if (summaries[count] == 0) {
            cell.absent(Double.doubleToRawLongBits(Double.NaN));
        } else {
            cell.set((double) summaries[at] / summaries[count]);
        }
    }
}

/** The smallest or the largest long. */
final class LongExtreme implements Aggregate {
    private final String word;
    private final Fold fold;

    LongExtreme(String word, Fold fold) {
        this.word = word;
        this.fold = fold;
    }

    @Override
    public String word() {
        return word;
    }

    @Override
    public Fold fold() {
        return fold;
    }

    @Override
    public boolean needsCount() {
        return true;
    }

    @Override
    public void result(long[] summaries, int at, int count, Cell cell) {
        if (summaries[count] == 0) {
            cell.absent(0);
        } else {
            cell.set(summaries[at]);
        }
    }
}

/** The smallest or the largest double. */
final class DoubleExtreme implements Aggregate {
    private final String word;
    private final Fold fold;

    DoubleExtreme(String word, Fold fold) {
        this.word = word;
        this.fold = fold;
    }

    @Override
    public String word() {
        return word;
    }

    @Override
    public Fold fold() {
        return fold;
    }

    @Override
    public boolean needsCount() {
        return true;
    }

    @Override
    public void result(long[] summaries, int at, int count, Cell cell) {
        if (summaries[count] == 0) {
            cell.absent(Double.doubleToRawLongBits(Double.NaN));
        } else {
            cell.set(Double.longBitsToDouble(summaries[at]));
        }
    }
}
