package io.millrace.operators.join;

import io.millrace.operator.Flow;
import io.millrace.operator.KeyHash;
import io.millrace.operator.NodeContext;
import io.millrace.state.KeyedRows;
import io.millrace.state.StateBudget;
import io.millrace.topology.KeyInfo;

/** The rows of a join, one a key, whatever kind of key that is. */
final class JoinKeys {
    static final int NONE = -1;

    final KeyedRows rows;
    private final boolean isNumber;
    private final byte[] key;
    private final long seed;

    /**
     * Without a declared bound there are as many as would have room with one event each.
     *
     * @param columns    of a row
     * @param eventBytes what one event of a key takes
     * @param bytes      of the budget for all this
     */
    JoinKeys(NodeContext context, KeyInfo of, int columns, long eventBytes, long bytes) {
        isNumber = of.isNumber();
        key = new byte[of.maxBytes()];
        seed = context.hashSeed();
        StateBudget budget = context.budget();
        long row = (long) Long.BYTES * (columns + 4L + (of.maxBytes() + 7) / 8);
        long fit = Math.max(1, Math.min(bytes / (row + eventBytes), Integer.MAX_VALUE >> 3));
        int most = of.atMost() == 0 ? (int) fit : of.atMost();
        rows = isNumber
                ? context.keyGroup().rowsApart(budget, columns, most)
                : KeyedRows.forBytes(budget, columns, most, of.maxBytes(), seed);
    }

    int find(Flow flow) {
        return isNumber ? rows.find(flow.key()) : rows.find(flow.key(), flow.keyBytes(), flow.keyLength());
    }

    /** The row of the key in hand, made when there is none; NONE at the bound. */
    int acquire(Flow flow) {
        return isNumber ? rows.acquire(flow.key()) : rows.acquire(flow.key(), flow.keyBytes(), flow.keyLength());
    }

    /** Puts the key of a row into the stage's hand. */
    void keyOf(int slot, Flow flow) {
        if (isNumber) {
            flow.key(rows.key(slot));
            return;
        }
        int length = rows.copyKey(slot, key);
        flow.key(KeyHash.of(seed, key, length), key, length);
    }
}
