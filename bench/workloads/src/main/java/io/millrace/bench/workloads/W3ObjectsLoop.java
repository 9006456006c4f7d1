package io.millrace.bench.workloads;

import static io.millrace.bench.workloads.Table.BITS_1M;

/** W3 with open addressing to the card's slot, and an object for each card's state. */
final class W3ObjectsLoop implements Loop {
    private static final int SLOTS = 1 << BITS_1M;

    private final long[] card = new long[SLOTS];
    private final long[] profile = new long[SLOTS];
    private final SecondSums[] sums = new SecondSums[SLOTS];

    W3ObjectsLoop() {
        for (int rank = 0; rank < Profiles.COUNT; rank++) {
            long key = Profiles.cardOf(rank);
            int s = Table.home(key, BITS_1M);
            while (card[s] != 0) {
                s = s + 1 & SLOTS - 1;
            }
            card[s] = key;
            profile[s] = Profiles.packed(rank);
        }
    }

    @Override
    public void on(Tx tx, Answer answer) {
        if (tx.amountCents <= 0) {
            return;
        }
        int s = Table.home(tx.card, BITS_1M);
        while (card[s] != tx.card) {
            s = s + 1 & SLOTS - 1;
        }
        SecondSums ofCard = sums[s];
        if (ofCard == null) {
            ofCard = new SecondSums();
            sums[s] = ofCard;
        }
        ofCard.add(tx.timeMs, tx.amountCents);
        Reference.alert(tx, profile[s], ofCard.count, ofCard.sum, answer);
    }
}
