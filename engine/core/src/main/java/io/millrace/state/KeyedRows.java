package io.millrace.state;

/**
 * Rows of a fixed number of longs, addressed by key. A row has a slot, which it keeps as long as it lives; its columns
 * are zero when it is new. Keys are longs, or bytes up to a length (text, composite keys), and are compared in full.
 *
 * <p><b>Hot code</b> takes {@link #page} and {@link #base} once and reads all columns of a row there; when it writes it
 * takes {@link #writable} instead. Slots stay valid until released; pages taken this way are valid until the next
 * acquire or release.
 *
 * <p><b>Work.</b> A find looks at a few cells of the index and, but for collisions of 30 bits, at one row. The index
 * has its full size from the start and never grows. The hash is seeded: who does not know the seed cannot choose keys
 * that collide.
 */
public final class KeyedRows {
    /*
     * Row:    | key | column 0 | column 1 | …                                            keys that are longs
     *         | bytes of the key, 8 a long | upper 48 bits of its hash, 16 of length | column 0 | …
     * Page:   Blocks of one row each, with their roots. Slot: where column 0 is: page << 13 | index in the page.
     * Index:  HashIndex. It is no part of a snapshot: it can be made again from the rows.
     */
    private final Blocks blocks;
    private final RowKeys keys;
    private final StateCounters counters = new StateCounters();
    private final int longsPerRow;
    private final int maxKeys;
    private ExpiryCalendar calendar;

    private KeyedRows(StateBudget budget, int longsPerRow, int keysAsked, int keyBytesMax, long hashSeed) {
        this.longsPerRow = longsPerRow;
        int longs = RowKeys.keyLongs(keyBytesMax) + longsPerRow;
        RowPlan plan = RowPlan.of(budget, longs, keysAsked);
        maxKeys = plan.keys();
        HashIndex index = new HashIndex(budget, plan.homes(), maxKeys, counters);
        blocks = new Blocks(budget, longs, maxKeys, counters);
        keys = new RowKeys(blocks, index, hashSeed, keyBytesMax);
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
        return new KeyedRows(budget, longsPerRow, maxKeys, -1, hashSeed);
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
            throw new IllegalArgumentException("state of " + budget.owner() + ": keys of up to " + keyBytesMax
                    + " bytes; 0 to 65535 are possible");
        }
        return new KeyedRows(budget, longsPerRow, maxKeys, keyBytesMax, hashSeed);
    }

    /**
     * The slot of a key.
     *
     * @param key the key
     * @return -1 when it has none
     */
    public int find(long key) {
        return keys.find(key);
    }

    /**
     * The slot of a key, given one when it has none. {@link #isNew} says which.
     *
     * @param key the key
     * @return -1 at the bound of keys or budget
     */
    public int acquire(long key) {
        return keys.acquire(key);
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
        return keys.isNew();
    }

    /**
     * Gives a slot back: its row is zeroed and will be reused first. When it is armed in an {@link ExpiryCalendar} it
     * is taken out of it.
     *
     * @param slot a slot in use
     */
    public void release(int slot) {
        if (calendar != null) {
            calendar.disarm(slot);
        }
        keys.release(slot);
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
        return RowKeys.base(slot);
    }

    /**
     * The first slot in use at or after a slot, in slot order.
     *
     * @param fromSlot where to begin, 0 or more
     * @return -1 when there is none
     */
    public int nextUsed(int fromSlot) {
        return keys.nextUsed(fromSlot, Integer.MAX_VALUE);
    }

    /**
     * The first slot in use within a range, for sweeps of bounded work.
     *
     * @param fromSlot where to begin, 0 or more
     * @param toSlot   where to end, exclusive
     * @return -1 when there is none
     */
    public int nextUsed(int fromSlot, int toSlot) {
        return keys.nextUsed(fromSlot, toSlot);
    }

    /**
     * How many keys there are.
     *
     * @return a count
     */
    public int count() {
        return blocks.count();
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
     * What was done; a step is a cell of the index that an acquire of a new key or a release looked at. The most steps
     * of one bound the cells that any find looks at.
     *
     * @return the counters of this structure
     */
    public StateCounters counters() {
        return counters;
    }

    void calendar(ExpiryCalendar ofThese) {
        if (calendar != null) {
            throw new IllegalStateException("these rows have a calendar already");
        }
        calendar = ofThese;
    }
}
