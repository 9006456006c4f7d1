package io.millrace.topology;

/**
 * A typed edge from an output of one node to an input of another.
 *
 * @param from  the id of the node it comes from
 * @param port  which of its outputs
 * @param to    the id of the node it leads to
 * @param input which of its inputs
 */
public record Edge(int from, int port, int to, int input) {}
