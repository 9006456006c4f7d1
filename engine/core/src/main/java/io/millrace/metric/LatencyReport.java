package io.millrace.metric;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Where the time of sampled events went.
 *
 * <p>What fires because time has passed is caused by no event: it is not counted as one, is measured from no intended
 * time and breaks no budget. If an operator fires something while it has an event in hand, the event waits for it, and
 * that time is part of what its nodes took. What fires at other times is not measured.
 *
 * @param samples how many times a stage took a sampled event, over all stages
 * @param hops what an event waited before each stage, in the order of the plan, and then until each sink with a thread
 *     of its own was done with it
 * @param nodes the nodes that were called while sampled events were evaluated, in the topology's order
 * @param breaches how many sampled events came too late to a stream with a budget; counted once more for each sink with
 *     a thread of its own that was done with it too late
 * @param last the last of these, oldest first
 */
public record LatencyReport(long samples, List<Hop> hops, List<NodeTime> nodes, long breaches, List<Breach> last) {
    /**
     * The way to a stage: queue, thread hop, and the stages before it. Or the whole way through a sink with a thread of
     * its own.
     *
     * @param stage its name; for a sink {@code sink OUTPUT}
     * @param sinceNs nanoseconds from the intended time until the stage began with the event, or the sink had taken it;
     *     of events that carry an intended time
     */
    public record Hop(String stage, Histogram sinceNs) {}

    /**
     * The time of a node.
     *
     * @param node its name
     * @param ownNs nanoseconds from its call until the next node was called; for an output, the time of its receivers.
     *     Of the first 256 calls of an event
     * @param sinceNs nanoseconds from the intended time until its call; for an event without an intended time, from
     *     when its stage began with it
     */
    public record NodeTime(String node, Histogram ownNs, Histogram sinceNs) {}

    /**
     * An event that came too late.
     *
     * @param sequence its place in the input order
     * @param node the node whose output has the budget; for a sink with a thread of its own, the output
     * @param budgetNs the time within which it should have come there, in nanoseconds
     * @param tookNs the time that it took, in nanoseconds
     * @param blamed what took most of that time: {@code in NODE}, one of the first 256 calls of nodes of this stage, or
     *     {@code before stage NAME}, {@code before sink OUTPUT}
     * @param blamedNs how much that was, in nanoseconds
     * @param key that of the event there; a hash if it is sensitive, empty if it has none
     */
    public record Breach(
            long sequence, String node, long budgetNs, long tookNs, String blamed, long blamedNs, String key) {
        @Override
        public String toString() {
            return "entry " + sequence + (key.isEmpty() ? "" : ", key " + key) + ": " + tookNs + " ns to " + node
                    + " with a budget of " + budgetNs + " ns, " + blamedNs + " ns of them " + blamed;
        }
    }
}
