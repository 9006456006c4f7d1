package io.millrace.topology;

/**
 * An output of a node, from which streams go on.
 *
 * @param node the id of the node
 * @param port which of its outputs; 0 is the main one
 */
public record Port(int node, int port) {
    /**
     * Returns the main output of a node.
     *
     * @param node its id
     * @return port 0
     */
    public static Port of(int node) {
        return new Port(node, 0);
    }
}
