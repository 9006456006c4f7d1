package io.millrace.engine;

import static io.millrace.engine.Trials.IN;
import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.num;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.DeadLetter;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.topology.GraphBuilder;
import io.millrace.trial.Agenda;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The caller's own thread is the engine. */
class InlineTest {
    private final List<Long> got = new ArrayList<>();
    private Inline inline;

    private Inline pass() {
        return Engine.of(one(TrialOp.pass(1))).output(OUT, n -> got.add(n.id())).inline();
    }

    @Test
    void shouldHaveProcessedWhenPublishReturns() {
        inline = pass();
        assertEquals(0, inline.publish(IN, num(7)));
        assertEquals(List.of(7L), got);
        assertEquals(1, inline.publisher(IN).publish(num(8)));
        assertEquals(2, inline.publisher(IN).tryPublish(num(9), new Header().correlationId(5)));
        assertEquals(List.of(7L, 8L, 9L), got);
        assertEquals(3, inline.stats().inputs().get(0).events());
        assertEquals(Health.State.UP, inline.health().state());
    }

    /** What is ahead of the clock is known once that has been told, which is what this does. */
    @Test
    void shouldTellLiveInputsTheClockOfTheSystem() {
        Input<Num> live = Num.input("live").live().maxAhead(Duration.ofHours(1));
        long farNs = HostClock.epochNs() + Duration.ofDays(1).toNanos();
        inline = Engine.of(one(live, TrialOp.pass(1)))
                .output(OUT, n -> got.add(n.id()))
                .inline();
        inline.publish(live, new Num(1, farNs));
        inline.doWork();
        inline.publish(live, new Num(2, farNs));
        inline.publish(live, new Num(3, HostClock.epochNs()));
        assertEquals(List.of(1L, 3L), got);
        assertEquals(1, inline.deadLetters().total());
    }

    @Test
    void shouldHandOverTheDecisionsOfAnEvent() {
        inline = Engine.of(one(TrialOp.several(3)))
                .output(OUT, n -> got.add(n.id()))
                .inline();
        List<Long> decided = new ArrayList<>();
        assertEquals(3, inline.publish(IN, num(1), OUT, n -> decided.add(n.id())));
        assertEquals(List.of(10L, 11L, 12L), decided);
        assertEquals(decided, got, "the ordinary receivers see them too");
        inline.publish(IN, num(2));
        assertEquals(3, decided.size(), "for that event only");
        assertThrows(IllegalArgumentException.class, () -> inline.publish(IN, num(1), Num.output("out"), n -> {}));
    }

    @Test
    void shouldNotTakeWhatOtherEventsPutOutForDecisions() {
        inline = Engine.of(one(TrialOp.pass(1)))
                .output(OUT, n -> {
                    got.add(n.id());
                    if (n.id() < 3) {
                        inline.publish(IN, num(n.id() + 1));
                    }
                })
                .inline();
        List<Long> decided = new ArrayList<>();
        assertEquals(1, inline.publish(IN, num(1), OUT, n -> decided.add(n.id())));
        assertEquals(List.of(1L), decided);
        assertEquals(List.of(1L, 2L, 3L), got);
    }

    @Test
    void shouldQueueWhatAReceiverPublishesBehindTheEventInHand() {
        List<String> seen = new ArrayList<>();
        Input<Num> other = Num.input("other");
        Output<Num> last = Num.output("last");
        GraphBuilder g = new GraphBuilder("queue");
        g.sink(OUT, g.source(IN, ""), "");
        g.sink(OUT, g.source(other, ""), "");
        g.sink(last, g.source(IN, ""), "");
        inline = Engine.of(g.build())
                .outputWithMeta(OUT, (n, meta) -> {
                    seen.add("first " + n.id());
                    if (n.id() == 1) {
                        assertEquals(1, inline.publish(IN, num(2)), "its place, before it has been processed");
                        assertEquals(2, inline.publish(other, num(3)));
                        assertEquals(7, meta.correlationId(), "the entry in hand is untouched");
                    }
                })
                .outputWithMeta(last, (n, meta) -> seen.add("last " + n.id() + " " + meta.correlationId()))
                .inline();
        inline.publisher(IN).publish(num(1), new Header().correlationId(7));
        assertEquals(List.of("first 1", "last 1 7", "first 2", "last 2 0", "first 3"), seen);
    }

    @Test
    void shouldLeaveTheEntryInHandAloneWhenAReceiverEndsTheInput() {
        List<String> seen = new ArrayList<>();
        Output<Num> last = Num.output("last");
        Input<Num> in = Num.input("in").historic();
        GraphBuilder g = new GraphBuilder("end");
        g.sink(OUT, g.source(in, ""), "");
        g.sink(last, g.source(in, ""), "");
        g.sink(last, g.operator("w", Agenda.buckets(1, 10), null, "", g.source(in, "")), "");
        inline = Engine.of(g.build())
                .output(OUT, n -> inline.publisher(in).end())
                .outputWithMeta(last, (n, meta) -> seen.add(n.id() + " " + meta.correlationId()))
                .inline();
        inline.publisher(in).publish(num(1), new Header().correlationId(7));
        assertEquals(List.of("1 7", "1 0"), seen, "and its window has fired");
    }

    @Test
    void shouldRefuseAFloodFromInsideAReceiver() {
        inline = Engine.of(one(TrialOp.pass(1)))
                .output(OUT, n -> {
                    got.add(n.id());
                    for (int i = 0; n.id() == 1 && i < 5000; i++) {
                        inline.publish(IN, num(2));
                    }
                })
                .inline();
        inline.publish(IN, num(1));
        assertEquals(1 + 1024, got.size());
        String cause = inline.deadLetters().last(1).get(0).cause();
        assertTrue(cause.contains("more than 1024 events were published from inside receivers"), cause);
    }

    @Test
    void shouldRefuseAnotherThreadNamingBoth() throws Exception {
        inline = pass();
        inline.publish(IN, num(1));
        Publisher<Num> publisher = inline.publisher(IN);
        List<Runnable> calls = List.of(
                () -> inline.publish(IN, num(2)),
                () -> publisher.publish(num(2)),
                () -> inline.publish(IN, num(2), OUT, n -> {}),
                () -> inline.publisher(IN),
                () -> publisher.end(),
                () -> inline.doWork(0));
        for (Runnable call : calls) {
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread t = new Thread(
                    () -> {
                        try {
                            call.run();
                        } catch (Throwable e) {
                            thrown.set(e);
                        }
                    },
                    "stranger");
            t.start();
            t.join();
            assertSame(IllegalStateException.class, thrown.get().getClass());
            String message = thrown.get().getMessage();
            assertTrue(message.contains("stranger"), message);
            assertTrue(message.contains(Thread.currentThread().getName()), message);
        }
        assertEquals(List.of(1L), got);
    }

    @Test
    void shouldRefuseAnythingButPublishingFromInsideAReceiver() {
        List<String> refused = new ArrayList<>();
        inline = Engine.of(one(TrialOp.pass(1)))
                .output(OUT, n -> {
                    List<Runnable> calls = List.of(
                            () -> inline.doWork(0),
                            () -> inline.close(),
                            () -> inline.publish(IN, num(1), OUT, x -> {}));
                    for (Runnable call : calls) {
                        refused.add(assertThrows(IllegalStateException.class, call::run)
                                .getMessage());
                    }
                })
                .inline();
        inline.publish(IN, num(1));
        assertEquals(3, refused.size());
        assertTrue(refused.get(0).contains("is processing an event"), refused.get(0));
        assertEquals(Health.State.UP, inline.health().state());
    }

    @Test
    void shouldLetTimePassByDoWorkOnly() {
        Input<Num> in = Num.input("in").idleAfter(Duration.ofNanos(50));
        inline = Engine.of(one(in, Agenda.buckets(2, 10)))
                .output(OUT, n -> got.add(n.id()))
                .inline();
        inline.doWork(1000);
        for (int i = 0; i < 7; i++) {
            inline.publish(in, new Num(i, 1001));
        }
        inline.doWork(1002);
        inline.doWork(1050);
        assertEquals(List.of(), got);
        assertTrue(inline.doWork(1100), "two an entry, the rest by itself");
        assertEquals(7, got.size());
        assertFalse(inline.doWork(1200));
    }

    @Test
    void shouldRunItsSourcesToTheirEnd() throws Exception {
        Trials.Counting a = new Trials.Counting(0, 1000, true);
        Trials.Counting b = new Trials.Counting(0, 10, true);
        inline = Engine.of(one(Agenda.timers(3, n -> Long.MAX_VALUE - 2)))
                .input(IN, a)
                .input(IN, b)
                .output(OUT, n -> got.add(n.id()))
                .inline();
        inline.run();
        assertEquals(1010, got.size());
        inline.close();
        inline.close();
        assertEquals(1, a.closed);
        assertEquals(1, b.closed);
        assertEquals(Health.State.CLOSED, inline.health().state());
        assertThrows(EngineStoppedException.class, () -> inline.publish(IN, num(1)));
        assertThrows(EngineStoppedException.class, () -> inline.doWork(0));
    }

    @Test
    void shouldHaltWhenACommitThrows() {
        inline = Engine.of(one(TrialOp.unguarded(n -> {
                    throw new IllegalStateException("broken");
                })))
                .output(OUT, n -> {})
                .inline();
        EngineStoppedException first = assertThrows(EngineStoppedException.class, () -> inline.publish(IN, num(1)));
        assertTrue(first.getMessage().contains("broken"));
        assertThrows(EngineStoppedException.class, () -> inline.publish(IN, num(2)));
        assertEquals(Health.State.HALTED, inline.health().state());
        assertEquals(0, inline.deadLetters().total());
    }

    @Test
    void shouldTakeReceiversThatThrowForDeadLetters() {
        inline = Engine.of(one(TrialOp.pass(1)))
                .output(OUT, n -> got.add(n.id()))
                .inline();
        int decided = inline.publish(IN, num(1), OUT, n -> {
            throw new IllegalStateException("cannot decide");
        });
        assertEquals(1, decided);
        assertEquals(1, inline.deadLetters().total());
        assertEquals(Health.State.DEGRADED, inline.health().state());
        inline.publish(IN, num(2));
        assertTrue(got.contains(2L));
    }

    @Test
    void shouldLeaveMoreThanAnEntryFiresToTheNextEventsWhereNothingIsLive() {
        Input<Num> in = Num.input("in").historic();
        inline = Engine.of(one(in, Agenda.buckets(3, 10)))
                .output(OUT, n -> got.add(n.id()))
                .inline();
        for (int i = 0; i < 5; i++) {
            inline.publish(in, new Num(i, 5));
        }
        inline.publish(in, new Num(5, 10));
        for (int i = 0; i < 10; i++) {
            inline.doWork();
        }
        assertEquals(List.of(0L, 1L, 2L), got);
        inline.publish(in, new Num(6, 10));
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L), got);
    }

    @Test
    void shouldSayHowFarAheadAnEventMayBeAndWhatToDo() {
        Input<Num> live = Num.input("live").live();
        Input<Num> historic = Num.input("historic").historic().maxAhead(Duration.ofNanos(100));
        GraphBuilder g = new GraphBuilder("guarded");
        g.sink(OUT, g.source(live, ""), "");
        g.sink(OUT, g.source(historic, ""), "");
        inline = Engine.of(g.build()).output(OUT, n -> got.add(n.id())).inline();
        inline.doWork(0);
        inline.publish(live, new Num(1, 3_600_000_000_000L));
        inline.publish(historic, new Num(2, 0));
        inline.publish(historic, new Num(3, 10_000));
        inline.close();
        List<DeadLetter> letters = inline.deadLetters().last(2);
        String ofLive = "at 1970-01-01T01:00:00Z, more than maxAhead, PT10M, ahead of the clock at the last "
                + "tick; set the clocks right, or raise Input.maxAhead";
        assertEquals(ofLive, letters.get(0).cause());
        assertEquals(
                "#1 live: ahead: " + ofLive + ": " + letters.get(0).event(),
                letters.get(0).toString());
        assertEquals(
                "at 1970-01-01T00:00:00.000010Z, more than maxAhead, PT0.0000001S, ahead of the "
                        + "latest time accepted before it; correct its time, or raise Input.maxAhead",
                letters.get(1).cause());
    }

    @Test
    void shouldLetterWhatIsStillSetAsideWhenItCloses() {
        Input<Num> in = Num.input("in").historic().maxAhead(Duration.ofNanos(100));
        inline = Engine.of(one(in, TrialOp.pass(1)))
                .output(OUT, n -> got.add(n.id()))
                .inline();
        inline.publish(in, new Num(1, 0));
        inline.publish(in, new Num(2, 10_000));
        inline.publish(in, new Num(3, 10_001));
        assertEquals(0, inline.deadLetters().total());
        inline.close();
        assertEquals(List.of(1L), got);
        assertEquals(2, inline.deadLetters().total());
        assertEquals(Reason.AHEAD, inline.deadLetters().last(2).get(0).reason());
        assertEquals(2, inline.stats().inputs().get(0).ahead());
        inline.close();
        assertEquals(2, inline.deadLetters().total(), "once");
    }
}
