package io.millrace.operators.lookback;

import static io.millrace.operators.lookback.NodeRef.LEAF_KINDS;
import static io.millrace.operators.lookback.NodeRef.capacity;
import static io.millrace.operators.lookback.NodeRef.end;
import static io.millrace.operators.lookback.NodeRef.first;
import static io.millrace.operators.lookback.NodeRef.id;
import static io.millrace.operators.lookback.NodeRef.isFull;
import static io.millrace.operators.lookback.NodeRef.kind;
import static io.millrace.operators.lookback.NodeRef.level;
import static io.millrace.operators.lookback.NodeRef.oneMore;
import static io.millrace.operators.lookback.NodeRef.ref;
import static io.millrace.operators.lookback.NodeRef.size;
import static io.millrace.operators.lookback.NodeRef.withoutFirst;

import io.millrace.state.StateBudget;

/**
 * The entries of one key in the order of their time, with a summary for each block: a B+ tree whose nodes are blocks.
 * One object serves all keys; the reference in hand is in {@link #root}. New entries come mostly at the right, entries
 * leave at the left only.
 *
 * <p>Finding, inserting, folding a range look at two nodes of 32 slots at most for each level (128 in a leaf where totals
 * run; fewer where summaries are too long for a page); 32 to the power of the levels is the number of entries.
 */
final class BlockTree {
    /*
     * Leaf:      | time | columns … | time | columns … | …        4, 8, 16, 32 entries (64, 128 where totals run)
     * Inner:     | child, smallest time, largest time, summary … | …           8 or 32 children
     * References are explained at NodeRef.
     *
     * Blocks smaller than the largest are roots only: they grow by copying. A full node is divided in halves, or, when
     * the new record is the last one, gets an empty sibling. What is dead leaves a leaf only at the root; below an
     * inner node a leaf goes when all of it is dead. So the summary and the smallest time of a child may cover what is
     * dead or freed, but then they cover it both: no window reaches that far, so such a summary is never taken as a
     * whole.
     */
    static final int SMALLEST = 4;

    private static final int LARGEST_LEAF_FOLDED = 3;
    private static final int LARGEST_LEAF_RUNNING = 5;
    private static final int LEVELS_MAX = 12;

    private static final int MIN = 1;
    private static final int MAX = 2;
    static final int SUMMARY = 3;

    /** The tree in hand. */
    long root;

    /** Slots read or written since it was set to zero. */
    int slots;

    private final Records records;
    final NodeBlocks blocks;
    private final int entryLongs;
    private final int childLongs;
    private final int largestLeaf;
    private final int largestInner;

    private final long[] pathNode = new long[LEVELS_MAX];
    private final int[] pathSlot = new int[LEVELS_MAX];
    private int depth;
    private long leaf;

    private final long[] child;
    private long left;
    private long right;

    BlockTree(StateBudget budget, Records records, boolean runs) {
        this.records = records;
        entryLongs = records.entryLongs;
        childLongs = SUMMARY + records.summaryLongs;
        largestLeaf = NodeRef.largestLeaf(entryLongs, runs ? LARGEST_LEAF_RUNNING : LARGEST_LEAF_FOLDED);
        largestInner = NodeRef.largestInner(childLongs);
        child = new long[childLongs];
        blocks = new NodeBlocks(budget, entryLongs, childLongs, LEVELS_MAX);
    }

    // ---- nodes

    private int stride(long ref) {
        return level(ref) == 0 ? entryLongs : childLongs;
    }

    private boolean mayGrow(long node, int d) {
        return d == 0 && size(node) < (level(node) == 0 ? largestLeaf : largestInner);
    }

    private long[] page(long ref) {
        return blocks.page(ref);
    }

    private int base(long ref) {
        return blocks.base(ref);
    }

    // ---- finding

    /** Remembers the way to the leaf where a time belongs: behind all that are not larger. */
    private void descend(long time) {
        depth = 0;
        long node = root;
        while (level(node) > 0) {
            long[] page = page(node);
            int base = base(node);
            int first = first(node);
            int slot = end(node) - 1;
            while (slot > first && page[base + slot * childLongs + MIN] > time) {
                slot--;
            }
            slots += end(node) - slot;
            pathNode[depth] = node;
            pathSlot[depth++] = slot;
            node = page[base + slot * childLongs];
        }
        leaf = node;
    }

    /** The slot behind all entries of a leaf that are not larger than a time. */
    private int behind(long node, long time) {
        long[] page = page(node);
        int base = base(node);
        int first = first(node);
        int slot = end(node);
        while (slot > first && page[base + (slot - 1) * entryLongs] > time) {
            slot--;
        }
        slots += end(node) - slot + 1;
        return slot;
    }

    /** The first slot of a node whose time (the largest, of a child) is not below a time. */
    private int notBelow(long node, long time) {
        long[] page = page(node);
        int stride = stride(node);
        int base = base(node) + (level(node) == 0 ? 0 : MAX);
        int low = first(node);
        int high = end(node);
        while (low < high) {
            int middle = low + high >>> 1;
            slots++;
            if (page[base + middle * stride] < time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The smallest time that is not below a time; {@link Long#MAX_VALUE} when there is none. */
    long firstNotBelow(long time) {
        long node = root;
        while (node != 0) {
            int slot = notBelow(node, time);
            if (slot == end(node)) {
                return Long.MAX_VALUE;
            }
            long at = page(node)[base(node) + slot * stride(node)];
            if (level(node) == 0) {
                return at;
            }
            node = at;
        }
        return Long.MAX_VALUE;
    }

    /** Whether there is an entry of exactly this time; {@link #amend} and {@link #fits} then mean it. */
    boolean find(long time) {
        if (root == 0) {
            return false;
        }
        descend(time);
        int slot = behind(leaf, time);
        return slot > first(leaf) && page(leaf)[base(leaf) + (slot - 1) * entryLongs] == time;
    }

    /** Whether the bucket found can take the arguments; a fold of a user's own may throw. */
    boolean fits(long time, long[] arguments) {
        int at = base(leaf) + (behind(leaf, time) - 1) * entryLongs;
        return records.takesBucket(page(leaf), at, arguments);
    }

    /** Adds arguments to the bucket found and to all summaries above it. */
    void amend(long time, long[] arguments) {
        int slot = behind(leaf, time) - 1;
        records.addToBucket(blocks.writable(leaf), base(leaf) + slot * entryLongs, arguments);
        for (int d = 0; d < depth; d++) {
            int at = base(pathNode[d]) + pathSlot[d] * childLongs + SUMMARY;
            records.keep(blocks.writable(pathNode[d]), at, arguments);
        }
        slots += depth;
    }

    // ---- inserting

    /** Takes the blocks that inserting at a time will need; false, and nothing changed, when there are not enough. */
    boolean reserve(long time) {
        boolean enough;
        if (rootHasRoom()) {
            return true;
        }
        if (root == 0) {
            enough = blocks.stash(0);
        } else {
            descend(time);
            enough = reserveOnPath();
        }
        if (!enough) {
            blocks.unstash();
        }
        return enough;
    }

    /** Whether the root is a leaf with room; which needs no look into it. */
    private boolean rootHasRoom() {
        if (root == 0 || level(root) > 0 || isFull(root)) {
            return false;
        }
        depth = 0;
        leaf = root;
        return true;
    }

    private boolean reserveOnPath() {
        long node = leaf;
        for (int d = depth; d >= 0; d--) {
            if (!isFull(node)) {
                return true;
            }
            boolean grows = mayGrow(node, d);
            if (!blocks.stash(kind(node) + (grows ? 1 : 0))) {
                return false;
            }
            if (grows) {
                return true;
            }
            node = d == 0 ? 0 : pathNode[d - 1];
        }
        return blocks.stash(LEAF_KINDS);
    }

    /** Gives back what was reserved. */
    void unstash() {
        blocks.unstash();
    }

    /**
     * Inserts an entry that is not earlier than any. {@link #reserve} for its time was the last call.
     *
     * @param entry where it stands
     * @param at    from here
     */
    void append(long[] entry, int at) {
        if (root != 0 && level(root) == 0 && end(root) < capacity(root)) {
            long[] page = blocks.writable(root);
            int to = base(root) + end(root) * entryLongs;
            for (int i = 0; i < entryLongs; i++) {
                page[to + i] = entry[at + i];
            }
            slots++;
            root = oneMore(root);
        } else {
            insert(entry, at);
        }
    }

    /**
     * Inserts an entry behind all that are not later. {@link #reserve} for its time was the last call.
     *
     * @param entry where it stands
     * @param at    from here
     */
    void insert(long[] entry, int at) {
        long time = entry[at];
        if (root == 0) {
            root = ref(0, 0, 0, 0, blocks.take(0));
            put(root, 0, entry, at, 0);
            root = left;
            return;
        }
        put(leaf, behind(leaf, time), entry, at, depth);
        for (int d = depth - 1; d >= 0; d--) {
            long node = pathNode[d];
            int slot = pathSlot[d];
            long[] page = blocks.writable(node);
            int p = base(node) + slot * childLongs;
            if (right == 0) {
                page[p] = left;
                page[p + MIN] = Math.min(page[p + MIN], time);
                page[p + MAX] = Math.max(page[p + MAX], time);
                records.keepEntries(entry, at, 1, page, p + SUMMARY);
                slots++;
                left = node;
            } else {
                summarize(left, page, p);
                summarize(right, child, 0);
                put(node, slot + 1, child, 0, d);
            }
        }
        root = right == 0 ? left : above(left, right);
    }

    /** A new root over two nodes. */
    private long above(long one, long two) {
        long node = ref(level(one) + 1, 0, 0, 2, blocks.take(LEAF_KINDS));
        long[] page = blocks.writable(node);
        summarize(one, page, base(node));
        summarize(two, page, base(node) + childLongs);
        return node;
    }

    /** Writes the record of a child. */
    private void summarize(long node, long[] to, int at) {
        long[] page = page(node);
        int n = end(node) - first(node);
        int from = base(node) + first(node) * stride(node);
        int last = from + (n - 1) * stride(node);
        to[at] = node;
        records.wipe(to, at + SUMMARY);
        if (level(node) == 0) {
            to[at + MIN] = page[from];
            to[at + MAX] = page[last];
            records.keepEntries(page, from, n, to, at + SUMMARY);
        } else {
            to[at + MIN] = page[from + MIN];
            to[at + MAX] = page[last + MAX];
            records.keepSummaries(page, from + SUMMARY, childLongs, n, to, at + SUMMARY);
        }
        slots += n;
    }

    /** Inserts a record into a node, which becomes {@link #left}; {@link #right} when it had to be divided, else 0. */
    private void put(long node, int slot, long[] record, int at, int d) {
        int capacity = capacity(node);
        right = 0;
        if (end(node) < capacity) {
            left = place(node, slot, record, at);
        } else if (!isFull(node)) {
            int first = first(node);
            left = place(copy(node, first, end(node), node), slot - first, record, at);
        } else if (mayGrow(node, d)) {
            long larger = ref(level(node), size(node) + 1, 0, 0, blocks.take(kind(node) + 1));
            larger = copy(node, first(node), end(node), larger);
            left = place(larger, slot - first(node), record, at);
            blocks.free(node);
        } else {
            divide(node, slot, record, at);
        }
    }

    private void divide(long node, int slot, long[] record, int at) {
        long sibling = ref(level(node), size(node), 0, 0, blocks.take(kind(node)));
        if (slot == end(node)) {
            left = node;
            right = place(sibling, 0, record, at);
            return;
        }
        int half = first(node) + end(node) + 1 >>> 1;
        right = copy(node, half, end(node), sibling);
        left = ref(level(node), size(node), first(node), half, id(node));
        if (slot <= half) {
            left = place(left, slot, record, at);
        } else {
            right = place(right, slot - half, record, at);
        }
    }

    /** Copies slots of a node to the beginning of another, or of the same. */
    private long copy(long from, int first, int end, long to) {
        int stride = stride(from);
        int n = end - first;
        System.arraycopy(page(from), base(from) + first * stride, blocks.writable(to), base(to), n * stride);
        slots += n;
        return ref(level(to), size(to), 0, n, id(to));
    }

    /** Makes room in a node that has some at its end, and writes a record there. */
    private long place(long node, int slot, long[] record, int at) {
        int stride = stride(node);
        long[] page = blocks.writable(node);
        int p = base(node) + slot * stride;
        int behind = end(node) - slot;
        if (behind > 0) {
            System.arraycopy(page, p, page, p + stride, behind * stride);
        }
        System.arraycopy(record, at, page, p, stride);
        slots += behind + 1;
        return ref(level(node), size(node), first(node), end(node) + 1, id(node));
    }

    // ---- folding

    /** Adds all entries of a range of times, both ends inclusive, to summaries. */
    void fold(long from, long to, long[] summaries, int[] which) {
        if (root != 0 && from <= to) {
            fold(root, from, to, summaries, which);
        }
    }

    private void fold(long node, long from, long to, long[] summaries, int[] which) {
        if (level(node) == 0) {
            foldLeaf(node, from, to, summaries, which);
            return;
        }
        long[] page = page(node);
        int base = base(node);
        int end = end(node);
        int slot = notBelow(node, from);
        while (slot < end && page[base + slot * childLongs + MIN] <= to) {
            int p = base + slot * childLongs;
            int whole = slot;
            while (whole < end
                    && page[base + whole * childLongs + MIN] >= from
                    && page[base + whole * childLongs + MAX] <= to) {
                whole++;
            }
            if (whole > slot) {
                records.summaries(page, p + SUMMARY, childLongs, whole - slot, summaries, 0, which);
                slots += whole - slot;
                slot = whole;
            } else {
                fold(page[p], from, to, summaries, which);
                slot++;
            }
        }
    }

    private void foldLeaf(long node, long from, long to, long[] summaries, int[] which) {
        long[] page = page(node);
        int base = base(node);
        int slot = notBelow(node, from);
        int end = end(node);
        if (end > slot && page[base + (end - 1) * entryLongs] > to) {
            end = Math.max(slot, behind(node, to));
        }
        if (end > slot) {
            records.entries(page, base + slot * entryLongs, end - slot, summaries, 0, which);
            slots += end - slot;
        }
    }

    /**
     * Adds the entries of a range of times to summaries, as {@link #fold}, and finds what comes behind.
     *
     * @param from      the first time
     * @param before    where the range ends
     * @param summaries added to
     * @param which     folds
     * @return the first time behind the range; {@link Long#MAX_VALUE} when it is not in the tree
     */
    long foldFirst(long from, long before, long[] summaries, int[] which) {
        fold(from, before - 1, summaries, which);
        return firstNotBelow(before);
    }

    /** After {@link #sumFront}: the first time behind; {@link Long#MAX_VALUE} when it is not in the tree. */
    long next;

    /**
     * Sums each fold over the entries of a range of times at the left end, when they are in the first leaf and so
     * small that no sum of them can overflow. For folds whose entry is what they add.
     *
     * @param from   the first time
     * @param before where the range ends
     * @param sums   by fold
     * @return false when it could not be done
     */
    boolean sumFront(long from, long before, long[] sums) {
        next = Long.MAX_VALUE;
        for (int f = 0; f < sums.length; f++) {
            sums[f] = 0;
        }
        if (root == 0) {
            return true;
        }
        long node = root;
        while (level(node) > 0) {
            node = page(node)[base(node) + first(node) * childLongs];
            slots++;
        }
        int slot = node == root ? first(node) : notBelow(node, from);
        boolean small = sumFront(node, slot, from, before, sums);
        return small && (node == root || next != Long.MAX_VALUE);
    }

    private boolean sumFront(long node, int slot, long from, long before, long[] sums) {
        long[] page = page(node);
        int stop = base(node) + end(node) * entryLongs;
        long wide = 0;
        for (int p = base(node) + slot * entryLongs; p < stop; p += entryLongs) {
            long time = page[p];
            slots++;
            if (time >= before) {
                next = time;
                break;
            }
            if (time >= from) {
                wide |= records.addEntry(page, p, sums);
            }
        }
        return wide >>> 55 == 0;
    }

    // ---- forgetting

    /**
     * Lets go of entries below a time, as far as blocks become free by it.
     *
     * @param time what is below is dead
     * @param all  whether everything is
     * @param most blocks to free at most
     * @return how many were freed; fewer than {@code most} when nothing is left to free
     */
    int drop(long time, boolean all, int most) {
        int freed = 0;
        while (freed < most && root != 0 && level(root) > 0) {
            int more = dropLeaf(time, all);
            if (more == 0) {
                return freed;
            }
            freed += more;
        }
        if (freed < most && root != 0 && level(root) == 0) {
            freed += dropEntries(time, all);
        }
        return freed;
    }

    private int dropEntries(long time, boolean all) {
        int first = all ? end(root) : firstAlive(time);
        if (first == end(root)) {
            blocks.free(root);
            root = 0;
            return 1;
        }
        root = ref(0, size(root), first, end(root), id(root));
        return 0;
    }

    private int firstAlive(long time) {
        long[] page = page(root);
        int base = base(root);
        int slot = first(root);
        while (slot < end(root) && page[base + slot * entryLongs] < time) {
            slot++;
        }
        slots += slot - first(root) + 1;
        return slot;
    }

    /** Frees the leftmost leaf when it is dead, and the nodes above that it leaves empty; 0 when it is not. */
    private int dropLeaf(long time, boolean all) {
        depth = 0;
        long node = root;
        while (level(node) > 1) {
            pathNode[depth++] = node;
            node = page(node)[base(node) + first(node) * childLongs];
        }
        int p = base(node) + first(node) * childLongs;
        slots += depth + 1;
        if (!all && page(node)[p + MAX] >= time) {
            return 0;
        }
        blocks.free(page(node)[p]);
        int freed = 1;
        node = withoutFirst(node);
        while (depth > 0) {
            long parent = pathNode[--depth];
            if (first(node) == end(node)) {
                blocks.free(node);
                freed++;
                node = withoutFirst(parent);
            } else {
                blocks.writable(parent)[base(parent) + first(parent) * childLongs] = node;
                node = parent;
            }
        }
        root = node;
        return freed + lower();
    }

    /** Takes away roots that have one child or none. */
    private int lower() {
        int freed = 0;
        while (root != 0 && level(root) > 0 && end(root) - first(root) <= 1) {
            long only = end(root) == first(root) ? 0 : page(root)[base(root) + first(root) * childLongs];
            blocks.free(root);
            root = only;
            freed++;
        }
        return freed;
    }

    /** Blocks taken by all keys. */
    int blocks() {
        return blocks.count();
    }
}
