/**
 * The connections between an engine and the outside. Implement {@link io.millrace.transport.EventSource} to bring
 * events, {@link io.millrace.transport.EventSink} to take them, and {@link io.millrace.transport.AsyncLookup} to answer
 * requests. {@link io.millrace.transport.Delivery} and {@link io.millrace.transport.Asking} set how a host calls them.
 */
package io.millrace.transport;
