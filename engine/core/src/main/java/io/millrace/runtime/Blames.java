package io.millrace.runtime;

import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.metric.LatencyReport;
import io.millrace.operator.Node;
import io.millrace.plan.Plan;
import io.millrace.plan.StagePlan;
import io.millrace.topology.TopologyNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * Stands between a core and the ports of its host where latencies are blamed on nodes; where they are not, it does not exist and
 * costs nothing. Each part belongs to the thread of one stage, or of one blocking sink.
 */
public final class Blames implements Ports {
    private final Plan plan;
    private final Ports next;
    private final List<Blame> stages = new ArrayList<>();
    private final int every;
    private final LongSupplier clock;

    /** Those with a thread of their own. */
    private final List<SinkBlame> sinks = new CopyOnWriteArrayList<>();

    private long firstLive;

    Blames(Plan plan, int every, Ports next, LongSupplier clock) {
        this.plan = plan;
        this.next = next;
        this.every = every;
        this.clock = clock;
        for (StagePlan s : plan.stages()) {
            stages.add(new Blame(plan.topology(), s, every, clock));
        }
    }

    /**
     * Before the start, and before there is a {@link #blockingSink}: what a journal brings back is not measured.
     *
     * @param sequence the first entry that none has brought back
     */
    public void firstLive(long sequence) {
        firstLive = sequence;
        stages.forEach(s -> s.firstLive(sequence));
    }

    @Override
    public SinkPort sink(Output<?> output) {
        return next.sink(output);
    }

    /**
     * For a sink that has a thread of its own.
     *
     * @param node of the output
     * @return for that thread
     */
    public SinkBlame blockingSink(int node) {
        SinkBlame made = new SinkBlame(plan.topology(), node, every - 1L, firstLive, clock);
        sinks.add(made);
        return made;
    }

    @Override
    public DeadLetterPort deadLetters(int stage) {
        return next.deadLetters(stage);
    }

    @Override
    public boolean isLive(Input<?> input) {
        return next.isLive(input);
    }

    @Override
    public boolean samples() {
        return true;
    }

    @Override
    public Node root(int stage, Node plain, Node watched) {
        return new BlameSteps.Root(stages.get(stage), plain, watched);
    }

    @Override
    public List<Node> before(int stage, TopologyNode node, Supplier<Node> made) {
        List<Node> steps = new ArrayList<>(next.before(stage, node, made));
        steps.add(new BlameSteps.Mark(stages.get(stage), node.id()));
        return steps;
    }

    @Override
    public List<Node> behind(int stage, TopologyNode node, int port, boolean sampled, Supplier<Node> made) {
        List<Node> steps = new ArrayList<>(next.behind(stage, node, port, sampled, made));
        long budgetNs = node.budgetNs(port);
        if (sampled && budgetNs > 0) {
            steps.add(new BlameSteps.Budget(stages.get(stage), node.id(), budgetNs));
        }
        return steps;
    }

    /** A copy of all of it, into memory that the caller has brought. */
    public final class Copy {
        private final List<Blame.Copy> copies = new ArrayList<>();

        /** Memory for a copy. */
        public Copy() {
            stages.forEach(s -> copies.add(s.new Copy()));
        }

        /**
         * Takes what belongs to a stage, between two of its entries. Allocates nothing.
         *
         * @param stage the caller's
         */
        public void take(int stage) {
            copies.get(stage).take();
        }

        /**
         * What was taken.
         *
         * @return for any thread
         */
        public LatencyReport report() {
            List<LatencyReport.NodeTime> nodes = new ArrayList<>();
            for (int id = 0; id < plan.topology().nodes().size(); id++) {
                LatencyReport.NodeTime time = null;
                for (Blame.Copy c : copies) { // more than one where its keys are divided among threads
                    time = sum(time, c.node(id));
                }
                if (time != null) {
                    nodes.add(time);
                }
            }
            List<LatencyReport.Breach> last = new ArrayList<>();
            copies.forEach(c -> last.addAll(c.last()));
            sinks.forEach(s -> last.addAll(s.last()));
            return new LatencyReport(
                    copies.stream().mapToLong(Blame.Copy::samples).sum(),
                    Stream.concat(
                                    copies.stream().map(Blame.Copy::hop),
                                    sinks.stream().map(SinkBlame::hop))
                            .toList(),
                    List.copyOf(nodes),
                    copies.stream().mapToLong(Blame.Copy::breaches).sum()
                            + sinks.stream().mapToLong(SinkBlame::breaches).sum(),
                    List.copyOf(last));
        }

        private static LatencyReport.NodeTime sum(LatencyReport.NodeTime a, LatencyReport.NodeTime b) {
            if (a == null || b == null) {
                return a == null ? b : a;
            }
            Histogram own = a.ownNs().copy();
            own.add(b.ownNs());
            Histogram since = a.sinceNs().copy();
            since.add(b.sinceNs());
            return new LatencyReport.NodeTime(a.node(), own, since);
        }
    }
}
