package io.millrace.engine;

import io.millrace.journal.JournalException;
import io.millrace.journal.JournalFacts;
import io.millrace.journal.JournalLog;
import io.millrace.plan.PlanOptions;
import java.util.Map;

/**
 * The open journal of a host, where its receivers go on, and what a second core beside it is made of. Moving is null where the topology has to
 * be the one that wrote the journal.
 */
record Journaled(JournalLog log, Resumes resumes, HostParts parts, PlanOptions how, Views views, Moving moving) {
    Host shadow() {
        return parts.shadow(how, log, views);
    }

    /** When all has been worked out again, and the first new entry has not come. */
    void noteLayouts() {
        if (moving == null || !moving.changes()) { // else that was noted when it took over
            JournalFacts ours = Facts.of(parts.topology(), how, 0, i -> false, Map.of());
            SeenLayouts.read(log).keepWith(ours, log, true);
        }
    }

    /** As {@link #noteLayouts}; answers what of it is lost. */
    String noteVersions() {
        return SeenVersions.note(log, Facts.notes());
    }

    /** Before receivers begin, as those that make all anew may empty a file then. */
    void requireAllForWhoMakesAnew() {
        ResumedOutput anew = anew();
        long from = moving != null && moving.changes() ? Math.max(0, log.snapshot()) : log.since();
        if (anew == null || from == 0 && log.first() == 0) {
            return;
        }
        throw new JournalException("journal of " + parts.topology().name()
                + (from > 0
                        ? ": entries below " + from + " were processed by an earlier topology"
                        : " begins with entry " + log.first())
                + ", and output " + anew.output() + " has a receiver that needs every output from the first one on; "
                + anew.cureOr("bind another receiver"));
    }

    /**
     * Snapshots have entries given up, and a receiver that makes all anew needs them at each start: behind the first that is given up no
     * start would succeed.
     */
    void requireNobodyAnew(String what) {
        ResumedOutput anew = anew();
        if (anew != null) {
            throw new JournalException(what + " of " + parts.topology() + ": output " + anew.output()
                    + " has a receiver that needs every output from the first one on "
                    + "(Resumption.anew()). Snapshots delete older entries, so a later start could not repeat their outputs; "
                    + anew.cureOr("let it say what it holds (marked(), idempotent(), after(n)), leave the receiver out")
                    + ", or do without snapshots");
        }
    }

    /** The first that wants all anew; null where there is none. Views are brought by snapshots. */
    private ResumedOutput anew() {
        return resumes.all().stream()
                .filter(r -> r.isAnew() && !views.has(r))
                .findFirst()
                .orElse(null);
    }
}
