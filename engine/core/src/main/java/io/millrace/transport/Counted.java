package io.millrace.transport;

import java.util.function.ObjLongConsumer;

/** A source or sink that counts something of its own, to be shown beside the statistics of its engine. */
@FunctionalInterface
public interface Counted {
    /**
     * Tells its counters. Called by any thread.
     *
     * @param to gets each name, in small letters, and its value since the start; the same names in the same order at each call
     */
    void counters(ObjLongConsumer<String> to);
}
