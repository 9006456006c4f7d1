package io.millrace.engine;

import java.time.Duration;

/**
 * How a thread of an engine waits when it has looked for something to do and found nothing: what it does after the n-th such look
 * in a row. It goes on looking at once ({@link #SPIN}), lets others have the core ({@link #YIELD}), or sleeps for so many
 * nanoseconds. Without state, so that one may serve any number of threads; interrupts and waking up are the engine's business.
 *
 * <p>What they cost, for each thread that waits: a core of its own, or wake-ups, at 5 to 40 µs of a core each depending on the
 * machine. What they bring is how late an entry is taken that comes after a silence.
 *
 * <table>
 * <caption>By name</caption>
 * <tr><th>name</th><th>cost while idle</th><th>taken after a silence</th></tr>
 * <tr><td>{@code spinning}</td><td>a whole core, always</td><td>at once; after a time slice, 1 to 20 ms, where no core is
 *     free for it</td></tr>
 * <tr><td>{@code yielding}</td><td>a whole core, which others may have for the asking</td><td>at once; a little later
 *     where others want the core</td></tr>
 * <tr><td>{@code parking:1ms}</td><td>a wake-up each period</td><td>within the period</td></tr>
 * <tr><td>{@code backoff:1ms}</td><td>a wake-up each period after a long silence, more after a short one</td><td>within an eighth of the
 *     silence, at most the period</td></tr>
 * <tr><td>{@code adaptive}</td><td>some 20 wake-ups a second after a long silence, about a percent of a core: 2.9 % were measured of an
 *     engine of a stage and a blocking sink that is told the time, all of its JVM included; each further stage, thread of a section and blocking sink
 *     adds its own wake-ups. Where a core is free for each thread of the engine, a
 *     whole one for about 20 ms after each entry but a tick that comes alone</td><td>at once, or within an eighth of the silence; woken up after a long one</td></tr>
 * </table>
 *
 * <p>Who would sleep for longer than a millisecond is woken by whoever publishes, which costs the publisher a system call then.
 *
 * <p>One more way to wait is one class that implements this interface.
 */
@FunctionalInterface
public interface Waiting {
    /** Looks again at once. */
    long SPIN = 0;

    /** Looks again when other threads that want the core have had it. */
    long YIELD = -1;

    /** Never gives the core away: the lowest latency where a core is free for it, the worst where none is. */
    Waiting SPINNING = new Waits.Constant("spinning", SPIN);

    /** Gives the core to whoever wants it between looks: low latency, one core fully used. */
    Waiting YIELDING = new Waits.Constant("yielding", YIELD);

    /**
     * The default: spins a little, yields a little, then sleeps longer and longer, up to 50 ms, and is woken. Where the machine, and
     * what the process may use of it, has a core free for each thread of the engine, one for who publishes and one for the rest of
     * the JVM, it spins for about 20 ms first.
     */
    Waiting ADAPTIVE = new Waits.Adaptive();

    /**
     * What to do.
     *
     * @param looks how many looks in a row have found nothing, from 1
     * @return {@link #SPIN}, {@link #YIELD}, or for how many nanoseconds to sleep at most
     */
    long after(long looks);

    /**
     * Whether a thread that waits so uses a core for as long as it waits, or most of it. Said at start, and counted.
     *
     * @return false where it sleeps
     */
    default boolean keepsCore() {
        return after(Long.MAX_VALUE) <= SPIN;
    }

    /**
     * The same on a given machine: asked once, at start.
     *
     * @param freeCores what this process may use of the cores, less those that threads of other engines in it keep
     * @param threads   how many threads of this engine may be busy at the same time
     * @return itself where the machine does not matter
     */
    default Waiting on(double freeCores, int threads) {
        return this;
    }

    /**
     * Sleeps from the first look on.
     *
     * @param period for how long, at most a second
     * @return its name is {@code parking:} and the period
     */
    static Waiting parking(Duration period) {
        return new Waits.Parking(Waits.checked(period));
    }

    /**
     * Spins a little, yields a little, then sleeps longer and longer: about an eighth of the time that it has waited already.
     *
     * @param longest for how long at most, at most a second
     * @return its name is {@code backoff:} and the longest
     */
    static Waiting backoff(Duration longest) {
        return new Waits.Backoff(Waits.SPINS, Waits.checked(longest));
    }

    /**
     * Finds one by its name, as in a configuration.
     *
     * @param name {@code spinning}, {@code yielding}, {@code adaptive}, {@code parking:PERIOD} or {@code backoff:LONGEST}, such as
     *     {@code parking:100us} or {@code backoff:1ms}
     * @return that prints this name
     */
    static Waiting named(String name) {
        return Waits.named(name);
    }
}
