/**
 * A topology as an immutable value that prints itself: {@link io.millrace.topology.Topology}. Write one with the words
 * of {@code io.millrace.dsl}; a front end of your own builds on {@link io.millrace.topology.GraphBuilder}. Tools find
 * yours through a {@link io.millrace.topology.TopologyProvider}. All mistakes of a topology are reported at once, in a
 * {@link io.millrace.topology.TopologyException}.
 */
package io.millrace.topology;
