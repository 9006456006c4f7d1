package io.millrace.state;

/**
 * The keys of rows: finds the row of a key, makes it, gives it back. Remembers the last key asked for, because an event
 * usually asks for its key several times.
 *
 * <p>The head of a row is the long before its columns: the key when keys are longs; else the upper 48 bits of the mixed
 * hash and in the lower 16 the length, with the bytes in the longs before it.
 */
final class RowKeys implements Saved {
    private static final long HASH_PART = -1L << 16;

    private final Blocks blocks;
    private final long[][] pages;
    private final HashIndex index;
    private final DenseIndex dense;
    private final KeyMix mix;
    private final int bytesMax;
    private final boolean areLongs;

    /** Longs of a block before its columns. */
    private final int keyLongs;

    /** For longs: right for the key memoHead, -1 meaning that it has no row. For bytes: a guess to be checked. */
    @Scratch("spares a search")
    private int memoSlot = -1;

    @Scratch("spares a search")
    private long memoHead;

    @Scratch("of the acquire before")
    private boolean isNew;

    RowKeys(Blocks blocks, HashIndex index, DenseIndex dense, long seed, int bytesMax) {
        this.blocks = blocks;
        this.index = index;
        this.dense = dense;
        this.bytesMax = bytesMax;
        pages = blocks.pages();
        mix = new KeyMix(seed);
        areLongs = bytesMax < 0;
        keyLongs = keyLongs(bytesMax);
    }

    /** The index is made again from the rows, which are blocks and save themselves before. */
    @Override
    public void save(StateWriter to) {
        to.putLong(bytesMax);
    }

    @Override
    public void load(StateReader from) {
        from.same("longest key in bytes", bytesMax);
        for (int slot = nextUsed(0, Integer.MAX_VALUE); slot >= 0; slot = nextUsed(slot + 1, Integer.MAX_VALUE)) {
            long head = head(slot);
            if (!enter(head, slot)) {
                throw from.refused(
                        "a key has two rows, or too many keys share a place of the index: the hash "
                                + "seed differs, or the state is damaged; use the seed of the log, or replay the log from its beginning");
            }
            if (areLongs && head == memoHead) {
                memoSlot = slot; // that it has no row would be remembered otherwise
            }
        }
    }

    private boolean enter(long head, int slot) {
        if (isDense(head)) {
            boolean isFree = dense.slot(head) < 0;
            if (isFree) {
                dense.put(head, slot);
            }
            return isFree;
        }
        long target = target(head);
        int at = index.seek(target);
        int empty = index.room(target, at);
        if (empty >= 0) {
            index.insert(at, empty, target, slot);
        }
        return empty >= 0;
    }

    /** The head of a row whose key is bytes may be any number. */
    private boolean isDense(long head) {
        return areLongs && dense.covers(head);
    }

    static int keyLongs(int bytesMax) {
        return 1 + KeyBytes.longs(Math.max(bytesMax, 0));
    }

    int find(long key) {
        assert areLongs : "keys are bytes";
        if (memoHead == key) {
            return memoSlot;
        }
        int slot = dense.covers(key) ? dense.slot(key) : findHashed(key);
        return slot < 0 ? -1 : remember(slot, key);
    }

    private int findHashed(long key) {
        long target = HashIndex.target(mix.of(key));
        long cell = index.cell(seek(target, key));
        return HashIndex.matches(cell, target) ? (int) cell : -1;
    }

    int acquire(long key) {
        assert areLongs : "keys are bytes";
        isNew = false;
        if (memoHead == key && memoSlot >= 0) {
            return memoSlot;
        }
        if (dense.covers(key)) {
            int slot = dense.slot(key);
            return remember(slot < 0 ? addDense(key) : slot, key);
        }
        return remember(acquireHashed(key), key);
    }

    private int acquireHashed(long key) {
        long target = HashIndex.target(mix.of(key));
        int at = seek(target, key);
        long cell = index.cell(at);
        return HashIndex.matches(cell, target) ? (int) cell : add(target, at, key);
    }

    /** The place of the key, or the first place behind all cells of the same tag. */
    private int seek(long target, long key) {
        int at = index.seek(target);
        while (HashIndex.matches(index.cell(at), target) && head((int) index.cell(at)) != key) {
            at++;
        }
        return at;
    }

    int find(long hash, byte[] key, int length) {
        assert !areLongs : "keys are longs";
        long mixed = mix.of(hash);
        long head = mixed & HASH_PART | length;
        if (memoHead == head && memoSlot >= 0 && holds(memoSlot, head, key, length)) {
            return memoSlot;
        }
        long target = HashIndex.target(mixed);
        long cell = index.cell(seek(target, head, key, length));
        return HashIndex.matches(cell, target) ? remember((int) cell, head) : -1;
    }

    int acquire(long hash, byte[] key, int length) {
        assert !areLongs : "keys are longs";
        isNew = false;
        if (length > bytesMax) {
            return -1;
        }
        long mixed = mix.of(hash);
        long head = mixed & HASH_PART | length;
        if (memoHead == head && memoSlot >= 0 && holds(memoSlot, head, key, length)) {
            return memoSlot;
        }
        long target = HashIndex.target(mixed);
        int at = seek(target, head, key, length);
        long cell = index.cell(at);
        if (HashIndex.matches(cell, target)) {
            return remember((int) cell, head);
        }
        int slot = add(target, at, head);
        if (slot >= 0) {
            KeyBytes.store(writable(slot), base(slot) - keyLongs, key, length);
        }
        return remember(slot, head);
    }

    /** The place of the key, or the first place behind all cells of the same tag. */
    private int seek(long target, long head, byte[] key, int length) {
        int at = index.seek(target);
        while (HashIndex.matches(index.cell(at), target) && !holds((int) index.cell(at), head, key, length)) {
            at++;
        }
        return at;
    }

    private boolean holds(int slot, long head, byte[] key, int length) {
        long[] page = page(slot);
        int base = base(slot);
        return page[base - 1] == head && KeyBytes.same(page, base - keyLongs, key, length);
    }

    /** Makes, or finds, the row of a key that another structure of the same kind of keys and the same seed has at a place. */
    int bring(long[] page, int at) {
        long head = page[at - 1];
        if (areLongs) {
            return acquire(head);
        }
        long target = HashIndex.target(head);
        int slot = add(target, index.seek(target), head);
        if (slot >= 0) {
            System.arraycopy(page, at - keyLongs, writable(slot), base(slot) - keyLongs, keyLongs);
        }
        return slot;
    }

    private long head(int slot) {
        return page(slot)[base(slot) - 1];
    }

    // ---- reading ahead

    long bytes() {
        return blocks.bytes();
    }

    /** Reads where some keys are found, then the two ends of their rows; a row of the same tag is another's only rarely. */
    long touch(long[] ofKeys, long[] targets, int n) {
        long read = 0;
        for (int i = 0; i < n; i++) {
            read += dense.covers(ofKeys[i]) ? dense.touch(ofKeys[i]) : index.cell(index.home(targets[i]));
        }
        int end = blocks.longs() - 1 - keyLongs;
        for (int i = 0; i < n; i++) {
            int slot = dense.covers(ofKeys[i]) ? dense.slot(ofKeys[i]) : likelySlot(targets[i]);
            if (slot >= 0) {
                int at = base(slot);
                long[] page = pages[slot >>> Pages.PAGE_SHIFT];
                read += page[at] + page[at + end];
            }
        }
        return read;
    }

    private int likelySlot(long target) {
        long cell = index.cell(index.seek(target));
        return HashIndex.matches(cell, target) ? (int) cell : -1;
    }

    /** Reads where the search for a row begins. */
    long touch(int slot) {
        long head = head(slot);
        return isDense(head) ? dense.touch(head) : index.cell(index.home(target(head)));
    }

    private long target(long head) {
        return HashIndex.target(areLongs ? mix.of(head) : head);
    }

    private int remember(int slot, long head) {
        memoSlot = slot;
        memoHead = head;
        return slot;
    }

    /** Makes a row; -1 at the bound. */
    private int add(long target, int at, long head) {
        int empty = index.room(target, at);
        int block = empty < 0 ? -1 : blocks.take();
        if (block < 0) {
            return -1;
        }
        int slot = block + keyLongs;
        index.insert(at, empty, target, slot);
        writable(slot)[base(slot) - 1] = head;
        isNew = true;
        return slot;
    }

    /** Makes the row of a key that the index by number holds; -1 at the bound. */
    private int addDense(long key) {
        int block = blocks.take();
        if (block < 0) {
            return -1;
        }
        int slot = block + keyLongs;
        dense.put(key, slot);
        writable(slot)[base(slot) - 1] = key;
        isNew = true;
        return slot;
    }

    void release(int slot) {
        long head = head(slot);
        if (isDense(head)) {
            dense.clear(head);
        } else {
            index.remove(target(head), slot);
        }
        blocks.free(slot - keyLongs);
        if (memoSlot == slot) {
            memoSlot = -1;
        }
    }

    long[] page(int slot) {
        assert blocks.isTaken(slot - keyLongs) : "slot " + slot + " is not in use";
        return pages[slot >>> Pages.PAGE_SHIFT];
    }

    long[] writable(int slot) {
        assert blocks.isTaken(slot - keyLongs) : "slot " + slot + " is not in use";
        blocks.touch(slot);
        return pages[slot >>> Pages.PAGE_SHIFT];
    }

    /** A block never ends a page, so the slot lies in the page of its block. */
    static int base(int slot) {
        return slot & Pages.PAGE_MASK;
    }

    int nextUsed(int fromSlot, int toSlot) {
        int block = blocks.nextTaken(Math.max(fromSlot - keyLongs, 0), toSlot - keyLongs);
        return block < 0 ? -1 : block + keyLongs;
    }

    boolean isUsed(int slot) {
        return blocks.isTaken(slot - keyLongs);
    }

    int place(int slot) {
        return blocks.place(slot - keyLongs);
    }

    boolean isNew() {
        return isNew;
    }

    long key(int slot) {
        assert areLongs : "keys are bytes";
        return head(slot);
    }

    int copyKey(int slot, byte[] into) {
        assert !areLongs : "keys are longs";
        int length = (int) (head(slot) & ~HASH_PART);
        KeyBytes.load(page(slot), base(slot) - keyLongs, into, length);
        return length;
    }
}
