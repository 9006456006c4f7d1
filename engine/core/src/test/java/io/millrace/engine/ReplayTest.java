package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalFacts;
import io.millrace.state.StateException;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.transport.Delivery;
import io.millrace.trial.Agenda;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class ReplayTest {
    private static final Input<Num> IN = Num.input("in");

    private final MemoryJournal journal = new MemoryJournal();
    private final List<Long> got = Collections.synchronizedList(new ArrayList<>());

    private static Topology buckets() {
        return Trials.one(IN, Agenda.buckets(64, 10));
    }

    /** A source that ends, so that time is that of the events. */
    private void record(Topology topology) throws InterruptedException {
        try (Engine engine = Engine.of(topology)
                .journal(journal)
                .input(IN, new Trials.Counting(0, 100, true))
                .output(OUT, n -> {})
                .start()) {
            assertTrue(engine.awaitEnd(Duration.ofSeconds(50)));
        }
    }

    private Replay replay(Topology topology) {
        return Replay.of(Engine.of(topology).output(OUT, n -> got.add(n.id()), Delivery.blocking()), journal);
    }

    private static List<Long> ids(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    @Test
    void shouldPutOutTheSameOnceMore() throws Exception {
        record(buckets());
        Replay.Report report = replay(buckets()).run();
        assertTrue(report.compared() == 101 && report.isEqual(), report.toString());
        assertEquals(101, report.entries());
        assertEquals(ids(0, 100), List.copyOf(got));
        assertEquals(101, journal.entries(), "nothing is added");
    }

    @Test
    void shouldSayWhatIsOtherThanWhereItWasRecorded() throws Exception {
        record(buckets());
        Replay replay = replay(buckets());
        assertNull(replay.otherThanRecorded());
        JournalFacts f = journal.facts;
        Map<String, String> notes = new HashMap<>(f.notes());
        String java = notes.put("java", "another");
        journal.facts = new JournalFacts(f.topology(), f.hashSeed(), f.facts(), notes);
        assertEquals("java was another, is " + java, replay.otherThanRecorded());
        assertTrue(replay.run().isEqual(), "no reason to refuse");
        record(buckets());
        assertEquals("entries 0 to 100: java was another, is " + java, replay.otherThanRecorded(), "it changed midway");
    }

    @Test
    void shouldLetOutWhatWasAskedForAndEvaluateWhatIsBefore() throws Exception {
        record(buckets());
        assertEquals(31, replay(buckets()).from(20).to(50).run().entries());
        assertEquals(ids(10, 50), List.copyOf(got), "the bucket of 10 to 19 ends with entry 20");
        got.clear();
        Replay.Report report = replay(buckets())
                .from(Instant.ofEpochSecond(0, 20))
                .to(Instant.ofEpochSecond(0, 50))
                .run();
        assertEquals(31, report.entries());
        assertTrue(report.isEqual(), "as far as it went");
        assertEquals(ids(10, 50), List.copyOf(got));
    }

    @Test
    void shouldNameWhereAnOutputDiffers() throws Exception {
        AtomicLong outside = new AtomicLong();
        TrialOp impure = TrialOp.of("impure", context -> {
            io.millrace.operator.Node rest = context.rest(0);
            return flow -> {
                Num n = flow.value();
                flow.value(new Num(n.id() + (n.id() == 60 ? outside.getAndIncrement() : 0), n.timeNs()));
                return rest.on(flow);
            };
        });
        record(Trials.one(IN, impure));
        Replay.Report report = replay(Trials.one(IN, impure)).run();
        assertFalse(report.isEqual());
        assertEquals("out", report.node());
        assertTrue(report.firstAt() <= 60, report.toString());
        try (Engine again = Engine.of(Trials.one(IN, impure))
                .journal(journal)
                .input(IN, new Trials.Counting(0, 100, true))
                .output(OUT, n -> {})
                .start()) {
            assertTrue(
                    again.recovered().report().contains("the outputs differ from those of the last run: output out"));
        }
    }

    /** What has begun before it is closed, where it has a thread too. */
    @Test
    void shouldCloseAllSinksWhenOneCannotBegin() throws Exception {
        record(buckets());
        SinkTrial begun = SinkTrial.sink().blocking(Delivery.blocking());
        SinkTrial cannot = SinkTrial.sink();
        cannot.inBegin = () -> {
            throw new IOException("no room");
        };
        Setup setup = Engine.of(buckets()).output(OUT, begun).output(OUT, cannot);
        Exception e = assertThrows(
                IllegalStateException.class, () -> Replay.of(setup, journal).run());
        assertEquals("output out: its sink could not be started: no room", e.getMessage());
        assertEquals("1 1", begun.closed + " " + cannot.closed);
        assertEquals("1 1", begun.abandoned + " " + cannot.abandoned, "nothing has come to an end");
    }

    @Test
    void shouldRefuseAnotherTopologyUnlessThatIsWanted() throws Exception {
        record(buckets());
        Topology other = Trials.one(IN, Agenda.op("others", 64, false, item -> item));
        JournalException e =
                assertThrows(JournalException.class, () -> replay(other).run());
        assertTrue(e.getMessage().contains("node op was buckets"), e.getMessage());
        Replay.Report report = replay(other).otherTopology().run();
        assertEquals(0, report.compared());
        assertEquals(100, got.size());
    }

    @Test
    void shouldSayThatOlderEntriesWereGivenUp() throws Exception {
        record(buckets());
        journal.given = 10;
        JournalException e =
                assertThrows(JournalException.class, () -> replay(buckets()).run());
        assertTrue(e.getMessage().startsWith("the journal begins with entry 10:"), e.getMessage());
    }

    /** Below the newest snapshot is what people want to see again: it does not leave out in silence what they asked for. */
    @Test
    void shouldBeginWithTheSnapshotBeforeWhatIsAskedFor() {
        List<Long> snapshots = recordWithSnapshots(25, 55, 75);
        journal.given = 10;
        assertBegins(replay(buckets()), snapshots.get(0), 20);
        assertBegins(replay(buckets()).from(snapshots.get(0)), snapshots.get(0), 20);
        assertBegins(replay(buckets()).from(snapshots.get(1) - 1), snapshots.get(0), 50);
        assertBegins(replay(buckets()).from(snapshots.get(1)), snapshots.get(1), 50);
        assertBegins(replay(buckets()).from(Long.MAX_VALUE), snapshots.get(2), -1);
        assertBegins(replay(buckets()).from(snapshots.get(1)).fromOldestSnapshot(), snapshots.get(0), 50);
        assertBegins(replay(buckets()).from(5), snapshots.get(0), 20);
        assertBegins(replay(buckets()).from(Instant.ofEpochSecond(0, 60)), snapshots.get(0), 50);
        journal.given = snapshots.get(0) + 1;
        assertBegins(replay(buckets()), snapshots.get(1), 50);
    }

    private List<Long> recordWithSnapshots(long... behind) {
        List<Long> snapshots = new ArrayList<>();
        try (Engine engine =
                Engine.of(buckets()).journal(journal).output(OUT, n -> {}).start()) {
            Publisher<Num> publisher = engine.publisher(IN);
            for (int i = 0; i < 100; i++) {
                long place = publisher.publish(new Num(i, i));
                if (snapshots.size() < behind.length && i == behind[snapshots.size()]) {
                    engine.awaitDurable(place, Duration.ofSeconds(30));
                    snapshots.add(engine.makeSnapshot());
                }
            }
            publisher.end();
            assertEquals(0, engine.drain(Duration.ofSeconds(30)));
        }
        return snapshots;
    }

    /** Of the first event let out the bucket says no more than its ten, since ticks are entries as the clock has them. */
    private void assertBegins(Replay replay, long first, long event) {
        got.clear();
        Replay.Report report = replay.run();
        assertTrue(report.isEqual(), report.toString());
        assertEquals(first, report.first());
        assertEquals(event, got.isEmpty() ? -1 : got.get(0));
        assertEquals(event < 0 ? 0 : 100 - event, got.size(), got.toString());
    }

    /** As production has them: each stage keeps what is its own, and a replay has one thread. */
    @Test
    void shouldGoOnFromASnapshotOfAnEngineWithSeveralStages() throws Exception {
        Topology staged = staged();
        Setup live = Engine.of(staged).journal(journal).output(OUT, n -> {});
        try (Engine engine = live.start()) {
            Publisher<Num> publisher = engine.publisher(IN);
            for (int i = 0; i < 100; i++) {
                publisher.publish(new Num(i, i));
                if (i == 42) {
                    engine.drain(Duration.ofSeconds(30));
                    assertTrue(engine.makeSnapshot() > 40);
                }
            }
            publisher.end();
            assertEquals(0, engine.drain(Duration.ofSeconds(30)));
        }
        assertTrue(replay(staged).run().isEqual());
        assertEquals(ids(0, 100), List.copyOf(got));
        got.clear();
        journal.given = 10;
        Replay.Report report = replay(staged).run();
        assertTrue(report.isEqual() && report.first() > 40, report.toString());
        assertEquals(99L, got.get(got.size() - 1));
        assertTrue(got.size() > 56 && got.size() < 70, got.toString());
        StateException other = assertThrows(
                StateException.class,
                () -> replay(Trials.one(IN, Agenda.buckets(64, 10)))
                        .otherTopology()
                        .fromOldestSnapshot()
                        .run());
        assertTrue(other.getMessage().contains("on the threads"), other.getMessage());
    }

    private static Topology staged() {
        GraphBuilder g = new GraphBuilder("staged");
        Port first = g.operator("first", Agenda.buckets(64, 5), null, "Replays.java:6", g.source(IN, ""));
        Port op = g.operator("op", Agenda.buckets(64, 10), null, "Replays.java:7", first);
        g.thread(op, "away");
        g.sink(OUT, op, "");
        return g.build();
    }

    @Test
    void shouldStopWhenItIsTold() throws Exception {
        record(buckets());
        Replay.Report report = Replay.of(Engine.of(buckets()).output(OUT, n -> got.add(n.id())), journal)
                .stopWhen(() -> got.size() >= 10)
                .run();
        assertTrue(report.evaluated() < 101 && report.isEqual(), report.toString());
    }

    @Test
    void shouldKeepThePaceOfTheEvents() throws Exception {
        Topology pass = Trials.one(IN, TrialOp.pass(1));
        try (Engine engine = Engine.of(pass)
                .journal(journal)
                .input(IN, new Trials.Counting(0, 2, true) {
                    private int n;

                    @Override
                    public int poll(Target<? super Num> target, int most) {
                        if (n == 2) {
                            return ENDED;
                        }
                        target.take(new Num(n, n * 200_000_000L), null);
                        n++;
                        return 1;
                    }
                })
                .output(OUT, n -> {})
                .start()) {
            assertTrue(engine.awaitEnd(Duration.ofSeconds(50)));
        }
        long start = System.nanoTime();
        replay(pass).atRecordedPace().run();
        assertTrue(System.nanoTime() - start >= 200_000_000L, "the second event is 200 ms behind the first");
        assertEquals(ids(0, 2), List.copyOf(got));
    }
}
