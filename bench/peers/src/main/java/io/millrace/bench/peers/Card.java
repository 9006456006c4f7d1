package io.millrace.bench.peers;

import io.millrace.bench.workloads.Arithmetic;
import io.millrace.bench.workloads.SecondSums;
import io.millrace.bench.workloads.Tx;
import java.nio.ByteBuffer;

/** W3: what is kept of a card, its profile and its last minute. */
public final class Card {
    private long meanCents;
    private int home;
    private SecondSums sums;

    int bytes() {
        return Long.BYTES + Integer.BYTES + (sums == null ? 0 : sums.bytes());
    }

    void write(ByteBuffer to) {
        to.putLong(meanCents).putInt(home);
        if (sums != null) {
            sums.write(to);
        }
    }

    static Card read(ByteBuffer from) {
        Card read = new Card();
        read.meanCents = from.getLong();
        read.home = from.getInt();
        read.sums = from.hasRemaining() ? SecondSums.read(from) : null;
        return read;
    }

    /** An alert, or null. */
    Result.Alert on(Tx tx) {
        if (tx.kind == Event.PROFILE) {
            meanCents = tx.amountCents;
            home = tx.country;
            return null;
        }
        if (tx.amountCents <= 0) {
            return null;
        }
        if (sums == null) {
            sums = new SecondSums();
        }
        sums.add(tx.timeMs, tx.amountCents);
        double score = Arithmetic.score(tx.amountCents, tx.country, meanCents, home, sums.count, sums.sum);
        return score > Arithmetic.THRESHOLD ? new Result.Alert(tx.id, score) : null;
    }
}
