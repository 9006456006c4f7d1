package io.millrace.engine;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog;
import io.millrace.metric.Digest;
import io.millrace.runtime.Core;
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
    private final Host host;
    private final Core core;
    private final JournalLog log;

    /** Null for a second core, of which nobody hears. */
    private final HeldOutputs[] held;

    private final OpenInputs[] openInputs;
    private final long upTo;
    private final BooleanSupplier goesOn;
    private SkippedEntries skipped;
    private InputMarks[] inputs;
    private long next;

    private Recovery(
            Host host, JournalLog log, HeldOutputs[] held, OpenInputs[] openInputs, long upTo, BooleanSupplier goesOn) {
        this.host = host;
        this.core = host.core();
        this.log = log;
        this.held = held;
        this.openInputs = openInputs;
        this.upTo = upTo;
        this.goesOn = goesOn;
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
        next = 0;
    }

    /** From the newest snapshot on, or all that is there. */
    static Recovered run(Host host, JournalLog log, HeldOutputs[] held, OpenInputs[] openInputs) {
        long startNs = HostClock.nanoTime();
        Recovery recovery = new Recovery(host, log, held, openInputs, Long.MAX_VALUE, () -> true);
        long first = recovery.begin();
        recovery.skipped =
                recovery.skipped.with(host.journal().parts().journaling().skipped(), log, first);
        log.read(first, recovery);
        if (recovery.next != log.next()) {
            throw new JournalException("journal of " + host.name() + " says that entry " + log.next()
                    + " comes next, and its last one is " + (recovery.next - 1));
        }
        String ahead = recovery.receiversAhead();
        Duration took = Duration.ofNanos(HostClock.nanoTime() - startNs);
        return new Recovered(
                host.core().plan().topology(),
                first,
                recovery.next,
                took,
                ahead + report(host, log, recovery.next, recovery.skipped.toString()),
                host.journal().resumes().inDoubt(),
                host.lookups().openRequests(),
                recovery.inputs);
    }

    /**
     * Brings a second core to where the host was before an entry; what of it is not in the core can be saved with it. Fails when
     * that is not wanted any more.
     */
    static HostState shadow(Host shadow, JournalLog log, long upTo, BooleanSupplier goesOn) {
        shadow.bindings().ports().forEach(p -> p.heldByNobody(() -> true));
        Recovery recovery = new Recovery(shadow, log, null, null, upTo, goesOn);
        long first = recovery.begin();
        if (first < upTo) {
            log.read(first, recovery);
        }
        if (recovery.next != upTo) {
            throw new JournalException("journal of " + shadow.name() + " was to be read up to entry " + upTo
                    + ", and was up to " + recovery.next);
        }
        return new HostState(shadow, recovery.inputs);
    }

    /** Takes over the newest snapshot, if that is of use; answers the place of the first entry to be read. */
    private long begin() {
        String[] why = {"there is no snapshot that can be read; restore the older files beside it"};
        if (log.snapshot() >= 0) {
            next = new HostState(host, inputs).load(log, () -> (why[0] = whyOfNoUse()) == null);
            if (next >= 0) {
                markEnded();
                return next;
            }
            beginAnew();
        }
        if (log.first() != 0) {
            throw new JournalException(
                    "journal of " + host.name() + " begins with entry " + log.first() + ", and " + why[0]);
        }
        return 0;
    }

    /** Each receiver has to hold all that came out before the snapshot, and begins behind that then; answers which does not, or null. */
    private String whyOfNoUse() {
        Views views = host.sinks().views();
        if (held == null) {
            return views.missing() == null
                    ? null
                    : "output " + views.missing() + " has a view of which the newest snapshot knows nothing";
        }
        List<ResumedOutput> all = host.journal().resumes().all();
        for (ResumedOutput r : all) {
            boolean brought = views.brings(r);
            if (r.isAnew() ? !brought : r.held() < count(r)) {
                return "output " + r.output()
                        + (r.isAnew()
                                ? " has a receiver that wants all from the first one on"
                                : " has a receiver that holds only " + r.held()
                                        + " of what came out before the newest snapshot")
                        + "; bind another receiver, or give it what it held";
            }
        }
        all.forEach(r -> r.beginBehind(count(r)));
        return null;
    }

    /**
     * A receiver cannot hold what the log has not made, unless the log is another, or has lost its end (entries that were not forced, a
     * cut at damage). What comes next would be taken for what it holds, and not be handed over. Answers what was set right, in words.
     */
    private String receiversAhead() {
        StringBuilder words = new StringBuilder();
        for (ResumedOutput r : host.journal().resumes().all()) {
            long made = count(r);
            if (r.held() <= made) {
                continue;
            }
            String what = "output " + r.output() + ": its receiver holds " + r.held()
                    + " events, and the journal makes no more than " + made + " of them";
            if (r.isCounted()) {
                throw new JournalException(
                        what + "; put back the journal that belongs to it, or move away what it holds");
            }
            r.madeOnly(made);
            words.append(what).append(": those behind are made anew by what comes; ");
        }
        return words.toString();
    }

    private long count(ResumedOutput resumed) {
        for (OutputPort p : host.bindings().ports()) {
            if (p.output().name().equals(resumed.output())) {
                return p.count();
            }
        }
        throw new IllegalStateException("output " + resumed.output() + " is not bound");
    }

    private void markEnded() {
        for (int i = 0; openInputs != null && i < inputs.length; i++) {
            for (OpenInputs open : openInputs) {
                if (inputs[i].hasEnded()) {
                    open.end(i);
                }
            }
        }
    }

    /** What the log says, and whether the same came out as before. */
    private static String report(Host host, JournalLog log, long next, String skipped) {
        String differs = next == 0 ? null : new JournalDigest(log).differsFrom(digest(host, next - 1));
        return Stream.of(log.report().strip(), skipped, differs == null ? "" : differs)
                .filter(words -> !words.isEmpty())
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
    public boolean on(long sequence, byte[] bytes, int offset, int length) {
        if (sequence >= upTo || !goesOn.getAsBoolean()) {
            return false;
        }
        if (sequence != next) {
            throw new JournalException(
                    "journal of " + host.name() + " has entry " + sequence + " where entry " + next + " was to be");
        }
        next = sequence + 1;
        byte kind = Entry.kind(bytes, offset);
        if (kind == EntryKind.EVENT || kind == EntryKind.END) {
            int source = Entry.source(bytes, offset);
            if (source >= inputs.length) {
                throw new JournalException("journal of " + host.name() + ": entry " + sequence + " is of input "
                        + source + ", and the topology has " + inputs.length);
            }
            inputs[source].see(bytes, offset);
        }
        if (kind == EntryKind.EVENT) {
            host.lookups().see(bytes, offset);
        }
        if (skipped.has(sequence)) {
            if (kind == EntryKind.END) {
                throw new JournalException("entry " + sequence + " ends an input, and cannot be left out");
            }
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
        return true;
    }

    private void evaluate(long sequence, byte[] bytes, int offset) {
        for (int stage = 0; stage < core.stageCount(); stage++) {
            if (!core.tryStage(stage, sequence, bytes, offset)) {
                throw new IllegalStateException(
                        "stage " + stage + " has no room for entry " + sequence); // rings hold one entry at least
            }
            core.publishStage(stage);
            if (held != null) {
                openInputs[stage].see(bytes, offset);
                held[stage].letOut();
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
                "journal of " + host.name() + ": entry " + sequence + what + " could not be worked out again: " + e
                        + ". Mend what failed and start again; an entry at which each start fails can be left out for good"
                        + " by Journaling.skip(" + sequence + ")",
                e);
    }
}
