/**
 * For who writes an operator, handed to {@code via}: {@link io.millrace.operator.Operator} is its description, {@link
 * io.millrace.operator.Node} what runs it, {@link io.millrace.operator.Flow} the entry in hand, {@link io.millrace.operator.NodeContext}
 * what a node is given. Who writes topologies needs none of it. A node belongs to the thread of its stage.
 */
package io.millrace.operator;
