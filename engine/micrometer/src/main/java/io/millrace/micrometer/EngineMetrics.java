package io.millrace.micrometer;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.engine.Engine;
import io.millrace.engine.EngineStats;
import io.millrace.engine.EngineStats.InputStats;
import io.millrace.engine.EngineStats.NodeStats;
import io.millrace.engine.EngineStats.OutputStats;
import io.millrace.engine.Health;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * The statistics and the health of one engine as meters: {@code new EngineMetrics(engine).bindTo(registry)}.
 *
 * <p>All meters of one reading come from one copy of the statistics, which is taken again when it is older than a
 * second: a scrape asks the engine's threads once, not once for each meter. If a stage stands still, so that the
 * engine's threads do not answer, meters show the copy before. A scrape then waits less than half a second, once, and
 * not for another scrape. Health asks no thread of the engine and is always current.
 *
 * <p>Each meter has the tag {@code topology} and those given to {@link #tagged}. Further tags and meters:
 *
 * <pre>
 *  node            millrace.node.in, .out, .filtered, .late, .partly.late, .unanswered, .duplicates, .dead, .firings, .evicted (counters), .keys, .state, .state.budget (gauges)
 *                   .in and .out are not a number if the engine does not know them: after a start from a snapshot that does not distinguish the outputs of a node
 *  input           millrace.input.events, .ahead, .refused, .dropped, .conflated, .undecided (counters), .waiting, .progress, .lag (gauges,
 *                   the last two in seconds)
 *  output          millrace.output.events, .failed, .dropped, .missed, .faults (counters)
 *  output, phi     millrace.output.latency (gauge, seconds): percentiles since the start, of events with an intended time
 *  state           millrace.health (gauge): 1 for the state that the engine is in, 0 for the others
 * </pre>
 *
 * <p>It may be bound and closed by any thread, and bound to several registries. A meter keeps the engine that it reads
 * reachable until {@link #close} removes it from its registry: call that when the engine has ended and was read for the
 * last time, and before another engine of the same topology is bound there. Distinguish engines of one topology that
 * run side by side by a tag.
 */
public final class EngineMetrics implements MeterBinder, AutoCloseable {
    private static final Duration WAITS = Duration.ofMillis(400);
    private static final double NS_PER_SECOND = 1e9;
    private static final double[] PERCENTILES = {50, 99, 99.9};
    private static final String NODE = "millrace.node.";
    private static final String INPUT = "millrace.input.";
    private static final String OUTPUT = "millrace.output.";

    private final String topology;
    private final Supplier<EngineStats> source;
    private final Supplier<Health> health;
    private final long maxAgeNs;

    private final Tags more;

    /** What it has registered, and where. */
    private final Map<MeterRegistry, List<Meter>> bound = new IdentityHashMap<>();

    /** Held by the thread that asks for a copy: one at a time, and the others use the one before. */
    private final ReentrantLock asking = new ReentrantLock();

    private volatile EngineStats last;
    private long takenNs;

    /**
     * Creates the meters of a live engine.
     *
     * @param engine running, or already closed
     */
    public EngineMetrics(Engine engine) {
        this(engine.topology().name(), () -> engine.stats(WAITS), engine::health, Duration.ofSeconds(1));
    }

    /**
     * Creates the meters of anything with statistics, such as an inline host, whose statistics only its owner may ask
     * for: pass a supplier of the copy that the owner took last.
     *
     * @param topology the tag
     * @param stats called on the thread that reads a meter, once in {@code maxAge}; its nodes, inputs and outputs have
     *     to stay the same. It may return null after the first copy, which is then shown
     * @param health called on the thread that reads a meter
     * @param maxAge how old a copy may be, zero or more
     */
    public EngineMetrics(String topology, Supplier<EngineStats> stats, Supplier<Health> health, Duration maxAge) {
        this(topology, stats, health, maxAge.toNanos(), Tags.empty());
    }

    private EngineMetrics(
            String topology, Supplier<EngineStats> stats, Supplier<Health> health, long maxAgeNs, Tags more) {
        this.topology = Objects.requireNonNull(topology, "topology");
        this.source = Objects.requireNonNull(stats, "stats");
        this.health = Objects.requireNonNull(health, "health");
        this.maxAgeNs = maxAgeNs;
        this.more = more;
    }

    /**
     * Adds tags to each meter, such as a number that distinguishes engines of one topology.
     *
     * @param tags besides those that each meter has
     * @return a changed copy, which is not bound
     */
    public EngineMetrics tagged(Iterable<Tag> tags) {
        return new EngineMetrics(topology, source, health, maxAgeNs, more.and(tags));
    }

    /**
     * Registers the meters. Has no effect on a registry to which it is already bound.
     *
     * @throws IllegalStateException if the registry has meters of these names and tags, those of another engine, which
     *     it would go on showing
     */
    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        if (bound.containsKey(registry)) {
            return;
        }
        Meters to = new Meters(registry);
        try {
            bind(to);
            bound.put(registry, to.made);
        } catch (RuntimeException e) {
            to.made.forEach(registry::remove);
            throw e;
        }
    }

    /** Removes its meters from all registries, which releases the engine. It may be bound again. */
    @Override
    public synchronized void close() {
        bound.forEach((registry, meters) -> meters.forEach(registry::remove));
        bound.clear();
        last = null;
    }

    private void bind(Meters to) {
        EngineStats now = to.now();
        for (int i = 0; i < now.nodes().size(); i++) {
            node(to, i, tags("node", now.nodes().get(i).name()));
        }
        for (int i = 0; i < now.inputs().size(); i++) {
            input(to, i, tags("input", now.inputs().get(i).name()));
        }
        for (int i = 0; i < now.outputs().size(); i++) {
            output(to, i, tags("output", now.outputs().get(i).name()));
        }
        for (Health.State state : Health.State.values()) {
            to.health(tags("state", state.name().toLowerCase(Locale.ROOT)), state);
        }
    }

    private Tags tags(String key, String value) {
        return more.and("topology", topology, key, value);
    }

    private void node(Meters to, int i, Tags tags) {
        ToNode<NodeStats> n = s -> s.nodes().get(i);
        to.knownCounter(NODE + "in", tags, n, NodeStats::in);
        to.knownCounter(NODE + "out", tags, n, NodeStats::out);
        to.counter(NODE + "filtered", tags, n, NodeStats::filtered);
        to.counter(NODE + "late", tags, n, NodeStats::late);
        to.counter(NODE + "partly.late", tags, n, NodeStats::partlyLate);
        to.counter(NODE + "duplicates", tags, n, NodeStats::duplicates);
        to.counter(NODE + "unanswered", tags, n, NodeStats::unanswered);
        to.counter(NODE + "dead", tags, n, NodeStats::dead);
        to.counter(NODE + "firings", tags, n, NodeStats::firings);
        to.counter(NODE + "evicted", tags, n, NodeStats::evicted);
        to.gauge(NODE + "keys", tags, null, s -> n.of(s).keys());
        to.gauge(NODE + "state", tags, "bytes", s -> n.of(s).stateBytes());
        to.gauge(NODE + "state.budget", tags, "bytes", s -> n.of(s).budgetBytes());
    }

    private void input(Meters to, int i, Tags tags) {
        ToNode<InputStats> n = s -> s.inputs().get(i);
        to.counter(INPUT + "events", tags, n, InputStats::events);
        to.counter(INPUT + "ahead", tags, n, InputStats::ahead);
        to.counter(INPUT + "refused", tags, n, InputStats::refused);
        to.counter(INPUT + "dropped", tags, n, InputStats::dropped);
        to.counter(INPUT + "conflated", tags, n, InputStats::conflated);
        to.counter(INPUT + "undecided", tags, n, InputStats::undecided);
        to.gauge(INPUT + "waiting", tags, null, s -> n.of(s).waiting());
        to.gauge(INPUT + "lag", tags, "seconds", s -> lag(n.of(s).lagNs()));
        to.gauge(INPUT + "progress", tags, "seconds", s -> progress(n.of(s).progressNs()));
    }

    private void output(Meters to, int i, Tags tags) {
        ToNode<OutputStats> n = s -> s.outputs().get(i);
        to.counter(OUTPUT + "events", tags, n, OutputStats::events);
        to.counter(OUTPUT + "failed", tags, n, OutputStats::failed);
        to.counter(OUTPUT + "dropped", tags, n, OutputStats::dropped);
        to.counter(OUTPUT + "missed", tags, n, OutputStats::missed);
        to.counter(OUTPUT + "faults", tags, n, OutputStats::faults);
        for (double percent : PERCENTILES) {
            Tags phi = tags.and("phi", phi(percent));
            to.gauge(OUTPUT + "latency", phi, "seconds", s -> latency(n.of(s), percent));
        }
    }

    /** As a decimal fraction, which a division of doubles does not always give. */
    private static String phi(double percent) {
        return BigDecimal.valueOf(percent).movePointLeft(2).stripTrailingZeros().toPlainString();
    }

    /** The beginning and the end of time cannot be drawn. */
    private static double progress(long ns) {
        return ns == Long.MIN_VALUE || ns >= Long.MAX_VALUE - 1 ? Double.NaN : ns / NS_PER_SECOND;
    }

    private static double lag(long ns) {
        return ns < 0 ? Double.NaN : ns / NS_PER_SECOND;
    }

    private static double latency(OutputStats output, double percent) {
        return output.latencyNs().getTotalCount() == 0
                ? Double.NaN
                : output.latencyNs().getValueAtPercentile(percent) / NS_PER_SECOND;
    }

    private static double known(long count) {
        return count < 0 ? Double.NaN : count;
    }

    private double is(Health.State state) {
        return health.get().state() == state ? 1 : 0;
    }

    private EngineStats stats(Clock clock) {
        EngineStats before = last;
        if (before == null) {
            asking.lock();
        } else if (!asking.tryLock()) {
            return before;
        }
        try {
            long now = clock.monotonicTime();
            EngineStats shown = last; // read once: whoever closes sets it to null meanwhile
            if (shown == null || now - takenNs > maxAgeNs) {
                takenNs = now; // also when nothing comes of it: else each meter of a scrape would wait
                EngineStats copy = source.get();
                shown = copy != null ? copy : shown != null ? shown : before;
                last = shown;
            }
            return Objects.requireNonNull(shown, "the first copy of the statistics of " + topology);
        } finally {
            asking.unlock();
        }
    }

    /** One of the records of a copy. */
    private interface ToNode<N> {
        N of(EngineStats stats);
    }

    /** Makes meters in one registry. They hold this object by their functions, not by the weak reference of a meter. */
    private final class Meters {
        private final MeterRegistry registry;
        private final Set<Meter> others = Collections.newSetFromMap(new IdentityHashMap<>());
        private final List<Meter> made = new ArrayList<>();

        Meters(MeterRegistry registry) {
            this.registry = registry;
            others.addAll(registry.getMeters());
        }

        /** A registry returns the meter that it already has of these names and tags, and drops the new one silently. */
        private void keep(Meter meter) {
            if (others.contains(meter)) {
                throw new IllegalStateException("the registry has a meter " + meter.getId()
                        + " of another engine of topology " + topology
                        + "; close the EngineMetrics of that one, or tell them apart by a tag (tagged)");
            }
            made.add(meter);
        }

        private EngineStats now() {
            return stats(registry.config().clock());
        }

        <N> void counter(String name, Tags tags, ToNode<N> node, ToLongFunction<N> count) {
            keep(FunctionCounter.builder(name, this, self -> count.applyAsLong(node.of(now())))
                    .tags(tags)
                    .register(registry));
        }

        /** For a number that is not counted everywhere: negative if it is not. */
        <N> void knownCounter(String name, Tags tags, ToNode<N> node, ToLongFunction<N> count) {
            keep(FunctionCounter.builder(name, this, self -> known(count.applyAsLong(node.of(now()))))
                    .tags(tags)
                    .register(registry));
        }

        void health(Tags tags, Health.State state) {
            keep(Gauge.builder("millrace.health", EngineMetrics.this, self -> self.is(state))
                    .tags(tags)
                    .strongReference(true)
                    .register(registry));
        }

        void gauge(String name, Tags tags, String unit, ToDoubleFunction<EngineStats> value) {
            keep(Gauge.builder(name, this, self -> value.applyAsDouble(now()))
                    .tags(tags)
                    .baseUnit(unit)
                    .register(registry));
        }
    }
}
