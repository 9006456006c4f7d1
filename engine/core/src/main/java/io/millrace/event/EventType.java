package io.millrace.event;

import java.util.Objects;

/**
 * Bytes with a type. Ring slots, journal, wire and state hold the bytes; user code sees them as {@code V}.
 *
 * <p>Records are the easy kind ({@link #of(Class)}); SBE messages come from the module {@code millrace-sbe}; any other
 * codec is a subclass of this class or of {@link InPlaceType}. An event type is immutable and may be shared by threads;
 * the views it makes may not.
 *
 * @param <V> what user code sees of an event
 */
public abstract class EventType<V> {
    private final String name;
    private final int maxLength;

    /**
     * For own codecs.
     *
     * @param name      a name for people and for the journal, such as the record's simple name
     * @param maxLength the most bytes one event takes, 1 to 1 MiB
     */
    protected EventType(String name, int maxLength) {
        this.name = Objects.requireNonNull(name, "name");
        if (maxLength < 1 || maxLength > 1 << 20) {
            throw new IllegalArgumentException("event type " + name + ": length " + maxLength
                    + " is not between 1 and 1048576 bytes; split the event or shorten its text fields");
        }
        this.maxLength = maxLength;
    }

    /**
     * The event type of a record, with a fixed layout derived from its components.
     *
     * <p>Components may be {@code boolean byte short int long float double char}, their boxes where {@link Nullable},
     * {@code String} with {@link Length}, {@code Instant}, {@code UUID}, {@code BigDecimal} with {@link Scale}, enums and
     * nested records.
     *
     * @param record the record class
     * @param <R>    the record
     * @return its event type
     * @throws IllegalArgumentException naming the component that has no layout, and the cure
     */
    public static <R extends Record> EventType<R> of(Class<R> record) {
        return RecordType.of(Objects.requireNonNull(record, "the class of the record is null; give one"));
    }

    /**
     * The name.
     *
     * @return a name for people and for the journal
     */
    public final String name() {
        return name;
    }

    /**
     * The bound that slots are sized by.
     *
     * @return the most bytes one event takes
     */
    public final int maxLength() {
        return maxLength;
    }

    /**
     * Makes a view for one node.
     *
     * @return a new view, owned by the caller
     */
    public abstract EventView<V> newView();

    /**
     * Writes an event.
     *
     * @param event  the event
     * @param target where to; at least {@link #maxLength()} bytes are free behind {@code offset}
     * @param offset index of the first byte
     * @return the number of bytes written
     * @throws RefusedException when the event does not fit the layout: names the field and the value
     */
    public abstract int encode(V event, byte[] target, int offset);

    /**
     * Checks bytes that come from outside (wire, file) before a view may be moved over them.
     *
     * @param bytes  the bytes
     * @param offset index of the first byte
     * @param length their number
     * @return null when a view can be moved over them without reading beyond them, else what is wrong
     */
    public abstract String check(byte[] bytes, int offset, int length);

    /**
     * Whether a {@code V} is a value of its own (a record) that stays true after the call, rather than a flyweight.
     *
     * @return true when {@code V} is immutable and independent of the bytes it was read from
     */
    public boolean isValue() {
        return false;
    }

    /**
     * The class of its events where they are records, for tools that show components by name.
     *
     * @return null for other kinds
     */
    public Class<? extends Record> recordClass() {
        return null;
    }

    /**
     * Whether views of it are read with a moving cursor (SBE groups and var-data), so that each user function has to find them
     * at the start: {@link EventView#rewind}. Where no type has a cursor nothing is rewound, and nothing is paid for it.
     *
     * @return false for a layout whose fields have fixed places
     */
    public boolean hasCursor() {
        return false;
    }

    /**
     * Whether events have {@link Sensitive} fields: then keys read from them are shown as a hash, too.
     *
     * @return false when everything may be shown
     */
    public boolean hasSensitive() {
        return false;
    }

    /**
     * The value as a reader of its bytes would see it; what {@code map} passes on. Same result as encode and wrap, without
     * the bytes where nothing can be lost.
     *
     * @param event a value
     * @return the same object when its bytes hold all of it
     * @throws RefusedException when the event does not fit the layout
     */
    public V canonical(V event) {
        return event;
    }

    /**
     * The layout in words, one field an item, with offsets; equal text means equal layout.
     *
     * @return for describe, the journal and the check at connect
     */
    public abstract String layout();

    /**
     * What has to be equal for bytes of another process, or of a run before, to be read, as far as that can be known before the first
     * event. A journal keeps it of its inputs and outputs.
     *
     * @return the whole layout; codecs with rules for versions leave the version out, and {@link #check} decides
     */
    public String contract() {
        return layout();
    }

    /**
     * The version that the layout is of, of a codec with rules for versions, whose {@link #contract} leaves it out. A newer version may add
     * what its rules allow; two layouts of one version have to be equal, and a journal refuses it where they are not.
     *
     * @return -1 where there are no versions
     */
    public int layoutVersion() {
        return -1;
    }

    /**
     * Tells contracts apart where events come from another process.
     *
     * @return of {@link #contract}
     */
    public final long fingerprint() {
        return hash(contract());
    }

    /**
     * A number for a text, the same everywhere (64-bit FNV-1a of its UTF-16 units).
     *
     * @param text any
     * @return its hash
     */
    protected static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }

    /**
     * The event as text for people: dead letters, logs, explain. Fields marked {@link Sensitive} appear as a hash.
     *
     * @param bytes  the bytes
     * @param offset index of the first byte
     * @param length their number
     * @return one line; never throws for bytes that {@link #check} accepts
     */
    public abstract String text(byte[] bytes, int offset, int length);

    @Override
    public String toString() {
        return name;
    }
}
