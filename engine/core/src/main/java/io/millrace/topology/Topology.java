package io.millrace.topology;

import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operator.Updates;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What is to be computed: ports and operators. Immutable. It prints itself ({@link #describe}), and knows neither
 * transports nor threads.
 */
public final class Topology {
    /** How the name of a fact begins with which a journal keeps an option: {@code option size}. */
    public static final String OPTION_FACT = "option ";

    private final String name;
    private final Map<String, String> options;
    private final List<TopologyNode> nodes;
    private final List<Edge> edges;
    private final List<Section> sections;

    Topology(String name, List<TopologyNode> nodes) {
        this(name, Map.of(), nodes);
    }

    private Topology(String name, Map<String, String> options, List<TopologyNode> nodes) {
        this.name = name;
        this.options = Collections.unmodifiableMap(options);
        this.nodes = List.copyOf(nodes);
        List<Edge> all = new ArrayList<>();
        for (TopologyNode n : nodes) {
            for (int i = 0; i < n.inputs().size(); i++) {
                all.add(new Edge(n.inputs().get(i).node(), n.inputs().get(i).port(), n.id(), i));
            }
        }
        this.edges = List.copyOf(all);
        this.sections = sections(nodes);
    }

    private static List<Section> sections(List<TopologyNode> nodes) {
        Map<String, Section> result = new LinkedHashMap<>();
        for (TopologyNode n : nodes) {
            if (n.operator() instanceof Entrance e) {
                result.putIfAbsent(
                        e.section(), new Section(e.section(), e.threads(), new ArrayList<>(), new ArrayList<>()));
            }
        }
        for (TopologyNode n : nodes) {
            if (n.section() != null) {
                result.get(n.section()).nodes().add(n.id());
            }
            if (n.isEntrance()) {
                result.get(n.section()).entrances().add(n.id());
            }
        }
        return result.values().stream()
                .map(s -> new Section(s.name(), s.threads(), List.copyOf(s.nodes()), List.copyOf(s.entrances())))
                .toList();
    }

    /**
     * Tells whether events that come to a node, or that it makes, may have {@link io.millrace.event.Sensitive} fields.
     * An event without a layout is judged by what its node takes, so by the nearest earlier one that has a layout.
     *
     * @param node its id
     * @return if true, what its functions throw is shown without its message
     */
    public boolean isSensitive(int node) {
        return nodes.get(node).seesSensitive();
    }

    /**
     * Returns the name.
     *
     * @return part of the identity of outputs
     */
    public String name() {
        return name;
    }

    /**
     * States an option with which this topology was made, such as the size of its windows. A journal keeps it as a
     * fact: a start, replay or explanation with another value is refused with both, and
     * {@link TopologyProvider#recorded} makes the topology anew with what was kept. State each argument of the method
     * that makes the topology, above all one that only your functions use, which nobody else sees. To state one that an
     * older build did not is a change, as another value is.
     *
     * @param option its name, as {@link TopologyProvider#topology} takes it
     * @param value as text, of which equal values have one only; kept and shown in plain, so no secret
     * @return a changed copy
     * @throws IllegalArgumentException if the name is blank, or was stated before
     */
    public Topology withOption(String option, String value) {
        Map<String, String> more = new LinkedHashMap<>(options);
        if (option.isBlank() || more.put(option, Objects.requireNonNull(value, "value")) != null) {
            throw new IllegalArgumentException(
                    this + ": option '" + option + "' " + (option.isBlank() ? "has no name" : "is stated twice"));
        }
        return new Topology(name, more, nodes);
    }

    /**
     * Returns the options that were stated.
     *
     * @return by name, in the order in which they were stated
     */
    public Map<String, String> options() {
        return options;
    }

    /**
     * Returns the nodes, in an order that every edge follows.
     *
     * @return by id
     */
    public List<TopologyNode> nodes() {
        return nodes;
    }

    /**
     * Returns the edges, ordered by the node to which they lead and its input.
     *
     * @return all edges
     */
    public List<Edge> edges() {
        return edges;
    }

    /**
     * Returns the edges that leave an output of a node, in the order in which they were declared.
     *
     * @param node the node's id
     * @param port the output
     * @return may be empty
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
     * Returns the sections of parallel keys, in the order of their nodes.
     *
     * @return empty if there are none
     */
    public List<Section> sections() {
        return sections;
    }

    /**
     * Returns the section of a node.
     *
     * @param node the node
     * @return null if it is in none
     */
    public Section sectionOf(TopologyNode node) {
        for (Section s : sections) {
            if (s.name().equals(node.section())) {
                return s;
            }
        }
        return null;
    }

    /**
     * Returns the inputs.
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
     * Returns the outputs.
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
     * Returns which updates come out of an output: what a receiver that does not look at
     * {@link io.millrace.event.Meta#form} would get wrong.
     *
     * @param output one of {@link #outputs()}
     * @return none if it puts out only inserts
     */
    public Updates updates(Output<?> output) {
        for (TopologyNode n : nodes) {
            if (n.output() == output) {
                Port from = n.inputs().get(0);
                return nodes.get(from.node()).updates(from.port());
            }
        }
        throw new IllegalArgumentException("output " + output.name() + " is not one of " + this);
    }

    /**
     * Returns the nodes that may already have counted an event of an input when another node fails at it: nodes with
     * state that the event reaches otherwise than through the failing one.
     *
     * @param failed the id of the failing node
     * @param input the input
     * @return names, in the order of the topology
     */
    public List<String> countedBefore(int failed, Input<?> input) {
        boolean[] reached = new boolean[nodes.size()];
        List<String> result = new ArrayList<>();
        for (TopologyNode n : nodes) {
            reached[n.id()] = n.input() == input;
            boolean counts = false;
            for (int i = 0; i < n.inputs().size(); i++) {
                boolean comes = reached[n.inputs().get(i).node()];
                reached[n.id()] |= comes;
                counts |= comes && n.operator() != null && n.operator().countsEvents(i);
            }
            reached[n.id()] &= n.id() != failed;
            if (counts && n.id() != failed) {
                result.add(n.name());
            }
        }
        return result;
    }

    /**
     * Returns a node by its name.
     *
     * @param nodeName the name
     * @return null if there is none
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
     * Returns the topology as text, with a line for each node.
     *
     * @return for people
     */
    public String describe() {
        return Description.text(this);
    }

    /**
     * Returns the topology as a Mermaid flow chart.
     *
     * @return for Markdown pages
     */
    public String toMermaid() {
        return Drawing.mermaid(this);
    }

    /**
     * Returns the topology as a Graphviz graph.
     *
     * @return for {@code dot}
     */
    public String toDot() {
        return Drawing.dot(this);
    }

    /**
     * Returns the topology as JSON: nodes and edges, with what {@link #describe} tells of them.
     *
     * @return for programs
     */
    public String toJson() {
        return Drawing.json(this);
    }

    /** Returns its name, for messages; {@link #describe} prints all of it. */
    @Override
    public String toString() {
        return "topology " + name;
    }
}
