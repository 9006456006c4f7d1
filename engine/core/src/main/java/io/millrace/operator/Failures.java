package io.millrace.operator;

import io.millrace.event.Reason;

/** Where a node sends what cannot go on. Called on the stage's thread; copies what it needs and returns at once. */
public interface Failures {
    /**
     * Reports that user code threw for the entry in hand. This makes a dead letter with the node, the cause and the
     * input entry or, for a firing, the firing's key and due time. What failed is dropped.
     *
     * @param flow the entry in hand
     * @param cause what was thrown
     * @return false, so that a node can {@code return failures.operatorError(flow, t)}
     * @throws VirtualMachineError the cause itself, if it is one: the state can no longer be trusted and the engine
     *     halts
     */
    boolean operatorError(Flow flow, Throwable cause);

    /**
     * Reports that the entry in hand cannot be taken.
     *
     * @param flow the entry in hand
     * @param reason the kind of failure
     * @param detail a constant text, or one made for this case if allocation does not matter; may be null
     * @return false
     */
    boolean refuse(Flow flow, Reason reason, String detail);

    /**
     * Reports that user code threw for a result of what the node keeps (including the entry in hand, if that asked for
     * the result). This makes a dead letter with the key in hand and the end of the result. It has no event, since an
     * event sent again would count twice.
     *
     * @param flow the entry in hand
     * @param dueNs the end of the result; if it has none, the time that it would have had
     * @param cause what was thrown
     * @return false
     * @throws VirtualMachineError the cause itself, if it is one
     */
    boolean resultError(Flow flow, long dueNs, Throwable cause);

    /**
     * Reports that a result of what the node keeps cannot be put out, as {@link #resultError} does.
     *
     * @param flow the entry in hand
     * @param dueNs the end of the result; if it has none, the time that it would have had
     * @param reason the kind of failure
     * @param detail a constant text, or one made for this case if allocation does not matter; may be null
     * @return false
     */
    boolean refuseResult(Flow flow, long dueNs, Reason reason, String detail);
}
