package io.millrace.operators.window;

import static io.millrace.operators.window.PaneBlocks.BUCKETS;
import static io.millrace.operators.window.PaneBlocks.INDEX;
import static io.millrace.operators.window.PaneBlocks.NONE;
import static io.millrace.operators.window.PaneBlocks.PANE;

import io.millrace.state.Scratch;
import java.util.Arrays;

/**
 * Puts the panes of windows of many steps together, by halves: a sum of two panes that begins at an even one, of four that begins at a
 * multiple of four, and so on, so what is added to what hangs on where a window lies and on nothing else. Of windows of a key that follow
 * each other, while nothing comes in between, most of those sums are the same: they are kept, two of each length, and a window takes steps by
 * the logarithm of its panes in place of all of them, with the same result to the last bit.
 */
@Scratch("of the entry in hand")
final class PaneTree {
    /** Fewer panes are put together one by one. */
    static final int PANES_MIN = 64;

    private final PaneBlocks panes;
    private final Summaries summaries;
    private final int most;
    private final int longs;

    /** By level: the sum in hand, and two that are kept. */
    private final long[] sums;

    private final long[] keptAt;
    private final boolean[] isKept;
    private final boolean[] hasEvents;

    private boolean keeps;
    private int taken;
    private int cursor;
    private long cursorIndex;
    private int tail;
    private long tailIndex;

    PaneTree(PaneBlocks panes, Summaries summaries, int panesOfWindow, int longs) {
        this.panes = panes;
        this.summaries = summaries;
        this.longs = longs;
        most = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(panesOfWindow);
        int levels = most + 1;
        sums = new long[3 * levels * longs];
        keptAt = new long[2 * levels];
        isKept = new boolean[2 * levels];
        hasEvents = new boolean[2 * levels];
    }

    /** From here on windows of one key are asked for, and its panes stay as they are but for those of windows that have been. */
    void begin() {
        keeps = true;
        forget();
    }

    void end() {
        keeps = false;
    }

    private void forget() {
        Arrays.fill(isKept, false);
        tail = NONE;
    }

    /** Puts the panes from that of a block to another together, in the summary in hand; answers how many of them had to be read. */
    int gather(int first, long last) {
        if (!keeps) {
            forget();
        }
        taken = 0;
        cursor = first;
        cursorIndex = panes.get(first, INDEX);
        summaries.begin();
        long at = cursorIndex;
        while (at <= last) {
            int byStart = Math.min(Long.numberOfTrailingZeros(at), most);
            int level = Math.min(byStart, Long.SIZE - 1 - Long.numberOfLeadingZeros(last - at + 1));
            if (piece(level, at >> level, level == byStart ? 0 : 1)) {
                summaries.merge(sums, inHand(level));
            }
            at += 1L << level;
        }
        if (tail == NONE || cursorIndex > tailIndex) {
            tail = cursor;
            tailIndex = cursorIndex;
        }
        return taken;
    }

    private int inHand(int level) {
        return 3 * level * longs;
    }

    private int kept(int level, int which) {
        return inHand(level) + (1 + which) * longs;
    }

    /** A piece of a window, to be kept for the next: where it begins or where it ends decides in which place. */
    private boolean piece(int level, long position, int which) {
        int of = 2 * level + which;
        boolean isThere = isKept(of, position) || isKept(of ^ 1, position);
        boolean has = sum(level, position);
        if (!isThere && keeps) {
            System.arraycopy(sums, inHand(level), sums, kept(level, which), longs);
            keptAt[of] = position;
            isKept[of] = true;
            hasEvents[of] = has;
        }
        return has;
    }

    private boolean isKept(int of, long position) {
        return isKept[of] && keptAt[of] == position;
    }

    /** Works out the sum of some panes; answers false where they have no events, and then there is none. */
    private boolean sum(int level, long position) {
        for (int of = 2 * level; of < 2 * level + 2; of++) {
            if (isKept(of, position)) {
                System.arraycopy(sums, kept(level, of & 1), sums, inHand(level), longs);
                return hasEvents[of];
            }
        }
        int next = seek(position << level);
        if (next == NONE || panes.get(next, INDEX) >> level != position) {
            return false;
        }
        return level == 0 ? pane(next) : halves(level, position);
    }

    private boolean halves(int level, long position) {
        int below = inHand(level - 1);
        int to = inHand(level);
        boolean first = sum(level - 1, 2 * position);
        if (first) {
            System.arraycopy(sums, below, sums, to, longs);
        }
        boolean second = sum(level - 1, 2 * position + 1);
        if (second && first) {
            summaries.merge(sums, to, sums, below);
        } else if (second) {
            System.arraycopy(sums, below, sums, to, longs);
        }
        return first || second;
    }

    private boolean pane(int id) {
        if (panes.get(id, PANE) <= 0) {
            return false;
        }
        summaries.begin(sums, inHand(0));
        summaries.take(panes.page(id), panes.base(id) + BUCKETS, sums, inHand(0));
        taken++;
        return true;
    }

    /** The first block at or behind an index whose pane may have events; asked for ever later ones of a window. */
    private int seek(long index) {
        if (tail != NONE && tailIndex > cursorIndex && tailIndex <= index) {
            cursor = tail;
            cursorIndex = tailIndex;
        }
        int next = cursor;
        long nextIndex = cursorIndex;
        while (nextIndex < index) {
            cursor = next;
            cursorIndex = nextIndex;
            next = panes.nextPane(next);
            panes.slots++;
            if (next == NONE) {
                return NONE;
            }
            nextIndex = panes.get(next, INDEX);
        }
        if (nextIndex == index) {
            cursor = next;
            cursorIndex = nextIndex;
        }
        return next;
    }
}
