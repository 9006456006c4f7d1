package io.millrace.engine;

import io.millrace.event.InPlaceInput;
import io.millrace.event.InPlaceType;
import io.millrace.event.Input;
import io.millrace.event.LongField;
import io.millrace.event.Output;
import io.millrace.metric.DigestOptions;
import io.millrace.runtime.NodeCopies;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.transport.Delivery;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Events of other engines, a few, in a rehearsal: through the code that all engines of a JVM share and that no node is.
 *
 * <p>Why: where that code calls an engine's own (the view of a type, the first node of a chain, a receiver) the JIT takes a call that has only
 * met one class for a call of that class, and throws the code away, under all engines that run, when a second engine starts. It
 * does so with a branch that no engine has taken, and where an interface has one class that another joins. A place that has met three classes, one of them nearly always,
 * becomes a direct call of that one and an open call of all others: nothing that comes later is a surprise. So each rehearsal brings three
 * strangers, of types, nodes and receivers with classes that nobody else has, in numbers too small to weigh. They have to come to all these places: an
 * input by the clock, one of the past, one without time; in chains, over a fork, through a merge; by each way in and out.
 */
final class Strangers {
    private static final int EVENTS = 64;

    private final boolean live;
    private final NodeCopies copies = new NodeCopies(true);

    /** Where each step is watched the chains are others. */
    private final NodeCopies watchedCopies = new NodeCopies(true);

    private final List<InPlaceInput<long[], long[]>> inputs = new ArrayList<>();
    private final List<Output<long[]>> outputs = new ArrayList<>();
    private final Topology topology;
    private final WarmUp warmUp;

    Strangers(boolean live) {
        this.live = live;
        LongField<long[]> first = e -> e[0];
        LongField<long[]> second = e -> e[0] + 1;
        inputs.add(Input.of("live", Stranger.copy())
                .eventTime(first, TimeUnit.NANOSECONDS)
                .live());
        inputs.add(Input.of("historic", Stranger.copy())
                .eventTime(second, TimeUnit.NANOSECONDS)
                .historic());
        inputs.add(Input.of("timeless", Stranger.copy()));
        topology = build();
        warmUp = inputs.stream()
                .map(i -> WarmUp.filled(i, (n, out) -> out[0] = n * 1_000_000))
                .reduce(WarmUp::and)
                .orElseThrow()
                .and(WarmUp.generated(inputs.get(0), n -> new long[] {n * 1_000_000}))
                .and(WarmUp.generated(inputs.get(1), n -> new long[] {n * 1_000_000}))
                .and(WarmUp.generated(inputs.get(2), n -> new long[] {n}))
                .eventsPerRound(EVENTS);
    }

    private Topology build() {
        GraphBuilder g = new GraphBuilder("strangers");
        List<Port> sources = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            Port source = g.source(inputs.get(i), "");
            sources.add(source);
            sink(g, "direct-" + i, source);
            sink(g, "kept-" + i, g.operator("node-" + i, new StrangeNode.Strange(1, i != 1, i == 2), null, "", source));
        }
        sink(
                g,
                "merged",
                g.operator("merge", new StrangeNode.Strange(2, true, false), null, "", sources.get(0), sources.get(1)));
        return g.build();
    }

    private void sink(GraphBuilder g, String name, Port from) {
        @SuppressWarnings("unchecked")
        Output<long[]> output = Output.of(name, (InPlaceType<long[], long[]>) g.type(from));
        outputs.add(output);
        g.sink(output, from, "");
    }

    /** One round; the host is another one each time. */
    void meet(int round) {
        try (Rehearsed host = host(round)) {
            new RehearsalRound(warmUp, host, null).run();
        }
    }

    private Rehearsed host(int round) {
        Setup setup = Engine.of(topology).stateBudget(64 << 20);
        boolean watched = (round & 1) == 1;
        if (watched) {
            setup.digest(DigestOptions.every(16)).blame(1);
        }
        for (int i = 0; i < outputs.size(); i++) {
            bind(setup, outputs.get(i), (i + round) % 5);
        }
        NodeCopies of = watched ? watchedCopies : copies;
        return live ? setup.rehearsedLive(of, round) : setup.rehearsedInline(of, round);
    }

    private static void bind(Setup setup, Output<long[]> output, int how) {
        Unheard.Nobody nobody = new Unheard(java.util.Set.of(), how).standIn();
        switch (how) {
            case 0 -> setup.output(output, (Receiver<Object>) nobody);
            case 1 -> setup.outputWithMeta(output, nobody);
            case 2 -> setup.output(output, (io.millrace.transport.EventSink<Object>) nobody);
            case 3 -> setup.output(output, (Receiver<Object>) nobody, Delivery.blocking());
            default -> setup.discard(output);
        }
    }
}
