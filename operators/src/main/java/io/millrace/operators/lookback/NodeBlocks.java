package io.millrace.operators.lookback;

import io.millrace.state.Blocks;
import io.millrace.state.StateBudget;

/**
 * The blocks of all nodes of a {@link BlockTree}, an instance for each kind that fits a page; and a stash of blocks that were taken in
 * advance, so that an insertion that has begun cannot run out of them.
 */
final class NodeBlocks {
    private final Blocks[] blocks = new Blocks[NodeRef.KINDS];
    private final int[][] stash;
    private final int[] stashed = new int[NodeRef.KINDS];

    NodeBlocks(StateBudget budget, int entryLongs, int childLongs, int levelsMax) {
        for (int kind = 0; kind < NodeRef.KINDS; kind++) {
            int longs = kind < NodeRef.LEAF_KINDS ? entryLongs : childLongs;
            if (NodeRef.fits(kind, longs)) {
                blocks[kind] = new Blocks(budget, NodeRef.capacityOf(kind) * longs, 0);
            }
        }
        stash = new int[NodeRef.KINDS][levelsMax];
    }

    long[] page(long ref) {
        return blocks[NodeRef.kind(ref)].page(NodeRef.id(ref));
    }

    long[] writable(long ref) {
        return blocks[NodeRef.kind(ref)].writable(NodeRef.id(ref));
    }

    int base(long ref) {
        return blocks[NodeRef.kind(ref)].base(NodeRef.id(ref));
    }

    /** Takes a block in advance; false when there is none. */
    boolean stash(int kind) {
        int id = blocks[kind].take();
        if (id >= 0) {
            stash[kind][stashed[kind]++] = id;
        }
        return id >= 0;
    }

    /** Gives back what was taken in advance and not used. */
    void unstash() {
        for (int kind = 0; kind < NodeRef.KINDS; kind++) {
            while (stashed[kind] > 0) {
                blocks[kind].free(stash[kind][--stashed[kind]]);
            }
        }
    }

    /** A block that was taken in advance. */
    int take(int kind) {
        return stash[kind][--stashed[kind]];
    }

    void free(long ref) {
        blocks[NodeRef.kind(ref)].free(NodeRef.id(ref));
    }

    /** Blocks taken by all keys. */
    int count() {
        int taken = 0;
        for (Blocks kind : blocks) {
            taken += kind == null ? 0 : kind.count();
        }
        return taken;
    }
}
