package io.millrace.operators.pattern;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.EventPattern;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.On;
import io.millrace.dsl.PatternWords.Step;
import io.millrace.event.EventType;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Length;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operators.pattern.Letters.Found;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Patterns among the other words: several inputs, side streams, failures, stored matches, what build refuses. */
class PatternWordsTest {
    record Login(long key, int device, long time) {}

    record Pay(long key, long cents, long time) {}

    static final Input<Login> LOGINS = Input.of("logins", Login.class).eventTime(Login::time, NANOSECONDS);
    static final Input<Pay> PAYS = Input.of("pays", Pay.class).eventTime(Pay::time, NANOSECONDS);
    static final Input<Ev> EVENTS = Input.of("events", Ev.class).eventTime(Ev::time, NANOSECONDS);

    // ---- several inputs

    static class LoginOnly extends EventPattern.Mixed {
        final Step<Login> login;

        LoginOnly(On<Login> logins, On<Pay> pays) {
            login = begin(logins, l -> l.device() < 0);
            notFollowedBy(pays, p -> true);
        }
    }

    static class LoginThenPay extends EventPattern.Mixed {
        final Step<Login> login;
        final Step<Pay> pay;
        final Step<Login> again;

        LoginThenPay(On<Login> logins, On<Pay> pays) {
            login = begin(logins, l -> true);
            pay = next(pays, p -> p.cents() > login.event().device());
            again = or(logins, l -> l.device() == login.event().device());
        }
    }

    private static Topology mixed() {
        return Millrace.topology("mixed", t -> {
            var logins = t.from(LOGINS).keyBy(Login::key);
            var pays = t.from(PAYS).keyBy(Pay::key);
            logins.pattern("only", Duration.ofNanos(10), pays, LoginOnly::new)
                    .to(Letters.FOUND, m -> new Found("only " + m.login.event().device()));
            logins.pattern("then", Duration.ofNanos(10), pays, LoginThenPay::new)
                    .to(
                            Letters.FOUND,
                            m -> new Found(
                                    m.pay.isPresent() ? "pay " + m.pay.event().cents() : "again " + m.again.count()));
        });
    }

    @Test
    void shouldMatchOverEventsOfSeveralTypes() {
        try (TestDriver driver = TestDriver.of(mixed())) {
            driver.send(LOGINS, new Login(1, 5, 0)).send(PAYS, new Pay(1, 6, 1));
            driver.send(LOGINS, new Login(1, 5, 2)).send(LOGINS, new Login(1, 5, 3));
            driver.send(PAYS, new Pay(1, 4, 3)).send(PAYS, new Pay(1, 7, 4));
            driver.endAll();
            assertEquals(texts("pay 6", "again 1"), driver.take(Letters.FOUND));
        }
    }

    @Test
    void shouldFireATrailingNegationOverAnotherInputAtItsDeadline() {
        try (TestDriver driver = TestDriver.of(mixed())) {
            driver.send(LOGINS, new Login(1, -1, 0)).send(LOGINS, new Login(2, -2, 1));
            driver.send(PAYS, new Pay(2, -9, 5));
            assertEquals(List.of(), driver.take(Letters.FOUND));
            driver.advanceToNs(10);
            assertEquals(texts("only -1"), driver.take(Letters.FOUND));
            driver.endAll();
            assertEquals(List.of(), driver.take(Letters.FOUND));
        }
    }

    private static List<Found> texts(String... texts) {
        return Arrays.stream(texts).map(Found::new).toList();
    }

    // ---- side streams

    @Test
    void shouldLeadLateEventsAsideOnceWithTheReason() {
        Topology topology = Millrace.topology(
                "late",
                t -> t.from(EVENTS)
                        .keyBy(Ev::key)
                        .pattern("pattern", Duration.ofNanos(10), PatternSemanticsTest.AThenB::new)
                        .lateTo(Letters.LATE)
                        .to(Letters.FOUND, m -> new Found(Letters.text(m))));
        try (TestDriver driver = TestDriver.of(topology)) {
            driver.send(EVENTS, Ev.of("a1", 5)).send(EVENTS, Ev.of("b1", 4));
            assertEquals(Reason.LATE, driver.metas(Letters.LATE).get(0).reason());
            assertEquals(List.of(Ev.of("b1", 4)), driver.take(Letters.LATE));
            assertEquals(0, driver.deadLetters().size());
            driver.send(EVENTS, Ev.of("b2", 6));
            assertNull(driver.metas(Letters.FOUND).get(0).reason());
        }
    }

    @Test
    void shouldLeadLateEventsOfEachInputAside() {
        Output<Pay> latePays = Output.of("late-pays", Pay.class);
        Output<Login> lateLogins = Output.of("late-logins", Login.class);
        Topology topology = Millrace.topology("late", t -> {
            var logins = t.from(LOGINS).keyBy(Login::key);
            var pays = t.from(PAYS).keyBy(Pay::key);
            logins.pattern("then", Duration.ofNanos(10), pays, LoginThenPay::new)
                    .late(pays, side -> side.to(latePays))
                    .late(side -> side.to(lateLogins))
                    .to(Letters.FOUND, m -> new Found(""));
        });
        try (TestDriver driver = TestDriver.of(topology)) {
            driver.send(LOGINS, new Login(1, 5, 9)).send(PAYS, new Pay(1, 6, 9));
            driver.send(PAYS, new Pay(1, 6, 8)).send(LOGINS, new Login(1, 5, 7));
            assertEquals(Reason.LATE, driver.metas(latePays).get(0).reason());
            assertEquals(List.of(new Pay(1, 6, 8)), driver.take(latePays));
            assertEquals(List.of(new Login(1, 5, 7)), driver.take(lateLogins));
            assertEquals(0, driver.deadLetters().size());
        }
        TopologyException refused = assertThrows(
                TopologyException.class,
                () -> Millrace.topology("wrong", t -> {
                    var logins = t.from(LOGINS).keyBy(Login::key);
                    logins.pattern("then", Duration.ofNanos(10), t.from(PAYS).keyBy(Pay::key), LoginThenPay::new)
                            .late(t.from(EVENTS).keyBy(Ev::key), side -> side.to(Letters.LATE))
                            .to(Letters.FOUND, m -> new Found(""));
                }));
        assertTrue(refused.getMessage().contains("is no input of the pattern"), refused.getMessage());
    }

    // ---- failures

    static class Failing extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> e.is("a"));
        final Step<Ev> b = next(e -> 1 / e.value() > 0);
    }

    @Test
    void shouldMakeADeadLetterOfAnEventWhoseConditionThrowsAndChangeNothing() {
        Letters run = new Letters(100, Failing::new).send("a1@1 c1@2");
        assertEquals(Reason.OPERATOR_ERROR, run.driver.deadLetters().get(0).reason());
        assertEquals(1, run.driver.deadLetters().size());
        assertEquals(List.of("a1 b3"), run.send(Ev.of(1, "b3", 1, 3)).found(), "as if it had not been");
    }

    @Test
    void shouldMakeADeadLetterOfAnEventThatWaitedWhenItsConditionThrows() {
        Letters run = new Letters(100, 5, Failing::new).send("a1@1 c1@2");
        run.send(Ev.of(1, "b3", 1, 3)).send("d9@50");
        assertEquals(List.of("a1 b3"), run.found());
        assertEquals(1, run.driver.deadLetters().size());
        assertEquals(Reason.OPERATOR_ERROR, run.driver.deadLetters().get(0).reason());
    }

    @Test
    void shouldRefuseAnEventThatFindsNoRoomAndKeepWhatItHolds() {
        Topology topology = Millrace.topology(
                "full",
                t -> t.from(EVENTS)
                        .keyBy(Ev::key)
                        .keysAtMost(2)
                        .pattern("pattern", Duration.ofNanos(100), PatternSemanticsTest.AThenB::new)
                        .to(Letters.FOUND, m -> new Found(Letters.text(m))));
        try (TestDriver driver = TestDriver.of(topology)) {
            for (int key = 1; key <= 3; key++) {
                driver.send(EVENTS, Ev.of(key, "a" + key, 0, key));
            }
            assertEquals(Reason.OVER_BOUND, driver.deadLetters().get(0).reason());
            driver.send(EVENTS, Ev.of(3, "b3", 0, 4)).send(EVENTS, Ev.of(2, "b2", 0, 5));
            driver.send(EVENTS, Ev.of(3, "a6", 0, 6)).send(EVENTS, Ev.of(3, "b7", 0, 7));
            assertEquals(texts("a2 b2", "a6 b7"), driver.take(Letters.FOUND));
            assertEquals(1, driver.deadLetters().size());
        }
    }

    // ---- headers

    @Test
    void shouldGiveAMatchTheHeaderOfTheEventThatCompletesItAlsoWhenItWaited() {
        for (long disorder : new long[] {0, 5}) {
            Letters run = new Letters(100, disorder, PatternSemanticsTest.AThenB::new);
            run.driver.send(run.input, Ev.of("a1", 1), new Header().correlationId(7));
            run.driver.send(run.input, Ev.of("b1", 2), new Header().correlationId(8));
            run.driver.send(run.input, Ev.of("d1", 20), new Header().correlationId(9));
            assertEquals(8, run.driver.metas(Letters.FOUND).get(0).correlationId());
            assertEquals(1, run.driver.metas(Letters.FOUND).get(0).eventSequence());
        }
    }

    @Test
    void shouldGiveATimeoutNoHeader() {
        Letters run = new Letters(10, PatternSemanticsTest.AThenB::new);
        run.driver.send(run.input, Ev.of("a1", 1), new Header().correlationId(7));
        run.driver.send(run.input, Ev.of("d1", 20), new Header().correlationId(9));
        assertEquals(0, run.driver.metas(Letters.OVER).get(0).correlationId());
        assertTrue(run.driver.metas(Letters.OVER).get(0).fired());
    }

    // ---- stored matches

    @Test
    void shouldKeepMatchesWhereEventsAreKept() {
        Topology topology = Millrace.topology(
                "kept",
                t -> t.from(EVENTS)
                        .keyBy(Ev::key)
                        .pattern("pattern", Duration.ofNanos(100), PatternSemanticsTest.Relaxed::new)
                        .defer("later", Duration.ofNanos(10))
                        .filter(m -> m.b.count() == 2
                                && m.b.first().name().equals("b1")
                                && m.b.event(1).equals(m.b.last()))
                        .to(Letters.FOUND, m -> new Found(Letters.text(m))));
        for (PlanOptions options : List.of(PlanOptions.tested(), PlanOptions.fused())) {
            try (TestDriver driver = TestDriver.of(topology, options)) {
                driver.send(EVENTS, Ev.of("a1", 1)).send(EVENTS, Ev.of("b1", 2)).send(EVENTS, Ev.of("b2", 3));
                assertEquals(List.of(), driver.take(Letters.FOUND));
                driver.advanceToNs(13);
                assertEquals(texts("a1 b1 b2"), driver.take(Letters.FOUND));
            }
        }
    }

    @Test
    void shouldSendMatchesToAnotherThread() {
        Topology topology = Millrace.topology(
                "staged",
                t -> t.from(EVENTS)
                        .keyBy(Ev::key)
                        .pattern("pattern", Duration.ofNanos(10), PatternSemanticsTest.Relaxed::new)
                        .timedOut(side -> side.filter(m -> m.b.count() < 2)
                                .onThread("aside")
                                .to(Letters.OVER, m -> new Found(Letters.text(m))))
                        .filter(m -> m.b.count() == 2)
                        .onThread("behind")
                        .to(Letters.FOUND, m -> new Found(Letters.text(m))));
        PlanOptions staged = PlanOptions.fused().withThreads().withSmallestRings();
        try (TestDriver driver = TestDriver.of(topology, staged)) {
            assertTrue(driver.plan().stages().size() > 1, "stages");
            driver.send(EVENTS, Ev.of("a1", 1)).send(EVENTS, Ev.of("b1", 2)).send(EVENTS, Ev.of("b2", 3));
            driver.send(EVENTS, Ev.of("a2", 4)).send(EVENTS, Ev.of("b3", 5));
            driver.endAll();
            assertEquals(texts("a1 b1 b2"), driver.take(Letters.FOUND));
            assertEquals(texts("a2 b3"), driver.take(Letters.OVER));
        }
    }

    @Test
    void shouldDescribeTheLayoutOfAMatchAndRefuseBytesThatAreNone() {
        EventType<?> type = PatternOperator.of(
                        PatternSemanticsTest.AThenB::new, PatternWordsTest::shape, 1, Duration.ofNanos(9), null)
                .outputType(0, List.of(EVENTS.type()));
        assertTrue(type.layout().startsWith("counts@0, a: "), type.layout());
        byte[] bytes = new byte[type.maxLength()];
        assertNull(type.check(bytes, 0, 4), "no events at all");
        assertTrue(type.check(bytes, 0, 3).contains("head"));
        assertTrue(type.check(bytes, 0, 9).contains("behind"));
        bytes[0] = 1;
        assertTrue(type.check(bytes, 0, 4).contains("outside"));
        bytes[4] = 127;
        assertTrue(type.check(bytes, 0, 20).contains("outside"));
        assertTrue(type.text(bytes, 0, 20).contains("malformed"));
    }

    private static PatternShape shape(PatternSemanticsTest.AThenB pattern) {
        pattern.a.named("a");
        return ((PatternStep<?>) pattern.a).declared.shape;
    }

    @Test
    void shouldCutAMatchThatUserCodeKeeps() {
        AtomicReference<PatternSemanticsTest.AThenB> kept = new AtomicReference<>();
        Topology topology = Millrace.topology(
                "kept",
                t -> t.from(EVENTS)
                        .keyBy(Ev::key)
                        .pattern("pattern", Duration.ofNanos(100), PatternSemanticsTest.AThenB::new)
                        .peek(kept::set)
                        .to(Letters.FOUND, m -> new Found(Letters.text(m))));
        try (TestDriver driver = TestDriver.of(topology)) {
            driver.send(EVENTS, Ev.of("a1", 1)).send(EVENTS, Ev.of("b1", 2));
            assertEquals(1, driver.take(Letters.FOUND).size());
            assertNull(kept.get().b.event());
            assertEquals(0, kept.get().a.count());
        }
    }

    // ---- text keys

    record Named(@Length(8) String who, @Length(2) String kind, long time) {}

    static class NamedThen extends EventPattern<Named> {
        final Step<Named> a = begin(e -> e.kind().equals("a"));
        final Step<Named> b = followedBy(e -> e.kind().equals("b"));
    }

    @Test
    void shouldKeepKeysThatAreTexts() {
        Input<Named> named = Input.of("named", Named.class)
                .eventTime(Named::time, NANOSECONDS)
                .disorder(Duration.ofNanos(3));
        Topology topology = Millrace.topology(
                "named",
                t -> t.from(named)
                        .keyByText(Named::who)
                        .pattern("pattern", Duration.ofNanos(100), NamedThen::new)
                        .keyByText(m -> m.a.event().who())
                        .to(
                                Letters.FOUND,
                                m -> new Found(m.a.event().who() + m.b.event().time())));
        try (TestDriver driver = TestDriver.of(topology)) {
            driver.send(named, new Named("ann", "b", 2)).send(named, new Named("bob", "a", 1));
            driver.send(named, new Named("ann", "a", 1)).send(named, new Named("bob", "b", 3));
            driver.endAll();
            assertEquals(texts("ann2", "bob3"), driver.take(Letters.FOUND));
        }
    }

    // ---- what build refuses

    static class Nothing extends EventPattern<Ev> {}

    static class NoBegin extends EventPattern<Ev> {
        final Step<Ev> a = followedBy(e -> true);
    }

    static class TwoBegins extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> true);
        final Step<Ev> b = begin(e -> true);
    }

    static class AllOptional extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> true).optional();
    }

    static class NotFinal extends EventPattern<Ev> {
        Step<Ev> a = begin(e -> true);
    }

    static class NegationFirst extends EventPattern<Ev> {
        NegationFirst() {
            notFollowedBy(e -> true);
            begin(e -> true);
        }
    }

    static class OneConsecutive extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> true).consecutive();
    }

    static class NoTimes extends EventPattern<Ev> {
        final Step<Ev> a = begin(e -> true).times(0);
    }

    static class Foreign extends EventPattern<Ev> {
        Foreign() {
            begin(e -> true);
            skipToFirst(new PatternSemanticsTest.AThenB().a);
        }
    }

    @Test
    void shouldRefusePatternsThatMeanNothingWithTheCure() {
        refuses("has no step", Nothing::new);
        refuses("first step must be a begin", NoBegin::new);
        refuses("begins once", TwoBegins::new);
        refuses("make one of them mandatory", AllOptional::new);
        refuses("make it final", NotFinal::new);
        refuses("said behind a step", NegationFirst::new);
        refuses("put times or oneOrMore", OneConsecutive::new);
        refuses("use 1 to 1024, and optional()", NoTimes::new);
        refuses("use a field of this class", Foreign::new);
    }

    private static void refuses(String why, Supplier<EventPattern<Ev>> pattern) {
        TopologyException refused = assertThrows(TopologyException.class, () -> Letters.topology(EVENTS, 10, pattern));
        assertTrue(
                refused.getMessage().contains(why) && refused.getMessage().contains("Letters.java:"),
                refused.getMessage());
    }

    @Test
    void shouldRefuseAPatternWithoutTimeOrKeyOrLayout() {
        Output<Found> out = Letters.FOUND;
        TopologyException refused = assertThrows(
                TopologyException.class,
                () -> Millrace.topology("wrong", t -> {
                    t.from(EVENTS)
                            .keyBy(Ev::key)
                            .pattern("never", Duration.ZERO, PatternSemanticsTest.AThenB::new)
                            .timedOut(side -> side.to(out, m -> new Found("")))
                            .to(out, m -> new Found(""));
                    t.from(EVENTS)
                            .keyBy(Ev::key)
                            .map(e -> e)
                            .pattern("untyped", Duration.ofNanos(1), PatternSemanticsTest.AThenB::new)
                            .to(out, m -> new Found(""));
                }));
        assertTrue(refused.getMessage().contains("pattern within PT0S"), refused.getMessage());
        assertTrue(refused.getMessage().contains("input 0 is untyped"), refused.getMessage());
    }

    @Test
    void shouldSayInItsDescriptionWhatItLooksFor() {
        String text =
                Letters.topology(EVENTS, 10, PatternSemanticsTest.Gap::new).describe();
        assertTrue(text.contains("followed by, within PT0.000000005S"), text);
        assertTrue(text.contains("those that begin within it"), text);
    }
}
