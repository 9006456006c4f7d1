package io.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.transport.Delivery;
import io.millrace.transport.EventSink;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands still is named, by what it is in, and forgotten when it goes on. */
@Timeout(240)
class StallsTest {
    private static final Duration BRIEF = Duration.ofMillis(20);

    private final CountDownLatch go = new CountDownLatch(1);
    private long nowNs;

    /** One that moves when it is told to. */
    private static final class Fake implements Stepping {
        private long steps;
        private boolean rests;

        @Override
        public long steps() {
            return steps;
        }

        @Override
        public boolean rests() {
            return rests;
        }

        @Override
        public Thread thread() {
            return null;
        }

        @Override
        public String where() {
            return "fake";
        }
    }

    private void hang(Num n) throws InterruptedException {
        go.await();
    }

    private Engine hanging(CountDownLatch there) {
        return Engine.of(Trials.one(TrialOp.pass(1)))
                .output(Trials.OUT, n -> {
                    there.countDown();
                    go.await();
                })
                .start();
    }

    private static void publish(Engine engine) {
        engine.publisher(Trials.IN).publish(Trials.num(1));
    }

    private void awaitStallAndUp(Engine engine, String why) throws InterruptedException {
        awaitStallAndUp(engine, why, () -> true);
    }

    /** Until health says so, then that all is well again; on a busy machine more may stand still, for a while. */
    private void awaitStallAndUp(Engine engine, String why, BooleanSupplier and) throws InterruptedException {
        Pattern words = Pattern.compile(why);
        try {
            Trials.await(
                    why,
                    () -> and.getAsBoolean()
                            && engine.health().state() == Health.State.DEGRADED
                            && words.matcher(engine.health().why()).matches());
        } finally {
            go.countDown();
        }
        Trials.await("goes on", () -> engine.health().equals(new Health(Health.State.UP, "")));
    }

    @Test
    void shouldTellOnlyOfWhatNeitherMovesNorRestsForLong() {
        Stalls stalls = new Stalls(1000, () -> nowNs);
        Fake fake = new Fake();
        stalls.watch(List.of(fake));
        for (int i = 0; i < 20; i++) {
            nowNs += 400;
            fake.steps += i % 2;
            fake.rests = i > 10;
            assertNull(why(stalls), "moves, then rests: " + i);
        }
        fake.rests = false;
        fake.steps++;
        stalls.look();
        nowNs += 999_000_000;
        assertNull(why(stalls), "nobody looked meanwhile");
        nowNs += 400;
        assertNull(why(stalls));
        nowNs += 400;
        assertEquals("fake for 0 ms", why(stalls));
        nowNs += 999_000_000;
        fake.steps++;
        assertNull(why(stalls), "has gone on");
    }

    private static String why(Stalls stalls) {
        Troubles all = new Troubles();
        stalls.tell(all);
        return all.why();
    }

    /** With a journal the receiver is called between entries, when what caused the output is durable. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldNameStageAndOutputOfAReceiverThatHangs(boolean journal) throws Exception {
        Setup setup = Engine.of(Trials.one(TrialOp.pass(1)))
                .output(Trials.OUT, this::hang)
                .stalledAfter(BRIEF);
        try (Engine engine = (journal ? setup.journal(new MemoryJournal()) : setup).start()) {
            publish(engine);
            awaitStallAndUp(
                    engine,
                    "stage main stands still " + (journal ? "behind" : "in") + " entry \\d+, output out \\("
                            + StallsTest.class.getName() + ".hang, line \\d+\\) for \\d+ ms");
        }
    }

    /** The one that waits for the other is not to blame. */
    @Test
    void shouldNameOnlyTheStageThatHangs() throws Exception {
        GraphBuilder g = new GraphBuilder("two");
        Output<Num> side = Num.output("side");
        Port in = g.operator("first", TrialOp.pass(1), null, "Stalls.java:6", g.source(Trials.IN, ""));
        g.sink(side, in, "");
        Port op = g.operator("op", TrialOp.pass(1), null, "Stalls.java:7", in);
        g.thread(op, "away");
        g.sink(Trials.OUT, op, "");
        try (Engine engine = Engine.of(g.build())
                .output(Trials.OUT, this::hang)
                .output(side, n -> {})
                .edgeSlots(1)
                .stalledAfter(BRIEF)
                .start()) {
            for (int i = 0; i < 1000; i++) { // more than the ring between the two takes
                publish(engine);
            }
            awaitStallAndUp(
                    engine,
                    "stage away stands still in entry [^;]*",
                    engine.loop().stages().get(0)::waitsForStage);
        }
    }

    @Test
    void shouldNameABlockingSinkThatHangs() throws Exception {
        try (Engine engine = Engine.of(Trials.one(TrialOp.pass(1)))
                .output(Trials.OUT, this::hang, Delivery.blocking())
                .stalledAfter(BRIEF)
                .start()) {
            publish(engine);
            awaitStallAndUp(engine, "output out: its sink stands still with 1 events waiting for it \\(.*");
        }
    }

    /** Behind the last event, for which nobody would miss it: a transaction that does not end. */
    @Test
    void shouldNameABlockingSinkThatHangsInItsFlush() throws Exception {
        EventSink<Num> sink = new EventSink<>() {
            @Override
            public void on(Num event, Meta meta) {}

            @Override
            public void flush() throws InterruptedException {
                go.await();
            }

            @Override
            public void close() {}
        };
        try (Engine engine = Engine.of(Trials.one(TrialOp.pass(1)))
                .output(Trials.OUT, sink, Delivery.blocking())
                .stalledAfter(BRIEF)
                .start()) {
            publish(engine);
            awaitStallAndUp(engine, "output out: its sink stands still in a flush \\(.*");
        }
    }

    /** Who asks with a deadline gets what was there, and leaves nothing behind for who asks next. */
    @Test
    void shouldAnswerWithTheLastCopyWhereAStageStandsStill() throws Exception {
        CountDownLatch there = new CountDownLatch(1);
        try (Engine engine = hanging(there)) {
            publish(engine);
            there.await();
            EngineStats none = engine.stats(BRIEF);
            assertEquals(-1, none.sequence());
            assertEquals(0, none.inputs().get(0).events());
            assertEquals(Long.MIN_VALUE, none.inputs().get(0).progressNs());
            assertEquals(Trials.OUT.name(), none.outputs().get(0).name());
            assertNull(engine.loop().ask(), "another has asked, and was not answered");
            go.countDown();
            EngineStats now = engine.stats(Duration.ofSeconds(30));
            assertEquals(1, now.outputs().get(0).events());
            assertEquals(1, engine.stats().outputs().get(0).events());
        }
    }

    @Test
    void shouldKeepTheLastCopyForWhoAsksInVain() throws Exception {
        CountDownLatch there = new CountDownLatch(1);
        try (Engine engine = hanging(there)) {
            EngineStats before = engine.stats(Duration.ofSeconds(30));
            publish(engine);
            there.await();
            assertSame(before, engine.stats(BRIEF));
            go.countDown();
        }
    }
}
