package io.millrace.bench;

import io.millrace.bench.command.BenchCommand;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.rig.Hlog;
import io.millrace.rig.Jitter;
import io.millrace.rig.Json;
import io.millrace.rig.Machine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the machine itself does to a thread that only reads the clock: below this no latency can be measured. */
final class JitterCommand implements BenchCommand {
    private static final int THREADS_MAX = 1_024;
    private static final long[] ABOVE_US = {1, 5, 10, 50, 100, 500, 1_000, 10_000};

    @Override
    public String name() {
        return "jitter";
    }

    @Override
    public String summary() {
        return "gaps of a thread that only reads the clock: the floor of every latency here";
    }

    @Override
    public Options options() {
        return new Options("bench/run", name())
                .option("--seconds", "N", "10", "length of the watch")
                .option("--threads", "N", null, "threads that spin at the same time; without it, one for each core")
                .option("--json", "FILE", null, "also write the figures to this file")
                .option("--hlog", "FILE", null, "also write the gaps to this file (HdrHistogram log)");
    }

    private static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    @Override
    public int run(Options options) throws IOException, UsageException, InterruptedException {
        long seconds = options.number("--seconds", 1, 3_600);
        int threads = options.has("--threads") ? (int) options.number("--threads", 1, THREADS_MAX) : cores();
        Map<String, Object> conditions = Machine.tell(Machine.ownFlags());
        Machine.Watch whole = new Machine.Watch();
        List<Map<String, Object>> figures = new ArrayList<>();
        List<Jitter> watches = watch(seconds, threads);
        for (Jitter jitter : watches) {
            Map<String, Object> ofThread = new LinkedHashMap<>();
            for (long us : ABOVE_US) {
                ofThread.put("gaps/s > " + us + " us", jitter.perSecondAbove(us * 1_000));
            }
            ofThread.put("max us", jitter.maxNs() / 1e3);
            ofThread.put("lost %", 100 * jitter.lost());
            ofThread.forEach((label, value) -> System.out.printf("%-20s %12.3f%n", label, (Double) value));
            figures.add(ofThread);
        }
        whole.end(conditions);
        if (options.has("--json")) {
            Json.write(Path.of(options.text("--json")), Map.of("conditions", conditions, "threads", figures));
        }
        if (options.has("--hlog")) {
            try (Hlog log = new Hlog(options.text("--hlog"))) {
                for (int i = 0; i < watches.size(); i++) {
                    log.add("gaps-" + i, 0, seconds, watches.get(i).gaps());
                }
            }
        }
        return 0;
    }

    private static List<Jitter> watch(long seconds, int count) throws InterruptedException {
        List<Jitter> watches = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            watches.add(new Jitter(seconds));
            threads.add(new Thread(watches.get(i), "jitter-" + i));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        return watches;
    }
}
