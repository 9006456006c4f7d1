package io.millrace.operators.window;

import io.millrace.operator.Flow;
import io.millrace.operator.KeyHash;
import io.millrace.operator.NodeContext;
import io.millrace.state.KeyedRows;
import io.millrace.state.StateBudget;
import io.millrace.topology.KeyInfo;

/** A row of each key that has windows, or of a table; one row where windows are of all events. */
class WindowKeys {
    final KeyedRows rows;
    private final boolean isNumber;
    private final boolean keyed;
    private final byte[] key;
    private final long seed;

    WindowKeys(WindowOperator<?, ?> operator, int columns, NodeContext context) {
        keyed = operator.isKeyed();
        isNumber = operator.key().isNumber();
        key = new byte[operator.key().maxBytes()];
        seed = context.hashSeed();
        rows = rows(operator, columns, context);
    }

    /** A row of each key of a table. */
    WindowKeys(KeyInfo of, int columns, int most, NodeContext context) {
        keyed = true;
        isNumber = of.isNumber();
        key = new byte[of.maxBytes()];
        seed = context.hashSeed();
        rows = isNumber
                ? KeyedRows.forLongs(context.budget(), columns, most, seed)
                : KeyedRows.forBytes(context.budget(), columns, most, of.maxBytes(), seed);
    }

    private KeyedRows rows(WindowOperator<?, ?> operator, int columns, NodeContext context) {
        StateBudget budget = context.budget();
        int declared = operator.key().atMost();
        long fit = Math.max(1, Math.min(1 << 29, budget.bytes() / operator.bytesPerKey()));
        int most = !keyed ? 1 : declared > 0 ? declared : (int) fit;
        return isNumber
                ? context.keyGroup().rowsApart(budget, columns, most)
                : KeyedRows.forBytes(budget, columns, most, operator.key().maxBytes(), seed);
    }

    /** The row of the key of an event; -1 when there is none. */
    final int find(Flow flow) {
        return !keyed
                ? rows.find(0)
                : isNumber ? rows.find(flow.key()) : rows.find(flow.key(), flow.keyBytes(), flow.keyLength());
    }

    /** The row of the key of an event, made when there is none; -1 when there is no room for it. */
    final int acquire(Flow flow) {
        return !keyed
                ? rows.acquire(0)
                : isNumber ? rows.acquire(flow.key()) : rows.acquire(flow.key(), flow.keyBytes(), flow.keyLength());
    }

    /** Writes the key of a row into the cell of the stage. */
    final void keyOf(int slot, Flow flow) {
        if (!keyed) {
            flow.key(0);
        } else if (isNumber) {
            flow.key(rows.key(slot));
        } else {
            int length = rows.copyKey(slot, key);
            flow.key(KeyHash.of(seed, key, length), key, length);
        }
    }
}
