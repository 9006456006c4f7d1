package io.millrace.engine;

import io.millrace.engine.EngineStats.InputStats;
import io.millrace.engine.EngineStats.NodeStats;
import io.millrace.engine.EngineStats.OutputStats;
import io.millrace.journal.Durability;
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
 * Writes the counters of an engine to a file that other processes can read ({@link CounterFile};
 * {@code examples/run stat}). {@link Setup#statFile} makes the host write one; use this class to add what is counted
 * elsewhere. A thread of its own takes a copy of the statistics twice a second. That costs the engine's threads a copy
 * between two entries, and nothing for each event.
 *
 * <p>If the engine's threads do not answer, because a receiver does not return or the owner of an inline host is busy
 * elsewhere, the file is written all the same: health, what waits in the ring, dead letters and the counters of bound
 * transports are current, and everything else is from the last copy. {@code not answered ms} tells how old that copy
 * is; it is 0 if the copy is current.
 *
 * <p>Rates and latencies are those of the last second.
 */
public final class StatFile implements AutoCloseable {
    /** How long it waits for a copy: less than its period, so that it writes in each period. */
    static final long ANSWERS_WITHIN_NS = 400_000_000;

    private static final long EVERY_NS = 500_000_000;
    private static final int BEFORE = 2;
    private static final String NOT_ANSWERED = "not answered ms";
    private static final double NS_PER_SECOND = 1e9;
    private static final double[] PERCENTILES = {50, 90, 99, 99.9};

    private final Counting engine;
    private final Map<String, Counted> transports;
    private final List<String> names;
    private final CounterFile file;
    private final ArrayDeque<Sample> before = new ArrayDeque<>();

    /** When the last copy was taken. */
    private long answeredNs = HostClock.nanoTime();

    private final Thread thread;
    private volatile boolean closed;

    /** A copy, and when it was looked at. */
    private record Sample(EngineStats stats, long atNs) {}

    /** What a host is asked by a thread other than its own. */
    interface Counting {
        String name();

        /** Null if the host does not answer in time. */
        EngineStats stats();

        /** Entries that have a place in the ring, or the inbox, and have not been processed. */
        long waiting();

        /** How often a publisher has waited for a place. */
        long waits();

        long deadLetters();

        Health health();

        /** How many entries are durable. */
        long durable();

        Durability durability();
    }

    private StatFile(Counting engine, EngineStats first, Path directory, Map<String, Counted> transports)
            throws IOException {
        this.engine = engine;
        this.transports = transports;
        Map<String, Long> all = values(first);
        transports.forEach((name, t) -> count(all, name, t));
        names = List.copyOf(all.keySet());
        thread = new Thread(this::run, "millrace-" + engine.name() + "-stat");
        thread.setDaemon(true);
        boolean interrupted = Thread.interrupted(); // see Undisturbed
        try {
            file = CounterFile.create(directory, engine.name(), names, HostClock.epochNs() / 1_000_000);
        } finally {
            Undisturbed.restore(interrupted);
        }
        set(all);
    }

    /**
     * Starts to write.
     *
     * @param engine a running engine
     * @param directory where; created if missing
     * @param transports what has counters of its own, by the name to show; may be empty
     * @return writes until it is closed
     * @throws IOException if the file cannot be created
     */
    public static StatFile of(Engine engine, Path directory, Map<String, ? extends Counted> transports)
            throws IOException {
        return of(engine.counting(), first(engine), directory, new LinkedHashMap<>(transports));
    }

    /** The copy it begins with: a sink may keep the engine waiting from the beginning. */
    static EngineStats first(Engine engine) {
        return engine.loop().newest(ANSWERS_WITHIN_NS);
    }

    static StatFile of(Counting engine, EngineStats first, Path directory, Map<String, Counted> transports)
            throws IOException {
        StatFile file = new StatFile(engine, first, directory, transports);
        try {
            file.thread.start();
        } catch (Throwable e) {
            file.file.end(HostClock.epochNs() / 1_000_000); // nobody would end it
            throw e;
        }
        return file;
    }

    private void run() {
        try {
            writeNowAndThen();
        } finally {
            if (!closed) { // from inside a receiver, where nobody could wait for this thread; or it fails
                file.end(HostClock.epochNs() / 1_000_000);
            }
        }
    }

    private void writeNowAndThen() {
        while (!closed) {
            LockSupport.parkNanos(this, EVERY_NS);
            Thread.interrupted(); // not a command here, and it would make parking return at once
            if (!closed) {
                Health.State state = engine.health().state(); // first: of one that is closed all is counted
                EngineStats now = engine.stats();
                write(now);
                if (state == Health.State.CLOSED && now != null) {
                    return;
                }
            }
        }
    }

    /** Writes a copy; or, if there is no current one ({@code now} is null), the last one and how old it is. */
    private void write(EngineStats now) {
        if (now != null) {
            answeredNs = HostClock.nanoTime();
        }
        Map<String, Long> all = values(now == null ? before.getLast().stats : now);
        all.put(NOT_ANSWERED, now == null ? Math.max(1, (HostClock.nanoTime() - answeredNs) / 1_000_000) : 0);
        transports.forEach((name, t) -> {
            try {
                count(all, name, t);
            } catch (RuntimeException e) {
                // its numbers stay as they were; the engine does not suffer from it
            }
        });
        set(all);
        file.written(HostClock.epochNs() / 1_000_000);
    }

    private static void count(Map<String, Long> all, String name, Counted of) {
        of.counters((what, value) -> all.put(name + ": " + what, value));
    }

    /** The rows stay those of the beginning, whatever is counted by now. */
    private void set(Map<String, Long> all) {
        for (int i = 0; i < names.size(); i++) {
            Long value = all.get(names.get(i));
            if (value != null) {
                file.set(i, value);
            }
        }
    }

    private Map<String, Long> values(EngineStats stats) {
        Sample now = new Sample(stats, HostClock.nanoTime());
        Sample then = before.isEmpty() ? now : before.peekFirst();
        before.addLast(now);
        if (before.size() > BEFORE) {
            before.removeFirst();
        }
        Map<String, Long> all = new LinkedHashMap<>();
        double seconds = Math.max(1, now.atNs - then.atNs) / NS_PER_SECOND;
        all.put("entries", now.stats.sequence() + 1);
        all.put("entries/s", rate(now.stats.sequence(), then.stats.sequence(), seconds));
        all.put("waiting in the ring", engine.waiting());
        all.put("waited for the ring", engine.waits());
        all.put("late", now.stats.nodes().stream().mapToLong(NodeStats::late).sum());
        all.put("dead letters", engine.deadLetters());
        all.put("health", (long) engine.health().state().ordinal());
        all.put("durable", engine.durable());
        all.put("durability", (long) engine.durability().ordinal());
        all.put(NOT_ANSWERED, 0L);
        for (int i = 0; i < now.stats.inputs().size(); i++) {
            input(all, now.stats.inputs().get(i), then.stats.inputs().get(i), seconds);
        }
        for (int i = 0; i < now.stats.outputs().size(); i++) {
            output(all, now.stats.outputs().get(i), then.stats.outputs().get(i), seconds, now == then);
        }
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
        all.put(of + "conflated", now.conflated());
        all.put(of + "waiting", now.waiting());
        all.put(of + "undecided", now.undecided());
        all.put(of + "lag us", now.lagNs() < 0 ? -1 : now.lagNs() / 1_000);
    }

    /** The rows of an output; its latencies are those since the sample before. */
    static void output(Map<String, Long> all, OutputStats now, OutputStats then, double seconds, boolean isFirst) {
        String of = "output " + now.name() + ": ";
        all.put(of + "events", now.events());
        all.put(of + "events/s", rate(now.events(), then.events(), seconds));
        all.put(of + "failed", now.failed());
        all.put(of + "dropped", now.dropped() + now.missed());
        Histogram last = now.latencyNs().copy();
        if (!isFirst) {
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

    /** Writes once more and marks the file as ended. Close it before or after the engine. */
    @Override
    public void close() {
        close(null);
    }

    /** Closes with the given copy as the last one, if there is one. */
    void close(EngineStats last) {
        if (closed) {
            return;
        }
        closed = true;
        LockSupport.unpark(thread);
        if (Joining.join(thread, HostClock.nanoTime() + Duration.ofSeconds(2).toNanos())) {
            Thread.currentThread().interrupt();
        }
        if (!thread.isAlive()) {
            write(last == null ? engine.stats() : last);
        }
        file.end(HostClock.epochNs() / 1_000_000);
    }
}
