/**
 * What stands between an engine and the world: {@link io.millrace.transport.EventSource}, {@link io.millrace.transport.EventSink} and
 * {@link io.millrace.transport.AsyncLookup} are implemented by who brings events, takes them, or answers; {@link
 * io.millrace.transport.Delivery} and {@link io.millrace.transport.Asking} say how they are called.
 */
package io.millrace.transport;
