package io.millrace.transport;

import java.util.function.ObjLongConsumer;

/** A source, sink or look-up with counters of its own, shown beside the statistics of its engine. */
@FunctionalInterface
public interface Counted {
    /**
     * Reports its counters. Any thread may call this.
     *
     * @param to gets the name of each, in small letters, and its value since the start; the same names in the same
     *     order at each call
     */
    void counters(ObjLongConsumer<String> to);
}
