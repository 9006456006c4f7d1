package io.millrace.operator;

/**
 * Which events other than inserts a stream carries. Each constant includes those before it, so an operator that takes
 * one takes the earlier ones too.
 */
public enum Updates {
    /** Inserts only. */
    NONE,
    /**
     * Retractions that carry exactly the row that they take back, and no replacements. Whatever an operator makes of an
     * insert it can make again, and take back.
     */
    CHANGES,
    /**
     * Replacements and retractions that refer to a row by its key: a replacement does not bring the row that it
     * replaces, and what a retraction carries may be another row than the one it takes back. On a stream without a key
     * they refer to the key that it is given first.
     */
    BY_KEY,
    /** Replacements and retractions of results of all events: of the one row there is, or the one of a window. */
    OF_ALL
}
