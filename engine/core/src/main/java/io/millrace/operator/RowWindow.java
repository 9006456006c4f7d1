package io.millrace.operator;

import io.millrace.event.EntryForm;

/**
 * Which window the row of a key stands for, where results of several windows of one key come and may change: for who keeps the row of
 * each key. It is that of the newest window. Results of an older one change nothing then, and what takes back the result of another window
 * does not take the row away: without that a late event would overwrite, or delete, the row of a newer window.
 *
 * <p>A tombstone ({@link Flow#isTombstone}) says that the key has no row any more: it takes away that of its own window and of older ones.
 * Nobody remembers a row that is gone, so a result that is told after it is the row of its key again, of whichever window it is.
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
        boolean ofThatResult = entry.form() == EntryForm.RETRACTION && !entry.isTombstone();
        return ofThatResult ? windowNs != ofRowNs : windowNs < ofRowNs;
    }
}
