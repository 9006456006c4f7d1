package io.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.journal.Durability;
import io.millrace.metric.CounterFile;
import io.millrace.metric.CounterFile.Table;
import io.millrace.transport.Counted;
import io.millrace.transport.EventSource;
import io.millrace.transport.LockedFile;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ObjLongConsumer;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatFileTest {
    private static final Duration LONG = Duration.ofSeconds(50);

    @Test
    void shouldWriteWhatTheEngineCounts(@TempDir Path dir) throws Exception {
        Input<Num> quiet = Num.input("in").historic(); // no ticks: each entry is an event
        try (Engine engine = Engine.of(Trials.one(quiet, TrialOp.of("passes", context -> flow -> true)))
                .output(Trials.OUT, n -> {})
                .start()) {
            StatFile file = StatFile.of(engine, dir, Map.of("wire", to -> to.accept("lost", 3)));
            Publisher<Num> p = engine.publisher(quiet);
            Trials.await("some in the last second", () -> {
                p.publish(Trials.num(7), new Header().intendedNs(HostClock.nanoTime()));
                Map<String, Long> values = read(dir).values();
                return values.get("input in: events/s") > 0 && values.get("output out: p99 us") >= 0;
            });
            engine.drain(LONG);
            file.close();
            Table t = CounterFile.read(dir).get(0);
            EngineStats stats = engine.stats();
            long events = stats.inputs().get(0).events();
            assertEquals(engine.topology().name(), t.name());
            assertEquals(ProcessHandle.current().pid(), t.pid());
            assertFalse(t.live());
            assertEquals(events, t.values().get("entries"));
            String in = "input " + stats.inputs().get(0).name() + ": ";
            String out = "output " + stats.outputs().get(0).name() + ": ";
            assertEquals(events, t.values().get(in + "events"));
            assertEquals(events, t.values().get(out + "events"));
            assertEquals(0, t.values().get("waiting in the ring"));
            assertEquals(3, t.values().get("wire: lost"));
        }
    }

    /** What others have put there hides nothing beside it, and keeps no engine from its file. */
    @Test
    void shouldLeaveOutWhatIsNoneOfItsFiles(@TempDir Path dir) throws Exception {
        Files.createDirectory(dir.resolve("spree.stat"));
        Files.createSymbolicLink(dir.resolve("link.stat"), dir.resolve("gone"));
        CounterFile.create(dir, "spree", List.of("entries"), System.currentTimeMillis());
        assertTrue(Files.exists(dir.resolve("spree-2.stat")));
        List<String> leftOut = new ArrayList<>();
        assertEquals(1, CounterFile.read(dir, leftOut::add).size());
        assertEquals(List.of("link.stat is not a file", "spree.stat is not a file"), leftOut);
        assertEquals(1, CounterFile.read(dir).size());
    }

    /** Two services of one topology, as of two shops, that were given one directory. */
    @Test
    void shouldNotReplaceTheFileOfAnEngineOfTheSameNameThatRuns(@TempDir Path dir) throws Exception {
        long nowMs = System.currentTimeMillis();
        CounterFile first = CounterFile.create(dir, "spree", List.of("entries"), nowMs);
        CounterFile second = CounterFile.create(dir, "spree", List.of("entries"), nowMs);
        first.set(0, 1);
        second.set(0, 2);
        assertEquals(
                List.of(2L, 1L),
                CounterFile.read(dir).stream()
                        .map(t -> t.values().get("entries"))
                        .toList());
        first.end(nowMs);
        CounterFile.create(dir, "spree", List.of("entries"), nowMs).set(0, 3);
        kill(dir.resolve("spree.stat"));
        CounterFile.create(dir, "spree", List.of("entries"), nowMs + 60_000).set(0, 4);
        assertEquals(
                List.of(2L, 4L),
                CounterFile.read(dir).stream()
                        .map(t -> t.values().get("entries"))
                        .toList());
    }

    /** Leaves it as a process does that ends: it says that it is written, and nobody holds it. */
    private static void kill(Path file) throws IOException {
        Path copy = file.resolveSibling("copy");
        Files.copy(file, copy);
        Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private static List<Path> files(Path dir) throws IOException {
        try (Stream<Path> all = Files.list(dir)) {
            return all.map(Path::getFileName).sorted().toList();
        }
    }

    /** What it has written last is of before, or of long ago: another engine takes the place of what nobody writes any more only. */
    @ParameterizedTest
    @ValueSource(longs = {-3_600_000, 3_600_000})
    void shouldNotReplaceTheFileOfAnEngineThatRunsWhenTheClockIsPut(long byMs, @TempDir Path dir) throws Exception {
        long nowMs = System.currentTimeMillis();
        CounterFile file = CounterFile.create(dir, "spree", List.of("entries"), nowMs);
        CounterFile.create(dir, "spree", List.of("entries"), nowMs + byMs).end(nowMs);
        assertEquals(List.of(Path.of("spree-2.stat"), Path.of("spree.stat")), files(dir));
        assertEquals(2, CounterFile.read(dir).size());
        assertTrue(isHeldToAnother(dir), "to read it here gives up nothing");
        file.end(nowMs);
        assertFalse(isHeldToAnother(dir));
        CounterFile.create(dir, "spree", List.of("entries"), nowMs + byMs).end(nowMs);
        assertEquals(List.of(Path.of("spree-2.stat"), Path.of("spree.stat")), files(dir));
    }

    private static boolean isHeldToAnother(Path dir) throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Other.class.getName(),
                        dir.resolve("spree.stat").toString())
                .redirectErrorStream(true)
                .start();
        return new String(other.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).equals("true");
    }

    /** Another process. */
    static final class Other {
        private Other() {}

        /** Says whether it is kept out of a file. */
        public static void main(String[] args) throws IOException {
            System.out.print(LockedFile.tryOpen(Path.of(args[0]), StandardOpenOption.WRITE) == null);
        }
    }

    /** A source that brings some events, and counts for itself. */
    private static class Brings implements EventSource<Num>, Counted {
        private int left = 5;
        private volatile boolean cannotCount;
        private Error dies;
        private volatile boolean closed;

        @Override
        public boolean isFinite() {
            return true;
        }

        @Override
        public int poll(Target<? super Num> target, int most) {
            if (left == 0) {
                return ENDED;
            }
            left--;
            target.take(Trials.num(left), new Header().intendedNs(HostClock.nanoTime()));
            return 1;
        }

        @Override
        public void counters(ObjLongConsumer<String> to) {
            if (dies != null) {
                throw dies;
            }
            if (cannotCount) {
                throw new UnsupportedOperationException("cannot count");
            }
            to.accept("left", left);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static Table read(Path dir) {
        try {
            List<Table> all = CounterFile.read(dir);
            return all.isEmpty() ? null : all.get(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitValue(Path dir, String name, long value, Runnable meanwhile) throws InterruptedException {
        Trials.await(name, () -> {
            meanwhile.run();
            return read(dir).values().getOrDefault(name, -9L) == value;
        });
    }

    /** All that an operator looks at first stands there, of each port, and who counts for himself beside it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldBeWrittenByTheHostItself(boolean live, @TempDir Path dir) throws Exception {
        Setup setup = Engine.of(Trials.one(TrialOp.of("passes", context -> flow -> true)))
                .input(Trials.IN, new Brings())
                .output(Trials.OUT, n -> {
                    if (n.id() == 3) {
                        throw new IllegalStateException("not three");
                    }
                })
                .journal(new MemoryJournal())
                .statFile(dir);
        if (live) {
            try (Engine engine = setup.start()) {
                engine.awaitEnd(LONG);
                awaitValue(dir, "dead letters", 1, () -> {});
                assertTrue(read(dir).live());
            }
        } else {
            try (Inline inline = setup.inline()) {
                inline.run();
                awaitValue(dir, "dead letters", 1, () -> inline.doWork(HostClock.epochNs()));
                assertTrue(read(dir).live());
            }
        }
        Table t = read(dir);
        assertFalse(t.live());
        String in = "input " + Trials.IN.name() + ": ";
        String out = "output " + Trials.OUT.name() + ": ";
        Map<String, Long> v = t.values();
        assertEquals(5, v.get(in + "events"));
        assertEquals(5, v.get(out + "events"));
        assertEquals(1, v.get(out + "failed"));
        assertEquals(0, v.get("source " + Trials.IN.name() + ": left"));
        assertEquals(Health.State.CLOSED.ordinal(), v.get("health"));
        assertEquals(Durability.PROCESS.ordinal(), v.get("durability"));
        assertTrue(v.get("durable") >= 5, "ticks and the end, too: " + v);
        List.of(
                        "entries",
                        "entries/s",
                        "waiting in the ring",
                        "waited for the ring",
                        "late",
                        in + "events/s",
                        in + "lag us",
                        in + "dropped",
                        in + "refused",
                        in + "conflated",
                        in + "waiting",
                        out + "events/s",
                        out + "dropped",
                        out + "p50 us",
                        out + "p99.9 us",
                        out + "max us")
                .forEach(name -> assertTrue(v.containsKey(name), name + " of " + v));
    }

    /** Of the last second, and not of all that were ever measured. */
    @Test
    void shouldTellThePercentilesOfTheLastSecond() {
        Histogram before = new Histogram(3_600_000_000_000L, 3);
        before.recordValueWithCount(9_000_000, 1_000);
        Histogram now = before.copy();
        now.recordValueWithCount(5_000, 10);
        Map<String, Long> all = new LinkedHashMap<>();
        StatFile.output(all, outputStats(1_010, now), outputStats(1_000, before), 1, false);
        assertEquals(5, all.get("output out: p50 us"));
        assertEquals(5, all.get("output out: max us"));
        assertEquals(10, all.get("output out: events/s"));
        StatFile.output(all, outputStats(1_010, now), outputStats(1_010, now), 1, true);
        assertTrue(all.get("output out: p50 us") >= 8_990, "the first has none before it");
    }

    private static EngineStats.OutputStats outputStats(long events, Histogram latencyNs) {
        return new EngineStats.OutputStats("out", events, 0, 0, 0, 0, latencyNs, 0);
    }

    /** What the file is read for most: a stage that stands in a receiver. The rest goes on being told, and how old the copy is. */
    @Test
    void shouldBeWrittenWhileAStageStandsStill(@TempDir Path dir) throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicLong asked = new AtomicLong();
        Brings source = new Brings() {
            @Override
            public void counters(ObjLongConsumer<String> to) {
                to.accept("asked", asked.incrementAndGet());
            }
        };
        try (Engine engine = Engine.of(Trials.one(TrialOp.of("passes", context -> flow -> true)))
                .input(Trials.IN, source)
                .output(Trials.OUT, n -> go.await())
                .stalledAfter(Duration.ofMillis(50))
                .statFile(dir)
                .start()) {
            try {
                Trials.await("not answered", () -> read(dir).values().get("not answered ms") > 0);
                long written = read(dir).writtenMs();
                long then = asked.get();
                Trials.await("written", () -> read(dir).writtenMs() > written && asked.get() > then + 1);
                awaitValue(dir, "health", Health.State.DEGRADED.ordinal(), () -> {});
                Map<String, Long> v = read(dir).values();
                assertTrue(v.get("source " + Trials.IN.name() + ": asked") > then, v.toString());
                assertEquals(0, v.get("entries/s"), "none in the last second");
                assertEquals(-1, v.get("output " + Trials.OUT.name() + ": p50 us"), "none in the last second");
            } finally {
                go.countDown();
            }
            assertTrue(engine.awaitEnd(LONG));
            awaitValue(dir, "output " + Trials.OUT.name() + ": events", 5, () -> {});
            awaitValue(dir, "not answered ms", 0, () -> {});
        }
        assertFalse(read(dir).live());
    }

    /** A publisher that finds the ring full and waits is what back pressure is here; what has not been processed waits. */
    @Test
    void shouldCountWhoWaitsForRoom(@TempDir Path dir) throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch there = new CountDownLatch(1);
        try (Engine engine = Engine.of(Trials.one(TrialOp.of("passes", context -> flow -> true)))
                .ringSlots(64)
                .output(Trials.OUT, n -> {
                    there.countDown();
                    go.await();
                })
                .start()) {
            StatFile.Counting counts = engine.counting();
            Thread publishes = new Thread(() -> {
                for (int i = 0; i < 66; i++) {
                    engine.publisher(Trials.IN).publish(Trials.num(i));
                }
            });
            publishes.start();
            there.await();
            while (counts.waits() == 0) {
                Thread.onSpinWait();
            }
            assertTrue(counts.waiting() >= 63, counts.waiting() + " wait");
            go.countDown();
            publishes.join();
            engine.drain(LONG);
            Trials.await("none waits", () -> counts.waiting() == 0); // a tick may be there, or be given back yet
            assertTrue(counts.waits() <= 66);
        }
    }

    /** It would be held, and said to be live, until the process ends. */
    @Test
    void shouldEndWhereItsThreadFails(@TempDir Path dir) throws Exception {
        AtomicReference<Thread> writes = new AtomicReference<>();
        try (Engine engine = Engine.of(Trials.one(TrialOp.of("passes", context -> flow -> true)))
                .output(Trials.OUT, n -> {})
                .start()) {
            StatFile.Counting fails = StandIn.of(StatFile.Counting.class, engine.counting(), name -> {
                if (name.equals("waits") && Thread.currentThread().getName().endsWith("-stat")) {
                    writes.set(Thread.currentThread());
                    Thread.currentThread().setUncaughtExceptionHandler((t, e) -> {});
                    throw new IllegalStateException("on purpose");
                }
                return null;
            });
            StatFile file = StatFile.of(fails, StatFile.first(engine), dir, Map.of());
            Trials.await("its thread has failed", () -> writes.get() != null);
            writes.get().join();
            assertFalse(read(dir).live());
            file.close();
        }
    }

    @Test
    void shouldSayThatItsDirectoryCannotBeWritten(@TempDir Path dir) throws Exception {
        Path file = Files.createFile(dir.resolve("file"));
        for (boolean live : new boolean[] {true, false}) {
            Setup setup = Engine.of(Trials.one(TrialOp.of("passes", context -> flow -> true)))
                    .output(Trials.OUT, n -> {})
                    .statFile(file);
            Exception e =
                    assertThrows(IllegalStateException.class, () -> (live ? setup.start() : setup.inline()).close());
            assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
        }
    }

    /** An interrupt of whoever starts it means something else; and nothing is left beside the file. */
    @Test
    void shouldBeMadeByAThreadThatIsInterrupted(@TempDir Path dir) throws Exception {
        Thread.currentThread().interrupt();
        try (Engine engine = Engine.of(Trials.one(TrialOp.of("passes", context -> flow -> true)))
                .output(Trials.OUT, n -> {})
                .statFile(dir)
                .start()) {
            assertTrue(Thread.interrupted(), "it is the caller's");
            assertEquals(-1, read(dir).values().get("output " + Trials.OUT.name() + ": p99 us"), "none is not 0");
            assertEquals(engine.topology().name(), read(dir).name());
        }
        try (Stream<Path> files = Files.list(dir)) {
            assertEquals(1, files.count());
        }
    }

    /** Nobody comes by any more to take a copy; that it has halted is what the file is read for. */
    @Test
    void shouldSayThatAnInlineHostHasHalted(@TempDir Path dir) throws Exception {
        try (Inline inline = Engine.of(Trials.one(TrialOp.of("fails", context -> flow -> {
                    throw new StackOverflowError();
                })))
                .output(Trials.OUT, n -> {})
                .statFile(dir)
                .inline()) {
            assertThrows(EngineStoppedException.class, () -> inline.publish(Trials.IN, Trials.num(1)));
            awaitValue(dir, "health", Health.State.HALTED.ordinal(), () -> {});
            assertTrue(read(dir).live());
        }
        assertFalse(read(dir).live());
    }

    /** Of a host that it is bound to: neither the host's counters nor its end suffer from one that cannot count. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldGoOnWithoutWhoFailsToCount(boolean live, @TempDir Path dir) throws Exception {
        MemoryJournal journal = new MemoryJournal();
        Brings source = new Brings();
        Setup setup = Engine.of(Trials.one(TrialOp.pass(1)))
                .journal(journal)
                .input(Trials.IN, source)
                .output(Trials.OUT, n -> {})
                .statFile(dir);
        try (AutoCloseable host = live ? setup.start() : setup.inline()) {
            source.cannotCount = true;
            if (host instanceof Engine engine) {
                engine.awaitEnd(LONG);
            } else {
                ((Inline) host).run();
            }
        }
        assertEquals(1, journal.closed);
        assertFalse(read(dir).live());
        assertEquals(5, read(dir).values().get("input " + Trials.IN.name() + ": events"));
        assertTrue(read(dir).values().containsKey("source " + Trials.IN.name() + ": left"), "as it was");
        Brings never = new Brings();
        never.cannotCount = true;
        Setup other = Engine.of(Trials.one(TrialOp.pass(1)))
                .input(Trials.IN, never)
                .output(Trials.OUT, n -> {})
                .statFile(dir);
        Exception e = assertThrows(IllegalStateException.class, () -> (live ? other.start() : other.inline()).close());
        assertTrue(e.getMessage().contains("cannot count"), e.getMessage());
        assertTrue(never.closed, "and what was bound is closed");
    }

    /** Nobody else has the host: its threads, and the files of its journal, would be held as long as the process lives. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldCloseWhatItBeganWhateverIsThrown(boolean live, @TempDir Path dir) {
        MemoryJournal journal = new MemoryJournal();
        Brings source = new Brings();
        source.dies = new InternalError("a fault in mapped memory");
        Setup setup = Engine.of(Trials.one(TrialOp.pass(1)))
                .journal(journal)
                .input(Trials.IN, source)
                .output(Trials.OUT, n -> {})
                .statFile(dir);
        assertSame(
                source.dies, assertThrows(InternalError.class, () -> (live ? setup.start() : setup.inline()).close()));
        assertTrue(source.closed);
        assertEquals(1, journal.closed);
    }

    @Test
    void shouldReadOnlyWhatIsWholeAndOurs(@TempDir Path dir) throws Exception {
        CounterFile file = CounterFile.create(dir, "a/b", List.of("x", "y".repeat(200)), 5);
        file.set(1, 7);
        file.written(9);
        Files.write(dir.resolve("other.stat"), new byte[300]);
        Files.write(dir.resolve("short.stat"), new byte[3]);
        Table t = CounterFile.read(dir).get(0);
        assertEquals(1, CounterFile.read(dir).size());
        assertEquals(
                new Table("a/b", ProcessHandle.current().pid(), 5, 9, true, Map.of("x", 0L, "y".repeat(124), 7L)), t);
        assertEquals(List.of(), CounterFile.read(dir.resolve("none")));
    }
}
