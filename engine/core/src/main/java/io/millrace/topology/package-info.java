/**
 * A topology as an immutable value that prints itself: {@link io.millrace.topology.Topology}, and where tools find one of yours, {@link
 * io.millrace.topology.TopologyProvider}. It is written with the words of {@code io.millrace.dsl}; {@link
 * io.millrace.topology.GraphBuilder} is what a front end of its own builds on. All that is wrong is told at once, by {@link
 * io.millrace.topology.TopologyException}.
 */
package io.millrace.topology;
