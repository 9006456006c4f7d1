package io.millrace.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.event.EventType;
import io.millrace.event.EventView;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operators.FlatType.Flat;
import io.millrace.operators.score.LinearModel;
import io.millrace.operators.score.LogisticModel;
import io.millrace.operators.score.Model;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What score promises: the model's features by name, one answer an event, nothing allocated. */
class ScoreTest {
    record Payment(long card, double amount, int hour) {}

    record Decision(long card, double raw, double probability, double amount) {}

    static final Input<Payment> PAYMENTS = Input.of("payments", Payment.class);
    static final Output<Decision> DECISIONS = Output.of("decisions", Decision.class);

    static final Features<Payment> FEATURES = Features.of(
            Payment.class,
            f -> f.add("UNUSED", p -> 1 / (p.hour() - 99))
                    .add("HOUR", p -> 24 / p.hour())
                    .missingWhen(p -> p.hour() < 0)
                    .add("AMOUNT", Payment::amount));

    /** Answers 1 + 2 * amount + 3 * hours, hours being 24 / hour, or 7 where it is missing. */
    static final LinearModel LINEAR = LinearModel.intercept(1).plus("AMOUNT", 2).plus("HOUR", 3, 7);

    private static Topology topology(Model model, Features<Payment> features) {
        return Millrace.topology(
                "score",
                t -> t.from(PAYMENTS)
                        .score("model", model, features)
                        .to(
                                DECISIONS,
                                s -> new Decision(s.event().card(), s.raw(), s.probability(), s.feature("AMOUNT"))));
    }

    private static double logistic(double raw) {
        return LogisticModel.of(LINEAR).probability(raw);
    }

    @Test
    void shouldFindTheFeaturesOfTheModelByName() {
        TestDriver driver = TestDriver.of(topology(LogisticModel.of(LINEAR), FEATURES));
        driver.send(PAYMENTS, new Payment(5, 0.5, 12)).send(PAYMENTS, new Payment(6, -1.5, 24));
        assertEquals(
                List.of(new Decision(5, 8, logistic(8), 0.5), new Decision(6, 1, logistic(1), -1.5)),
                driver.take(DECISIONS));
    }

    @Test
    void shouldNotComputeWhatTheModelDoesNotAskFor() {
        TestDriver driver = TestDriver.of(topology(LogisticModel.of(LINEAR), FEATURES));
        driver.send(PAYMENTS, new Payment(5, 0, 99)); // UNUSED would divide by zero
        assertEquals(1, driver.take(DECISIONS).size());
    }

    @Test
    void shouldGiveTheModelNaNForAMissingValue() {
        TestDriver driver = TestDriver.of(topology(LogisticModel.of(LINEAR), FEATURES));
        driver.send(PAYMENTS, new Payment(5, 1, -1));
        assertEquals(1 + 2 + 3 * 7, driver.take(DECISIONS).get(0).raw());
    }

    @Test
    void shouldSendAnEventWhoseFeatureThrowsToTheDeadLettersAndNameTheFeature() {
        TestDriver driver = TestDriver.of(topology(LogisticModel.of(LINEAR), FEATURES));
        driver.send(PAYMENTS, new Payment(5, 1, 0)).send(PAYMENTS, new Payment(6, 1, 1));
        assertEquals(1, driver.take(DECISIONS).size());
        assertEquals(Reason.OPERATOR_ERROR, driver.deadLetters().get(0).reason());
        assertTrue(
                driver.deadLetters().get(0).cause().contains("feature HOUR of Payment"),
                driver.deadLetters().get(0).cause());
    }

    @Test
    void shouldSendAnEventWithoutAnAnswerToTheDeadLetters() {
        TestDriver driver = TestDriver.of(topology(LogisticModel.of(LINEAR), FEATURES));
        driver.send(PAYMENTS, new Payment(5, Double.NaN, 1));
        assertEquals(List.of(), driver.take(DECISIONS));
        assertEquals(Reason.MISSING_VALUE, driver.deadLetters().get(0).reason());
        assertTrue(driver.deadLetters().get(0).cause().contains("AMOUNT"));

        Model difference =
                LogisticModel.of(LinearModel.intercept(0).plus("AMOUNT", 1).plus("MINUS", 1));
        Features<Payment> both =
                Features.of(Payment.class, f -> f.add("AMOUNT", Payment::amount).add("MINUS", p -> -p.amount()));
        driver = TestDriver.of(topology(difference, both));
        driver.send(PAYMENTS, new Payment(5, Double.POSITIVE_INFINITY, 1));
        assertEquals(Reason.OUT_OF_RANGE, driver.deadLetters().get(0).reason());
    }

    @Test
    void shouldNameAFeatureThatIsNotThereAndTheNearest() {
        Model model =
                LogisticModel.of(LinearModel.intercept(1).plus("TX_AMUONT", 2).plus("HOUR", 3));
        Features<Payment> features =
                Features.of(Payment.class, f -> f.add("HOUR", Payment::hour).add("tx_amount", Payment::amount));
        TopologyException e = assertThrows(TopologyException.class, () -> topology(model, features));
        assertTrue(e.getMessage().contains("'TX_AMUONT'"), e.getMessage());
        assertTrue(e.getMessage().contains("the nearest is 'tx_amount'"), e.getMessage());
        assertTrue(e.getMessage().contains("ScoreTest.java"), e.getMessage());
        assertTrue(!e.getMessage().contains("'HOUR'"), e.getMessage());
    }

    @Test
    void shouldRefuseAProbabilityThatTheModelDoesNotHave() {
        TestDriver driver = TestDriver.of(topology(LINEAR, FEATURES)).send(PAYMENTS, new Payment(5, 1, 1));
        assertEquals(List.of(), driver.take(DECISIONS));
        assertTrue(driver.deadLetters().get(0).cause().contains("no probability"));
    }

    @Test
    void shouldRefuseAFeatureByAWrongName() {
        Topology topology = Millrace.topology(
                "wrong",
                t -> t.from(PAYMENTS)
                        .score("model", LINEAR, FEATURES)
                        .to(DECISIONS, s -> new Decision(1, s.feature(1), s.feature(0), s.feature("AMOUNTS"))));
        TestDriver driver = TestDriver.of(topology).send(PAYMENTS, new Payment(5, 1, 1));
        assertTrue(driver.deadLetters().get(0).cause().contains("the nearest is AMOUNT"));
    }

    @Test
    void shouldKeepTheKey() {
        Topology topology = Millrace.topology("keyed", t -> {
            KeyedStream<Scored<Payment>> scored =
                    t.from(PAYMENTS).keyBy(Payment::card).score("model", LINEAR, FEATURES);
            scored.to(DECISIONS, s -> new Decision(s.event().card(), s.raw(), 0, s.feature(0)));
        });
        assertEquals("long", topology.node("model").key().kind());
        TestDriver driver = TestDriver.of(topology).send(PAYMENTS, new Payment(5, 1, 1));
        assertEquals(List.of(new Decision(5, 75, 0, 1)), driver.take(DECISIONS));
    }

    @Test
    void shouldBeKeptAndReadAgain() {
        // the merge takes first what comes last, so all wait as bytes
        Topology topology = Millrace.topology("staged", t -> {
            EventStream<Scored<Payment>> scored = t.from(PAYMENTS).score("model", LogisticModel.of(LINEAR), FEATURES);
            EventStream<Scored<Payment>> first = scored.filter(s -> s.raw() > 0);
            scored.filter(s -> s.event().hour() > 1)
                    .merge(first)
                    .to(DECISIONS, s -> new Decision(s.event().card(), s.raw(), s.probability(), s.feature("AMOUNT")));
        });
        TestDriver driver = TestDriver.of(topology).send(PAYMENTS, new Payment(5, 1, 2));
        assertEquals(1, driver.plan().stages().get(0).inboxes().size());
        Decision one = new Decision(5, 39, logistic(39), 1);
        assertEquals(List.of(one, one), driver.take(DECISIONS));
    }

    @Test
    void shouldHaveALayoutThatIsChecked() {
        EventType<Payment> payment = EventType.of(Payment.class);
        ScoredType<Payment> type = new ScoredType<>(payment, LINEAR);
        ScoredRow<Payment> row = new ScoredRow<>(LINEAR, payment.newView());
        byte[] bytes = new byte[type.maxLength() + 3];
        payment.encode(new Payment(7, 2.5, 3), bytes, 3 + 24);
        row.wrap(bytes, 3, type.maxLength());
        byte[] again = new byte[type.maxLength()];
        assertEquals(again.length, type.encode(row, again, 0));
        assertEquals(
                new Payment(7, 2.5, 3),
                type.newView().wrap(again, 0, again.length).event());
        assertEquals(null, type.check(again, 0, again.length));
        assertTrue(type.check(again, 0, 23).contains("23 bytes"));
        assertTrue(type.check(again, 0, again.length - 1) != null);
        assertTrue(type.text(again, 0, again.length).contains("amount=2.5"));
        EventView<Scored<Payment>> view = type.newView();
        assertEquals(0.0, view.wrap(again, 0, again.length).raw());
    }

    @Test
    void shouldAllocateNothing() {
        Input<Flat> flats = Input.of("flats", FlatType.FLAT);
        Features<Flat> features = Features.of(
                Flat.class,
                f -> f.add("AMOUNT", Flat::value)
                        .missingWhen(e -> e.last() == 9)
                        .add("HOUR", Flat::key));
        Topology topology = Millrace.topology(
                "bytes",
                t -> t.from(flats)
                        .score("model", LogisticModel.of(LINEAR), features)
                        .filter(s -> s.probability() < 0)
                        .to(DECISIONS, s -> new Decision(1, 1, 1, 1)));
        CountingRun run = new CountingRun(topology, PlanOptions.fused());
        Flat[] events = {FlatType.flat(1, 2, 0, 0), FlatType.flat(3, -4, 1, 3), FlatType.flat(3, -4, 1, 9)};
        int source = run.source(flats);
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 6; i++) {
            long before = LookUpRandomTest.allocated();
            for (int j = 0; j < 100_000; j++) {
                run.send(source, flats, events[j % events.length]);
            }
            least = Math.min(least, LookUpRandomTest.allocated() - before);
        }
        assertTrue(least < 5_000, least + " bytes for 100,000 events");
        assertTrue(run.deadLetters() > 0, "missing values without an answer");
    }
}
