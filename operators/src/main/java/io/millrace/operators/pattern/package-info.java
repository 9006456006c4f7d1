/**
 * Patterns over the events of a key. What the words mean stands at {@code io.millrace.dsl.EventPattern}.
 *
 * <pre>
 *  EventPattern (the user's class) ──▶ PatternShape: steps, guards, what happens after a match
 *                                          │ compiled once
 *                                      Automaton: which steps may follow which, as bits
 *  PatternNode: time, waiting events, outputs
 *     │  Choice: asks the conditions for one run; user code, nothing changes
 *     ▼  Moves: what a run becomes; no user code, nothing fails
 *  Runs ──▶ Links ──▶ StoredEvents         partial matches, their events in a shared, counted chain
 *  KeyRuns: a row a key, its next deadline
 * </pre>
 *
 * <p><b>Where the semantics come from.</b> Contiguity, skipping till the next or any match, and a buffer of matches that runs
 * share are those of SASE and SASE+ (Agrawal, Diao, Gyllstrom, Immerman, Efficient Pattern Matching over Event Streams, SIGMOD
 * 2008); predicates over earlier steps and negation between steps also follow Cayuga (Demers et al., CIDR 2007); the strategies
 * after a match and greedy against reluctant are those of row pattern recognition in SQL (ISO/IEC TR 19075-5:2016). The code
 * is our own: a run is a place in the automaton and a set of bits, those of the steps that may still follow.
 *
 * <p><b>Runs.</b> A run stands behind the event it took last. Each event of the key closes or takes some of its bits: what takes
 * the event begins a new run, what is left goes on without the event. So one event costs each run one look at its open steps.
 */
package io.millrace.operators.pattern;
