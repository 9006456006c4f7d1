package io.millrace.engine;

import io.millrace.engine.EngineStats.InputStats;
import io.millrace.engine.EngineStats.NodeStats;
import io.millrace.engine.EngineStats.OutputStats;
import io.millrace.metric.CounterFile;
import io.millrace.transport.Counted;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * The counters of a live engine in a file that other processes read ({@link CounterFile}; {@code examples/run stat}). Twice a second a
 * thread of its own takes a copy of the statistics, which costs the engine's threads a copy between two entries and nothing on the way
 * of an event. It is not the housekeeping thread that does so: a stage that is stuck would keep that from telling the time.
 *
 * <p>Rates and latencies are those of the last second.
 */
public final class StatFile implements AutoCloseable {
    private static final long EVERY_NS = 500_000_000;
    private static final int BEFORE = 2;
    private static final double NS_PER_SECOND = 1e9;
    private static final double[] PERCENTILES = {50, 90, 99, 99.9};

    private final Engine engine;
    private final Map<String, Counted> transports;
    private final CounterFile file;
    private final ArrayDeque<Sample> before = new ArrayDeque<>();
    private final Thread thread;
    private volatile boolean closed;

    /** A copy, and when it was taken. */
    private record Sample(EngineStats stats, long atNs) {}

    private StatFile(Engine engine, Path directory, Map<String, Counted> transports) throws IOException {
        this.engine = engine;
        this.transports = new LinkedHashMap<>(transports);
        Map<String, Long> first = values();
        file = CounterFile.create(
                directory, engine.topology().name(), List.copyOf(first.keySet()), HostClock.epochNs() / 1_000_000);
        thread = new Thread(this::run, "millrace-" + engine.topology().name() + "-stat");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Begins to write.
     *
     * @param engine     running
     * @param directory  where; made if it is not there
     * @param transports sources and sinks that count for themselves, by the name to show; may be empty
     * @return writes until it is closed
     * @throws IOException when the file cannot be made
     */
    public static StatFile of(Engine engine, Path directory, Map<String, ? extends Counted> transports)
            throws IOException {
        return new StatFile(engine, directory, new LinkedHashMap<>(transports));
    }

    private void run() {
        while (!closed) {
            LockSupport.parkNanos(this, EVERY_NS);
            Thread.interrupted(); // not a command here, and it would make parking return at once
            if (!closed) {
                write();
            }
        }
    }

    private void write() {
        int i = 0;
        for (long value : values().values()) {
            file.set(i++, value);
        }
        file.written(HostClock.epochNs() / 1_000_000);
    }

    private Map<String, Long> values() {
        Sample now = new Sample(engine.stats(), HostClock.nanoTime());
        Sample then = before.isEmpty() ? now : before.peekFirst();
        before.addLast(now);
        if (before.size() > BEFORE) {
            before.removeFirst();
        }
        Map<String, Long> all = new LinkedHashMap<>();
        double seconds = Math.max(1, now.atNs - then.atNs) / NS_PER_SECOND;
        InputRing ring = engine.ingress().ring();
        all.put("entries", now.stats.sequence() + 1);
        all.put("entries/s", rate(now.stats.sequence(), then.stats.sequence(), seconds));
        all.put("waiting in the ring", Math.max(0, ring.cursor() - ring.consumed()));
        all.put("late", now.stats.nodes().stream().mapToLong(NodeStats::late).sum());
        all.put("dead letters", engine.deadLetters().total());
        all.put("health", (long) engine.health().state().ordinal());
        for (int i = 0; i < now.stats.inputs().size(); i++) {
            input(all, now.stats.inputs().get(i), then.stats.inputs().get(i), seconds);
        }
        for (int i = 0; i < now.stats.outputs().size(); i++) {
            output(all, now.stats.outputs().get(i), then.stats.outputs().get(i), seconds);
        }
        transports.forEach((name, t) -> t.counters((what, value) -> all.put(name + ": " + what, value)));
        return all;
    }

    private static long rate(long now, long then, double seconds) {
        return Math.round((now - then) / seconds);
    }

    private static void input(Map<String, Long> all, InputStats now, InputStats then, double seconds) {
        String of = "input " + now.name() + ": ";
        all.put(of + "events", now.events());
        all.put(of + "events/s", rate(now.events(), then.events(), seconds));
        all.put(of + "ahead", now.ahead());
        all.put(of + "refused", now.refused());
        all.put(of + "dropped", now.dropped());
        all.put(of + "undecided", now.undecided());
        all.put(of + "lag us", now.lagNs() < 0 ? -1 : now.lagNs() / 1_000);
    }

    private static void output(Map<String, Long> all, OutputStats now, OutputStats then, double seconds) {
        String of = "output " + now.name() + ": ";
        all.put(of + "events", now.events());
        all.put(of + "events/s", rate(now.events(), then.events(), seconds));
        all.put(of + "failed", now.failed());
        all.put(of + "dropped", now.dropped() + now.missed());
        Histogram last = now.latencyNs().copy();
        if (now != then) {
            last.subtract(then.latencyNs());
        }
        for (double p : PERCENTILES) {
            all.put(
                    of + "p" + (p == Math.rint(p) ? Long.toString((long) p) : Double.toString(p)) + " us",
                    micros(last, p));
        }
        all.put(of + "max us", micros(last, 100));
    }

    private static long micros(Histogram of, double percent) {
        return of.getTotalCount() == 0 ? -1 : of.getValueAtPercentile(percent) / 1_000;
    }

    /** Writes once more, and says that this was the last time. Close it before or behind the engine. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        LockSupport.unpark(thread);
        if (Joining.join(thread, HostClock.nanoTime() + Duration.ofSeconds(2).toNanos())) {
            Thread.currentThread().interrupt();
        }
        if (!thread.isAlive()) {
            write();
        }
        file.end(HostClock.epochNs() / 1_000_000);
    }
}
