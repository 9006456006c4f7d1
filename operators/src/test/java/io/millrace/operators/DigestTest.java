package io.millrace.operators;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.engine.Publisher;
import io.millrace.engine.Setup;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.metric.Digest;
import io.millrace.metric.DigestComparison;
import io.millrace.metric.DigestOptions;
import io.millrace.operator.Outside;
import io.millrace.operators.window.Window;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.topology.Topology;
import io.millrace.transport.Delivery;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The digest of one log is the same wherever it runs; of two runs that differ the first difference is found and named. */
class DigestTest {
    static final class DayCount extends Aggregates<Pay> {
        final LongValue n = count();
    }

    record Pay(@Length(8) String card, long cents, long timeNs) {}

    static final Input<Pay> PAYS =
            Input.of("pays", Pay.class).eventTime(Pay::timeNs, NANOSECONDS).historic();
    static final Output<Pay> LARGE = Output.of("large-out", Pay.class);
    static final Output<Pay> LATER = Output.of("later-out", Pay.class);
    static final Output<Pay> NEVER = Output.of("never", Pay.class);

    private static final Output<Pay> DAYS = Output.of("days-out", Pay.class);
    private static final Output<Pay> UTC = Output.of("utc-out", Pay.class);
    private static final DigestOptions CLOSE = DigestOptions.every(8);
    private static final int EVENTS = 500;

    /** With a fork, what fires later, what gets a new layout, text keys, and an output that stays silent. */
    private static Topology topology(LongUnaryOperator fee) {
        return Millrace.topology("digested", t -> {
            var pays = t.from(PAYS).via("plus", map(p -> new Pay(p.card(), p.cents() + 1, p.timeNs())));
            var charged = pays.via("fee", map(p -> new Pay(p.card(), fee.applyAsLong(p.cents()), p.timeNs())));
            charged.filter(p -> p.cents() > 500).onThread("large").to(LARGE);
            charged.keyByText(Pay::card)
                    .defer("later", Duration.ofNanos(7))
                    .onThread("later")
                    .to(LATER);
            pays.filter(p -> p.cents() < 0).to(NEVER);
        });
    }

    private static MapValue<Pay, Pay> map(Fn.Fn1<Pay, Pay> function) {
        return MapValue.of(PAYS.type(), function);
    }

    private static Topology topology() {
        return topology(c -> c * 2);
    }

    private static List<Pay> pays() {
        return pays(5);
    }

    private static List<Pay> pays(long seed) {
        Random random = new Random(seed);
        List<Pay> all = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            all.add(new Pay("c" + random.nextInt(7), random.nextInt(1000), i));
        }
        return all;
    }

    private static Digest driven(Topology t, PlanOptions options) {
        return driven(t, options, pays());
    }

    private static Digest driven(Topology t, PlanOptions options, List<Pay> pays) {
        try (TestDriver driver = TestDriver.of(t, options)) {
            pays.forEach(p -> driver.send(PAYS, p));
            return driver.digest();
        }
    }

    private static Setup setup(Delivery delivery) {
        return Engine.of(topology())
                .digest(CLOSE)
                .output(LARGE, p -> {}, delivery)
                .output(LATER, p -> {})
                .discard(NEVER);
    }

    @Test
    void shouldGiveTheSameDigestOnEveryHost() {
        Seeds.each(5, 1, "giveTheSameOnEveryHost(%d)", DigestTest::giveTheSameOnEveryHost);
    }

    private static void giveTheSameOnEveryHost(long seed) {
        List<Pay> pays = pays(seed);
        Digest fused = driven(topology(), PlanOptions.tested().withDigest(CLOSE), pays);
        assertEquals(EVENTS, fused.entries());
        assertTrue(
                fused.outputs().get(0).events() > 100 && fused.outputs().get(1).events() > 100, fused.toString());
        assertTrue(fused.outputs().get(0).checkpoints().size() > 30, "checkpoints");
        PlanOptions staged =
                PlanOptions.tested().withThreads().withSmallestRings().withDigest(CLOSE);
        assertEquals(fused, driven(topology(), staged, pays), "several stages");
        assertEquals(fused, driven(topology(), PlanOptions.fused().withDigest(CLOSE), pays), "copies of node classes");
        try (Inline inline = setup(Delivery.inline()).inline()) {
            pays.forEach(p -> inline.publish(PAYS, p));
            assertEquals(fused, inline.digest(), "inline");
        }
        Engine engine = setup(Delivery.blocking()).start();
        Publisher<Pay> publisher = engine.publisher(PAYS);
        pays.forEach(publisher::publish);
        engine.close();
        assertEquals(fused, engine.digest(), "live, a thread for a sink, asked when it is closed");
    }

    @Test
    void shouldKeepNoDigestUnlessAskedTo() {
        try (Inline inline = Engine.of(topology())
                .discard(LARGE)
                .discard(LATER)
                .discard(NEVER)
                .inline()) {
            assertNull(inline.digest());
        }
    }

    private static DigestComparison.Replay replay(Topology t, PlanOptions options) {
        return asked -> driven(t, options.withDigest(asked));
    }

    /** One of the two runs charges a cent more from one event on; what comes behind it differs too. Hashes of keys have another seed. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldNameTheFirstEntryAndNodeThatDiffer(boolean threads) throws Exception {
        int at = EVENTS - 80;
        long[] calls = {0};
        LongUnaryOperator unlucky = c -> calls[0]++ % EVENTS < at ? c * 2 : c * 2 + 1;
        PlanOptions options = threads ? PlanOptions.tested().withThreads().withSmallestRings() : PlanOptions.tested();
        Optional<DigestComparison.First> first =
                DigestComparison.find(replay(topology(), options), replay(topology(unlucky), options.withHashSeed(7)));
        assertEquals(at, first.orElseThrow().entry());
        assertEquals("fee", first.orElseThrow().node());
        assertEquals("it emits different events there", first.orElseThrow().what());
        assertEquals(
                "first difference at entry 420, node fee: it emits different events there",
                first.orElseThrow().toString());
    }

    @Test
    void shouldNameANodeThatPutsOutMoreOrLess() throws Exception {
        long at = pays().stream()
                .filter(p -> p.timeNs() > 200 && p.cents() > 300)
                .findFirst()
                .orElseThrow()
                .timeNs();
        Topology other = Millrace.topology("digested", t -> {
            var pays = t.from(PAYS).via("plus", map(p -> new Pay(p.card(), p.cents() + 1, p.timeNs())));
            var charged = pays.via("fee", map(p -> new Pay(p.card(), p.cents() * 2, p.timeNs())));
            charged.filter(p -> p.timeNs() != at && p.cents() > 500).to(LARGE);
            charged.keyByText(Pay::card).defer("later", Duration.ofNanos(7)).to(LATER);
            pays.filter(p -> p.cents() < 0).to(NEVER);
        });
        DigestComparison.First first = DigestComparison.find(
                        replay(topology(), PlanOptions.tested()), replay(other, PlanOptions.tested()))
                .orElseThrow();
        assertEquals(at, first.entry());
        assertEquals("large-out", first.node());
        assertEquals("it emits 1 events there in one run and 0 in the other", first.what());
    }

    @Test
    void shouldSayThatARunDoesNotRepeatItself() throws Exception {
        int[] runs = {0};
        DigestComparison.Replay once = asked -> driven(
                topology(runs[0]++ == 0 ? c -> c * 3 : c -> c * 2),
                PlanOptions.tested().withDigest(asked));
        DigestComparison.First first = DigestComparison.find(replay(topology(), PlanOptions.tested()), once)
                .orElseThrow();
        assertTrue(first.what().startsWith("the runs differed, but not when they were repeated"), first.what());
    }

    /** An operator of one's own that says so, a window over calendar days, and a function that somebody speaks for. */
    @Test
    void shouldTellWhatCouldMakeTwoRunsDiffer() {
        Topology t = Millrace.topology("outside", b -> {
            var stamped = b.from(PAYS).map(Pay.class, p -> new Pay(p.card(), p.cents(), p.timeNs()));
            b.dependsOn(stamped, Outside.RANDOMNESS, Outside.CLOCK);
            var keyed = stamped.keyByText(Pay::card);
            keyed.window("days", Window.days(ZoneId.of("Europe/Vienna")))
                    .aggregate(DayCount::new)
                    .to(DAYS, d -> new Pay("", d.windowStartNs(), 0));
            keyed.window("utc", Window.days(ZoneOffset.UTC))
                    .aggregate(DayCount::new)
                    .to(UTC, d -> new Pay("", d.windowStartNs(), 0));
        });
        String text = t.describe();
        String listed = text.substring(text.indexOf("  not a function of the log alone:\n"));
        assertTrue(
                listed.matches("  not a function of the log alone:\n"
                        + "    map@DigestTest.java:\\d+ \\(DigestTest.java:\\d+\\) depends on a clock, randomness\n"
                        + "    days \\(DigestTest.java:\\d+\\) depends on time zone data\n"),
                listed);
        assertFalse(topology().describe().contains("not a function"), "nothing to tell");
    }

    @Test
    void shouldFindNothingWhereNothingDiffers() throws Exception {
        assertEquals(
                Optional.empty(),
                DigestComparison.find(
                        replay(topology(), PlanOptions.tested()),
                        replay(topology(), PlanOptions.tested().withThreads().withSmallestRings())));
        assertNotEquals(
                driven(topology(), PlanOptions.tested()).hash(),
                driven(topology(c -> c + 1), PlanOptions.tested()).hash());
    }
}
