package io.millrace.operator;

import io.millrace.event.EntryForm;

/**
 * Which window the row of a key stands for, where results of several windows of one key come and may change: for who keeps the row of
 * each key. It is that of the newest window. Results of an older one change nothing then, and what takes back the result of another window
 * does not take the row away: without that a late event would overwrite, or delete, the row of a newer window.
 */
public final class RowWindow {
    /** Of an entry, or a row, that is of no window, or of the only one of its key. */
    public static final long NONE = Long.MIN_VALUE;

    private RowWindow() {}

    /**
     * Whether an entry leaves the row of its key as it is. Where either is of no window the key alone counts.
     *
     * @param entry   the entry in hand
     * @param ofRowNs what the row is a result of, as of {@link Flow#windowNs()}
     * @return true for who keeps rows to ignore the entry
     */
    public static boolean leaves(Flow entry, long ofRowNs) {
        long windowNs = entry.windowNs();
        if (windowNs == NONE || ofRowNs == NONE) {
            return false;
        }
        return entry.form() == EntryForm.RETRACTION ? windowNs != ofRowNs : windowNs < ofRowNs;
    }
}
