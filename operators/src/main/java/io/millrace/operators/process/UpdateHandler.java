package io.millrace.operators.process;

import io.millrace.event.EntryForm;

/**
 * What a process does with a row of an input that brings updates.
 *
 * @param <T> the row
 */
@FunctionalInterface
public interface UpdateHandler<T> {
    /**
     * Does it.
     *
     * @param form what the row does to those before it
     * @param row  valid during the call; of a replacement the new one, of a retraction as {@link EntryForm#RETRACTION} says
     * @throws Exception whatever user code throws; then nothing has changed and the row goes to the dead letters
     */
    void on(EntryForm form, T row) throws Exception;
}
