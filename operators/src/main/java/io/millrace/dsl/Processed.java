package io.millrace.dsl;

import io.millrace.operators.Fn.Fn1;
import io.millrace.operators.process.KeyState;
import io.millrace.operators.process.ProcessByKey;
import io.millrace.operators.process.ProcessFactory;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import java.time.Duration;

/**
 * A process in a topology. Its outputs are fields of your class.
 *
 * @param <P> your class
 */
public final class Processed<P> {
    private final TopologyBuilder topology;
    private final int node;
    private final P sample;

    private Processed(TopologyBuilder topology, int node, P sample) {
        this.topology = topology;
        this.node = node;
        this.sample = sample;
    }

    /** Makes the object of the user's class, for a word of {@code KeyedStream}, with the inputs that it has. */
    @FunctionalInterface
    interface Maker<P> {
        P make() throws Exception;
    }

    static <P extends KeyedProcess> Processed<P> of(
            KeyedStream<?> first, String given, Duration keepIdle, Maker<P> maker, KeyedStream<?>... others) {
        String site = Site.here();
        String name = first.topology.given(given);
        Port[] inputs = first.topology.ports(first, others);
        GraphBuilder graph = first.topology.graph();
        P sample = null;
        Port main;
        try {
            sample = Shapes.made(() -> made(maker));
            KeyState shape = sample.sealed();
            ProcessFactory factory = () -> made(maker).sealed();
            ProcessByKey operator = ProcessByKey.of(factory, shape, inputs.length, keepIdle, first.key());
            main = graph.operator(name, operator, first.key(), site, inputs);
        } catch (Throwable t) {
            sample = null; // its fields name outputs that the stand-in has not
            main = graph.unmade(name, first.key(), site, Faults.told(t, ""), inputs);
        }
        graph.end(main); // its handlers may be all that it is for
        return new Processed<>(first.topology, main.node(), sample);
    }

    private static <P> P made(Maker<P> maker) {
        try {
            return maker.make();
        } catch (IllegalArgumentException | IllegalStateException | Error e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalArgumentException("its constructor throws " + e, e);
        }
    }

    /**
     * The stream of what handlers emit on one output, such as {@code out(s -> s.alerts)}.
     *
     * @param which names the field
     * @param <V>   the type of what is emitted
     * @return a stream with the key of the process; events have the time of what caused them, and all outputs of one
     *     call come in the order in which they were emitted
     */
    public <V> KeyedStream<V> out(Fn1<? super P, ? extends KeyedProcess.Emit<V>> which) {
        return new KeyedStream<>(topology, new Port(node, sample == null ? 0 : port(which)));
    }

    private int port(Fn1<? super P, ? extends KeyedProcess.Emit<?>> which) {
        try {
            return which.apply(sample).port();
        } catch (Exception e) {
            topology.graph().problem("out (" + Site.here() + "): names no output: " + e, e);
            return 0;
        }
    }
}
