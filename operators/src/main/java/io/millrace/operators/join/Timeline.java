package io.millrace.operators.join;

import io.millrace.operators.Touched;
import io.millrace.state.Saved;
import io.millrace.state.Scratch;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;

/**
 * The events of one side of one key after another, ordered by (time, order): searched, added and taken out in a number of steps
 * that grows with the logarithm of their number. Moved over a key by its {@link #root}, which the row of the key keeps.
 *
 * <p>Belongs to one node; one thread; allocates nothing.
 */
class Timeline implements Saved {
    /*
     * A treap: a search tree by (time, order) that is at the same time a heap by a priority drawn for each event from its order
     * and the engine's seed. Who does not know the seed cannot choose events that make it deep: with a million events it is
     * some 50 steps deep. What is found hangs on (time, order) alone, so the seed changes no result.
     *
     * Event: | time | order | left + 1 << 32, right + 1 | parent + 1 << 32, flags of the caller | the caller's longs … |
     */
    static final int NONE = -1;
    static final int HEAD = 4;

    static final int TIME = 0;

    /** From 1 on. */
    static final int ORDER = 1;

    private static final int CHILDREN = 2;
    private static final int PARENT = 3;
    private static final long LOW = 0xFFFF_FFFFL;
    /** An event that is touched, where that is counted; the JIT leaves out what adds nothing. */
    private static final int ONE = Touched.counts() ? 1 : 0;

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final EventPlaces places;
    private final long seed;
    private final boolean keepsBelow;
    private long lastOrder;

    @Scratch("of the key in hand")
    private int root = NONE;

    private int slots;

    Timeline(EventPlaces places, long seed) {
        this(places, seed, false);
    }

    /** Whether {@link #renew} keeps something. */
    Timeline(EventPlaces places, long seed, boolean keepsBelow) {
        this.places = places;
        this.seed = seed;
        this.keepsBelow = keepsBelow;
        places.keeps(this);
    }

    @Override
    public void save(StateWriter to) {
        to.putLong(lastOrder);
        to.putInt(slots);
    }

    @Override
    public void load(StateReader from) {
        lastOrder = from.getLong();
        slots = from.getInt();
    }

    // ---- the key in hand

    /** What the row of a key keeps: 0 for no events. */
    long root() {
        return root + 1L & LOW;
    }

    void root(long kept) {
        root = (int) kept - 1;
    }

    /** The event at the top of the tree. */
    int top() {
        return root;
    }

    boolean isEmpty() {
        return root == NONE;
    }

    // ---- an event

    long timeNs(int id) {
        return places.page(id)[places.base(id) + TIME];
    }

    long order(int id) {
        return places.page(id)[places.base(id) + ORDER];
    }

    int flags(int id) {
        return (int) places.page(id)[places.base(id) + PARENT];
    }

    void flags(int id, int flags) {
        long[] page = places.writable(id);
        int at = places.base(id) + PARENT;
        page[at] = page[at] & ~LOW | flags & LOW;
    }

    /** For what is kept beside an event of all below it: called when what is below has changed, for the lower ones first. */
    void renew(int id) {
        // nothing is kept here
    }

    /** From an event to the top. */
    final void renewUp(int id) {
        for (int at = id; at != NONE; at = parent(at)) {
            slots += ONE;
            renew(at);
        }
    }

    final void count() {
        slots += ONE;
    }

    /** Events touched since the last call. */
    int takeSlots() {
        int taken = slots;
        slots = 0;
        return taken;
    }

    // ---- searching

    /** The last event at or before a time; NONE when there is none. */
    int floor(long timeNs) {
        int found = NONE;
        for (int at = root; at != NONE; ) {
            slots += ONE;
            long[] page = places.page(at);
            int base = places.base(at);
            if (page[base + TIME] <= timeNs) {
                found = at;
                at = right(page, base);
            } else {
                at = left(page, base);
            }
        }
        return found;
    }

    /** The first event at or behind a time; NONE when there is none. */
    int ceiling(long timeNs) {
        int found = NONE;
        for (int at = root; at != NONE; ) {
            slots += ONE;
            long[] page = places.page(at);
            int base = places.base(at);
            if (page[base + TIME] >= timeNs) {
                found = at;
                at = left(page, base);
            } else {
                at = right(page, base);
            }
        }
        return found;
    }

    int first() {
        return root == NONE ? NONE : leftmost(root);
    }

    int last() {
        int at = root;
        while (at != NONE && right(at) != NONE) {
            slots += ONE;
            at = right(at);
        }
        return at;
    }

    /** The event behind another in (time, order). */
    int next(int id) {
        slots += ONE;
        long[] page = places.page(id);
        int base = places.base(id);
        int below = right(page, base);
        return below != NONE ? leftmost(below) : firstAbove(id, parent(page, base));
    }

    /** The first event above another, from its parent on, that stands behind it. */
    private int firstAbove(int id, int parent) {
        int from = id;
        int up = parent;
        while (up != NONE && right(up) == from) {
            slots += ONE;
            from = up;
            up = parent(up);
        }
        return up;
    }

    private int leftmost(int from) {
        int at = from;
        for (int below = left(at); below != NONE; below = left(at)) {
            slots += ONE;
            at = below;
        }
        return at;
    }

    // ---- changing

    /** Takes a place and puts it behind all events of its time; NONE when there is no room. */
    int add(long timeNs) {
        int id = places.take();
        if (id == NONE) {
            return NONE;
        }
        long[] page = places.writable(id);
        page[places.base(id) + TIME] = timeNs;
        page[places.base(id) + ORDER] = ++lastOrder;
        hang(id, timeNs);
        while (parent(id) != NONE && isAbove(id, parent(id))) {
            rotateUp(id);
        }
        return id;
    }

    /** Every event of the key came before this one, so it stands behind all of its time. */
    private void hang(int id, long timeNs) {
        int parent = NONE;
        boolean toLeft = false;
        for (int at = root; at != NONE; ) {
            slots += ONE;
            parent = at;
            toLeft = timeNs < timeNs(at);
            at = toLeft ? left(at) : right(at);
        }
        link(parent, toLeft, id);
    }

    /** Takes an event out and frees its block. */
    void remove(int id) {
        while (left(id) != NONE && right(id) != NONE) {
            rotateUp(isAbove(left(id), right(id)) ? left(id) : right(id));
        }
        int only = left(id) != NONE ? left(id) : right(id);
        int up = parent(id);
        if (only != NONE) {
            parent(only, up);
        }
        replace(up, id, only);
        places.free(id);
        if (keepsBelow) {
            renewUp(up);
        }
    }

    private void link(int parent, boolean toLeft, int id) {
        parent(id, parent);
        if (parent == NONE) {
            root = id;
        } else if (toLeft) {
            left(parent, id);
        } else {
            right(parent, id);
        }
    }

    private void replace(int up, int old, int by) {
        if (up == NONE) {
            root = by;
        } else if (left(up) == old) {
            left(up, by);
        } else {
            right(up, by);
        }
    }

    /** Changes places with its parent. */
    private void rotateUp(int id) {
        slots += ONE;
        int p = parent(id);
        int up = parent(p);
        if (left(p) == id) {
            int inner = right(id);
            left(p, inner);
            if (inner != NONE) {
                parent(inner, p);
            }
            right(id, p);
        } else {
            int inner = left(id);
            right(p, inner);
            if (inner != NONE) {
                parent(inner, p);
            }
            left(id, p);
        }
        replace(up, p, id);
        parent(p, id);
        parent(id, up);
        renew(p);
        renew(id);
    }

    private boolean isAbove(int a, int b) {
        long ofA = priority(a);
        long ofB = priority(b);
        return ofA != ofB ? ofA > ofB : order(a) < order(b);
    }

    private long priority(int id) {
        long mixed = (order(id) ^ seed) * GOLDEN;
        mixed = (mixed ^ mixed >>> 32) * GOLDEN;
        return mixed ^ mixed >>> 29;
    }

    // ---- links

    final int left(int id) {
        return left(places.page(id), places.base(id));
    }

    final int right(int id) {
        return right(places.page(id), places.base(id));
    }

    final int parent(int id) {
        return parent(places.page(id), places.base(id));
    }

    private static int left(long[] page, int base) {
        return (int) (page[base + CHILDREN] >>> 32) - 1;
    }

    private static int right(long[] page, int base) {
        return (int) page[base + CHILDREN] - 1;
    }

    private static int parent(long[] page, int base) {
        return (int) (page[base + PARENT] >>> 32) - 1;
    }

    private void left(int id, int to) {
        long[] page = places.writable(id);
        int at = places.base(id) + CHILDREN;
        page[at] = page[at] & LOW | to + 1L << 32;
    }

    private void right(int id, int to) {
        long[] page = places.writable(id);
        int at = places.base(id) + CHILDREN;
        page[at] = page[at] & ~LOW | to + 1L & LOW;
    }

    private void parent(int id, int to) {
        long[] page = places.writable(id);
        int at = places.base(id) + PARENT;
        page[at] = page[at] & LOW | to + 1L << 32;
    }
}
