package io.millrace.engine;

import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.ThrownText;
import io.millrace.event.TimeMeaning;
import io.millrace.runtime.DeadLetterPort;
import io.millrace.runtime.Ports;
import io.millrace.runtime.SinkPort;
import io.millrace.topology.KeyInfo;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;
import io.millrace.transport.EventSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What is bound to the ports of a topology, for one engine. */
final class Bindings implements Ports {
    private final Topology topology;
    private final DeadLetters deadLetters;
    private final Map<Output<?>, OutputPort> outputs = new LinkedHashMap<>();
    private final List<OutputPort> ports;
    private final Predicate<Input<?>> boundFinite;

    Bindings(
            Topology topology,
            DeadLetters deadLetters,
            Map<Output<?>, List<Handover>> receivers,
            Predicate<Input<?>> boundFinite) {
        this.topology = topology;
        this.deadLetters = deadLetters;
        this.boundFinite = boundFinite;
        for (TopologyNode n : topology.nodes()) {
            if (n.output() != null) {
                Handover all = all(receivers.get(n.output()));
                outputs.put(n.output(), new OutputPort(n.output(), n.id(), keyBytes(n), deadLetters.port(), all));
            }
        }
        ports = List.copyOf(outputs.values());
    }

    private int keyBytes(TopologyNode sink) {
        KeyInfo key = topology.nodes().get(sink.inputs().get(0).node()).key();
        return key == null ? 0 : key.maxBytes();
    }

    private static Handover all(List<Handover> receivers) {
        if (receivers.size() == 1) {
            return receivers.get(0);
        }
        List<Handover> copy = List.copyOf(receivers);
        return flow -> {
            Throwable first = null;
            for (int i = 0; i < copy.size(); i++) {
                try {
                    flow.rewind();
                    copy.get(i).accept(flow);
                } catch (VirtualMachineError e) {
                    throw e;
                } catch (Throwable t) {
                    first = first == null ? t : first; // the others get the event all the same
                }
            }
            if (first instanceof Error e) {
                throw e;
            }
            if (first != null) {
                throw (Exception) first;
            }
        };
    }

    OutputPort port(Output<?> output) {
        OutputPort port = outputs.get(output);
        if (port == null) {
            throw new IllegalArgumentException("output " + output.name() + " is not one of " + topology + ", which has "
                    + topology.outputs() + "; use the same constant as in the topology");
        }
        return port;
    }

    List<OutputPort> ports() {
        return ports;
    }

    @Override
    public SinkPort sink(Output<?> output) {
        return port(output);
    }

    @Override
    public DeadLetterPort deadLetters(int stage) {
        return deadLetters.port();
    }

    @Override
    public boolean isLive(Input<?> input) {
        return input.timeMeaning() == TimeMeaning.LIVE
                || input.timeMeaning() == TimeMeaning.BY_SOURCE && !boundFinite.test(input);
    }

    /** A source and the input it is bound to. */
    record BoundSource<V>(Input<V> input, EventSource<V> source) {}

    /** Whether an input has sources and all of them end. */
    static boolean areFinite(List<BoundSource<?>> sources, Input<?> input) {
        boolean any = false;
        for (BoundSource<?> s : sources) {
            if (s.input() == input) {
                if (!s.source().isFinite()) {
                    return false;
                }
                any = true;
            }
        }
        return any;
    }

    /** Has each get ready. */
    static void prepare(List<BoundSource<?>> sources) {
        for (BoundSource<?> s : sources) {
            try {
                s.source().prepare();
            } catch (Exception e) {
                throw new IllegalStateException(
                        "input " + s.input().name() + ": its source could not be prepared: " + e.getMessage(), e);
            }
        }
    }

    /** Tells what is wrong with each that says so. */
    static void tell(List<BoundSource<?>> sources, Troubles to) {
        for (BoundSource<?> s : sources) {
            to.ofPort("input " + s.input().name(), s.source()::trouble, s.source()::lost);
        }
    }

    /** What a source has thrown, which may have seen fields of the events that it brings. */
    static String told(BoundSource<?> source, Throwable thrown) {
        return ThrownText.of(thrown, source.input().type().hasSensitive());
    }

    /** Closes all of them, whatever one of them throws; answers what failed, or null. */
    static EngineStoppedException close(List<BoundSource<?>> sources, String engine) {
        EngineStoppedException failed = null;
        for (BoundSource<?> s : sources) {
            try {
                s.source().close();
            } catch (Throwable t) {
                String where =
                        "closing engine " + engine + ": input " + s.input().name();
                failed = EngineStoppedException.first(
                        failed,
                        new EngineStoppedException(
                                where + ": its source failed while it was closed: " + told(s, t), t));
            }
        }
        return failed;
    }
}
