package io.millrace.operator;

import io.millrace.event.EntryForm;

/**
 * Decides which window the row of a key stands for, if results of several windows of one key come and may change. For
 * operators that keep the row of each key: it is that of the newest window. A result of an older window then changes
 * nothing, and what takes back the result of another window does not remove the row. Otherwise a late event would
 * overwrite, or delete, the row of a newer window.
 *
 * <p>A tombstone ({@link Flow#isTombstone}) says that the key no longer has a row: it removes that of its own window
 * and of older ones. A removed row is not remembered, so a result that comes after it is the row of its key again,
 * whichever window it is of.
 */
public final class RowWindow {
    /** Of an entry, or a row, that is of no window, or of the only one of its key. */
    public static final long NONE = Long.MIN_VALUE;

    private RowWindow() {}

    /**
     * Tells whether an entry leaves the row of its key as it is. If either is of no window, only the key counts.
     *
     * @param entry the entry in hand
     * @param ofRowNs the window of which the row is a result, as of {@link Flow#windowNs()}
     * @return true if an operator that keeps rows has to ignore the entry
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
