package io.millrace.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.dsl.EventStream;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.Setting;
import io.millrace.dsl.Table;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operators.score.LinearModel;
import io.millrace.operators.score.LogisticModel;
import io.millrace.plan.PlanOptions;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Seeds;
import io.millrace.topology.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The road of a fraud topology: look-ups beside an event, a score over both, a threshold that is changed while it runs. */
class WordsTogetherTest {
    record Payment(long card, long terminal, double amount) {}

    record Profile(long key, double mean) {}

    record Rules(double threshold) {}

    record Alert(long card, double raw) {}

    record Seen(Payment payment, Joined<Payment, Profile> card, Joined<Payment, Profile> terminal) {}

    static final Input<Payment> PAYMENTS = Input.of("payments", Payment.class);
    static final Input<Profile> PROFILES = Input.of("profiles", Profile.class);
    static final Input<Rules> RULES = Input.of("rules", Rules.class);
    static final Output<Alert> ALERTS = Output.of("alerts", Alert.class);

    static final Features<Seen> FEATURES = Features.of(
            Seen.class,
            f -> f.add("AMOUNT", s -> s.payment().amount())
                    .add("CARD", s -> s.card().right().mean())
                    .missingWhen(s -> !s.card().hasRight())
                    .add("TERMINAL", s -> s.terminal().right().mean()));

    static final LogisticModel MODEL = LogisticModel.of(
            LinearModel.intercept(-1).plus("AMOUNT", 2).plus("TERMINAL", 1).plus("CARD", 4, 0.5));

    private static Topology topology() {
        return Millrace.topology("together", t -> {
            Table<Profile> profiles = t.table("profiles", PROFILES, Profile::key);
            Setting<Rules> rules = t.setting("rules", RULES, new Rules(0.5));
            EventStream<Payment> payments = t.from(PAYMENTS);
            payments.with(
                            payments.keyBy(Payment::card).lookup("card", profiles),
                            payments.keyBy(Payment::terminal).lookup("terminal", profiles, new Profile(0, -3)),
                            Seen::new)
                    .score("model", MODEL, FEATURES)
                    .filter(rules, (s, r) -> s.probability() >= r.threshold())
                    .to(ALERTS, s -> new Alert(s.event().payment().card(), s.raw()));
        });
    }

    @Test
    void shouldAgreeWithArraysAndAVariable() {
        Seeds.each(11, 5, "agree(%d)", WordsTogetherTest::agree);
    }

    private static void agree(long seed) {
        for (PlanOptions options : List.of(PlanOptions.tested(), PlanOptions.fused())) {
            TestDriver driver = TestDriver.of(topology(), options.withStateBytes(8 << 20));
            List<Alert> expected = new ArrayList<>();
            double[] mean = new double[20];
            double threshold = 0.5;
            SplittableRandom random = new SplittableRandom(seed);
            for (int i = 0; i < 1_000; i++) {
                int what = random.nextInt(10);
                if (what == 0) {
                    threshold = random.nextDouble();
                    driver.send(RULES, new Rules(threshold));
                } else if (what < 3) {
                    int key = random.nextInt(mean.length);
                    mean[key] = 1 + random.nextInt(4);
                    driver.send(PROFILES, new Profile(key, mean[key]));
                } else {
                    Payment p = new Payment(random.nextInt(20), random.nextInt(20), random.nextInt(5) - 3);
                    driver.send(PAYMENTS, p);
                    double card = mean[(int) p.card()] == 0 ? 0.5 : mean[(int) p.card()];
                    double terminal = mean[(int) p.terminal()] == 0 ? -3 : mean[(int) p.terminal()];
                    double raw = -1 + 2 * p.amount() + terminal + 4 * card;
                    if (MODEL.probability(raw) >= threshold) {
                        expected.add(new Alert(p.card(), raw));
                    }
                }
            }
            assertEquals(expected, driver.take(ALERTS));
            assertEquals(List.of(), driver.deadLetters());
        }
    }
}
