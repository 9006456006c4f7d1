package io.millrace.bench;

import io.millrace.bench.rig.Child;
import io.millrace.bench.rig.Jvm;
import io.millrace.bench.rig.Rounds;
import io.millrace.bench.system.Impossible;
import io.millrace.bench.system.Systems;
import io.millrace.bench.workloads.Answer;
import io.millrace.bench.workloads.Generator;
import io.millrace.bench.workloads.Loop;
import io.millrace.bench.workloads.Reference;
import io.millrace.bench.workloads.Tx;
import io.millrace.bench.workloads.Workload;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.engine.Waiting;
import io.millrace.rig.Machine;
import io.millrace.rig.Pacing;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What throughput and latency have in common. */
final class Common {
    private static final String HEAP = "-Xms1g -Xmx1g -XX:+AlwaysPreTouch -XX:+UseTransparentHugePages -XX:+UseG1GC";

    private Common() {}

    static Options addTo(Options options) {
        return addRun(
                options.option("--workload", "W", "W3", "see list")
                        .option(
                                "--systems",
                                "NAMES",
                                "hand,disruptor,inline,live",
                                "see list; run in turns, and shown in this order in the tables"),
                HEAP);
    }

    /** How systems run, and where the figures go. */
    static Options addRun(Options options, String jvm) {
        return options.option(
                        "--waiting",
                        "WAYS",
                        "spinning",
                        "how a second thread waits: spinning, yielding, adaptive, parking:100us, backoff:1ms; a raw Disruptor with"
                                + " its BusySpinWaitStrategy, its YieldingWaitStrategy, and for all others its SleepingWaitStrategy;"
                                + " several with commas: each system that has such a thread runs with each")
                .option("--ring", "N", "4096", "slots in front of a second thread, a power of two")
                .option("--jvm", "FLAGS", jvm, "flags of the JVMs")
                .option("--jdk", "DIR", null, "folder of another JDK for the JVMs")
                .option(
                        "--gc",
                        "NAMES",
                        null,
                        "their collector: g1, parallel, serial or zgc; several with commas: each system runs with each")
                .option("--json", "FILE", null, "also write the figures to this file");
    }

    static List<String> systems(Options options) throws UsageException {
        return systems(options, workload(options));
    }

    static List<String> systems(Options options, Workload workload) throws UsageException {
        List<String> systems = options.list("--systems");
        for (String system : systems) {
            try {
                Systems.requireKnown(system, workload);
            } catch (Impossible e) {
                throw e.of(options, "--systems " + system);
            }
        }
        return each(systems, options);
    }

    /** Each with each way of waiting and each collector, where there are several: such as live/yielding and inline@zgc. */
    static List<String> each(List<String> systems, Options options) throws UsageException {
        List<String> ways = options.list("--waiting");
        for (String way : ways) {
            waiting(options, way);
        }
        List<String> all = ways.size() < 2
                ? systems
                : systems.stream()
                        .flatMap(s -> Systems.waits(s) ? ways.stream().map(way -> s + '/' + way) : Stream.of(s))
                        .toList();
        return withCollectors(all, options);
    }

    /** Each system with each collector, such as inline@zgc, where there are several of them. */
    private static List<String> withCollectors(List<String> systems, Options options) throws UsageException {
        List<String> collectors = collectors(options);
        if (collectors.size() < 2) {
            return systems;
        }
        return systems.stream()
                .flatMap(s -> collectors.stream().map(c -> s + '@' + c))
                .toList();
    }

    /** The name of a system without its way of waiting and its collector. */
    static String plain(String system) {
        String name = system.substring(0, system.length() - collector(system).length());
        int slash = name.indexOf('/');
        return slash < 0 ? name : name.substring(0, slash);
    }

    /** What follows the name of a system: @ and its collector, or nothing. */
    static String collector(String system) {
        int at = system.indexOf('@');
        return at < 0 ? "" : system.substring(at);
    }

    /** Whether it is the jitter floor, which does nothing and so has no answer. */
    static boolean isFloor(String system) {
        return plain(system).equals(Systems.FLOOR);
    }

    private static List<String> collectors(Options options) throws UsageException {
        List<String> collectors = options.has("--gc") ? options.list("--gc") : List.of();
        for (String collector : collectors) {
            try {
                Jvm.requireCollector(collector);
            } catch (Impossible e) {
                throw e.of(options, "--gc " + collector);
            }
        }
        return collectors;
    }

    /** Options that would be passed over in silence. */
    static void refuse(Options options, List<String> names, String where) throws UsageException {
        for (String name : names) {
            if (options.has(name)) {
                throw options.bad(name, "has no meaning " + where, "leave it out");
            }
        }
    }

    static Workload workload(Options options) throws UsageException {
        return options.oneOf("--workload", Workload.class);
    }

    static Child.Settings settings(Options options, boolean latency) throws UsageException {
        return settings(options, workload(options), latency);
    }

    static Child.Settings settings(Options options, Workload workload, boolean latency) throws UsageException {
        int ring = (int) options.number("--ring", 64, 1 << 20);
        if (Integer.bitCount(ring) != 1) {
            throw options.bad("--ring " + ring, "it is not a power of two", "use one such as 4096");
        }
        return new Child.Settings(
                Main.class.getName(),
                workload,
                latency,
                waiting(options, options.list("--waiting").get(0)),
                ring,
                jvm(options));
    }

    /** A way of waiting by its name; beside those the command may know others, which its cure names too. */
    static Waiting waiting(Options options, String name, String... others) throws UsageException {
        try {
            return Waiting.named(name);
        } catch (IllegalArgumentException e) {
            String own = others.length == 0 ? "" : String.join(", ", others) + ", ";
            throw options.bad(
                    "--waiting " + name,
                    "no such way",
                    "use " + own + "spinning, yielding, adaptive, parking:100us or backoff:1ms");
        }
    }

    static List<String> flags(Options options) {
        return List.of(options.text("--jvm").strip().split("\\s+"));
    }

    static Jvm jvm(Options options) throws UsageException {
        List<String> collectors = collectors(options);
        try {
            List<String> flags = flags(options);
            Jvm jvm = options.has("--jdk") ? Jvm.of(options.text("--jdk"), flags) : Jvm.own(flags);
            return collectors.size() == 1 ? jvm.with(collectors.get(0)) : jvm;
        } catch (Impossible e) {
            throw e.of(options, "--jdk " + options.text("--jdk"));
        }
    }

    /** Refuses a run whose latencies the JVMs of the systems do not hold. */
    static void requireRoom(Options options, long[] rates, long seconds) throws UsageException {
        long heapBytes = jvm(options).heapBytes();
        for (long rate : rates) {
            try {
                Pacing.requireRoom(rate, seconds, heapBytes);
            } catch (IllegalArgumentException e) {
                throw tooLong(options, e);
            }
        }
    }

    /** What {@link Pacing#requireRoom} says, as a line of usage. */
    static UsageException tooLong(Options options, IllegalArgumentException e) {
        int cure = e.getMessage().indexOf("; ");
        return options.bad(
                "--rates " + options.text("--rates") + " --seconds " + options.text("--seconds"),
                e.getMessage().substring(0, cure),
                e.getMessage().substring(cure + 2));
    }

    /** How many runs of each system, over how many JVMs. */
    static Rounds rounds(Options options, String runs) throws UsageException {
        return new Rounds((int) options.number(runs, 1, 1_000), (int) options.number("--jvms", 1, 100));
    }

    static Map<String, Object> conditions(Options options) throws UsageException {
        Jvm jvm = jvm(options);
        List<String> collectors = collectors(options);
        Map<String, Object> conditions =
                Machine.conditions(collectors.size() < 2 ? jvm.flags() : jvm.flagsWithoutCollector());
        if (options.has("--jdk")) {
            conditions.put("java", jvm.name());
        }
        if (collectors.size() > 1) {
            conditions.put("collector", "of each system behind its @: " + String.join(", ", collectors));
        }
        Machine.print(conditions);
        return conditions;
    }

    /** The reference, taken further and further. */
    static final class Expected {
        private final Generator generator;
        private final Loop reference;
        private final Answer answer = new Answer();
        private final Tx tx = new Tx();
        private long next;

        Expected(Workload workload) {
            generator = new Generator(workload);
            reference = Reference.of(workload);
        }

        /** The answer to the first events; not to be asked for fewer than before. */
        Answer upTo(long events) {
            for (; next < events; next++) {
                generator.fill(next, tx);
                reference.on(tx, answer);
            }
            return answer.copy();
        }
    }
}
