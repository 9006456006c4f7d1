package io.millrace.runtime;

import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operator.Firing;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Stands between a core and its host in a replay that explains: a step in front of each node on the way to the output, and behind it. */
final class LineagePorts implements Ports {
    private final Lineage lineage;
    private final Ports host;
    private final Output<?> output;
    private final Consumer<Flow> sink;

    LineagePorts(Lineage lineage, Ports host, Output<?> output, Consumer<Flow> sink) {
        this.lineage = lineage;
        this.host = host;
        this.output = output;
        this.sink = sink;
    }

    @Override
    public SinkPort sink(Output<?> of) {
        SinkPort port = host.sink(of);
        if (of != output) {
            return port;
        }
        return flow -> {
            sink.accept(flow);
            port.accept(flow);
        };
    }

    @Override
    public DeadLetterPort deadLetters(int stage) {
        DeadLetterPort port = host.deadLetters(stage);
        return new DeadLetterPort() {
            @Override
            public void letter(long q, int node, Reason reason, String detail, Throwable t, byte[] entry, int offset) {
                port.letter(q, node, reason, detail, t, entry, offset);
            }

            @Override
            public void firing(long q, int node, Reason reason, String detail, Throwable t, Firing firing) {
                port.firing(q, node, reason, detail, t, firing);
            }

            @Override
            public void letter(Flow flow, int node, Reason reason, String detail, Throwable t) {
                lineage.refused(node, flow);
                port.letter(flow, node, reason, detail, t);
            }

            @Override
            public void result(Flow flow, int node, Reason reason, String detail, Throwable t, long dueNs) {
                port.result(flow, node, reason, detail, t, dueNs); // the node has taken what it took
            }
        };
    }

    @Override
    public boolean isLive(Input<?> input) {
        return host.isLive(input);
    }

    @Override
    public List<Node> before(int stage, TopologyNode n, Supplier<Node> made) {
        List<Node> steps = new ArrayList<>(host.before(stage, n, made));
        if (lineage.isOnTheWay(n)) {
            LineageValue[] values = n.inputs().stream().map(lineage::value).toArray(LineageValue[]::new);
            steps.add(flow -> {
                lineage.takes(n, values, flow);
                return true;
            });
        }
        return steps;
    }

    @Override
    public List<Node> behind(int stage, TopologyNode n, int port, boolean sampled, Supplier<Node> made) {
        List<Node> steps = new ArrayList<>(host.behind(stage, n, port, sampled, made));
        if (lineage.isOnTheWay(n) && !n.isEntrance()) {
            LineageValue value = lineage.value(new Port(n.id(), port));
            steps.add(flow -> {
                lineage.puts(n, port, value, flow, made.get());
                return true;
            });
        }
        return steps;
    }

    /** Where a stream comes from, past the entrances of sections, which hand on what they take. */
    static Port origin(Topology topology, Port p) {
        Port at = p;
        while (topology.nodes().get(at.node()).isEntrance()) {
            at = topology.nodes().get(at.node()).inputs().get(0);
        }
        return at;
    }
}
