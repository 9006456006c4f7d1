package io.millrace.engine;

import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog;
import io.millrace.state.Migration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** How a host uses its journal. Immutable: each word answers a changed copy. */
public final class Journaling {
    private static final long LONG_TAIL = 10_000_000;
    private static final Journaling PLAIN = new Journaling(
            Map.of(), null, Long.MAX_VALUE, Long.MAX_VALUE, List.of(), null, Duration.ofSeconds(5), LONG_TAIL);

    private final Map<String, String> facts;
    private final Duration snapshotEvery;
    private final long snapshotEntries;
    private final long snapshotBytes;
    private final List<Long> skipped;
    private final Migration migration;
    private final Duration progressEvery;
    private final long tailWarning;

    private Journaling(
            Map<String, String> facts,
            Duration snapshotEvery,
            long snapshotEntries,
            long snapshotBytes,
            List<Long> skipped,
            Migration migration,
            Duration progressEvery,
            long tailWarning) {
        this.facts = facts;
        this.snapshotEvery = snapshotEvery;
        this.snapshotEntries = snapshotEntries;
        this.snapshotBytes = snapshotBytes;
        this.skipped = skipped;
        this.migration = migration;
        this.progressEvery = progressEvery;
        this.tailWarning = tailWarning;
    }

    /**
     * Keeps entries and no snapshots: a start works all of them out.
     *
     * @return to be changed
     */
    public static Journaling plain() {
        return PLAIN;
    }

    /**
     * Says what has to be the same each time beside the topology: a setting of the service, a digest of a file.
     *
     * @param name  such as {@code rules}
     * @param value what it is now; a start at which it is another is refused, naming both
     * @return a changed copy
     */
    public Journaling fact(String name, String value) {
        Map<String, String> more = new TreeMap<>(facts);
        more.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
        return new Journaling(
                Collections.unmodifiableMap(more),
                snapshotEvery,
                snapshotEntries,
                snapshotBytes,
                skipped,
                migration,
                progressEvery,
                tailWarning);
    }

    /**
     * Makes a snapshot of the state now and then, so that a start works out only what came behind it: when so much time has gone since the
     * last one, or so many entries have come, and at least one has.
     *
     * <p>A snapshot is made beside the engine, which does not notice: a second state machine of the same topology takes over the last
     * snapshot, works out what came since, is compared with what the engine itself has put out, and is saved. It goes on from there for the
     * next one. So it costs the time of a core while it is made, and the memory of the state once more from the first one on (where
     * snapshots are made by hand only, while one is made); and functions of the user are called on another thread meanwhile.
     *
     * <p>Where that core is slower than the engine each start takes longer than the last one: health says so when what stands behind the newest
     * snapshot is four times what is asked for here (and at least 100,000 entries, 16 MiB or a minute).
     *
     * <p>Behind snapshots older entries are given up. So a start is refused where a receiver wants all outputs from the first one on ({@link
     * io.millrace.transport.Resumption#anew}); views do not count, since a snapshot has their rows.
     *
     * @param time    at most so long after the last one
     * @param entries at most so many entries behind it, at least 1
     * @return a changed copy
     */
    public Journaling snapshotEvery(Duration time, long entries) {
        if (entries < 1) {
            throw new IllegalArgumentException("a snapshot every " + entries + " entries; use at least 1");
        }
        return new Journaling(
                facts,
                Checked.upToAYear("a snapshot every ", time),
                entries,
                snapshotBytes,
                skipped,
                migration,
                progressEvery,
                tailWarning);
    }

    /**
     * Makes a snapshot when the log has taken so many bytes since the last one, those of entries that a start had to read again included: so
     * a start reads little more than that many, however short its lives are. Beside {@link #snapshotEvery}, of which all else holds, or alone.
     *
     * @param bytes at most so many behind it, at least 1
     * @return a changed copy; a start with it is refused where the log does not count its bytes
     */
    public Journaling snapshotEveryBytes(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("a snapshot every " + bytes + " bytes; use at least 1");
        }
        return new Journaling(
                facts, snapshotEvery, snapshotEntries, bytes, skipped, migration, progressEvery, tailWarning);
    }

    /**
     * Leaves an entry out, for good: for one at which the core fails at each start, when what fails cannot be mended. The message of that
     * start names it. The entry stays in the log and counts as an event that came; it is worked out as nothing, by this start, by all
     * later ones, by snapshots and by replays, since the order is kept beside the log. What it caused before, if it had, is not taken back:
     * a digest that was kept tells then.
     *
     * @param sequence its place
     * @return a changed copy; a start with it is refused where a snapshot already holds what the entry has caused, where there is no such
     *     entry, and for the end of an input
     */
    public Journaling skip(long sequence) {
        List<Long> more = new ArrayList<>(skipped);
        more.add(sequence);
        return new Journaling(
                facts,
                snapshotEvery,
                snapshotEntries,
                snapshotBytes,
                List.copyOf(more),
                migration,
                progressEvery,
                tailWarning);
    }

    List<Long> skipped() {
        return skipped;
    }

    /**
     * The topology may be another than the one that wrote the journal: it takes over the newest snapshot as is said here, works out what
     * came behind it, and the journal is its own from there on. Outputs are numbered on: what a receiver holds of an output is not handed over again.
     * Without this word a changed topology is refused. May stay declared until a snapshot of the changed topology is kept, and has to until then.
     *
     * @param how what becomes of what; {@link Migration#none} where all that keeps state is as it was
     * @return a changed copy
     */
    public Journaling migrate(Migration how) {
        return new Journaling(
                facts,
                snapshotEvery,
                snapshotEntries,
                snapshotBytes,
                skipped,
                Objects.requireNonNull(how, "how"),
                progressEvery,
                tailWarning);
    }

    /**
     * How often a start that takes longer says how far it is: which part of its snapshot is loaded, how many entries are worked out again (INFO,
     * {@code io.millrace.engine.start}), or that it has not moved since, in which entry and line of code (WARNING).
     *
     * <p>There is no time behind which a start gives up: a function that does not return can be ended with its process only. Let whoever
     * supervises that end it (a start-up probe) where a start may not take longer; a start that is killed loses nothing.
     *
     * @param time left out, five seconds
     * @return a changed copy
     */
    public Journaling progressEvery(Duration time) {
        Duration every = Checked.upToAYear("a word on the start every ", time);
        return new Journaling(
                facts, snapshotEvery, snapshotEntries, snapshotBytes, skipped, migration, every, tailWarning);
    }

    /**
     * From how many entries behind the newest snapshot on health says that each start works all of them out again, where none are made by
     * themselves ({@link #snapshotEvery}). A snapshot that is made by hand ends it. Ticks are entries too.
     *
     * @param entries left out, ten million: some 15 seconds of a start; {@link Long#MAX_VALUE} for never
     * @return a changed copy
     */
    public Journaling tailWarning(long entries) {
        if (entries < 1) {
            throw new IllegalArgumentException("a warning at a tail of " + entries + " entries; use at least 1");
        }
        return new Journaling(
                facts, snapshotEvery, snapshotEntries, snapshotBytes, skipped, migration, progressEvery, entries);
    }

    /** {@link Long#MAX_VALUE} where nothing is to be said. */
    long tailWarning() {
        return makesSnapshots() ? Long.MAX_VALUE : tailWarning;
    }

    long progressEveryNs() {
        return progressEvery.toNanos();
    }

    /** Null where the topology has to be the one that wrote the journal. */
    Migration migration() {
        return migration;
    }

    Map<String, String> facts() {
        return facts;
    }

    boolean makesSnapshots() {
        return snapshotEvery != null || snapshotBytes < Long.MAX_VALUE;
    }

    void requireCounted(JournalLog log) {
        if (snapshotBytes < Long.MAX_VALUE && log.bytes() < 0) {
            throw new JournalException("snapshotEveryBytes(" + snapshotBytes + "): the log does not count its bytes"
                    + " (JournalLog.bytes); say how many entries with snapshotEvery");
        }
    }

    long snapshotEveryNs() {
        return snapshotEvery == null ? Long.MAX_VALUE : snapshotEvery.toNanos();
    }

    long snapshotEntries() {
        return snapshotEntries;
    }

    /** {@link Long#MAX_VALUE} where they do not matter. */
    long snapshotBytes() {
        return snapshotBytes;
    }
}
