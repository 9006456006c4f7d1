package io.millrace.engine;

import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.MultiProducerSequencer;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.Sequencer;
import com.lmax.disruptor.SingleProducerSequencer;
import com.lmax.disruptor.YieldingWaitStrategy;
import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.runtime.EntryEncoder;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The input ring: one order for everything that can change a result. A Disruptor sequencer over contiguous preallocated
 * slots.
 *
 * <p><b>Writers:</b> any thread, by {@link #tryPublish}: slots are claimed, filled and published; no user code runs in
 * between. <b>Readers:</b> the engine's threads, one for each stage, each of which sees every entry. <b>Ordering:</b>
 * the sequencer's; its publish is a release, its check for published sequences an acquire. A slot is free when every
 * reader has passed it.
 *
 * <p><b>Exclusive:</b> one writer, whose claims are plain fields of the sequencer; the thread may change only as
 * {@link Exclusivity} says. User code may fill its slots in place. It closes the ring itself, or has handed over to the
 * thread that does.
 *
 * <p><b>Closing</b> loses nothing that was accepted. A writer claims first and then looks at {@code closed}; the reader
 * looks at {@code closed} first and then at the cursor. The claim is a compare-and-set and {@code closed} is volatile;
 * the reader's look at the cursor comes after its look at {@code closed}, which is an acquire. So a writer that still
 * found the ring open has moved the cursor before the reader looks at it, and the reader waits for that slot. A writer
 * that found it closed reports that to its caller, and fills its slot with a void entry. The first reader that finds
 * the order over records where, for all of them: a reader that waits for another must not wait for a void entry that
 * came after the other had ended.
 */
final class InputRing {
    /** Results of {@link #tryPublish} other than a place. */
    static final long FULL = Publisher.FULL;

    static final long CLOSED = -4; // the others are what a publisher is told

    private static final int BATCH_MAX = 64;

    /**
     * A full claim is published in this many pieces, and a shorter one in fewer of the same size, each as soon as it
     * has been copied: the reader begins with the first while the writer copies the others, whose cache lines are at
     * the reader's core. This also holds in small rings, so that a warm-up has seen it; but not in a ring that a
     * journal reads, which would force the first piece to disk and the others one force later.
     */
    private static final int PIECES = 16;

    /** So that the small ring of a warm-up has pieces of more than one, too. */
    private static final int LEAST_PIECE = 2;

    /**
     * The part of the slots that entries for which nobody was woken may take (one of this many), so that a publisher
     * does not find the ring full of them.
     */
    private static final int QUIET_PART = 64;

    /** The size of a cache line, which goes from one core to another as a whole. */
    private static final int LINE = 64;

    /**
     * After this many bytes slots begin on a cache line: collectors begin large arrays on one, by their regions, with
     * the elements 16 bytes later. Most entries are then one line for which the reader waits, instead of two. If an
     * array begins elsewhere, nothing is lost.
     */
    private static final int FRONT = LINE - 16;

    private final Sequencer sequencer;
    private final Sequence[] consumed;
    private final byte[] slots;
    private final int stride;
    private final int mask;
    private final int piece;
    private final boolean exclusive;
    private final Sleep sleep = new Sleep();
    private final long first;
    private volatile boolean closed;

    /** Whether nothing gets a place at the moment. */
    private volatile boolean paused;

    /**
     * The place after the last entry, once a reader has found that there are no more; what comes there later is void.
     */
    private final AtomicLong end = new AtomicLong(Long.MAX_VALUE);

    InputRing(int slotCount, int largestEntry, boolean exclusive, int readers) {
        this(slotCount, largestEntry, exclusive, readers, 0, false);
    }

    /**
     * A ring whose order continues at a place, and whose claims may have to be published whole: for a journal, which is
     * one of its readers.
     */
    InputRing(int slotCount, int largestEntry, boolean exclusive, int readers, long first, boolean whole) {
        this.first = first;
        this.exclusive = exclusive;
        // waiting is the business of the engine's own loop; the strategy given here is never asked
        sequencer = exclusive
                ? new SingleProducerSequencer(slotCount, new YieldingWaitStrategy())
                : new MultiProducerSequencer(slotCount, new YieldingWaitStrategy());
        consumed = new Sequence[readers];
        for (int i = 0; i < readers; i++) {
            consumed[i] = new Sequence(first - 1);
        }
        if (first > 0) {
            sequencer.claim(first - 1);
            sequencer.publish(first - 1);
        }
        sequencer.addGatingSequences(consumed);
        stride = (largestEntry + LINE - 1) & -LINE;
        if ((long) slotCount * stride > Integer.MAX_VALUE - LINE) {
            throw new IllegalArgumentException("input ring of " + slotCount + " slots of " + stride
                    + " bytes is larger than 2 GiB; use ringSlots(..) with fewer");
        }
        slots = new byte[FRONT + slotCount * stride];
        mask = slotCount - 1;
        piece = whole ? Integer.MAX_VALUE : Math.max(LEAST_PIECE, batchMax() / PIECES);
    }

    /** Copies an entry into the order. Returns its place, or that the ring is full or closed. */
    long tryPublish(byte[] bytes, int offset, int length) {
        long q = claim(1);
        if (q >= 0) {
            System.arraycopy(bytes, offset, slots, offset(q), length);
            sequencer.publish(q);
            sleep.wake();
        }
        return q;
    }

    /**
     * Copies an entry as {@link #tryPublish} does, and wakes nobody unless a reader has left more than {@code unread}
     * entries, or more than a few of its slots: for entries that are not urgent.
     */
    long tryPublishQuietly(byte[] bytes, int offset, int length, int unread) {
        long q = claim(1);
        if (q >= 0) {
            System.arraycopy(bytes, offset, slots, offset(q), length);
            sequencer.publish(q);
            if (q - consumed() > Math.min(unread, sequencer.getBufferSize() / QUIET_PART)) {
                sleep.wake();
            }
        }
        return q;
    }

    /**
     * Copies several entries into the order, side by side: one first, or null, and then {@code n} that are a stride
     * apart. They are one claim, so nothing comes between them; unless claims are published whole, the first are read
     * before the last has been copied. Returns the place of the last.
     */
    long tryPublishAll(byte[] front, byte[] bytes, int offset, int between, int n) {
        int all = front == null ? n : n + 1;
        long last = claim(all);
        if (last < 0) {
            return last;
        }
        long from = last - all + 1;
        long q = from;
        if (front != null) {
            System.arraycopy(front, 0, slots, offset(q++), Entry.length(front, 0));
        }
        for (int at = offset; q <= last; q++, at += between) {
            System.arraycopy(bytes, at, slots, offset(q), Entry.length(bytes, at));
            if (q == last || q - from >= piece - 1) {
                publishTogether(from, q);
                from = q + 1;
            }
        }
        return last;
    }

    /**
     * With several writers each slot is marked by itself. The first is marked after the others, so that a reader before
     * it sees none or all, unless its look ends within the claim ({@link #published}).
     */
    private void publishTogether(long from, long to) {
        if (!exclusive && to > from) {
            sequencer.publish(from + 1, to);
            publish(from, from);
        } else {
            publish(from, to);
        }
    }

    /**
     * Claims one slot, to be filled in place, and one before it for the entry that comes first, if there is one. Only
     * for a single writer, which completes or voids it before it claims again.
     */
    long claim(byte[] front) {
        long last = claim(front == null ? 1 : 2);
        if (last >= 0 && front != null) {
            System.arraycopy(front, 0, slots, offset(last - 1), Entry.length(front, 0));
        }
        return last;
    }

    void publish(long from, long to) {
        sequencer.publish(from, to);
        sleep.wake();
    }

    /**
     * Claims {@code n} places. Returns the last of them, or that there are not that many, or that the ring is closed.
     */
    private long claim(int n) {
        if (paused) {
            return FULL;
        }
        long last;
        try {
            last = sequencer.tryNext(n);
        } catch (InsufficientCapacityException e) {
            sleep.wake(); // of a batch that needs nearly all of them
            return FULL;
        }
        if (closed) {
            for (long q = last - n + 1; q <= last; q++) {
                EntryEncoder.plain(slots, offset(q), EntryKind.VOID, 0, 0);
            }
            sequencer.publish(last - n + 1, last);
            return CLOSED;
        }
        return last;
    }

    /** Whether {@code n} places are free. For a thread that may publish. */
    boolean hasRoom(int n) {
        return sequencer.hasAvailableCapacity(n);
    }

    /** The most entries that one claim should ask for: more would wait for long, until the ring is nearly empty. */
    int batchMax() {
        return Math.min(BATCH_MAX, sequencer.getBufferSize() / 4);
    }

    /** After how many complete entries a single writer publishes them, while it writes others. */
    int piece() {
        return Math.min(piece, batchMax());
    }

    /** The last place that can be read, at least {@code from - 1}; looks at a few slots only, however many wait. */
    long published(long from, int most) {
        long last = Math.min(sequencer.getCursor(), Math.min(from + most, end.get()) - 1);
        return sequencer.getHighestPublishedSequence(from, last);
    }

    /** Whether a reader has found only ticks: those that come each period are no reason to stay awake. */
    boolean isOnlyTicks(long from, long last) {
        long q = from;
        while (q <= last && Entry.kind(slots, offset(q)) == EntryKind.TICK) {
            q++;
        }
        return q > last && q > from;
    }

    /** Where readers that have nothing to do sleep; woken by whatever is published, and by closing. */
    Sleep sleep() {
        return sleep;
    }

    /** Nothing more is accepted. */
    void close() {
        closed = true;
        sleep.wake();
    }

    boolean isClosed() {
        return closed;
    }

    /**
     * Gives no places, as if the ring were full; or gives them again. A writer that has already claimed a place gets
     * it.
     */
    void pause(boolean gives) {
        paused = gives;
    }

    /** The place of the first entry that will be published. */
    long first() {
        return first;
    }

    /** Whether nothing has been accepted from a place on, and nothing will be any more; for a reader. */
    boolean isOver(long from) {
        if (closed && sequencer.getCursor() < from) {
            end.compareAndSet(Long.MAX_VALUE, from);
        }
        return from >= end.get();
    }

    /**
     * How many events come after a place, when the ring is closed and nobody makes room any more. If others have taken
     * a slot since, which means that it is not left to do, its kind is unknown: all of these count.
     */
    long events(long behind) {
        long from = Math.max(behind + 1, sequencer.getCursor() + 1 - sequencer.getBufferSize());
        long last = sequencer.getHighestPublishedSequence(from, sequencer.getCursor());
        long n = from - behind - 1;
        for (long q = from; q <= last; q++) {
            n += Entry.kind(slots, offset(q)) == EntryKind.EVENT ? 1 : 0;
        }
        return n;
    }

    /** The last place that was claimed. */
    long cursor() {
        return sequencer.getCursor();
    }

    byte[] slots() {
        return slots;
    }

    int offset(long q) {
        return FRONT + (int) (q & mask) * stride;
    }

    /** A reader has read all slots up to a place; that reader's thread only. */
    void consumed(int reader, long q) {
        consumed[reader].set(q);
    }

    /** The last place that a reader has read. */
    long consumed(int reader) {
        return consumed[reader].get();
    }

    /** The last place that all readers have read. */
    long consumed() {
        long least = consumed[0].get();
        for (int i = 1; i < consumed.length; i++) {
            least = Math.min(least, consumed[i].get());
        }
        return least;
    }
}
