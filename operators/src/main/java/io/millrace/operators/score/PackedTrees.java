package io.millrace.operators.score;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Lays trees out, one behind the other, in the flat arrays that {@link GradientBoostedTrees} walks, and proves on the
 * way that each one is a tree.
 *
 * <p>Nodes stand in pre-order: a split's left child is the next node, so only the right one is stored, and every child
 * has a higher number than its parent. A walk over the result therefore ends, whatever the file said.
 *
 * <pre>
 *   node i:  nodes[2i]    split: feature &lt;&lt; 3 | categorical | zeroMissing | nanLeft     leaf: -1
 *            nodes[2i+1]  split: the right child                                     leaf: unused
 *            values[i]    split: threshold, or the number of a category set          leaf: its value
 *   set s:   bits setBits[setStart[s]] up to setBits[setStart[s + 1]], 32 a word, bit c: category c goes left
 * </pre>
 */
final class PackedTrees {
    static final int NODES_MAX = 1 << 24;
    static final int CATEGORY_WORDS_MAX = 1 << 22;

    static final int LEAF = -1;
    static final int NAN_LEFT = 1;
    static final int ZERO_MISSING = 2;
    static final int CATEGORICAL = 4;
    static final int FEATURE_SHIFT = 3;

    private static final int NO_PARENT = -1;

    private int[] roots = new int[16];
    private int[] nodes = new int[1024];
    private double[] values = new double[512];
    private int[] setStart = {0};
    private int[] setBits = {};
    private int count;
    private int size;
    private int depth;

    void add(LightGbmTree tree) throws ModelFormatException {
        reserve(tree);
        roots[count] = size;
        new Walk(tree).run();
        addSets(tree);
        count++;
    }

    int count() {
        return count;
    }

    /** Splits on the longest way from a root to a leaf. */
    int depth() {
        return depth;
    }

    int[] roots() {
        return Arrays.copyOf(roots, count);
    }

    int[] nodes() {
        return Arrays.copyOf(nodes, 2 * size);
    }

    double[] values() {
        return Arrays.copyOf(values, size);
    }

    int[] setStart() {
        return setStart.clone();
    }

    int[] setBits() {
        return setBits.clone();
    }

    private void reserve(LightGbmTree tree) throws ModelFormatException {
        int needed = size + 2 * tree.leaves - 1;
        if (needed > NODES_MAX || setBits.length + tree.categoryWord.length > CATEGORY_WORDS_MAX) {
            throw tree.refuse(
                    "the model is too large",
                    needed + " nodes, " + (setBits.length + tree.categoryWord.length) + " words of categories",
                    "train with fewer trees or leaves; at most " + NODES_MAX + " and " + CATEGORY_WORDS_MAX);
        }
        if (needed > values.length) {
            values = Arrays.copyOf(values, Math.max(needed, 2 * values.length));
            nodes = Arrays.copyOf(nodes, 2 * values.length);
        }
        if (count == roots.length) {
            roots = Arrays.copyOf(roots, 2 * count);
        }
    }

    private void addSets(LightGbmTree tree) {
        int sets = setStart.length - 1;
        int words = setBits.length;
        int added = tree.categoryStart.length - 1;
        setBits = Arrays.copyOf(setBits, words + tree.categoryWord.length);
        System.arraycopy(tree.categoryWord, 0, setBits, words, tree.categoryWord.length);
        setStart = Arrays.copyOf(setStart, sets + added + 1);
        for (int i = 1; i <= added; i++) {
            setStart[sets + i] = words + tree.categoryStart[i];
        }
    }

    /** Pre-order over one tree with an explicit stack: a chain of 131,071 splits must not overflow the thread's. */
    private final class Walk {
        private final LightGbmTree tree;
        private final BitSet splitSeen = new BitSet();
        private final BitSet leafSeen = new BitSet();
        /** Children still to be placed; each seen once, so never more than there are leaves. */
        private final int[] child;

        private final int[] parent;
        private final int[] level;
        private int top;

        Walk(LightGbmTree tree) {
            this.tree = tree;
            this.child = new int[tree.leaves];
            this.parent = new int[tree.leaves];
            this.level = new int[tree.leaves];
        }

        void run() throws ModelFormatException {
            push(tree.leaves == 1 ? ~0 : 0, NO_PARENT, 0);
            while (top > 0) {
                top--;
                place(child[top], parent[top], level[top]);
            }
            refuseUnreached("split", splitSeen.nextClearBit(0), tree.leaves - 1);
            refuseUnreached("leaf", leafSeen.nextClearBit(0), tree.leaves);
        }

        private void place(int id, int above, int deep) throws ModelFormatException {
            int at = size++;
            if (above != NO_PARENT) {
                nodes[2 * above + 1] = at;
            }
            depth = Math.max(depth, deep);
            if (id < 0) {
                mark(leafSeen, "leaf", ~id);
                nodes[2 * at] = LEAF;
                values[at] = tree.leafValue[~id];
            } else {
                mark(splitSeen, "split", id);
                placeSplit(id, at);
                push(tree.right[id], at, deep + 1);
                push(tree.left[id], NO_PARENT, deep + 1);
            }
        }

        private void placeSplit(int id, int at) {
            boolean categorical = tree.isCategorical(id);
            nodes[2 * at] = tree.feature[id] << FEATURE_SHIFT
                    | (categorical ? CATEGORICAL : 0)
                    | (tree.isZeroMissing(id) ? ZERO_MISSING : 0)
                    | (tree.isNanLeft(id) ? NAN_LEFT : 0);
            values[at] = tree.threshold[id] + (categorical ? setStart.length - 1 : 0);
        }

        private void push(int id, int above, int deep) {
            child[top] = id;
            parent[top] = above;
            level[top] = deep;
            top++;
        }

        private void mark(BitSet seen, String kind, int id) throws ModelFormatException {
            if (seen.get(id)) {
                throw tree.refuse(
                        "a node is reached twice",
                        kind + " " + id,
                        "left_child and right_child must form a tree; save the model again");
            }
            seen.set(id);
        }

        private void refuseUnreached(String kind, int id, int count) throws ModelFormatException {
            if (id < count) {
                throw tree.refuse(
                        "a node is never reached",
                        kind + " " + id,
                        "left_child and right_child must form a tree; save the model again");
            }
        }
    }
}
