package io.millrace.operators.join;

import io.millrace.operator.Firing;
import io.millrace.operator.Flow;
import io.millrace.operators.HeldHeaders;
import io.millrace.operators.Stored;
import io.millrace.state.Blocks;
import io.millrace.state.KeyedRows;
import io.millrace.state.Scratch;
import io.millrace.state.StateBudget;
import io.millrace.state.StateCounters;
import java.util.List;

/** The events of one side of a join by sessions, by key and time. Opened for a key before anything else is asked. */
final class SessionSide {
    /* Event: | of the timeline … | where it may come alone: header | sequence | length | bytes … | */
    private static final int HEADER = Timeline.HEAD;
    private static final int SEQUENCE = HEADER + 1;
    private static final int ALONE_LONGS = 2;
    private static final long LOW = 0xFFFF_FFFFL;

    /** Whether an event of it may come out alone. */
    final boolean isAlone;

    private final KeyedRows rows;
    private final int column;
    private final int eventsAtMost;
    private final int head;
    private final EventPlaces places;
    private final Timeline timeline;
    private final HeldHeaders headers;

    @Scratch("of the key in hand")
    private int count;

    /** The column of a row keeps how many events there are << 32 | the root of their timeline. */
    SessionSide(
            StateBudget budget,
            KeyedRows rows,
            int column,
            int maxLength,
            int eventsAtMost,
            boolean isAlone,
            long seed) {
        this.rows = rows;
        this.column = column;
        this.eventsAtMost = eventsAtMost;
        this.isAlone = isAlone;
        head = head(isAlone);
        places = new EventPlaces(new Blocks(budget, longs(maxLength, isAlone), 0));
        timeline = new Timeline(places, seed);
        headers = isAlone ? new HeldHeaders(budget, 0) : null;
    }

    private static int head(boolean isAlone) {
        return Timeline.HEAD + (isAlone ? ALONE_LONGS : 0);
    }

    /** How many longs an event takes. */
    static int longs(int maxLength, boolean isAlone) {
        return head(isAlone) + Stored.longs(maxLength);
    }

    void counters(List<StateCounters> to) {
        to.add(places.counters());
        if (headers != null) {
            to.add(headers.counters());
        }
    }

    int takeSlots() {
        return timeline.takeSlots();
    }

    // ---- of the key in hand

    void open(long kept) {
        count = (int) (kept >>> 32);
        timeline.root(kept & LOW);
    }

    /** The first event at or behind a time; {@link Timeline#NONE} when there is none. */
    int from(long ns) {
        return timeline.ceiling(ns);
    }

    int next(int id) {
        return timeline.next(id);
    }

    /** Whether there is such an event, up to a time. */
    boolean isUpTo(int id, long ns) {
        return id != Timeline.NONE && timeline.timeNs(id) <= ns;
    }

    long timeNs(int id) {
        return timeline.timeNs(id);
    }

    long[] page(int id) {
        return places.page(id);
    }

    int event(int id) {
        return places.base(id) + head;
    }

    // ---- changing

    /** Keeps an event; answers false when there is no room, and then nothing has changed. */
    boolean add(int slot, Flow flow, byte[] event, int length) {
        if (eventsAtMost > 0 && count >= eventsAtMost) {
            return false;
        }
        int id = timeline.add(flow.timeNs());
        if (id == Timeline.NONE) {
            return false;
        }
        if (isAlone) {
            long header = headers.keep(flow);
            if (header == HeldHeaders.NO_ROOM) {
                timeline.remove(id);
                return false;
            }
            places.set(id, HEADER, header);
            places.set(id, SEQUENCE, flow.eventSequence());
        }
        Stored.write(places.writable(id), places.base(id) + head, event, length);
        close(slot, 1);
        return true;
    }

    void remove(int slot, int id) {
        if (isAlone) {
            headers.drop(places.get(id, HEADER));
        }
        timeline.remove(id);
        close(slot, -1);
    }

    private void close(int slot, int more) {
        count += more;
        rows.set(slot, column, (long) count << 32 | timeline.root());
    }

    /** Gives its header to what fires; to be removed next. */
    void release(int id, Firing firing) {
        headers.release(places.get(id, HEADER), places.get(id, SEQUENCE), firing);
        places.set(id, HEADER, 0);
    }
}
