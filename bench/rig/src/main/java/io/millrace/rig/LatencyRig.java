package io.millrace.rig;

import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.engine.Setup;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.metric.DigestOptions;
import io.millrace.topology.Topology;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Measures the latency of a topology, open loop: event k of a run is due at its start + k / rate, and its latency counts from then
 * until the last output that it causes; on the inline host until publishing it returns. Each run is an engine of its own, that was
 * warmed up by other events of the same kind; the runs of the engine and of the floor take turns.
 *
 * <pre>{@code
 * LatencyReport report = LatencyRig.of(TOPOLOGY)
 *         .generate(PAYMENTS, i -> new Payment(i % 1_000, 100, i))
 *         .rates(10_000, 100_000)
 *         .run();
 * System.out.print(report);
 * }</pre>
 *
 * <p>What the runs of a rate put out is compared by its digest: where they differ the figures are void. Nothing else should run on
 * the machine; {@link LatencyReport#conditions} says what was known of that.
 */
public final class LatencyRig {
    private static final long WARM_UP_EVENTS = 100_000;
    private static final int RUNS = 5;
    private static final int SECONDS = 5;

    private final Topology topology;
    private final List<Generated<?>> inputs = new ArrayList<>();
    private long[] rates = {10_000};
    private int seconds = SECONDS;
    private int runs = RUNS;
    private long warmUpEvents = WARM_UP_EVENTS;
    private boolean live;
    private Consumer<Setup> setting = setup -> {};

    private LatencyRig(Topology topology) {
        this.topology = topology;
    }

    /** An input and what is sent to it. */
    record Generated<V>(Input<V> input, LongFunction<? extends V> events) {}

    /**
     * A rig without events yet.
     *
     * @param topology what is measured
     * @return to be told what to send
     */
    public static LatencyRig of(Topology topology) {
        return new LatencyRig(topology);
    }

    /**
     * Says what is sent to an input. With several inputs events go to them in turn; an input that is not named ends at the start.
     *
     * @param input  one of the topology's
     * @param events makes event i, a pure function; its cost is inside the figures
     * @param <V>    the event
     * @return this
     */
    public <V> LatencyRig generate(Input<V> input, LongFunction<? extends V> events) {
        if (topology.inputs().stream().noneMatch(i -> i.name().equals(input.name()))) {
            throw new IllegalArgumentException("topology " + topology.name() + " has no input " + input.name()
                    + "; it has " + topology.inputs().stream().map(Input::name).toList());
        }
        inputs.add(new Generated<>(input, events));
        return this;
    }

    /**
     * At which rates.
     *
     * @param perSecond events a second of all inputs together
     * @return this
     */
    public LatencyRig rates(long... perSecond) {
        for (long rate : perSecond) {
            if (rate < 1 || rate > 10_000_000) {
                throw new IllegalArgumentException("a rate of " + rate + " events a second; use 1 to 10000000");
            }
        }
        rates = perSecond.clone();
        return this;
    }

    /**
     * How long each run is.
     *
     * @param each seconds, without the warm-up
     * @return this
     */
    public LatencyRig seconds(int each) {
        seconds = positive(each, "seconds");
        return this;
    }

    /**
     * How many runs at each rate; each percentile is the median of them.
     *
     * @param each positive
     * @return this
     */
    public LatencyRig runs(int each) {
        runs = positive(each, "runs");
        return this;
    }

    /**
     * How many events go through each engine before it is measured, as fast as it goes.
     *
     * @param events zero or more
     * @return this
     */
    public LatencyRig warmUp(long events) {
        if (events < 0) {
            throw new IllegalArgumentException("a warm-up of " + events + " events; use zero or more");
        }
        warmUpEvents = events;
        return this;
    }

    /**
     * Measures a live engine, with a thread of its own, in place of the inline host.
     *
     * @return this
     */
    public LatencyRig live() {
        live = true;
        return this;
    }

    /**
     * Sets up each engine further: ways of waiting, budgets and so on.
     *
     * @param how is given each setup before it starts; outputs are bound already
     * @return this
     */
    public LatencyRig setUp(Consumer<Setup> how) {
        setting = how;
        return this;
    }

    private static int positive(int value, String what) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " " + value + "; use 1 or more");
        }
        return value;
    }

    /**
     * An engine on the calling thread that takes these events one by one, for a benchmark of JMH.
     *
     * @return started; to be closed
     */
    public Steps steps() {
        requireEvents();
        return new Steps(host(null, false));
    }

    private void requireEvents() {
        if (inputs.isEmpty()) {
            throw new IllegalStateException("nothing is sent; say generate(input, i -> event)");
        }
    }

    /**
     * Measures.
     *
     * @return figures, with what is known of the machine
     */
    public LatencyReport run() {
        requireEvents();
        Map<String, Object> conditions = Machine.conditions(LatencyReport.flags());
        Machine.Watch watch = new Machine.Watch();
        Map<Long, LatencyReport.Rate> figures = new LinkedHashMap<>();
        for (long rate : rates) {
            figures.put(rate, measure(rate));
        }
        watch.addTo(conditions);
        return new LatencyReport(topology.name(), live ? "live" : "inline", seconds, conditions, figures);
    }

    private LatencyReport.Rate measure(long rate) {
        List<Paced> own = new ArrayList<>();
        List<Paced> floor = new ArrayList<>();
        List<String> digests = new ArrayList<>();
        long letters = 0;
        for (int run = 0; run < runs; run++) {
            Latencies latencies = new Latencies();
            try (Host host = host(latencies, live)) {
                for (long i = 0; i < warmUpEvents; i++) {
                    host.publish(i, 0);
                }
                host.settle();
                own.add(new Pacing(host, latencies, warmUpEvents, rate, seconds).run());
                digests.add(Long.toHexString(host.digest()));
                letters += host.deadLetters();
            }
            floor.add(new Pacing(floor(latencies), latencies, 0, rate, seconds).run());
        }
        return new LatencyReport.Rate(own, floor, List.copyOf(digests), letters);
    }

    /** Makes the events, and does nothing with them. */
    private Target floor(Latencies latencies) {
        return (i, intendedNs) -> {
            Generated<?> in = inputs.get((int) (i % inputs.size()));
            if (in.events().apply(i) != null) {
                latencies.decided(i, intendedNs);
            }
        };
    }

    private Host host(Latencies latencies, boolean ofItsOwn) {
        Setup setup = Engine.of(topology).digest(DigestOptions.every(1 << 20));
        for (Output<?> output : topology.outputs()) {
            setup.outputWithMeta(output, (event, meta) -> {
                if (ofItsOwn && !meta.fired()) {
                    latencies.decided(meta.correlationId(), meta.intendedNs());
                }
            });
        }
        setting.accept(setup);
        if (ofItsOwn) {
            return new Host.Live(setup.start(), inputs, topology);
        }
        Inline inline = setup.inline();
        return new Host.OnThisThread(inline, inputs, topology, latencies);
    }
}
