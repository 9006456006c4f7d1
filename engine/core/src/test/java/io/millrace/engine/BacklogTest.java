package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.event.Bytes;
import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.InPlaceInput;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.event.RefusedException;
import io.millrace.runtime.EntryEncoder;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Topology;
import io.millrace.trial.Agenda;
import io.millrace.trial.Cell;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Events that wait in front of a full ring: the newest, or the latest of each key; what goes is counted and told to the order. */
@Timeout(240)
class BacklogTest {
    private static final Input<Num> IN =
            Num.input("in").historic(); // no ticks: each entry is an event, or tells of drops
    private static final Topology PASS = one(IN, TrialOp.pass(1));
    private static final InPlaceInput<Cell, Cell> CELLS = Cell.input("cells").historic();
    private static final Output<Cell> CELLS_OUT = Cell.output("cells-out");
    private static final int SLOTS = 64;

    /** The key of an event of these tests; how often it has changed is above it. */
    private static long key(Num n) {
        return n.id() & 0xff;
    }

    // ---- against an oracle

    /** What a backlog does, in lists. */
    private static final class Oracle {
        private final int most;
        private final boolean conflates;
        private final LinkedHashMap<Long, Long> latest = new LinkedHashMap<>();
        private final List<String> order = new ArrayList<>();
        private long serial;
        private int free = SLOTS;
        private long dropped;
        private long replaced;

        Oracle(int most, boolean conflates) {
            this.most = most;
            this.conflates = conflates;
        }

        String publish(long id) {
            move(8);
            if (latest.isEmpty() && place(id)) {
                return "placed";
            }
            Long key = conflates ? id & 0xff : serial++;
            if (latest.replace(key, id) != null) {
                replaced++;
                return "waits";
            }
            if (latest.size() == most) {
                latest.remove(latest.keySet().iterator().next());
                dropped++;
            }
            latest.put(key, id);
            return "waits";
        }

        /** As far as so many places stay free for others. */
        void move(int leave) {
            for (int n = 0; n < 64 && !latest.isEmpty() && free >= leave; n++) {
                Long key = latest.keySet().iterator().next();
                place(latest.remove(key));
            }
        }

        private boolean place(long id) {
            boolean tells = dropped + replaced > 0;
            if (free < (tells ? 2 : 1)) {
                return false;
            }
            if (tells) {
                order.add("drops " + dropped + " " + replaced);
                dropped = 0;
                replaced = 0;
                free--;
            }
            order.add("event " + id);
            free--;
            return true;
        }
    }

    private enum Apart {
        NOT,
        BY_NUMBER,
        BY_TEXT
    }

    private static Overflow<? super Num> overflow(Apart how, int most) {
        return switch (how) {
            case NOT -> Overflow.dropOldest(most);
            case BY_NUMBER -> Overflow.conflate(BacklogTest::key, most);
            default -> Overflow.conflateByText(n -> "k" + key(n), 4, most);
        };
    }

    @ParameterizedTest
    @EnumSource(
            value = Apart.class,
            names = {"NOT", "BY_NUMBER", "BY_TEXT"})
    void shouldKeepWhatAnOracleKeepsInItsOrder(Apart how) {
        boolean conflates = how != Apart.NOT;
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            int most = 1 + random.nextInt(random.nextBoolean() ? 5 : 100);
            Overflow<? super Num> what = overflow(how, most);
            InputCounts counts = new InputCounts(IN, 0, what, null);
            InputRing ring = new InputRing(SLOTS, Entry.MAX_HEADER_LENGTH + 64, random.nextBoolean(), 1);
            Backlog backlog = new Backlog(counts, IN, what, seed);
            counts.backlog(backlog);
            Oracle oracle = new Oracle(most, conflates);
            EntryEncoder<Num> encoder = new EntryEncoder<>(IN, 0);
            Idle idle = new Idle(Idle.BRIEF);
            List<String> order = new ArrayList<>();
            for (int i = 0; i < 1500; i++) {
                if (random.nextInt(50) == 0) {
                    int read = read(ring, order, random.nextInt(SLOTS + 10));
                    oracle.free += read;
                    if (random.nextBoolean()) {
                        backlog.tryMove(ring);
                        oracle.move(8);
                    }
                }
                long id = (long) i << 8 | random.nextInt(random.nextInt(10) == 0 ? 200 : 20);
                int length = encoder.encode(new Num(id, 0), null);
                ConflateKey key = backlog.newKey();
                key = how == Apart.BY_TEXT ? key.text("k" + (id & 0xff)) : key.number(id & 0xff);
                long q = backlog.keep(ring, encoder.bytes(), 0, length, key, idle);
                assertEquals(oracle.publish(id), q >= 0 ? "placed" : "waits", "seed " + seed + " event " + i);
                assertEquals(oracle.latest.size(), backlog.waiting());
                assertEquals(!oracle.latest.isEmpty(), backlog.isBehind());
            }
            while (backlog.isBehind()) {
                oracle.free += read(ring, order, SLOTS);
                backlog.tryMove(ring);
                oracle.move(8);
            }
            read(ring, order, SLOTS);
            assertEquals(oracle.order, order, "seed " + seed);
            assertNull(backlog.left());
        }
    }

    private static int read(InputRing ring, List<String> order, int most) {
        long from = ring.consumed() + 1;
        long to = most == 0 ? from - 1 : ring.published(from, most);
        for (long q = from; q <= to; q++) {
            int at = ring.offset(q);
            int payload = Entry.payload(ring.slots(), at);
            boolean event = Entry.kind(ring.slots(), at) == EntryKind.EVENT;
            order.add(
                    event
                            ? "event " + Bytes.getLong(ring.slots(), payload)
                            : "drops " + Bytes.getLong(ring.slots(), payload) + " "
                                    + Bytes.getLong(ring.slots(), payload + 8));
        }
        ring.consumed(0, to);
        return (int) (to - from + 1);
    }

    @Test
    void shouldConflateByTextAndRefuseATextThatIsTooLong() throws Exception {
        Gate gate = new Gate();
        Engine engine = Engine.of(PASS)
                .output(OUT, gate::on)
                .overflow(IN, Overflow.conflateByText(n -> n.id() == 9 ? "too long" : "k" + key(n), 4, 3))
                .ringSlots(SLOTS)
                .start();
        Publisher<Num> publisher = engine.publisher(IN);
        for (int i = 0; i < SLOTS; i++) {
            publisher.publish(num(255));
        }
        for (long id : new long[] {0x101, 0x102, 0x103, 0x201, 0x301, 0x203}) {
            publisher.publish(num(id));
        }
        RefusedException refused = assertThrows(RefusedException.class, () -> publisher.publish(num(9)));
        assertTrue(
                refused.getMessage().contains("8 characters, more than the declared maximum of 4"),
                refused.getMessage());
        gate.open.release(1000);
        engine.close();
        assertEquals(List.of(0x301L, 0x102L, 0x203L), gate.got.subList(SLOTS, SLOTS + 3));
        EngineStats.InputStats in = engine.stats().inputs().get(0);
        assertEquals(List.of(67L, 0L, 3L), List.of(in.events(), in.dropped(), in.conflated()));
    }

    // ---- in hosts

    /** Who publishes how, and who reads. */
    private enum Way {
        LIVE,
        BATCHES,
        CLAIMS,
        EXCLUSIVE_CLAIMS,
        INBOX
    }

    /** Of all events nothing is lost uncounted, the order of a publisher holds, and the last event of each key arrives. */
    @ParameterizedTest
    @Tag("jit")
    @CsvSource({
        "LIVE,3,true",
        "LIVE,3,false",
        "BATCHES,2,true",
        "CLAIMS,2,true",
        "EXCLUSIVE_CLAIMS,1,true",
        "EXCLUSIVE_CLAIMS,1,false",
        "INBOX,2,true",
        "INBOX,2,false"
    })
    void shouldLoseNothingUncounted(Way way, int publishers, boolean conflates) throws Exception {
        int events = 20_000;
        Map<Long, Long> lastOfKey = new HashMap<>();
        AtomicLong got = new AtomicLong();
        AtomicLong wrong = new AtomicLong();
        GraphBuilder g = new GraphBuilder("cells");
        g.sink(CELLS_OUT, g.source(CELLS, ""), "");
        Overflow<? super Cell> what = conflates ? Overflow.conflate(c -> c.id() & 0xff, 100) : Overflow.dropOldest(100);
        Setup setup = Engine.of(g.build())
                .output(CELLS_OUT, c -> {
                    Long before = lastOfKey.put(c.id() & 0xff, c.id());
                    wrong.addAndGet(before != null && before >= c.id() ? 1 : 0);
                    if (got.incrementAndGet() % 16 == 0) {
                        Thread.yield();
                    }
                })
                .overflow(CELLS, what)
                .ringSlots(SLOTS)
                .inboxSlots(SLOTS);
        Engine live = way == Way.INBOX ? null : (way == Way.EXCLUSIVE_CLAIMS ? setup.exclusive() : setup).start();
        Inline inline = way == Way.INBOX ? setup.inline() : null;
        AtomicLong running = new AtomicLong(publishers);
        for (int p = 0; p < publishers; p++) {
            int first = p * 30; // each has keys of its own, so that their order is known
            new Thread(() -> {
                        publish(way, live, inline, first, events);
                        running.decrementAndGet();
                    })
                    .start();
        }
        if (inline == null) {
            await("published", () -> running.get() == 0);
            live.close();
        } else {
            while (running.get() > 0) {
                inline.doWork(0);
            }
            inline.close();
        }
        EngineStats.InputStats in =
                (inline == null ? live.stats() : inline.stats()).inputs().get(0);
        assertEquals(0, wrong.get(), "overtaken");
        assertEquals(got.get(), in.events());
        assertEquals((long) publishers * events, got.get() + in.dropped() + in.conflated());
        assertEquals(0, in.waiting());
        if (conflates) {
            assertEquals(0, in.dropped(), "30 keys of each, and room for 100");
            for (int p = 0; p < publishers; p++) {
                for (int i = events - 30; i < events; i++) {
                    assertEquals((long) i << 8 | p * 30 + i % 30, lastOfKey.get((long) p * 30 + i % 30));
                }
            }
        } else {
            assertEquals(0, in.conflated());
        }
    }

    private static void publish(Way way, Engine live, Inline inline, int first, int events) {
        Claims<Cell> claims = way == Way.CLAIMS || way == Way.EXCLUSIVE_CLAIMS ? live.claims(CELLS) : null;
        Publisher<Cell> publisher = way == Way.LIVE || way == Way.BATCHES ? live.publisher(CELLS) : null;
        Inbox<Cell> inbox = inline == null ? null : inline.inbox(CELLS);
        List<Cell> batch = new ArrayList<>();
        for (int i = 0; i < events; i++) {
            long id = (long) i << 8 | first + i % 30;
            Cell event = claims != null ? claims.claim() : new Cell().wrap(new byte[16], 0, 16);
            event.id(id).timeNs(0);
            if (claims != null) {
                claims.commit();
            } else if (inbox != null) {
                assertTrue(inbox.put(event));
            } else if (way == Way.LIVE) {
                publisher.publish(event);
            } else {
                batch.add(event);
                if (batch.size() == 10) {
                    assertEquals(10, publisher.publishBatch(batch));
                    batch.clear();
                }
            }
        }
    }

    /** A receiver that waits to be let on, and what it got. */
    private static final class Gate {
        private final Semaphore open = new Semaphore(0);
        private final List<Long> got = Collections.synchronizedList(new ArrayList<>());

        void on(Num n) throws InterruptedException {
            open.acquire();
            got.add(n.id());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAnswerThatItWaitsToWhoFillsInPlace(boolean exclusive) {
        Semaphore open = new Semaphore(0);
        GraphBuilder g = new GraphBuilder("cells");
        g.sink(CELLS_OUT, g.source(CELLS, ""), "");
        Setup setup = Engine.of(g.build())
                .output(CELLS_OUT, c -> open.acquire())
                .overflow(CELLS, Overflow.dropOldest(4))
                .ringSlots(SLOTS);
        try (Engine engine = (exclusive ? setup.exclusive() : setup).start()) {
            Claims<Cell> claims = engine.claims(CELLS);
            List<Long> answers = new ArrayList<>();
            for (long i = 0; i < SLOTS + 8; i++) {
                claims.claim().id(i).timeNs(0);
                answers.add(claims.commit());
            }
            open.release(2 * SLOTS);
            int placed = (int) answers.stream().filter(q -> q >= 0).count();
            assertEquals(SLOTS, placed, answers::toString);
            assertEquals(Set.of(Publisher.WAITING), Set.copyOf(answers.subList(placed, answers.size())));
        }
    }

    @Test
    void shouldAnswerThatItWaitsAndLetNobodyPast() throws Exception {
        Gate gate = new Gate();
        Engine engine = Engine.of(PASS)
                .output(OUT, gate::on)
                .overflow(IN, Overflow.dropOldest(10))
                .cannotDecide(IN, Answer.FAIL_CLOSED)
                .ringSlots(SLOTS)
                .stalledAfter(Duration.ofHours(1)) // its receiver stands still for as long as this thread does
                .start();
        Publisher<Num> publisher = engine.publisher(IN);
        List<Long> expected = new ArrayList<>();
        for (long i = 0; i < SLOTS; i++) {
            assertEquals(i, publisher.publish(num(i)));
            expected.add(i);
        }
        for (long i = 100; i < 125; i++) {
            assertEquals(Publisher.WAITING, publisher.publish(num(i)));
        }
        assertEquals(Publisher.FULL, publisher.tryPublish(num(1), null));
        assertEquals(Answer.FAIL_CLOSED, publisher.submit(num(1), null));
        assertEquals(
                "input in: 15 events dropped because there was no room for them; input in: 1 answered "
                        + "FAIL_CLOSED, last because the input ring is full",
                engine.health().why());
        assertTrue(engine.drain(Duration.ofMillis(1)) > 0, "what waits was published too");
        gate.open.release(1000);
        publisher.end();
        assertEquals(0, engine.drain(Duration.ofSeconds(50)));
        for (long i = 115; i < 125; i++) {
            expected.add(i);
        }
        assertEquals(expected, gate.got);
        EngineStats.InputStats in = engine.stats().inputs().get(0);
        assertEquals(List.of(74L, 15L, 0L, 0L), List.of(in.events(), in.dropped(), in.conflated(), in.waiting()));
        assertEquals(SLOTS + 10 + 1, engine.stats().sequence(), "one entry tells of all the drops, one of the end");
        engine.close();
    }

    @Test
    void shouldKeepThePlaceOfTheFirstAndTheValueOfTheLast() throws Exception {
        Gate gate = new Gate();
        Engine engine = Engine.of(PASS)
                .output(OUT, gate::on)
                .overflow(IN, Overflow.conflate(BacklogTest::key, 3))
                .ringSlots(SLOTS)
                .start();
        Publisher<Num> publisher = engine.publisher(IN);
        for (int i = 0; i < SLOTS; i++) {
            publisher.publish(num(255));
        }
        for (long id : new long[] {0x101, 0x102, 0x103, 0x201, 0x301, 0x104, 0x203}) {
            publisher.publish(num(id)); // the fourth key drops the first, whose value has changed meanwhile
        }
        gate.open.release(1000);
        engine.close();
        assertEquals(List.of(0x102L, 0x203L, 0x104L), gate.got.subList(SLOTS, SLOTS + 3));
        assertEquals("closed", engine.health().why());
        EngineStats.InputStats in = engine.stats().inputs().get(0);
        assertEquals(List.of(67L, 1L, 3L), List.of(in.events(), in.dropped(), in.conflated()));
    }

    @Test
    void shouldRefuseAnEventWhoseKeyFails() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        try (Engine engine = Engine.of(PASS)
                .output(OUT, n -> open.await())
                .overflow(IN, Overflow.conflate(n -> 1 / n.id(), 3))
                .ringSlots(SLOTS)
                .start()) {
            Publisher<Num> publisher = engine.publisher(IN);
            for (int i = 0; i < SLOTS; i++) {
                publisher.publish(num(0)); // not asked while there is room
            }
            RefusedException refused = assertThrows(RefusedException.class, () -> publisher.publish(num(0)));
            assertEquals(Reason.OPERATOR_ERROR, refused.reason());
            assertEquals(1, publisher.publishBatch(List.of(num(1))));
            assertThrows(RefusedException.class, () -> publisher.publishBatch(List.of(num(2), num(0))));
            open.countDown();
            engine.drain(Duration.ofSeconds(50));
            assertEquals(2, engine.stats().inputs().get(0).refused());
        }
    }

    /** What comes behind the end of its input is late here. */
    @Test
    void shouldEndAnInputBehindWhatWaits() throws Exception {
        for (int round = 0; round < 10; round++) {
            Gate gate = new Gate();
            Engine engine = Engine.of(one(IN, Agenda.buckets(64, 100)))
                    .output(OUT, gate::on)
                    .overflow(IN, Overflow.dropOldest(150))
                    .ringSlots(SLOTS)
                    .start();
            Publisher<Num> publisher = engine.publisher(IN);
            for (int i = 0; i < 200; i++) {
                publisher.publish(new Num(i, i == 0 ? 0 : 300)); // the second fires the first, and the gate is closed
            }
            Thread opener = new Thread(() -> gate.open.release(1_000));
            opener.start();
            publisher.end();
            assertEquals(0, engine.drain(Duration.ofSeconds(50)));
            EngineStats.InputStats in = engine.stats().inputs().get(0);
            assertEquals(in.events(), gate.got.size(), "round " + round);
            assertEquals(200, in.events() + in.dropped());
            opener.join();
            engine.close();
        }
    }

    /** Who closes it: from outside, from inside a receiver, which cannot wait; on an exclusive engine, too. */
    private enum Closer {
        OUTSIDE,
        RECEIVER,
        RECEIVER_OF_EXCLUSIVE
    }

    @ParameterizedTest
    @EnumSource
    void shouldTakeWhatWaitsWhenItCloses(Closer closer) throws Exception {
        for (int round = 0; round < 8; round++) {
            Semaphore open = new Semaphore(0);
            AtomicLong got = new AtomicLong();
            Engine[] engine = {null};
            Setup setup = Engine.of(PASS)
                    .output(OUT, n -> {
                        open.acquire();
                        got.incrementAndGet();
                        if (n.id() == 10 && closer != Closer.OUTSIDE) {
                            engine[0].close();
                        }
                    })
                    .overflow(IN, Overflow.dropOldest(200))
                    .ringSlots(SLOTS);
            engine[0] = (closer == Closer.RECEIVER_OF_EXCLUSIVE ? setup.exclusive() : setup).start();
            long accepted = 0;
            Thread opener = new Thread(() -> open.release(1_000));
            Publisher<Num> publisher = engine[0].publisher(IN);
            try {
                for (int i = 0; i < 150; i++) {
                    publisher.publish(num(i));
                    accepted++;
                    if (i == 100) {
                        opener.start();
                    }
                }
            } catch (EngineStoppedException e) {
                assertTrue(closer != Closer.OUTSIDE, "it is being closed");
            }
            if (closer == Closer.RECEIVER_OF_EXCLUSIVE) {
                assertThrows(EngineStoppedException.class, () -> {
                    while (true) {
                        engine[0].doWork(); // lets go
                    }
                });
            }
            if (closer == Closer.OUTSIDE) {
                engine[0].close();
                assertThrows(EngineStoppedException.class, () -> publisher.publish(num(1)));
            } else {
                await("closed", () -> engine[0].health().state() == Health.State.CLOSED);
                engine[0].close();
            }
            assertEquals(accepted, got.get(), "round " + round);
            opener.join();
        }
    }

    @Test
    void shouldSayWhatFoundNoRoomByTheDeadline() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        Engine engine = Engine.of(PASS)
                .output(OUT, n -> open.await())
                .overflow(IN, Overflow.dropOldest(10))
                .ringSlots(SLOTS)
                .stopDeadline(Duration.ofMillis(20))
                .start();
        Publisher<Num> publisher = engine.publisher(IN);
        for (int i = 0; i < SLOTS + 5; i++) {
            publisher.publish(num(i));
        }
        EngineStoppedException lost = assertThrows(EngineStoppedException.class, engine::close);
        assertTrue(
                lost.getSuppressed()[0]
                        .getMessage()
                        .endsWith("the last 5 events of input in were not processed: its ring had no room for them"),
                lost.getSuppressed()[0].getMessage());
        open.countDown();
        await(
                "the end of its thread",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(t -> t.getName().equals("millrace-trial")));
    }

    @Test
    @Tag("jit")
    void shouldAllocateNothingWhileEventsWait() throws Exception {
        GraphBuilder g = new GraphBuilder("cells");
        g.sink(CELLS_OUT, g.source(CELLS, ""), "");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        AtomicLong got = new AtomicLong();
        try (Engine engine = Engine.of(g.build())
                .output(CELLS_OUT, c -> {
                    if (got.incrementAndGet() % 64 == 0) {
                        Thread.sleep(0, 1); // slower than what comes
                    }
                })
                .overflow(CELLS, Overflow.conflate(c -> c.id() & 0xff, 50))
                .ringSlots(SLOTS)
                .start()) {
            Claims<Cell> claims = engine.claims(CELLS);
            long empty = threads.getCurrentThreadAllocatedBytes();
            long probe = threads.getCurrentThreadAllocatedBytes() - empty;
            long least = Long.MAX_VALUE; // what is not compiled yet allocates
            for (int run = 0; run < 200 && least > 0; run++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 20_000; i++) {
                    claims.claim().id(i / 2 % 60).timeNs(1); // each key twice, and more of them than may wait
                    claims.commit();
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before - probe);
            }
            assertEquals(0, least);
            EngineStats.InputStats in = engine.stats().inputs().get(0);
            assertTrue(in.conflated() > 0 && in.dropped() > 0, in.toString());
        }
    }
}
