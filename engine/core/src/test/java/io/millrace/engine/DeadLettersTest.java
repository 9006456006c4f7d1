package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static io.millrace.engine.Trials.num;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.DeadLetter;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.event.Sensitive;
import io.millrace.runtime.KeptLetter;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.transport.Delivery;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What could not be processed is counted, kept, told, and goes once more when it is fixed. */
class DeadLettersTest {
    private static final Input<Num> IN = Num.input("in").historic().maxAhead(Duration.ofNanos(100));

    private final List<String> got = new ArrayList<>();
    private final AtomicBoolean broken = new AtomicBoolean(true);

    private Topology topology() {
        TrialOp fails = TrialOp.map(n -> {
            if (broken.get() && n.id() / 10 % 2 == 1) {
                throw new IllegalArgumentException("odd: " + n.id());
            }
            return n;
        });
        GraphBuilder g = new GraphBuilder("letters");
        Port counted = g.operator("counts", TrialOp.several(1), null, "Letters.java:1", g.source(IN, ""));
        g.sink(OUT, g.operator("fails", fails, null, "Letters.java:2", counted), "Letters.java:3");
        return g.build();
    }

    private Inline inline(int keep) {
        return Engine.of(topology())
                .outputWithMeta(OUT, (n, meta) -> got.add(n.id() + (meta.redriven() ? " again" : "")))
                .keepDeadLetters(keep)
                .inline();
    }

    @Test
    void shouldNameNodeLineCauseAndEvent() {
        Inline inline = inline(8);
        inline.publish(IN, num(2));
        inline.publisher(IN).publish(new Num(1, 3), new Header().correlationId(99));
        DeadLetter letter = inline.deadLetters().last(10).get(0);
        assertEquals(1, letter.sequence());
        assertEquals("fails", letter.node());
        assertEquals(Reason.OPERATOR_ERROR, letter.reason());
        assertEquals("java.lang.IllegalArgumentException: odd: 10", letter.cause());
        assertEquals("Letters.java:2", letter.site());
        assertEquals(99, letter.correlationId());
        assertTrue(letter.event().contains("id=1") && letter.event().contains("timeNs=3"), letter.event());
        assertEquals(
                "#1 fails (Letters.java:2): operator-error: java.lang.IllegalArgumentException: odd: 10: "
                        + letter.event(),
                letter.toString());
    }

    @Test
    void shouldSayTheReasonOnceWhereThereIsNothingToAdd() {
        KeptLetter letter = new KeptLetter(inline(4).topology(), 0);
        letter.fill(3, 0, Reason.NO_ANSWER, null, null, null, 0);
        assertEquals("no-answer", letter.cause());
        assertEquals("#3 in: no-answer: ", letter.toString());
    }

    @Test
    void shouldCountAllAndKeepTheLast() {
        Inline inline = inline(4);
        for (int i = 0; i < 10; i++) {
            inline.publish(IN, new Num(2 * i + 1, 0));
        }
        inline.publish(IN, new Num(1, 1000));
        inline.publish(IN, new Num(2, 0));
        assertEquals(11, inline.deadLetters().total());
        assertEquals(10, inline.deadLetters().total(Reason.OPERATOR_ERROR));
        assertEquals(1, inline.deadLetters().total(Reason.AHEAD));
        assertEquals(
                Map.of("fails operator-error", 10L, "in ahead", 1L),
                inline.deadLetters().counts());
        assertEquals("[7, 8, 9, 10]", sequences(inline, 100));
        assertEquals("[9, 10]", sequences(inline, 2));
        assertEquals("[]", sequences(inline, 0));
    }

    private static String sequences(Inline inline, int most) {
        return inline.deadLetters().last(most).stream()
                .map(DeadLetter::sequence)
                .toList()
                .toString();
    }

    @Test
    void shouldRedriveThroughTheWholeTopology() {
        Inline inline = inline(100);
        for (int i = 0; i < 6; i++) {
            inline.publish(IN, num(i));
        }
        got.clear();
        broken.set(false);
        assertEquals(3, inline.deadLetters().redrive("fails"));
        assertEquals(List.of("10 again", "30 again", "50 again"), got);
        assertEquals(9, inline.stats().sequence() + 1, "new entries of their own");
        assertEquals("[]", sequences(inline, 100), "no longer kept");
        assertEquals(3, inline.deadLetters().total(), "and still counted");
        assertEquals(0, inline.deadLetters().redrive("fails"));
        inline.publish(IN, num(0));
        assertEquals("0", got.get(3), "an ordinary event is not marked");
    }

    @Test
    void shouldKeepWhatFailsOnceMore() {
        Inline inline = inline(100);
        inline.publish(IN, num(1));
        assertEquals(1, inline.deadLetters().redrive("fails"));
        assertEquals("[1]", sequences(inline, 100), "a letter of the new entry");
        broken.set(false);
        assertEquals(1, inline.deadLetters().redrive("fails"));
        assertEquals(List.of("10 again"), got);
    }

    @Test
    void shouldKeepWhatCouldNotBeRedriven() {
        Inline inline = inline(100);
        inline.publish(IN, num(1));
        inline.publish(IN, num(3));
        inline.close();
        assertThrows(EngineStoppedException.class, () -> inline.deadLetters().redrive("fails"));
        assertEquals("[0, 1]", sequences(inline, 100));
    }

    @Test
    void shouldLeaveItToTheOwnerToProcessWhatAnotherThreadRedrives() throws Exception {
        Inline inline = inline(100);
        inline.publish(IN, num(1));
        List<Long> redriven = new ArrayList<>();
        Thread stranger = new Thread(() -> redriven.add(inline.deadLetters().redrive("fails")));
        stranger.start();
        stranger.join();
        assertEquals(List.of(1L), redriven);
        assertEquals("[]", sequences(inline, 100));
        inline.publish(IN, num(2));
        assertEquals("[1]", sequences(inline, 100), "it has failed again, before the owner's own event");
    }

    @Test
    void shouldSayWhichNodesHaveLetters() {
        Inline inline = inline(4);
        inline.publish(IN, num(1));
        IllegalArgumentException thrown = assertThrows(
                IllegalArgumentException.class, () -> inline.deadLetters().redrive("failz"));
        assertEquals(
                "there is no node named 'failz'; there are dead letters at {fails operator-error=1}; give "
                        + "the name that stands in front of the reason",
                thrown.getMessage());
    }

    @Test
    void shouldRedriveInALiveEngine() {
        Engine engine = Engine.of(topology())
                .outputWithMeta(OUT, (n, meta) -> got.add(n.id() + (meta.redriven() ? " again" : "")))
                .ringSlots(64)
                .start();
        Publisher<Num> publisher = engine.publisher(IN);
        for (int i = 0; i < 500; i++) {
            publisher.publish(num(2 * i + 1));
        }
        engine.drain(Duration.ofSeconds(50));
        broken.set(false);
        assertEquals(500, engine.deadLetters().redrive("fails"), "more than the ring holds");
        engine.close();
        assertEquals(500, got.size());
        assertEquals("10 again", got.get(0));
        assertEquals("9990 again", got.get(499));
        assertThrows(EngineStoppedException.class, () -> {
            broken.set(true);
            publisher.publish(num(1));
        });
    }

    @Test
    void shouldTellAListener() {
        List<String> heard = new ArrayList<>();
        Inline inline = Engine.of(topology())
                .discard(OUT)
                .onDeadLetter(letter -> heard.add(letter.node() + " " + letter.sequence()))
                .inline();
        inline.publish(IN, num(1));
        inline.publish(IN, num(2));
        inline.publish(IN, num(3));
        assertEquals(List.of("fails 0", "fails 2"), heard);
    }

    @Test
    void shouldShowAListenerItsOwnLetterWhateverComesMeanwhile() throws Exception {
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch listening = new CountDownLatch(1);
        CountDownLatch later = new CountDownLatch(1);
        Output<Num> second = Num.output("second");
        GraphBuilder g = new GraphBuilder("two");
        g.sink(OUT, g.source(IN, ""), "");
        g.sink(second, g.source(IN, ""), "");
        try (Engine engine = Engine.of(g.build())
                .output(OUT, n -> failAt(7, n), Delivery.blocking())
                .output(second, n -> failAt(8, n))
                .keepDeadLetters(1)
                .onDeadLetter(letter -> {
                    if (letter.sequence() == 0) {
                        listening.countDown();
                        awaitQuietly(later);
                    }
                    heard.add(letter.node() + " " + letter.sequence());
                    later.countDown();
                })
                .start()) {
            engine.publisher(IN).publish(num(7));
            listening.await();
            engine.publisher(IN).publish(num(8));
            later.await();
        }
        assertEquals(List.of("second 1", "out 0"), heard);
    }

    private static void failAt(long id, Num n) {
        if (n.id() == id) {
            throw new IllegalStateException("broken");
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    record Card(@Sensitive long number, long cents) {}

    @Test
    void shouldNotShowWhatIsSensitive() {
        Input<Card> cards = Input.of("cards", Card.class);
        Output<Card> out = Output.of("cards-out", Card.class);
        GraphBuilder g = new GraphBuilder("sensitive");
        g.sink(out, g.source(cards, ""), "");
        Inline inline = Engine.of(g.build())
                .output(out, c -> {
                    throw new IllegalStateException("no");
                })
                .inline();
        inline.publish(cards, new Card(4000_0012_3456_7899L, 5));
        String text = inline.deadLetters().last(1).get(0).toString();
        assertTrue(text.contains("cents=5"), text);
        assertTrue(!text.contains("4000001234567899"), text);
    }

    @Test
    void shouldShowMarkedEventsToReceivers() {
        List<Boolean> marks = new ArrayList<>();
        Inline inline = Engine.of(topology())
                .outputWithMeta(OUT, (n, meta) -> marks.add(meta.marked()))
                .inline();
        inline.publisher(IN).publish(num(2), new Header().marked());
        inline.publish(IN, num(2));
        assertEquals(List.of(true, false), marks);
    }
}
