package io.millrace.engine;

/** How an engine's thread waits when it has nothing to do. */
public enum Waiting {
    /** Spins a little, yields a little, then parks for up to 100 µs at a time: hardly any load when idle. */
    ADAPTIVE,
    /** Yields the core between looks: low latency, one core fully used. */
    YIELDING,
    /** Never gives the core away: the lowest latency where a core is free for it, the worst where none is. */
    SPINNING
}
