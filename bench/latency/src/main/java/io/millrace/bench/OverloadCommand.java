package io.millrace.bench;

import io.millrace.bench.command.BenchCommand;
import io.millrace.cli.Options;
import io.millrace.cli.UsageException;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.EngineStats.InputStats;
import io.millrace.engine.Overflow;
import io.millrace.engine.Publisher;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.RefusedException;
import io.millrace.rig.Json;
import io.millrace.rig.Machine;
import io.millrace.rig.Median;
import io.millrace.topology.Topology;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * More than an engine can do: events come at a multiple of what it does, for a while. Shown for each way to deal with it: that the memory does not
 * grow, that every event is accounted for and every accepted one processed, and how soon after the load all is as before. What is not so is said, and makes
 * the exit code 1.
 */
final class OverloadCommand implements BenchCommand {
    private static final int WAITING = 4_096;
    private static final int BURST = 64;

    /** At what is reachable while the load lasts. */
    private static final int LOOKS = 8;

    private static final String YES = "yes";

    /** What stands above the figures, here and on the page; {@code accounted} is the verdict, too. */
    static final String HEADER = String.format(
            Locale.ROOT,
            "%-12s %10s %10s %10s %10s %9s %9s %9s  %s",
            "way",
            "offered/s",
            "processed",
            "dropped",
            "conflated",
            "refused",
            "heap MB",
            "normal ms",
            "accounted");

    /** An event. */
    record Event(long number, long timeMs) {}

    private static final Input<Event> IN = Input.of("in", Event.class)
            .eventTime(Event::timeMs, TimeUnit.MILLISECONDS)
            .historic();
    private static final Output<Event> OUT = Output.of("out", Event.class);
    private static final Topology TOPOLOGY =
            Millrace.topology("overload", t -> t.from(IN).to(OUT));

    @Override
    public String name() {
        return "overload";
    }

    @Override
    public String summary() {
        return "an engine under a multiple of the load that it can take";
    }

    @Override
    public Options options() {
        return new Options("bench/run", name())
                .option("--times", "N", "3", "the load, as a multiple of what the engine can take")
                .option("--seconds", "N", "60", "length of the load, for each way")
                .option("--measure", "N", "4", "seconds to find out what the engine can take; the first half warms up")
                .option("--work", "N", "5", "microseconds of work for each event")
                .option(
                        "--ways",
                        "WAYS",
                        "block,refuse,drop-newest,drop-oldest,conflate",
                        "what happens to events that find no room; block: the publisher tries, and gives up")
                .option("--normal", "MS", "1000", "how soon after the load everything has to be as before")
                .option("--heap", "MB", "8", "by how much the reachable heap may grow")
                .option("--halts", "N", "100", "engines that fail while three publishers wait at a full ring")
                .option("--told", "MS", "100", "how soon the last of the three has to be told")
                .option("--json", "FILE", null, "also write the figures to this file");
    }

    /** What the engine has done; its own thread's. */
    private static final class Work {
        private final long ns;
        private volatile long done;

        Work(long ns) {
            this.ns = ns;
        }

        void on(Event event) {
            long until = System.nanoTime() + ns;
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            done++; // one writer
        }
    }

    private static Overflow<? super Event> way(Options options, String name) throws UsageException {
        return switch (name) {
            case "block" -> Overflow.BLOCK;
            case "refuse" -> Overflow.REFUSE;
            case "drop-newest" -> Overflow.DROP_NEWEST;
            case "drop-oldest" -> Overflow.dropOldest(WAITING);
            case "conflate" -> Overflow.conflate((Event e) -> e.number() % (WAITING / 2), WAITING);
            default ->
                throw options.bad(
                        "--ways " + name,
                        "not possible",
                        "use some of block, refuse, drop-newest, drop-oldest, conflate");
        };
    }

    @Override
    public int run(Options options) throws IOException, UsageException, InterruptedException {
        int times = (int) options.number("--times", 1, 100);
        int seconds = (int) options.number("--seconds", 1, 3_600);
        long workNs = options.number("--work", 1, 1_000_000) * 1_000;
        int halts = (int) options.number("--halts", 1, 100_000);
        long toldMs = options.number("--told", 1, 600_000);
        Bounds bounds = new Bounds(options.number("--normal", 1, 600_000), options.number("--heap", 1, 100_000));
        Map<String, Overflow<? super Event>> ways = new LinkedHashMap<>();
        for (String name : options.list("--ways")) {
            ways.put(name, way(options, name));
        }
        Map<String, Object> figures = Machine.tell(Machine.ownFlags());
        Machine.Watch watch = new Machine.Watch();
        long capacity = capacity(workNs, options.number("--measure", 1, 60) * 1_000_000_000L);
        System.out.printf("it does %d events/s; load: %d/s for %d s%n", capacity, capacity * times, seconds);
        System.out.println(HEADER);
        boolean accounted = true;
        for (Map.Entry<String, Overflow<? super Event>> way : ways.entrySet()) {
            accounted &= overload(way.getKey(), way.getValue(), capacity * times, seconds, workNs, bounds, figures);
        }
        accounted &= halts(halts, toldMs, figures);
        watch.end(figures);
        if (options.has("--json")) {
            Json.write(Path.of(options.text("--json")), figures);
        }
        return accounted ? 0 : 1;
    }

    private static boolean halts(int rounds, long atMostMs, Map<String, Object> figures) throws InterruptedException {
        Median told = Median.of(ToldOfAHalt.longestMs(TOPOLOGY, IN, new Event(1, 1), OUT, rounds));
        System.out.printf(
                "%d engines that fail while three publishers wait before a full ring: the last is told within %.2f ms (median),"
                        + " %.2f at most (aim: %d)%n",
                rounds, told.median(), told.most(), atMostMs);
        figures.put("told ms", Map.of("median", told.median(), "most", told.most()));
        return told.most() <= atMostMs;
    }

    /** What it does when it is never short of events, and the publisher waits. */
    private static long capacity(long workNs, long lengthNs) {
        Work work = new Work(workNs);
        try (Engine engine = Engine.of(TOPOLOGY).output(OUT, work::on).start()) {
            Publisher<Event> publisher = engine.publisher(IN);
            long done = 0;
            long fromNs = System.nanoTime();
            for (long i = 0; System.nanoTime() - fromNs < lengthNs; i++) {
                publisher.publish(new Event(i, i));
                if (done == 0 && System.nanoTime() - fromNs > lengthNs / 2) {
                    done = work.done; // warm
                }
            }
            return Math.max(1, (work.done - done) * 2_000_000_000L / lengthNs);
        }
    }

    private static boolean overload(
            String name,
            Overflow<? super Event> what,
            long rate,
            int seconds,
            long workNs,
            Bounds bounds,
            Map<String, Object> figures) {
        Work work = new Work(workNs);
        try (Engine engine =
                Engine.of(TOPOLOGY).output(OUT, work::on).overflow(IN, what).start()) {
            Publisher<Event> publisher = engine.publisher(IN);
            Heap heap = new Heap();
            long fromNs = System.nanoTime();
            long offered = rate * seconds;
            long turnedAway = offer(publisher, what == Overflow.BLOCK, rate, offered, heap);
            double perSecond = offered / ((System.nanoTime() - fromNs) / 1e9);
            long endNs = System.nanoTime();
            long left = engine.drain(Duration.ofSeconds(60));
            double normalMs = (System.nanoTime() - endNs) / 1e6;
            boolean hasPlace = publisher.publish(new Event(offered, offered)) >= 0;
            left += engine.drain(Duration.ofSeconds(60));
            heap.look();
            double heapMb = heap.most;
            InputStats in = engine.stats().inputs().get(0);
            boolean right = left == 0
                    && hasPlace
                    && in.events() == work.done
                    && offered + 1 == in.events() + in.dropped() + in.conflated() + turnedAway;
            String verdict = bounds.verdict(right, normalMs, heapMb);
            System.out.printf(
                    "%-12s %10.0f %10d %10d %10d %9d %+9.1f %9.1f  %s%n",
                    name, perSecond, in.events(), in.dropped(), in.conflated(), turnedAway, heapMb, normalMs, verdict);
            figures.put(
                    name,
                    Map.of("offered/s", perSecond, "heap MB", heapMb, "normal ms", normalMs, "accounted", verdict));
            return verdict.equals(YES);
        }
    }

    /** Open loop, in bursts, so that the publisher need not spin; answers how many were turned away. */
    private static long offer(Publisher<Event> publisher, boolean tries, long rate, long events, Heap heap) {
        long part = Math.max(1, events / LOOKS);
        long startNs = System.nanoTime();
        long turnedAway = 0;
        for (long k = 0; k < events; k++) {
            if (k % BURST == 0) {
                long leftNs = startNs + k * 1_000_000_000L / rate - System.nanoTime();
                if (leftNs > 0) {
                    LockSupport.parkNanos(leftNs);
                }
            }
            turnedAway += isTurnedAway(publisher, tries, new Event(k, k)) ? 1 : 0;
            if (k % part == part - 1) {
                heap.look(); // what comes meanwhile comes late, as behind any pause, and all of it
            }
        }
        return turnedAway;
    }

    /** Whoever waits for room is no open loop any more: he tries. */
    private static boolean isTurnedAway(Publisher<Event> publisher, boolean tries, Event event) {
        if (tries) {
            return publisher.tryPublish(event, null) < 0;
        }
        try {
            publisher.publish(event);
            return false;
        } catch (RefusedException e) {
            return true;
        }
    }

    /** What else has to be so of a way than that all is accounted for. */
    record Bounds(long normalMs, long heapMb) {
        /** All that is wrong, in words. */
        String verdict(boolean isAccounted, double normal, double heap) {
            List<String> wrong = new ArrayList<>();
            if (!isAccounted) {
                wrong.add("NOT ACCOUNTED");
            }
            if (normal > normalMs) {
                wrong.add("NORMAL behind " + normalMs + " ms");
            }
            if (heap > heapMb) {
                wrong.add("HEAP grew by more than " + heapMb + " MB");
            }
            return wrong.isEmpty() ? YES : String.join(", ", wrong);
        }
    }

    /** By how much more was reachable at most, at any look, than when it was made; in MB. */
    private static final class Heap {
        private final double before = now();
        private double most = Double.NEGATIVE_INFINITY;

        void look() {
            most = Math.max(most, now() - before);
        }

        private static double now() {
            System.gc();
            Runtime r = Runtime.getRuntime();
            return (r.totalMemory() - r.freeMemory()) / 1e6;
        }
    }
}
