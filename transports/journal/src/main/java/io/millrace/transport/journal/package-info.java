/** The log of an engine's input, on Aeron Archive. */
package io.millrace.transport.journal;
