package io.millrace.runtime;

import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operator.Node;
import io.millrace.topology.TopologyNode;
import java.util.List;
import java.util.function.Supplier;

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
     * Whether some events are watched on their way and most are not: those have a way of their own, without a step that watches.
     *
     * @return false where {@link #root} is not asked
     */
    default boolean samples() {
        return false;
    }

    /**
     * What is around all that a stage does with an event from where it takes it.
     *
     * @param stage   the index of the stage
     * @param plain   what it does with an event that is not sampled
     * @param watched the same with one that is: the same nodes, with what watches them between
     * @return decides which way an event goes
     */
    default Node root(int stage, Node plain, Node watched) {
        return watched;
    }

    /**
     * What watches a node on the way of sampled events: steps in front of it that pass everything on.
     *
     * @param stage the index of the stage
     * @param node  the node
     * @param made  what runs it: there when the stage stands
     * @return empty, and no step, where nothing is watched
     */
    default List<Node> before(int stage, TopologyNode node, Supplier<Node> made) {
        return List.of();
    }

    /**
     * What watches an output of a node: steps in front of all that follows it, which pass everything on.
     *
     * @param stage the index of the stage
     * @param node  the node
     * @param port  its output
     * @param sampled whether on the way of sampled events, or of the others
     * @param made  what runs it: there when the stage stands, and null of an input
     * @return empty, and no step, where nothing is watched
     */
    default List<Node> behind(int stage, TopologyNode node, int port, boolean sampled, Supplier<Node> made) {
        return List.of();
    }
}
