package io.millrace.state;

/**
 * Something that lives across entries and is part of a snapshot. It writes everything on which a later entry can
 * depend, and reads it back into an object that was created in the same way and has done nothing yet. Called between
 * two entries by the thread that owns it.
 *
 * <p>A field that is not written is marked with {@link Scratch}; a test checks every field of every class that can be
 * reached from a running core. What is allocated from a budget (blocks, rows, timers) saves itself and is not written
 * by its user.
 */
public interface Saved {
    /**
     * Writes the state.
     *
     * @param to where to
     */
    void save(StateWriter to);

    /**
     * Reads what {@link #save} wrote.
     *
     * @param from where from; reads exactly what was written
     * @throws StateException if it does not fit, because the layout is different
     */
    void load(StateReader from);
}
