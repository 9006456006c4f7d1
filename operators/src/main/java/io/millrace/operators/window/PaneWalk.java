package io.millrace.operators.window;

import static io.millrace.operators.window.PaneBlocks.BUCKETS;
import static io.millrace.operators.window.PaneBlocks.INDEX;
import static io.millrace.operators.window.PaneBlocks.NONE;
import static io.millrace.operators.window.PaneBlocks.PANE;

import io.millrace.state.Scratch;

/**
 * Puts the panes of a window together in one walk along their list, where there is no directory to find them by. It does so by the same
 * halves as {@link PaneTree}, and with the first half first as there: a sum of doubles, or what an aggregate of a user's own makes of two
 * sets, hangs on that, and a result is not to be another, not in its last bit, because memory was short when it was made.
 */
final class PaneWalk {
    private final PaneBlocks panes;
    private final Summaries summaries;
    private final int most;
    private final int longs;

    @Scratch("of the window in hand: sums that wait for those behind them, the longest first")
    private final long[] sums;

    @Scratch(
            "of the window in hand: of each sum the level of the halves of which it is in the second, and the sum before it in the first")
    private final int[] halvesOf;

    @Scratch("of the window in hand: how many sums wait")
    private int waiting;

    @Scratch("of the window in hand")
    private int merges;

    /**
     * Works on nothing yet.
     *
     * @param most the level of the longest part
     */
    PaneWalk(PaneBlocks panes, Summaries summaries, int most, int longs) {
        this.panes = panes;
        this.summaries = summaries;
        this.most = most;
        this.longs = longs;
        sums = new long[(most + 1) * longs]; // levels go down from one to the next that waits
        halvesOf = new int[most + 1];
    }

    /** The level of the longest part of a window that begins with a pane and does not go beyond another. */
    static int levelOfPart(long index, long last, int most) {
        int byStart = Math.min(Long.numberOfTrailingZeros(index), most);
        return Math.min(byStart, Long.SIZE - 1 - Long.numberOfLeadingZeros(last - index + 1));
    }

    /**
     * Puts panes into the summary in hand, which has begun.
     *
     * @param first with events
     * @param from  with which the window begins
     * @param last  with which it ends
     * @return how many panes and sums it has put together
     */
    int gather(int first, long from, long last) {
        waiting = 0;
        merges = 0;
        long partEnd = from;
        long before = 0;
        for (int id = first; id != NONE && panes.get(id, INDEX) <= last; id = panes.nextPane(id)) {
            panes.slots++;
            if (panes.get(id, PANE) > 0) {
                long index = panes.get(id, INDEX);
                int level = Long.SIZE - Long.numberOfLeadingZeros(before ^ index);
                if (index >= partEnd) {
                    endPart();
                    partEnd = endOfPart(partEnd, index, last);
                } else {
                    endHalves(level);
                }
                push(id, level);
                before = index;
            }
        }
        endPart();
        return merges;
    }

    /** The end of the part that has a pane; those before it have no events. */
    private long endOfPart(long from, long index, long last) {
        long end = from;
        while (end <= index) {
            end += 1L << levelOfPart(end, last, most);
        }
        return end;
    }

    /** The halves below a level are whole: what comes is in none of them. */
    private void endHalves(int level) {
        while (waiting > 1 && halvesOf[waiting - 1] < level) {
            waiting--;
            summaries.merge(sums, (waiting - 1) * longs, sums, waiting * longs);
            merges++;
        }
    }

    private void endPart() {
        endHalves(Integer.MAX_VALUE);
        if (waiting > 0) {
            waiting = 0;
            summaries.merge(sums, 0);
            merges++;
        }
    }

    private void push(int id, int level) {
        int at = waiting * longs;
        summaries.begin(sums, at);
        summaries.take(panes.page(id), panes.base(id) + BUCKETS, sums, at);
        halvesOf[waiting] = level;
        waiting++;
        merges++;
    }
}
