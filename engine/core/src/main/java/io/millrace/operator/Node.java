package io.millrace.operator;

/**
 * What runs: the form an {@link Operator} has in one engine. One thread calls it, the thread of its stage.
 *
 * <p>A node class is final, small and has one constructor, {@code (itsOperator, NodeContext)}. It is defined once more, as a
 * hidden copy, for each node of a topology, so that the compiler sees one receiver at each of its call sites; it therefore
 * has no nested classes and no mutable static field. It guards only calls of user code, changes its state outside the guard
 * and calls on outside both:
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
 * <p>What it keeps from one entry to the next is made of its budget, or handed to {@link NodeContext#keeps}, or it is itself {@link
 * io.millrace.state.Saved}: a node of an operator that keeps state or fires, and that is not, can be in no snapshot.
 */
public interface Node {
    /**
     * Takes the entry in {@code flow}.
     *
     * @param flow the entry in hand; the node may change its value, time and key
     * @return true when {@code flow} now holds exactly one output, which goes on to the next node; false when there is
     *     none, or the node has sent its outputs itself through {@link NodeContext#rest}
     */
    boolean on(Flow flow);
}
