package io.millrace.transport;

/**
 * What a sink is told of the journal on which its engine starts: for those whose outside has to know again what it has had.
 *
 * @param output    the name of the output
 * @param log       which receiver of which output of which journal it is: the same at each start on that journal, another one
 *                  elsewhere; not 0
 * @param firstLive the place of the first entry that the journal does not have: what comes of those before it ({@link
 *                  io.millrace.event.Meta#sequence}) is worked out once more, and the outside may have it; what comes of others is new
 */
public record LogStart(String output, long log, long firstLive) {}
