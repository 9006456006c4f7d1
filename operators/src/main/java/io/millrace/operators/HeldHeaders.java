package io.millrace.operators;

import io.millrace.event.Entry;
import io.millrace.operator.Firing;
import io.millrace.operator.Flow;
import io.millrace.state.Blocks;
import io.millrace.state.StateBudget;
import io.millrace.state.StateCounters;

/**
 * The headers of events that are held back, so that what comes of an event inherits from it, and not from whatever lets
 * time pass. A header that has only flags is a number; only one with fields takes a block.
 */
public final class HeldHeaders {
    /** What {@link #keep} returns if there is no room. */
    public static final long NO_ROOM = -1;

    /*
     * Word:  0 no header | block + 1, shifted by 8 | presence mask, with HAS set beyond the block's bits
     * Block: the optional fields, 8 bytes a long
     */
    private static final long HAS = 1L << 40;
    private static final int MASK_AT = 5;
    private static final int LONGS = Stored.words(Entry.MAX_HEADER_LENGTH - Entry.FIXED_LENGTH);

    private final Blocks blocks;
    private final byte[] bytes = new byte[Entry.FIXED_LENGTH + LONGS * Long.BYTES];

    /**
     * Makes one without headers.
     *
     * @param budget where memory comes from
     * @param most   the most headers with fields at a time; 0 for as many as the budget holds
     */
    public HeldHeaders(StateBudget budget, int most) {
        blocks = new Blocks(budget, 1 + LONGS, most);
    }

    /**
     * Keeps the header that outputs of the current entry would inherit.
     *
     * @param flow the current entry
     * @return the word that stands for it, or {@link #NO_ROOM}
     */
    public long keep(Flow flow) {
        byte[] header = flow.header();
        if (header == null) {
            return 0;
        }
        long word = HAS | header[flow.headerOffset() + MASK_AT] & 0xff;
        int length = Entry.headerLength(header, flow.headerOffset()) - Entry.FIXED_LENGTH;
        if (length == 0) {
            return word;
        }
        int id = blocks.take();
        if (id < 0) {
            return NO_ROOM;
        }
        System.arraycopy(header, flow.headerOffset() + Entry.FIXED_LENGTH, bytes, 0, length);
        Stored.write(blocks.writable(id), blocks.base(id), bytes, length);
        return word | id + 1L << 8;
    }

    /**
     * Gives the header to the firing that brings its event back, and frees it.
     *
     * @param word          from {@link #keep}
     * @param eventSequence the place of the event in the order of the input
     * @param firing        the firing of the node
     */
    public void release(long word, long eventSequence, Firing firing) {
        lend(word, eventSequence, firing);
        drop(word);
    }

    /**
     * Gives the header to one of several firings, and keeps it.
     *
     * @param word          from {@link #keep}
     * @param eventSequence the place of the event in the order of the input
     * @param firing        the firing of the node
     */
    public void lend(long word, long eventSequence, Firing firing) {
        if (word == 0) {
            firing.event(eventSequence, null, 0);
            return;
        }
        int id = id(word);
        if (id >= 0) {
            Stored.read(blocks.page(id), blocks.base(id), bytes, 0);
            System.arraycopy(bytes, 0, bytes, Entry.FIXED_LENGTH, LONGS * Long.BYTES);
        }
        bytes[MASK_AT] = (byte) word;
        firing.event(eventSequence, bytes, 0);
    }

    /**
     * Frees a header of which nothing will come.
     *
     * @param word from {@link #keep}
     */
    public void drop(long word) {
        if (id(word) >= 0) {
            blocks.free(id(word));
        }
    }

    /**
     * The counters of what was written.
     *
     * @return the counters of the blocks
     */
    public StateCounters counters() {
        return blocks.counters();
    }

    private static int id(long word) {
        return (int) (word >>> 8) - 1;
    }
}
