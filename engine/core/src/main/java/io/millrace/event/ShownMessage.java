package io.millrace.event;

/**
 * Marks an exception whose message contains no field of an event in plain. Its message is shown even if events have
 * {@link Sensitive} fields; for any other exception only the class is shown then. The engine's own exceptions that
 * suggest a cure are marked.
 */
public interface ShownMessage {}
