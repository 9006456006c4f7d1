package io.millrace.operator;

import io.millrace.event.Entry;
import io.millrace.event.EntryForm;
import io.millrace.event.EventView;
import io.millrace.event.Reason;

/**
 * The entry in hand: the one cell through which a value passes from node to node of a stage. There is one for each stage, written
 * and read by the stage's thread only.
 *
 * <p>Besides the value it holds the bytes from which the value was read, if known, so that an event is stored or sent on without
 * encoding it again.
 *
 * <p>References are written only when they change, which they hardly do from event to event: such a write costs more than a look.
 */
public final class Flow extends HeaderMeta { // ValueInHand says what such a write costs
    /** How deep {@code with} may be nested. */
    public static final int MAX_ORIGINS = 4;

    private final ValueInHand hand = new ValueInHand();
    private int offset;
    private int length;
    private EventView<?> cursor;
    private long timeNs;
    private long key;
    private byte[] keyBytes;
    private int keyLength;
    private boolean special; // it may be else than an insert of the event in hand, of no window and without marks

    private EntryForm form = EntryForm.INSERT;
    private boolean tombstone;
    private long windowNs = RowWindow.NONE;
    private Reason reason;
    private long progressNs = Long.MIN_VALUE;
    private int input;
    private int ordinal;
    private final OriginsInHand origins = new OriginsInHand();
    private long sequence;
    private long ownSequence;
    private int step;
    private byte[] entry;
    private int entryOffset;
    private Firing firing;
    private boolean allMarked;

    /** Creates an empty cell; the runtime creates one for each stage. */
    public Flow() {}

    /** Marks everything that passes as not real, including what fires: {@link #marked}. For a stage that only warms up. */
    public void markAll() {
        allMarked = true;
    }

    // ---- the value

    /**
     * Returns the value in hand.
     *
     * @param <T> what the edge carries; not checked
     * @return a view valid during the call, or a value
     */
    @SuppressWarnings("unchecked")
    public <T> T value() {
        return (T) hand.get();
    }

    /**
     * Replaces the value by one that has no bytes yet.
     *
     * @param newValue a view or value
     */
    public void value(Object newValue) {
        hand.set(0, newValue);
    }

    /**
     * Replaces the value by a view of stored bytes.
     *
     * @param newValue the view
     * @param newBytes the bytes from which it was read; unchanged during the call
     * @param newOffset index of the first byte
     * @param newLength their number
     */
    public void value(Object newValue, byte[] newBytes, int newOffset, int newLength) {
        value(0, newValue, newBytes, newOffset, newLength);
    }

    /**
     * Returns the place of a node's value; called by the runtime.
     *
     * @param node its number in the topology
     * @return a place for {@link #value(int, Object)}
     */
    public static int placeOf(int node) {
        return ValueInHand.of(node);
    }

    /**
     * Replaces the value as {@link #value(Object)} does, by one and the same view or shape for every event.
     *
     * @param place the node's, from {@link NodeContext#valuePlace}
     * @param newValue the view or shape
     */
    public void value(int place, Object newValue) {
        hand.set(place, newValue);
    }

    /**
     * Replaces the value as {@link #value(Object, byte[], int, int)} does, by one and the same view for every event.
     *
     * @param place the node's, from {@link NodeContext#valuePlace}
     * @param newValue the view
     * @param newBytes the bytes from which it was read; unchanged during the call
     * @param newOffset index of the first byte
     * @param newLength their number
     */
    public void value(int place, Object newValue, byte[] newBytes, int newOffset, int newLength) {
        hand.set(place, newValue, newBytes);
        offset = newOffset;
        length = newLength;
    }

    /** {@return the place of the value} */
    public int place() {
        return hand.place();
    }

    /**
     * Returns the bytes of the value.
     *
     * @return null if the value has not been encoded yet
     */
    public byte[] bytes() {
        return hand.bytes();
    }

    /**
     * Returns where the value's bytes begin.
     *
     * @return an index into {@link #bytes()}
     */
    public int offset() {
        return offset;
    }

    /**
     * Returns how many bytes the value has.
     *
     * @return their number
     */
    public int length() {
        return length;
    }

    /**
     * Sets what has to be rewound before user code reads the value: the view from which it was read, if its type
     * {@link io.millrace.event.EventType#hasCursor has a cursor}, or something that rewinds everything the value is made of. A
     * value made of the one in hand needs no call: what rewinds that one stays.
     *
     * @param view moves the value back to its start
     */
    public void cursor(EventView<?> view) {
        if (cursor != view) {
            cursor = view;
        }
    }

    /**
     * Returns what rewinds the value.
     *
     * @return null, or of no meaning, if no type has a cursor
     */
    public EventView<?> cursor() {
        return cursor;
    }

    /**
     * Brings the value back to its start. The runtime does so before each node and sink that may get a value with a cursor; a node
     * that calls several user functions does it in between ({@link NodeContext#hasCursor}).
     */
    public void rewind() {
        if (cursor != null) {
            cursor.rewind();
        }
    }

    // ---- what travels with it

    @Override
    public long timeNs() {
        return timeNs;
    }

    /**
     * Sets the event time of the entry in hand.
     *
     * @param ns nanoseconds since the epoch
     */
    public void timeNs(long ns) {
        timeNs = ns;
    }

    /**
     * Returns the key: the number itself, or the hash of a text or composite key.
     *
     * @return meaningful on a keyed stream only
     */
    public long key() {
        return key;
    }

    /**
     * Returns the bytes of a text or composite key.
     *
     * @return null for a number
     */
    public byte[] keyBytes() {
        return keyBytes;
    }

    /**
     * Returns the length of a text or composite key.
     *
     * @return bytes; 0 for a number
     */
    public int keyLength() {
        return keyLength;
    }

    /**
     * Sets a key that is a number.
     *
     * @param number the key
     */
    public void key(long number) {
        key = number;
        if (keyBytes != null) {
            keyBytes = null;
        }
        keyLength = 0;
    }

    /**
     * Sets a text or composite key.
     *
     * @param hash   its seeded hash
     * @param text   its bytes, from index 0; unchanged during the call
     * @param length their number
     */
    public void key(long hash, byte[] text, int length) {
        key = hash;
        if (keyBytes != text) {
            keyBytes = text;
        }
        keyLength = length;
    }

    @Override
    public EntryForm form() {
        return form;
    }

    /**
     * Sets what the entry does to earlier ones; it is then no tombstone.
     *
     * @param newForm insert, retraction or replacement
     */
    public void form(EntryForm newForm) {
        if (form != newForm) {
            form = newForm;
            special = true;
        }
        tombstone = false;
    }

    /** Makes the entry a retraction that removes the row of its key, even if that is of an older window: {@link RowWindow}. */
    public void tombstone() {
        form = EntryForm.RETRACTION;
        tombstone = true;
        special = true;
    }

    /**
     * Tells whether the entry says that its key no longer has a row. Other retractions take back one result.
     *
     * @return false for everything that is no retraction
     */
    public boolean isTombstone() {
        return tombstone;
    }

    /**
     * Returns the window of its key of which the entry is a result, if there can be several and results may change: where the
     * window starts.
     *
     * @return {@link RowWindow#NONE} for all other entries
     */
    public long windowNs() {
        return windowNs;
    }

    /**
     * Sets the window of its key of which the entry is a result; for operators that send results of windows. An operator that keeps
     * the row of a key and sends changes of it sets {@link RowWindow#NONE}.
     *
     * @param startNs where the window starts
     */
    public void windowNs(long startNs) {
        windowNs = startNs;
        special |= startNs != RowWindow.NONE;
    }

    @Override
    public Reason reason() {
        return reason != null || header() == null ? reason : Entry.reason(header(), headerOffset());
    }

    /**
     * Returns why the entry is on a side stream of this topology.
     *
     * @return null on an ordinary stream
     */
    public Reason sideReason() {
        return reason;
    }

    /**
     * Marks an entry that goes to a side stream.
     *
     * @param why the reason, or null on an ordinary stream
     */
    public void reason(Reason why) {
        if (reason != why) {
            reason = why;
            special = true;
        }
    }

    /**
     * Marks an entry that goes to a side stream of late events.
     *
     * @param behindNs the node's progress, nanoseconds
     */
    public void late(long behindNs) {
        reason = Reason.LATE;
        progressNs = behindNs;
        special = true;
    }

    @Override
    public long progressNs() {
        return reason == Reason.LATE ? progressNs : Long.MIN_VALUE;
    }

    /**
     * Returns by which input the entry comes to a node with several.
     *
     * @return 0, 1, …
     */
    public int input() {
        return input;
    }

    /**
     * Sets the input; the runtime does so before a node with several.
     *
     * @param index 0, 1, …
     */
    public void input(int index) {
        input = index;
    }

    /**
     * Returns the event of the base of a {@code with} that this entry answers.
     *
     * @param depth which {@code with}, outermost 0
     * @return its number among the base's events at the same sequence and step
     */
    public long origin(int depth) {
        return origins.of(depth);
    }

    /**
     * Marks an event at the base of a {@code with}; restores the mark of an answer that waited.
     *
     * @param depth which {@code with}
     * @param mark  its number
     */
    public void origin(int depth, long mark) {
        origins.set(depth, mark);
        special = true;
    }

    // ---- the causing entry

    @Override
    public long sequence() {
        return sequence;
    }

    /**
     * Returns the step of the entry's evaluation. Even steps are for time, odd ones for events; there are more than two only if
     * events that were set aside are taken up again.
     *
     * @return 0, 1, …
     */
    public int step() {
        return step;
    }

    @Override
    public int ordinal() {
        return ordinal;
    }

    /**
     * Sets the number of an output; the runtime does so at a sink.
     *
     * @param number 0, 1, …
     */
    public void ordinal(int number) {
        ordinal = number;
    }

    @Override
    public boolean fired() {
        return firing != null;
    }

    @Override
    public long eventSequence() {
        return firing == null ? sequence : firing.eventSequence();
    }

    @Override
    public boolean marked() {
        return allMarked || header() != null && Entry.marked(header(), headerOffset());
    }

    /**
     * Returns the header that outputs inherit: that of the causing event, or of the event that was held back.
     *
     * @return bytes as of {@link Entry}, up to the payload; null if there is none
     */
    public byte[] header() {
        return firing == null ? entry : firing.header();
    }

    /**
     * Returns where the header begins.
     *
     * @return an index into {@link #header()}
     */
    public int headerOffset() {
        return firing == null ? entryOffset : 0;
    }

    /**
     * Returns what fires.
     *
     * @return null if the event of the step caused the entry in hand
     */
    public Firing firing() {
        return firing;
    }

    /**
     * Begins a firing: what comes of it is an insert with the key in hand and without a header. Call it for each firing after
     * setting the key, and before user code runs.
     *
     * @param of the node's, from {@link NodeContext#firing}
     * @param dueNs when it was due, nanoseconds
     */
    public void fires(Firing of, long dueNs) {
        of.begin(dueNs, this);
        isInsertOf(of);
    }

    /**
     * Sets what caused the entry in hand; the runtime does so after an edge to another stage.
     *
     * @param cause null for the event of the step
     */
    public void firing(Firing cause) {
        if (firing != cause) {
            firing = cause;
            special = true;
        }
    }

    /**
     * Returns the causing entry's bytes.
     *
     * @return null for what a firing caused
     */
    public byte[] entry() {
        return firing == null ? entry : null;
    }

    /**
     * Returns where the causing entry begins.
     *
     * @return an index into {@link #entry()}
     */
    public int entryOffset() {
        return entryOffset;
    }

    /**
     * Starts the evaluation of a step; called by the runtime.
     *
     * @param newSequence the entry's place in the order
     * @param newStep 0, 1, …
     * @param newEntry its bytes; null in a step for time
     * @param newOffset where they begin
     */
    public void begin(long newSequence, int newStep, byte[] newEntry, int newOffset) {
        sequence = newSequence;
        ownSequence = newSequence;
        step = newStep;
        if (entry != newEntry) {
            entry = newEntry;
        }
        entryOffset = newOffset;
        makePlain();
    }

    /** {@return whether it is an insert of the event in hand, of no window and without marks, as nearly all are} */
    public boolean isPlain() {
        return !special;
    }

    /** Makes it {@link #isPlain plain}: removes form, window, reason and marks; the value in hand, its time and its key stay. */
    public void makePlain() {
        if (special) {
            isInsertOf(null);
            origins.forget();
            special = false;
        }
    }

    private void isInsertOf(Firing cause) {
        firing(cause);
        form(EntryForm.INSERT);
        windowNs = RowWindow.NONE;
        reason(null);
    }

    /**
     * Records that the event of this step came in earlier than the entry that is evaluated, and was set aside until now; the
     * runtime does so after {@link #begin}.
     *
     * @param place that of the event itself
     */
    public void cameInAt(long place) {
        ownSequence = place;
    }

    /**
     * Returns where the event of this step came in. It differs from {@link #sequence()} if the entry in hand released it from among
     * those set aside as too far ahead.
     *
     * @return its place in the input order; of no meaning in a step for time
     */
    public long ownSequence() {
        return ownSequence;
    }

    /**
     * Copies all that travels on an edge, the value included, but not the causing entry. What fires is copied by reference.
     *
     * @param other where from
     */
    public void copyFrom(Flow other) {
        hand.copyFrom(other.hand);
        offset = other.offset;
        length = other.length;
        cursor(other.cursor);
        timeNs = other.timeNs;
        key(other.key, other.keyBytes, other.keyLength);
        if (special || other.special) {
            copySpecial(other);
        }
    }

    private void copySpecial(Flow other) {
        form(other.form);
        tombstone = other.tombstone;
        windowNs = other.windowNs;
        reason(other.reason);
        progressNs = other.progressNs;
        firing(other.firing);
        origins.copyFrom(other.origins);
        special = other.special;
    }
}
