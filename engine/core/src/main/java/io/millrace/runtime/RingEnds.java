package io.millrace.runtime;

/**
 * Where the two ends of a ring are: plain fields, some of the writer's alone, some of the reader's, which are different cores. Each
 * group has lines of its own (56 bytes on either side), apart from the other and from what both of them read and nobody changes, which
 * stands in the class that extends this. What one tells the other goes by a {@link Position}.
 */
public abstract class RingEnds extends RingReader {
    long n1, n2, n3, n4, n5, n6, n7;

    /** Ends at the beginning. */
    protected RingEnds() {}
}

/** In front of the writer's. */
abstract class RingLeft {
    long l1, l2, l3, l4, l5, l6, l7;
}

/** The writer's. */
abstract class RingWriter extends RingLeft {
    /** The next slot to fill. */
    protected long writeAt;

    /** The last head that the writer saw. */
    protected long headSeen;

    /** How many found no room. */
    protected long missedSoFar;
}

/** Between the two. */
abstract class RingMiddle extends RingWriter {
    long m1, m2, m3, m4, m5, m6, m7;
}

/** The reader's. */
abstract class RingReader extends RingMiddle {
    /** The next slot to read, or the one in hand. */
    protected long readAt;

    /** The last tail that the reader saw. */
    protected long tailSeen;

    /** What has been told of {@link #missedSoFar}. */
    protected long missedTold;

    /** The same, where it has only been looked at. */
    protected long missedSeen;

    /** Where the value in hand begins; a long, since an int would go into the gap in front of all lines. */
    protected long valueAt;
}
