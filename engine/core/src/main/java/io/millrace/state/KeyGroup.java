package io.millrace.state;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Puts the rows of several operators that are asked for the same keys into one row a key: one search, and one place in
 * memory, for all of them. What an operator sees of it is its own columns; whether it holds a key is a bit of its own.
 *
 * <p>Rows are asked for while the nodes of a stage are made, and stand after {@link #seal}. Each operator has a bound of its
 * own, and what one holds never takes room from another: there are as many rows as all bounds together, and the memory for
 * all of them is charged at start, each operator's part to its own budget. An operator that declares its bound has that
 * bound; one that does not has as many keys as it would hold alone, or at least half of that. Where that does not fit, and
 * when one operator is alone, each has rows of its own. Which it is follows from topology and budgets alone, and shows in
 * nothing but how many keys of an undeclared bound fit.
 *
 * <p>The stage's thread only.
 */
public final class KeyGroup {
    /** Bits of a long. */
    private static final int MEMBERS_MAX = 64;

    /** The most keys that are read ahead at a time: more than the misses that a core has under way at once. */
    public static final int AHEAD_MAX = 32;

    private static final long KEYS_MAX = 1L << 29;

    /** About the second cache of a core. */
    private static final long LARGE_BYTES = 1 << 20;

    private final long hashSeed;
    private final boolean sealAtOnce;
    private final List<KeyedRows> members = new ArrayList<>();
    private final List<KeyedRows> apart = new ArrayList<>();

    /** After sealing: what the rows that were put together are made of; null when there are none. */
    private SharedRows shared;

    /** After sealing: the rows there are, for reading ahead. */
    private RowKeys[] places = new RowKeys[0];

    private final KeyMix mix;
    private final long[] targets = new long[AHEAD_MAX];

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
        mix = new KeyMix(hashSeed);
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
     * @param declared    whether the user declared that bound
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

    /**
     * Rows that stand at once and are not put together with others, but are read ahead like them.
     *
     * @param budget      where their memory comes from
     * @param longsPerRow columns of a row
     * @param keysMax     the most keys at a time; 0 for as many as what is left of the budget holds
     * @return rows to be used
     */
    public KeyedRows rowsApart(StateBudget budget, int longsPerRow, int keysMax) {
        KeyedRows rows = KeyedRows.forLongs(budget, longsPerRow, keysMax, hashSeed);
        apart.add(rows);
        return rows;
    }

    /** Makes the rows. */
    public void seal() {
        if (members.size() < 2 || members.size() > MEMBERS_MAX || !together()) {
            for (KeyedRows m : members) {
                m.standAlone(hashSeed);
            }
        }
        places = Stream.concat(members.stream(), apart.stream())
                .map(KeyedRows::keys)
                .distinct()
                .toArray(RowKeys[]::new);
        members.clear();
        apart.clear();
    }

    /**
     * Rows that were put together.
     *
     * @return null when each operator has its own
     */
    public SharedRows shared() {
        return shared;
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
     * Asks memory for what keys will need: the parts of the indexes where they are found, then the rows.
     *
     * @param keys that will be asked for soon
     * @param n    how many, {@link #AHEAD_MAX} at most
     */
    public void touch(long[] keys, int n) {
        for (int i = 0; i < n; i++) {
            targets[i] = HashIndex.target(mix.of(keys[i]));
        }
        for (RowKeys r : places) {
            read += r.touch(keys, targets, n);
        }
    }

    private boolean together() {
        for (int eighths : new int[] {8, 6, 4}) {
            if (together(eighths)) {
                return true;
            }
        }
        return false;
    }

    /** Puts them together when each has room for its declared bound, or for so much of what it would hold alone. */
    private boolean together(int eighths) {
        int longs = KeyedRows.JOINT_HEAD;
        long all = 0;
        int[] most = new int[members.size()];
        for (int i = 0; i < most.length; i++) {
            KeyedRows m = members.get(i);
            int alone = m.plan().keys();
            most[i] = m.isDeclared() ? alone : (int) Math.max(1, alone * (long) eighths / 8);
            all += most[i];
            longs += m.longsPerRow();
        }
        if (longs > Pages.PAGE_LONGS - 1 || all > KEYS_MAX) {
            return false;
        }
        JointBudget budget = JointBudget.of(members, longs, (int) all);
        if (budget == null) {
            return false;
        }
        stand(budget, longs, (int) all, most);
        return true;
    }

    private void stand(JointBudget budget, int longs, int all, int[] most) {
        StateCounters counters = new StateCounters();
        HashIndex index = new HashIndex(budget, JointBudget.homes(all), all, counters);
        Blocks blocks = new Blocks(budget, longs, all, counters);
        StateBudget roomiest = members.stream()
                .map(KeyedRows::budget)
                .max(Comparator.comparingLong(StateBudget::leftBytes))
                .orElseThrow();
        DenseIndex dense = DenseIndex.of(roomiest, all, roomiest.leftBytes());
        RowKeys keys = new RowKeys(blocks, index, dense, hashSeed, -1);
        shared = new SharedRows(members.stream().map(m -> m.budget().owner()).toList(), blocks, keys);
        int offset = KeyedRows.JOINT_HEAD - RowKeys.keyLongs(-1);
        for (int i = 0; i < most.length; i++) {
            members.get(i).standTogether(blocks, keys, counters, offset, 1L << i, most[i]);
            offset += members.get(i).longsPerRow();
        }
    }
}
