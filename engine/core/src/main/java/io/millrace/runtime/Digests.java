package io.millrace.runtime;

import io.millrace.event.EventType;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.metric.Digest;
import io.millrace.metric.DigestOptions;
import io.millrace.metric.NodeTrace;
import io.millrace.metric.OutputDigest;
import io.millrace.operator.Node;
import io.millrace.plan.Plan;
import io.millrace.state.Saved;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.topology.TopologyNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Stands between a core and the ports of its host where a digest is wanted; where none is, it does not exist and costs
 * nothing. Each part belongs to the thread of one stage.
 */
public final class Digests implements Ports, Saved {
    private final Plan plan;
    private final DigestOptions options;
    private final Ports host;
    private final Map<Output<?>, DigestPort> outputs = new LinkedHashMap<>();
    private final Map<Integer, TraceNode.Puts> traces = new LinkedHashMap<>();

    Digests(Plan plan, Ports host) {
        this.plan = plan;
        this.options = plan.options().digest();
        this.host = host;
        for (TopologyNode n : plan.topology().nodes()) {
            if (options.traces() && !n.isRoot()) {
                traces.put(n.id(), new TraceNode.Puts());
            }
            if (n.output() != null) {
                outputs.put(n.output(), new DigestPort(n.output(), plan.stageOf(n.id()), options.every(), receiver(n)));
            }
        }
    }

    /** What was traced is not in it: whoever looks for a difference runs the stretch again. */
    @Override
    public void save(StateWriter to) {
        to.putInt(outputs.size());
        outputs.forEach((output, port) -> {
            to.putText(output.name());
            port.save(to);
        });
    }

    @Override
    public void load(StateReader from) {
        load(from, name -> name);
    }

    /** Takes over those of outputs that there still are, by the names that they have now. */
    void load(StateReader from, UnaryOperator<String> now) {
        Output<?> any = outputs.keySet().stream().findFirst().orElse(null);
        for (int left = from.getInt("a number of outputs", 1 << 16); left > 0; left--) {
            String name = now.apply(from.getText());
            DigestPort port = new DigestPort(any, 0, options.every(), null);
            for (Map.Entry<Output<?>, DigestPort> o : outputs.entrySet()) {
                port = o.getKey().name().equals(name) ? o.getValue() : port;
            }
            port.load(from);
        }
    }

    /** Outputs are traced too: a node without a name is another one when its line has changed. */
    private SinkPort receiver(TopologyNode n) {
        SinkPort port = host.sink(n.output());
        if (!options.traces()) {
            return port;
        }
        TraceNode trace = trace(n, 0, n.output().type());
        return flow -> {
            trace.on(flow);
            port.accept(flow);
        };
    }

    private TraceNode trace(TopologyNode n, int port, EventType<?> type) {
        return new TraceNode(port, type, n.key() != null, options.traceFrom(), options.traceTo(), traces.get(n.id()));
    }

    @Override
    public SinkPort sink(Output<?> output) {
        return outputs.get(output);
    }

    @Override
    public DeadLetterPort deadLetters(int stage) {
        return host.deadLetters(stage);
    }

    @Override
    public boolean isLive(Input<?> input) {
        return host.isLive(input);
    }

    @Override
    public boolean samples() {
        return host.samples();
    }

    @Override
    public Node root(int stage, Node plain, Node watched) {
        return host.root(stage, plain, watched);
    }

    @Override
    public List<Node> before(int stage, TopologyNode n, Supplier<Node> made) {
        return host.before(stage, n, made);
    }

    @Override
    public List<Node> behind(int stage, TopologyNode n, int port, boolean sampled, Supplier<Node> made) {
        List<Node> steps = new ArrayList<>(host.behind(stage, n, port, sampled, made));
        if (traces.containsKey(n.id())) {
            steps.add(trace(n, port, n.types().get(port)));
        }
        return steps;
    }

    /**
     * All of it as it is now. For a host that runs all on one thread.
     *
     * @param sequence the last entry
     * @return for any thread
     */
    public Digest now(long sequence) {
        Copy copy = new Copy();
        for (DigestPort port : outputs.values()) {
            copy.take(port.stage());
        }
        return copy.digest(sequence);
    }

    /** A copy of all of it, into memory that the caller has brought. */
    public final class Copy {
        private final List<DigestPort> ports = List.copyOf(outputs.values());
        private final DigestPort.Copy[] copies = new DigestPort.Copy[ports.size()];

        /** Memory for a copy. */
        public Copy() {
            for (int i = 0; i < copies.length; i++) {
                copies[i] = new DigestPort.Copy();
            }
        }

        /**
         * Takes the part of a stage; for its thread, between two entries. Allocates nothing.
         *
         * @param stage 0, 1, …
         */
        public void take(int stage) {
            for (int i = 0; i < copies.length; i++) {
                if (ports.get(i).stage() == stage) {
                    ports.get(i).copyInto(copies[i]);
                }
            }
        }

        /**
         * What was taken.
         *
         * @param sequence the last entry before it was taken
         * @return for any thread; with the trace, if there is one, as it is now
         */
        public Digest digest(long sequence) {
            List<OutputDigest> digests = new ArrayList<>();
            for (int i = 0; i < copies.length; i++) {
                digests.add(copies[i].digest(ports.get(i).name()));
            }
            List<NodeTrace> traced = new ArrayList<>();
            traces.forEach((id, puts) ->
                    traced.add(puts.of(plan.topology().nodes().get(id).name())));
            return new Digest(plan.topology().name(), sequence + 1, List.copyOf(digests), List.copyOf(traced));
        }
    }
}
