package io.millrace.operator;

/** What else than inserts a stream carries, each more than the one before it: so an operator that takes one takes those before it. */
public enum Updates {
    /** Inserts only. */
    NONE,
    /**
     * Retractions which carry exactly the row that they take back, and no replacements: whatever an operator makes of an insert it can
     * make again, and take back.
     */
    CHANGES,
    /**
     * Replacements and retractions, meant by the key: a replacement does not bring the row it replaces, and what a retraction carries
     * may be another row than the one it takes back. On a stream without a key they are meant by the one that it is given first.
     */
    BY_KEY,
    /** Replacements and retractions of results of all events: of the one row there is, or the one of a window. */
    OF_ALL
}
