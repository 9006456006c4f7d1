package io.millrace.operators.process;

import io.millrace.event.EntryForm;
import io.millrace.event.EventType;
import io.millrace.event.MisuseException;
import io.millrace.operator.Flow;
import io.millrace.time.Progress;
import java.util.Arrays;
import java.util.Objects;

/**
 * The state of one key as the handlers of a process see it. While the user's object is constructed, its fields declare
 * here what is kept. Then this is sealed, and moved from key to key. A handler changes a copy, which the node makes
 * final.
 *
 * <p>There is one for each node, used by one thread. What user code holds of it is valid during a call of a handler.
 */
public final class KeyState {
    /*
     * Row: | touched: event time, or due, of the last call | timers that have fired beyond the end of input, by bit |
     * columns |
     */
    static final int TOUCHED = 0;
    static final int ENDED = 1;
    static final int FIRST = 2;

    /**
     * So many firings a timer may follow from each other at one due. What acts on all timers once, in some order, follows from as
     * many as there are; what goes on beyond a few rounds would never end, and hold the progress of all keys.
     */
    private static final int ROUNDS = 4;

    final TimerSlots timers = new TimerSlots();
    final Declaration declared = new Declaration();
    private long[] row = new long[FIRST];
    private long[] initial;
    private Outbox outbox;
    private KeyParts keyParts;

    private boolean running;

    /** Whether reading outside a call fails, as a kept view does; else it answers the row of the last call. */
    private boolean guardsReads;

    private int call;
    private long key;
    private byte[] keyBytes;
    private long nowNs;
    private long progressNs;
    private long floorNs;
    private boolean late;
    private EntryForm form = EntryForm.INSERT;
    private int firing;
    private long firingCount;
    private int links;
    private boolean forgets;
    private OverBoundException over;

    /** Makes a state without declarations. */
    public KeyState() {
        row[TOUCHED] = Progress.NONE;
    }

    // ---- declaring

    /**
     * Declares the handler of the events of an input.
     *
     * @param input   the number of the input, from 0
     * @param handler called with each event
     */
    public void handler(int input, ProcessHandler<?> handler) {
        requireOpen("on");
        declared.handler(input, handler);
    }

    /**
     * Declares the handler of the rows of an input that may bring updates.
     *
     * @param input   the number of the input, from 0
     * @param handler called with each row
     * @param <T>     the type of the rows
     */
    public <T> void updates(int input, UpdateHandler<T> handler) {
        requireOpen("onUpdates");
        Objects.requireNonNull(handler, "handler");
        declared.updates(input, (ProcessHandler<T>) row -> handler.on(form, row));
    }

    /**
     * Declares the most outputs of one call on one port.
     *
     * @param most 1 to 2^20; by default 16
     */
    public void outputsAtMost(int most) {
        requireOpen("emitsAtMost");
        declared.outputsAtMost(most);
    }

    /** Ends the declaration. */
    public void seal() {
        requireOpen("seal");
        initial = row.clone();
        outbox = new Outbox(declared.outlets(), declared.outputsAtMost());
    }

    /** Takes columns for a field; what it is goes into the layout. */
    int field(String name, String kind, int longs) {
        requireOpen(name);
        int first = row.length;
        String whole = longs == 0 ? kind : kind + " " + longs * Long.BYTES;
        declared.field(name, whole, first);
        if (longs > 0) {
            declared.stored(name, whole, first, longs);
        }
        row = Arrays.copyOf(row, first + longs);
        return first;
    }

    int timer(String name, FiringHandler fires) {
        return timers.declare(name, fires, field(name, "timer", TimerSlots.LONGS));
    }

    <V> EventBlocks<V> keep(String name, EventType<V> type, int column, int perKey) {
        EventBlocks<V> blocks = new EventBlocks<>(name, type, column, perKey);
        declared.kept().add(blocks);
        return blocks;
    }

    int output(Outlet<?> outlet) {
        field(outlet.name(), "output " + outlet.type().name(), 0);
        declared.outlets().add(outlet);
        return declared.outlets().size() - 1;
    }

    private void requireOpen(String what) {
        if (initial != null) {
            throw new MisuseException(what + ": declare it while the object is constructed, not in a handler");
        }
    }

    // ---- what was declared

    int columns() {
        return row.length;
    }

    Outbox outbox() {
        return outbox;
    }

    boolean isSealed() {
        return initial != null;
    }

    void keyParts(KeyParts parts) {
        keyParts = parts;
    }

    // ---- the call, for the node

    long[] row() {
        return row;
    }

    void initialInto(long[] page, int base) {
        System.arraycopy(initial, 0, page, base, initial.length);
    }

    void loadInitial() {
        System.arraycopy(initial, 0, row, 0, row.length);
    }

    /** Whether nothing has been set since {@link #loadInitial}. */
    boolean isInitial() {
        return Arrays.equals(row, FIRST, row.length, initial, FIRST, row.length);
    }

    /** A call begins, over the row that has been loaded. Timers are not set before the floor. */
    void begin(Flow flow, long progress, long floor, int timer, long count, int linksBefore) {
        key = flow.key();
        keyBytes = flow.keyBytes();
        nowNs = flow.timeNs();
        progressNs = progress;
        floorNs = floor;
        late = timer < 0 && nowNs < progress;
        if (form != flow.form()) { // nearly never: a reference that is there already is not written
            form = flow.form();
        }
        firing = timer;
        firingCount = count;
        links = linksBefore;
        forgets = false;
        over = null;
        call++;
        timers.begin(row);
        outbox.begin();
        running = true;
    }

    /** A handler has returned. */
    void complete() {
        running = false;
        if (over != null) {
            throw over;
        }
        outbox.requireEnded();
    }

    /** A handler has thrown. */
    void failed() {
        running = false;
        outbox.begin();
    }

    boolean forgets() {
        return forgets;
    }

    // ---- the call, for what user code holds

    void requireRunning(String what) {
        if (!running) {
            throw new MisuseException(what + " is for handlers of its process, during their call");
        }
    }

    /** Changes with each call. */
    int call() {
        return call;
    }

    void guardReads() {
        guardsReads = true;
    }

    long get(int column) {
        if (guardsReads) {
            requireRunning("a field of its state");
        }
        return row[column];
    }

    void set(int column, long value) {
        row[column] = value;
    }

    /** Refuses the event, or drops the firing, whatever the handler makes of it. */
    OverBoundException overBound(OverBoundException why) {
        over = why;
        return why;
    }

    void setTimer(int timer, long askedNs, long periodNs) {
        requireRunning(timers.name(timer));
        if (firing == timer && askedNs <= nowNs) {
            throw new MisuseException("timer " + timers.name(timer)
                    + " sets itself for the time it fires at and would fire for ever; set it for a later time");
        }
        if (progressNs == Progress.END && (row[ENDED] >>> timer & 1) != 0) {
            return;
        }
        timers.set(row, timer, Math.min(Math.max(askedNs, floorNs), Progress.END), periodNs, links(timer, askedNs));
    }

    /** How many firings follow from each other at one due when this one sets a timer; none where time goes on between. */
    private int links(int timer, long askedNs) {
        if (firing < 0 || askedNs > nowNs) {
            return 0;
        }
        if (links == ROUNDS * timers.count()) {
            throw overBound(
                    new OverBoundException(
                            "timer " + timers.name(firing) + " sets timer " + timers.name(timer)
                                    + " for the time it fires at, behind " + links
                                    + " firings that have set each other like that, and they would go on for ever; set one for a later time"));
        }
        return links + 1;
    }

    void cancelTimer(int timer) {
        requireRunning(timers.name(timer));
        timers.cancel(row, timer);
    }

    long firingCount(int timer) {
        return firing == timer ? firingCount : 0;
    }

    /** Forgets the state of the key when the call has succeeded. */
    public void forget() {
        requireRunning("forget");
        forgets = true;
    }

    /**
     * The key of the event or firing, if it is one number.
     *
     * @return the key
     */
    public long key() {
        requireRunning("key");
        return keyParts.number(key);
    }

    /**
     * A field of the key that is a number.
     *
     * @param field the index of the field, from 0
     * @return the number
     */
    public long keyNumber(int field) {
        requireRunning("key");
        return keyParts.number(keyBytes, field);
    }

    /**
     * A field of the key that is a text.
     *
     * @param field the index of the field, from 0
     * @return the text, as a new string
     */
    public String keyText(int field) {
        requireRunning("key");
        return keyParts.text(keyBytes, field);
    }

    /**
     * The time of the call: the event's own time, or the due time of the timer that fires.
     *
     * @return nanoseconds since the epoch
     */
    public long nowNs() {
        requireRunning("now");
        return nowNs;
    }

    /**
     * The progress: all events with an earlier time have been seen.
     *
     * @return nanoseconds since the epoch
     */
    public long progressNs() {
        requireRunning("progress");
        return progressNs;
    }

    /**
     * Whether the event is behind progress.
     *
     * @return false in a firing
     */
    public boolean isLate() {
        requireRunning("isLate");
        return late;
    }
}
