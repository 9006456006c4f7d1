package io.millrace.metric;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Where the time of sampled events went. What fires because time has passed is caused by no event: it counts as none, is measured
 * from no intended time and breaks no budget. The event waits for what an operator fires while it has the event in hand, so that time
 * is among what its nodes took; of what fires at other times nothing is measured.
 *
 * @param samples  how many times a stage took a sampled event, over all stages
 * @param hops     what an event waited before each stage, in the order of the plan, and then until each sink with a thread of its own
 *                 was done with it
 * @param nodes    the nodes that were called while sampled events were evaluated, in the topology's order
 * @param breaches how many sampled events came too late to a stream with a budget, and once more each that a sink with a thread of its own
 *                 was done with too late
 * @param last     the last of these, oldest first
 */
public record LatencyReport(long samples, List<Hop> hops, List<NodeTime> nodes, long breaches, List<Breach> last) {
    /**
     * The way into a stage: queue, thread hop, and the stages before it. Or all of the way through a sink with a thread of its own.
     *
     * @param stage   its name; of a sink {@code sink OUTPUT}
     * @param sinceNs from the intended time until the stage began with the event, or the sink had taken it; of events that carry one
     */
    public record Hop(String stage, Histogram sinceNs) {}

    /**
     * A node.
     *
     * @param node    its name
     * @param ownNs   from where it was called until the next node was; for an output that is the time of its receivers; of the first
     *     256 calls of an event
     * @param sinceNs from the intended time until it was called; of an event without one, from where its stage began with it
     */
    public record NodeTime(String node, Histogram ownNs, Histogram sinceNs) {}

    /**
     * An event that came too late.
     *
     * @param sequence  its place in the input order
     * @param node      whose output has the budget; of a sink with a thread of its own the output
     * @param budgetNs  within which it should have come there
     * @param tookNs    after which it did
     * @param blamed    what took most of that time: {@code in NODE}, one of the first 256 calls of nodes of this stage, or {@code
     *     before stage NAME}, {@code before sink OUTPUT}
     * @param blamedNs  how much that was
     * @param key       of the event there; a hash where it is sensitive, empty where it has none
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
