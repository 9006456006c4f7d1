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
 * What an engine has counted, all at one point of the input order.
 *
 * @param sequence the last entry that it includes
 * @param nodes    in the topology's order
 * @param inputs   in the topology's order
 * @param outputs  in the topology's order
 * @param digest   of all outputs; null where none is kept
 * @param latency  where the time of sampled events went; null where that is not measured
 */
public record EngineStats(
        long sequence,
        List<NodeStats> nodes,
        List<InputStats> inputs,
        List<OutputStats> outputs,
        Digest digest,
        LatencyReport latency) {
    /**
     * A node.
     *
     * @param name        its name
     * @param in          entries that came to it, over all its inputs; -1 when that is not known: behind a node of which that holds
     * @param out         entries it passed on, over all its outputs that are read, and by the main one; -1 when that is not known: of a node
     *     with several outputs where a snapshot was read that does not tell them apart
     * @param filtered    entries a condition held back, and retractions that found no row in a group that forgets
     * @param late        events behind its progress that it did not take
     * @param partlyLate  events that were late for some of its windows and on time for others
     * @param unanswered  events of a {@code with} that it dropped because a branch did not answer them
     * @param duplicates  repeats that it dropped
     * @param dead        dead letters
     * @param firings     items of its agenda that fired
     * @param keys        keys it holds
     * @param evicted     keys it gave up to make room
     * @param stateBytes  the bytes of state it holds, free places of what it has taken included
     * @param budgetBytes the most bytes of state it may hold
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
         * What was counted of a node.
         *
         * @param name        its name
         * @param in          as there
         * @param out         as there
         * @param counted     the rest, taken between two entries
         * @param stateBytes  as there
         * @param budgetBytes as there
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
     * An input.
     *
     * @param name       its name
     * @param events     events taken into the topology
     * @param ahead      events refused as too far ahead
     * @param refused    events that did not fit their layout, or found no room where that is refused; as of now, since they have
     *     no place in the order
     * @param dropped    events dropped for want of room; as of now, also those of which the input order is told only with the next
     *     event that gets a place
     * @param conflated  events replaced by a later one of their key before they got a place; as dropped ones
     * @param waiting    events that wait in front of the ring ({@link Overflow}); as of now
     * @param undecided  events for which the declared answer was given because the engine could not decide; as of now
     * @param progressNs its progress, nanoseconds since the epoch
     * @param lagNs      how far that is behind: for a live input behind the last tick, for a historic one behind the input that is
     *     furthest; 0 when it is not, -1 when that is not known
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
     * An output.
     *
     * @param name      its name
     * @param events    events handed over
     * @param failed    events whose receiver threw; a blocking sink may still come to earlier ones
     * @param dropped   events that a blocking sink did not get, because its ring was full or it had failed
     * @param missed    events that an untethered sink did not get, or gave up because it was too far behind
     * @param faults    failures of sinks that are no single event's fault: in flush, in close
     * @param latencyNs from the intended time, of events that carry one, until the event was handed over (a blocking sink
     *     takes it later); a copy
     * @param clamped   latencies outside the histogram's range, recorded as its ends
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

    /** What the stage's thread fills: allocated by the caller beforehand. */
    static final class Copy {
        private final Host host;
        /** By stage, then by node; null where the stage has nothing of it. */
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
         * Copies what belongs to a stage, on its thread, or when that has ended. Inputs are the first stage's: all stages see the
         * same of them. Allocates nothing.
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
     * The statistics of a node.
     *
     * @param name its name
     * @return null when there is none
     */
    public NodeStats node(String name) {
        return nodes.stream().filter(n -> n.name().equals(name)).findFirst().orElse(null);
    }

    /**
     * The statistics of an output.
     *
     * @param name its name
     * @return null when there is none
     */
    public OutputStats output(String name) {
        return outputs.stream().filter(o -> o.name().equals(name)).findFirst().orElse(null);
    }
}
