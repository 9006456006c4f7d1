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
 * Runs the entries of a journal again, on the calling thread. An engine may go on appending meanwhile; the journal is
 * not changed. Receivers get the outputs, whose digest is compared with the one that was kept.
 *
 * <pre>{@code
 * Replay.Report report = Replay.of(Engine.of(topology).output(ALERTS, System.out::println), ArchiveJournal.in(dir)).run();
 * }</pre>
 *
 * <p>The topology may differ from the one that wrote the journal, as long as its inputs are the same. This is how you
 * try a change on what has happened ({@link #otherTopology}).
 *
 * <p>A replay begins with the first entry. If older entries have been given up, it begins with the newest snapshot at
 * or before the entry that is asked for ({@link #from(long)}), or else with the oldest one left, so that it runs as
 * much as there is. If the setup declares a migration ({@link Journaling#migrate}), it begins as a start of the changed
 * topology would: it takes over the newest snapshot and runs the entries after it.
 */
public final class Replay {
    /** The longest time between two checks whether it is to stop while it waits. */
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
     * Prepares a replay of the whole journal at full speed.
     *
     * @param setup binds the outputs; its sources are not polled, and its look-ups get no requests
     * @param journal the journal to run
     * @return the replay
     */
    public static Replay of(Setup setup, Journal journal) {
        return new Replay(Objects.requireNonNull(setup, "setup"), Objects.requireNonNull(journal, "journal"));
    }

    /**
     * Begins to hand over outputs at an entry. Earlier entries are evaluated all the same. If the first entries of the
     * journal have been given up, this also decides which snapshot the replay begins with ({@link Report#first}): one
     * after the given entry only if there is none before it.
     *
     * @param sequence the place of the entry
     * @return this
     */
    public Replay from(long sequence) {
        from = sequence;
        return this;
    }

    /**
     * Begins to hand over outputs at the first event whose event time is not before the given time. Otherwise as
     * {@link #from(long)}.
     *
     * @param time the earliest event time
     * @return this
     */
    public Replay from(Instant time) {
        fromTime = time;
        return this;
    }

    /**
     * Stops after an entry.
     *
     * @param sequence the place of the last entry
     * @return this
     */
    public Replay to(long sequence) {
        to = sequence;
        return this;
    }

    /**
     * Stops before the first event that has a later event time.
     *
     * @param time the latest event time
     * @return this
     */
    public Replay to(Instant time) {
        toTime = time;
        return this;
    }

    /**
     * Waits between entries, from the first one handed over, as long as there was between their writing to the log.
     * Time in which no engine ran is left out. Entries of one commit come together. If the log does not record these
     * times ({@link JournalLog.EntryReader#later} is never called), it waits for the differences of event times, where
     * these increase.
     *
     * @return this
     */
    public Replay atRecordedPace() {
        recordedPace = true;
        return this;
    }

    /**
     * Allows the topology to differ from the one that wrote the journal: differences are no reason to refuse, and no
     * digest is compared.
     *
     * @return this
     */
    public Replay otherTopology() {
        otherTopology = true;
        return this;
    }

    /**
     * Begins with the oldest snapshot left, whatever entry is asked for, if older entries have been given up, so that
     * as much as possible is run. A changed topology ({@link #otherTopology}) takes that snapshot over, as the declared
     * migration says ({@link Journaling#migrate}) or unchanged. This has no effect on a journal that has all its
     * entries, or if the declared migration takes over the newest snapshot of another topology's journal.
     *
     * @return this
     */
    public Replay fromOldestSnapshot() {
        fromOldest = true;
        return this;
    }

    /**
     * Allows the replay to be stopped early. Entries read by then are completed.
     *
     * @param when asked before each entry, and while waiting for the next one; true stops the replay
     * @return this
     */
    public Replay stopWhen(BooleanSupplier when) {
        stopped = Objects.requireNonNull(when, "when");
        return this;
    }

    /**
     * Shows each entry before it is evaluated.
     *
     * @param entries gets the entries; returning false ends the replay
     * @return this
     */
    public Replay watch(JournalLog.EntryReader entries) {
        watches = Objects.requireNonNull(entries, "entries");
        return this;
    }

    /**
     * The result of a replay.
     *
     * @param entries how many entries were handed over: from the first to the last that were asked for
     * @param first the first entry that was evaluated; not 0 if the replay began with a snapshot
     * @param evaluated how many entries were evaluated
     * @param took how long that took
     * @param digest of everything that was evaluated
     * @param compared the number of entries, from the first one on, whose outputs were compared with what was kept; 0
     *     if none were
     * @param firstAt the first entry at which the outputs can differ from those kept; -1 if they are equal
     * @param firstTo the entry after the last one at which they can first differ, as precisely as what was kept tells;
     *     -1 if they are equal
     * @param node the output that differs there; null if they are equal
     * @param stateBytes the most state that the nodes held together, in bytes, sampled now and then and after the last
     *     entry
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
         * Tells whether the outputs are those of the original run, as far as these were kept.
         *
         * @return true also if nothing was kept
         */
        public boolean isEqual() {
            return firstAt < 0;
        }
    }

    /**
     * Returns the differences from where the log was written that are no reason to refuse: versions of the engine, the
     * JVM and time zones, and the kind of processor. If they changed midway, the entries that each worked out are
     * named. If outputs differ, look at these first.
     *
     * @return each difference with both values; null if there is none
     * @throws JournalException if the journal cannot be read
     */
    public String otherThanRecorded() {
        try (JournalLog log = journal.openToRead()) {
            return SeenVersions.differentFrom(log, Facts.notes());
        }
    }

    /**
     * Runs the replay: from the first entry on, or from a snapshot if older entries have been given up (see
     * {@link Replay}), or from the newest snapshot if another topology made it and a migration is declared. Nothing
     * that came before the starting point is handed over ({@link Report#first}).
     *
     * @return the result
     * @throws JournalException if the journal cannot be read, or belongs to another topology
     * @throws io.millrace.state.StateException if the snapshot cannot be taken over; the message names the operator and
     *     the cure
     * @throws SinkException if a sink failed to flush or close
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

    /** Returns when it began to evaluate. */
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
     * If entries have been given up before a snapshot, or it belongs to another topology, goes on from that snapshot.
     * Returns the place of the first entry to read.
     */
    private long begin(JournalLog log, Host host, boolean takesOver, long snapshot) {
        if (fromFirst(log, takesOver)) {
            return 0;
        }
        if (otherTopology && !fromOldest || snapshot < 0) {
            throw new JournalException("the journal begins with entry " + Math.max(log.first(), log.since())
                    + ": earlier entries were deleted after a snapshot or belong to another topology, "
                    + (otherTopology && !fromOldest
                            ? "which another topology can take over if asked to (Replay.fromOldestSnapshot)"
                            : "and no snapshot can be read")
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
     * The newest snapshot from which everything that is asked for can be worked out. If there is none, or what is asked
     * for is known by its time only: the first one that the log's topology has made since it took the log over, or the
     * one that it took over if it has made none.
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

    /** The first snapshot at or after a place that can be read; -1 if there is none. */
    static long oldest(JournalLog log, long from) {
        long oldest = -1;
        for (long next = log.snapshotAt(Long.MAX_VALUE); next >= Math.max(from, 0); next = log.snapshotAt(next - 1)) {
            oldest = next;
        }
        return oldest;
    }

    /** Thrown if a sink of a replay failed in flush or close, so that output may be missing. */
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
                    e.getMessage() + "; put back the copy "
                            + "of the file " + JournalDigest.NAME + " that was made together with the journal, or "
                            + "move the file away, in which case there is nothing to compare with",
                    e);
        }
    }

    /** Evaluates one entry after another, with all stages in turn. */
    private final class Run implements JournalLog.EntryReader {
        /** The number of entries between two looks at the size of state. */
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

        /** Returns false if it is to stop. */
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
