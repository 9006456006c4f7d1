package io.millrace.bench.journal;

/**
 * How much {@code journal} does.
 *
 * @param seconds for which each measurement goes on
 * @param rounds  of each, in turns with what it stands beside
 * @param stateMb of the engine of which a snapshot is made
 * @param entries of the tail behind a kill, and of a replay
 */
record Effort(long seconds, int rounds, int stateMb, long entries) {}
