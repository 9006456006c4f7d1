package io.millrace.event;

/** What an event on a stream does to earlier ones. */
public enum EntryForm {
    /** A new fact. */
    INSERT,
    /**
     * Takes the earlier event of its key back; does nothing if there is none. The row that it brings is the earlier one
     * or, after a filter that a replacement did not pass, that replacement.
     */
    RETRACTION,
    /**
     * Takes the place of the earlier event of its key; if a key has results of several windows, of the one of its
     * window.
     */
    REPLACEMENT
}
