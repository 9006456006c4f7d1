package io.millrace.operator;

import io.millrace.event.Reason;

/**
 * Where a node sends what cannot go on. Called on the stage's thread; copies what it needs and returns at once.
 */
public interface Failures {
    /**
     * User code threw for the entry in hand: a dead letter with the node, the cause and the input entry or, below a firing, the
     * firing's key and due. What failed is dropped.
     *
     * @param flow  the entry in hand
     * @param cause what was thrown
     * @return false, so that a node can {@code return failures.operatorError(flow, t)}
     * @throws VirtualMachineError the cause itself, if it is one: the state can no longer be trusted and the engine halts
     */
    boolean operatorError(Flow flow, Throwable cause);

    /**
     * The entry in hand cannot be taken.
     *
     * @param flow   the entry in hand
     * @param reason the kind
     * @param detail a constant text, or one made for this case where allocation does not matter; may be null
     * @return false
     */
    boolean refuse(Flow flow, Reason reason, String detail);

    /**
     * User code threw for a result of what the node keeps, the entry in hand included where that asked for it: a dead letter with the key
     * in hand and the end of the result. It has no event, since sent once more that would count twice.
     *
     * @param flow  the entry in hand
     * @param dueNs the end of the result; where it has none, the time that it would have had
     * @param cause what was thrown
     * @return false
     * @throws VirtualMachineError the cause itself, if it is one
     */
    boolean resultError(Flow flow, long dueNs, Throwable cause);

    /**
     * A result of what the node keeps cannot be told, as of {@link #resultError}.
     *
     * @param flow   the entry in hand
     * @param dueNs  the end of the result; where it has none, the time that it would have had
     * @param reason the kind
     * @param detail a constant text, or one made for this case where allocation does not matter; may be null
     * @return false
     */
    boolean refuseResult(Flow flow, long dueNs, Reason reason, String detail);
}
