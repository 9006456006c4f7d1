/**
 * <b>Internal</b>: what runs a plan. Nothing here is promised, and nothing of it stands in a signature of another package (a test looks):
 * types are public because hosts ({@code io.millrace.engine}) and the test driver drive them, and for nobody else. A user begins at
 * {@link io.millrace.topology.Topology} and meets {@code Setup}, {@code Engine} and {@code Inline}; who writes an operator knows {@link
 * io.millrace.operator}.
 *
 * <p><b>Threads.</b> {@link io.millrace.runtime.Core} is a state machine without threads, clock or input of its own: entries go in, outputs
 * come out. Each of its stages belongs to the thread that runs it; stages meet only in rings ({@code EdgeRing}) and in {@link
 * io.millrace.runtime.Position}, whose memory order is said there.
 */
package io.millrace.runtime;
