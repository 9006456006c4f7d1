/**
 * Events between processes and machines, over Aeron: {@link io.millrace.transport.aeron.AeronMedia} is the connection of a
 * process, {@link io.millrace.transport.aeron.AeronSource} and {@link io.millrace.transport.aeron.AeronSink} are the two ends of a
 * stream.
 */
package io.millrace.transport.aeron;
