package io.millrace.plan;

/**
 * A place where entries wait within one step until all inputs of a node have had their turn.
 *
 * @param node     the node with several inputs, or one whose input comes from another stage
 * @param capacity the most entries that one step of one input entry brings, over all inputs
 * @param reason   why its inputs are not called directly
 */
public record InboxPlan(int node, int capacity, String reason) {}
