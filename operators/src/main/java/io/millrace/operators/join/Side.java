package io.millrace.operators.join;

import io.millrace.operator.Firing;
import io.millrace.operator.Flow;
import io.millrace.operators.HeldHeaders;
import io.millrace.operators.Pair;
import io.millrace.operators.Stored;
import io.millrace.state.Blocks;
import io.millrace.state.KeyedRows;
import io.millrace.state.Scratch;
import io.millrace.state.StateBudget;
import io.millrace.state.StateCounters;
import io.millrace.state.TimerHeap;
import io.millrace.time.Progress;
import io.millrace.time.Times;
import java.util.List;

/**
 * The events of one side of an interval join, by key and time. Opened for a key before anything else is asked; what changes its
 * timeline writes the root of it back into the row.
 */
final class Side {
    /*
     * Event: | of the timeline … | last moment at which it can match | where it has a turn in the agenda: slot | timer |
     *        | where it may come out alone: header | sequence | of an ending timeline, or of windows … | length | bytes … |
     * What an event that matches asks of each other one stands in front, beside the key where it is the event in the row.
     */
    private static final int END = Timeline.HEAD;
    private static final int TURN = END + 1;
    private static final int SLOT = TURN;
    private static final int TIMER = TURN + 1;
    private static final int TURN_LONGS = 2;
    private static final int HEADER = TURN + TURN_LONGS; // who comes out alone has a turn as well
    private static final int SEQUENCE = HEADER + 1;
    private static final int ALONE_LONGS = 2;

    /** The most longs in front of an event. */
    static final int HEAD_MAX =
            TURN + TURN_LONGS + ALONE_LONGS + Math.max(EndingTimeline.COLUMNS, WindowTimeline.COLUMNS);

    /** Most events that looking after a key frees, or an event of the key, which adds one. */
    private static final int FREED_AT_ONCE = 4;

    private static final long LOW = 0xFFFF_FFFFL;

    /** Columns of a side in the row of a key: how many events there are << 32 | the root of their timeline. */
    static final int COLUMNS = 1;

    /** Whether an event that nothing matches comes out alone. */
    final boolean isAlone;

    private final KeyedRows rows;
    private final int column;
    private final int eventsAtMost;
    private final boolean alwaysTimed;
    private final EventPlaces places;
    private final Timeline timeline;
    private final OpenTimeline open;
    private final EndingTimeline ending;

    /** Where events come alone in windows. */
    private final WindowTimeline inWindows;

    private final int head;
    private final HeldHeaders headers;
    private final TimerHeap heap;

    @Scratch("of the key in hand")
    private int count;

    /**
     * No events.
     *
     * @param column      of the row of a key
     * @param own         the column where the row has a place for an event
     * @param ownLongs    how long that is; 0 where it has none
     * @param maxLength   of an event
     * @param alwaysTimed whether each event has its turn in the agenda, because they do not end in the order of their times
     * @param isWindowed  whether what comes alone does so in windows
     */
    Side(
            StateBudget budget,
            KeyedRows rows,
            int column,
            int own,
            int ownLongs,
            int maxLength,
            int eventsAtMost,
            boolean isAlone,
            boolean alwaysTimed,
            boolean isWindowed,
            long seed) {
        this.rows = rows;
        this.column = column;
        this.eventsAtMost = eventsAtMost;
        this.isAlone = isAlone;
        this.alwaysTimed = alwaysTimed;
        head = head(isAlone, alwaysTimed, isWindowed);
        Blocks blocks = new Blocks(budget, head + Stored.longs(maxLength), 0);
        places = new EventPlaces(blocks, rows, own, ownLongs);
        int endingAt = head - EndingTimeline.COLUMNS;
        ending = alwaysTimed ? new EndingTimeline(places, seed + column, END, endingAt, isAlone) : null;
        inWindows =
                isAlone && isWindowed ? new WindowTimeline(places, seed + column, head - WindowTimeline.COLUMNS) : null;
        open = alwaysTimed || !isAlone ? ending : isWindowed ? inWindows : new OpenTimeline(places, seed + column);
        timeline = open == null ? new Timeline(places, seed + column) : open;
        headers = isAlone ? new HeldHeaders(budget, 0) : null;
        heap = isAlone || alwaysTimed ? new TimerHeap(budget, 0) : null;
    }

    private static int head(boolean isAlone, boolean alwaysTimed, boolean isWindowed) {
        int turn = isAlone || alwaysTimed ? TURN_LONGS : 0;
        int alone = !isAlone ? 0 : isWindowed ? ALONE_LONGS + WindowTimeline.COLUMNS : ALONE_LONGS;
        return TURN + turn + alone + (alwaysTimed ? EndingTimeline.COLUMNS : 0);
    }

    /** How many longs an event takes. */
    static int longs(int maxLength, boolean isAlone, boolean alwaysTimed, boolean isWindowed) {
        return head(isAlone, alwaysTimed, isWindowed) + Stored.longs(maxLength);
    }

    // ---- of the key in hand

    /** By what its row keeps in the column of this side. */
    void open(long kept) {
        count = (int) (kept >>> 32);
        timeline.root(kept & LOW);
    }

    int count() {
        return count;
    }

    boolean isEmpty() {
        return timeline.isEmpty();
    }

    int first() {
        return timeline.first();
    }

    int last() {
        return timeline.last();
    }

    int next(int id) {
        return timeline.next(id);
    }

    int ceiling(long timeNs) {
        return timeline.ceiling(timeNs);
    }

    /** Whether its events do not end in the order of their times. */
    boolean isEnding() {
        return ending != null;
    }

    int floor(long timeNs) {
        return timeline.floor(timeNs);
    }

    /** The first event that ends at a moment or behind it, where they do not end in the order of their times. */
    int firstReaching(long ns) {
        return ending.firstReaching(ns);
    }

    int nextReaching(int id, long ns) {
        return ending.nextReaching(id, ns);
    }

    /** Adds those of what is written beside the rows. */
    void counters(List<StateCounters> to) {
        to.add(places.counters());
        if (headers != null) {
            to.add(headers.counters());
        }
        if (heap != null) {
            to.add(heap.counters());
        }
    }

    int takeSlots() {
        return timeline.takeSlots();
    }

    // ---- an event

    long timeNs(int id) {
        return timeline.timeNs(id);
    }

    int slot(int id) {
        return (int) places.get(id, SLOT);
    }

    /** Nothing behind this can match it. */
    long endNs(int id) {
        return places.get(id, END);
    }

    /** When one that is to come out alone does so next. */
    long aloneNs(int id) {
        return inWindows == null ? momentNs(id) : inWindows.firstNs(id);
    }

    /** When nothing can come of it any more. */
    long momentNs(int id) {
        return isAlone ? momentNs(timeline.timeNs(id), endNs(id)) : endNs(id);
    }

    long momentNs(long timeNs, long endNs) {
        return isAlone ? Math.max(timeNs, endNs) : endNs;
    }

    /** At the end of all input all are, also those whose moment is cut off there. */
    boolean isDead(int id, long progressNs) {
        return progressNs >= Progress.END || momentNs(id) < progressNs;
    }

    /** The event of the open key whose moment passed first; NONE when none has. */
    int firstDead(long progressNs) {
        int first = ending != null ? ending.firstToGo() : timeline.first();
        return first != Timeline.NONE && isDead(first, progressNs) ? first : Timeline.NONE;
    }

    /** The event of the open key that comes out alone first, where its moment has passed; NONE when that of none has. */
    int firstAlone(long progressNs) {
        int first = isAlone ? open.firstOpen() : Timeline.NONE;
        boolean isDue = first != Timeline.NONE && (progressNs >= Progress.END || aloneNs(first) < progressNs);
        return isDue ? first : Timeline.NONE;
    }

    /** Whether it is to come out alone, as far as is known. */
    boolean comesAlone(int id) {
        return isAlone && !open.isMatched(id);
    }

    long[] page(int id) {
        return places.page(id);
    }

    int base(int id) {
        return places.base(id);
    }

    /** Where the bytes of an event begin, from where the event does. */
    int head() {
        return head;
    }

    int event(int id) {
        return places.base(id) + head;
    }

    /** Makes a pair of an event and nothing. */
    void putAlone(int id, Pair pair) {
        if (column == 0) {
            pair.left(page(id), event(id));
            pair.noRight();
        } else {
            pair.noLeft();
            pair.right(page(id), event(id));
        }
    }

    /** It will not come out alone. */
    void matched(int id) {
        if (!comesAlone(id)) {
            return;
        }
        open.setMatched(id);
        open.renewUp(id);
        if (!alwaysTimed) {
            cancel(id);
        }
    }

    private void cancel(int id) {
        heap.cancel(places.get(id, TIMER));
        places.set(id, TIMER, 0);
    }

    /** It will not come out alone in the windows that hold it and the event in hand too: its first ones, or its last. */
    void meets(int id, Reach reach) {
        if (!comesAlone(id)) {
            return;
        }
        int shared = reach.pairs(timeNs(id));
        long from = inWindows.firstNs(id);
        long to = inWindows.lastNs(id);
        if (reach.lastNs(0) <= from) {
            alone(id, Math.max(from, reach.nextNs(reach.lastNs(shared - 1))), to);
        } else {
            alone(id, from, Math.min(to, reach.beforeNs(reach.lastNs(0))));
        }
    }

    /** Sets in which windows an event is alone from now on, and its turn. */
    private void alone(int id, long firstNs, long lastNs) {
        boolean keepsTurn = inWindows.firstNs(id) == firstNs && firstNs <= lastNs;
        inWindows.alone(id, firstNs, lastNs);
        if (keepsTurn) {
            return;
        }
        inWindows.renewUp(id);
        long timer = places.get(id, TIMER);
        if (firstNs > lastNs) {
            cancel(id);
        } else {
            long dueNs = Times.plus(firstNs, 1);
            places.set(id, TIMER, heap.isSet(timer) ? heap.setAgain(timer, dueNs) : heap.setAgain(dueNs));
        }
    }

    // ---- changing

    /** Whether the key keeps as many as it may. */
    boolean isFull() {
        return eventsAtMost > 0 && count >= eventsAtMost;
    }

    /** Whether a new event of this time would be the earliest of the key that is open; of one time the new one is not. */
    boolean isEarliest(long timeNs) {
        return timeline.timeNs(timeline.first()) > timeNs;
    }

    /** Keeps an event; answers false when there is no room, and then nothing has changed. */
    boolean add(int slot, Flow flow, Reach reach, boolean isMatched, byte[] event, int length) {
        if (isFull()) {
            return false;
        }
        places.key(slot);
        int id = timeline.add(flow.timeNs());
        if (id == Timeline.NONE) {
            return false;
        }
        boolean alone = isAlone && !isMatched;
        long timer = alone || alwaysTimed ? heap.set(dueNs(reach), id) : 0;
        long header = timer < 0 || !alone ? 0 : headers.keep(flow);
        if (timer < 0 || header == HeldHeaders.NO_ROOM) {
            heap.cancel(timer);
            timeline.remove(id);
            return false;
        }
        write(slot, id, flow, reach, isMatched, timer, header, event, length);
        return true;
    }

    /**
     * What there has to be room for before an event is kept in place of the earliest, which is not later: its timer, and its header,
     * which is kept. {@link HeldHeaders#NO_ROOM} when there is none, and then nothing has changed. There is room for it once the earliest
     * has gone, in the place of that if nowhere else.
     */
    long headerInPlaceOfEarliest(Flow flow, Reach reach, boolean isMatched) {
        boolean alone = isAlone && !isMatched;
        if ((alone || alwaysTimed) && !hasTimerWithout(timeline.first(), dueNs(reach))) {
            return HeldHeaders.NO_ROOM;
        }
        return alone ? headers.keep(flow) : 0;
    }

    /** Keeps an event, with a header for which there was room, in place of the earliest. */
    void replaceEarliest(int slot, Flow flow, Reach reach, boolean isMatched, long header, byte[] event, int length) {
        remove(slot, timeline.first());
        places.key(slot);
        int id = timeline.add(flow.timeNs());
        long timer = isAlone && !isMatched || alwaysTimed ? heap.set(dueNs(reach), id) : 0;
        write(slot, id, flow, reach, isMatched, timer, header, event, length);
    }

    /** Whether there is room for a timer once an event has gone: where it has one, or one more could be set. */
    private boolean hasTimerWithout(int id, long dueNs) {
        if (heap.isSet(places.get(id, TIMER))) {
            return true;
        }
        long tried = heap.set(dueNs, id);
        return heap.cancel(tried);
    }

    private long dueNs(Reach reach) {
        return Times.plus(inWindows == null ? momentNs(reach.ownNs(), reach.endNs()) : reach.aloneNs(), 1);
    }

    private void write(
            int slot,
            int id,
            Flow flow,
            Reach reach,
            boolean isMatched,
            long timer,
            long header,
            byte[] event,
            int length) {
        if (isMatched && open != null) {
            open.setMatched(id);
        }
        long[] page = places.writable(id);
        int base = places.base(id);
        page[base + END] = reach.endNs();
        if (heap != null) {
            page[base + SLOT] = slot;
            page[base + TIMER] = timer;
        }
        if (isAlone) {
            page[base + HEADER] = header;
            page[base + SEQUENCE] = flow.eventSequence();
        }
        Stored.write(page, base + head, event, length);
        if (inWindows != null) {
            inWindows.alone(id, reach.aloneNs(), reach.aloneToNs());
        }
        if (open != null) {
            open.renewUp(id);
        }
        close(slot, 1);
    }

    /** Takes an event out of the key that is open. */
    void remove(int slot, int id) {
        if (heap != null) {
            heap.cancel(places.get(id, TIMER));
        }
        if (headers != null) {
            headers.drop(places.get(id, HEADER));
        }
        timeline.remove(id);
        close(slot, -1);
    }

    /** Frees some of what is of no use any more of the key that is open. Mostly nothing is: that is seen without a call. */
    int free(int slot, long progressNs) {
        int first = firstDead(progressNs);
        return first == Timeline.NONE ? 0 : free(slot, first, progressNs);
    }

    private int free(int slot, int firstDead, long progressNs) {
        int freed = 0;
        int id = firstDead;
        while (freed < FREED_AT_ONCE && id != Timeline.NONE) {
            remove(slot, id);
            freed++;
            id = firstDead(progressNs);
        }
        return freed;
    }

    /** Writes back where the timeline begins, and that there is one event more or less. */
    private void close(int slot, int more) {
        count += more;
        rows.set(slot, column, (long) count << 32 | timeline.root());
    }

    /** Gives its header to what fires; answers whether it is to stay behind that, alone in further windows, or to match what comes. */
    boolean fires(int id, Firing firing, Reach reach) {
        long header = places.get(id, HEADER);
        boolean isLast = inWindows == null || inWindows.firstNs(id) >= inWindows.lastNs(id);
        if (isLast) {
            headers.release(header, places.get(id, SEQUENCE), firing);
            places.set(id, HEADER, 0);
        } else {
            headers.lend(header, places.get(id, SEQUENCE), firing);
        }
        boolean stays = inWindows != null && inWindows.firstNs(id) < endNs(id);
        if (stays) {
            alone(id, reach.nextNs(inWindows.firstNs(id)), inWindows.lastNs(id));
        }
        return stays;
    }

    // ---- time

    long nextDueNs() {
        return heap == null ? Long.MAX_VALUE : heap.nextDueNs();
    }

    /** Takes the first event that is due out of the agenda; it is still kept. */
    int pop(long progressNs) {
        return heap.pop(progressNs) ? (int) heap.payload() : Timeline.NONE;
    }
}
