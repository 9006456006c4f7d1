package io.millrace.engine;

import io.millrace.journal.JournalException;
import io.millrace.journal.JournalFacts;
import io.millrace.journal.JournalLog;
import io.millrace.state.Migration;
import io.millrace.topology.Topology;
import java.io.IOException;

/**
 * A topology that may be another than the one that wrote its journal.
 *
 * @param how     what becomes of what
 * @param facts   of the topology
 * @param changes whether the journal is still that of another
 * @param slots   where the marks of its outputs stand
 */
record Moving(Migration how, JournalFacts facts, boolean changes, OutputSlots slots) {
    static Moving of(JournalLog log, JournalFacts ours, Topology topology, Migration how) {
        JournalFacts kept = log.facts();
        if (ours.differenceTo(kept) == null) {
            return new Moving(how, ours, false, OutputSlots.of(log, topology));
        }
        Facts.requireSaid(ours, kept, how);
        if (log.snapshot() < 0) {
            throw new JournalException("journal of " + ours.topology() + ": the topology "
                    + "has changed (" + ours.differenceTo(kept) + "), and there is no snapshot to migrate; "
                    + "start the topology that wrote the journal, make a snapshot (Engine.makeSnapshot), and "
                    + "then start this one again");
        }
        return new Moving(how, ours, true, OutputSlots.moved(log, topology, how, ours));
    }

    /** The snapshot was taken over: from now on the journal is that of this topology. Before anything is let out. */
    void note(JournalLog log, long since) {
        try {
            slots.keep(log);
            SeenLayouts.read(log).keepWith(facts, log, false);
            log.migrated(facts.withHashSeed(log.facts().hashSeed()), since);
        } catch (IOException e) {
            throw new JournalException(
                    "the journal could not record that another topology took over at entry " + since + ": " + e, e);
        }
    }
}
