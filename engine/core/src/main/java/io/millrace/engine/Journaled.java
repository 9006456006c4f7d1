package io.millrace.engine;

import io.millrace.journal.JournalLog;
import io.millrace.plan.PlanOptions;

/**
 * The open journal of a host, where its receivers go on, and what a second core beside it is made of. Moving is null where the topology has to
 * be the one that wrote the journal.
 */
record Journaled(JournalLog log, Resumes resumes, HostParts parts, PlanOptions how, Views views, Moving moving) {
    Host shadow() {
        return parts.shadow(how, log, views);
    }
}
