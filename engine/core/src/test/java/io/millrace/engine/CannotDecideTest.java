package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.await;
import static io.millrace.engine.Trials.num;
import static io.millrace.engine.Trials.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.event.InPlaceInput;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.topology.GraphBuilder;
import io.millrace.transport.Delivery;
import io.millrace.trial.Cell;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever needs a decision gets an answer: the topology's, or the one declared for that there is none. */
@Timeout(240)
class CannotDecideTest {
    private static final Input<Num> IN = Num.input("in").historic();
    private final List<Long> decided = new ArrayList<>();
    private Inline inline;

    private Answer decide(long id) {
        return inline.decide(IN, num(id), OUT, n -> decided.add(n.id()));
    }

    private Setup setup(TrialOp op) {
        return Engine.of(one(IN, op)).discard(OUT).cannotDecide(IN, Answer.FAIL_CLOSED);
    }

    @Test
    void shouldHandOverWhatTheTopologyDecides() {
        inline = setup(TrialOp.keep(n -> n.id() != 2)).inline();
        assertEquals(Answer.TAKEN, decide(1));
        assertEquals(Answer.TAKEN, decide(2), "to put out nothing is a decision");
        assertEquals(List.of(1L), decided);
        assertEquals(0, inline.stats().inputs().get(0).undecided());
        assertEquals(Health.State.UP, inline.health().state());
    }

    @Test
    void shouldGiveTheDeclaredAnswerForADeadLetter() {
        inline = setup(TrialOp.keep(n -> {
                    if (n.id() == 2) {
                        throw new IllegalStateException("a rule that throws");
                    }
                    return true;
                }))
                .inline();
        assertEquals(Answer.TAKEN, decide(1));
        assertEquals(Answer.FAIL_CLOSED, decide(2));
        assertEquals(Answer.TAKEN, decide(3));
        assertEquals(List.of(1L, 3L), decided);
        assertEquals(1, inline.stats().inputs().get(0).undecided());
        assertEquals(Health.State.DEGRADED, inline.health().state());
        assertEquals(
                "1 dead letters; input in: 1 answered FAIL_CLOSED, last because it is a dead letter "
                        + "at op: operator-error",
                inline.health().why());
    }

    @Test
    void shouldGiveTheDeclaredAnswerWhenADecisionCannotBeHandedOver() {
        inline = setup(TrialOp.pass(1)).inline();
        assertEquals(Answer.FAIL_CLOSED, inline.decide(IN, num(1), OUT, n -> {
            throw new IOException("the caller is gone");
        }));
        assertTrue(inline.health().why().contains("a decision could not be handed to its receiver"));
    }

    @Test
    void shouldNotTakeTheFailuresOfOtherReceiversForItsOwn() {
        Output<Num> other = Num.output("other");
        GraphBuilder g = new GraphBuilder("two");
        g.sink(OUT, g.operator("none", TrialOp.keep(n -> false), null, "", g.source(IN, "")), "");
        g.sink(other, g.source(IN, ""), "");
        inline = Engine.of(g.build())
                .discard(OUT)
                .output(other, n -> {
                    throw new IllegalStateException("its own trouble");
                })
                .cannotDecide(IN, Answer.FAIL_OPEN)
                .inline();
        assertEquals(Answer.TAKEN, decide(1));
        assertEquals(1, inline.deadLetters().total());
    }

    @Test
    void shouldGiveTheDeclaredAnswerForWhatIsTooFarAhead() {
        Input<Num> in = Num.input("in").historic().maxAhead(Duration.ofNanos(100));
        inline = Engine.of(one(in, TrialOp.pass(1)))
                .discard(OUT)
                .cannotDecide(in, Answer.FAIL_OPEN)
                .inline();
        assertEquals(Answer.TAKEN, inline.decide(in, new Num(1, 1), OUT, n -> decided.add(n.id())));
        assertEquals(Answer.FAIL_OPEN, inline.decide(in, new Num(2, 1_000), OUT, n -> decided.add(n.id())));
        assertTrue(inline.health().why().endsWith("the event was set aside because its time is too far ahead"));
        Input<Num> live = Num.input("live").live().maxAhead(Duration.ofNanos(100));
        inline = Engine.of(one(live, TrialOp.pass(1)))
                .discard(OUT)
                .cannotDecide(live, Answer.FAIL_OPEN)
                .inline();
        inline.doWork(5);
        assertEquals(Answer.FAIL_OPEN, inline.decide(live, new Num(2, 1_000), OUT, n -> decided.add(n.id())));
        assertTrue(
                inline.health().why().endsWith("it is a dead letter at live: ahead"),
                inline.health().why());
        assertEquals(List.of(1L), decided);
    }

    @Test
    void shouldNotTakeWhatOthersThatWereSetAsidePutOutForItsOwn() {
        Input<Num> in = Num.input("in").historic().maxAhead(Duration.ofNanos(100));
        inline = Engine.of(one(in, TrialOp.keep(n -> {
                    if (n.id() == 3) {
                        throw new IllegalStateException("a rule that throws");
                    }
                    return true;
                })))
                .discard(OUT)
                .cannotDecide(in, Answer.FAIL_OPEN)
                .inline();
        assertEquals(Answer.TAKEN, inline.decide(in, new Num(1, 1), OUT, n -> {}));
        for (int i = 2; i < 17; i++) {
            assertEquals(Answer.FAIL_OPEN, inline.decide(in, new Num(i, 1_000), OUT, n -> decided.add(n.id())));
        }
        assertEquals(Answer.TAKEN, inline.decide(in, new Num(17, 1_000), OUT, n -> decided.add(n.id())));
        assertEquals(
                List.of(17L), decided, "the sixteenth makes the jump real; the fifteen before it have their answer");
        assertEquals(1, inline.deadLetters().total());
        assertEquals(16, inline.stats().output("out").events());
    }

    @Test
    void shouldAllocateNothingForADecision() {
        InPlaceInput<Cell, Cell> cells = Cell.input("cells").historic();
        Output<Cell> out = Cell.output("cells-out");
        GraphBuilder g = new GraphBuilder("cells");
        g.sink(out, g.source(cells, ""), "");
        inline = Engine.of(g.build()).discard(out).inline();
        Cell event = new Cell().wrap(new byte[16], 0, 16).timeNs(1);
        long[] got = {0};
        Receiver<Cell> decisions = c -> got[0]++;
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE; // the compiler may stop by in one of the runs
        for (int run = 0; run < 20; run++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 10_000; i++) {
                inline.publish(cells, event, out, decisions);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertEquals(0, least);
        assertEquals(200_000, got[0]);
    }

    @Test
    void shouldGiveTheDeclaredAnswerWhenItHasHaltedOrIsClosed() {
        inline = setup(TrialOp.unguarded(n -> {
                    throw new IllegalStateException("broken commit");
                }))
                .inline();
        assertEquals(Answer.FAIL_CLOSED, decide(1), "the one that halts it");
        assertEquals(Answer.FAIL_CLOSED, decide(2));
        assertEquals(Answer.FAIL_CLOSED, inline.publisher(IN).submit(num(3), null));
        assertEquals(Health.State.HALTED, inline.health().state());
        assertTrue(
                inline.health()
                        .why()
                        .contains("input in: 3 answered FAIL_CLOSED, last because engine trial has halted"),
                inline.health().why());
        inline = setup(TrialOp.pass(1)).inline();
        inline.close();
        assertEquals(Answer.FAIL_CLOSED, decide(1));
        assertEquals(
                "closed; input in: 1 answered FAIL_CLOSED, last because engine trial is closed",
                inline.health().why());
        assertEquals(1, inline.stats().inputs().get(0).undecided());
    }

    @Test
    void shouldGiveTheDeclaredAnswerWhenALiveEngineIsTooFarBehind() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        Engine engine = Engine.of(one(IN, TrialOp.pass(1)))
                .output(OUT, n -> open.await())
                .cannotDecide(IN, Answer.FAIL_OPEN)
                .ringSlots(64)
                .stalledAfter(Duration.ofHours(1)) // its receiver stands still for as long as this thread does
                .start();
        Publisher<Num> publisher = engine.publisher(IN);
        int taken = 0;
        while (publisher.submit(num(taken), null) == Answer.TAKEN) {
            taken++;
        }
        assertEquals(64, taken);
        assertEquals(
                "input in: 1 answered FAIL_OPEN, last because the input ring is full",
                engine.health().why());
        open.countDown();
        engine.close();
        assertEquals(Answer.FAIL_OPEN, publisher.submit(num(1), null));
        assertEquals(2, engine.stats().inputs().get(0).undecided());
        await("all", () -> engine.stats().output("out").events() == 64);
    }

    @Test
    void shouldGiveTheDeclaredAnswerForARefusedEvent() {
        InPlaceInput<Cell, Cell> cells =
                Cell.input("cells").eventTime(Cell::timeNs, java.util.concurrent.TimeUnit.DAYS);
        Output<Cell> out = Cell.output("cells-out");
        GraphBuilder g = new GraphBuilder("cells");
        g.sink(out, g.source(cells, ""), "");
        Cell bad = new Cell().wrap(new byte[16], 0, 16).timeNs(Long.MAX_VALUE);
        inline = Engine.of(g.build())
                .output(out, c -> {}, Delivery.inline())
                .cannotDecide(cells, Answer.FAIL_CLOSED)
                .inline();
        assertEquals(Answer.FAIL_CLOSED, inline.decide(cells, bad, out, c -> {}));
        assertEquals(Answer.FAIL_CLOSED, inline.publisher(cells).submit(bad, null));
        assertEquals(2, inline.stats().inputs().get(0).refused());
    }

    @Test
    void shouldAskForAnAnswerBeforeItIsNeeded() {
        inline = Engine.of(one(IN, TrialOp.pass(1))).discard(OUT).inline();
        String message =
                assertThrows(IllegalStateException.class, () -> decide(1)).getMessage();
        assertTrue(message.contains("input in has no answer for events that cannot be decided"), message);
        assertThrows(IllegalStateException.class, () -> inline.publisher(IN).submit(num(1), null));
        assertThrows(
                IllegalArgumentException.class,
                () -> Engine.of(one(IN, TrialOp.pass(1))).cannotDecide(IN, Answer.TAKEN));
    }
}
