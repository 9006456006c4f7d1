package io.millrace.engine;

import io.millrace.event.Output;
import io.millrace.journal.Journal;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog;
import io.millrace.lineage.Explanation;
import io.millrace.runtime.Explaining;
import io.millrace.topology.Topology;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * Explains one output of a journal: the entry that caused it and, for each node on the way, what it took, what it
 * looked at and what it put out. It replays the journal on the calling thread, several times if need be. The journal is
 * not changed.
 *
 * <pre>{@code
 * Setup setup = Engine.of(topology).discard(ALERTS);
 * System.out.print(Explain.of(setup, ArchiveJournal.in(dir)).output("alerts", 1234, 0).text());
 * }</pre>
 */
public final class Explain {
    private final Setup setup;
    private final Journal journal;
    private BooleanSupplier stopped = () -> false;

    /**
     * The log still belongs to the previous topology, whose newest snapshot is taken over; entries after it can be
     * worked out.
     */
    private boolean takesOver;

    private Explain(Setup setup, Journal journal) {
        this.setup = setup;
        this.journal = journal;
    }

    /**
     * Prepares explanations.
     *
     * @param setup of the topology that wrote the journal; its outputs should be discarded, since nobody should get
     *     them again
     * @param journal where the outputs came from
     * @return explains outputs one at a time
     */
    public static Explain of(Setup setup, Journal journal) {
        return new Explain(Objects.requireNonNull(setup, "setup"), Objects.requireNonNull(journal, "journal"));
    }

    /**
     * Allows an explanation to be cancelled.
     *
     * @param when asked before each entry; true cancels
     * @return this
     */
    public Explain stopWhen(BooleanSupplier when) {
        stopped = Objects.requireNonNull(when, "when");
        return this;
    }

    /**
     * Explains an output.
     *
     * @param output the name of the output
     * @param sequence the entry at which it came out
     * @param ordinal its number among the events of that entry and output
     * @return what made it; null if it was cancelled
     * @throws IllegalArgumentException if there is no output of that id; the message names the nearest ones
     * @throws JournalException if the journal cannot be read, does not go back that far, or belongs to another
     *     topology. With a declared migration ({@link Journaling#migrate}), outputs after the newest snapshot can be
     *     explained
     * @throws io.millrace.state.StateException if the snapshot cannot be taken over; the message names the operator and
     *     the cure
     */
    public Explanation output(String output, long sequence, int ordinal) {
        try (JournalLog log = journal.openToRead()) {
            Topology topology = setup.plan().topology();
            Output<?> of = find(topology, output);
            if (sequence < log.first()) {
                throw unknown(
                        output,
                        sequence,
                        ordinal,
                        "the journal has entries " + log.first() + " to " + (log.next() - 1));
            }
            takesOver = setup.parts().takesOver(log);
            Explaining explaining = new Explaining(topology, of, sequence, ordinal);
            long snapshot = takesOver ? newest(log, sequence) : nearest(log, sequence);
            long earliest = takesOver ? snapshot : earliest(log);
            boolean went = run(log, explaining, snapshot);
            if (went && !explaining.isFound() && !explaining.knowsBefore() && earliest < snapshot) {
                explaining = new Explaining(topology, of, sequence, ordinal);
                went = run(log, explaining, earliest); // what is before the snapshot may be the nearest
            }
            if (!went) {
                return null;
            }
            if (!explaining.isFound()) {
                List<String> near = explaining.nearest();
                throw unknown(
                        output,
                        sequence,
                        ordinal,
                        near.isEmpty() ? "it has none" : "the nearest: " + String.join(" and ", near));
            }
            while (explaining.more()) {
                if (!run(log, explaining, earliest)) {
                    return null;
                }
            }
            return explaining.explanation();
        }
    }

    private static Output<?> find(Topology topology, String name) {
        for (Output<?> o : topology.outputs()) {
            if (o.name().equals(name)) {
                return o;
            }
        }
        throw new IllegalArgumentException("output " + name + " is not one of " + topology + ", which has "
                + topology.outputs() + "; name one of these");
    }

    private static IllegalArgumentException unknown(String output, long sequence, int ordinal, String near) {
        return new IllegalArgumentException(
                output + "/" + sequence + "." + ordinal + ": the journal has no such output; " + near);
    }

    /** The newest snapshot, which another topology takes over. */
    private static long newest(JournalLog log, long sequence) {
        if (sequence < log.snapshot()) {
            throw new JournalException(
                    "entries below " + log.snapshot() + " were processed by an earlier topology, and "
                            + "this topology takes over from its snapshot; explain entry " + sequence
                            + " with the earlier topology");
        }
        return log.snapshot();
    }

    /** The newest snapshot before an entry; -1 if everything has to be worked out from the first entry. */
    private static long nearest(JournalLog log, long sequence) {
        long snapshot = log.snapshotAt(sequence);
        if (log.since() > 0 && snapshot < log.since()) {
            throw new JournalException("entries below " + log.since() + " were processed by an earlier topology, and "
                    + "there is no later snapshot from which entry " + sequence + " could be recomputed; "
                    + "explain it with the earlier topology and a copy of the journal made at that time");
        }
        if (snapshot < 0 && log.first() > 0) {
            throw new JournalException("the entries before " + log.first() + " were deleted after a snapshot, and no "
                    + "snapshot is left from which entry " + sequence + " could be recomputed; put the older "
                    + "files back beside the journal");
        }
        return snapshot;
    }

    /** The oldest snapshot, if entries were given up. */
    private static long earliest(JournalLog log) {
        long first = Math.max(log.first(), log.since());
        return first == 0 ? -1 : Replay.oldest(log, first);
    }

    /** Returns false if it was cancelled. */
    private boolean run(JournalLog log, Explaining explaining, long snapshot) {
        Host host = setup.replayed(log, takesOver, snapshot, explaining);
        try {
            return run(host, log, explaining, snapshot);
        } finally {
            host.sinks().letGoOfViews();
        }
    }

    private boolean run(Host host, JournalLog log, Explaining explaining, long snapshot) {
        host.bindings().ports().forEach(p -> p.heldByNobody(() -> false));
        long from = 0;
        if (snapshot >= 0) {
            InputMarks[] inputs = new InputMarks[host.sources()];
            Arrays.setAll(inputs, i -> new InputMarks());
            HostState state =
                    new HostState(host, inputs, setup.parts().journaling().migration());
            from = state.load(log, snapshot, () -> true);
            if (takesOver) {
                new TailCheck(host.core().plan().topology(), state.adoption().relaid()).check(log, from);
            }
        }
        SkippedEntries skipped = SkippedEntries.read(log);
        boolean[] went = {true};
        log.read(from, (q, bytes, offset, length) -> {
            if (!explaining.reads(q)) {
                return false;
            }
            if (stopped.getAsBoolean()) {
                went[0] = false;
                return false;
            }
            boolean skips = skipped.has(q);
            byte[] entry = skips ? SkippedEntries.NOTHING : bytes;
            int at = skips ? 0 : offset;
            explaining.begin(q, entry, at);
            host.core().processByAll(q, entry, at);
            return true;
        });
        return went[0];
    }
}
