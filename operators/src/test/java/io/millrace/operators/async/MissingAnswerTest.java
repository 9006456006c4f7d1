package io.millrace.operators.async;

import static io.millrace.operators.async.Shop.DECISIONS;
import static io.millrace.operators.async.Shop.DEVICES;
import static io.millrace.operators.async.Shop.FALLBACK;
import static io.millrace.operators.async.Shop.PAYMENTS;
import static io.millrace.operators.async.Shop.UNANSWERED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.AsyncWork;
import io.millrace.dsl.EventStream;
import io.millrace.dsl.Millrace;
import io.millrace.event.Meta;
import io.millrace.event.Reason;
import io.millrace.operators.Joined;
import io.millrace.operators.async.Shop.Decision;
import io.millrace.operators.async.Shop.Device;
import io.millrace.operators.async.Shop.Payment;
import io.millrace.operators.async.Shop.Reputation;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.Asked;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each way in which an answer can be missing, between two events that have theirs: what becomes of the event, and what is said of why. */
class MissingAnswerTest {
    private static final Duration WITHIN = Duration.ofNanos(50);

    private enum Instead {
        FALLBACK,
        /** As a branch of a with. */
        FALLBACK_OF_BRANCH,
        SIDE,
        NOTHING
    }

    private record Case(Reason why, boolean ordered, Instead instead, boolean threads) {
        /** It would have to wait for its turn, or has nothing to be answered by: it is refused at once. */
        boolean isRefused() {
            return why == Reason.OVER_BOUND && (ordered || instead == Instead.SIDE || instead == Instead.NOTHING);
        }

        boolean isDecided() {
            return (instead == Instead.FALLBACK || instead == Instead.FALLBACK_OF_BRANCH) && !isRefused();
        }

        Topology topology() {
            return Millrace.topology("shop", t -> {
                EventStream<Payment> payments = t.from(PAYMENTS);
                AsyncWork<Payment, Device, Reputation> asks =
                        payments.async("reputation", DEVICES, p -> new Device(p.device()));
                asks = ordered ? asks.ordered() : asks;
                asks = why == Reason.OVER_BOUND ? asks.inFlightAtMost(1) : asks;
                if (instead == Instead.FALLBACK_OF_BRANCH) {
                    payments.with(asks.decideWithin(WITHIN, FALLBACK).onThread("asks"), AsyncTest.Checked::new)
                            .to(DECISIONS, c -> Decision.of(c.answered()));
                } else {
                    answered(asks).onThread("asks").to(DECISIONS, Decision::of);
                }
            });
        }

        private EventStream<Joined<Payment, Reputation>> answered(AsyncWork<Payment, Device, Reputation> asks) {
            return switch (instead) {
                case SIDE -> asks.unansweredTo(UNANSWERED).decideWithin(WITHIN);
                case NOTHING -> asks.unanswered(side -> {}).decideWithin(WITHIN);
                default -> asks.decideWithin(WITHIN, FALLBACK);
            };
        }
    }

    static Stream<Case> cases() {
        List<Case> all = new ArrayList<>();
        for (Reason why : new Reason[] {Reason.TIMED_OUT, Reason.NO_ANSWER, Reason.OVER_BOUND}) {
            for (Instead instead : Instead.values()) {
                for (int i = 0; i < 4; i++) {
                    all.add(new Case(why, i % 2 == 0, instead, i < 2));
                }
            }
        }
        return all.stream();
    }

    private static Payment payment(long device, long timeNs) {
        return new Payment("a", device, timeNs);
    }

    /** An output with why it is one; null where that is no question. */
    private record Told<V>(V value, Reason why) {}

    private static <V> List<Told<V>> told(List<V> values, List<Meta> metas) {
        List<Told<V>> all = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            all.add(new Told<>(values.get(i), metas.get(i).reason()));
        }
        return all;
    }

    private static Told<Decision> decided(long device, long timeNs, int score, Reason why) {
        return new Told<>(new Decision("a", device, timeNs, score), why);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldSayWhyThereIsNoAnswerAndOfThatEventOnly(Case c) {
        PlanOptions tested = PlanOptions.tested();
        try (TestDriver driver = TestDriver.of(c.topology(), c.threads ? tested.withThreads() : tested)) {
            driver.send(PAYMENTS, payment(1, 100)).send(PAYMENTS, payment(2, 101));
            List<Asked<Device>> asked = driver.asked(DEVICES);
            driver.reply(DEVICES, asked.get(0), new Reputation(3));
            if (c.why == Reason.NO_ANSWER) {
                driver.fail(DEVICES, asked.get(1));
            }
            driver.advanceToNs(151);
            driver.send(PAYMENTS, payment(3, 160));
            driver.reply(DEVICES, driver.asked(DEVICES).get(0), new Reputation(4));
            driver.endAll();

            List<Told<Decision>> expected =
                    new ArrayList<>(List.of(decided(1, 100, 3, null), decided(3, 160, 4, null)));
            if (c.isDecided()) {
                int at = c.why == Reason.OVER_BOUND ? 0 : 1; // at once, or when its time has come
                expected.add(at, decided(2, 101, -7, c.why));
            }
            List<Meta> metas = driver.metas(DECISIONS);
            assertEquals(expected, told(driver.take(DECISIONS), metas));

            boolean isAside = c.instead == Instead.SIDE && !c.isRefused();
            if (c.instead == Instead.SIDE) {
                List<Meta> aside = driver.metas(UNANSWERED);
                assertEquals(
                        isAside ? List.of(new Told<>(payment(2, 101), c.why)) : List.of(),
                        told(driver.take(UNANSWERED), aside));
            }
            assertEquals(
                    c.isDecided() || isAside ? "{}" : "{reputation " + c.why.text() + "=1}",
                    driver.deadLetterCounts().toString());
        }
    }
}
