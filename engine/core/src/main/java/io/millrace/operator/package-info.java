/**
 * For authors of operators, which are passed to {@code via}: {@link io.millrace.operator.Operator} describes one,
 * {@link io.millrace.operator.Node} runs it, {@link io.millrace.operator.Flow} is the entry in hand, and
 * {@link io.millrace.operator.NodeContext} is what a node is given. To write topologies you need none of it. A node
 * belongs to the thread of its stage.
 */
package io.millrace.operator;
