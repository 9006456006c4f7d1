package io.millrace.runtime;

import io.millrace.event.Reason;

/** Where a stage puts dead letters. Called on the stage's thread; copies what it needs. */
public interface DeadLetterPort {
    /**
     * Takes a dead letter.
     *
     * @param sequence the causing entry
     * @param node     the id of the node
     * @param reason   the kind
     * @param detail   in words, or null
     * @param cause    what was thrown, or null
     * @param entry    the causing entry's bytes, or null
     * @param offset   where they begin
     */
    void letter(long sequence, int node, Reason reason, String detail, Throwable cause, byte[] entry, int offset);
}
