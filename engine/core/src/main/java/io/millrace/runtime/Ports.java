package io.millrace.runtime;

import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operator.Node;
import io.millrace.topology.TopologyNode;
import java.util.List;

/** What a host provides to the stages of a plan. */
public interface Ports {
    /**
     * Where the events of an output go.
     *
     * @param output one of the topology's
     * @return called on the thread of the sink's stage
     */
    SinkPort sink(Output<?> output);

    /**
     * Where dead letters go.
     *
     * @param stage the index of the stage
     * @return called on that stage's thread
     */
    DeadLetterPort deadLetters(int stage);

    /**
     * Whether an input is live rather than historic, as declared or as bound.
     *
     * @param input one of the topology's
     * @return true when ticks matter to it
     */
    boolean isLive(Input<?> input);

    /**
     * What is around all that a stage does with an event from where it takes it.
     *
     * @param stage the index of the stage
     * @param chain what it does
     * @return the chain itself, where nothing is watched
     */
    default Node root(int stage, Node chain) {
        return chain;
    }

    /**
     * What watches a node: steps in front of it that pass everything on.
     *
     * @param stage the index of the stage
     * @param node  the node
     * @return empty, and no step, where nothing is watched
     */
    default List<Node> before(int stage, TopologyNode node) {
        return List.of();
    }

    /**
     * What watches an output of a node: steps in front of all that follows it, which pass everything on.
     *
     * @param stage the index of the stage
     * @param node  the node
     * @param port  its output
     * @return empty, and no step, where nothing is watched
     */
    default List<Node> behind(int stage, TopologyNode node, int port) {
        return List.of();
    }
}
