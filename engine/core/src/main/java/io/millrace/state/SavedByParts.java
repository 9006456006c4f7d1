package io.millrace.state;

/**
 * Something that keeps nothing but parts that save themselves: blocks, rows, timers, and parts that were passed to a
 * budget to be kept.
 */
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
