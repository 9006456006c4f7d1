package io.millrace.runtime;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.EventView;
import io.millrace.event.EventWriter;
import io.millrace.event.Header;
import io.millrace.event.InPlaceType;
import io.millrace.event.Input;
import io.millrace.event.Reason;
import io.millrace.event.RefusedException;
import io.millrace.event.ThrownText;
import io.millrace.transport.EventSource;

/**
 * Encodes entries of one input into a scratch of its own, so that no user code runs between claiming a place in the order and
 * publishing it. One thread.
 *
 * @param <V> the event
 */
public final class EntryEncoder<V> {
    private final Input<V> input;
    private final int source;
    private final boolean hasCursor;
    private final byte[] scratch;
    private EventWriter<?> writer;
    private EventView<V> view;
    private EventView<V> ownView; // over the scratch only
    private boolean claimed;
    private int length;
    private Reason noneReason;
    private String noneWhy;

    /** So many bytes of what is no event are kept, or as many as an event has at most where that is more: enough to see what it is. */
    static final int KEPT_BYTES = 1024;

    /** The longest entry with such bytes, where events are shorter. */
    public static final int KEPT_ENTRY = Entry.FIXED_LENGTH + KEPT_BYTES;

    /** In place of a length: there is no event. */
    public static final int NONE = -1;

    /**
     * An encoder.
     *
     * @param input  one of the topology's
     * @param source its number
     */
    public EntryEncoder(Input<V> input, int source) {
        this.input = input;
        this.source = source;
        this.hasCursor = input.type().hasCursor();
        this.scratch = new byte[Entry.MAX_HEADER_LENGTH + Math.max(input.type().maxLength(), KEPT_BYTES)];
    }

    /**
     * Encodes an event.
     *
     * @param event  the event
     * @param header optional fields, or null
     * @return the length of the entry, which stands in {@link #bytes()} from 0
     * @throws io.millrace.event.RefusedException when it does not fit
     */
    public int encode(V event, Header header) {
        length = encode(event, header, scratch, 0);
        return length;
    }

    /**
     * Encodes an event elsewhere.
     *
     * @param event  the event
     * @param header optional fields, or null
     * @param target has room for the longest header and event behind {@code offset}
     * @param offset where the entry begins
     * @return the length of the entry
     * @throws io.millrace.event.RefusedException when it does not fit
     */
    public int encode(V event, Header header, byte[] target, int offset) {
        long timeNs = input.timeNs(event, header);
        int before = Entry.headerLength(header);
        int payload = checked(input.type().encode(event, target, offset + before));
        Entry.write(target, offset, EntryKind.EVENT, source, timeNs, header, payload);
        return before + payload;
    }

    /**
     * Takes an event that is encoded already.
     *
     * @param event  its bytes, not checked yet
     * @param header optional fields, or null
     * @return the length of the entry, which stands in {@link #bytes()} from 0; {@link #NONE} when it is no event of the input
     * @throws io.millrace.event.RefusedException when its time does not fit
     */
    public int take(EventSource.Encoded event, Header header) {
        length = take(event, header, scratch, 0);
        return length;
    }

    /**
     * Takes an event that is encoded already, to elsewhere.
     *
     * @param event  its bytes, not checked yet
     * @param header optional fields, or null
     * @param target has room for the longest header and event behind {@code offset}
     * @param offset where the entry begins
     * @return the length of the entry; {@link #NONE} when it is no event of the input: what is hostile is no reason to throw
     * @throws io.millrace.event.RefusedException when its time does not fit
     */
    public int take(EventSource.Encoded event, Header header, byte[] target, int offset) {
        int payload = event.length();
        if (payload > input.type().maxLength()) {
            return none(
                    Reason.OUT_OF_RANGE,
                    "it has " + payload + " bytes, but an event of "
                            + input.type().name() + " has at most "
                            + input.type().maxLength());
        }
        int at = offset + Entry.headerLength(header);
        event.copyTo(target, at, payload);
        String wrong = wrong(target, at, payload);
        if (wrong != null) {
            return none(Reason.MALFORMED, wrong);
        }
        long timeNs = 0;
        if (input.hasEventTime()) {
            if (view == null) { // a store of a reference, even of the same, has the collector ask about it
                view = input.type().newView();
            }
            timeNs = input.timeNs(view.wrap(target, at, payload), header);
        }
        Entry.write(target, offset, EntryKind.EVENT, source, timeNs, header, payload);
        return at - offset + payload;
    }

    private int none(Reason reason, String why) {
        noneReason = reason;
        noneWhy = "input " + input.name() + ": " + why;
        return NONE;
    }

    /**
     * The kind of what was wrong when {@link #take} answered {@link #NONE} last.
     *
     * @return for a dead letter
     */
    public Reason noneReason() {
        return noneReason;
    }

    /**
     * What was wrong then.
     *
     * @return in words
     */
    public String noneWhy() {
        return noneWhy;
    }

    /** What comes from outside must not end its source, whatever a codec makes of it. */
    private String wrong(byte[] target, int at, int payload) {
        try {
            return input.type().check(target, at, payload);
        } catch (RuntimeException e) {
            return input.type().name() + " failed to check it: "
                    + ThrownText.of(e, input.type().hasSensitive());
        }
    }

    /**
     * Keeps bytes that are no event, for a dead letter: as many as there is room for.
     *
     * @param bytes what came
     * @return the length of an entry that causes nothing, which stands in {@link #bytes()} from 0
     */
    public int keep(EventSource.Encoded bytes) {
        int payload = Math.min(bytes.length(), Math.max(input.type().maxLength(), KEPT_BYTES));
        bytes.copyTo(scratch, Entry.FIXED_LENGTH, payload);
        Entry.write(scratch, 0, EntryKind.VOID, source, 0, null, payload);
        length = Entry.FIXED_LENGTH + payload;
        return length;
    }

    /**
     * Begins an event that is filled in place.
     *
     * @param type the input's type
     * @param <W>  what is filled
     * @return what is to be filled
     */
    public <W> W claim(InPlaceType<V, W> type) {
        claimed = true;
        return wrap(type, scratch, Entry.MAX_HEADER_LENGTH);
    }

    /**
     * Begins an event that is filled where it will stand.
     *
     * @param type   the input's type
     * @param target has room for the longest header and event behind {@code offset}
     * @param offset where the entry begins
     * @param <W>    what is filled
     * @return what is to be filled
     */
    public <W> W claim(InPlaceType<V, W> type, byte[] target, int offset) {
        return wrap(type, target, offset + Entry.MAX_HEADER_LENGTH);
    }

    @SuppressWarnings("unchecked")
    private <W> W wrap(InPlaceType<V, W> type, byte[] target, int payload) {
        if (writer == null) {
            writer = type.newWriter();
            view = view == null ? type.newView() : view;
            ownView = type.newView();
        }
        int most = type.maxLength();
        return ((EventWriter<W>) writer).wrapUsed(target, payload, most, most);
    }

    /**
     * Completes an event that was filled in place.
     *
     * @param header optional fields, or null
     * @return the length of the entry, which stands in {@link #bytes()} from {@link #offset(Header)}
     * @throws io.millrace.event.RefusedException when its time does not fit, or what was filled is no whole event
     */
    public int commit(Header header) {
        if (!claimed) {
            throw new IllegalStateException(
                    "commit() without a claim on input " + input.name() + "; call claim() first");
        }
        int payload = filled(scratch, Entry.MAX_HEADER_LENGTH);
        long timeNs = input.timeNs(ownView.wrapAgain(scratch, Entry.MAX_HEADER_LENGTH, payload), header);
        claimed = false;
        // the header ends where the payload begins, so that nothing is moved
        int start = offset(header);
        Entry.write(scratch, start, EntryKind.EVENT, source, timeNs, header, payload);
        length = Entry.MAX_HEADER_LENGTH - start + payload;
        return length;
    }

    /**
     * Completes an event that was filled where it stands.
     *
     * @param header optional fields, or null
     * @param target as at {@link #claim(InPlaceType, byte[], int)}
     * @param offset as there
     * @throws io.millrace.event.RefusedException when its time does not fit, or what was filled is no whole event
     */
    public void commit(Header header, byte[] target, int offset) {
        int payload = filled(target, offset + Entry.MAX_HEADER_LENGTH);
        long timeNs = input.timeNs(view.wrap(target, offset + Entry.MAX_HEADER_LENGTH, payload), header);
        Entry.writeBefore(target, offset, EntryKind.EVENT, source, timeNs, header, payload);
    }

    /**
     * How much was filled. Where parts follow each other without fixed places it is looked at whether they are all there: a group
     * that was announced and not filled would make a reader run beyond the end.
     */
    private int filled(byte[] target, int at) {
        int payload = checked(writer.length());
        if (hasCursor) {
            String wrong = input.type().check(target, at, payload);
            if (wrong != null) {
                throw new RefusedException(Reason.MALFORMED, "input " + input.name() + ": " + wrong);
            }
        }
        return payload;
    }

    /** A codec that answers nonsense must not reach into the next slot of the ring. */
    private int checked(int payload) {
        if (payload < 0 || payload > input.type().maxLength()) {
            throw new RefusedException(
                    Reason.MALFORMED,
                    "input " + input.name() + ": its type " + input.type().name() + " wrote " + payload
                            + " bytes, but declares at most " + input.type().maxLength()
                            + "; raise the maxLength of the type");
        }
        return payload;
    }

    /**
     * Where a committed entry begins.
     *
     * @param header the header it was committed with
     * @return an index into {@link #bytes()}
     */
    public int offset(Header header) {
        return Entry.MAX_HEADER_LENGTH - Entry.headerLength(header);
    }

    /**
     * Writes an entry without payload: a tick, an end, an occasion to fire.
     *
     * @param kind   the kind
     * @param timeNs its time
     * @return its length, from index 0
     */
    public int plain(byte kind, long timeNs) {
        plain(scratch, 0, kind, source, timeNs);
        length = Entry.FIXED_LENGTH;
        return length;
    }

    /**
     * The scratch.
     *
     * @return overwritten by the next entry
     */
    public byte[] bytes() {
        return scratch;
    }

    /**
     * Writes an entry without payload anywhere.
     *
     * @param bytes  where to
     * @param offset first byte
     * @param kind   the kind
     * @param source the number of the source it is about, or 0
     * @param timeNs its time
     */
    public static void plain(byte[] bytes, int offset, byte kind, int source, long timeNs) {
        Entry.write(bytes, offset, kind, source, timeNs, null, 0);
    }
}
