package io.millrace.bench.scale;

import io.millrace.bench.workloads.Answer;

/** The same work in an engine and by hand, of a size that is told. One thread. */
interface Pair {
    /** An event for the engine. */
    void ours(long i);

    /** The same event for the loop. */
    void hand(long i);

    /** What the engine has put out. */
    Answer oursAnswer();

    /** What the loop has. */
    Answer handAnswer();

    /** Before anything is measured. */
    default void load() {}
}
