package io.millrace.operator;

/**
 * The running form of an {@link Operator} in one engine. It is called by one thread, that of its stage.
 *
 * <p>A node class is final, small and has one constructor, {@code (itsOperator, NodeContext)}. It is defined again, as
 * a hidden copy, for each node of a topology, so that the compiler sees one receiver at each of its call sites.
 * Therefore it has no nested classes and no mutable static field. It guards only calls of user code; it changes its
 * state and calls the next node outside the guard:
 *
 * <pre>{@code
 *   boolean keep;
 *   try {
 *       keep = condition.test(flow.value());
 *   } catch (Throwable t) {
 *       return failures.operatorError(flow, t);    // a dead letter; answers false
 *   }
 *   return keep;
 * }</pre>
 *
 * <p>What it keeps from one entry to the next is allocated from its budget, or passed to {@link NodeContext#keeps}, or
 * the node itself is {@link io.millrace.state.Saved}. A node of an operator that keeps state or fires, and that is not,
 * cannot be in a snapshot.
 */
public interface Node {
    /**
     * Takes the entry in {@code flow}.
     *
     * @param flow the entry in hand; the node may change its value, time and key
     * @return true if {@code flow} now holds exactly one output, which goes on to the next node; false if there is
     *     none, or the node has sent its outputs itself through {@link NodeContext#rest}
     */
    boolean on(Flow flow);
}
