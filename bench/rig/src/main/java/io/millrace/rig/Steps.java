package io.millrace.rig;

/**
 * An engine on the calling thread that takes the events of a {@link LatencyRig} one by one: the state of a benchmark of JMH for a
 * topology of yours.
 *
 * <pre>{@code
 * @State(Scope.Thread)
 * public class MyBenchmark {
 *     private Steps steps;
 *
 *     @Setup
 *     public void setUp() {
 *         steps = LatencyRig.of(TOPOLOGY).generate(PAYMENTS, i -> new Payment(i % 1_000, 100, i)).steps();
 *     }
 *
 *     @Benchmark
 *     public long event() {
 *         return steps.next();
 *     }
 *
 *     @TearDown
 *     public void tearDown() {
 *         steps.close();
 *     }
 * }
 * }</pre>
 *
 * <p>The same number of events has the same {@link #digest} in any run: compare it with that of a version before a change.
 */
public final class Steps implements AutoCloseable {
    private final Host host;
    private long next;

    Steps(Host host) {
        this.host = host;
    }

    /**
     * Makes the next event, and does all that it causes.
     *
     * @return its number, from 0
     */
    public long next() {
        host.publish(next, 0);
        return next++;
    }

    /**
     * What was put out so far, as a hash: the values of each output in their order, whatever came between the events. That of
     * {@link LatencyReport#digests} is of inputs that have ended, too.
     *
     * @return in hexadecimal
     */
    public String digest() {
        return Long.toHexString(host.digest());
    }

    /** Ends the engine. */
    @Override
    public void close() {
        host.close();
    }
}
