package io.millrace.examples.journal;

import io.millrace.engine.Replay;
import io.millrace.engine.Setup;
import io.millrace.topology.Topology;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;

/**
 * How long an entry takes in one topology and in another: the best of several replays of the same stretch, turn by turn, whose
 * outputs nobody gets. The state is that of the whole journal.
 */
final class Speeds {
    private static final long ENTRIES_MOST = 100_000;
    private static final int ROUNDS = 3;

    /** After so long no other round begins: whoever waits has more of the answer than of a better figure. */
    private static final long ROUNDS_NS = TimeUnit.SECONDS.toNanos(20);

    private static final long HIGHEST_NS = 10_000_000_000L;

    private final Recorded recorded;
    private final BooleanSupplier stopped;

    Speeds(Recorded recorded, BooleanSupplier stopped) {
        this.recorded = recorded;
        this.stopped = stopped;
    }

    /** Times of one topology. */
    private final class Timed {
        private final Topology topology;
        private final boolean other;
        private final Histogram best = new Histogram(HIGHEST_NS, 3);
        private Histogram round;
        private double bestMeanNs = Double.MAX_VALUE;
        private long lastNs;

        Timed(Topology topology, boolean other) {
            this.topology = topology;
            this.other = other;
        }

        void replay(long to) {
            Setup setup = recorded.setupBeside(topology);
            topology.outputs().forEach(setup::discard);
            round = new Histogram(HIGHEST_NS, 3);
            lastNs = 0;
            recorded.beside(Replay.of(setup, recorded.journal()), other)
                    .to(to)
                    .stopWhen(stopped)
                    .watch((q, bytes, offset, length) -> look())
                    .run();
            if (!stopped.getAsBoolean() && round.getTotalCount() > 0 && round.getMean() < bestMeanNs) {
                bestMeanNs = round.getMean();
                best.reset();
                best.add(round);
            }
        }

        private boolean look() {
            long ns = System.nanoTime();
            if (lastNs != 0) {
                round.recordValue(Math.min(HIGHEST_NS, Math.max(1, ns - lastNs)));
            }
            lastNs = ns;
            return true;
        }

        void print(String which, long stateBytes, PrintStream to) {
            if (best.getTotalCount() > 0) {
                to.println("ns/entry " + which + "  " + Math.round(bestMeanNs) + ", p50 "
                        + best.getValueAtPercentile(50) + ", p99 " + best.getValueAtPercentile(99));
            }
            to.println("state bytes " + which + "  " + stateBytes);
        }
    }

    /** From an entry on, the first that both have run. */
    void print(Topology before, Replay.Report one, Topology after, Replay.Report two, long from, PrintStream to) {
        long entries = Math.min(ENTRIES_MOST, one.first() + one.evaluated() - from);
        long last = from + entries - 1;
        Timed first = new Timed(before, false);
        Timed second = new Timed(after, true);
        long beginNs = System.nanoTime();
        for (int i = 0; i < ROUNDS && entries > 0 && !stopped.getAsBoolean(); i++) {
            if (i > 0 && System.nanoTime() - beginNs > ROUNDS_NS) {
                break;
            }
            first.replay(last);
            second.replay(last);
        }
        first.print("before", one.stateBytes(), to);
        second.print("after", two.stateBytes(), to);
    }
}
