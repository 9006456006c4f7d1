package io.millrace.operators.aggregate;

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
            cell.absent();
        } else {
            cell.set(summaries[at]);
        }
    }
}
