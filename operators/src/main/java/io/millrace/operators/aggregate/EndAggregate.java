package io.millrace.operators.aggregate;

/** The value of the earliest or the latest event. */
final class EndAggregate implements Aggregate {
    private final String word;
    private final Fold fold;

    EndAggregate(String word, Fold fold) {
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
    public void result(long[] summaries, int at, int count, Cell cell) {
        if (summaries[at + 2] == 0) {
            cell.absent();
        } else {
            cell.set(summaries[at + 1]);
        }
    }
}
