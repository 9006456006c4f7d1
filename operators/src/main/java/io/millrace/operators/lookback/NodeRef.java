package io.millrace.operators.lookback;

import io.millrace.state.Pages;

/**
 * References to the nodes of a {@link BlockTree}: where a node lies, what it is, and which of its slots hold
 * something, in one long, so that a node has no header. 0 refers to nothing.
 */
final class NodeRef {
    /*
     * 1 at bit 62, level << 52 | size class << 48 | end << 40 | first << 32 | block id. Bits 60 and 61 are the owner's.
     */
    /** Size classes of leaves; those of inner nodes follow. */
    static final int LEAF_KINDS = 6;

    /** Kinds of nodes. */
    static final int KINDS = 8;

    private static final int[] CAPACITY = {4, 8, 16, 32, 64, 128, 8, 32};

    private static final long SET = 1L << 62;
    private static final int END_SHIFT = 40;
    private static final int FIRST_SHIFT = 32;

    private NodeRef() {}

    /** The largest size class of leaves that fits a page, at most some; -1 when none does. */
    static int largestLeaf(int entryLongs, int most) {
        int size = most;
        while (size >= 0 && !fits(size, entryLongs)) {
            size--;
        }
        return size;
    }

    /** The same of inner nodes. */
    static int largestInner(int childLongs) {
        int size = KINDS - LEAF_KINDS - 1;
        while (size >= 0 && !fits(LEAF_KINDS + size, childLongs)) {
            size--;
        }
        return size;
    }

    /** Whether the smallest nodes of such entries and children fit a page. */
    static boolean smallestFit(int entryLongs, int childLongs) {
        return largestLeaf(entryLongs, 0) == 0 && largestInner(childLongs) >= 0;
    }

    /** Whether a node with so many longs a slot fits a page. */
    static boolean fits(int kind, int longs) {
        return (long) CAPACITY[kind] * longs < Pages.PAGE_LONGS;
    }

    static long ref(int level, int size, int first, int end, int id) {
        return SET
                | (long) level << 52
                | (long) size << 48
                | (long) end << END_SHIFT
                | (long) first << FIRST_SHIFT
                | id;
    }

    /** 0 for a leaf. */
    static int level(long ref) {
        return (int) (ref >>> 52) & 0x3F;
    }

    static int size(long ref) {
        return (int) (ref >>> 48) & 0xF;
    }

    static int end(long ref) {
        return (int) (ref >>> END_SHIFT) & 0xFF;
    }

    static int first(long ref) {
        return (int) (ref >>> FIRST_SHIFT) & 0xFF;
    }

    static int id(long ref) {
        return (int) ref;
    }

    /** Which of the instances of blocks it is in. */
    static int kind(long ref) {
        return level(ref) == 0 ? size(ref) : LEAF_KINDS + size(ref);
    }

    static int capacity(long ref) {
        return CAPACITY[kind(ref)];
    }

    static int capacityOf(int kind) {
        return CAPACITY[kind];
    }

    /** A node whose end is reached and that has not much to move into. */
    static boolean isFull(long node) {
        int capacity = capacity(node);
        return end(node) == capacity && first(node) < (capacity + 3) / 4;
    }

    static long oneMore(long node) {
        return node + (1L << END_SHIFT);
    }

    /** A node that begins at a later slot. */
    static long from(long node, int first) {
        return node & ~(0xFFL << FIRST_SHIFT) | (long) first << FIRST_SHIFT;
    }

    static long withoutFirst(long node) {
        return ref(level(node), size(node), first(node) + 1, end(node), id(node));
    }
}
