package io.millrace.runtime;

import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operator.Node;
import io.millrace.topology.TopologyNode;

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
     * What watches an output of a node: a step in front of all that follows it. It passes everything on.
     *
     * @param node the node
     * @param port its output
     * @return null, and no step, where nothing is watched
     */
    default Node probe(TopologyNode node, int port) {
        return null;
    }
}
