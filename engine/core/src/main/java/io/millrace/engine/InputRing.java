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
 * The input ring: one order for everything that can change a result. A Disruptor sequencer over contiguous preallocated slots.
 *
 * <p><b>Writers:</b> any thread, by {@link #tryPublish}: slots are claimed, filled and published; no user code runs in
 * between. <b>Readers:</b> the engine's threads, one for each stage, each of which sees every entry. <b>Ordering:</b> the sequencer's; its
 * publish is a release, its look for published sequences an acquire. A slot is free when the position of every reader is behind it.
 *
 * <p><b>Exclusive:</b> one writer, whose claims are plain fields of the sequencer; the thread may change only as {@link
 * Exclusivity} says. Its slots may be filled in place by user code. It closes the ring itself, or has handed over to who does.
 *
 * <p><b>Closing</b> loses nothing that was accepted: a writer claims first and looks at {@code closed} then; the reader looks
 * at {@code closed} first and at the cursor then. The claim is a compare-and-set and {@code closed} volatile; the reader's look at the
 * cursor is behind its look at {@code closed}, which is an acquire. So a writer that still found the ring open has moved the
 * cursor before the reader looks at it, and the reader waits for that slot; a writer that found it closed says so to its
 * caller, and fills its slot with a void entry. The first reader that finds the order over says where, for all of them: one that
 * waits for another must not wait for a void entry that came when the other had gone.
 */
final class InputRing {
    /** Answers of {@link #tryPublish} beside a place. */
    static final long FULL = Publisher.FULL;

    static final long CLOSED = -4; // the others are what a publisher is told

    private static final int BATCH_MAX = 64;

    /**
     * A full claim is published in so many pieces, and a shorter one in fewer of the same size, each when it has been copied: the reader begins
     * with the first while the writer copies the others, whose lines of memory are at the reader's core. In small rings too, so that a
     * warm-up has seen it; but not in a ring that a journal reads, which would force the first to disk and the others one force later.
     */
    private static final int PIECES = 16;

    /** Entries that nobody was woken for have one of so many slots: who publishes is not to find the ring full of them. */
    private static final int QUIET_PART = 64;

    /** Of memory that goes from one core to another as a whole. */
    private static final int LINE = 64;

    /**
     * Behind it slots begin with a line: large arrays begin with one, by the regions of collectors, and their elements 16 bytes behind.
     * Most entries are one line then that the reader waits for, in place of two. Where an array begins elsewhere nothing is lost.
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

    /** The place behind the last entry, once a reader has found that there is none any more; what comes there later is void. */
    private final AtomicLong end = new AtomicLong(Long.MAX_VALUE);

    InputRing(int slotCount, int largestEntry, boolean exclusive, int readers) {
        this(slotCount, largestEntry, exclusive, readers, 0, false);
    }

    /** One whose order goes on at a place, and whose claims may have to be published whole: for a journal, which is one of its readers. */
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
        piece = whole ? Integer.MAX_VALUE : Math.max(1, batchMax() / PIECES);
    }

    /** Copies an entry into the order; answers its place, or that the ring is full, or closed. */
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
     * The same, and wakes nobody unless a reader has left more than so many entries, or more than a few of its slots: for what nobody
     * is in a hurry for.
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
     * Copies several entries into the order, side by side: one in front, or null, and then so many that stand a stride apart. They are
     * one claim, so nothing comes between them; unless claims are published whole, the first are read before the last has been copied. Answers
     * the place of the last.
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
     * Several writers mark each slot by itself: the first is marked behind the others, so that a reader in front of it sees none or all, unless
     * its look ends within it ({@link #published}).
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
     * Claims one slot, to be filled in place, and one before it for the entry in front, if there is one. Only for a single
     * writer, which publishes or voids it before it claims again.
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

    /** The last of so many places, claimed; or that there are not so many, or that the ring is closed. */
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

    /** Whether so many places are free. For one who may publish. */
    boolean hasRoom(int n) {
        return sequencer.hasAvailableCapacity(n);
    }

    /** How many entries one claim should ask for: more would wait for long until the ring is nearly empty. */
    int batchMax() {
        return Math.min(BATCH_MAX, sequencer.getBufferSize() / 4);
    }

    /** The last place that can be read, at least {@code from - 1}; looks at a few slots only, however many wait. */
    long published(long from, int most) {
        long last = Math.min(sequencer.getCursor(), Math.min(from + most, end.get()) - 1);
        return sequencer.getHighestPublishedSequence(from, last);
    }

    /** Whether what a reader has found is ticks and nothing else: those that come each period are no reason to stay awake. */
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

    /** Gives no places, as if it were full; or does again. Who has claimed one already gets it. */
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
     * How many events stand behind a place, when the ring is closed and nobody makes room any more. Of those whose slots others have taken
     * since, none of which is left to do, it is not known what they were: all count.
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
