package io.millrace.operators;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.engine.Publisher;
import io.millrace.engine.WarmUp;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.join.Interval;
import io.millrace.operators.window.Window;
import io.millrace.topology.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongFunction;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/**
 * Three engines in a JVM of their own, see {@link BesideTest}: one runs, a second and a third of other topologies and types start
 * beside it and run.
 */
final class BesideService {
    /** Before the lines that the test looks for. */
    static final String MARK = "BESIDE ";

    record Pay(long card, long cents, long timeNs) {}

    record Login(long card, int device, long timeNs) {}

    record Total(long card, long cents) {}

    record Pair(long card, long cents, int device) {}

    static final class Second extends Aggregates<Login> {
        final LongValue card = longKey();
        final LongValue n = count();
    }

    private static final Input<Pay> PAYS =
            Input.of("pays", Pay.class).eventTime(Pay::timeNs, NANOSECONDS).live();
    private static final Input<Login> LOGINS = Input.of("logins", Login.class)
            .eventTime(Login::timeNs, NANOSECONDS)
            .historic();
    private static final Output<Pay> LARGE = Output.of("large", Pay.class);
    private static final Output<Total> TOTALS = Output.of("totals", Total.class);
    private static final Output<Pair> PAIRS = Output.of("pairs", Pair.class);
    private static final long MS = 1_000_000;

    private static final String FIRST = "first";

    /** What the threads of the first engine are called, where it has any. */
    private static final String STAGES = "millrace-first";

    private static final int RUNS_BEFORE = 5_000;
    private static final long RUNS_ALONE_MS = 300;
    private static final int EVENTS = 50_000;
    private static final Duration WAITS = Duration.ofSeconds(20);
    private static final CountDownLatch READY = new CountDownLatch(1);

    private static volatile boolean stop;
    private static volatile long published;

    private BesideService() {}

    private static Pay pay(long i) {
        return new Pay(i % 1000, i * 37 % 1000, i * MS);
    }

    private static Login login(long i) {
        return new Login(i % 1000, (int) (i % 7), i * MS);
    }

    private static Topology first() {
        return Millrace.topology(
                "first",
                t -> t.from(PAYS)
                        .filter(p -> p.cents() > 100)
                        .map(Pay.class, p -> new Pay(p.card(), p.cents() * 2, p.timeNs()))
                        .to(LARGE));
    }

    private static Topology second() {
        return Millrace.topology(
                "second",
                t -> t.from(LOGINS)
                        .keyBy(Login::card)
                        .window("seconds", Window.tumbling(Duration.ofSeconds(1)))
                        .aggregate(Second::new)
                        .to(TOTALS, s -> new Total(s.card.get(), s.n.get())));
    }

    private static Topology third() {
        return Millrace.topology(
                "third",
                t -> t.from(PAYS)
                        .keyBy(Pay::card)
                        .join(
                                "pairing",
                                t.from(LOGINS).keyBy(Login::card),
                                Interval.between(Duration.ofSeconds(-5), Duration.ZERO))
                        .to(
                                PAIRS,
                                p -> new Pair(
                                        p.left().card(),
                                        p.left().cents(),
                                        p.right().device())));
    }

    /** Each engine is driven by code of its own, so that none learns of the others there. */
    interface Driver {
        void run() throws Exception;
    }

    private static <V> WarmUp warmUp(Input<V> input, LongFunction<V> event) {
        return WarmUp.generated(input, event).atLeast(150_000).atMost(Duration.ofSeconds(20));
    }

    /** The same on two threads. */
    private static Topology firstInStages() {
        return Millrace.topology(
                "first",
                t -> t.from(PAYS)
                        .filter(p -> p.cents() > 100)
                        .onThread("behind")
                        .map(Pay.class, p -> new Pay(p.card(), p.cents() * 2, p.timeNs()))
                        .to(LARGE));
    }

    private static void runFirst() throws Exception {
        try (Inline inline = Engine.of(first())
                .output(LARGE, p -> {})
                .warmUp(warmUp(PAYS, BesideService::pay))
                .inline()) {
            publish(inline.publisher(PAYS));
        }
    }

    private static void runFirstLive() throws Exception {
        try (Engine engine = Engine.of(firstInStages())
                .output(LARGE, p -> {})
                .warmUp(warmUp(PAYS, BesideService::pay))
                .start()) {
            publish(engine.publisher(PAYS));
        }
    }

    private static void publish(Publisher<Pay> publisher) throws InterruptedException {
        for (long i = 0; !stop; i++) {
            publisher.publish(pay(i));
            if ((i & 63) == 0) {
                Thread.sleep(1); // a pace at which the compiler gets a core
            }
            if (i == RUNS_BEFORE) {
                READY.countDown();
            }
            published = i;
        }
    }

    private static void mark(String what) {
        System.out.println("\n" + MARK + what);
    }

    private static Thread start(String name, Driver body) {
        Thread t = new Thread(
                () -> {
                    try {
                        body.run();
                    } catch (Throwable e) {
                        mark("FAILED " + name + " " + e.toString().replace("\n", " "));
                    }
                },
                name);
        t.start();
        return t;
    }

    private static void runSecond() throws Exception {
        try (Inline inline = Engine.of(second())
                .output(TOTALS, t -> {})
                .warmUp(warmUp(LOGINS, BesideService::login))
                .inline()) {
            for (int i = 0; i < EVENTS; i++) {
                inline.publish(LOGINS, login(i));
            }
        }
    }

    private static void runSecondLive() throws Exception {
        try (Engine engine = Engine.of(second())
                .output(TOTALS, t -> {})
                .warmUp(warmUp(LOGINS, BesideService::login))
                .start()) {
            Publisher<Login> logins = engine.publisher(LOGINS);
            for (int i = 0; i < EVENTS; i++) {
                logins.publish(login(i));
            }
            engine.drain(WAITS);
        }
    }

    private static void runThirdLive() throws Exception {
        try (Engine engine = Engine.of(third())
                .outputWithMeta(PAIRS, (t, m) -> {})
                .warmUp(warmUp(PAYS, BesideService::pay).and(WarmUp.generated(LOGINS, BesideService::login)))
                .start()) {
            Publisher<Login> logins = engine.publisher(LOGINS);
            Publisher<Pay> pays = engine.publisher(PAYS);
            for (int i = 0; i < EVENTS; i++) {
                logins.publish(login(i));
                pays.publish(pay(i));
            }
            engine.drain(WAITS);
        }
    }

    private static void runThird() throws Exception {
        try (Inline inline = Engine.of(third())
                .output(PAIRS, t -> {})
                .warmUp(warmUp(PAYS, BesideService::pay).and(WarmUp.generated(LOGINS, BesideService::login)))
                .inline()) {
            for (int i = 0; i < EVENTS; i++) {
                inline.publish(LOGINS, login(i));
                inline.publish(PAYS, pay(i));
            }
        }
    }

    /** Prints what it saw; with an argument all three engines are live ones. */
    public static void main(String[] args) throws Exception {
        boolean live = args.length > 0;
        try (Recording recording = new Recording()) {
            recording.enable("jdk.Deoptimization");
            recording.start();
            Thread first = start(FIRST, live ? BesideService::runFirstLive : BesideService::runFirst);
            READY.await();
            Thread.sleep(RUNS_ALONE_MS); // until what it runs on has been compiled
            Instant since = Instant.now();
            mark("SECOND");
            start("second", live ? BesideService::runSecondLive : BesideService::runSecond)
                    .join();
            mark("THIRD");
            start("third", live ? BesideService::runThirdLive : BesideService::runThird)
                    .join();
            mark("END");
            Instant until = Instant.now();
            stop = true;
            first.join();
            tell(recording, since, until, live ? STAGES : FIRST);
        }
    }

    /**
     * What the first engine's threads have met in code that is not this class's, until it was told to end; and how much was recorded of them
     * before, while they became warm, or nothing would show that it is recorded at all.
     */
    private static void tell(Recording recording, Instant since, Instant until, String thread) throws IOException {
        Path file = Files.createTempFile("millrace-beside", ".jfr");
        try {
            recording.dump(file);
            int before = 0;
            for (RecordedEvent e : RecordingFile.readAllEvents(file)) {
                RecordedMethod method = e.getValue("method");
                boolean ours = method.getType().getName().startsWith("io.millrace.")
                        && !method.getType().getName().contains("BesideService");
                RecordedThread of = e.getThread();
                boolean isOurs = of != null
                        && of.getJavaName() != null
                        && of.getJavaName().startsWith(thread);
                before += isOurs && e.getStartTime().isBefore(since) ? 1 : 0;
                if (ours
                        && e.getStartTime().isAfter(since)
                        && e.getStartTime().isBefore(until)
                        && isOfFirst(e.getThread())) {
                    mark("DEOPTIMISED " + e.getThread().getJavaName() + " "
                            + method.getType().getName() + "." + method.getName() + ":" + e.getInt("lineNumber") + " "
                            + e.getString("reason"));
                }
            }
            mark("RECORDED BEFORE " + before);
        } finally {
            Files.delete(file);
        }
        mark("TOLD " + published);
    }

    private static boolean isOfFirst(RecordedThread thread) {
        String name = thread == null ? null : thread.getJavaName();
        return name != null && (FIRST.equals(name) || name.startsWith(STAGES));
    }
}
