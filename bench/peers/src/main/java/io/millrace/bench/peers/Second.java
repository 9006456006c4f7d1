package io.millrace.bench.peers;

import io.millrace.bench.workloads.Tx;
import java.io.Serializable;

/** W1: what is kept of a card in a second. */
public final class Second implements Serializable {
    private static final long serialVersionUID = 1;

    long count;
    long sum;
    long max = Long.MIN_VALUE;

    Second add(Tx tx) {
        count++;
        sum += tx.amountCents;
        max = Math.max(max, tx.amountCents);
        return this;
    }

    Second add(Second other) {
        count += other.count;
        sum += other.sum;
        max = Math.max(max, other.max);
        return this;
    }

    Result.Total total(long card, long startMs) {
        return new Result.Total(card, startMs, count, sum, max);
    }
}
