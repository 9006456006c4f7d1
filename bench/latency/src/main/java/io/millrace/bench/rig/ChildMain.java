package io.millrace.bench.rig;

import io.millrace.bench.command.Program;
import io.millrace.bench.system.Conditions;
import io.millrace.bench.system.Impossible;
import io.millrace.bench.system.SystemUnderTest;
import io.millrace.bench.system.Systems;
import io.millrace.bench.workloads.Generator;
import io.millrace.bench.workloads.Workload;
import io.millrace.engine.Waiting;
import io.millrace.rig.Latencies;
import io.millrace.rig.Pacing;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JVM of one system. It makes the system once, and goes on from event to event: its state is warm, and as full as the
 * workload has it. Takes orders line by line from its standard input, answers each with a line that begins with {@link
 * #MARK}.
 */
public final class ChildMain {
    static final String MARK = "@millrace-bench ";

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Latencies latencies;
    private final Conditions conditions;
    private final SystemUnderTest system;
    private long next;

    private ChildMain(String system, Workload workload, boolean latency, Waiting waiting, int ringSlots)
            throws Impossible {
        latencies = latency ? new Latencies() : null;
        conditions = new Conditions(new Generator(workload), latencies, waiting, ringSlots);
        this.system = Systems.make(system, conditions);
    }

    /** The program: system, workload, whether latencies are measured, waiting, slots of the ring. */
    public static int run(List<String> arguments) throws IOException {
        try {
            return serve(arguments);
        } catch (OutOfMemoryError e) {
            System.err.println(Program.tooSmall("the JVM of system " + arguments.get(0), e, "--jvm"));
            Runtime.getRuntime().halt(1); // as below
            return 1;
        } catch (RuntimeException | Impossible | Error e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1); // threads of a system that live on would keep the parent waiting
            return 1;
        }
    }

    private static int serve(List<String> arguments) throws IOException, Impossible {
        ChildMain child = new ChildMain(
                arguments.get(0),
                Workload.valueOf(arguments.get(1)),
                Boolean.parseBoolean(arguments.get(2)),
                Waiting.named(arguments.get(3)),
                Integer.parseInt(arguments.get(4)));
        try {
            answer(Map.of("ready", "true"));
            BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                String[] words = order.split(" ");
                answer(child.obey(words));
            }
        } finally {
            child.system.close();
        }
        return 0;
    }

    private Map<String, String> obey(String[] words) {
        Map<String, String> result = switch (words[0]) {
            case "full" -> system.onPublisher(() -> full(Long.parseLong(words[1])));
            case "paced" ->
                system.onPublisher(
                        () -> paced(Long.parseLong(words[1]), Long.parseLong(words[2]), Integer.parseInt(words[3])));
            default -> throw new IllegalArgumentException("no such order: " + words[0]);
        };
        result.put("answer", system.answer().toString());
        result.put("events", Long.toString(next));
        return result;
    }

    private Map<String, String> full(long events) {
        long bytesBefore = Allocations.bytes();
        long cpuBeforeNs = THREADS.getCurrentThreadCpuTime();
        long startNs = System.nanoTime();
        system.run(next, next + events);
        system.settle();
        long ns = System.nanoTime() - startNs;
        long cpuNs = THREADS.getCurrentThreadCpuTime() - cpuBeforeNs;
        long bytes = Allocations.bytes() - bytesBefore;
        next += events;
        Map<String, String> result = new LinkedHashMap<>();
        result.put("ns", Long.toString(ns));
        result.put("cpuNs", Long.toString(cpuNs));
        result.put("bytes", Long.toString(bytes));
        return result;
    }

    private Map<String, String> paced(long rate, long seconds, int burst) {
        Pacing pacing = new Pacing(system, latencies, next, rate, seconds, burst);
        Map<String, String> result = pacing.run().toMap();
        result.put("due", Long.toString(conditions.measured(next, next + pacing.events())));
        result.put("others", Long.toString(conditions.others(next, next + pacing.events())));
        next += pacing.events();
        return result;
    }

    private static void answer(Map<String, String> values) {
        StringBuilder line = new StringBuilder(MARK);
        values.forEach(
                (name, value) -> line.append(name).append('=').append(value).append(' '));
        System.out.println(line);
        System.out.flush();
    }
}
