package io.millrace.engine;

import static io.millrace.engine.Trials.IN;
import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.transport.Delivery;
import io.millrace.transport.EventSink;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How threads wait, on how many cores, where they run, and that the engine says so. */
@Timeout(240)
class WaitingTest {
    private static final long SECOND_NS = 1_000_000_000;

    /** For longer than a test may take. */
    private static final long DEEP_NS = 600 * SECOND_NS;

    /** No ticks, which would wake the engine. */
    private static final Input<Num> QUIET = Num.input("in").historic();

    /** Says that it keeps a core, and does not here. */
    private static final Waiting KEEPS = looks -> looks < Long.MAX_VALUE ? 10_000_000 : Waiting.SPIN;

    @ParameterizedTest
    @ValueSource(strings = {"spinning", "yielding", "adaptive", "parking:100us", "backoff:1ms", "parking:1000ms"})
    void shouldBeFoundByItsName(String name) {
        assertEquals(name, Waiting.named(name).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "spin", "parking", "parking:", "parking:1", "parking:1s", "backoff:us", "parking:2000ms"})
    void shouldRefuseOtherNames(String name) {
        assertThrows(IllegalArgumentException.class, () -> Waiting.named(name));
    }

    /** What a thread would do in a minute of silence, without a thread: the number of wake-ups is what it costs. */
    @ParameterizedTest
    @CsvSource({"adaptive,25", "backoff:2ms,510", "backoff:1ms,1010", "parking:10ms,101"})
    void shouldWakeUpNoMoreThanItMay(String name, int mostASecond) {
        Waiting how = Waiting.named(name);
        assertFalse(how.keepsCore());
        long waitedNs = 0;
        long looks = 0;
        long wakes = 0;
        long wakesBefore = 0;
        while (waitedNs < 60 * SECOND_NS) {
            long ns = how.after(++looks);
            if (ns > 0) {
                wakes++;
                assertTrue(
                        ns <= Math.max(Duration.ofMillis(10).toNanos(), waitedNs / 7 + 2_000),
                        "sleeps " + ns + " after " + waitedNs);
            }
            waitedNs += ns > 0 ? ns : 50; // about what a look takes
            wakesBefore = waitedNs < 59 * SECOND_NS ? wakes : wakesBefore;
        }
        assertTrue(wakes - wakesBefore <= mostASecond, wakes - wakesBefore + " wake-ups in the last second");
    }

    /** A publisher before a full ring looks again at the latest then, and so hears that a stage has failed. */
    @Test
    void shouldSleepAMillisecondAtMostWhereNobodyWakesIt() {
        for (long looks = 1; looks < 1L << 40; looks += 1 + looks / 100) {
            assertTrue(Idle.BRIEF.after(looks) <= 1_000_000, "after " + looks + " looks");
        }
    }

    @Test
    void shouldSpinOnlyWhereACoreIsFreeForEachThread() {
        assertSame(Waiting.ADAPTIVE, Waiting.ADAPTIVE.on(3.5, 2));
        Waiting spins = Waiting.ADAPTIVE.on(4, 2);
        assertTrue(spins.keepsCore());
        assertEquals(Waiting.SPIN, spins.after(100_000));
        assertTrue(spins.after(10_000_000) > 0, "and not for ever");
        assertTrue(Waiting.SPINNING.keepsCore() && Waiting.YIELDING.keepsCore());
        assertSame(Waiting.SPINNING, Waiting.SPINNING.on(1, 5), "who asks for it gets it");
    }

    private static double freeOfMany() {
        return new Cores(1_000, Double.POSITIVE_INFINITY).free();
    }

    /** How an engine whose thread keeps a core comes to its end; nobody else is there to say so. */
    private interface End {
        void of(Engine engine) throws Exception;
    }

    private static boolean keepsOneUntil(Setup setup, End end) throws Exception {
        double before = freeOfMany();
        Engine engine = setup.waiting(KEEPS).start();
        double meanwhile = freeOfMany();
        end.of(engine);
        await("its threads give back what they keep as they end", () -> freeOfMany() >= before);
        return meanwhile == before - 1 && freeOfMany() == before;
    }

    /** Threads that an earlier test has left may end just then and give theirs back: then once more. They are not many. */
    private static void shouldKeepOneUntil(Supplier<Setup> setup, End end) throws Exception {
        boolean isSo = false;
        for (int i = 0; i < 20 && !isSo; i++) {
            isSo = keepsOneUntil(setup.get(), end);
        }
        assertTrue(isSo, "a core is kept from the start of the engine to its end");
    }

    @Test
    void shouldNotSpinOnCoresThatOtherEnginesKeep() throws Exception {
        shouldKeepOneUntil(() -> Engine.of(one(TrialOp.pass(1))).output(OUT, n -> {}), engine -> {
            engine.close();
            engine.close();
        });
    }

    @Test
    void shouldGiveItsCoreBackWhenAReceiverClosesIt() throws Exception {
        AtomicReference<Engine> own = new AtomicReference<>();
        shouldKeepOneUntil(
                () -> Engine.of(one(TrialOp.pass(1))).output(OUT, n -> own.get().close()), engine -> {
                    own.set(engine);
                    engine.publisher(IN).publish(num(1));
                });
    }

    @Test
    void shouldGiveItsCoreBackWhenItHaltsAndNobodyClosesIt() throws Exception {
        shouldKeepOneUntil(
                () -> Engine.of(one(TrialOp.unguarded(n -> {
                            throw new IllegalStateException("made up");
                        })))
                        .output(OUT, n -> {}),
                engine -> engine.publisher(IN).publish(num(1)));
    }

    @Test
    void shouldGiveTheCoreOfAThreadBackThatIsNeverStarted() {
        double before = freeOfMany();
        EngineThreads threads = new EngineThreads("trial", null);
        threads.make(ThreadPlacement.Role.STAGE, "main", "", KEEPS, () -> {});
        assertTrue(threads.toString().contains("; 1 keep a core"), threads.toString());
        assertTrue(freeOfMany() >= before - 1);
        double kept = freeOfMany();
        threads.release();
        threads.release();
        assertTrue(freeOfMany() > kept, "given back");
    }

    @Test
    void shouldSeeTheSmallestQuotaOfItsControlGroups(@TempDir Path root) throws Exception {
        assertEquals(new Cores(8, Double.POSITIVE_INFINITY), Cores.of(8, root));
        assertEquals("8 processors", Cores.of(8, root).toString());
        write(root.resolve("proc/self/cgroup"), "4:cpu,cpuacct:/a/b\n3:cpuset:/\n0::/s/t\n");
        assertEquals(8, Cores.of(8, root).usable());
        write(root.resolve("sys/fs/cgroup/s/t/cpu.max"), "max 100000\n");
        assertEquals(8, Cores.of(8, root).usable());
        write(root.resolve("sys/fs/cgroup/s/cpu.max"), "350000 100000\n");
        assertEquals(3.5, Cores.of(8, root).usable());
        write(root.resolve("sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_quota_us"), "-1\n");
        write(root.resolve("sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_period_us"), "100000\n");
        assertEquals(3.5, Cores.of(8, root).usable());
        write(root.resolve("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us"), "150000\n");
        write(root.resolve("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us"), "100000\n");
        assertEquals(1.5, Cores.of(8, root).usable());
        assertEquals("8 processors, of which it may use 1.50", Cores.of(8, root).toString());
        assertEquals(1, Cores.of(1, root).usable(), "whichever is smaller");
        write(root.resolve("sys/fs/cgroup/cpu.max"), "nonsense\n");
        assertEquals(1.5, Cores.of(8, root).usable());
    }

    private static void write(Path file, String text) throws Exception {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    /** Sleepers would sleep for longer than this test may take if nobody woke them. */
    @Test
    void shouldWakeWhoSleepsWhenSomethingHasChanged() throws Exception {
        int rounds = 300;
        Sleep sleep = new Sleep();
        AtomicLong said = new AtomicLong();
        List<AtomicLong> seen = List.of(new AtomicLong(), new AtomicLong());
        List<Thread> threads = new ArrayList<>();
        for (AtomicLong mine : seen) {
            Thread t = new Thread(() -> {
                Idle idle = new Idle(looks -> looks < 3 ? Waiting.YIELD : DEEP_NS, sleep);
                for (int i = 1; i <= rounds; i++) {
                    while (said.get() < i) {
                        idle.idle();
                    }
                    idle.reset();
                    mine.set(i);
                }
            });
            threads.add(t);
            t.start();
        }
        for (int i = 1; i <= rounds; i++) {
            if (i % 3 == 0) {
                Thread.sleep(1); // lets some fall asleep before they are woken
            }
            said.set(i);
            sleep.wake();
            int round = i;
            await("seen", () -> seen.get(0).get() == round && seen.get(1).get() == round);
        }
        for (Thread t : threads) {
            t.join();
        }
    }

    /** The flag is one for all: what another announces later says nothing of what has changed before. */
    @Test
    void shouldNotTakeTheAnnouncementOfAnotherForItsOwn() {
        Sleep sleep = new Sleep();
        long mine = sleep.announce();
        assertTrue(sleep.isAnnounced(mine));
        sleep.wake();
        assertFalse(sleep.isAnnounced(mine));
        long another = sleep.announce();
        assertTrue(sleep.isAnnounced(another));
        assertFalse(sleep.isAnnounced(mine));
    }

    /** The question comes when the stage has looked for one and has not said yet that it will sleep. */
    @Test
    void shouldNotSleepOverAQuestionInHand() throws Exception {
        CountDownLatch flushing = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        try (Engine engine = Engine.of(one(QUIET, TrialOp.pass(1)))
                .output(OUT, new EventSink<Num>() {
                    @Override
                    public void on(Num n, Meta meta) {}

                    @Override
                    public void flush() throws Exception {
                        flushing.countDown();
                        asked.await();
                    }

                    @Override
                    public void close() {}
                })
                .waiting(looks -> DEEP_NS)
                .start()) {
            engine.publisher(QUIET).publish(num(1));
            flushing.await();
            FutureTask<EngineStats> stats = new FutureTask<>(engine::stats);
            Thread asks = new Thread(stats);
            asks.start();
            await("waits for the answer", () -> asks.getState() == Thread.State.TIMED_WAITING);
            asked.countDown();
            assertEquals(1, stats.get().outputs().get(0).events());
        }
    }

    /** The engine's own thread and that of a sink are deep asleep, and woken for whatever is asked of them. */
    @Test
    void shouldWakeAnIdleEngine() throws Exception {
        AtomicLong got = new AtomicLong();
        try (Engine engine = Engine.of(one(QUIET, TrialOp.pass(1)))
                .output(OUT, n -> got.incrementAndGet(), Delivery.blocking())
                .waiting(looks -> DEEP_NS)
                .start()) {
            Publisher<Num> publisher = engine.publisher(QUIET);
            for (int i = 1; i <= 20; i++) {
                publisher.publish(num(i));
                assertEquals(0, engine.drain(Duration.ofSeconds(50)));
                assertEquals(i, got.get());
                assertEquals(i, engine.stats().outputs().get(0).events());
                Thread.sleep(i % 4); // the engine has slept for different times when the next comes
            }
        }
    }

    @Test
    void shouldPlaceEachThreadAndGoOnWherePlacingFails() throws Exception {
        Set<String> placed = Collections.synchronizedSet(new TreeSet<>());
        AtomicBoolean failing = new AtomicBoolean();
        AtomicLong got = new AtomicLong();
        for (int round = 0; round < 2; round++) {
            failing.set(round == 1);
            got.set(0);
            try (Engine engine = Engine.of(one(TrialOp.pass(1)))
                    .input(IN, new Trials.Counting(0, 10, true))
                    .output(OUT, n -> got.incrementAndGet(), Delivery.blocking())
                    .placement((role, name, body) -> {
                        placed.add(
                                role + " " + name + " " + Thread.currentThread().getName());
                        if (failing.get()) {
                            throw new Exception("no such core");
                        }
                        body.run();
                    })
                    .stalledAfter(Duration.ofHours(1)) // a thread that gets no processor is no trouble here
                    .start()) {
                assertTrue(engine.awaitEnd(Duration.ofSeconds(50)));
                assertEquals(10, got.get());
                if (failing.get()) {
                    assertEquals(Health.State.DEGRADED, engine.health().state());
                    assertTrue(
                            engine.health().why().contains("no such core"),
                            engine.health().why());
                } else {
                    assertEquals(Health.State.UP, engine.health().state());
                }
            }
        }
        assertEquals(
                "[HOUSEKEEPING trial millrace-trial-housekeeping, SINK out millrace-trial-sink-out, SOURCE in millrace-trial-in,"
                        + " STAGE main millrace-trial]",
                placed.toString());
    }

    /** What the engine logs meanwhile. */
    private static List<String> saidDuring(Runnable what) {
        try (Logged logged = new Logged()) {
            what.run();
            return logged.lines();
        }
    }

    /** Says for how many threads there has to be a core. */
    private record Fitted(int threads) implements Waiting {
        @Override
        public long after(long looks) {
            return 1_000_000;
        }

        @Override
        public Waiting on(double freeCores, int busy) {
            return new Fitted(busy);
        }
    }

    private static Setup fitted() {
        return Engine.of(one(TrialOp.pass(1)))
                .input(IN, new Trials.Counting(0, 1, true))
                .output(OUT, n -> {}, Delivery.blocking())
                .waiting(new Fitted(0));
    }

    @Test
    void shouldCountTheThreadsOfAJournalAmongThoseThatNeedACore() {
        MemoryJournal journal = new MemoryJournal();
        journal.threads = 1;
        List<String> said = saidDuring(() -> {
            fitted().start().close();
            fitted().journal(journal).start().close();
            fitted().journal(journal, Journaling.plain().snapshotEvery(Duration.ofHours(1), 1_000_000))
                    .start()
                    .close();
        });
        said = said.stream().filter(line -> line.contains(" threads on ")).toList();
        assertEquals(3, said.size(), said.toString());
        int fitted = 3; // a stage, a sink, a source
        assertTrue(said.get(0).contains("millrace-trial (stage, Fitted[threads=" + fitted + "])"), said.get(0));
        fitted += 2; // the journal's, and one of the log
        assertTrue(
                said.get(1).contains("millrace-trial-journal (journal, Fitted[threads=" + fitted + "])"), said.get(1));
        assertTrue(said.get(1).contains("millrace-trial (stage, Fitted[threads=" + fitted + "])"), said.get(1));
        fitted += 1; // that of snapshots
        assertTrue(said.get(2).contains("millrace-trial (stage, Fitted[threads=" + fitted + "])"), said.get(2));
    }

    @Test
    void shouldSayAtStartWhichThreadsThereAre() {
        List<String> said = saidDuring(() -> {
            Engine.of(one(TrialOp.pass(1)))
                    .output(OUT, n -> {}, Delivery.blocking())
                    .waiting(Waiting.parking(Duration.ofMillis(1)))
                    .start()
                    .close();
            Engine.of(one(TrialOp.pass(1))).output(OUT, n -> {}).inline().close();
        });
        assertEquals(
                List.of("INFO engine trial: 4 threads on " + Cores.now() + "; 0 keep a core for themselves:"
                        + " millrace-trial (stage, parking:1ms), millrace-trial-housekeeping (housekeeping, sleeps PT0.01S),"
                        + " millrace-trial-health (health, sleeps PT1S), millrace-trial-sink-out (sink, adaptive)"),
                said,
                "once; and nothing for a host without threads");
    }
}
