package io.millrace.engine;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.journal.Journal;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog;
import io.millrace.metric.Digest;
import io.millrace.metric.DigestComparison;
import io.millrace.runtime.Core;
import io.millrace.state.Migration;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Runs what a journal has once more, on the calling thread, while an engine may go on appending to it: nothing of the journal is changed.
 * Receivers get what came out, and its digest is compared with the one that was kept.
 *
 * <pre>{@code
 * Replay.Report report = Replay.of(Engine.of(topology).output(ALERTS, System.out::println), ArchiveJournal.in(dir)).run();
 * }</pre>
 *
 * <p>The topology may be another than the one that made the journal, as long as its inputs are the same: that is how a change is tried
 * out on what has happened ({@link #otherTopology}).
 *
 * <p>Where older entries have been given up, it begins with the newest snapshot at or below the entry that is asked for ({@link
 * #from(long)}), else with the oldest that is left: as much is run as there is. Where the setup declares a migration ({@link Journaling#migrate}), it begins as a start
 * of the changed topology would: with the newest snapshot, taken over, and what stands behind that.
 */
public final class Replay {
    /** How long it waits at most between two looks at whether it is to stop. */
    private static final long LOOK_NS = 50_000_000;

    private final Setup setup;
    private final Journal journal;
    private long from;
    private long to = Long.MAX_VALUE;
    private Instant fromTime;
    private Instant toTime;
    private boolean recordedPace;
    private boolean otherTopology;
    private boolean fromOldest;
    private BooleanSupplier stopped = () -> false;
    private JournalLog.EntryReader watches = (sequence, bytes, offset, length) -> true;

    /** The first entry that was read. */
    private long begun;

    private Replay(Setup setup, Journal journal) {
        this.setup = setup;
        this.journal = journal;
    }

    /**
     * Prepares a replay.
     *
     * @param setup   binds the outputs; sources and look-ups of it are not asked for anything
     * @param journal what to run
     * @return of all of it, as fast as it goes
     */
    public static Replay of(Setup setup, Journal journal) {
        return new Replay(Objects.requireNonNull(setup, "setup"), Objects.requireNonNull(journal, "journal"));
    }

    /**
     * Lets nothing out before an entry; what stands before it is evaluated all the same. Of a journal whose first entries have been given up
     * this decides which snapshot it begins with ({@link Report#first}): one behind the entry only where there is none before it.
     *
     * @param sequence its place
     * @return this
     */
    public Replay from(long sequence) {
        from = sequence;
        return this;
    }

    /**
     * The same from the first event on that has at least an event time.
     *
     * @param time of the event
     * @return this
     */
    public Replay from(Instant time) {
        fromTime = time;
        return this;
    }

    /**
     * Stops behind an entry.
     *
     * @param sequence its place
     * @return this
     */
    public Replay to(long sequence) {
        to = sequence;
        return this;
    }

    /**
     * Stops before the first event that has a later event time.
     *
     * @param time of the event
     * @return this
     */
    public Replay to(Instant time) {
        toTime = time;
        return this;
    }

    /**
     * Waits as long as there was between two entries when they were written to the log, from the first one that is let out; the time in which
     * no engine ran is none. Those of one commit come together. Where the log does not know that ({@link JournalLog.EntryReader#later} is never
     * called) it is the event times that are so far apart, where these go on.
     *
     * @return this
     */
    public Replay atRecordedPace() {
        recordedPace = true;
        return this;
    }

    /**
     * Runs a changed topology: what differs is no reason to refuse, and there is nothing to compare with.
     *
     * @return this
     */
    public Replay otherTopology() {
        otherTopology = true;
        return this;
    }

    /**
     * Where older entries have been given up, begins with the oldest snapshot that is left, whatever entry is asked for, so that as much as
     * there is is run. A changed topology ({@link #otherTopology}) takes it over, as the declared migration says ({@link Journaling#migrate}), or as it
     * is. Of a journal that has all its entries it means nothing, nor where the declared migration takes over the newest snapshot of
     * another topology's journal.
     *
     * @return this
     */
    public Replay fromOldestSnapshot() {
        fromOldest = true;
        return this;
    }

    /**
     * Ends it early: what was read by then is finished.
     *
     * @param when asked before each entry, and while it waits for the next one
     * @return this
     */
    public Replay stopWhen(BooleanSupplier when) {
        stopped = Objects.requireNonNull(when, "when");
        return this;
    }

    /**
     * Shows each entry before it is evaluated.
     *
     * @param entries gets them; what it answers ends the replay when it is false
     * @return this
     */
    public Replay watch(JournalLog.EntryReader entries) {
        watches = Objects.requireNonNull(entries, "entries");
        return this;
    }

    /**
     * What came of a replay.
     *
     * @param entries   how many entries were let out: from the first to the last that were asked for
     * @param first     the first entry that was evaluated: not 0 where it began with a snapshot
     * @param evaluated how many were evaluated
     * @param took      how long that was
     * @param digest    of all that was evaluated
     * @param compared  so many entries, from the first on, whose outputs were compared with what was kept; 0 where nothing was
     * @param firstAt   the first entry at which the outputs can differ from those that were kept; -1 when they are equal
     * @param firstTo   the entry behind the last one at which that can be: what was kept does not say more; -1 when they are equal
     * @param node      the output that differs there; null when they are equal
     * @param stateBytes the most state that its nodes held together, looked at now and then and behind the last entry
     */
    public record Report(
            long entries,
            long first,
            long evaluated,
            Duration took,
            Digest digest,
            long compared,
            long firstAt,
            long firstTo,
            String node,
            long stateBytes) {
        /**
         * Whether what came out is what came out before, as far as that was kept.
         *
         * @return true also where nothing was kept
         */
        public boolean isEqual() {
            return firstAt < 0;
        }
    }

    /**
     * What is other here than where the log was written, and is no reason to refuse: versions of engine, JVM and time zones, kind of processor;
     * where they changed midway, with the entries that each worked out.
     * Where the outputs differ this is the first to be looked at.
     *
     * @return each with both values; null when all are the same
     * @throws JournalException when the journal cannot be read
     */
    public String otherThanRecorded() {
        try (JournalLog log = journal.openToRead()) {
            return SeenVersions.differentFrom(log, Facts.notes());
        }
    }

    /**
     * Runs it: from the first entry on; from a snapshot where older ones have been given up (see {@link Replay}), from the newest where another
     * topology worked them out and a migration is declared. Nothing of what came before that is let out ({@link Report#first}).
     *
     * @return what came of it
     * @throws JournalException when the journal cannot be read, or is that of another topology
     * @throws io.millrace.state.StateException when the snapshot cannot be taken over; names the operator, and the cure
     * @throws SinkException    when a sink has failed to flush or close
     */
    public Report run() {
        try (JournalLog log = journal.openToRead()) {
            boolean takesOver = !otherTopology && setup.parts().takesOver(log);
            long snapshot = fromFirst(log, takesOver) ? -1 : snapshot(log, takesOver);
            Host host = setup.replayed(log, otherTopology || takesOver, snapshot, null);
            setup.parts().handedOver().toHost();
            Run run = new Run(host, SkippedEntries.read(log));
            long startNs;
            try {
                startNs = start(log, host, run, takesOver, snapshot);
                log.read(run.evaluated, run);
            } catch (Throwable t) {
                close(host);
                host.sinks().lost(t);
                throw t;
            }
            end(host);
            Duration took = Duration.ofNanos(HostClock.nanoTime() - startNs);
            return report(log, host, run, took);
        }
    }

    /** Answers when it began to evaluate. */
    private long start(JournalLog log, Host host, Run run, boolean takesOver, long snapshot) {
        try {
            host.sinks().start(new EngineThreads(host.name(), null), host.core().blames());
            long startNs = HostClock.nanoTime();
            run.evaluated = begin(log, host, takesOver, snapshot);
            return startNs;
        } catch (Throwable t) {
            host.sinks().cannotStart();
            throw t;
        }
    }

    /**
     * Where entries have been given up behind a snapshot, or it is that of another topology, it goes on from that; answers the place of the
     * first entry to be read.
     */
    private long begin(JournalLog log, Host host, boolean takesOver, long snapshot) {
        if (fromFirst(log, takesOver)) {
            return 0;
        }
        if (otherTopology && !fromOldest || snapshot < 0) {
            throw new JournalException("the journal begins with entry " + Math.max(log.first(), log.since())
                    + ": what was before was given up behind a snapshot, or is of another topology, "
                    + (otherTopology && !fromOldest
                            ? "which another topology takes over where it is asked to (Replay.fromOldestSnapshot)"
                            : "and none can be read")
                    + "; put the older files back beside it");
        }
        InputMarks[] inputs = new InputMarks[host.sources()];
        Arrays.setAll(inputs, i -> new InputMarks());
        Migration declared = setup.parts().journaling().migration();
        HostState state = new HostState(host, inputs, otherTopology && declared == null ? Migration.none() : declared);
        begun = state.load(log, snapshot, () -> true);
        if (takesOver || otherTopology) {
            new TailCheck(host.core().plan().topology(), state.adoption().relaid()).check(log, begun);
        }
        return begun;
    }

    private boolean fromFirst(JournalLog log, boolean takesOver) {
        return !takesOver && log.first() == 0 && (otherTopology || log.since() == 0);
    }

    /**
     * The newest snapshot from which all is there that is asked for; where there is none, or what is asked for is known by its time only, the
     * first that the topology of the log has made since it took the log over; the one that it took over where it has made none.
     */
    private long snapshot(JournalLog log, boolean takesOver) {
        if (takesOver) {
            return log.snapshot();
        }
        long lowest = Math.max(log.first(), log.since() > 0 ? log.since() + 1 : 0);
        long nearest = fromOldest || fromTime != null ? -1 : log.snapshotAt(from);
        if (nearest >= lowest) {
            return nearest;
        }
        long oldest = oldest(log, lowest);
        return oldest < 0 ? log.snapshot() : oldest;
    }

    /** The first snapshot at a place or behind it that can be read; -1 when there is none. */
    static long oldest(JournalLog log, long from) {
        long oldest = -1;
        for (long next = log.snapshotAt(Long.MAX_VALUE); next >= Math.max(from, 0); next = log.snapshotAt(next - 1)) {
            oldest = next;
        }
        return oldest;
    }

    /** A sink of a replay has failed in flush or close: output may be missing. */
    public static final class SinkException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        SinkException(Throwable cause) {
            super(cause.getMessage(), cause);
        }
    }

    private static void close(Host host) {
        for (int stage = 0; stage < host.core().plan().stages().size(); stage++) {
            host.sinks().finish(stage);
        }
        host.sinks().awaitClosed(Deadline.in(Duration.ofSeconds(30)), stage -> true);
    }

    private static void end(Host host) {
        close(host);
        EngineStoppedException lost = host.sinks().lost();
        if (lost != null) {
            throw new SinkException(lost);
        }
    }

    private Report report(JournalLog log, Host host, Run run, Duration took) {
        Digest now = Recovery.digest(host, run.evaluated - 1);
        long evaluated = run.evaluated - begun;
        Digest before = otherTopology ? null : kept(log, now);
        DigestComparison.Interval in =
                before == null ? null : DigestComparison.compare(before, now).orElse(null);
        return new Report(
                run.letOut,
                begun,
                evaluated,
                took,
                now,
                before == null ? 0 : DigestComparison.reach(before, now),
                in == null ? -1 : Math.max(begun, in.from()), // what is below was not evaluated
                in == null ? -1 : in.to(),
                in == null ? null : in.outputs().get(0),
                run.state());
    }

    private static Digest kept(JournalLog log, Digest now) {
        try {
            return JournalDigest.read(log, now);
        } catch (IOException | IllegalArgumentException e) {
            throw new JournalException(
                    e.getMessage() + "; put back a copy of the note " + JournalDigest.NAME
                            + " of the same moment as the journal, or move it away: then there is nothing to compare with",
                    e);
        }
    }

    /** Evaluates entry by entry, all stages in turn. */
    private final class Run implements JournalLog.EntryReader {
        /** Looked at each so many entries. */
        private static final int LOOK_AT_STATE = 4_096;

        private final Core core;
        private final SkippedEntries skipped;
        private final Sinks sinks;
        private final FlushBound[] flushes;
        private long stateBytes;
        private boolean out;
        private long evaluated;
        private long letOut;
        private long writtenNs;
        private boolean isWrittenKnown;
        private long pacedFromNs;
        private long pacedSinceNs;
        private boolean paced;

        Run(Host host, SkippedEntries skipped) {
            core = host.core();
            this.skipped = skipped;
            sinks = host.sinks();
            flushes = FlushBound.ofStages(host, 0);
            host.bindings().ports().forEach(p -> p.heldByNobody(() -> out));
        }

        @Override
        public void next(byte[] bytes, int[] offsets, int count) {
            EntriesAhead.see(core, core.plan().topology().inputs().size(), bytes, offsets, count);
        }

        @Override
        public void later(long ns) {
            writtenNs += ns;
            isWrittenKnown = true;
        }

        @Override
        public boolean on(long sequence, byte[] bytes, int offset, int length) {
            boolean isEvent = Entry.kind(bytes, offset) == EntryKind.EVENT;
            long timeNs = Entry.timeNs(bytes, offset);
            if (stopped.getAsBoolean() || sequence > to || isEvent && toTime != null && timeNs > nanos(toTime)) {
                return false;
            }
            if (!watches.on(sequence, bytes, offset, length)) {
                return false;
            }
            if (fromTime != null && isEvent && timeNs >= nanos(fromTime)) {
                fromTime = null;
                from = sequence;
            }
            out = fromTime == null && sequence >= from;
            if (out && recordedPace && (isWrittenKnown || isEvent) && !pace(isWrittenKnown ? writtenNs : timeNs)) {
                return false;
            }
            if (skipped.has(sequence)) {
                core.processByAll(sequence, SkippedEntries.NOTHING, 0);
            } else {
                core.processByAll(sequence, bytes, offset);
            }
            evaluated = sequence + 1;
            letOut += out ? 1 : 0;
            flushIfDue();
            if (evaluated % LOOK_AT_STATE == 0) {
                state();
            }
            return true;
        }

        private void flushIfDue() {
            for (int stage = 0; stage < flushes.length; stage++) {
                if (flushes[stage].isDue(evaluated)) {
                    flushes[stage].flushed(evaluated);
                    try {
                        sinks.flush(stage);
                    } catch (SinkFault e) {
                        throw new SinkException(e);
                    }
                }
            }
        }

        long state() {
            long now = 0;
            for (int node = 0; node < core.plan().topology().nodes().size(); node++) {
                now += core.stateBytes(node);
            }
            stateBytes = Math.max(stateBytes, now);
            return stateBytes;
        }

        /** Answers false when it is to stop. */
        private boolean pace(long timeNs) {
            if (!paced) {
                paced = true;
                pacedFromNs = timeNs;
                pacedSinceNs = HostClock.nanoTime();
            }
            long left;
            while ((left = timeNs - pacedFromNs - (HostClock.nanoTime() - pacedSinceNs)) > 0) {
                if (stopped.getAsBoolean()) {
                    return false;
                }
                LockSupport.parkNanos(this, Math.min(left, LOOK_NS));
                if (Thread.currentThread().isInterrupted()) {
                    throw new JournalException("the replay was interrupted");
                }
            }
            return true;
        }
    }

    private static long nanos(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
    }
}
