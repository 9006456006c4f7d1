package io.millrace.engine;

import io.millrace.metric.Digest;
import io.millrace.metric.LatencyReport;
import io.millrace.operator.NodeCounters;
import io.millrace.plan.Plan;
import io.millrace.runtime.Blames;
import io.millrace.runtime.Core;
import io.millrace.runtime.Digests;
import io.millrace.runtime.NodeFlows;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;
import org.HdrHistogram.Histogram;

/**
 * A consistent copy of what an engine has counted, all at one place of the input order unless a component says
 * otherwise.
 *
 * @param sequence the last entry that is included
 * @param nodes in the topology's order
 * @param inputs in the topology's order
 * @param outputs in the topology's order
 * @param digest of all outputs; null if none is kept
 * @param latency where the time of sampled events went; null if that is not measured
 */
public record EngineStats(
        long sequence,
        List<NodeStats> nodes,
        List<InputStats> inputs,
        List<OutputStats> outputs,
        Digest digest,
        LatencyReport latency) {
    /**
     * The statistics of a node.
     *
     * @param name its name
     * @param in entries that came to it, over all its inputs; -1 if unknown, as for a node that follows one whose
     *     {@code out} is unknown
     * @param out entries that it passed on, by its main output and all others that are read; -1 if unknown: for a node
     *     with several outputs after a start from a snapshot that does not distinguish them
     * @param filtered entries that a condition held back, and retractions that found no row in a group that forgets
     * @param late events behind its progress that it did not take
     * @param partlyLate events that were late for some of its windows and on time for others
     * @param unanswered events of a {@code with} that it dropped because a branch did not answer them
     * @param duplicates repeats that it dropped
     * @param dead dead letters
     * @param firings items of its agenda that fired
     * @param keys keys that it holds
     * @param evicted keys that it gave up to make room
     * @param stateBytes the bytes of state that it holds, including free places in what it has allocated
     * @param budgetBytes the most bytes of state that it may hold
     */
    public record NodeStats(
            String name,
            long in,
            long out,
            long filtered,
            long late,
            long partlyLate,
            long unanswered,
            long duplicates,
            long dead,
            long firings,
            long keys,
            long evicted,
            long stateBytes,
            long budgetBytes) {
        /**
         * Combines the counters of a node.
         *
         * @param name its name
         * @param in as in the record
         * @param out as in the record
         * @param counted the other counters, taken between two entries
         * @param stateBytes as in the record
         * @param budgetBytes as in the record
         * @return the statistics
         */
        public static NodeStats of(
                String name, long in, long out, NodeCounters counted, long stateBytes, long budgetBytes) {
            return new NodeStats(
                    name,
                    in,
                    out,
                    counted.filtered,
                    counted.late,
                    counted.partlyLate,
                    counted.unanswered,
                    counted.duplicates,
                    counted.dead,
                    counted.firings,
                    counted.keys,
                    counted.evicted,
                    stateBytes,
                    budgetBytes);
        }
    }

    /**
     * The statistics of an input.
     *
     * @param name its name
     * @param events events taken into the topology
     * @param ahead events refused because they were too far ahead
     * @param refused events that did not fit their layout, or found no room and were refused for it; as of now, since
     *     they have no place in the order
     * @param dropped events dropped for lack of room; as of now, including those that the input order learns of only
     *     with the next event that gets a place
     * @param conflated events replaced by a later one of their key before they got a place; as of now, like
     *     {@code dropped}
     * @param waiting events that wait before the ring ({@link Overflow}); as of now
     * @param undecided events for which the declared answer was given because the engine could not decide; as of now
     * @param progressNs its progress, in nanoseconds since the epoch
     * @param lagNs how far its progress is behind, in nanoseconds: for a live input behind the last tick, for a
     *     historic one behind the input that is furthest; 0 if it is not behind, -1 if unknown
     */
    public record InputStats(
            String name,
            long events,
            long ahead,
            long refused,
            long dropped,
            long conflated,
            long waiting,
            long undecided,
            long progressNs,
            long lagNs) {}

    /**
     * The statistics of an output.
     *
     * @param name its name
     * @param events events handed over
     * @param failed events whose receiver threw; a blocking sink may not have come to all events yet
     * @param dropped events that a blocking sink did not get, because its ring was full or it had failed
     * @param missed events that an untethered sink did not get, or gave up because it was too far behind
     * @param faults failures of sinks that are not due to a single event: in flush, in close
     * @param latencyNs nanoseconds from the intended time until the event was handed over (a blocking sink takes it
     *     later), of events that carry an intended time; a copy
     * @param clamped latencies outside the histogram's range, recorded as its nearest end
     */
    public record OutputStats(
            String name,
            long events,
            long failed,
            long dropped,
            long missed,
            long faults,
            Histogram latencyNs,
            long clamped) {}

    /** A copy that the caller allocates beforehand and the threads of the stages fill. */
    static final class Copy {
        private final Host host;
        /** By stage, then by node; null if the stage has no part of the node. */
        private final NodeCounters[][] counters;

        private final long[][] stateBytes;
        private final Histogram[] latencies;
        private final long[][] outputs;
        private final long[][] inputs;
        private final Digests.Copy digest;
        private final Blames.Copy blame;

        /** The stage of each node, and of each output's node. */
        private final int[] stageOf;

        private long sequence = -1;

        Copy(Host host) {
            this.host = host;
            Plan plan = host.core().plan();
            int nodes = plan.topology().nodes().size();
            counters = new NodeCounters[plan.stages().size()][nodes];
            stateBytes = new long[counters.length][nodes];
            List<OutputPort> ports = host.bindings().ports();
            latencies = new Histogram[ports.size()];
            outputs = new long[ports.size()][6];
            for (int i = 0; i < latencies.length; i++) {
                latencies[i] = ports.get(i).newHistogram();
            }
            inputs = new long[host.sources()][9];
            for (long[] i : inputs) { // nothing is known before it is taken
                i[5] = Long.MIN_VALUE;
                i[6] = -1;
            }
            Digests digests = host.core().digests();
            digest = digests == null ? null : digests.new Copy();
            Blames blames = host.core().blames();
            blame = blames == null ? null : blames.new Copy();
            stageOf = new int[nodes];
            for (int i = 0; i < nodes; i++) {
                stageOf[i] = plan.stageOf(i);
                counters[stageOf[i]][i] = NodeFlows.zero(plan.topology().nodes().get(i));
                if (plan.topology().nodes().get(i).section() != null) { // each of its threads counts for itself
                    for (int stage : plan.stagesOf(i)) {
                        counters[stage][i] =
                                NodeFlows.zero(plan.topology().nodes().get(i));
                    }
                }
            }
        }

        /**
         * Copies the counters of a stage, on its thread, or after that has ended. Inputs are copied with the first
         * stage, as all stages see the same of them. Allocates nothing.
         */
        void take(int stage, long lastSequence) {
            Core core = host.core();
            for (int i = 0; i < stageOf.length; i++) {
                if (counters[stage][i] != null) {
                    core.copyCounters(stage, i, counters[stage][i]);
                    stateBytes[stage][i] = core.stateBytes(stage, i);
                }
            }
            if (digest != null) {
                digest.take(stage);
            }
            if (blame != null) {
                blame.take(stage);
            }
            takeOutputs(stage);
            if (stage == 0) {
                sequence = lastSequence;
                takeInputs(core);
            }
        }

        private void takeOutputs(int stage) {
            List<OutputPort> ports = host.bindings().ports();
            for (int i = 0; i < latencies.length; i++) {
                OutputPort p = ports.get(i);
                if (stageOf[p.node()] != stage) {
                    continue;
                }
                p.copyLatency(latencies[i]);
                outputs[i][0] = p.count();
                OutputCounts c = host.sinks().counts(p.output());
                outputs[i][1] = p.failed() + c.failed();
                outputs[i][2] = p.clamped();
                outputs[i][3] = c.dropped();
                outputs[i][4] = c.faults();
                outputs[i][5] = c.missed();
            }
        }

        private void takeInputs(Core core) {
            for (int i = 0; i < inputs.length; i++) {
                inputs[i][0] = core.sourceEvents(i);
                inputs[i][1] = core.sourceAhead(i);
                inputs[i][2] = host.inputs().get(i).refusals();
                inputs[i][3] = host.inputs().get(i).dropped(core.sourceDropped(i));
                inputs[i][4] = host.inputs().get(i).undecided().given();
                inputs[i][5] = core.sourceProgressNs(i);
                inputs[i][6] = core.sourceLagNs(i);
                inputs[i][7] = host.inputs().get(i).conflated(core.sourceConflated(i));
                inputs[i][8] = host.inputs().get(i).waiting();
            }
        }

        private NodeCounters[] summed() {
            NodeCounters[] all = new NodeCounters[stageOf.length];
            for (int i = 0; i < all.length; i++) {
                all[i] = NodeFlows.zero(host.core().plan().topology().nodes().get(i));
                for (NodeCounters[] stage : counters) {
                    if (stage[i] != null) {
                        all[i].add(stage[i]);
                    }
                }
            }
            return all;
        }

        private long summedBytes(int node) {
            long sum = 0;
            for (long[] stage : stateBytes) {
                sum += stage[node];
            }
            return sum;
        }

        EngineStats stats() {
            Topology t = host.core().plan().topology();
            List<NodeStats> nodes =
                    EngineStats.nodes(host.core().plan(), summed(), i -> inputs[i][0], this::summedBytes);
            List<InputStats> in = new ArrayList<>();
            for (int i = 0; i < inputs.length; i++) {
                long[] v = inputs[i];
                in.add(new InputStats(t.inputs().get(i).name(), v[0], v[1], v[2], v[3], v[7], v[8], v[4], v[5], v[6]));
            }
            List<OutputStats> out = new ArrayList<>();
            for (int i = 0; i < latencies.length; i++) {
                long[] o = outputs[i];
                out.add(new OutputStats(t.outputs().get(i).name(), o[0], o[1], o[3], o[5], o[4], latencies[i], o[2]));
            }
            return new EngineStats(
                    sequence,
                    nodes,
                    List.copyOf(in),
                    List.copyOf(out),
                    digest == null ? null : digest.digest(sequence),
                    blame == null ? null : blame.report());
        }
    }

    private static List<NodeStats> nodes(
            Plan plan, NodeCounters[] counters, IntToLongFunction events, IntToLongFunction stateBytes) {
        NodeFlows flows = new NodeFlows(plan.topology(), counters, events);
        List<NodeStats> result = new ArrayList<>();
        for (TopologyNode n : plan.topology().nodes()) {
            int id = n.id();
            result.add(NodeStats.of(
                    n.name(),
                    flows.in(id),
                    flows.out(id),
                    counters[id],
                    stateBytes.applyAsLong(id),
                    plan.budgetBytes().get(id)));
        }
        return List.copyOf(result);
    }

    /**
     * Returns the statistics of a node.
     *
     * @param name its name
     * @return null if there is no such node
     */
    public NodeStats node(String name) {
        return nodes.stream().filter(n -> n.name().equals(name)).findFirst().orElse(null);
    }

    /**
     * Returns the statistics of an output.
     *
     * @param name its name
     * @return null if there is no such output
     */
    public OutputStats output(String name) {
        return outputs.stream().filter(o -> o.name().equals(name)).findFirst().orElse(null);
    }
}
