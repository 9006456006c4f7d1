/**
 * Events in Simple Binary Encoding: {@link io.millrace.sbe.Sbe#type} makes an event type of a pair of flyweights that
 * sbe-tool generated. Nothing is allocated to publish, write or read such an event.
 *
 * <p>The stored bytes are SBE's standard message header and the message. The acting version and block length of the
 * header are respected, so that messages of an older or a newer schema version are read as SBE defines it.
 *
 * <p>How it is made: {@code SbeType} is the event type, {@code SbeView} and {@code SbeWriter} move flyweights over
 * bytes, {@code SbeBlock} knows the structure of a message from the generated classes, and {@code SbeScratch} walks over
 * bytes from outside before any view may.
 */
package io.millrace.sbe;
