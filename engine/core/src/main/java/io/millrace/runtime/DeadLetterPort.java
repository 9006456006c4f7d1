package io.millrace.runtime;

import io.millrace.event.Reason;
import io.millrace.operator.Firing;
import io.millrace.operator.Flow;

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

    /**
     * Takes the dead letter of a firing, or of what it put out: there is no entry that could be sent again.
     *
     * @param sequence the entry that let time pass
     * @param node     the id of the node that failed
     * @param reason   the kind
     * @param detail   in words, or null
     * @param cause    what was thrown, or null
     * @param firing   what fired; valid during the call
     */
    default void firing(long sequence, int node, Reason reason, String detail, Throwable cause, Firing firing) {
        letter(sequence, node, reason, detail, cause, null, 0);
    }

    /**
     * Takes the dead letter of the entry in hand, whatever caused it.
     *
     * @param flow   the entry in hand
     * @param node   the id of the node
     * @param reason the kind
     * @param detail in words, or null
     * @param cause  what was thrown, or null
     */
    default void letter(Flow flow, int node, Reason reason, String detail, Throwable cause) {
        if (flow.firing() == null) {
            letter(flow.sequence(), node, reason, detail, cause, flow.entry(), flow.entryOffset());
        } else {
            firing(flow.sequence(), node, reason, detail, cause, flow.firing());
        }
    }

    /**
     * Takes the dead letter of a result that cannot be told. What it is of is kept, the entry in hand too, so that there is none that
     * could be sent again.
     *
     * @param flow   the entry in hand, with the key of the result
     * @param node   the id of the node
     * @param reason the kind
     * @param detail in words, or null
     * @param cause  what was thrown, or null
     * @param dueNs  the end of the result
     */
    default void result(Flow flow, int node, Reason reason, String detail, Throwable cause, long dueNs) {
        letter(flow.sequence(), node, reason, detail, cause, null, 0);
    }
}
