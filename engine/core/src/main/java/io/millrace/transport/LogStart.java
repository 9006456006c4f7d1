package io.millrace.transport;

/**
 * What a sink is told of the journal on which its engine starts, for sinks that have to tell the outside again what it
 * has had.
 *
 * @param output the name of the output
 * @param log identifies the receiver, its output and the journal: the same at each start on that journal, another one
 *     elsewhere; not 0
 * @param firstLive the place of the first entry that the journal does not have. Outputs of earlier entries
 *     ({@link io.millrace.event.Meta#sequence}) are worked out again, and the outside may have them; those of later
 *     entries are new
 */
public record LogStart(String output, long log, long firstLive) {}
