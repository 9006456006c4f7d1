package io.millrace.operators.process;

import io.millrace.event.EntryForm;

/**
 * A handler of the rows of an input that brings updates.
 *
 * @param <T> the type of the rows
 */
@FunctionalInterface
public interface UpdateHandler<T> {
    /**
     * Handles a row.
     *
     * @param form what the row does to the rows before it
     * @param row  valid during the call; for a replacement the new row, for a retraction what
     *     {@link EntryForm#RETRACTION} says
     * @throws Exception whatever user code throws; then nothing has changed and the row goes to the dead letters
     */
    void on(EntryForm form, T row) throws Exception;
}
