package io.millrace.operators.window;

import io.millrace.state.Blocks;
import io.millrace.state.StateBudget;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.time.Progress;

/** Trees of groups that have been left behind with all of their rows: nothing is asked of them any more, and they are freed row by row. */
final class LeftTrees {
    /* Block: | root + 1 | height | rows | next + 1 | */
    private static final int LONGS = 4;
    private static final int ROOT = 0;
    private static final int HEIGHT = 1;
    private static final int COUNT = 2;
    private static final int NEXT = 3;

    private final GroupTree tree;
    private final Blocks blocks;

    /** The tree that was left last; -1 when there is none. */
    private int first = -1;

    /** How far time was when there was none before it. */
    private long sinceNs = Progress.NONE;

    LeftTrees(GroupTree tree, StateBudget budget) {
        this.tree = tree;
        blocks = new Blocks(budget, LONGS, 0);
    }

    void save(StateWriter to) {
        to.putInt(first + 1);
        to.putLong(sinceNs);
    }

    void load(StateReader from) {
        first = from.getInt("a tree that was left", Integer.MAX_VALUE) - 1;
        sinceNs = from.getLong();
    }

    boolean isAny() {
        return first >= 0;
    }

    long sinceNs() {
        return sinceNs;
    }

    /** Leaves the tree that was taken up; false when there is no room for that. */
    boolean add(long progressNs) {
        int block = blocks.take();
        if (block < 0) {
            return false;
        }
        if (first < 0) {
            sinceNs = progressNs;
        }
        write(block);
        blocks.set(block, NEXT, first + 1L);
        first = block;
        return true;
    }

    private void write(int block) {
        blocks.set(block, ROOT, tree.root() + 1L);
        blocks.set(block, HEIGHT, tree.height());
        blocks.set(block, COUNT, tree.count());
    }

    /** Frees what one row takes. */
    void trim() {
        int block = first;
        tree.of((int) blocks.get(block, ROOT) - 1, (int) blocks.get(block, HEIGHT), (int) blocks.get(block, COUNT));
        tree.trim();
        if (tree.count() > 0) {
            write(block);
            return;
        }
        first = (int) blocks.get(block, NEXT) - 1;
        blocks.free(block);
    }
}
