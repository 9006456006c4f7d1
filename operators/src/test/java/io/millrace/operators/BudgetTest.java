package io.millrace.operators;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Publisher;
import io.millrace.engine.Setup;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.event.Sensitive;
import io.millrace.metric.LatencyReport;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import io.millrace.transport.Delivery;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Budgets as a topology declares them, in a live engine; what is measured is tested with a clock by hand elsewhere. */
class BudgetTest {
    record Pay(@Sensitive long card, @Length(8) String shop, long timeNs) {}

    private static final Input<Pay> PAYS =
            Input.of("pays", Pay.class).eventTime(Pay::timeNs, NANOSECONDS).historic();
    private static final Output<Pay> OUT = Output.of("out", Pay.class);
    private static final Output<Pay> SHOPS = Output.of("shops", Pay.class);

    private static Topology topology() {
        return Millrace.topology("budgets", t -> {
            var cards = t.from(PAYS).keyBy(Pay::card).filter(p -> true);
            t.budget(cards, Duration.ofSeconds(5));
            cards.to(OUT);
            var shops = t.from(PAYS).keyByText(Pay::shop).dedupe("shops-seen", Duration.ofNanos(1_000));
            t.budget(shops, Duration.ofSeconds(6));
            shops.to(SHOPS);
        });
    }

    /** One event is an hour late by its publisher's word: whatever this machine is busy with, that is most of its time. */
    @Test
    void shouldTellWhichEventsCameTooLateAndHideSensitiveKeys() {
        Setup setup = Engine.of(topology()).blame(1);
        try (Engine engine = setup.discard(OUT)
                .discard(SHOPS)
                .output(SHOPS, p -> {}, Delivery.blocking())
                .start()) {
            Publisher<Pay> publisher = engine.publisher(PAYS);
            long hourNs = Duration.ofHours(1).toNanos();
            publisher.publish(new Pay(4711, "a", 1), new Header().intendedNs(System.nanoTime()));
            publisher.publish(new Pay(4711, "b", 2), new Header().intendedNs(System.nanoTime() - hourNs));
            publisher.publish(new Pay(4711, "b", 3), new Header().intendedNs(System.nanoTime() - hourNs));
            engine.drain(Duration.ofSeconds(60));
            LatencyReport r = engine.stats().latency();
            List<LatencyReport.Breach> late = r.last().stream()
                    .filter(b -> b.tookNs() > hourNs && !b.node().equals("shops"))
                    .toList(); // all of them, unless the machine stood still for seconds
            assertEquals(
                    List.of(1L, 1L, 2L),
                    late.stream().map(LatencyReport.Breach::sequence).toList());
            assertTrue(late.get(0).key().startsWith("#"), late.get(0).toString());
            assertTrue(late.get(1).key().startsWith("#"), "of an event with a sensitive field");
            assertEquals("shops-seen", late.get(1).node());
            assertEquals(Duration.ofSeconds(6).toNanos(), late.get(1).budgetNs());
            assertTrue(late.stream().allMatch(b -> b.blamed().equals("before stage main")), late.toString());
            assertEquals(late.get(1).key(), keyAt(r, SHOPS), "as hidden there");
            assertEquals(3, r.samples());
        }
    }

    record Visit(@Length(8) String shop, long who, long timeNs) {}

    private static final Input<Visit> VISITS = Input.of("visits", Visit.class)
            .eventTime(Visit::timeNs, NANOSECONDS)
            .historic();

    /** Of numbers, of texts, and of both: the key has to go with the event into a ring that no stage reads. */
    @Test
    void shouldTellTheKeyOfWhatComesTooLateToASinkWithAThreadOfItsOwn() {
        Output<Visit> byText = Output.of("by-text", Visit.class);
        Output<Visit> byBoth = Output.of("by-both", Visit.class);
        Output<Visit> byNumber = Output.of("by-number", Visit.class);
        Output<Visit> byNone = Output.of("by-none", Visit.class);
        Output<Visit> byEither = Output.of("by-either", Visit.class);
        Topology topology = Millrace.topology("keys", t -> {
            Duration most = Duration.ofSeconds(5);
            var in = t.from(VISITS);
            t.budget(in, most);
            in.to(byNone);
            var texts = in.keyByText(Visit::shop);
            texts.to(byText);
            t.budget(texts, most);
            var both = in.keyByFields(k -> k.text(8, Visit::shop).number(Visit::who));
            both.to(byBoth);
            t.budget(both, most);
            var numbers = in.keyBy(Visit::who);
            numbers.to(byNumber);
            t.budget(numbers, most);
            texts.to(byEither);
            numbers.to(byEither);
        });
        Setup setup = Engine.of(topology).blame(1);
        for (Output<Visit> o : List.of(byText, byBoth, byNumber, byNone, byEither)) {
            setup.output(o, v -> {}, Delivery.blocking());
        }
        try (Engine engine = setup.start()) {
            long hourNs = Duration.ofHours(1).toNanos();
            engine.publisher(VISITS)
                    .publish(new Visit("corner", 17, 1), new Header().intendedNs(System.nanoTime() - hourNs));
            engine.drain(Duration.ofSeconds(60));
            LatencyReport r = engine.stats().latency();
            assertEquals("corner", keyAt(r, byText));
            assertEquals("corner,17", keyAt(r, byBoth));
            assertEquals("17", keyAt(r, byNumber));
            assertEquals("", keyAt(r, byNone));
            assertEquals("", keyAt(r, byEither), "it may be of the one or the other");
        }
    }

    private static String keyAt(LatencyReport r, Output<?> sink) {
        return r.last().stream()
                .filter(b -> b.node().equals(sink.name()))
                .findFirst()
                .orElseThrow()
                .key();
    }

    @Test
    void shouldShowBudgetsAndRefuseNone() {
        assertTrue(topology().describe().contains(" within PT5S"), topology().describe());
        String said = assertThrows(
                        TopologyException.class,
                        () -> Millrace.topology("none", t -> {
                            var in = t.from(PAYS);
                            t.budget(in, Duration.ZERO);
                            in.to(OUT);
                        }))
                .getMessage();
        assertTrue(said.contains("a latency budget of PT0S; use more than zero"), said);
    }
}
