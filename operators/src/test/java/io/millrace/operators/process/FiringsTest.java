package io.millrace.operators.process;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.KeyedProcess;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.event.DeadLetter;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What comes of a timer or of an event that was held back: whose it is, what it inherits, what its letters say. */
class FiringsTest {
    record Pay(long card, @Length(8) String shop, long timeNs) {}

    static final Input<Pay> PAYS =
            Input.of("pays", Pay.class).eventTime(Pay::timeNs, NANOSECONDS).historic();
    static final Output<Pay> OUT = Output.of("out", Pay.class);

    /** Sends each event on, and once more from a timer 10 later. */
    static class Again extends KeyedProcess {
        final Kept<Pay> last = keeps("last", io.millrace.event.EventType.of(Pay.class));
        final Emit<Pay> out = emits("out", Pay.class);
        final Timer timer = timer("timer", () -> out.emit(last.get()));

        Again(On<Pay> pays) {
            on(pays, p -> {
                last.set(p);
                timer.in(Duration.ofNanos(10));
                out.emit(p);
            });
        }
    }

    private final AtomicBoolean broken = new AtomicBoolean(true);
    private final List<String> got = new ArrayList<>();

    private Topology deferring() {
        return Millrace.topology(
                "deferring",
                t -> t.from(PAYS)
                        .keyByFields(k -> k.number(Pay::card).text(Pay::shop))
                        .defer("later", Duration.ofNanos(10))
                        .filter(this::mayPass)
                        .to(OUT));
    }

    private Topology processing() {
        return Millrace.topology(
                "processing",
                t -> t.from(PAYS)
                        .keyBy(Pay::card)
                        .process("again", Duration.ofDays(1), Again::new)
                        .out(a -> a.out)
                        .to(OUT));
    }

    private boolean mayPass(Pay p) {
        if (broken.get() && p.card() == 1) {
            throw new IllegalStateException("card 1");
        }
        return true;
    }

    private Inline inline(Topology topology) {
        return Engine.of(topology)
                .outputWithMeta(OUT, (p, meta) -> got.add(p.card() + "@" + meta.timeNs()))
                .inline();
    }

    @Test
    void shouldNotBlameTheEventThatLetsTimePassForAHeldBackOne() {
        try (Inline inline = inline(deferring())) {
            inline.publisher(PAYS).publish(new Pay(1, "north", 0), new Header().correlationId(7));
            inline.publish(PAYS, new Pay(2, "south", 20));
            DeadLetter letter = inline.deadLetters().last(9).get(0);
            assertTrue(letter.fired());
            assertEquals("1,north", letter.key());
            assertEquals(10, letter.dueNs());
            assertEquals(7, letter.correlationId());
            assertTrue(
                    letter.toString().endsWith("card 1: firing of later due at 10 ns of key 1,north"),
                    letter::toString);
            broken.set(false);
            assertEquals(0, inline.deadLetters().redrive(letter.node()));
            inline.publisher(PAYS).end();
            assertEquals(List.of("2@30"), got, "once");
        }
    }

    @Test
    void shouldNotBlameTheEventOfItsKeyForATimerThatFiresBeforeIt() {
        Topology topology = Millrace.topology(
                "before",
                t -> t.from(PAYS)
                        .keyBy(Pay::card)
                        .process("again", Duration.ofDays(1), Again::new)
                        .out(a -> a.out)
                        .filter(p -> broken.get() || !p.shop().equals("old") || fail())
                        .to(OUT));
        TestDriver driver = TestDriver.of(topology);
        for (int card = 2; card < 100; card++) {
            driver.send(PAYS, new Pay(card, "", 0));
        }
        driver.send(PAYS, new Pay(1, "old", 0));
        driver.take(OUT);
        broken.set(false);
        // more timers are due than an entry fires, and the card's own is the last: it fires in the step of its event
        driver.send(PAYS, new Pay(1, "new", 1_000));
        List<Long> out = driver.take(OUT).stream().map(Pay::card).toList();
        assertEquals(64, out.indexOf(1L));
        assertEquals(99, out.size());
        DeadLetter letter = driver.deadLetters().get(0);
        assertEquals(1, driver.deadLetters().size());
        assertTrue(letter.fired());
        assertEquals("1", letter.key());
        assertEquals(10, letter.dueNs());
        assertEquals("", letter.event());
    }

    private static boolean fail() {
        throw new IllegalStateException("old");
    }

    @Test
    void shouldNotTakeATimerOfAnotherKeyForADecision() {
        try (Inline inline = inline(processing())) {
            List<Long> decided = new ArrayList<>();
            inline.publish(PAYS, new Pay(1, "", 0));
            assertEquals(1, inline.publish(PAYS, new Pay(2, "", 20), OUT, p -> decided.add(p.card())));
            assertEquals(List.of(2L), decided);
            assertEquals(List.of("1@0", "1@10", "2@20"), got);
        }
    }

    @Test
    void shouldLetATimerInheritNothing() {
        TestDriver driver = TestDriver.of(processing());
        driver.send(PAYS, new Pay(1, "", 0), new Header().correlationId(100));
        driver.send(PAYS, new Pay(2, "", 20), new Header().correlationId(200).marked());
        Meta fired = driver.metas(OUT).get(1);
        assertTrue(fired.fired());
        assertEquals(-1, fired.eventSequence());
        assertEquals(0, fired.correlationId());
        assertEquals(
                List.of(100L, 0L, 200L),
                driver.metas(OUT).stream().map(Meta::correlationId).toList());
        assertEquals(
                List.of(false, false, true),
                driver.metas(OUT).stream().map(Meta::marked).toList());
    }

    /** Each held-back event comes out with its own header, whatever headers others have and however often space is used again. */
    @Test
    void shouldLetAHeldBackEventInheritFromItself() {
        broken.set(false);
        TestDriver driver = TestDriver.of(deferring());
        Random random = new Random(5);
        TreeMap<Long, String> sent = new TreeMap<>();
        for (long q = 0; q < 5_000; q++) {
            Header header = random.nextInt(4) == 0 ? null : randomHeader(random, q);
            driver.send(PAYS, new Pay(random.nextInt(5), "shop", q * 3), header);
            sent.put(q, header == null ? "0 0 0 0 0 0 -1 -1 null false false" : oracle(header));
        }
        driver.endAll();
        List<Meta> metas = driver.metas(OUT);
        assertEquals(sent.size(), metas.size());
        for (Meta m : metas) {
            assertTrue(m.fired());
            assertEquals(sent.remove(m.eventSequence()), text(m), "event " + m.eventSequence());
        }
    }

    private static Header randomHeader(Random random, long q) {
        Header h = new Header();
        if (random.nextBoolean()) {
            h.intendedNs(q + 1);
        }
        if (random.nextBoolean()) {
            h.correlationId(-q);
        }
        if (random.nextBoolean()) {
            h.trace(q, q + 5, q + 6, (byte) q);
        }
        if (random.nextBoolean()) {
            h.cause(q + 7, (int) q);
        }
        if (random.nextBoolean()) {
            h.reason(Reason.values()[random.nextInt(Reason.values().length)]);
        }
        if (random.nextBoolean()) {
            h.marked();
        }
        if (random.nextBoolean()) {
            h.provisional();
        }
        return h;
    }

    /** What an event that nobody holds back hands to its output. */
    private static String oracle(Header header) {
        Topology plain = Millrace.topology("plain", t -> t.from(PAYS).to(OUT));
        TestDriver driver = TestDriver.of(plain);
        driver.send(PAYS, new Pay(1, "", 0), header);
        return text(driver.metas(OUT).get(0));
    }

    private static String text(Meta m) {
        return m.intendedNs() + " " + m.correlationId() + " " + m.traceHigh() + " " + m.traceLow() + " " + m.spanId()
                + " " + m.traceFlags() + " " + m.causeSequence() + " " + m.causeOrdinal() + " " + m.reason() + " "
                + m.marked() + " " + m.provisional();
    }
}
