/**
 * Events and ports: what a topology takes and gives ({@link io.millrace.event.Input}, {@link io.millrace.event.Output}, {@link
 * io.millrace.event.LookupPort}), what travels beside an event ({@link io.millrace.event.Header}, {@link io.millrace.event.Meta}), and how
 * components of a record are laid out ({@link io.millrace.event.Length}, {@link io.millrace.event.Scale}, {@link
 * io.millrace.event.Sensitive}, {@link io.millrace.event.Nullable}). A codec of your own is an {@link io.millrace.event.EventType}; {@link
 * io.millrace.event.Bytes} and {@link io.millrace.event.Entry} are for who writes one, or a transport. Ports and types are immutable, for
 * any thread; views are for the thread that got them, during the call.
 */
package io.millrace.event;
