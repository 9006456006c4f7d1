package io.millrace.bench.system;

import com.lmax.disruptor.dsl.ProducerType;
import io.millrace.bench.topologies.BenchTopology;
import io.millrace.bench.topologies.HopTopology;
import io.millrace.bench.topologies.StagesTopology;
import io.millrace.bench.workloads.Loop;
import io.millrace.bench.workloads.Loops;
import io.millrace.bench.workloads.Workload;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * The catalogue of systems. One that runs a hand loop takes the best one, or another by {@code name:variant}, such as
 * {@code hand:records}.
 */
public final class Systems {
    /** What the best hand loop is called: the baseline of the inline host. */
    public static final String HAND = "hand";

    /** The baseline of the live engine. */
    public static final String DISRUPTOR = "disruptor";

    private static final String HAND_BATCHED = "hand-32";
    private static final String DISRUPTOR_BATCHED = "disruptor-64";
    private static final String DISRUPTOR_SINGLE = "disruptor-single";
    private static final String DISRUPTOR_SINGLE_BATCHED = "disruptor-single-64";
    private static final String DISRUPTOR_THREE = "disruptor-three";
    private static final String DISRUPTOR_THREE_BATCHED = "disruptor-three-64";
    private static final String LIVE_THREE_BATCHED = "live-three-64";
    private static final String RESULTS = "inline-results";

    /** The jitter floor. */
    public static final String FLOOR = "floor";

    /** Without and with a storm of windows, two ways; not for the workloads, see {@link StormSystem}. */
    public static final List<String> STORMS = StormSystem.NAMES;

    /** Systems that take what is due at one time as a batch. */
    private static final Set<String> OF_BURSTS = Set.of(
            DISRUPTOR_BATCHED,
            DISRUPTOR_THREE_BATCHED,
            DISRUPTOR_SINGLE_BATCHED,
            "live-64",
            "live-hop-64",
            LIVE_THREE_BATCHED,
            "exclusive-64",
            "exclusive-hop-64");

    /** Others in batches: for throughput only. */
    private static final Set<String> BATCHED = Set.of(HAND_BATCHED, "inline-32");

    private static final int BATCH = 32;
    private static final int CLAIM = 64;

    /** Systems that compute W0 only, in stages. */
    private static final Map<String, Kind> STAGES = new LinkedHashMap<>();

    /** Those that compute one workload only. */
    private static final Map<String, Workload> ONLY = new LinkedHashMap<>();

    private record Kind(String summary, boolean takesVariant, BiFunction<Conditions, Loop, SystemUnderTest> factory) {}

    private static final Map<String, Kind> KINDS = new LinkedHashMap<>();

    static {
        KINDS.put(HAND, new Kind("the hand loop, event by event", true, HandSystem::new));
        KINDS.put(
                HAND_BATCHED,
                new Kind(
                        "the hand loop in batches of 32, keys looked up ahead (throughput only)",
                        true,
                        (c, loop) -> new HandBatchSystem(c, loop, BATCH)));
        KINDS.put("hand-bytes", new Kind("the hand loop behind SBE bytes", true, HandBytesSystem::new));
        KINDS.put(
                DISRUPTOR,
                new Kind(
                        "the hand loop in a raw Disruptor handler, claims of 1, several producers allowed",
                        true,
                        (c, loop) -> new DisruptorSystem(c, loop, 1, ProducerType.MULTI)));
        KINDS.put(
                DISRUPTOR_BATCHED,
                new Kind(
                        "the same in claims of 64",
                        true,
                        (c, loop) -> new DisruptorSystem(c, loop, CLAIM, ProducerType.MULTI)));
        KINDS.put(
                DISRUPTOR_SINGLE,
                new Kind(
                        "the same in claims of 1, a single producer",
                        true,
                        (c, loop) -> new DisruptorSystem(c, loop, 1, ProducerType.SINGLE)));
        KINDS.put(
                DISRUPTOR_SINGLE_BATCHED,
                new Kind(
                        "the same in claims of 64, a single producer",
                        true,
                        (c, loop) -> new DisruptorSystem(c, loop, CLAIM, ProducerType.SINGLE)));
        KINDS.put("inline", new Kind("Millrace on the publisher's thread", false, (c, loop) -> new InlineSystem(c)));
        KINDS.put(
                "inline-32",
                new Kind(
                        "the same in batches of 32 (throughput only)", false, (c, loop) -> new InlineSystem(c, BATCH)));
        KINDS.put("live", new Kind("Millrace on a thread of its own", false, (c, loop) -> new LiveSystem(c, 1)));
        KINDS.put("live-64", new Kind("the same in batches of 64", false, (c, loop) -> new LiveSystem(c, CLAIM)));
        KINDS.put(
                "exclusive",
                new Kind(
                        "Millrace on a thread of its own, a single producer",
                        false,
                        (c, loop) -> LiveSystem.exclusive(c, BenchTopology.of(c.workload()), 1)));
        KINDS.put(
                "exclusive-64",
                new Kind(
                        "the same, up to 64 published together",
                        false,
                        (c, loop) -> LiveSystem.exclusive(c, BenchTopology.of(c.workload()), CLAIM)));
        stages("live-one", "W0 in two halves on one thread", () -> StagesTopology.halves(false, false));
        stages("live-two", "the same with a thread for each half", () -> StagesTopology.halves(false, true));
        stages(
                "live-one-heavy",
                "W0 in two halves of a microsecond on one thread",
                () -> StagesTopology.halves(true, false));
        stages("live-two-heavy", "the same with a thread for each half", () -> StagesTopology.halves(true, true));
        stages("live-three", "W0 for three sinks with a thread each", StagesTopology::threeSinks);
        STAGES.put(
                LIVE_THREE_BATCHED,
                new Kind(
                        "the same in batches of 64 (W0)",
                        false,
                        (c, loop) -> new LiveSystem(c, StagesTopology.threeSinks(), CLAIM)));
        stages("live-hop", "one operator of W0, the rest in its receiver: one hop", HopTopology::new);
        STAGES.put(
                "live-hop-64",
                new Kind(
                        "the same in batches of 64 (W0)",
                        false,
                        (c, loop) -> new LiveSystem(c, new HopTopology(), CLAIM)));
        STAGES.put(
                "exclusive-hop",
                new Kind(
                        "live-hop with a single producer (W0)",
                        false,
                        (c, loop) -> LiveSystem.exclusive(c, new HopTopology(), 1)));
        STAGES.put(
                "exclusive-hop-64",
                new Kind(
                        "the same, up to 64 published together (W0)",
                        false,
                        (c, loop) -> LiveSystem.exclusive(c, new HopTopology(), CLAIM)));
        STAGES.put(
                DISRUPTOR_THREE,
                new Kind(
                        "the hand loop in three raw Disruptor handlers with a thread each (W0)",
                        false,
                        (c, loop) -> new DisruptorSystem(c, 1, ProducerType.MULTI, best(c), best(c), best(c))));
        STAGES.put(
                DISRUPTOR_THREE_BATCHED,
                new Kind(
                        "the same in claims of 64 (W0)",
                        false,
                        (c, loop) -> new DisruptorSystem(c, CLAIM, ProducerType.MULTI, best(c), best(c), best(c))));
        KINDS.putAll(STAGES);
        STAGES.keySet().forEach(name -> ONLY.put(name, Workload.W0));
        KINDS.put(
                RESULTS,
                new Kind(
                        "as inline, but latencies are of results, from the event that ended their window (W1)",
                        false,
                        (c, loop) -> new InlineResultsSystem(c)));
        ONLY.put(RESULTS, Workload.W1);
        KINDS.put(FLOOR, new Kind("no work: the jitter floor", false, (c, loop) -> new FloorSystem(c)));
    }

    /** Those of other builds on the class path. */
    private static final Map<String, SystemProvider> OTHERS = new LinkedHashMap<>();

    static {
        ServiceLoader.load(SystemProvider.class).forEach(s -> OTHERS.put(s.name(), s));
    }

    private Systems() {}

    private static void stages(String name, String summary, Supplier<BenchTopology> topology) {
        STAGES.put(name, new Kind(summary + " (W0)", false, (c, loop) -> new LiveSystem(c, topology.get(), 1)));
    }

    private static Loop best(Conditions conditions) {
        return Loops.best(conditions.workload());
    }

    /** Name and summary of each kind. */
    public static Map<String, String> summaries() {
        Map<String, String> summaries = new LinkedHashMap<>();
        KINDS.forEach((name, kind) -> summaries.put(name, kind.summary + (kind.takesVariant ? " [:variant]" : "")));
        OTHERS.forEach((name, other) -> summaries.put(name, other.summary()));
        return summaries;
    }

    /** Checks a name before anything is started. */
    public static void requireKnown(String name, Workload workload) throws Impossible {
        String kind = kind(name);
        if (OTHERS.containsKey(name)) {
            if (!OTHERS.get(name).computes(workload)) {
                throw new Impossible("it does not compute " + workload, "leave it out, or take another workload");
            }
            return;
        }
        if (!KINDS.containsKey(kind)) {
            throw new Impossible(
                    "no such system",
                    "use some of " + String.join(", ", summaries().keySet()));
        }
        Workload only = ONLY.getOrDefault(kind, workload);
        if (workload != only) {
            throw new Impossible("it computes " + only + " only, not " + workload, "add --workload " + only);
        }
        String variant = variant(name);
        List<String> variants = Loops.variants(workload);
        if (variant != null && (!KINDS.get(kind).takesVariant || !variants.contains(variant))) {
            throw new Impossible(
                    "it has no variant " + variant + " for " + workload,
                    KINDS.get(kind).takesVariant ? "use one of " + String.join(", ", variants) : "write " + kind);
        }
    }

    /** Makes a system. */
    public static SystemUnderTest make(String name, Conditions conditions) throws Impossible {
        if (STORMS.contains(name)) {
            return new StormSystem(conditions, name);
        }
        requireKnown(name, conditions.workload());
        if (OTHERS.containsKey(name)) {
            return OTHERS.get(name).make(conditions);
        }
        Kind kind = KINDS.get(kind(name));
        String variant = variant(name);
        Loop loop = !kind.takesVariant
                ? null
                : variant == null ? best(kind(name), conditions) : Loops.variant(conditions.workload(), variant);
        return kind.factory.apply(conditions, loop);
    }

    private static Loop best(String kind, Conditions conditions) {
        return kind.equals(HAND_BATCHED) ? Loops.bestInBatches(conditions.workload()) : best(conditions);
    }

    /** The systems of other builds. */
    public static List<SystemProvider> others() {
        return List.copyOf(OTHERS.values());
    }

    /** The events of a run of a system for throughput, where the others have so many. */
    public static long events(String name, long others) {
        return OTHERS.containsKey(name) ? others / OTHERS.get(name).eventsDividedBy() : others;
    }

    /** Flags that the JVM of a system needs. */
    public static List<String> jvm(String name) {
        return OTHERS.containsKey(name) ? OTHERS.get(name).jvm() : List.of();
    }

    /** Whether a system differs from another only where events come in batches. */
    public static boolean isBatched(String name) {
        return BATCHED.contains(kind(name)) || takesBursts(name);
    }

    /** Whether such a system takes as a batch what is due at one time. */
    public static boolean takesBursts(String name) {
        return OF_BURSTS.contains(kind(name));
    }

    /** Whether a system can be fed event by event while it runs. */
    public static boolean isLive(String name) {
        return !OTHERS.containsKey(name) || OTHERS.get(name).isLive();
    }

    /** Whether a system measures results of windows and not events: how many latencies there are to be is known of no run. */
    public static boolean isOfResults(String name) {
        return kind(name).equals(RESULTS);
    }

    /** Whether a second thread of it waits, in the way that it is told. */
    public static boolean waits(String name) {
        return kind(name).startsWith(DISRUPTOR)
                || kind(name).startsWith("live")
                || kind(name).startsWith("exclusive");
    }

    /**
     * The kinds of {@link #HAND} or {@link #DISRUPTOR} that a system stands beside: what takes events one by one beside those that do, what takes
     * batches beside those and the batched ones, as whoever has a batch may take it one by one too; what takes all three times over, and what has a
     * single producer, beside its like.
     */
    public static Set<String> like(String base, String name) {
        if (base.equals(DISRUPTOR) && kind(name).startsWith("exclusive")) {
            return isBatched(name) ? Set.of(DISRUPTOR_SINGLE, DISRUPTOR_SINGLE_BATCHED) : Set.of(DISRUPTOR_SINGLE);
        }
        boolean threeTimes = base.equals(DISRUPTOR) && kind(name).contains("-three");
        String single = threeTimes ? DISRUPTOR_THREE : base;
        String batched = base.equals(HAND) ? HAND_BATCHED : threeTimes ? DISRUPTOR_THREE_BATCHED : DISRUPTOR_BATCHED;
        return isBatched(name) ? Set.of(single, batched) : Set.of(single);
    }

    /** A system's name without the variant of its loop. */
    public static String kind(String name) {
        int colon = name.indexOf(':');
        return colon < 0 ? name : name.substring(0, colon);
    }

    private static String variant(String name) {
        int colon = name.indexOf(':');
        return colon < 0 ? null : name.substring(colon + 1);
    }
}
