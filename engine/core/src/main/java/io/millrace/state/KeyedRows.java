package io.millrace.state;

/**
 * Rows of a fixed number of longs, addressed by key. A row has a slot, which it keeps as long as it lives; its columns
 * are zero when it is new. Keys are longs, or bytes up to a length (text, composite keys), and are compared in full.
 *
 * <p><b>Hot code</b> takes {@link #page} and {@link #base} once and reads all columns of a row there; to write it takes
 * {@link #writable} instead. Slots stay valid until released; pages taken this way are valid until the next acquire or
 * release.
 *
 * <p><b>Work.</b> A find looks at a few cells of the index and, apart from collisions of 30 bits, at one row. For a key
 * that is a number from 0 to twice the bound on keys, rounded down to whole pages, it looks at one cell
 * ({@link DenseIndex}). The index is allocated in its full size at start, and used as far as the present keys need it
 * ({@link HashIndex}). The hash is seeded: without the seed nobody can choose keys that collide.
 */
public final class KeyedRows implements Saved {
    /*
     * Row:    | key | column 0 | column 1 | …                                            keys that are longs
     *         | bytes of the key, 8 a long | upper 48 bits of its hash, 16 of length | column 0 | …
     * Page:   Blocks of one row each, with their roots. Slot: where column 0 is: page << 13 | index in the page.
     * Index:  DenseIndex and HashIndex. They are no part of a snapshot: they can be made again from the rows.
     */
    /*
     * Together with others (see KeyGroup): | key | bits: who holds the key | columns of one | of the next | …
     */
    static final int JOINT_HEAD = 2;

    private final StateBudget budget;
    private final int longsPerRow;
    private final boolean declared;
    private Blocks blocks;
    private RowKeys keys;
    private StateCounters counters;
    private int maxKeys;
    private ExpiryCalendar calendar;

    /** Where its own columns begin after the slot, and its own bit; 0 if nobody else has columns in the row. */
    private int offset;

    private long bit;
    private int held;

    @Scratch("of the acquire before")
    private boolean isNew;

    /** Rows as they were and where each has gone, while state that refers to their places is loaded. */
    @Scratch("while it is loaded")
    private OldRows was;

    @Scratch("while it is loaded")
    private int[] goneTo;

    KeyedRows(StateBudget budget, int longsPerRow, int maxKeys, boolean declared) {
        this.budget = budget;
        this.longsPerRow = longsPerRow;
        this.maxKeys = maxKeys;
        this.declared = declared;
        budget.keeps(this);
    }

    /** Saves pages and keys too, unless these are shared with others, which are saved before. */
    @Override
    public void save(StateWriter to) {
        to.putLong(longsPerRow);
        to.putLong(maxKeys);
        to.putLong(offset);
        to.putLong(bit);
        to.putInt(held);
        if (bit == 0) {
            blocks.save(to);
            keys.save(to);
        }
    }

    @Override
    public void load(StateReader from) {
        if (from.moves() != null) {
            loadMoved(from);
            return;
        }
        from.same("columns per row", longsPerRow);
        from.same("key limit", maxKeys);
        from.same("columns of other operators in front of its own", offset);
        from.same("position among the operators that share its rows", bit);
        held = from.getInt("a number of keys", maxKeys);
        if (bit == 0) {
            blocks.load(from);
            keys.load(from);
        }
    }

    /** Rows that have not moved or changed are taken over as they are. */
    private void loadMoved(StateReader from) {
        long columns = from.getLong();
        from.getLong();
        int oldOffset = (int) from.getLong();
        long oldBit = from.getLong();
        int oldHeld = from.getInt("a number of keys", Integer.MAX_VALUE);
        Moves.Columns changed = from.moves().columns();
        if (changed == null && columns != longsPerRow) {
            throw from.refused("its rows were saved with " + columns + " columns and now have " + longsPerRow
                    + "; add startEmpty(..) to the migration, or replay the log from its beginning");
        }
        if (oldBit == 0 && bit == 0 && changed == null) {
            blocks.load(from);
            keys.load(from);
            return;
        }
        OldRows old = oldBit == 0 ? OldRows.read(from) : from.moves().shared();
        if (old == null) {
            held = oldHeld; // its group was taken over as it is
        } else {
            was = old;
            goneTo = old.places();
            take(from, oldOffset, oldBit, (int) columns, changed);
        }
    }

    private void take(StateReader from, int oldOffset, long oldBit, int columns, Moves.Columns changed) {
        for (int old = was.next(0); old >= 0; old = was.next(old + 1)) {
            long[] page = was.page(old);
            int base = RowKeys.base(old);
            if (oldBit != 0 && (page[base] & oldBit) == 0) {
                continue;
            }
            int slot = keys.bring(page, base);
            slot = slot < 0 || bit == 0 ? slot : join(slot);
            if (slot < 0) {
                throw from.refused("it keeps more than the " + maxKeys + " keys that there is room "
                        + "for; raise its bound or the state budget");
            }
            if (changed == null) {
                System.arraycopy(page, base + oldOffset, writable(slot), base(slot), columns);
            } else {
                changed.move(page, base + oldOffset, writable(slot), base(slot));
            }
            goneTo[was.place(old)] = slot;
        }
    }

    /**
     * Tells whether rows were taken over one by one, so that they are at other places than before.
     *
     * @return true between loading and {@link #settled}
     */
    public boolean hasMoved() {
        return was != null;
    }

    /**
     * Returns where a row is that was taken over.
     *
     * @param old its slot when it was saved
     * @return its slot; -1 if it no longer exists
     */
    public int moved(int old) {
        if (was == null) {
            return old;
        }
        int place = was.place(old);
        return place < 0 || place >= goneTo.length ? -1 : goneTo[place];
    }

    /**
     * Replaces slots that were loaded by those where their rows are now.
     *
     * @param slots of rows in use when they were saved
     * @param n how many
     */
    public void mapSlots(int[] slots, int n) {
        for (int i = 0; i < n; i++) {
            slots[i] = moved(slots[i]);
        }
    }

    /** Called when everything that refers to slots has been loaded. */
    public void settled() {
        was = null;
        goneTo = null;
    }

    // ---- making them

    /** The plan of these rows if they were alone. */
    RowPlan plan() {
        return RowPlan.of(budget, RowKeys.keyLongs(-1) + longsPerRow, maxKeys);
    }

    StateBudget budget() {
        return budget;
    }

    int longsPerRow() {
        return longsPerRow;
    }

    boolean isDeclared() {
        return declared;
    }

    RowKeys keys() {
        return keys;
    }

    void standAlone(long hashSeed) {
        stand(-1, hashSeed);
    }

    private void stand(int keyBytesMax, long hashSeed) {
        int longs = RowKeys.keyLongs(keyBytesMax) + longsPerRow;
        RowPlan plan = RowPlan.of(budget, longs, maxKeys);
        maxKeys = plan.keys();
        counters = new StateCounters();
        HashIndex index = new HashIndex(budget, plan.homes(), maxKeys, counters);
        blocks = new Blocks(budget, longs, maxKeys, counters);
        long left = budget.leftBytes() - RowPlan.pageBytes(longs, maxKeys);
        DenseIndex dense = keyBytesMax < 0 ? DenseIndex.of(budget, maxKeys, left) : DenseIndex.none(budget);
        keys = new RowKeys(blocks, index, dense, hashSeed, keyBytesMax);
        standCalendar();
    }

    private void standCalendar() {
        if (calendar != null) {
            calendar.stand();
        }
    }

    void standTogether(Blocks all, RowKeys keysOfAll, StateCounters countersOfAll, int columns, long ownBit, int most) {
        maxKeys = most;
        blocks = all;
        keys = keysOfAll;
        counters = countersOfAll;
        offset = columns;
        bit = ownBit;
        standCalendar();
    }

    /**
     * Rows whose keys are longs.
     *
     * @param budget      where memory comes from; the index is taken at once
     * @param longsPerRow columns of a row
     * @param maxKeys     the most keys at a time; 0 for as many as what is left of the budget holds
     * @param hashSeed    what an attacker does not know
     * @return no rows yet
     */
    public static KeyedRows forLongs(StateBudget budget, int longsPerRow, int maxKeys, long hashSeed) {
        KeyedRows rows = new KeyedRows(budget, longsPerRow, maxKeys, false);
        rows.standAlone(hashSeed);
        return rows;
    }

    /**
     * Rows whose keys are bytes.
     *
     * @param budget      where memory comes from; the index is taken at once
     * @param longsPerRow columns of a row
     * @param maxKeys     the most keys at a time; 0 for as many as what is left of the budget holds
     * @param keyBytesMax the longest key, at most 65535 bytes
     * @param hashSeed    what an attacker does not know
     * @return no rows yet
     */
    public static KeyedRows forBytes(StateBudget budget, int longsPerRow, int maxKeys, int keyBytesMax, long hashSeed) {
        if (keyBytesMax < 0 || keyBytesMax > 0xFFFF) {
            throw new IllegalArgumentException(
                    "state of " + budget.owner() + ": keys of up to " + keyBytesMax + " bytes; use 0 to 65535");
        }
        KeyedRows rows = new KeyedRows(budget, longsPerRow, maxKeys, false);
        rows.stand(keyBytesMax, hashSeed);
        return rows;
    }

    /**
     * The slot of a key.
     *
     * @param key the key
     * @return -1 when it has none
     */
    public int find(long key) {
        int slot = keys.find(key);
        return bit == 0 || slot < 0 || holds(slot) ? slot : -1;
    }

    private boolean holds(int slot) {
        return (blocks.pages()[slot >>> Pages.PAGE_SHIFT][RowKeys.base(slot)] & bit) != 0; // of a free row: 0
    }

    /**
     * The slot of a key, given one when it has none. {@link #isNew} says which.
     *
     * @param key the key
     * @return -1 at the bound of keys or budget
     */
    public int acquire(long key) {
        int slot = keys.acquire(key);
        return bit == 0 || slot < 0 ? slot : join(slot);
    }

    /** Takes the own columns of a row that is there, or has been made just now. */
    private int join(int slot) {
        isNew = !holds(slot);
        if (!isNew) {
            return slot;
        }
        if (held == maxKeys) {
            isNew = false;
            releaseIfNobodys(slot);
            return -1;
        }
        keys.writable(slot)[RowKeys.base(slot)] |= bit;
        held++;
        return slot;
    }

    private void releaseIfNobodys(int slot) {
        if (keys.page(slot)[RowKeys.base(slot)] == 0) {
            keys.release(slot);
        }
    }

    /**
     * The slot of a key.
     *
     * @param hash   64 bits made from the key with a seed of the caller
     * @param key    holds the key from index 0
     * @param length its length
     * @return -1 when it has none
     */
    public int find(long hash, byte[] key, int length) {
        return keys.find(hash, key, length);
    }

    /**
     * The slot of a key, given one when it has none. {@link #isNew} says which.
     *
     * @param hash   64 bits made from the key with a seed of the caller
     * @param key    holds the key from index 0
     * @param length its length
     * @return -1 at the bound of keys or budget, or when the key is too long
     */
    public int acquire(long hash, byte[] key, int length) {
        return keys.acquire(hash, key, length);
    }

    /**
     * Whether the last acquire made the row.
     *
     * @return false when it was there, or was refused
     */
    public boolean isNew() {
        return bit == 0 ? keys.isNew() : isNew;
    }

    /**
     * Gives a slot back: its row is zeroed and may be reused.
     *
     * @param slot a slot in use
     */
    public void release(int slot) {
        if (bit == 0) {
            keys.release(slot);
        } else {
            leave(slot);
        }
    }

    private void leave(int slot) {
        long[] page = keys.writable(slot);
        int from = base(slot);
        for (int i = from; i < from + longsPerRow; i++) {
            page[i] = 0;
        }
        page[RowKeys.base(slot)] ^= bit;
        held--;
        releaseIfNobodys(slot);
    }

    /**
     * Prefetches the place of the index where a row is found, for a row that will soon be released.
     *
     * @param slot a slot in use
     * @return what is there; keep it, so that the read is not optimised away
     */
    public long touch(int slot) {
        return keys.touch(slot);
    }

    /**
     * The key of a row, when keys are longs.
     *
     * @param slot a slot in use
     * @return its key
     */
    public long key(int slot) {
        return keys.key(slot);
    }

    /**
     * Copies the key of a row, when keys are bytes.
     *
     * @param slot a slot in use
     * @param into gets the key from index 0
     * @return its length
     */
    public int copyKey(int slot, byte[] into) {
        return keys.copyKey(slot, into);
    }

    /**
     * Reads a column.
     *
     * @param slot   a slot in use
     * @param column 0, 1, …
     * @return the value
     */
    public long get(int slot, int column) {
        assert column >= 0 && column < longsPerRow : column;
        return page(slot)[base(slot) + column];
    }

    /**
     * Writes a column.
     *
     * @param slot   a slot in use
     * @param column 0, 1, …
     * @param value  the value
     */
    public void set(int slot, int column, long value) {
        assert column >= 0 && column < longsPerRow : column;
        writable(slot)[base(slot) + column] = value;
    }

    /**
     * Adds to a column; an overflow wraps.
     *
     * @param slot   a slot in use
     * @param column 0, 1, …
     * @param value  what to add
     */
    public void add(int slot, int column, long value) {
        assert column >= 0 && column < longsPerRow : column;
        writable(slot)[base(slot) + column] += value;
    }

    /**
     * Reads a column as a double; 0.0 when new.
     *
     * @param slot   a slot in use
     * @param column 0, 1, …
     * @return the value
     */
    public double getDouble(int slot, int column) {
        return Double.longBitsToDouble(get(slot, column));
    }

    /**
     * Writes a double by its bits; every NaN becomes the canonical one.
     *
     * @param slot   a slot in use
     * @param column 0, 1, …
     * @param value  the value
     */
    public void setDouble(int slot, int column, double value) {
        set(slot, column, Double.doubleToLongBits(value));
    }

    /**
     * The page of a row, for reading.
     *
     * @param slot a slot in use
     * @return valid until the next acquire or release
     */
    public long[] page(int slot) {
        return keys.page(slot);
    }

    /**
     * The page of a row that is about to be written.
     *
     * @param slot a slot in use
     * @return valid until the next acquire or release; column c is at {@code base(slot) + c}
     */
    public long[] writable(int slot) {
        return keys.writable(slot);
    }

    /**
     * Where the columns of a row begin in its page.
     *
     * @param slot a slot in use
     * @return index of column 0
     */
    public int base(int slot) {
        return RowKeys.base(slot) + offset;
    }

    /**
     * The first slot in use at or after a slot, in slot order.
     *
     * @param fromSlot where to begin, 0 or more
     * @return -1 when there is none
     */
    public int nextUsed(int fromSlot) {
        return nextUsed(fromSlot, Integer.MAX_VALUE);
    }

    /**
     * The first slot in use within a range, for sweeps of bounded work.
     *
     * @param fromSlot where to begin, 0 or more
     * @param toSlot   where to end, exclusive
     * @return -1 when there is none
     */
    public int nextUsed(int fromSlot, int toSlot) {
        int slot = keys.nextUsed(fromSlot, toSlot);
        while (bit != 0 && slot >= 0 && !holds(slot)) {
            slot = keys.nextUsed(slot + 1, toSlot);
        }
        return slot;
    }

    /**
     * How many keys there are.
     *
     * @return a count
     */
    public int count() {
        return bit == 0 ? blocks.count() : held;
    }

    /**
     * The most keys at a time: what was asked for, or less when the budget does not hold it.
     *
     * @return the bound
     */
    public int maxKeys() {
        return maxKeys;
    }

    /**
     * Returns what was done. A step is a cell of the index that an acquire of a new key or a release looked at. The
     * most steps of one operation bound the cells that any find looks at.
     *
     * @return the counters of this structure
     */
    public StateCounters counters() {
        return counters;
    }

    // ---- for the calendar

    void calendar(ExpiryCalendar ofThese) {
        if (calendar != null) {
            throw new IllegalStateException("these rows have a calendar already");
        }
        calendar = ofThese;
        if (keys != null) {
            calendar.stand();
        }
    }

    /**
     * Whether a slot is in use, by whichever key: for callers that keep slots that may have been released since.
     *
     * @param slot any that has been in use
     * @return false when it is free
     */
    public boolean isUsed(int slot) {
        return bit == 0 ? keys.isUsed(slot) : holds(slot);
    }

    /** The number of a slot among all places for rows. */
    int place(int slot) {
        return keys.place(slot);
    }

    boolean hasCalendar() {
        return calendar != null;
    }

    /** The most slots in use at a time, by all that share the rows. */
    int slotsMax() {
        return blocks.blocksMax();
    }

    /** One more than the largest {@link #place}. */
    int places() {
        return blocks.places();
    }
}
