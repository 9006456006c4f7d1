package io.millrace.engine;

import io.millrace.journal.Journal;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalLog;
import io.millrace.runtime.Adoption;
import io.millrace.state.StateException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Checks, without starting it, whether a topology can take over the newest snapshot of a journal. It only reads, and
 * may run while an engine appends to the journal. Without a snapshot a start works out all entries again, which only
 * the topology that wrote the journal can do; in that case this checks whether it is the same topology. The migration
 * is the one declared in the setup ({@link Journaling#migrate}). If the topology has changed and none is declared, it
 * is refused, as a start would be.
 *
 * <pre>{@code
 * Preflight.Report report = Preflight.of(setup, ArchiveJournal.in(dir)).run();
 * }</pre>
 */
public final class Preflight {
    /** How often it looks, if the snapshot is given up meanwhile. */
    private static final int ATTEMPTS = 3;

    private final Setup setup;
    private final Journal journal;

    private Preflight(Setup setup, Journal journal) {
        this.setup = setup;
        this.journal = journal;
    }

    /**
     * Prepares a check.
     *
     * @param setup of the topology that is to take over; nothing of it is started, and its receivers are asked for
     *     nothing, so it may be started afterwards
     * @param journal whose snapshot is looked at
     * @return the check, to be run
     */
    public static Preflight of(Setup setup, Journal journal) {
        return new Preflight(Objects.requireNonNull(setup, "setup"), Objects.requireNonNull(journal, "journal"));
    }

    /**
     * The result of a check.
     *
     * @param snapshot the place of the first entry that is not in the snapshot; -1 if there is none that can be read
     * @param behind how many entries a start works out: those after the snapshot, or all there are
     * @param lines what becomes of each node that has a name; empty if there is no snapshot
     * @param changes whether the snapshot belongs to another topology, so that only a start with a declared migration
     *     takes it over
     * @param refusals why a start would be refused, each with its cure; empty if it would not
     */
    public record Report(long snapshot, long behind, List<Line> lines, boolean changes, List<String> refusals) {
        /**
         * Tells whether the topology can start, from the snapshot or from the first entry.
         *
         * @return false if anything is refused
         */
        public boolean canRestore() {
            return refusals.isEmpty();
        }
    }

    /**
     * What becomes of one node.
     *
     * @param fate {@code same}, {@code renamed}, {@code changed}, {@code new}, {@code dropped} or {@code refused}
     * @param what the node, and what there is to say of it
     */
    public record Line(String fate, String what) {}

    /**
     * Runs the check.
     *
     * @return the result
     * @throws JournalException if the journal cannot be read
     */
    public Report run() {
        for (int attempt = 1; ; attempt++) {
            try (JournalLog log = journal.openToRead()) {
                Report found = look(log, attempt == ATTEMPTS);
                if (found != null) {
                    return found;
                }
            }
        }
    }

    /** Null if something else has to be looked at. */
    private Report look(JournalLog log, boolean last) {
        Report found;
        try {
            found = look(log);
        } catch (JournalException e) {
            if (last || !isGivenUp(log)) {
                throw e;
            }
            return null;
        }
        return found.canRestore() || last || !isGivenUp(log) ? found : null;
    }

    /**
     * Whether the engine beside it has meanwhile made newer snapshots and given up the one that was looked at, or the
     * entries if there was none. Nothing is to be reported of these.
     */
    private boolean isGivenUp(JournalLog log) {
        if (log.snapshot() >= 0 && log.snapshotAt(log.snapshot()) != log.snapshot()) {
            return true;
        }
        try (JournalLog now = journal.openToRead()) {
            return now.first() != log.first() || now.snapshot() != log.snapshot();
        } catch (JournalException e) {
            return false; // what was found is said
        }
    }

    private Report look(JournalLog log) {
        List<String> refusals = new ArrayList<>();
        List<Line> lines = new ArrayList<>();
        String layouts = setup.parts().whyOtherLayouts(log);
        if (layouts != null) {
            refusals.add(layouts);
        }
        if (log.snapshot() < 0) {
            long all = lookAtAll(log, refusals);
            return new Report(-1, all, List.of(), false, each(refusals));
        }
        String other = otherHost(log, refusals);
        if (other != null && setup.parts().journaling().migration() == null) {
            refusals.add(other + "; run the topology that wrote it, or declare a migration of its "
                    + "snapshot (Journaling.migrate, with Migration.none() if nothing needs to be declared)");
        }
        long behind = look(log, lines, refusals);
        return new Report(log.snapshot(), behind, List.copyOf(lines), other != null, each(refusals));
    }

    /** Reports only once what several looks find. */
    private static List<String> each(List<String> refusals) {
        return refusals.stream().distinct().toList();
    }

    /** Checks as a start does that has to begin with the first entry. */
    private long lookAtAll(JournalLog log, List<String> refusals) {
        if (log.since() > 0) {
            refusals.add("entries below " + log.since() + " were processed by an earlier topology, "
                    + "so this one must start from a snapshot, and none can be read; put the older snapshot "
                    + "files back beside the journal");
        } else if (log.first() > 0) {
            refusals.add(
                    "the journal begins with entry " + log.first() + ", so the engine must "
                            + "start from a snapshot, and none can be read; put the older snapshot files back beside the journal");
        }
        String other = otherHost(log, refusals);
        if (other != null) {
            refusals.add(other + ", and there is no snapshot to migrate; start the topology that "
                    + "wrote it, make a snapshot (Engine.makeSnapshot), and run the preflight again");
        }
        TailCheck entries = new TailCheck(setup.parts().topology(), List.of());
        String problem = entries.problem(log, log.first()); // reads all, so damage is told
        if (problem != null && refusals.isEmpty()) {
            refusals.add(problem);
        }
        return entries.entries();
    }

    /**
     * What differs, in words; null if the log is of this host, or if no journal could be kept because something with
     * state has no name.
     */
    private String otherHost(JournalLog log, List<String> refusals) {
        try {
            String difference =
                    setup.parts().whyOtherHost(log, setup.plan().options().stateBytes());
            return difference == null ? null : "the journal belongs to another topology (" + difference + ")";
        } catch (JournalException e) {
            refusals.add(e.getMessage());
            return null;
        }
    }

    private long look(JournalLog log, List<Line> lines, List<String> refusals) {
        String facts = setup.parts().whyOtherFacts(log);
        if (facts != null) {
            refusals.add(facts);
        }
        Host host = setup.replayed(log, true, log.snapshot(), null);
        try {
            return look(host, log, lines, refusals);
        } finally { // the setup may start now
            host.sinks().letGoOfViews();
        }
    }

    private long look(Host host, JournalLog log, List<Line> lines, List<String> refusals) {
        InputMarks[] inputs = new InputMarks[host.sources()];
        Arrays.setAll(inputs, i -> new InputMarks());
        HostState state = new HostState(host, inputs, setup.parts().moves());
        Adoption adoption;
        try {
            adoption = state.foretell(log);
        } catch (StateException e) {
            refusals.add(e.getMessage());
            return log.durable() + 1 - log.snapshot();
        }
        for (Adoption.Line l : adoption.lines()) {
            lines.add(new Line(l.fate().name().toLowerCase(Locale.ROOT), l.toString()));
            if (l.fate() == Adoption.Fate.REFUSED) {
                refusals.add(l.toString());
            }
        }
        if (refusals.isEmpty()) {
            try {
                state.load(log, () -> true);
            } catch (StateException e) {
                refusals.add(e.getMessage());
            }
        }
        TailCheck tail = new TailCheck(host.core().plan().topology(), adoption.relaid());
        String problem = tail.problem(log, log.snapshot());
        if (problem != null) {
            refusals.add(problem);
        }
        return tail.entries();
    }
}
