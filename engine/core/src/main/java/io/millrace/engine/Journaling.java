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

/**
 * How a host uses its journal: snapshots, further facts, migration and warnings. Immutable: each method returns a
 * changed copy. Given to {@link Setup#journal(io.millrace.journal.Journal, Journaling)}.
 */
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
     * Keeps entries and makes no snapshots, so that a start works out all entries again.
     *
     * @return options to be changed
     */
    public static Journaling plain() {
        return PLAIN;
    }

    /**
     * Declares something besides the topology that has to be the same at each start: a setting of the service, a digest
     * of a file.
     *
     * @param name for example {@code rules}
     * @param value its present value; a start with another value is refused with a message that names both
     * @return a changed copy
     * @throws IllegalArgumentException if the name begins with {@code option}, {@code node} or {@code source of} and a
     *     blank: what a journal keeps of its topology begins so
     */
    public Journaling fact(String name, String value) {
        if (Facts.isOwn(name)) {
            throw new IllegalArgumentException(
                    "fact '" + name + "': the journal keeps what it knows of a topology under"
                            + " names that begin so; choose another name");
        }
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
     * Makes snapshots of the state, so that a start works out only the entries after the newest one. A snapshot is due
     * when the given time has passed since the last one and at least one entry has come, or when the given number of
     * entries has come.
     *
     * <p>A snapshot is made beside the engine, which is not disturbed: a second state machine of the same topology
     * takes over the last snapshot, works out the entries since, is compared with what the engine itself has put out,
     * and is saved. It continues from there for the next snapshot. The cost is a core while a snapshot is made, and the
     * memory of the state once more from the first one on (if snapshots are made only by hand, while one is made). Your
     * functions are called on another thread meanwhile.
     *
     * <p>If that core is slower than the engine, each start takes longer than the one before. Health reports it when
     * the entries after the newest snapshot are four times what is declared here, and at least 100,000 entries, 16 MiB
     * or a minute.
     *
     * <p>Entries older than the snapshots are deleted. A start is therefore refused if a receiver wants all outputs
     * from the first one on ({@link io.millrace.transport.Resumption#anew}); views do not count, since a snapshot
     * contains their rows.
     *
     * @param time the longest time after the last snapshot, at most a year
     * @param entries the most entries after the last snapshot, at least 1
     * @return a changed copy
     * @throws IllegalArgumentException if an argument is out of range
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
     * Makes a snapshot when the log has taken the given number of bytes since the last one. Entries that a start had to
     * read again count, so a start reads little more than that number, however often the process is restarted. May be
     * combined with {@link #snapshotEvery}, whose notes apply here too.
     *
     * @param bytes the most bytes after the last snapshot, at least 1
     * @return a changed copy; a start with it is refused if the log does not count its bytes
     * @throws IllegalArgumentException if the number is out of range
     */
    public Journaling snapshotEveryBytes(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("a snapshot every " + bytes + " bytes; use at least 1");
        }
        return new Journaling(
                facts, snapshotEvery, snapshotEntries, bytes, skipped, migration, progressEvery, tailWarning);
    }

    /**
     * Skips an entry for good: for an entry at which the engine fails at each start, when the cause cannot be fixed.
     * The message of the failed start names it. The entry stays in the log and counts as an event that came, but has no
     * effect, in this start, all later ones, snapshots and replays, because the order is kept beside the log. Effects
     * that it had before are not taken back; a digest that was kept then differs.
     *
     * @param sequence the place of the entry
     * @return a changed copy; a start with it is refused if a snapshot already contains effects of the entry, if there
     *     is no such entry, and for the end of an input
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
     * Allows the topology to differ from the one that wrote the journal. It takes over the newest snapshot as the
     * migration says, works out the entries after it, and owns the journal from there on. Outputs keep their numbering,
     * so events of an output that a receiver already has are not handed over again. Without this method a changed
     * topology is refused. Keep the declaration until a snapshot of the changed topology has been kept, then remove it.
     *
     * @param how what becomes of the state; {@link Migration#none} if all operators with state are unchanged
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
     * Sets how often a start that takes longer reports its progress to the log: the part of the snapshot that is
     * loaded, or the number of entries worked out again (INFO, {@code io.millrace.engine.start}); or, if it has not
     * moved since the last report, the entry and the line of code (WARNING).
     *
     * <p>A start never gives up by itself, since a function that does not return can only be ended with its process. If
     * a start may not take longer than a certain time, let the supervisor of the process end it (a startup probe). A
     * start that is killed loses nothing.
     *
     * @param time default five seconds, at most a year
     * @return a changed copy
     * @throws IllegalArgumentException if it is not positive, or longer than a year
     */
    public Journaling progressEvery(Duration time) {
        Duration every = Checked.upToAYear("a line about the start every ", time);
        return new Journaling(
                facts, snapshotEvery, snapshotEntries, snapshotBytes, skipped, migration, every, tailWarning);
    }

    /**
     * Sets the number of entries after the newest snapshot from which health warns that each start works all of them
     * out again. It applies only if no snapshots are made automatically ({@link #snapshotEvery}). A snapshot made by
     * hand ends the warning. Ticks are entries too.
     *
     * @param entries default ten million, about 15 seconds of a start; {@link Long#MAX_VALUE} for never
     * @return a changed copy
     * @throws IllegalArgumentException if the number is less than 1
     */
    public Journaling tailWarning(long entries) {
        if (entries < 1) {
            throw new IllegalArgumentException("a warning at a tail of " + entries + " entries; use at least 1");
        }
        return new Journaling(
                facts, snapshotEvery, snapshotEntries, snapshotBytes, skipped, migration, progressEvery, entries);
    }

    /** {@link Long#MAX_VALUE} if there is never a warning. */
    long tailWarning() {
        return makesSnapshots() ? Long.MAX_VALUE : tailWarning;
    }

    long progressEveryNs() {
        return progressEvery.toNanos();
    }

    /** Null if the topology has to be the one that wrote the journal. */
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
            throw new JournalException("snapshotEveryBytes(" + snapshotBytes + "): this journal does "
                    + "not count its bytes (JournalLog.bytes); use snapshotEvery with a number of entries instead");
        }
    }

    long snapshotEveryNs() {
        return snapshotEvery == null ? Long.MAX_VALUE : snapshotEvery.toNanos();
    }

    long snapshotEntries() {
        return snapshotEntries;
    }

    /** {@link Long#MAX_VALUE} if bytes do not matter. */
    long snapshotBytes() {
        return snapshotBytes;
    }
}
