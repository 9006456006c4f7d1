package io.millrace.engine;

import static io.millrace.engine.Trials.OUT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.DeadLetter;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.transport.Delivery;
import io.millrace.trial.Agenda;
import io.millrace.trial.Num;
import io.millrace.trial.TrialOp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What fires has no entry: it must not be blamed on the event that lets time pass, nor take anything from it. */
class FiringsTest {
    private static final Input<Num> IN = Num.input("in").historic();

    private final List<String> got = new ArrayList<>();
    private final AtomicBoolean broken = new AtomicBoolean(true);

    /** Each event as it is and, ten later, from a timer; even ones fail while it is broken. */
    private Topology topology() {
        GraphBuilder g = new GraphBuilder("firings");
        Port in = g.source(IN, "");
        Port later = g.operator("later", Agenda.timers(64, n -> n.timeNs() + 10), null, "", in);
        Port kept = g.operator(
                "keeps",
                TrialOp.keep(n -> {
                    if (broken.get() && n.id() % 2 == 0) {
                        throw new IllegalArgumentException("even: " + n.id());
                    }
                    return true;
                }),
                null,
                "Firings.java:1",
                later);
        g.sink(OUT, in, "");
        g.sink(OUT, kept, "");
        return g.build();
    }

    private Inline inline() {
        return Engine.of(topology())
                .outputWithMeta(
                        OUT,
                        (n, meta) -> got.add(n.id() + "@" + meta.timeNs() + (meta.fired() ? " fired " : " ")
                                + meta.correlationId() + (meta.marked() ? " marked" : "")))
                .inline();
    }

    @Test
    void shouldHaveALetterOfItsOwnThatIsNotRedriven() {
        try (Inline inline = inline()) {
            inline.publish(IN, new Num(2, 0));
            inline.publish(IN, new Num(3, 20));
            DeadLetter letter = inline.deadLetters().last(9).get(0);
            assertEquals(1, inline.deadLetters().total());
            assertTrue(letter.fired());
            assertEquals(1, letter.sequence(), "the entry that let time pass");
            assertEquals("", letter.event(), "and is not the one that failed");
            assertEquals(10, letter.dueNs());
            assertEquals(
                    "#1 keeps (Firings.java:1): operator-error: java.lang.IllegalArgumentException: even: 2:"
                            + " firing of later due at 10 ns",
                    letter.toString());
            got.clear();
            broken.set(false);
            assertEquals(0, inline.deadLetters().redrive("keeps"));
            assertEquals(List.of(), got, "no other event in its place");
            assertEquals(1, inline.deadLetters().last(9).size());
        }
    }

    @Test
    void shouldNotInheritFromTheEventThatLetsTimePass() {
        try (Inline inline = inline()) {
            inline.publisher(IN).publish(new Num(1, 0), new Header().correlationId(100));
            inline.publisher(IN)
                    .publish(
                            new Num(3, 20),
                            new Header().correlationId(200).marked().intendedNs(System.nanoTime()));
            assertEquals(List.of("1@0 100", "1@10 fired 0", "3@20 200 marked"), got);
            assertEquals(
                    1, inline.stats().output("out").latencyNs().getTotalCount(), "no latency of what nobody intended");
        }
    }

    @Test
    void shouldNotBeTakenForADecisionOnTheEventThatLetsTimePass() {
        try (Inline inline = inline()) {
            List<Long> decided = new ArrayList<>();
            inline.publish(IN, new Num(1, 0));
            assertEquals(1, inline.publish(IN, new Num(3, 20), OUT, n -> decided.add(n.id())));
            assertEquals(List.of(3L), decided);
            assertEquals(List.of("1@0 0", "1@10 fired 0", "3@20 0"), got);
        }
    }

    /** The ring of a blocking sink carries what caused an output, and gives its letters the same face. */
    @Test
    void shouldStayAFiringOnTheThreadOfABlockingSink() {
        SinkTrial sink = new SinkTrial() {
            @Override
            public void on(Num n, Meta meta) {
                seen.add(n.id() + (meta.fired() ? " fired " : " ") + meta.correlationId() + " " + meta.form());
                if (meta.fired()) {
                    throw new IllegalStateException("no");
                }
            }
        };
        Inline inline =
                Engine.of(topology()).output(OUT, sink, Delivery.blocking()).inline();
        inline.publisher(IN).publish(new Num(1, 0), new Header().correlationId(100));
        inline.publisher(IN).publish(new Num(3, 20), new Header().correlationId(200));
        inline.close();
        assertEquals(List.of("1 100 INSERT", "1 fired 0 INSERT", "3 200 INSERT"), sink.seen);
        DeadLetter letter = inline.deadLetters().last(9).get(0);
        assertTrue(letter.fired());
        assertEquals(10, letter.dueNs());
    }

    @Test
    void shouldShowADecisionThatFailsToTheOrdinaryReceiversToo() {
        try (Inline inline = inline()) {
            inline.publish(IN, new Num(1, 0), OUT, n -> {
                throw new IllegalStateException("undecided");
            });
            assertEquals(List.of("1@0 0"), got);
            DeadLetter letter = inline.deadLetters().last(9).get(0);
            assertFalse(letter.fired());
            assertEquals("", letter.key());
            assertEquals(0, letter.dueNs());
            assertEquals(1, inline.stats().output("out").failed());
        }
    }
}
