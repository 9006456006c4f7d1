package io.millrace.operator;

/**
 * A node that can say what an output of it was made of. Asked only in a replay that explains an output: nothing of it is on the
 * way of an event, and a node that does not implement it is shown with what it took, its key, and what it put out.
 */
public interface Explains {
    /**
     * Tells of the output that goes out at this moment: what the node kept, and which events that it had taken were looked at.
     * Reads, and changes nothing.
     *
     * @param flow the output; key and time as the node has set them
     * @param to   takes what there is to say
     */
    void explain(Flow flow, Account to);
}
