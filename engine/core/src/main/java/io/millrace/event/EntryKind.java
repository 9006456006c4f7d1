package io.millrace.event;

/** The kinds of entries in the input order: everything that can change a result. */
public final class EntryKind {
    /** An event of a source. */
    public static final byte EVENT = 1;
    /** The host's clock. */
    public static final byte TICK = 2;
    /** A source has ended: it will send nothing more and no longer holds progress back. */
    public static final byte END = 3;
    /** Only an occasion to fire what is due. */
    public static final byte CONTINUE = 4;
    /** A slot that was claimed and could not be filled. */
    public static final byte VOID = 5;
    /**
     * A run of events that were dropped or replaced before they got a place. The payload tells how many were dropped,
     * and how many were replaced by a later one of their key.
     */
    public static final byte DROPS = 6;
    /** Event time moved by hand (test driver): the time is the new progress of every source. */
    public static final byte ADVANCE = 7;

    private EntryKind() {}
}
