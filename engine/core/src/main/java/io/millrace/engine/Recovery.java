package io.millrace.engine;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.journal.Durability;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog;
import io.millrace.metric.Digest;
import io.millrace.runtime.Adoption;
import io.millrace.runtime.Core;
import io.millrace.state.Migration;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Evaluates once more what stands in a journal, before the threads of a host start: all stages on the calling thread. What comes out is
 * what came out before; receivers get what they do not hold.
 */
final class Recovery implements JournalLog.EntryReader {
    /** A receiver that the journal counts for cannot be given what it held. */
    private static final String MARKED_CURE =
            "the journal keeps marks for it (Resumption.marked). Put back the marks file that was "
                    + "copied together with the journal, or move the marks file away, in which case outputs "
                    + "after the snapshot are in doubt and are not sent again; or bind a receiver that says what it holds";

    private final Host host;
    private final Core core;
    private final JournalLog log;

    /** Null for a second core, of which nobody hears. */
    private final HeldOutputs[] held;

    private long upTo = Long.MAX_VALUE;
    private BooleanSupplier goesOn = () -> true;
    private SkippedEntries skipped;

    /** Null where the topology has to be the one that made the snapshot. */
    private final Migration how;

    /** One a stage. */
    private FlushBound[] flushes;

    /** Null for a second core, of which nobody hears. */
    private RecoveryProgress progress;

    private InputMarks[] inputs;
    private long next;

    /** Of the entries that were read. */
    private long bytes;

    /** That a snapshot of another topology was taken over; null when not. */
    private String words;

    /** That it began with another snapshot than the newest, and why. */
    private String stepped = "";

    private Recovery(Host host, JournalLog log, Migration how, HeldOutputs[] held) {
        this.host = host;
        this.core = host.core();
        this.log = log;
        this.how = how;
        this.held = held;
        skipped = SkippedEntries.read(log);
        beginAnew();
    }

    private void beginAnew() {
        inputs = new InputMarks[host.sources()];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = new InputMarks();
        }
        host.bindings().ports().forEach(p -> p.counted(0));
        host.lookups().clear();
        host.deadLetters().clearCounts();
        next = 0;
    }

    /** From the newest snapshot on that is of use, or all that is there. */
    static Recovered run(Host host, JournalLog log, HeldOutputs[] held) {
        long everyNs = host.journal().parts().journaling().progressEveryNs();
        try (RecoveryProgress progress = RecoveryProgress.of(host.name(), log.next(), everyNs)) {
            return run(host, log, held, progress);
        }
    }

    private static Recovered run(Host host, JournalLog log, HeldOutputs[] held, RecoveryProgress progress) {
        long startNs = HostClock.nanoTime();
        Moving moving = host.journal().moving();
        Migration how = moving == null ? null : moving.how();
        Recovery recovery = new Recovery(host, log, how, held);
        recovery.progress = progress;
        long first = recovery.begin();
        recovery.skipped = recovery.skipped
                .within(log)
                .with(host.journal().parts().journaling().skipped(), log, first);
        progress.entriesFrom(first);
        recovery.flushes = FlushBound.ofStages(host, first);
        recovery.addLetters();
        log.read(first, recovery);
        if (recovery.next != log.next()) {
            throw new JournalException("journal of " + host.name() + " says that its next entry is " + log.next()
                    + ", but its last readable entry is " + (recovery.next - 1));
        }
        String ahead = recovery.receiversAhead();
        host.journal().noteLayouts();
        String lost = host.journal().noteVersions();
        Duration took = Duration.ofNanos(HostClock.nanoTime() - startNs);
        String differs = recovery.differs();
        Recovered found = new Recovered(
                host.core().plan().topology(),
                first,
                recovery.next,
                took,
                ahead + lost + recovery.report(differs),
                host.journal().resumes().inDoubt(),
                host.lookups().openRequests(),
                recovery.inputs,
                recovery.bytes);
        host.logRecovered(
                found,
                differs != null
                        || !ahead.isEmpty()
                        || !lost.isEmpty()
                        || !recovery.stepped.isEmpty()
                        || !found.inDoubt().isEmpty());
        host.journal().resumes().all().forEach(r -> {
            r.named();
            r.accepted();
        });
        return found;
    }

    /** Of a second core, of which nobody hears: it has taken over the newest snapshot that is of use. */
    static Recovery second(Host shadow, JournalLog log, Migration how) {
        shadow.bindings().ports().forEach(OutputPort::heldByTwins);
        Recovery recovery = new Recovery(shadow, log, how, null);
        recovery.next = recovery.begin();
        return recovery;
    }

    /** Works out what stands between where it is and an entry. Fails when that is not wanted any more: it is of no use then. */
    void readOn(long to, BooleanSupplier wanted) {
        upTo = to;
        goesOn = wanted;
        if (next < upTo) {
            log.read(next, this);
        }
        if (next != upTo) {
            throw new JournalException("journal of " + host.name() + " should have been read up to entry " + upTo
                    + ", but was read up to " + next);
        }
    }

    Digest digest() {
        return digest(host, next - 1);
    }

    /** What of a host can be saved. */
    HostState state() {
        return new HostState(host, inputs, null);
    }

    /** Why a snapshot is not taken over, and what can be done. */
    private record NoUse(String why, String cure) {}

    /**
     * Takes over the newest snapshot that is of use, an older one where a receiver holds less than the newer ones count; answers the place of the
     * first entry to be read.
     */
    private long begin() {
        NoUse newest = null;
        for (long at = log.snapshot(); mayBegin(at); at = changes() ? -1 : log.snapshotAt(at - 1)) {
            NoUse problem = takeOver(at);
            if (problem == null) {
                older(newest, "the snapshot at entry " + at);
                return at;
            }
            newest = newest == null ? problem : newest;
            beginAnew();
        }
        String why = newest == null
                ? "no snapshot can be read; put the older snapshot files back beside the journal"
                : newest.why() + "; " + newest.cure();
        if (log.since() > 0 || changes()) {
            throw new JournalException("journal of " + host.name() + ": entries below "
                    + (changes() ? log.snapshot() : log.since())
                    + " were processed by an earlier topology, so this one must start from a snapshot, and " + why);
        }
        if (log.first() != 0) {
            throw new JournalException("journal of " + host.name() + " begins with entry " + log.first()
                    + ", so the engine must start from a snapshot, and " + why);
        }
        older(newest, "the first entry");
        if (held != null) {
            host.journal().resumes().all().forEach(r -> r.beginBehind(0, true));
        }
        return 0;
    }

    /** Below where the topology has taken over there is none of use; at that place the one that it took over, by what is declared. */
    private boolean mayBegin(long at) {
        boolean isNewest = at == log.snapshot();
        return at >= Math.max(0, log.since())
                && (isNewest || at >= log.first() && (at > log.since() || log.since() == 0 || how != null));
    }

    private void older(NoUse newest, String begun) {
        if (newest != null) {
            stepped = "started from " + begun + " instead of the newest snapshot: " + newest.why();
        }
    }

    /** Answers why it is of no use; null when it was taken over. */
    private NoUse takeOver(long at) {
        NoUse[] problem = new NoUse[1];
        HostState state = new HostState(host, inputs, how);
        state.tells(progress);
        if (state.load(log, at, () -> (problem[0] = noUse(at)) == null) >= 0) {
            next = at;
            takenOver(state.adoption());
        }
        return problem[0];
    }

    /** Where that was the snapshot of another topology, and nothing is noted of that yet. */
    private void takenOver(Adoption adoption) {
        if (held == null || !changes()) {
            return;
        }
        new TailCheck(core.plan().topology(), adoption.relaid()).check(log, next);
        new JournalDigest(log).keepLast(digest(host, next - 1)); // what is kept of the tail is of the one before
        host.journal().moving().note(log, next);
        words = "migrated from another topology at entry " + next + ": "
                + adoption.lines().stream()
                        .filter(l -> l.fate() != Adoption.Fate.SAME)
                        .map(Object::toString)
                        .collect(Collectors.joining(", "));
    }

    private boolean changes() {
        return host.journal() != null
                && host.journal().moving() != null
                && host.journal().moving().changes();
    }

    /** Each receiver has to hold all that came out before the snapshot, and begins behind that then; null where all do. */
    private NoUse noUse(long at) {
        Views views = host.sinks().views();
        if (held == null) {
            return views.missing() == null ? null : new NoUse(unknownView(views.missing(), at), "make another one");
        }
        List<ResumedOutput> all = host.journal().resumes().all();
        for (ResumedOutput r : all) {
            boolean brought = views.brings(r);
            if (r.isAnew() ? !brought : r.held() < count(r)) {
                String why = !r.isAnew()
                        ? "output " + r.output() + " has a receiver "
                                + "that holds only " + r.held() + " of the " + count(r) + " outputs emitted before the "
                                + "snapshot at entry " + at
                        : views.has(r)
                                ? unknownView(r.output(), at)
                                : "output " + r.output() + " has a receiver that needs every output "
                                        + "from the first one on";
                String empty = how != null && views.has(r)
                        ? ", or add startEmpty(\"" + r.output() + "\") to the migration"
                        : "";
                String other = r.cureOr("bind another receiver, or give it what it held");
                return new NoUse(why, r.isMarked() ? MARKED_CURE : other + empty);
            }
        }
        boolean asBefore = !changes() && (at > log.since() || log.since() == 0);
        all.forEach(r -> r.beginBehind(count(r), asBefore));
        return null;
    }

    private static String unknownView(String output, long at) {
        return "output " + output + " has a view that is not in the snapshot at entry " + at;
    }

    /**
     * A receiver cannot hold what the log has not made, unless the log is another, or has lost its end (entries that were not forced, a
     * cut at damage). What comes next would be taken for what it holds, and not be handed over. Answers what was set right, in words.
     */
    private String receiversAhead() {
        boolean lowered = false;
        for (LetterMark m : host.journal().resumes().letters()) {
            lowered |= m.madeOnly(port(m.output()).count());
        }
        StringBuilder told = new StringBuilder();
        for (ResumedOutput r : host.journal().resumes().all()) {
            long made = count(r);
            if (r.holds() <= made) {
                continue;
            }
            String what = "output " + r.output() + ": its receiver holds " + r.holds()
                    + " events, but the journal yields only " + made + " of them";
            if (words == null && log.mayLackItsEnd() && r.givesUp(made)) {
                told.append(what)
                        .append(": the machine was restarted, and the journal may have lost its end, so "
                                + "the surplus events are dropped; ");
                continue;
            }
            if (r.isCounted()) {
                throw new JournalException(what
                        + (words == null
                                ? "; put back the journal that belongs to this receiver, or move the "
                                        + "receiver's data away"
                                        + lostPower(made)
                                : "; the changed topology emits fewer of them after the snapshot. "
                                        + "Start the previous topology (migrate(Migration.none())), make a snapshot when it is "
                                        + "idle, and start this one again"));
            }
            lowered |= r.madeOnly(made);
            if (r.isUnknown() || log.level() == Durability.DISK && r.heldForSure() <= made) {
                continue; // behind a loss of power: that was only reserved, since outputs go out behind their entries
            }
            told.append(what).append(": the later ones are emitted anew from new input; ");
        }
        if (lowered) {
            // else a loss of power brings the former ones back, and by then the log makes outputs of these numbers that
            // nobody was given
            log.marks().force();
        }
        return told.toString();
    }

    /** At level DISK a receiver holds only what was forced. */
    private String lostPower(long made) {
        return log.level() == Durability.DISK
                ? ""
                : "; if the machine lost power, the journal has lost its end, as "
                        + "durability level " + log.level() + " allows: in that case cut the receiver's data "
                        + "to its first " + made + " rows";
    }

    /** Receivers are not called again for what they hold: how many letters they made stands beside the log. */
    private void addLetters() {
        for (LetterMark m : host.journal().resumes().letters()) {
            host.deadLetters().add(port(m.output()).node(), m.count());
        }
    }

    private long count(ResumedOutput resumed) {
        return port(resumed.output()).count();
    }

    private OutputPort port(String output) {
        for (OutputPort p : host.bindings().ports()) {
            if (p.output().name().equals(output)) {
                return p;
            }
        }
        throw new IllegalStateException("output " + output + " is not bound");
    }

    /** Whether the same came out as before, in words; a topology that has just taken over has nothing to be compared with. */
    private String differs() {
        if (words != null) {
            new JournalDigest(log).keepLast(digest(host, next - 1));
            return null;
        }
        return next > 0 ? new JournalDigest(log).differsFrom(digest(host, next - 1)) : null;
    }

    /** What the log says, what was taken over, and what differs. */
    private String report(String differs) {
        String last = words != null ? words : differs;
        return Stream.of(log.report().strip(), stepped, skipped.toString(), last == null ? "" : last)
                .filter(says -> !says.isEmpty())
                .collect(Collectors.joining("; "));
    }

    static Digest digest(Host host, long done) {
        EngineStats.Copy copy = new EngineStats.Copy(host);
        for (int i = 0; i < host.core().stageCount(); i++) {
            copy.take(i, done);
        }
        return copy.stats().digest();
    }

    @Override
    public void next(byte[] bytes, int[] offsets, int count) {
        EntriesAhead.see(core, inputs.length, bytes, offsets, count);
    }

    @Override
    public boolean on(long sequence, byte[] entry, int offset, int length) {
        bytes += length;
        boolean isToGoOn = on(sequence, entry, offset);
        if (progress != null) {
            progress.reads(next);
        }
        return isToGoOn;
    }

    private boolean on(long sequence, byte[] bytes, int offset) {
        if (sequence >= upTo || !goesOn.getAsBoolean()) {
            return false;
        }
        if (sequence != next) {
            throw gap(sequence);
        }
        next = sequence + 1;
        byte kind = Entry.kind(bytes, offset);
        if (kind == EntryKind.EVENT || kind == EntryKind.END || kind == EntryKind.DROPS) {
            int source = Entry.source(bytes, offset);
            if (source >= inputs.length) {
                throw noSuchInput(sequence, source);
            }
            inputs[source].see(bytes, offset);
        }
        if (kind == EntryKind.EVENT) {
            host.lookups().see(bytes, offset);
            host.deadLetters().see(bytes, offset);
        }
        if (skipped.has(sequence)) {
            evaluate(sequence, SkippedEntries.NOTHING, 0);
            return true;
        }
        try {
            evaluate(sequence, bytes, offset);
        } catch (RuntimeException | StackOverflowError e) {
            if (held == null) {
                throw e;
            }
            throw failed(sequence, bytes, offset, e);
        }
        flushIfDue();
        return true;
    }

    /** A receiver that wants all from the first output on may gather as much as the log makes. */
    private void flushIfDue() {
        for (int stage = 0; held != null && stage < flushes.length; stage++) {
            flush(stage, flushes[stage].isDue(next));
        }
    }

    private void flush(int stage, boolean isDue) {
        if (!isDue) {
            return;
        }
        flushes[stage].flushed(next);
        try {
            host.sinks().flush(stage);
        } catch (SinkFault e) {
            throw new JournalException("engine " + host.name() + ": " + e.getMessage(), e);
        }
    }

    private JournalException gap(long sequence) {
        return new JournalException(
                "journal of " + host.name() + " has entry " + sequence + " where entry " + next + " is expected");
    }

    private JournalException noSuchInput(long sequence, int source) {
        return new JournalException("journal of " + host.name() + ": entry " + sequence + " is of input number "
                + source + ", but the topology has only " + inputs.length + " inputs");
    }

    private void evaluate(long sequence, byte[] bytes, int offset) {
        for (int stage = 0; stage < core.stageCount(); stage++) {
            if (progress != null) {
                progress.works(sequence);
            }
            if (!core.tryStage(stage, sequence, bytes, offset)) {
                throw new IllegalStateException(
                        "stage " + stage + " has no room for entry " + sequence); // rings hold one entry at least
            }
            core.publishStage(stage);
            if (progress != null) {
                progress.gives(sequence);
            }
            while (held != null && held[stage].letOut()) {
                flush(stage, flushes[stage].isPast(next));
            }
        }
    }

    /** Whoever mends nothing would find the same at each start. */
    private JournalException failed(long sequence, byte[] bytes, int offset, Throwable e) {
        boolean isEvent = Entry.kind(bytes, offset) == EntryKind.EVENT;
        String what = isEvent
                ? ", an event of input "
                        + core.plan()
                                .topology()
                                .inputs()
                                .get(Entry.source(bytes, offset))
                                .name() + ","
                : "";
        return new JournalException(
                "journal of " + host.name() + ": entry " + sequence + what + " could not be "
                        + "processed again: " + e + ". Fix what failed and start again; if every start fails at "
                        + "this entry, Journaling.skip(" + sequence + ") leaves it out for good",
                e);
    }
}
