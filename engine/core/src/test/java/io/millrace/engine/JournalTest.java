package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.journal.Durability;
import io.millrace.journal.JournalException;
import io.millrace.plan.HeldPlan;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import io.millrace.transport.Delivery;
import io.millrace.transport.EventSink;
import io.millrace.transport.Resumption;
import io.millrace.trial.Agenda;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an engine does with a journal; that a journal keeps what it says is for each journal to show. */
@Timeout(240)
class JournalTest {
    private static final Duration LONG = Duration.ofSeconds(50);

    /** Without ticks, so that a place is a number of events. */
    private static final Input<Num> IN = Num.input("in").historic();

    private final MemoryJournal journal = new MemoryJournal();
    private final List<Long> got = Collections.synchronizedList(new ArrayList<>());

    private Engine start(Topology topology) {
        return Engine.of(topology)
                .journal(journal)
                .output(OUT, n -> got.add(n.id()))
                .start();
    }

    private static Topology one(TrialOp op) {
        return Trials.one(IN, op);
    }

    private static Topology buckets() {
        return one(Agenda.buckets(64, 10));
    }

    private static List<Long> ids(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    @Test
    void shouldLetNothingOutBeforeItsEntryIsDurable() throws Exception {
        journal.durableAtMost = 2;
        try (Engine engine = start(one(TrialOp.pass(1)))) {
            Publisher<Num> publisher = engine.publisher(IN);
            for (int i = 0; i < 10; i++) {
                publisher.publish(num(i));
            }
            await("three are durable", () -> got.size() >= 3);
            assertEquals(Durability.MEMORY, engine.awaitDurable(5, Duration.ofMillis(20)));
            assertEquals(Durability.PROCESS, engine.awaitDurable(2, LONG));
            assertEquals(2, engine.durable());
            assertEquals(Durability.PROCESS, engine.durability());
            assertEquals(ids(0, 3), List.copyOf(got));
            assertTrue(engine.drain(Duration.ofMillis(20)) > 0, "a drain waits for what is held");
            journal.durableAtMost = Long.MAX_VALUE;
            assertEquals(0, engine.drain(LONG));
            assertEquals(ids(0, 10), List.copyOf(got));
        }
        assertEquals(1, journal.closed);
    }

    @Test
    void shouldHoldBackNoMoreThanItHasRoomForAndThenTakeNoMore() throws Exception {
        journal.durableAtMost = -1;
        Engine engine = Engine.of(one(TrialOp.pass(1)))
                .journal(journal)
                .output(OUT, n -> got.add(n.id()))
                .ringSlots(64)
                .overflow(IN, Overflow.REFUSE)
                .start();
        Publisher<Num> publisher = engine.publisher(IN);
        long[] taken = {0};
        for (long until = System.nanoTime() + 2_000_000_000L; System.nanoTime() < until; ) {
            taken[0] += publisher.tryPublish(num(taken[0]), null) >= 0 ? 1 : 0;
        }
        assertTrue(taken[0] < 10_000, "the intake waits for outputs that wait: " + taken[0]);
        assertEquals(List.of(), List.copyOf(got));
        journal.durableAtMost = Long.MAX_VALUE;
        assertEquals(0, engine.drain(LONG));
        assertEquals(ids(0, taken[0]), List.copyOf(got));
        engine.close();
    }

    /** So many as were said, and the plan says it: the one that finds no room waits, and nothing behind it is taken. */
    @Test
    void shouldHoldBackAsManyAsWereSaid() throws Exception {
        journal.durableAtMost = -1;
        Setup setup = Engine.of(one(TrialOp.pass(1)))
                .journal(journal)
                .output(OUT, n -> got.add(n.id()))
                .heldOutputs(1 << 13)
                .ringSlots(64)
                .stopDeadline(Duration.ofMillis(1))
                .overflow(IN, Overflow.REFUSE);
        String plan = setup.plan().describe();
        assertTrue(plan.contains("\n    held until durable: at most 8192 outputs, "), plan);
        Engine engine = setup.start();
        Publisher<Num> publisher = engine.publisher(IN);
        long held = 1 << 13;
        for (long i = 0; i < held; ) {
            i += publisher.tryPublish(num(i), null) >= 0 ? 1 : 0; // as long as that takes
        }
        await("all are held", () -> engine.stats().output("out").events() == held);
        await(
                "the ring is full",
                () -> publisher.tryPublish(num(0), null) < 0); // one more waits for room, and the others behind it
        for (int i = 0; i <= 64; i++) {
            assertTrue(publisher.tryPublish(num(i), null) < 0, "the ring in front of the stage stays full");
        }
        assertEquals(List.of(), List.copyOf(got));
        assertThrows(EngineStoppedException.class, engine::close);
    }

    @Test
    void shouldRefuseToHoldWhatHasNoRoom() {
        Setup setup = Engine.of(one(TrialOp.pass(1))).discard(OUT).journal(journal);
        String why = assertThrows(IllegalArgumentException.class, () -> setup.heldOutputs(1000))
                .getMessage();
        assertEquals("held outputs of 1000 slots; use a power of two from 64 to 1048576", why);
        String none = Engine.of(one(TrialOp.pass(1))).discard(OUT).plan().describe();
        assertTrue(!none.contains("held"), none);
        HeldPlan much = HeldPlan.of(1 << 20, 0, 1000, 1000);
        String room = assertThrows(TopologyException.class, () -> much.requireRoom("trial", 1L << 30))
                .getMessage();
        assertTrue(room.contains("1048576 outputs") && room.contains("Setup.heldOutputs"), room);
    }

    @Test
    void shouldGoOnWhereACrashLeftOffAndRepeatNothing() throws Exception {
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            MemoryJournal kept = new MemoryJournal();
            List<Long> seen = Collections.synchronizedList(new ArrayList<>());
            List<Long> doubts = new ArrayList<>();
            long sent = 0;
            for (int life = 0; life < 4; life++) {
                Engine engine = Engine.of(buckets())
                        .journal(kept)
                        .output(
                                OUT,
                                n -> kept.outside(() -> seen.add(n.id())),
                                random.nextBoolean() ? Delivery.inline() : Delivery.blocking())
                        .ringSlots(64)
                        .start();
                sent = engine.recovered().events(IN);
                assertEquals(sent, engine.recovered().next(), "what was not durable is sent again by who sent it");
                doubts.addAll(inDoubt(engine));
                Publisher<Num> publisher = engine.publisher(IN);
                for (int n = random.nextInt(200); n > 0; n--, sent++) {
                    publisher.publish(new Num(sent, sent));
                }
                if (random.nextBoolean()) {
                    engine.drain(LONG);
                }
                kept.crash();
                engine.close();
            }
            Engine last = Engine.of(buckets())
                    .journal(kept)
                    .output(OUT, n -> kept.outside(() -> seen.add(n.id())))
                    .start();
            doubts.addAll(inDoubt(last));
            last.publisher(IN).publish(new Num(last.recovered().events(IN), 1_000_000));
            last.publisher(IN).end();
            last.drain(LONG);
            long all = last.recovered().events(IN) + 1;
            last.close();
            List<Long> must = new ArrayList<>(ids(0, all));
            must.removeAll(doubts);
            assertEquals(must, seen.stream().filter(must::contains).toList(), "each once, in order, seed " + seed);
            assertTrue(seen.size() <= all, "none of those in doubt twice, seed " + seed);
        }
    }

    /** The ids of what is in doubt: outputs are numbered from 1, and come in the order of their ids. */
    private static List<Long> inDoubt(Engine engine) {
        List<Long> all = new ArrayList<>();
        for (String line : engine.recovered().inDoubt()) {
            String[] words = line.split(" ");
            all.addAll(ids(Long.parseLong(words[1]) - 1, Long.parseLong(words[3])));
        }
        return all;
    }

    @Test
    void shouldDeliverEachOutputOnceWhenTheProcessIsClosedAndStartedAgain() {
        for (int life = 0; life < 3; life++) {
            try (Engine engine = start(buckets())) {
                assertEquals(life * 100L, engine.recovered().events(IN));
                assertEquals(List.of(), engine.recovered().inDoubt());
                for (long i = life * 100L; i < life * 100L + 100; i++) {
                    engine.publisher(IN).publish(new Num(i, i));
                }
            }
        }
        assertEquals(ids(0, 290), List.copyOf(got), "the last bucket is open");
    }

    @Test
    void shouldBringBackTheStateOfAllStages() throws Exception {
        Output<Num> second = Num.output("second");
        GraphBuilder g = new GraphBuilder("two");
        Port a = g.operator("one", TrialOp.pass(1), null, "", g.source(IN, ""));
        g.sink(OUT, a, "");
        Port b = g.operator("two", Agenda.buckets(64, 10), null, "", a);
        g.thread(b, "away");
        g.sink(second, b, "");
        Topology two = g.build();
        List<Long> away = Collections.synchronizedList(new ArrayList<>());
        for (int life = 0; life < 3; life++) {
            try (Engine engine = Engine.of(two)
                    .journal(journal)
                    .output(OUT, n -> got.add(n.id()))
                    .output(second, n -> away.add(n.id()))
                    .edgeSlots(1)
                    .start()) {
                for (long i = life * 33L; i < life * 33L + 33; i++) {
                    engine.publisher(IN).publish(new Num(i, i));
                }
                engine.drain(LONG);
            }
        }
        assertEquals(ids(0, 99), List.copyOf(got));
        assertEquals(ids(0, 90), List.copyOf(away));
    }

    /** Knows what it holds, or wants all again. */
    private static final class Store implements EventSink<Num> {
        final List<Long> has;
        final Resumption how;
        int closes;

        Store(List<Long> has, Resumption how) {
            this.has = has;
            this.how = how;
        }

        @Override
        public void on(Num event, Meta meta) {
            has.add(event.id());
        }

        @Override
        public Resumption resume(String output) {
            return how;
        }

        @Override
        public void close() {
            closes++;
        }
    }

    @Test
    void shouldGoOnWhereASinkSaysThatItIs() {
        try (Engine engine = start(one(TrialOp.pass(1)))) {
            for (int i = 0; i < 10; i++) {
                engine.publisher(IN).publish(num(i));
            }
        }
        for (Delivery how : List.of(Delivery.inline(), Delivery.blocking())) {
            Store some = new Store(new ArrayList<>(), Resumption.after(7));
            Store all = new Store(new ArrayList<>(), Resumption.anew());
            try (Engine engine = Engine.of(one(TrialOp.pass(1)))
                    .journal(journal)
                    .output(OUT, n -> {})
                    .output(OUT, some, how)
                    .output(OUT, all, how)
                    .start()) {
                assertEquals(10, engine.recovered().next());
            }
            assertEquals(ids(7, 10), some.has);
            assertEquals(ids(0, 10), all.has);
        }
    }

    @Test
    void shouldNameWhatAReceiverHadInHandAndNotHandItOverAgain() throws Exception {
        CountDownLatch inHand = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Engine engine = Engine.of(one(TrialOp.pass(1)))
                .journal(journal)
                .output(
                        OUT,
                        n -> {
                            if (n.id() == 3) {
                                inHand.countDown();
                                goOn.await();
                            }
                            got.add(n.id());
                        },
                        Delivery.blocking())
                .start();
        for (int i = 0; i < 5; i++) {
            engine.publisher(IN).publish(num(i));
        }
        inHand.await();
        engine.awaitDurable(4, LONG);
        journal.crash();
        goOn.countDown();
        engine.close();
        got.clear();
        try (Engine again = start(one(TrialOp.pass(1)))) {
            assertEquals(List.of("out: 4 to 4"), again.recovered().inDoubt());
            assertTrue(again.recovered().toString().contains("in doubt: out: 4 to 4"));
        }
        assertEquals(ids(4, 5), List.copyOf(got));
    }

    @Test
    void shouldTakeASourceThatBeginsAnewNoSecondTime() throws Exception {
        for (int life = 1; life <= 3; life++) {
            try (Engine engine = Engine.of(buckets())
                    .journal(journal)
                    .input(IN, new Trials.Counting(0, 100, true))
                    .output(OUT, n -> got.add(n.id()))
                    .start()) {
                assertTrue(engine.awaitEnd(LONG));
                assertEquals(life > 1, engine.recovered().hasEnded(IN));
            }
        }
        assertEquals(ids(0, 100), List.copyOf(got));
        assertEquals(101, journal.entries());
    }

    @Test
    void shouldSayThatASourceBringsSomethingElse() throws Exception {
        try (Engine engine = Engine.of(buckets())
                .journal(journal)
                .input(IN, new Trials.Counting(0, 100, true))
                .output(OUT, n -> got.add(n.id()))
                .start()) {
            assertTrue(engine.awaitEnd(LONG));
        }
        for (Trials.Counting other : List.of(new Trials.Counting(1, 200, true), new Trials.Counting(0, 50, true))) {
            Engine engine = Engine.of(buckets())
                    .journal(journal)
                    .input(IN, other)
                    .output(OUT, n -> got.add(n.id()))
                    .start();
            EngineStoppedException e = assertThrows(EngineStoppedException.class, () -> engine.awaitEnd(LONG));
            assertTrue(
                    e.getMessage().contains("input in: ") && e.getMessage().contains("start with the same input"),
                    e.getMessage());
            engine.close();
        }
        assertEquals(101, journal.entries(), "nothing was added");
    }

    @Test
    void shouldTakeNothingWhileTheJournalRefusesAndGoOnByItself() throws Exception {
        try (Engine engine = Engine.of(one(TrialOp.pass(1)))
                .journal(journal)
                .output(OUT, n -> got.add(n.id()))
                .overflow(IN, Overflow.REFUSE)
                .start()) {
            Publisher<Num> publisher = engine.publisher(IN);
            publisher.publish(num(0));
            journal.refusal = "the disk is nearly full";
            await("refused", () -> engine.health().why().contains("the disk is nearly full"));
            assertEquals(Publisher.FULL, publisher.tryPublish(num(1), null));
            journal.refusal = null;
            await("goes on", () -> publisher.tryPublish(num(2), null) >= 0);
            engine.drain(LONG);
            assertEquals(List.of(0L, 2L), List.copyOf(got));
        }
    }

    @Test
    void shouldHaltWhenTheJournalFailsAndLetOutNothingThatIsNotDurable() throws Exception {
        journal.durableAtMost = 0;
        Engine engine = start(one(TrialOp.pass(1)));
        for (int i = 0; i < 5; i++) {
            engine.publisher(IN).publish(num(i));
        }
        await("one is durable", () -> got.size() == 1);
        journal.failure = new JournalException("cannot force /data: Input/output error");
        await("halted", () -> engine.health().state() == Health.State.HALTED);
        assertTrue(
                engine.health().why().contains("cannot force /data"),
                engine.health().why());
        assertThrows(EngineStoppedException.class, () -> engine.publisher(IN).publish(num(9)));
        engine.close();
        assertEquals(ids(0, 1), List.copyOf(got));
        journal.failure = null;
        journal.durableAtMost = Long.MAX_VALUE;
        try (Engine again = start(one(TrialOp.pass(1)))) {
            assertEquals(1, again.recovered().next());
        }
    }

    @Test
    void shouldRefuseAJournalOfAnotherTopologyByNameAndCloseWhatItOpened() {
        start(buckets()).close();
        int closed = journal.closed;
        TrialOp other = TrialOp.pass(1);
        JournalException e = assertThrows(JournalException.class, () -> start(one(other)));
        assertTrue(e.getMessage().contains("node op"), e.getMessage());
        assertEquals(closed, journal.closed, "it was never opened");
    }

    @Test
    void shouldCloseSinksAndJournalWhenItCannotStart() {
        start(one(TrialOp.pass(1))).close();
        Store store = new Store(new ArrayList<>(), Resumption.anew());
        MemoryJournal broken = new MemoryJournal();
        broken.failure = new JournalException("broken");
        Engine engine = Engine.of(one(TrialOp.pass(1)))
                .journal(broken)
                .output(OUT, store, Delivery.blocking())
                .start();
        await0(() -> engine.health().state() == Health.State.HALTED);
        engine.close();
        assertEquals(1, store.closes);
        assertEquals(1, broken.closed);
    }

    private static void await0(java.util.function.BooleanSupplier happened) {
        try {
            await("happens", happened);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldWantNamesForWhatKeepsState() {
        GraphBuilder g = new GraphBuilder("unnamed");
        g.sink(OUT, g.operator(null, Agenda.buckets(4, 10), null, "Trial.java:7", g.source(IN, "")), "");
        Topology unnamed = g.build();
        JournalException e = assertThrows(JournalException.class, () -> start(unnamed));
        assertTrue(e.getMessage().contains("give it a name, such as \"buckets-"), e.getMessage());
    }

    @Test
    void shouldHaveNothingDurableWithoutAJournal() {
        try (Engine engine =
                Engine.of(one(TrialOp.pass(1))).output(OUT, n -> {}).start()) {
            assertNull(engine.recovered());
            assertEquals(-1, engine.durable());
            assertEquals(Durability.MEMORY, engine.durability());
            assertEquals(Durability.MEMORY, engine.awaitDurable(0, LONG));
        }
    }

    @Test
    void shouldKeepAJournalOnTheThreadOfAnInlineHost() throws Exception {
        journal.durableAtMost = 3;
        Inline inline = Engine.of(one(TrialOp.pass(1)))
                .journal(journal)
                .output(OUT, n -> got.add(n.id()))
                .inline();
        List<Long> decided = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            inline.publish(IN, num(i), OUT, n -> decided.add(n.id()));
        }
        assertEquals(ids(0, 10), decided, "a caller gets its own at once");
        inline.doWork(0);
        assertEquals(ids(0, 4), List.copyOf(got), "receivers get what is durable");
        assertEquals(3, inline.durable());
        assertEquals(Durability.PROCESS, inline.durability());
        journal.durableAtMost = Long.MAX_VALUE;
        inline.close();
        assertEquals(ids(0, 10), List.copyOf(got), "closing waits for the rest");
        assertEquals(1, journal.closed);
        try (Engine live = start(one(TrialOp.pass(1)))) {
            assertEquals(10, live.recovered().next(), "whatever the host");
            live.publisher(IN).publish(num(10));
        }
        assertEquals(ids(0, 11), List.copyOf(got));
    }

    @Test
    void shouldGoOnWithTheSourcesOfAnInlineHost() throws Exception {
        for (int life = 1; life <= 2; life++) {
            try (Inline inline = Engine.of(buckets())
                    .journal(journal)
                    .input(IN, new Trials.Counting(0, 100, true))
                    .output(OUT, n -> got.add(n.id()))
                    .inline()) {
                inline.run();
            }
        }
        assertEquals(ids(0, 100), List.copyOf(got));
        Inline other = Engine.of(buckets())
                .journal(journal)
                .input(IN, new Trials.Counting(5, 200, true))
                .output(OUT, n -> got.add(n.id()))
                .inline();
        assertThrows(IllegalStateException.class, other::run);
        other.close();
        assertEquals(101, journal.entries(), "nothing was added");
    }

    @Test
    void shouldHoldWhatReceiversPublishBehindThePresentEntry() {
        Inline[] host = new Inline[1];
        host[0] = Engine.of(one(TrialOp.pass(1)))
                .journal(journal)
                .output(OUT, n -> {
                    got.add(n.id());
                    if (n.id() < 3) {
                        host[0].publish(IN, num(n.id() + 1));
                    }
                })
                .inline();
        host[0].publish(IN, num(0));
        for (int i = 0; i < 5; i++) {
            host[0].doWork(0);
        }
        host[0].close();
        assertEquals(ids(0, 4), List.copyOf(got));
        assertEquals(4, journal.entries());
    }
}
