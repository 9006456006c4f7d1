package io.millrace.dsl;

import io.millrace.operators.Fn.Fn1;
import io.millrace.operators.process.KeyState;
import io.millrace.operators.process.ProcessByKey;
import io.millrace.operators.process.ProcessFactory;
import io.millrace.topology.Port;
import java.time.Duration;

/**
 * A process in a topology; its outputs are its fields.
 *
 * @param <P> the user's class
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

    /** Makes the user's object: a word of {@code KeyedStream} with the inputs it has. */
    @FunctionalInterface
    interface Maker<P> {
        P make() throws Exception;
    }

    static <P extends KeyedProcess> Processed<P> of(
            KeyedStream<?> first, String name, Duration keepIdle, Maker<P> maker, KeyedStream<?>... others) {
        String site = Site.here();
        String what = "process " + name + " (" + site + "): its constructor";
        P sample = made(what, maker);
        ProcessFactory factory = () -> made(what, maker).sealed();
        KeyState shape = sample.sealed();
        Port[] inputs = new Port[1 + others.length];
        inputs[0] = first.port;
        for (int i = 0; i < others.length; i++) {
            inputs[i + 1] = others[i].port;
        }
        ProcessByKey operator = ProcessByKey.of(factory, shape, inputs.length, keepIdle, first.key());
        Port main = first.topology.graph().operator(name, operator, first.key(), site, inputs);
        return new Processed<>(first.topology, main.node(), sample);
    }

    private static <P> P made(String what, Maker<P> maker) {
        try {
            return maker.make();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalArgumentException(what + " throws " + e, e);
        }
    }

    /**
     * One of the outputs.
     *
     * @param which names the field
     * @param <V>   what it emits
     * @return a stream with the key of the process and the time of what caused it; all outputs of one call come in the
     *     order in which they were emitted
     */
    public <V> KeyedStream<V> out(Fn1<? super P, ? extends KeyedProcess.Emit<V>> which) {
        KeyedProcess.Emit<V> emit = made("out (" + Site.here() + ")", () -> which.apply(sample));
        return new KeyedStream<>(topology, new Port(node, emit.port()));
    }
}
