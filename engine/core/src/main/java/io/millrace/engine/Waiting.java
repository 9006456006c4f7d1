package io.millrace.engine;

import java.time.Duration;

/**
 * How a thread of an engine waits after it has looked for work and found none: what it does after the n-th such look in
 * a row. It looks again at once ({@link #SPIN}), yields the core ({@link #YIELD}), or sleeps for a number of
 * nanoseconds. A strategy has no state, so one instance may serve any number of threads; interrupts and wake-ups are
 * handled by the engine.
 *
 * <p>The cost, for each waiting thread, is a whole core, or wake-ups of 5 to 40 µs of a core each, depending on the
 * machine. The benefit is how soon an entry is taken that comes after a silence.
 *
 * <table>
 * <caption>By name</caption>
 * <tr><th>name</th><th>cost while idle</th><th>entry taken after a silence</th></tr>
 * <tr><td>{@code spinning}</td><td>a whole core, always</td><td>at once; after a time slice, 1 to 20 ms, if no core is
 *     free for it</td></tr>
 * <tr><td>{@code yielding}</td><td>a whole core, which other threads get when they want it</td><td>at once; a little
 *     later when others want the core</td></tr>
 * <tr><td>{@code parking:1ms}</td><td>a wake-up each period</td><td>within the period</td></tr>
 * <tr><td>{@code backoff:1ms}</td><td>a wake-up each period after a long silence, more after a short one</td><td>within
 *     an eighth of the silence, at most the period</td></tr>
 * <tr><td>{@code adaptive}</td><td>about 20 wake-ups a second after a long silence, some 1 % of a core. If a core is
 *     free for each thread of the engine: also a whole core for about 20 ms after each entry, except a tick that comes
 *     alone</td><td>at once, or within an eighth of the silence; woken up after a long one</td></tr>
 * </table>
 *
 * <p>With {@code adaptive}, an idle engine of one stage and one blocking sink that is told the time took 2.9 % of a
 * core as measured, its whole JVM included. Each further stage, thread of a section and blocking sink adds its own
 * wake-ups.
 *
 * <p>A thread that would sleep for longer than a millisecond is woken up by whoever publishes, which then costs the
 * publisher a system call.
 *
 * <p>To add a strategy of your own, implement this interface.
 */
@FunctionalInterface
public interface Waiting {
    /** Look again at once. */
    long SPIN = 0;

    /** Look again after other threads that want the core have had it. */
    long YIELD = -1;

    /** Never gives the core away: the lowest latency if a core is free for it, the worst if none is. */
    Waiting SPINNING = new Waits.Constant("spinning", SPIN);

    /** Yields the core between looks: low latency, one core fully used. */
    Waiting YIELDING = new Waits.Constant("yielding", YIELD);

    /**
     * The default: spins a little, yields a little, then sleeps longer and longer, up to 50 ms, and is woken up. It
     * spins for about 20 ms first if the machine, and the share of it that the process may use, has a core free for
     * each thread of the engine, one for a publisher and one for the rest of the JVM.
     */
    Waiting ADAPTIVE = new Waits.Adaptive();

    /**
     * Decides what to do after a look that found nothing.
     *
     * @param looks how many looks in a row have found nothing, from 1
     * @return {@link #SPIN}, {@link #YIELD}, or the longest time to sleep, in nanoseconds
     */
    long after(long looks);

    /**
     * Tells whether a thread that waits this way uses a core all or most of the time. The engine logs this at start,
     * and counts it.
     *
     * @return false if it sleeps
     */
    default boolean keepsCore() {
        return after(Long.MAX_VALUE) <= SPIN;
    }

    /**
     * Adapts the strategy to a machine. Called once, at start.
     *
     * @param freeCores the cores that this process may use, less those that threads of other engines in it keep
     * @param threads how many threads of this engine may be busy at the same time
     * @return the adapted strategy; this one if the machine does not matter
     */
    default Waiting on(double freeCores, int threads) {
        return this;
    }

    /**
     * Sleeps from the first look on.
     *
     * @param period how long each sleep is, 1 µs to 1 s
     * @return a strategy named {@code parking:} and the period
     * @throws IllegalArgumentException if the period is out of range
     */
    static Waiting parking(Duration period) {
        return new Waits.Parking(Waits.checked(period));
    }

    /**
     * Spins a little, yields a little, then sleeps longer and longer: about an eighth of the time that it has already
     * waited.
     *
     * @param longest the longest sleep, 1 µs to 1 s
     * @return a strategy named {@code backoff:} and the longest sleep
     * @throws IllegalArgumentException if the duration is out of range
     */
    static Waiting backoff(Duration longest) {
        return new Waits.Backoff(Waits.SPINS, Waits.checked(longest));
    }

    /**
     * Returns the strategy of a name, as it stands in a configuration.
     *
     * @param name {@code spinning}, {@code yielding}, {@code adaptive}, {@code parking:PERIOD} or
     *     {@code backoff:LONGEST}, for example {@code parking:100us} or {@code backoff:1ms}
     * @return the strategy, which prints this name
     * @throws IllegalArgumentException if there is none of that name
     */
    static Waiting named(String name) {
        return Waits.named(name);
    }
}
