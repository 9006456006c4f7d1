package io.millrace.bench;

import io.millrace.bench.command.BenchCommand;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Publisher;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.metric.Held;
import io.millrace.rig.Hlog;
import io.millrace.rig.Json;
import io.millrace.rig.Machine;
import io.millrace.rig.Median;
import io.millrace.topology.Topology;
import io.millrace.transport.Delivery;
import io.millrace.transport.EventSink;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/**
 * What four blocking sinks feel of it when a fifth, an untethered one, does not come back from a call for a whole run: their latency beside that
 * of runs in which it takes everything. Open loop: an event counts from the moment at which it was due until a sink has it.
 */
final class StuckSinkCommand implements BenchCommand {
    private static final int OTHERS = 4;
    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 100};
    private static final List<String> NAMES = List.of("p50", "p90", "p99", "p99.9", "max");

    /** An event. */
    record Event(long number, long timeMs) {}

    private static final Input<Event> IN = Input.of("in", Event.class)
            .eventTime(Event::timeMs, TimeUnit.MILLISECONDS)
            .historic();
    private static final Output<Event> OUT = Output.of("out", Event.class);
    private static final Topology TOPOLOGY = Millrace.topology(
            "stuck-sink", t -> t.from(IN).filter(e -> e.number() >= 0).to(OUT));

    @Override
    public String name() {
        return "stuck-sink";
    }

    @Override
    public String summary() {
        return "latency at four sinks while a fifth, untethered, is stuck, and while it is not";
    }

    @Override
    public Options options() {
        return new Options("bench/run", name())
                .option("--rate", "N", "10000", "events a second")
                .option("--seconds", "N", "30", "length of a run")
                .option("--pairs", "N", "3", "measured runs each")
                .option(
                        "--within",
                        "N",
                        "110",
                        "how high p99 may be, in per cent of that with a fifth sink that takes all; above, it ends with 1")
                .option("--json", "FILE", null, "also write the figures to this file")
                .option("--hlog", "FILE", null, "also write all histograms to this file (HdrHistogram log)");
    }

    /** Takes what comes and notes how late that was; its own thread's until the engine is closed. */
    private static final class Taker implements EventSink<Event> {
        private final Histogram latencyNs = new Histogram(3);
        private final CountDownLatch stuck;
        private long got;
        private volatile long missed;

        /** Comes back from its first event when the latch is open; null for one that always does. */
        Taker(CountDownLatch stuck) {
            this.stuck = stuck;
        }

        @Override
        public void on(Event event, Meta meta) throws InterruptedException {
            latencyNs.recordValue(Math.max(0, System.nanoTime() - meta.intendedNs()));
            got++;
            if (stuck != null) {
                stuck.await();
            }
        }

        @Override
        public void missed(long events) {
            missed += events;
        }

        @Override
        public void close() {}
    }

    /** What a run gave. */
    private record Run(Histogram others, boolean complete, boolean held, long missed) {}

    @Override
    public int run(Options options) throws IOException, UsageException, InterruptedException {
        int rate = (int) options.number("--rate", 1, 1_000_000);
        int seconds = (int) options.number("--seconds", 1, 600);
        int pairs = (int) options.number("--pairs", 1, 100);
        double most = options.number("--within", 1, 1_000_000) / 100.0;
        Map<String, Object> figures = Machine.tellWithJitter(Machine.ownFlags());
        Machine.Watch watch = new Machine.Watch();
        run(rate, Math.min(5, seconds), false); // warm
        run(rate, Math.min(5, seconds), true);
        List<Run> free = new ArrayList<>();
        List<Run> stuck = new ArrayList<>();
        for (int i = 0; i < pairs; i++) {
            free.add(run(rate, seconds, false));
            stuck.add(run(rate, seconds, true));
        }
        System.out.println("µs from the intended time until a sink has it, all events at the four others");
        System.out.printf("%-9s", "the fifth");
        NAMES.forEach(name -> System.out.printf(" %9s", name));
        System.out.printf("  %-9s %-5s %9s%n", "complete", "held", "missed");
        Map<String, Double> freeUs = print("takes", free);
        Map<String, Double> stuckUs = print("is stuck", stuck);
        Verdict verdict = Verdict.of(p99Us(free), p99Us(stuck), most);
        System.out.printf("p99 stuck to free, median of the pairs: %.2f (aim: at most %.2f)%n", verdict.ratio, most);
        if (!verdict.isTold) {
            System.out.printf(
                    "no verdict: p99 of runs whose fifth takes all differ by a factor of %.2f, which is more than that%n",
                    verdict.noise);
        }
        boolean sound = free.stream().allMatch(r -> r.complete && r.held)
                && stuck.stream().allMatch(r -> r.complete && r.held && r.missed > 0);
        boolean within = verdict.isTold && verdict.ratio <= most;
        watch.end(figures);
        if (options.has("--json")) {
            figures.put("free us", freeUs);
            figures.put("stuck us", stuckUs);
            figures.put("p99 stuck to free, median of pairs", verdict.ratio);
            figures.put("p99 among runs of the free kind, most to least", verdict.noise);
            Json.write(Path.of(options.text("--json")), figures);
        }
        if (options.has("--hlog")) {
            try (Hlog log = new Hlog(options.text("--hlog"))) {
                for (int i = 0; i < pairs; i++) {
                    log.add("takes", i, seconds, free.get(i).others);
                    log.add("stuck", i, seconds, stuck.get(i).others);
                }
            }
        }
        return sound && within ? OK : FAILED;
    }

    /**
     * What p99 says.
     *
     * @param ratio  stuck to free, the median over pairs of runs that follow each other
     * @param noise  what the machine does to runs that are alike: of the free ones the most, as a multiple of the least. Those with a stuck fifth say
     *               nothing of it: where they differ, that may be what the stuck one does
     * @param isTold whether that leaves room for a verdict
     */
    record Verdict(double ratio, double noise, boolean isTold) {
        static Verdict of(List<Double> free, List<Double> stuck, double most) {
            List<Double> ratios = new ArrayList<>();
            for (int i = 0; i < free.size(); i++) {
                ratios.add(stuck.get(i) / free.get(i));
            }
            Median alike = Median.of(free);
            double noise = alike.most() / alike.least();
            return new Verdict(Median.of(ratios).median(), noise, noise <= most);
        }
    }

    private static List<Double> p99Us(List<Run> runs) {
        return eachUs(runs, 99);
    }

    private static List<Double> eachUs(List<Run> runs, double percentile) {
        return runs.stream()
                .map(r -> r.others.getValueAtPercentile(percentile) / 1e3)
                .toList();
    }

    private static Median us(List<Run> runs, double percentile) {
        return Median.of(eachUs(runs, percentile));
    }

    /** The medians of all runs, and below them the least and the most of each; answers the medians. */
    private static Map<String, Double> print(String name, List<Run> runs) {
        Map<String, Double> us = new LinkedHashMap<>();
        System.out.printf("%-9s", name);
        for (int i = 0; i < PERCENTILES.length; i++) {
            us.put(NAMES.get(i), us(runs, PERCENTILES[i]).median());
            System.out.printf(" %9.1f", us.get(NAMES.get(i)));
        }
        System.out.printf(
                "  %-9s %-5s %9.0f%n",
                runs.stream().allMatch(Run::complete) ? "yes" : "NO",
                runs.stream().allMatch(Run::held) ? "yes" : "FAIL",
                Median.of(runs.stream().map(r -> (double) r.missed).toList()).median());
        if (runs.size() > 1) {
            printEnds("  least", runs, Median::least);
            printEnds("  most", runs, Median::most);
        }
        return us;
    }

    private static void printEnds(String name, List<Run> runs, ToDoubleFunction<Median> end) {
        System.out.printf("%-9s", name);
        for (double percentile : PERCENTILES) {
            System.out.printf(" %9.1f", end.applyAsDouble(us(runs, percentile)));
        }
        System.out.println();
    }

    private static Run run(int rate, int seconds, boolean isStuck) throws InterruptedException {
        CountDownLatch open = new CountDownLatch(isStuck ? 1 : 0);
        List<Taker> others = new ArrayList<>();
        Taker fifth = new Taker(open);
        var setup = Engine.of(TOPOLOGY).output(OUT, fifth, Delivery.untethered());
        for (int i = 0; i < OTHERS; i++) {
            others.add(new Taker(null));
            setup.output(OUT, others.get(i), Delivery.blocking());
        }
        long events = (long) rate * seconds;
        boolean held;
        try (Engine engine = setup.start()) {
            long endNs = publish(engine.publisher(IN), rate, events);
            held = engine.drain(Duration.ofSeconds(60)) == 0;
            held &= Held.at(System.nanoTime() - endNs);
            open.countDown();
        }
        Histogram all = new Histogram(3);
        others.forEach(o -> all.add(o.latencyNs));
        return new Run(all, others.stream().allMatch(o -> o.got == events), held, fifth.missed);
    }

    /** Sleeps between events that are far apart: with as many threads as sinks a publisher that spins takes a core from them. Answers when the last was over. */
    private static long publish(Publisher<Event> publisher, int rate, long events) {
        Header header = new Header();
        long startNs = System.nanoTime() + 1_000_000;
        for (long k = 0; k < events; k++) {
            long dueNs = startNs + k * 1_000_000_000L / rate;
            long leftNs;
            while ((leftNs = dueNs - System.nanoTime()) > 0) {
                LockSupport.parkNanos(leftNs);
            }
            publisher.publish(new Event(k, k), header.clear().intendedNs(dueNs));
        }
        return startNs + events * 1_000_000_000L / rate;
    }
}
