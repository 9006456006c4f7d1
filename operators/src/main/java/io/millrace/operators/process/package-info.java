/**
 * Handlers with the state of one key: {@code process} and {@code defer}. This package has rows, timers and blocks; the
 * words, and the fields that user code names, are in {@code io.millrace.dsl}.
 *
 * <pre>
 *  KeyedProcess (the user's class, made once a node)
 *     fields ──▶ KeyState: the row of the key in hand, timers, kept events, outputs     staged during a call
 *                   │  begin, handler, complete
 *  ProcessNode ─────┤
 *                   │  commit or undo
 *                KeyTable: rows by key, one heap of timers, blocks of events, calendar of idle keys
 * </pre>
 *
 * <p>A handler works on a copy of the row. What it sets, keeps and emits becomes final when it returns, all of it or
 * nothing; then the outputs are sent.
 */
package io.millrace.operators.process;
