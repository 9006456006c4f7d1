package io.millrace.bench.workloads;

/** W0: nothing is kept. Also its reference. */
final class W0Loop implements Loop {
    @Override
    public void on(Tx tx, Answer answer) {
        if (tx.amountCents > 0) {
            answer.hit(Arithmetic.hash0(tx.id, Arithmetic.mapped(tx.amountCents, tx.country)));
        }
    }
}
