package io.millrace.topology;

import io.millrace.event.Input;
import io.millrace.event.Output;
import java.util.ArrayList;
import java.util.List;

/** What is to be computed: ports and operators. Immutable; prints itself; knows no transport and no thread. */
public final class Topology {
    private final String name;
    private final List<TopologyNode> nodes;
    private final List<Edge> edges;

    Topology(String name, List<TopologyNode> nodes) {
        this.name = name;
        this.nodes = List.copyOf(nodes);
        List<Edge> all = new ArrayList<>();
        for (TopologyNode n : nodes) {
            for (int i = 0; i < n.inputs().size(); i++) {
                all.add(new Edge(n.inputs().get(i).node(), n.inputs().get(i).port(), n.id(), i));
            }
        }
        this.edges = List.copyOf(all);
    }

    /**
     * The name.
     *
     * @return part of the identity of outputs
     */
    public String name() {
        return name;
    }

    /**
     * The nodes in an order that every edge follows.
     *
     * @return by id
     */
    public List<TopologyNode> nodes() {
        return nodes;
    }

    /**
     * The edges, ordered by the node they lead to and its input.
     *
     * @return all of them
     */
    public List<Edge> edges() {
        return edges;
    }

    /**
     * The edges that leave an output, in the order in which they were declared.
     *
     * @param node the node's id
     * @param port the output
     * @return maybe empty
     */
    public List<Edge> edgesFrom(int node, int port) {
        List<Edge> result = new ArrayList<>();
        for (Edge e : edges) {
            if (e.from() == node && e.port() == port) {
                result.add(e);
            }
        }
        return result;
    }

    /**
     * The inputs.
     *
     * @return in the order of their sources
     */
    public List<Input<?>> inputs() {
        List<Input<?>> result = new ArrayList<>();
        for (TopologyNode n : nodes) {
            if (n.input() != null) {
                result.add(n.input());
            }
        }
        return result;
    }

    /**
     * The outputs.
     *
     * @return in the order of their sinks
     */
    public List<Output<?>> outputs() {
        List<Output<?>> result = new ArrayList<>();
        for (TopologyNode n : nodes) {
            if (n.output() != null) {
                result.add(n.output());
            }
        }
        return result;
    }

    /**
     * A node by name.
     *
     * @param nodeName the name
     * @return null when there is none
     */
    public TopologyNode node(String nodeName) {
        for (TopologyNode n : nodes) {
            if (n.name().equals(nodeName)) {
                return n;
            }
        }
        return null;
    }

    /**
     * The topology as text, a line a node.
     *
     * @return for people
     */
    public String describe() {
        return Description.text(this);
    }

    /**
     * The topology as a Mermaid flow chart.
     *
     * @return for Markdown pages
     */
    public String toMermaid() {
        return Drawing.mermaid(this);
    }

    /**
     * The topology as a Graphviz graph.
     *
     * @return for {@code dot}
     */
    public String toDot() {
        return Drawing.dot(this);
    }

    /**
     * The topology as JSON: nodes and edges.
     *
     * @return for programs
     */
    public String toJson() {
        return Drawing.json(this);
    }

    @Override
    public String toString() {
        return "topology " + name;
    }
}
