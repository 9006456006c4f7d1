package io.millrace.engine;

import io.millrace.event.Input;
import io.millrace.event.LookupPort;
import io.millrace.event.Output;
import io.millrace.plan.PlanOptions;
import io.millrace.topology.Topology;
import io.millrace.transport.Asking;
import io.millrace.transport.AsyncLookup;
import io.millrace.transport.Delivery;
import io.millrace.transport.EventSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What a setup has bound to the ports of its topology and declared for them, in the order of binding. For one thread. */
final class BoundPorts {
    private final Topology topology;
    private final Map<Output<?>, List<Handover.Outlet>> outlets = new LinkedHashMap<>();
    private final Map<Output<?>, List<MetaReceiver<Object>>> early = new LinkedHashMap<>();
    private final List<Bindings.BoundSource<?>> sources = new ArrayList<>();
    private final Map<Input<?>, Overflow<?>> overflow = new LinkedHashMap<>();
    private final Map<Input<?>, Answer> cannotDecide = new LinkedHashMap<>();
    private final List<LookupRunner<?, ?>> lookups = new ArrayList<>();

    BoundPorts(Topology topology) {
        this.topology = topology;
        for (Output<?> o : topology.outputs()) {
            outlets.put(o, new ArrayList<>());
        }
    }

    // ---- inputs

    void requireInput(Input<?> input) {
        Objects.requireNonNull(input, "input");
        String why = " is not one of " + topology + ", which has " + topology.inputs();
        Checked.that(topology.inputs().contains(input), "input " + input.name() + why);
    }

    <V> void source(Input<V> input, EventSource<V> source) {
        requireInput(input);
        sources.add(new Bindings.BoundSource<>(input, Objects.requireNonNull(source, "source")));
    }

    void overflow(Input<?> input, Overflow<?> what) {
        requireInput(input);
        overflow.put(input, Objects.requireNonNull(what, "what"));
    }

    void cannotDecide(Input<?> input, Answer give) {
        requireInput(input);
        String why = ": TAKEN cannot be the answer for an event that cannot be decided; use FAIL_OPEN or FAIL_CLOSED";
        Checked.that(give != Answer.TAKEN, "input " + input.name() + why);
        cannotDecide.put(input, Objects.requireNonNull(give, "give"));
    }

    <Q, R> LookupRunner<Q, R> lookup(LookupPort<Q, R> port, AsyncLookup<? super Q, ? extends R> lookup, Asking how) {
        Objects.requireNonNull(port, "port");
        Objects.requireNonNull(lookup, "lookup");
        Objects.requireNonNull(how, "how");
        requireInput(port.replies());
        int replies = topology.inputs().indexOf(port.replies());
        return Lookups.add(lookups, new LookupRunner<>(port, lookup, how, replies, Host.isSensitive(topology)));
    }

    /** What a live engine cannot do. */
    void requireLive(PlanOptions options, boolean exclusive) {
        if (options.digest().traces()) {
            throw new IllegalStateException(
                    topology + " is to trace its digest, which only works on one thread; use a test "
                            + "driver or an inline host, or use DigestOptions.every(..) instead");
        }
        if (exclusive && sources.size() > 1) {
            throw new IllegalStateException(topology + " is exclusive and has " + sources.size()
                    + " sources, each with a thread of its own; bind only one source, or leave out exclusive()");
        }
    }

    List<Bindings.BoundSource<?>> sources() {
        return sources;
    }

    // ---- outputs

    List<Handover.Outlet> of(Output<?> output) {
        Objects.requireNonNull(output, "output");
        List<Handover.Outlet> bound = outlets.get(output);
        String why = " is not one of " + topology + ", which has " + topology.outputs();
        Checked.that(bound != null, "output " + output.name() + why + "; use the same constant as in the topology");
        return bound;
    }

    <V> void receiver(Output<V> output, Receiver<? super V> receiver) {
        Objects.requireNonNull(receiver, "receiver");
        of(output).add(sinks -> {
            Receiver<? super V> called = sinks.heard(output, receiver);
            return sinks.direct(output, receiver, flow -> called.on(flow.value()));
        });
    }

    <V> void receiver(Output<V> output, Receiver<? super V> receiver, Delivery delivery) {
        Objects.requireNonNull(receiver, "receiver");
        Objects.requireNonNull(delivery, "delivery");
        of(output)
                .add(sinks -> sinks.ofOneStage(
                        output, receiver, sinks.open(output, new ReceiverSink<V>(receiver), delivery)));
    }

    <V> void metaReceiver(Output<V> output, MetaReceiver<? super V> receiver) {
        Objects.requireNonNull(receiver, "receiver");
        of(output).add(sinks -> {
            MetaReceiver<? super V> called = sinks.heard(output, receiver);
            return sinks.direct(output, receiver, flow -> called.on(flow.value(), flow));
        });
    }

    @SuppressWarnings("unchecked") // what the output carries is what the receiver takes
    <V> void early(Output<V> output, MetaReceiver<? super V> receiver) {
        Objects.requireNonNull(receiver, "receiver");
        of(output);
        early.computeIfAbsent(output, o -> new ArrayList<>()).add((MetaReceiver<Object>) receiver);
    }

    HostParts parts(HostParts.Letters letters, Journaling journaling, HandedOver handedOver) {
        Lookups asked = new Lookups(lookups);
        return new HostParts(
                topology, outlets, early, sources, overflow, cannotDecide, asked, letters, journaling, handedOver);
    }
}
