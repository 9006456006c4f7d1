package io.millrace.rig;

import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.engine.Publisher;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/** An engine under measurement; one thread publishes to it and asks it. */
abstract class Host implements Target, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final List<Sender<?>> senders = new ArrayList<>();
    private final List<ValuesHash<?>> values;
    private final Header header = new Header();

    private record Sender<V>(Publisher<V> to, LongFunction<? extends V> events) {
        void send(long i, Header header) {
            to.publish(events.apply(i), header);
        }
    }

    /** The publisher of any input. */
    private interface Publishers {
        <V> Publisher<V> of(Input<V> input);
    }

    private Host(
            Publishers publishers,
            List<LatencyRig.Generated<?>> inputs,
            Topology topology,
            List<ValuesHash<?>> values) {
        this.values = values;
        inputs.forEach(g -> senders.add(sender(publishers, g)));
        for (Input<?> input : topology.inputs()) {
            if (inputs.stream().noneMatch(g -> g.input().name().equals(input.name()))) {
                publishers.of(input).end();
            }
        }
    }

    private static <V> Sender<V> sender(Publishers publishers, LatencyRig.Generated<V> generated) {
        return new Sender<>(publishers.of(generated.input()), generated.events());
    }

    @Override
    public void publish(long i, long intendedNs) {
        senders.get((int) (i % senders.size()))
                .send(i, header.clear().intendedNs(intendedNs).correlationId(i));
    }

    /** Of all that was put out; when it has settled. */
    final long digest() {
        return ValuesHash.of(values);
    }

    /** Ends all inputs, so that what was put out depends on no moment at which a run ended. */
    final void end() {
        senders.forEach(sender -> sender.to().end());
        settle();
    }

    abstract long deadLetters();

    @Override
    public abstract void close();

    /** On the thread that publishes. */
    static final class OnThisThread extends Host {
        private final Inline inline;

        /** Null where nothing is measured. */
        private final Latencies latencies;

        OnThisThread(
                Inline inline,
                List<LatencyRig.Generated<?>> inputs,
                Topology topology,
                List<ValuesHash<?>> values,
                Latencies latencies) {
            super(inline::publisher, inputs, topology, values);
            this.inline = inline;
            this.latencies = latencies;
        }

        @Override
        public void publish(long i, long intendedNs) {
            super.publish(i, intendedNs);
            if (latencies != null) {
                latencies.decided(i, intendedNs);
            }
        }

        @Override
        long deadLetters() {
            return inline.deadLetters().total();
        }

        @Override
        public void close() {
            inline.close();
        }
    }

    /** With threads of its own. */
    static final class Live extends Host {
        private final Engine engine;

        Live(Engine engine, List<LatencyRig.Generated<?>> inputs, Topology topology, List<ValuesHash<?>> values) {
            super(engine::publisher, inputs, topology, values);
            this.engine = engine;
        }

        @Override
        public void settle() {
            long left = engine.drain(PATIENCE);
            if (left != 0) {
                throw new IllegalStateException(left + " events were not processed within " + PATIENCE);
            }
        }

        @Override
        long deadLetters() {
            return engine.deadLetters().total();
        }

        @Override
        public void close() {
            engine.close();
        }
    }
}
