package io.millrace.operators.join;

import io.millrace.state.Blocks;
import io.millrace.state.Scratch;
import io.millrace.state.StateBudget;
import io.millrace.state.StateCounters;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.state.TimerHeap;
import io.millrace.time.Progress;
import io.millrace.time.Times;
import java.util.List;

/**
 * The sessions of both sides of a join, of one key after another, in the order of time: from when to when each goes, and how many events
 * of a side it holds. One that is matched has nothing to send alone.
 *
 * <p>A timer stands where a session would have ended when it was set: that the session has grown since is seen when it fires, so an
 * event moves no timer. Sessions that end at one moment come in the order in which they were begun, whenever their timers were looked at. A
 * session that is over stays in hand until nothing of it is left.
 */
final class Sessions extends OpenTimeline {
    /* Session: | of the timeline, the first event's time as its time … | the last event's time | lefts << 32 | rights | slot | timer | */
    private static final int LAST = HEAD;
    private static final int EVENTS = HEAD + 1;
    private static final int SLOT = HEAD + 2;
    private static final int TIMER = HEAD + 3;
    static final int LONGS = HEAD + 4;

    private static final int LEFT_SHIFT = 32;

    private final EventPlaces blocks;
    private final TimerHeap heap;
    private final long gapNs;

    /** The session that is over and partly told; NONE when none is. */
    private int inHand = NONE;

    @Scratch("of the event in hand")
    private int older;

    @Scratch("of the event in hand")
    private int newer;

    Sessions(StateBudget budget, long gapNs, long seed) {
        this(budget, new EventPlaces(new Blocks(budget, LONGS, 0)), gapNs, seed);
    }

    private Sessions(StateBudget budget, EventPlaces blocks, long gapNs, long seed) {
        super(blocks, seed);
        this.blocks = blocks;
        this.gapNs = gapNs;
        heap = new TimerHeap(budget, 0);
    }

    @Override
    public void save(StateWriter to) {
        super.save(to);
        to.putInt(inHand);
    }

    @Override
    public void load(StateReader from) {
        super.load(from);
        inHand = from.getInt();
        if (inHand != NONE && !blocks.isTaken(inHand)) {
            throw from.refused(
                    "session " + inHand
                            + " is told in part, and there is none, which cannot be; take another snapshot, or replay the log from its beginning");
        }
    }

    void counters(List<StateCounters> to) {
        to.add(blocks.counters());
        to.add(heap.counters());
    }

    // ---- a session

    long lastNs(int id) {
        return blocks.get(id, LAST);
    }

    /** The last moment at which another event could have joined it. */
    long endNs(int id) {
        return Times.plus(lastNs(id), gapNs);
    }

    /** At the end of all input all are, also those whose end is cut off there. */
    boolean isOver(int id, long progressNs) {
        return progressNs >= Progress.END || endNs(id) < progressNs;
    }

    int lefts(int id) {
        return id == NONE ? 0 : (int) (blocks.get(id, EVENTS) >>> LEFT_SHIFT);
    }

    int rights(int id) {
        return id == NONE ? 0 : (int) blocks.get(id, EVENTS);
    }

    int slot(int id) {
        return (int) blocks.get(id, SLOT);
    }

    /** It holds so many more events of a side. */
    void holds(int id, boolean isLeft, int more) {
        blocks.set(id, EVENTS, blocks.get(id, EVENTS) + (isLeft ? (long) more << LEFT_SHIFT : more));
    }

    // ---- around an event

    /** Finds the sessions that an event of the open key would join. */
    void look(long ns) {
        older = floor(ns);
        newer = older == NONE ? first() : next(older);
        if (older != NONE && lastNs(older) < Times.minus(ns, gapNs)) {
            older = NONE;
        }
        if (newer != NONE && timeNs(newer) > Times.plus(ns, gapNs)) {
            newer = NONE;
        }
    }

    /** The one that it is in, or follows; NONE when there is none. */
    int older() {
        return older;
    }

    /** The one that follows it; NONE when there is none. */
    int newer() {
        return newer;
    }

    /** A session of one event, which is to be told of; NONE when there is no room. */
    int begin(int slot, long ns) {
        int id = add(ns);
        long timer = id == NONE ? -1 : heap.set(Times.plus(Times.plus(ns, gapNs), 1), id);
        if (timer < 0) {
            if (id != NONE) {
                remove(id);
            }
            return NONE;
        }
        blocks.set(id, LAST, ns);
        blocks.set(id, SLOT, slot);
        blocks.set(id, TIMER, timer);
        return id;
    }

    /** An event has joined those that were found, which are one from now on; answers it. */
    int grow(long ns) {
        int id = older == NONE ? newer : older;
        if (older == NONE) {
            blocks.set(id, TIME, ns); // no other begins between: the order stays as it is
        } else if (newer == NONE) {
            blocks.set(id, LAST, Math.max(lastNs(id), ns));
        } else {
            blocks.set(id, LAST, lastNs(newer));
            blocks.set(id, EVENTS, blocks.get(id, EVENTS) + blocks.get(newer, EVENTS));
            if (isMatched(newer)) {
                setMatched(id);
            }
            end(newer);
        }
        return id;
    }

    /** Gives it up. */
    void end(int id) {
        heap.cancel(blocks.get(id, TIMER));
        inHand = inHand == id ? NONE : inHand;
        remove(id);
    }

    // ---- time

    private long dueNs(int id) {
        return Times.plus(endNs(id), 1);
    }

    long nextDueNs() {
        return inHand == NONE ? heap.nextDueNs() : Math.min(dueNs(inHand), heap.nextDueNs());
    }

    /** The session in hand, or the next that is due; NONE where that has grown, and has a later turn. */
    int due(long progressNs) {
        if (inHand == NONE && heap.pop(progressNs)) {
            int id = (int) heap.payload();
            boolean isOver =
                    heap.dueNs() >= dueNs(id); // also at the end of all input they come in the order of their ends
            blocks.set(id, TIMER, isOver ? 0 : heap.setAgain(dueNs(id)));
            inHand = isOver ? id : NONE;
        }
        return inHand;
    }
}
