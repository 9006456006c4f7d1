package io.millrace.engine;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog;
import io.millrace.metric.Digest;
import io.millrace.runtime.Core;
import java.time.Duration;

/**
 * Evaluates once more what stands in a journal, before the threads of a host start: all stages on the calling thread. What comes out is
 * what came out before; receivers get what they do not hold.
 */
final class Recovery implements JournalLog.EntryReader {
    private final Host host;
    private final Core core;
    private final HeldOutputs[] held;
    private final InputMarks[] inputs;
    private final OpenInputs[] openInputs;
    private long next;

    private Recovery(Host host, HeldOutputs[] held, OpenInputs[] openInputs) {
        this.host = host;
        this.core = host.core();
        this.held = held;
        this.openInputs = openInputs;
        inputs = new InputMarks[host.sources()];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = new InputMarks();
        }
    }

    /** Reads all that is there. */
    static Recovered run(Host host, JournalLog log, HeldOutputs[] held, OpenInputs[] openInputs) {
        long startNs = HostClock.nanoTime();
        Recovery recovery = new Recovery(host, held, openInputs);
        long first = log.first();
        if (first != 0) {
            throw new JournalException("journal of " + host.name() + " begins with entry " + first
                    + ", and there is no snapshot that can be read; restore the older files beside it");
        }
        recovery.next = first;
        log.read(first, recovery);
        if (recovery.next != log.next()) {
            throw new JournalException("journal of " + host.name() + " says that entry " + log.next()
                    + " comes next, and its last one is " + (recovery.next - 1));
        }
        Duration took = Duration.ofNanos(HostClock.nanoTime() - startNs);
        return new Recovered(
                host.core().plan().topology(),
                first,
                recovery.next,
                took,
                report(host, log, recovery.next),
                host.journal().resumes().inDoubt(),
                recovery.inputs);
    }

    /** What the log says, and whether the same came out as before. */
    private static String report(Host host, JournalLog log, long next) {
        String differs = next == 0 ? null : new JournalDigest(log).differsFrom(digest(host, next - 1));
        String says = log.report().strip();
        return differs == null ? says : says.isEmpty() ? differs : says + "; " + differs;
    }

    static Digest digest(Host host, long done) {
        EngineStats.Copy copy = new EngineStats.Copy(host);
        for (int i = 0; i < host.core().stageCount(); i++) {
            copy.take(i, done);
        }
        return copy.stats().digest();
    }

    @Override
    public boolean on(long sequence, byte[] bytes, int offset, int length) {
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
        for (int stage = 0; stage < core.stageCount(); stage++) {
            if (!core.tryStage(stage, sequence, bytes, offset)) {
                throw new IllegalStateException(
                        "stage " + stage + " has no room for entry " + sequence); // rings hold one entry at least
            }
            core.publishStage(stage);
            openInputs[stage].see(bytes, offset);
            held[stage].letOut();
        }
        return true;
    }
}
