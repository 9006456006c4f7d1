package io.millrace.rig;

import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.engine.Setup;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.topology.Topology;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
 * <p>What the runs of a rate put out is compared, value by value and in order, with what the same events put out once on the other host,
 * as fast as it goes: where it differs the figures are void, as they are with dead letters, unless these are
 * {@linkplain #deadLettersAllowed() allowed}. The values of a topology that asks the clock differ, and its figures are void. Nothing else
 * should run on the machine; {@link LatencyReport#conditions} says what was known of that.
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
    private boolean lettersAllowed;

    /** Whether a second at a rate has gone before what is measured. */
    private boolean isWarm;

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
        return new LatencyRig(Objects.requireNonNull(topology, "topology"));
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
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(events, "events");
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
        if (perSecond.length == 0) {
            throw new IllegalArgumentException("no rate; name one or several, such as rates(10_000)");
        }
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
     * How many events go through each engine before it is measured, as fast as it goes. Before the first of them an engine and the floor also have
     * a second at the first rate that does not count, so that what waits and measures is compiled.
     *
     * @param events zero or more; with zero there is no such second either
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
     * Measures the inline host, as a rig does unless it says otherwise.
     *
     * @return this
     */
    public LatencyRig inline() {
        live = false;
        return this;
    }

    /**
     * Says that events may become dead letters, so that figures with some count: those of the rest.
     *
     * @return this
     */
    public LatencyRig deadLettersAllowed() {
        lettersAllowed = true;
        return this;
    }

    /**
     * Sets up each engine further: ways of waiting, budgets and so on. That of the other kind of host too, inline where engines are live and the
     * other way round, which runs the same events once at each rate to say what has to come out.
     *
     * @param how is given each setup before it starts; outputs are bound already
     * @return this
     */
    public LatencyRig setUp(Consumer<Setup> how) {
        setting = Objects.requireNonNull(how, "how");
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

    /**
     * Checks that {@link #run} can begin.
     *
     * @throws IllegalStateException    when nothing is sent
     * @throws IllegalArgumentException when the heap of this JVM does not hold the latencies of a run
     */
    public void requireRunnable() {
        requireEvents();
        for (long rate : rates) {
            Pacing.requireRoom(rate, seconds, Runtime.getRuntime().maxMemory());
        }
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
     * @throws IllegalStateException    when nothing is sent
     * @throws IllegalArgumentException when the heap of this JVM does not hold the latencies of a run
     */
    public LatencyReport run() {
        requireRunnable();
        Map<String, Object> conditions = Machine.conditions(LatencyReport.flags());
        Machine.Watch watch = new Machine.Watch();
        Map<Long, LatencyReport.Rate> figures = new LinkedHashMap<>();
        isWarm = false;
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
        String expected = reference(rate);
        warmUpPaced(rate);
        long letters = 0;
        for (int run = 0; run < runs; run++) {
            Latencies latencies = new Latencies();
            try (Host host = host(latencies, live)) {
                for (long i = 0; i < warmUpEvents; i++) {
                    host.publish(i, 0);
                }
                host.settle();
                own.add(new Pacing(host, latencies, warmUpEvents, rate, seconds).run());
                host.end();
                digests.add(Long.toHexString(host.digest()));
                letters += host.deadLetters();
            }
            floor.add(new Pacing(floor(latencies), latencies, 0, rate, seconds).run());
        }
        return new LatencyReport.Rate(own, floor, expected, List.copyOf(digests), letters, lettersAllowed);
    }

    /**
     * A second at the rate, of an engine and of the floor, that is thrown away: the loop that waits and measures is compiled before it counts. Not
     * where no warm-up is wanted at all.
     */
    private void warmUpPaced(long rate) {
        if (warmUpEvents > 0 && !isWarm) {
            isWarm = true;
            Latencies latencies = new Latencies();
            try (Host host = host(latencies, live)) {
                new Pacing(host, latencies, 0, rate, 1).run();
            }
            new Pacing(floor(latencies), latencies, 0, rate, 1).run();
        }
    }

    /** What the events of a run put out where nobody measures, on the host that is not measured. */
    private String reference(long rate) {
        long events = warmUpEvents + rate * seconds;
        try (Host host = host(null, !live)) {
            for (long i = 0; i < events; i++) {
                host.publish(i, 0);
            }
            host.end();
            return Long.toHexString(host.digest());
        }
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
        Setup setup = Engine.of(topology);
        List<ValuesHash<?>> values = new ArrayList<>();
        for (Output<?> output : topology.outputs()) {
            values.add(bind(setup, output, ofItsOwn ? latencies : null));
        }
        setting.accept(setup);
        if (ofItsOwn) {
            return new Host.Live(setup.start(), inputs, topology, values);
        }
        Inline inline = setup.inline();
        return new Host.OnThisThread(inline, inputs, topology, values, latencies);
    }

    /** With latencies an output decides the events that cause it. */
    private static <V> ValuesHash<V> bind(Setup setup, Output<V> output, Latencies latencies) {
        ValuesHash<V> values = new ValuesHash<>(output);
        setup.outputWithMeta(output, (event, meta) -> {
            values.add(event, meta.form());
            if (latencies != null && !meta.fired()) {
                latencies.decided(meta.correlationId(), meta.intendedNs());
            }
        });
        return values;
    }
}
