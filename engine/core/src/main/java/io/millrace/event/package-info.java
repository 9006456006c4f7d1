/**
 * Events and ports:
 * <ul>
 * <li>what a topology takes in and puts out: {@link io.millrace.event.Input}, {@link io.millrace.event.Output},
 *     {@link io.millrace.event.LookupPort};
 * <li>what travels with an event: {@link io.millrace.event.Header}, {@link io.millrace.event.Meta};
 * <li>how components of a record are laid out: {@link io.millrace.event.Length}, {@link io.millrace.event.Scale},
 *     {@link io.millrace.event.Sensitive}, {@link io.millrace.event.Nullable};
 * <li>codecs of your own: {@link io.millrace.event.EventType}, and {@link io.millrace.event.Bytes} and
 *     {@link io.millrace.event.Entry} for authors of codecs and transports.
 * </ul>
 *
 * <p>Ports and types are immutable and may be used by any thread. Views are for the thread that got them, during the
 * call.
 */
package io.millrace.event;
