package io.millrace.engine;

import io.millrace.event.RefusedException;
import java.time.Duration;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;

/** Warms up: makes a host, goes through a round, closes it, until enough has been done. On the thread that starts the real host. */
final class Rehearsal {
    /** For a round to come to its end, and for its host to close. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** So many that stand-ins of receivers have been of several classes. */
    private static final int LEAST_ROUNDS = 3;

    private static final long LONGEST_NS = 60_000_000_000L;

    private final String engine;
    private final WarmUp how;
    private final IntFunction<Rehearsed> hosts;
    private final Strangers strangers;
    private final Histogram latencyNs = new Histogram(LONGEST_NS, 3);

    /** Hosts are made by the number of the round. */
    Rehearsal(String engine, WarmUp how, IntFunction<Rehearsed> hosts, boolean live) {
        this.engine = engine;
        this.how = how;
        this.hosts = hosts;
        strangers = new Strangers(live);
    }

    WarmUpReport run() {
        WarmUp.Limits limits = how.limits();
        long beginNs = HostClock.nanoTime();
        int rounds = 0;
        long events = 0;
        long tookNs;
        boolean enough;
        do {
            latencyNs.reset();
            events += round(rounds);
            strangers.meet(rounds++);
            tookNs = HostClock.nanoTime() - beginNs;
            enough = events >= limits.atLeast()
                    && rounds >= LEAST_ROUNDS
                    && (limits.p99Ns() == 0 || latencyNs.getTotalCount() > 0 && p99Ns() < limits.p99Ns());
        } while (!enough && tookNs < limits.atMostNs());
        WarmUpReport report = new WarmUpReport(
                rounds, events, Duration.ofNanos(p99Ns()), Duration.ofNanos(limits.p99Ns()), Duration.ofNanos(tookNs));
        if (!report.isReady() && limits.refuses()) {
            throw new IllegalStateException("engine " + engine + " was not started, because its "
                    + "warm-up did not reach its target; " + report.why());
        }
        return report;
    }

    private long p99Ns() {
        return latencyNs.getValueAtPercentile(99);
    }

    private long round(int number) {
        try (Rehearsed host = hosts.apply(number)) {
            return new RehearsalRound(how, host, latencyNs).run();
        } catch (RefusedException e) {
            throw new IllegalStateException(
                    "engine " + engine + ": an event of its warm-up was refused: " + e.getMessage(), e);
        }
    }
}
