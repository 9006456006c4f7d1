package io.millrace.operators.aggregate.statistic;

import io.millrace.operators.aggregate.Aggregate;
import io.millrace.operators.aggregate.Cell;
import io.millrace.operators.aggregate.Fold;

/** A number that is computed of the moments of pairs; absent where there is none. */
final class PairsAggregate implements Aggregate {
    static final Fold PAIRS = new PairsFold();
    static final Fold TIMED = new TimedPairsFold();

    private static final double NS_PER_SECOND = 1e9;

    private final String word;
    private final Fold fold;
    private final Formula formula;

    /** Computes it; NaN for nothing is told apart by {@link #isThere}. */
    private interface Formula {
        double of(long[] s, int at);

        /** Whether so many pairs with these moments have a result. */
        default boolean isThere(long[] s, int at) {
            return s[at] >= 2 && PairsFold.get(s, at + PairsFold.SQUARES_X) != 0;
        }
    }

    private PairsAggregate(String word, Fold fold, Formula formula) {
        this.word = word;
        this.fold = fold;
        this.formula = formula;
    }

    /** Mean product of deviations, of all or as estimated from a sample. */
    static PairsAggregate covariance(String word, int fewer) {
        return new PairsAggregate(word, PAIRS, new Formula() {
            @Override
            public double of(long[] s, int at) {
                return PairsFold.get(s, at + PairsFold.PRODUCTS) / (s[at] - fewer);
            }

            @Override
            public boolean isThere(long[] s, int at) {
                return s[at] > fewer;
            }
        });
    }

    /** Pearson's. */
    static PairsAggregate correlation(String word) {
        return new PairsAggregate(word, PAIRS, new Formula() {
            @Override
            public double of(long[] s, int at) {
                double x = Math.sqrt(PairsFold.get(s, at + PairsFold.SQUARES_X));
                double y = Math.sqrt(PairsFold.get(s, at + PairsFold.SQUARES_Y));
                double r = PairsFold.get(s, at + PairsFold.PRODUCTS) / x / y;
                return Math.max(-1, Math.min(1, r));
            }

            @Override
            public boolean isThere(long[] s, int at) {
                return Formula.super.isThere(s, at) && PairsFold.get(s, at + PairsFold.SQUARES_Y) != 0;
            }
        });
    }

    /** That of the line of least squares; over time by the second. */
    static PairsAggregate slope(String word, boolean overTime) {
        double scale = overTime ? NS_PER_SECOND : 1;
        return new PairsAggregate(word, overTime ? TIMED : PAIRS, (s, at) -> slope(s, at) * scale);
    }

    /** Where that line is at x = 0; over time, at the earliest event. */
    static PairsAggregate intercept(String word, boolean overTime) {
        return new PairsAggregate(
                word,
                overTime ? TIMED : PAIRS,
                (s, at) -> PairsFold.get(s, at + PairsFold.MEAN_Y)
                        - slope(s, at) * PairsFold.get(s, at + PairsFold.MEAN_X));
    }

    private static double slope(long[] s, int at) {
        return PairsFold.get(s, at + PairsFold.PRODUCTS) / PairsFold.get(s, at + PairsFold.SQUARES_X);
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
    public void result(long[] summaries, int at, int count, Cell cell) {
        if (formula.isThere(summaries, at)) {
            cell.set(formula.of(summaries, at));
        } else {
            cell.absent();
        }
    }
}
