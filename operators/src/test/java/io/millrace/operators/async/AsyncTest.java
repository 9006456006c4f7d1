package io.millrace.operators.async;

import static io.millrace.operators.async.Shop.DECISIONS;
import static io.millrace.operators.async.Shop.DEVICES;
import static io.millrace.operators.async.Shop.FALLBACK;
import static io.millrace.operators.async.Shop.LATE;
import static io.millrace.operators.async.Shop.LIVE;
import static io.millrace.operators.async.Shop.PAYMENTS;
import static io.millrace.operators.async.Shop.UNANSWERED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.Aggregates;
import io.millrace.dsl.AsyncWork;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.engine.Engine;
import io.millrace.engine.Inline;
import io.millrace.engine.Publisher;
import io.millrace.engine.Setup;
import io.millrace.event.Header;
import io.millrace.event.Input;
import io.millrace.event.Meta;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.event.Reply;
import io.millrace.operators.Joined;
import io.millrace.operators.async.Shop.Decision;
import io.millrace.operators.async.Shop.Device;
import io.millrace.operators.async.Shop.Payment;
import io.millrace.operators.async.Shop.Reputation;
import io.millrace.operators.window.Window;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.Asked;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Work outside: what is asked, what comes back, and what is decided without it. */
class AsyncTest {
    private static final Duration WITHIN = Duration.ofNanos(50);

    record Counted(long count) {}

    static final Output<Counted> COUNTS = Output.of("counts", Counted.class);

    static final class PerTen extends Aggregates<Joined<Payment, Reputation>> {
        final LongValue count = count();
    }

    record Checked(Payment payment, Joined<Payment, Reputation> answered) {}

    record Sale(long device) {}

    static final Input<Sale> SALES = Input.of("sales", Sale.class);
    static final Output<Sale> SOLD = Output.of("sold", Sale.class);

    private static Topology topology(
            Input<Payment> payments, UnaryOperator<AsyncWork<Payment, Device, Reputation>> settings) {
        return Millrace.topology(
                "shop",
                t -> settings.apply(asks(t.from(payments)))
                        .lateReplies(side -> side.to(LATE))
                        .decideWithin(WITHIN, FALLBACK)
                        .to(DECISIONS, Decision::of));
    }

    private static Topology withoutFallback(
            UnaryOperator<AsyncWork<Payment, Device, Reputation>> settings, Duration within) {
        return Millrace.topology(
                "shop",
                t -> settings.apply(asks(t.from(PAYMENTS))).decideWithin(within).to(DECISIONS, Decision::of));
    }

    private static AsyncWork<Payment, Device, Reputation> asks(EventStream<Payment> payments) {
        return payments.async("reputation", DEVICES, p -> new Device(p.device()));
    }

    private static AsyncWork<Payment, Device, Reputation> letsFall(AsyncWork<Payment, Device, Reputation> work) {
        return work.unanswered(side -> {});
    }

    private static Payment payment(long device, long timeNs) {
        return new Payment("a", device, timeNs);
    }

    private static Decision decision(long device, long timeNs, int score) {
        return new Decision("a", device, timeNs, score);
    }

    private static Instant at(long ns) {
        return Instant.ofEpochSecond(0, ns);
    }

    @Test
    void shouldAnswerAnEventWithItsReply() {
        TestDriver driver = TestDriver.of(topology(PAYMENTS, a -> a));
        driver.send(PAYMENTS, payment(5, 100), new Header().correlationId(77));
        List<Asked<Device>> asked = driver.asked(DEVICES);
        assertEquals(List.of(new Asked<>(0, 0, new Device(5))), asked);
        assertEquals(List.of(), driver.take(DECISIONS));

        driver.send(PAYMENTS, payment(6, 120));
        driver.reply(DEVICES, asked.get(0), new Reputation(3));
        Meta meta = driver.metas(DECISIONS).get(0);
        assertEquals(List.of(decision(5, 100, 3)), driver.take(DECISIONS));
        assertEquals(100, meta.timeNs(), "the event's own time");
        assertEquals(77, meta.correlationId(), "the event's own header");
        assertEquals(0, meta.eventSequence());
        assertEquals(2, meta.sequence(), "the reply brought it");
        assertEquals(null, meta.reason());
        assertEquals(List.of(), driver.deadLetters());
    }

    @Test
    void shouldDecideAtTheDeadlineAndNeverAgain() {
        TestDriver driver = TestDriver.of(topology(PAYMENTS, a -> a));
        driver.send(PAYMENTS, payment(5, 100));
        driver.advanceToNs(149);
        assertEquals(List.of(), driver.take(DECISIONS));
        driver.advanceToNs(150);
        assertEquals(Reason.TIMED_OUT, driver.metas(DECISIONS).get(0).reason());
        assertEquals(List.of(decision(5, 100, -7)), driver.take(DECISIONS));

        driver.reply(DEVICES, driver.asked(DEVICES).get(0), new Reputation(3));
        assertEquals(List.of(), driver.take(DECISIONS), "the late reply is no answer");
        assertEquals(Reason.LATE, driver.metas(LATE).get(0).reason());
        assertEquals(List.of(new Reputation(3)), driver.take(LATE));
        assertEquals(1, driver.counters("reputation").late);
        assertEquals(1, driver.counters("reputation").unanswered);
        assertEquals(List.of(), driver.deadLetters());
    }

    @Test
    void shouldDecideWithTheReplyThatComesInTheStepOfTheDeadline() {
        TestDriver driver = TestDriver.of(topology(PAYMENTS, a -> a));
        driver.send(PAYMENTS, payment(5, 100));
        driver.advanceToNs(149);
        driver.reply(DEVICES, driver.asked(DEVICES).get(0), new Reputation(3));
        driver.advanceToNs(150);
        assertEquals(List.of(decision(5, 100, 3)), driver.take(DECISIONS));
        assertEquals(List.of(), driver.take(LATE));
    }

    @Test
    void shouldCountFromProgressWhereAnEventIsBehindIt() {
        TestDriver driver = TestDriver.of(topology(PAYMENTS, a -> a));
        driver.advanceToNs(200);
        driver.send(PAYMENTS, payment(5, 100)); // late, and decided all the same
        assertEquals(List.of(), driver.take(DECISIONS));
        driver.advanceToNs(249);
        assertEquals(List.of(), driver.take(DECISIONS));
        driver.advanceToNs(250);
        assertEquals(List.of(decision(5, 100, -7)), driver.take(DECISIONS));
    }

    @Test
    void shouldFollowTheClockWhereNoFileBringsTheEvents() {
        TestDriver driver = TestDriver.of(topology(LIVE, a -> a));
        driver.tick(at(1_000));
        driver.send(LIVE, payment(5, 100));
        driver.send(LIVE, payment(6, 900)); // event time goes on: that is no deadline
        driver.tick(at(1_049));
        assertEquals(List.of(), driver.take(DECISIONS));
        driver.send(LIVE, payment(7, 901));
        driver.tick(at(1_050));
        assertEquals(List.of(decision(5, 100, -7), decision(6, 900, -7)), driver.take(DECISIONS));
        driver.tick(at(1_098));
        assertEquals(List.of(), driver.take(DECISIONS));
        driver.tick(at(1_000)); // a clock that steps back takes no time away
        driver.send(LIVE, payment(8, 902));
        driver.tick(at(1_099));
        assertEquals(List.of(decision(7, 901, -7)), driver.take(DECISIONS));
        driver.tick(at(1_148));
        assertEquals(List.of(decision(8, 902, -7)), driver.take(DECISIONS));
    }

    @Test
    void shouldCountFromTheFirstTickWhereThereWasNoneBefore() {
        TestDriver driver = TestDriver.of(topology(LIVE, a -> a));
        driver.send(LIVE, payment(5, 100));
        driver.tick(at(1_000_000));
        driver.tick(at(1_000_049));
        assertEquals(List.of(), driver.take(DECISIONS));
        driver.tick(at(1_000_050));
        assertEquals(List.of(decision(5, 100, -7)), driver.take(DECISIONS));
    }

    @Test
    void shouldFollowTheClockWhereNothingHasEventTime() {
        Topology topology = Millrace.topology(
                "sales",
                t -> t.from(SALES)
                        .async("reputation", DEVICES, s -> new Device(s.device()))
                        .decideWithin(WITHIN, FALLBACK)
                        .to(SOLD, j -> j.left()));
        TestDriver driver = TestDriver.of(topology);
        driver.tick(at(10));
        driver.send(SALES, new Sale(1));
        driver.tick(at(59));
        assertEquals(List.of(), driver.take(SOLD));
        driver.tick(at(60));
        assertEquals(List.of(new Sale(1)), driver.take(SOLD));
    }

    @Test
    void shouldDecideAtOnceWhenTheReplySaysThatItFailed() {
        decideAtOnceWhenTheReplySaysThatItFailed(false);
        decideAtOnceWhenTheReplySaysThatItFailed(true);
    }

    private static void decideAtOnceWhenTheReplySaysThatItFailed(boolean ordered) {
        TestDriver driver = TestDriver.of(topology(PAYMENTS, a -> ordered ? a.ordered() : a));
        driver.send(PAYMENTS, payment(5, 100));
        driver.fail(DEVICES, driver.asked(DEVICES).get(0));
        assertEquals(Reason.NO_ANSWER, driver.metas(DECISIONS).get(0).reason());
        assertEquals(List.of(decision(5, 100, -7)), driver.take(DECISIONS));
    }

    @Test
    void shouldLeadEventsWithoutAnAnswerAside() {
        TestDriver driver = TestDriver.of(withoutFallback(a -> a.unansweredTo(UNANSWERED), WITHIN));
        driver.send(PAYMENTS, payment(5, 100), new Header().correlationId(3));
        driver.send(PAYMENTS, payment(6, 110));
        driver.fail(DEVICES, driver.asked(DEVICES).get(1));
        driver.advanceToNs(150);
        List<Meta> metas = driver.metas(UNANSWERED);
        assertEquals(
                List.of(Reason.NO_ANSWER, Reason.TIMED_OUT),
                metas.stream().map(Meta::reason).toList());
        assertEquals(3, metas.get(1).correlationId());
        assertEquals(List.of(payment(6, 110), payment(5, 100)), driver.take(UNANSWERED));
        assertEquals(List.of(), driver.take(DECISIONS));
        assertEquals(List.of(), driver.deadLetters());
    }

    @Test
    void shouldMakeDeadLettersOfWhatASideLetsFall() {
        TestDriver driver = TestDriver.of(withoutFallback(AsyncTest::letsFall, WITHIN));
        driver.send(PAYMENTS, payment(5, 100));
        driver.advanceToNs(150);
        assertEquals("{reputation timed-out=1}", driver.deadLetterCounts().toString());
        assertTrue(driver.deadLetters().get(0).fired());
        assertEquals(0, driver.counters("reputation").keys);
    }

    @Test
    void shouldKeepTheOrderOfTheEventsWhereThatIsAskedFor() {
        TestDriver driver = TestDriver.of(topology(PAYMENTS, AsyncWork::ordered));
        for (int i = 0; i < 4; i++) {
            driver.send(PAYMENTS, payment(i, 100 + i));
        }
        List<Asked<Device>> asked = driver.asked(DEVICES);
        driver.reply(DEVICES, asked.get(3), new Reputation(3)).fail(DEVICES, asked.get(1));
        driver.reply(DEVICES, asked.get(3), new Reputation(9)); // repeated
        assertEquals(List.of(), driver.take(DECISIONS));
        assertEquals(List.of(new Reputation(9)), driver.take(LATE));
        driver.reply(DEVICES, asked.get(0), new Reputation(2));
        assertEquals(List.of(decision(0, 100, 2), decision(1, 101, -7)), driver.take(DECISIONS));
        driver.advanceToNs(152);
        assertEquals(List.of(decision(2, 102, -7), decision(3, 103, 3)), driver.take(DECISIONS));
    }

    @Test
    void shouldReleaseAFewAnswersAnEntryWhereOneHasHeldManyUp() {
        TestDriver driver = TestDriver.of(topology(PAYMENTS, AsyncWork::ordered));
        for (int i = 0; i < 400; i++) {
            driver.send(PAYMENTS, payment(i, 100));
        }
        List<Asked<Device>> asked = driver.asked(DEVICES);
        for (int i = 399; i > 0; i--) {
            driver.reply(DEVICES, asked.get(i), new Reputation(i));
        }
        long before = driver.nextSequence();
        driver.reply(DEVICES, asked.get(0), new Reputation(0));
        List<Meta> metas = driver.metas(DECISIONS);
        assertEquals(16, metas.stream().filter(m -> m.sequence() == before).count());
        assertEquals(64, metas.stream().filter(m -> m.sequence() == before + 1).count());
        List<Decision> all = driver.take(DECISIONS);
        for (int i = 0; i < 400; i++) {
            assertEquals(decision(i, 100, i), all.get(i));
        }
    }

    @Test
    void shouldGiveTheFallbackAtOnceBeyondTheBound() {
        TestDriver driver = TestDriver.of(topology(PAYMENTS, a -> a.inFlightAtMost(2)));
        for (int i = 0; i < 3; i++) {
            driver.send(PAYMENTS, payment(i, 100));
        }
        assertEquals(2, driver.asked(DEVICES).size());
        assertEquals(Reason.OVER_BOUND, driver.metas(DECISIONS).get(0).reason());
        assertEquals(List.of(decision(2, 100, -7)), driver.take(DECISIONS));
        driver.advanceToNs(150);
        assertEquals(2, driver.take(DECISIONS).size());
        driver.send(PAYMENTS, payment(9, 150));
        assertEquals(1, driver.asked(DEVICES).size(), "there is room again");
    }

    @Test
    void shouldRefuseBeyondTheBoundWhatHasNoFallbackOrIsToKeepItsOrder() {
        for (Topology t : List.of(
                withoutFallback(a -> a.inFlightAtMost(1).unansweredTo(UNANSWERED), WITHIN),
                topology(PAYMENTS, a -> a.ordered().inFlightAtMost(1)))) {
            TestDriver driver = TestDriver.of(t);
            driver.send(PAYMENTS, payment(1, 100)).send(PAYMENTS, payment(2, 100));
            assertEquals("{reputation over-bound=1}", driver.deadLetterCounts().toString());
            assertFalse(driver.deadLetters().get(0).fired(), "it can be redriven");
        }
    }

    @Test
    void shouldHoldProgressUntilAnswersAreThere() {
        Topology topology = Millrace.topology("held", t -> {
            EventStream<Joined<Payment, Reputation>> answered =
                    asks(t.from(PAYMENTS)).decideWithin(WITHIN, FALLBACK);
            answered.window("tens", Window.tumbling(Duration.ofNanos(10)))
                    .aggregate(PerTen::new)
                    .onThread("windows")
                    .to(COUNTS, w -> new Counted(w.count.get()));
        });
        for (PlanOptions options :
                List.of(PlanOptions.tested(), PlanOptions.tested().withThreads())) {
            TestDriver driver = TestDriver.of(topology, options);
            assertEquals(options.threads() ? 2 : 1, driver.plan().stages().size());
            driver.send(PAYMENTS, payment(1, 100)).send(PAYMENTS, payment(2, 101));
            driver.send(PAYMENTS, payment(3, 145));
            assertEquals(List.of(), driver.take(COUNTS), "progress is at 145, and nothing is counted");
            List<Asked<Device>> asked = driver.asked(DEVICES);
            driver.reply(DEVICES, asked.get(1), new Reputation(1));
            assertEquals(List.of(), driver.take(COUNTS));
            driver.reply(DEVICES, asked.get(0), new Reputation(1));
            assertEquals(List.of(new Counted(2)), driver.take(COUNTS), "it does not wait for progress to move again");
            driver.endAll();
            assertEquals(List.of(new Counted(1)), driver.take(COUNTS));
            assertEquals(List.of(), driver.deadLetters());
        }
    }

    private static Topology branch(Input<Payment> input) {
        return Millrace.topology("branch", t -> {
            EventStream<Payment> payments = t.from(input);
            payments.with(asks(payments).decideWithin(WITHIN, FALLBACK), Checked::new)
                    .to(DECISIONS, c -> Decision.of(c.answered()));
        });
    }

    @Test
    void shouldBeABranchOfWith() {
        TestDriver driver = TestDriver.of(branch(PAYMENTS));
        driver.send(PAYMENTS, payment(1, 100)).send(PAYMENTS, payment(2, 100)).send(PAYMENTS, payment(3, 130));
        driver.reply(DEVICES, driver.asked(DEVICES).get(1), new Reputation(5));
        assertEquals(List.of(decision(2, 100, 5)), driver.take(DECISIONS));
        driver.advanceToNs(150);
        assertEquals(List.of(decision(1, 100, -7)), driver.take(DECISIONS));
        driver.endAll();
        assertEquals(List.of(decision(3, 130, -7)), driver.take(DECISIONS));
        assertEquals(List.of(), driver.deadLetters());
    }

    /** On one thread an answer that is there at once comes before its event, behind another thread it comes after it. */
    @Test
    void shouldSayWhyAsABranchOfWithWhicheverPartComesLast() {
        Topology topology = Millrace.topology("branch", t -> {
            EventStream<Payment> payments = t.from(PAYMENTS);
            EventStream<Joined<Payment, Reputation>> asks = asks(payments)
                    .inFlightAtMost(1)
                    .decideWithin(WITHIN, FALLBACK)
                    .onThread("asks");
            payments.with(asks, Checked::new).to(DECISIONS, c -> Decision.of(c.answered()));
        });
        for (PlanOptions options :
                List.of(PlanOptions.tested(), PlanOptions.tested().withThreads())) {
            TestDriver driver = TestDriver.of(topology, options);
            driver.send(PAYMENTS, payment(1, 100)).send(PAYMENTS, payment(2, 100));
            driver.endAll();
            assertEquals(
                    List.of(Reason.OVER_BOUND, Reason.TIMED_OUT),
                    driver.metas(DECISIONS).stream().map(Meta::reason).toList(),
                    options.toString());
        }
    }

    /** Without a fallback an event may get no answer, and what is beside it in the with would wait in vain. */
    @Test
    void shouldBeNoBranchOfWithWhereAnEventMayHaveNoAnswer() {
        String said = assertThrows(
                        TopologyException.class,
                        () -> Millrace.topology("branch", t -> {
                            EventStream<Payment> payments = t.from(PAYMENTS);
                            EventStream<Joined<Payment, Reputation>> asks = asks(payments)
                                    .unanswered(side -> side.to(Shop.UNANSWERED))
                                    .decideWithin(WITHIN);
                            payments.with(asks, Checked::new).to(DECISIONS, c -> Decision.of(c.answered()));
                        }))
                .getMessage();
        assertTrue(said.contains("branch 1 must answer each event exactly once, and async reputation"), said);
    }

    @Test
    void shouldBeABranchOfWithForEventsBehindProgressToo() {
        beABranchOfWithForEventsBehindProgressToo(PAYMENTS);
        beABranchOfWithForEventsBehindProgressToo(LIVE);
    }

    private static void beABranchOfWithForEventsBehindProgressToo(Input<Payment> input) {
        TestDriver driver = TestDriver.of(branch(input)).tick(at(1_000));
        driver.send(input, payment(1, 100)).send(input, payment(2, 90)).send(input, payment(3, 101));
        List<Asked<Device>> asked = driver.asked(DEVICES);
        driver.reply(DEVICES, asked.get(0), new Reputation(5)).reply(DEVICES, asked.get(1), new Reputation(6));
        assertEquals(List.of(decision(1, 100, 5), decision(2, 90, 6)), driver.take(DECISIONS));
        driver.endAll().tick(at(1_050));
        assertEquals(List.of(decision(3, 101, -7)), driver.take(DECISIONS));
        assertEquals(List.of(), driver.deadLetters());
    }

    @Test
    void shouldChangeNothingForRepliesThatNobodyWaitsFor() {
        TestDriver driver = TestDriver.of(topology(PAYMENTS, a -> a));
        driver.send(PAYMENTS, payment(5, 100));
        Asked<Device> asked = driver.asked(DEVICES).get(0);
        driver.reply(DEVICES, new Asked<>(0, 1, asked.request()), new Reputation(1));
        driver.reply(DEVICES, new Asked<>(1L << 44, 0, asked.request()), new Reputation(2)); // the same id, later
        driver.send(DEVICES.replies(), Reply.of(new Reputation(3)));
        driver.send(DEVICES.replies(), Reply.failed());
        driver.reply(DEVICES, asked, new Reputation(4)).reply(DEVICES, asked, new Reputation(5));
        assertEquals(List.of(decision(5, 100, 4)), driver.take(DECISIONS));
        assertEquals(
                List.of(1, 2, 3, 5),
                driver.take(LATE).stream().map(Reputation::score).toList());
        assertEquals(5, driver.counters("reputation").late);
        assertEquals(List.of(), driver.deadLetters());
    }

    @Test
    void shouldKeepTheKeyOfItsEvents() {
        Topology topology = Millrace.topology("keyed", t -> {
            KeyedStream<Joined<Payment, Reputation>> answered = t.from(PAYMENTS)
                    .keyByText(Payment::shop)
                    .async("reputation", DEVICES, p -> new Device(p.device()))
                    .ordered()
                    .decideWithin(WITHIN, FALLBACK);
            answered.dedupe("first", Duration.ofNanos(1_000))
                    .duplicates(side -> side.to(UNANSWERED, Joined::left))
                    .to(DECISIONS, Decision::of);
        });
        TestDriver driver = TestDriver.of(topology);
        driver.send(PAYMENTS, new Payment("north", 1, 100)).send(PAYMENTS, new Payment("south", 2, 101));
        driver.send(PAYMENTS, new Payment("north", 3, 102));
        driver.asked(DEVICES).forEach(a -> driver.reply(DEVICES, a, new Reputation(1)));
        assertEquals(
                List.of("north", "south"),
                driver.take(DECISIONS).stream().map(Decision::shop).toList());
        assertEquals(List.of(new Payment("north", 3, 102)), driver.take(UNANSWERED));
    }

    @Test
    void shouldMakeADeadLetterOfWhatCannotBeAsked() {
        Topology topology = Millrace.topology(
                "bad",
                t -> t.from(PAYMENTS)
                        .async("reputation", DEVICES, p -> p.device() == 0 ? null : new Device(8 / (p.device() - 1)))
                        .decideWithin(WITHIN, FALLBACK)
                        .to(DECISIONS, Decision::of));
        TestDriver driver = TestDriver.of(topology).answer(DEVICES, d -> new Reputation((int) d.number()));
        driver.send(PAYMENTS, payment(0, 100)).send(PAYMENTS, payment(1, 100)).send(PAYMENTS, payment(2, 100));
        driver.endAll();
        assertEquals(List.of(decision(2, 100, 8)), driver.take(DECISIONS));
        assertEquals("{reputation operator-error=2}", driver.deadLetterCounts().toString());
    }

    @Test
    void shouldAnswerAllThatWaitAtTheEnd() {
        TestDriver driver = TestDriver.of(topology(PAYMENTS, a -> a));
        for (int i = 0; i < 200; i++) {
            driver.send(PAYMENTS, payment(i, 100));
        }
        driver.end(PAYMENTS);
        assertEquals(200, driver.take(DECISIONS).size());
        driver.send(PAYMENTS, payment(1, 300)); // behind its end, from elsewhere
        assertEquals(1, driver.take(DECISIONS).size());
        assertEquals(0, driver.counters("reputation").keys);
    }

    @Test
    void shouldDecideByTheDeadlineHoweverManyAreDue() {
        decideByTheDeadlineHoweverManyAreDue(false);
        decideByTheDeadlineHoweverManyAreDue(true);
    }

    private static void decideByTheDeadlineHoweverManyAreDue(boolean ordered) {
        List<Decision> decisions = new ArrayList<>();
        List<Reputation> late = new ArrayList<>();
        Setup setup = Engine.of(topology(PAYMENTS.historic(), a -> ordered ? a.ordered() : a));
        try (Inline inline = setup.output(DECISIONS, d -> decisions.add(d))
                .output(LATE, r -> late.add(r))
                .discard(DEVICES.requests())
                .inline()) {
            Input<Payment> payments = payments(inline);
            for (int i = 0; i < 300; i++) {
                inline.publish(payments, payment(i, 100));
            }
            inline.publish(payments, payment(300, 150)); // all 300 are due, and 64 fire
            assertEquals(64, decisions.size());
            Publisher<Reply<Reputation>> replies = inline.publisher(DEVICES.replies());
            replies.publish(Reply.of(new Reputation(3)), new Asked<>(299, 0, null).header());
            assertEquals(List.of(new Reputation(3)), late);
            for (int i = 0; i < 4; i++) {
                inline.publish(payments, payment(301 + i, 150));
            }
            assertEquals(300, decisions.stream().filter(d -> d.score() == -7).count());
            assertEquals(300, decisions.size());
        }
    }

    @SuppressWarnings("unchecked")
    private static Input<Payment> payments(Inline inline) {
        return (Input<Payment>) inline.topology().inputs().get(0);
    }

    @Test
    void shouldRefuseWhatCannotBe() {
        assertThrows(TopologyException.class, () -> withoutFallback(AsyncTest::letsFall, Duration.ZERO));
        assertThrows(
                TopologyException.class, () -> withoutFallback(a -> letsFall(a).inFlightAtMost(0), WITHIN));
        TopologyException twice = assertThrows(
                TopologyException.class,
                () -> Millrace.topology("twice", t -> {
                    asks(t.from(PAYMENTS)).decideWithin(WITHIN, FALLBACK).to(DECISIONS, Decision::of);
                    t.from(PAYMENTS)
                            .async("again", DEVICES, p -> new Device(p.device()))
                            .decideWithin(WITHIN, FALLBACK)
                            .to(DECISIONS, Decision::of);
                }));
        assertTrue(twice.getMessage().contains("use another lookup port"), twice.getMessage());
        TopologyException besides = assertThrows(
                TopologyException.class,
                () -> Millrace.topology("besides", t -> {
                    t.from(PAYMENTS).to(DEVICES.requests(), p -> new Device(1));
                    asks(t.from(PAYMENTS)).decideWithin(WITHIN, FALLBACK).to(DECISIONS, Decision::of);
                }));
        assertTrue(besides.getMessage().contains("use another lookup port"), besides.getMessage());
        TopologyException untyped = assertThrows(
                TopologyException.class,
                () -> Millrace.topology(
                        "untyped",
                        t -> t.from(PAYMENTS)
                                .map(p -> new Object())
                                .async("reputation", DEVICES, o -> new Device(1))
                                .decideWithin(WITHIN, FALLBACK)
                                .to(UNANSWERED, j -> payment(1, 1))));
        assertTrue(untyped.getMessage().contains("use map(type, function)"), untyped.getMessage());
    }

    @Test
    void shouldRefuseADeadlineWithNothingToDecideBy() {
        TopologyException refused = assertThrows(
                TopologyException.class, () -> withoutFallback(a -> a.lateReplies(side -> side.to(LATE)), WITHIN));
        String message = refused.getMessage();
        assertTrue(message.contains("reputation"), message);
        assertTrue(message.contains("give decideWithin a fallback, or take such events by unanswered"), message);
    }

    @Test
    void shouldDescribeWhatIsAskedAndWhenItIsDecided() {
        String text = topology(PAYMENTS, AsyncWork::ordered).describe();
        assertTrue(text.contains("asks devices") && text.contains("PT0.00000005S"), text);
        assertTrue(text.contains("of the events") && text.contains("Reputation[score=7]"), text);
    }
}
