package io.millrace.state;

/**
 * What lives across entries and is part of a snapshot: it writes all that a later entry can depend on, and takes it back into an
 * object that was made alike and has done nothing yet. Called between two entries by the thread that owns it.
 *
 * <p>A field that is not written says so with {@link Scratch}; a test looks at every field of every class that can be reached from
 * a running core. What is made of a budget (blocks, rows, timers) saves itself and is not written by who uses it.
 */
public interface Saved {
    /**
     * Writes the state.
     *
     * @param to where to
     */
    void save(StateWriter to);

    /**
     * Takes what {@link #save} wrote.
     *
     * @param from where from; reads exactly what was written
     * @throws StateException when it does not fit: the layout is another one
     */
    void load(StateReader from);
}
