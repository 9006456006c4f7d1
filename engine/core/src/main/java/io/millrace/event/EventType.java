package io.millrace.event;

import java.util.Objects;

/**
 * A type of events: how they are laid out in bytes, and how user code sees them. Ring slots, journal, wire and state
 * hold the bytes; user code sees them as {@code V}.
 *
 * <p>Records are the easy kind ({@link #of(Class)}). SBE messages come from the module {@code millrace-sbe}. Any other
 * codec is a subclass of this class or of {@link InPlaceType}. An event type is immutable and may be shared by threads;
 * the views it creates may not.
 *
 * @param <V> the type as which user code sees an event
 */
public abstract class EventType<V> {
    private final String name;
    private final int maxLength;

    /**
     * Creates a type, for a codec of your own.
     *
     * @param name a name for people and for the journal, such as the simple name of the record
     * @param maxLength the most bytes that one event takes, 1 to 1 MiB
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
     * Returns the event type of a record, with a fixed layout derived from its components.
     *
     * <p>Components may be {@code boolean byte short int long float double char}, their boxes if {@link Nullable},
     * {@code String} with {@link Length}, {@code Instant}, {@code UUID}, {@code BigDecimal} with {@link Scale}, enums
     * and nested records.
     *
     * @param record the record class
     * @param <R> the type of the record
     * @return its event type
     * @throws IllegalArgumentException if a component has no layout; the message names it and the cure
     */
    public static <R extends Record> EventType<R> of(Class<R> record) {
        return RecordType.of(Objects.requireNonNull(record, "the class of the record is null; give one"));
    }

    /**
     * Returns the name.
     *
     * @return a name for people and for the journal
     */
    public final String name() {
        return name;
    }

    /**
     * Returns the bound by which slots are sized.
     *
     * @return the most bytes that one event takes
     */
    public final int maxLength() {
        return maxLength;
    }

    /**
     * Creates a view for one node.
     *
     * @return a new view, owned by the caller
     */
    public abstract EventView<V> newView();

    /**
     * Writes an event.
     *
     * @param event the event
     * @param target where to; at least {@link #maxLength()} bytes are free from {@code offset} on
     * @param offset index of the first byte
     * @return the number of bytes written
     * @throws RefusedException if the event does not fit the layout; the message names the field and the value
     */
    public abstract int encode(V event, byte[] target, int offset);

    /**
     * Checks bytes that come from outside (wire, file) before a view may be moved over them.
     *
     * @param bytes the bytes
     * @param offset index of the first byte
     * @param length their number
     * @return null if a view can be moved over them without reading beyond them; otherwise what is wrong
     */
    public abstract String check(byte[] bytes, int offset, int length);

    /**
     * Tells whether a {@code V} is a value of its own (a record), which stays valid after the call, rather than a
     * flyweight.
     *
     * @return true if {@code V} is immutable and independent of the bytes from which it was read
     */
    public boolean isValue() {
        return false;
    }

    /**
     * Returns the record class of its events, for tools that show components by name.
     *
     * @return null if they are not records
     */
    public Class<? extends Record> recordClass() {
        return null;
    }

    /**
     * Tells whether views of it are read with a moving cursor (SBE groups and var-data), so that each user function has
     * to find them at the start: {@link EventView#rewind}. If no type has a cursor, nothing is rewound, at no cost.
     *
     * @return false for a layout whose fields have fixed places
     */
    public boolean hasCursor() {
        return false;
    }

    /**
     * Tells whether events have {@link Sensitive} fields. If so, keys read from them are shown as a hash, too.
     *
     * @return false if everything may be shown
     */
    public boolean hasSensitive() {
        return false;
    }

    /**
     * Returns the value as a reader of its bytes would see it; {@code map} passes this on. The result is the same as
     * that of encode and wrap, without the bytes if nothing can be lost.
     *
     * @param event a value
     * @return the same object if its bytes hold all of it
     * @throws RefusedException if the event does not fit the layout
     */
    public V canonical(V event) {
        return event;
    }

    /**
     * Returns the layout in words, with an item and its offset for each field. Equal text means equal layout.
     *
     * @return for describe, the journal and the check at connect
     */
    public abstract String layout();

    /**
     * Returns what has to be equal for bytes of another process, or of an earlier run, to be read, as far as that can
     * be known before the first event. A journal keeps it for its inputs and outputs.
     *
     * @return the whole layout; codecs with rules for versions leave the version out, and {@link #check} decides
     */
    public String contract() {
        return layout();
    }

    /**
     * Returns the version of the layout, for a codec with rules for versions, whose {@link #contract} leaves it out. A
     * newer version may add what its rules allow. Two layouts of one version have to be equal; if they are not, a
     * journal refuses them.
     *
     * @return -1 if there are no versions
     */
    public int layoutVersion() {
        return -1;
    }

    /**
     * Returns a number that distinguishes contracts when events come from another process.
     *
     * @return the hash of {@link #contract}
     */
    public final long fingerprint() {
        return hash(contract());
    }

    /**
     * Returns a hash of a text that is the same everywhere (64-bit FNV-1a of its UTF-16 units).
     *
     * @param text any text
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
     * Returns the event as text for people: for dead letters, logs and explanations. Fields marked {@link Sensitive}
     * appear as a hash.
     *
     * @param bytes the bytes
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
