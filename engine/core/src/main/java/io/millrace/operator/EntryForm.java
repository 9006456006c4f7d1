package io.millrace.operator;

/** What an entry on an edge does to those before it. */
public enum EntryForm {
    /** A new fact. */
    INSERT,
    /** Takes an earlier insert back. */
    RETRACTION,
    /** Takes the place of the earlier one of its key (and window). */
    REPLACEMENT
}
