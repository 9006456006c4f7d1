package io.millrace.operator;

/**
 * A node that can say what an output of it was made of. It is asked only in a replay that explains an output, so it
 * costs nothing for an ordinary event. A node that does not implement this is shown with what it took, its key, and
 * what it put out.
 */
public interface Explains {
    /**
     * Tells about the output that is about to go out: what the node kept, and which of the events that it had taken
     * were looked at. It only reads, and changes nothing.
     *
     * @param flow the output; key and time as the node has set them
     * @param to takes what there is to say
     */
    void explain(Flow flow, Account to);
}
