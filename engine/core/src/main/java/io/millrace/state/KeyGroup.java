package io.millrace.state;

import java.util.ArrayList;
import java.util.List;

/**
 * Puts the rows of several operators that are asked for the same keys into one row a key: one search, and one place in
 * memory, for all of them. What an operator sees of it is its own columns; whether it holds a key is a bit of its own.
 *
 * <p>Rows are asked for while the nodes of a stage are made, and stand after {@link #seal}. They are put together when
 * that holds as many keys in no more memory; an operator that declares a bound has the memory for it set apart. Else, and
 * when one operator is alone, each has rows of its own. Which it is follows from topology and budgets alone, and shows in
 * nothing but how many keys fit.
 *
 * <p>The stage's thread only.
 */
public final class KeyGroup {
    /** Bits of a long. */
    private static final int MEMBERS_MAX = 64;

    /** About the second cache of a core. */
    private static final long LARGE_BYTES = 1 << 20;

    private final long hashSeed;
    private final boolean sealAtOnce;
    private final List<KeyedRows> members = new ArrayList<>();

    /** After sealing: the rows there are, for reading ahead. */
    private RowKeys[] places = new RowKeys[0];

    private KeyMix mix;

    /** The sum of all that was touched, so that reading it cannot be left out. */
    private long read;

    /**
     * A group that is to be sealed.
     *
     * @param hashSeed what an attacker does not know
     */
    public KeyGroup(long hashSeed) {
        this(hashSeed, false);
    }

    private KeyGroup(long hashSeed, boolean sealAtOnce) {
        this.hashSeed = hashSeed;
        this.sealAtOnce = sealAtOnce;
    }

    /**
     * A group in which each operator is alone.
     *
     * @param hashSeed what an attacker does not know
     * @return gives rows that stand at once
     */
    public static KeyGroup apart(long hashSeed) {
        return new KeyGroup(hashSeed, true);
    }

    /**
     * Asks for rows whose keys are longs.
     *
     * @param budget      where their memory comes from, or their part of it
     * @param longsPerRow columns of a row
     * @param keysMax     the most keys at a time
     * @param declared    whether that bound was declared, so that memory for it is set apart at start
     * @return rows to be used after {@link #seal}
     */
    public KeyedRows rows(StateBudget budget, int longsPerRow, int keysMax, boolean declared) {
        KeyedRows rows = new KeyedRows(budget, longsPerRow, keysMax, declared);
        if (sealAtOnce) {
            rows.standAlone(hashSeed);
        } else {
            members.add(rows);
        }
        return rows;
    }

    /** Makes the rows. */
    public void seal() {
        if (members.size() < 2 || members.size() > MEMBERS_MAX || !together()) {
            for (KeyedRows m : members) {
                m.standAlone(hashSeed);
            }
        }
        places = members.stream().map(KeyedRows::keys).distinct().toArray(RowKeys[]::new);
        mix = new KeyMix(hashSeed);
        members.clear();
    }

    // ---- reading ahead

    /**
     * Whether the rows have outgrown the caches near a core, so that reading ahead pays.
     *
     * @return false while there are few
     */
    public boolean isLarge() {
        for (RowKeys r : places) {
            if (r.bytes() > LARGE_BYTES) {
                return true;
            }
        }
        return false;
    }

    /**
     * What is to be touched for a key.
     *
     * @param key a key that will be asked for soon
     * @return for {@link #touch}
     */
    public long mark(long key) {
        return HashIndex.target(mix.of(key));
    }

    /**
     * Asks memory for what keys will need: the parts of the indexes where they are found, then the rows.
     *
     * @param marks of keys
     * @param n     how many
     */
    public void touch(long[] marks, int n) {
        for (RowKeys r : places) {
            read += r.touch(marks, n);
        }
    }

    private boolean together() {
        int longs = KeyedRows.JOINT_HEAD;
        long bytes = 0;
        int declared = 0;
        for (KeyedRows m : members) {
            RowPlan plan = m.plan();
            longs += m.longsPerRow();
            bytes += RowPlan.bytes(m.budget(), RowKeys.keyLongs(-1) + m.longsPerRow(), plan.keys());
            declared = Math.max(declared, m.isDeclared() ? plan.keys() : 0);
        }
        JointBudget budget = new JointBudget(members, longs, bytes);
        if (longs > Pages.PAGE_LONGS - 1) {
            return false;
        }
        RowPlan plan = RowPlan.of(budget, longs, 0);
        if (plan.keys() < declared || !budget.setApart(plan, declared)) {
            return false;
        }
        StateCounters counters = new StateCounters();
        HashIndex index = new HashIndex(budget, plan.homes(), plan.keys(), counters);
        Blocks blocks = new Blocks(budget, longs, plan.keys(), counters);
        RowKeys keys = new RowKeys(blocks, index, hashSeed, -1);
        int offset = KeyedRows.JOINT_HEAD - RowKeys.keyLongs(-1);
        for (int i = 0; i < members.size(); i++) {
            members.get(i).standTogether(blocks, keys, counters, offset, 1L << i);
            offset += members.get(i).longsPerRow();
        }
        return true;
    }
}
