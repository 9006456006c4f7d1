package io.millrace.event;

/** What an entry on an edge does to those before it. */
public enum EntryForm {
    /** A new fact. */
    INSERT,
    /**
     * Takes the earlier one of its key back; does nothing when there is none. The row it brings is the earlier one or, behind a
     * filter that a replacement did not pass, that replacement.
     */
    RETRACTION,
    /** Takes the place of the earlier one of its key; where a key has results of several windows, of that of its window. */
    REPLACEMENT
}
