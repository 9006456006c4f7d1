package io.millrace.engine;

import static io.millrace.engine.Trials.IN;
import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.Input;
import io.millrace.operator.Node;
import io.millrace.runtime.NodeCopies;
import io.millrace.topology.Topology;
import io.millrace.transport.Delivery;
import io.millrace.trial.Agenda;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a rehearsal must not take over from the host that it is for, nor leave behind in it. */
@Timeout(240)
class RehearsalTest {
    private static final Topology PASS = one(TrialOp.pass(1));

    private static WarmUp warmUp() {
        return WarmUp.generated(IN, i -> new Num(i, i)).eventsPerRound(500).atLeast(1);
    }

    /** Its ring is small and its events come as fast as they can: what finds no room there says nothing of the event. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldWaitForRoomWhereTheInputRefuses(boolean exclusive) {
        Setup setup = Engine.of(PASS).discard(OUT).overflow(IN, Overflow.REFUSE).warmUp(warmUp());
        try (Engine engine = (exclusive ? setup.exclusive() : setup).start()) {
            assertNotNull(engine.warmUp());
        }
    }

    /** Bursts fill the small ring of a rehearsal; what was dropped or waits is neither fast nor an event of it. */
    @ParameterizedTest
    @MethodSource("withoutWaiting")
    void shouldMeasureAlsoWhereNobodyWaitsForRoom(Overflow<? super Num> overflow) {
        AtomicInteger seen = new AtomicInteger();
        Topology slow = one(TrialOp.of("slow", context -> {
            Node rest = context.rest(0);
            return flow -> {
                seen.incrementAndGet();
                LockSupport.parkNanos(20_000);
                return rest.on(flow);
            };
        }));
        Setup setup = Engine.of(slow)
                .discard(OUT)
                .overflow(IN, overflow)
                .warmUp(warmUp().atMost(Duration.ofMillis(1)).until99PercentTakeLessThan(Duration.ofNanos(20_000)));
        try (Engine engine = setup.start()) {
            WarmUpReport report = engine.warmUp();
            assertTrue(report.p99().compareTo(Duration.ofNanos(20_000)) >= 0, report.toString());
            assertFalse(report.isReady());
            if (overflow == Overflow.DROP_NEWEST) { // else what waits may still be dropped
                assertTrue(report.events() <= seen.get(), report + " of " + seen);
            }
        }
    }

    /** So that whoever publishes in earnest is not the first to meet it. */
    @Test
    void shouldMeetAFullRing() {
        Topology slow = one(TrialOp.of("slow", context -> {
            Node rest = context.rest(0);
            return flow -> {
                LockSupport.parkNanos(20_000);
                return rest.on(flow);
            };
        }));
        Setup setup = Engine.of(slow).discard(OUT);
        WarmUp how = WarmUp.generated(IN, i -> new Num(i, i)).eventsPerRound(1_000);
        try (Rehearsed host = setup.rehearsedLive(new NodeCopies(false), 0)) {
            assertEquals(1_000, new RehearsalRound(how, host, new Histogram(3)).run());
            assertTrue(((Rehearsed.Live) host).engine().ingress().waits() > 0, "nobody has waited for room");
        }
    }

    static List<Overflow<? super Num>> withoutWaiting() {
        return List.of(Overflow.DROP_NEWEST, Overflow.dropOldest(16), Overflow.conflate(Num::id, 16));
    }

    /** Rounds are as long as what there is, so that some of it is measured. */
    @Test
    void shouldMeasureFewRecordedEvents() {
        List<Num> recorded = List.of(new Num(0, 0), new Num(1, 1), new Num(2, 2), new Num(3, 3));
        WarmUp few = WarmUp.recorded(IN, recorded)
                .eventsPerRound(10_000)
                .atLeast(1)
                .until99PercentTakeLessThan(Duration.ofSeconds(50));
        try (Engine engine = Engine.of(PASS).discard(OUT).warmUp(few).start()) {
            assertTrue(engine.warmUp().isReady(), engine.warmUp().toString());
            assertFalse(engine.warmUp().p99().isZero());
        }
    }

    /** What is not done in time of a rehearsal is not lost. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldNotGiveUpWhereTheHostWouldWhenItCloses(boolean inline) throws Exception {
        Setup setup = Engine.of(PASS)
                .output(OUT, n -> {}, Delivery.blocking())
                .stopDeadline(Duration.ofNanos(1))
                .warmUp(warmUp());
        AutoCloseable host = inline ? setup.inline() : setup.start();
        assertNotNull(host);
        try {
            host.close();
        } catch (EngineStoppedException e) {
            assertTrue(e.getMessage().contains("within PT0.000000001S"), e.getMessage());
        }
    }

    @Test
    void shouldLeaveNoRowsInAView() {
        View<Num> view = View.of(OUT, Num::id);
        try (Engine engine = Engine.of(PASS)
                .output(OUT, view)
                .warmUp(warmUp().calling(OUT))
                .stalledAfter(Duration.ofHours(1))
                .start()) {
            assertEquals(-1, view.sequence());
            assertEquals(0, view.all().rows().size());
            assertEquals(Health.State.UP, engine.health().state());
        }
    }

    /** The rehearsal writes nothing into the journal; what it brings back comes between the last round and the return, to the same classes. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldLeaveTheJournalToTheHost(boolean inline) throws Exception {
        Input<Num> in = Num.input("in").historic();
        MemoryJournal journal = new MemoryJournal();
        List<Long> got = Collections.synchronizedList(new ArrayList<>());
        AtomicBoolean early = new AtomicBoolean();
        for (int life = 0; life < 2; life++) {
            Setup setup = Engine.of(one(in, Agenda.buckets(4, 10)))
                    .journal(journal)
                    .output(OUT, n -> got.add(n.id()))
                    .early(OUT, (n, meta) -> early.compareAndSet(false, meta.marked()))
                    .warmUp(WarmUp.generated(in, i -> new Num(i, i))
                            .eventsPerRound(64)
                            .atLeast(1));
            assertEquals(3L * life, journal.entries(), "places of the journal are those of events");
            if (inline) {
                try (Inline host = setup.inline()) {
                    publish(host.publisher(in), life, host.recovered(), host.warmUp());
                    host.makeSnapshot();
                }
            } else {
                try (Engine host = setup.start()) {
                    publish(host.publisher(in), life, host.recovered(), host.warmUp());
                    host.drain(Duration.ofSeconds(50));
                    host.makeSnapshot();
                }
            }
        }
        assertEquals(6, journal.entries());
        assertFalse(early.get(), "an event that is not real");
        List<Long> without = new ArrayList<>();
        try (Inline plain = Engine.of(one(in, Agenda.buckets(4, 10)))
                .output(OUT, n -> without.add(n.id()))
                .inline()) {
            for (long i = 0; i < 6; i++) {
                plain.publish(in, new Num(i, i));
            }
        }
        assertEquals(without, got, "as without a journal");
    }

    private static void publish(Publisher<Num> to, int life, Recovered recovered, WarmUpReport report) {
        assertTrue(report.events() >= 3 * 64, report.toString());
        assertEquals(3L * life, recovered.next());
        assertEquals(3L * life, recovered.first(), "all is in the snapshot");
        for (long i = 3L * life; i < 3L * life + 3; i++) {
            to.publish(new Num(i, i));
        }
    }

    /** What a round brings beside its events: counted by its host. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldMeetWhatIsRefusedAndTheJump(boolean inline) {
        Input<Num> live = Num.input("live").live();
        Input<Num> historic = Num.input("historic").historic();
        int events = 1_000;
        for (Input<Num> in : List.of(live, historic)) {
            Setup setup = Engine.of(one(in, Agenda.buckets(4, 10))).discard(OUT);
            NodeCopies copies = new NodeCopies(false);
            WarmUp how = WarmUp.generated(in, i -> new Num(i, i)).eventsPerRound(events);
            try (Rehearsed host = inline ? setup.rehearsedInline(copies, 0) : setup.rehearsedLive(copies, 0)) {
                assertEquals(events, new RehearsalRound(how, host, new Histogram(3)).run());
                EngineStats stats = host instanceof Rehearsed.Live l
                        ? l.engine().stats()
                        : ((Rehearsed.OwnThread) host).inline().stats();
                EngineStats.InputStats input = stats.inputs().get(0);
                EngineStats.NodeStats op = stats.nodes().stream()
                        .filter(n -> n.name().equals("op"))
                        .findAny()
                        .orElseThrow();
                assertTrue(op.dead() > 0 && op.firings() > 0, "refused as late, and due: " + op);
                assertTrue(input.ahead() > 0, "refused as too far ahead: " + input);
                long farNs = Duration.ofDays(4_000).toNanos();
                assertTrue(in == live || input.progressNs() > farNs, "it has taken the jump: " + input);
                assertTrue(stats.sequence() > events, "and more entries than events");
            }
        }
    }
}
