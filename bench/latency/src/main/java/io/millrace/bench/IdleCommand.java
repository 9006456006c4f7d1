package io.millrace.bench;

import com.sun.management.OperatingSystemMXBean;
import io.millrace.bench.command.BenchCommand;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Setup;
import io.millrace.engine.Waiting;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.rig.Json;
import io.millrace.rig.Machine;
import io.millrace.rig.Median;
import io.millrace.topology.Topology;
import io.millrace.transport.Delivery;
import io.millrace.transport.journal.ArchiveJournal;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.agrona.IoUtil;

/**
 * What an engine without anything to do uses of the machine: the time of all threads of this JVM, by way of waiting. The engine has a
 * live input, so that it is told the time every 10 ms, and a blocking sink: four threads, of which one only looks how it is, once a second. The
 * JVM's own threads are in the figure; {@code none} is without an engine. {@code journal} is an engine that waits as by default and keeps a journal
 * on disk, {@code two-stages} one with a second stage on a thread of its own.
 */
final class IdleCommand implements BenchCommand {
    /** An event that never comes. */
    record Event(long timeMs) {}

    private static final Input<Event> LIVE =
            Input.of("live", Event.class).eventTime(Event::timeMs, TimeUnit.MILLISECONDS);

    private static final Output<Event> OUT = Output.of("out", Event.class);

    private static final Topology TOPOLOGY =
            Millrace.topology("idle", t -> t.from(LIVE).to(OUT));

    private static final Topology STAGED = Millrace.topology(
            "idle", t -> t.from(LIVE).filter(e -> true).onThread("second").to(OUT));

    private static final String NONE = "none";

    /** The default way, and a journal on disk: two threads more, and ticks are written and forced, a few together. */
    private static final String JOURNAL = "journal";

    /** The default way, and a second stage: one thread more, which is told the time too. */
    private static final String STAGES = "two-stages";

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public String summary() {
        return "how much of a core an idle engine uses";
    }

    @Override
    public Options options() {
        return new Options("bench/run", name())
                .option(
                        "--waiting",
                        "WAY",
                        NONE + ",adaptive," + STAGES + "," + JOURNAL + ",backoff:1ms,parking:1ms",
                        "ways of waiting, with commas; 'none' is without an engine, 'two-stages' and 'journal' are adaptive with these")
                .option("--runs", "N", "5", "measurements of each way, in turns")
                .option("--settle", "N", "3", "seconds before each measurement")
                .option("--seconds", "N", "10", "length of each measurement")
                .option("--json", "FILE", null, "also write the figures to this file");
    }

    @Override
    public int run(Options options) throws IOException, UsageException, InterruptedException {
        long settle = options.number("--settle", 0, 60);
        long seconds = options.number("--seconds", 1, 3_600);
        int runs = (int) options.number("--runs", 1, 100);
        Map<String, Waiting> ways = new LinkedHashMap<>();
        for (String name : options.list("--waiting")) {
            ways.put(name, way(options, name));
        }
        Map<String, Object> figures = Machine.tell(Machine.ownFlags());
        Machine.Watch watch = new Machine.Watch();
        Map<String, List<Double>> percents = new LinkedHashMap<>();
        for (int run = 0; run < runs; run++) {
            for (Map.Entry<String, Waiting> way : ways.entrySet()) {
                percents.computeIfAbsent(way.getKey(), name -> new ArrayList<>())
                        .add(100 * share(way.getKey(), way.getValue(), settle, seconds));
            }
        }
        System.out.printf("%-16s %9s %9s %9s%n", "waiting", "% of core", "least", "most");
        percents.forEach((way, all) -> {
            Median percent = Median.of(all);
            System.out.printf("%-16s %9.2f %9.2f %9.2f%n", way, percent.median(), percent.least(), percent.most());
            figures.put(way + " %", percent.median());
            figures.put(way + " % of each run", all);
        });
        watch.end(figures);
        if (options.has("--json")) {
            Json.write(Path.of(options.text("--json")), figures);
        }
        return 0;
    }

    private static Waiting way(Options options, String name) throws UsageException {
        if (name.equals(NONE)) {
            return null;
        }
        return name.equals(JOURNAL) || name.equals(STAGES)
                ? Waiting.ADAPTIVE
                : Common.waiting(options, name, NONE, STAGES, JOURNAL);
    }

    private static double share(String name, Waiting waiting, long settle, long seconds)
            throws IOException, InterruptedException {
        if (waiting == null) {
            return share(settle, seconds);
        }
        Setup setup = Engine.of(name.equals(STAGES) ? STAGED : TOPOLOGY)
                .output(OUT, event -> {}, Delivery.blocking())
                .waiting(waiting);
        if (!name.equals(JOURNAL)) {
            return share(setup, settle, seconds);
        }
        Path directory = Files.createTempDirectory("millrace-idle-");
        try {
            return share(setup.journal(ArchiveJournal.in(directory)), settle, seconds);
        } finally {
            IoUtil.delete(directory.toFile(), true);
        }
    }

    private static double share(Setup setup, long settle, long seconds) throws InterruptedException {
        Engine engine = setup.start();
        try {
            return share(settle, seconds);
        } finally {
            engine.close();
        }
    }

    private static double share(long settle, long seconds) throws InterruptedException {
        TimeUnit.SECONDS.sleep(settle);
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long fromNs = System.nanoTime();
        long cpuNs = system.getProcessCpuTime();
        TimeUnit.SECONDS.sleep(seconds);
        return (double) (system.getProcessCpuTime() - cpuNs) / (System.nanoTime() - fromNs);
    }
}
