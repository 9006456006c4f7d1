package io.millrace.engine;

/** What goes on step by step on a thread of the engine, as others see it: they look whether it moves. */
interface Stepping {
    /** A number that is another one behind each step. */
    long steps();

    /** Whether it has nothing to do at the moment, or waits for one that is looked at itself. */
    boolean rests();

    /** Null before it has begun. */
    Thread thread();

    /** What stands, and in what, in words. */
    String where();
}
