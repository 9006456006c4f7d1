package io.millrace.state;

/** Of what keeps nothing but what saves itself: blocks, rows, timers, and parts that were handed to a budget to be kept. */
public interface SavedByParts extends Saved {
    @Override
    default void save(StateWriter to) {
        // all of it saves itself
    }

    @Override
    default void load(StateReader from) {
        // all of it loads itself
    }
}
