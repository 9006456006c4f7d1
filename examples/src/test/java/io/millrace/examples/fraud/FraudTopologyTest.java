package io.millrace.examples.fraud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.DeadLetter;
import io.millrace.event.Meta;
import io.millrace.event.Reason;
import io.millrace.examples.fraud.generate.GeneratedPayment;
import io.millrace.examples.fraud.generate.PaymentGenerator;
import io.millrace.operators.score.Model;
import io.millrace.testkit.TestDriver;
import io.millrace.topology.Topology;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same topology object as the command runs, without threads. */
class FraudTopologyTest {
    private static final long DAY = 86_400;
    private static final long START = Payments.START;

    private static Topology topology(double threshold) throws Exception {
        return FraudTopology.of(Models.bundled(), threshold, true);
    }

    private static Payment payment(long id, long seconds, double amount, boolean fraud) {
        return new Payment(id, START + seconds, 1, 2, amount, fraud);
    }

    @Test
    void shouldRefuseALatePaymentOnceAndKeepNothingOfIt() throws Exception {
        TestDriver driver = TestDriver.of(topology(0))
                .send(FraudTopology.PAYMENTS, payment(1, 100, 5, false))
                .send(FraudTopology.PAYMENTS, payment(2, 99, 7, true))
                .send(FraudTopology.PAYMENTS, payment(3, 100, 9, false));
        List<FeatureRow> rows = driver.take(FraudTopology.FEATURE_ROWS);
        assertEquals(List.of(1L, 3L), rows.stream().map(FeatureRow::id).toList());
        assertEquals(2, rows.get(1).customerCount1());
        assertEquals(7.0, rows.get(1).customerMean1());
        assertEquals(2, driver.take(FraudTopology.DECISIONS).size());
        assertEquals(2, driver.take(FraudTopology.ALERTS).size());
        assertEquals(1, driver.deadLetters().size());
        DeadLetter letter = driver.deadLetters().get(0);
        assertEquals(Reason.LATE, letter.reason());
        assertEquals(1, letter.sequence());
        assertTrue(letter.event().contains("id=2"), letter.event());
    }

    @Test
    void shouldTakePaymentsOfOneSecondInTheirOrder() throws Exception {
        TestDriver driver = TestDriver.of(topology(1));
        for (int i = 1; i <= 3; i++) {
            driver.send(FraudTopology.PAYMENTS, payment(i, 0, i, false));
        }
        List<FeatureRow> rows = driver.take(FraudTopology.FEATURE_ROWS);
        assertEquals(
                List.of(1L, 2L, 3L),
                rows.stream().map(FeatureRow::customerCount1).toList());
        assertEquals(
                List.of(1.0, 1.5, 2.0),
                rows.stream().map(FeatureRow::customerMean1).toList());
    }

    @Test
    void shouldForgetWhatHasLeftTheWindowToTheSecond() throws Exception {
        TestDriver driver = TestDriver.of(topology(1))
                .send(FraudTopology.PAYMENTS, payment(1, 0, 1, true))
                .send(FraudTopology.PAYMENTS, payment(2, DAY - 1, 1, false))
                .send(FraudTopology.PAYMENTS, payment(3, DAY, 1, false))
                .send(FraudTopology.PAYMENTS, payment(4, 7 * DAY - 1, 1, false))
                .send(FraudTopology.PAYMENTS, payment(5, 7 * DAY, 1, false))
                .send(FraudTopology.PAYMENTS, payment(6, 8 * DAY, 1, false));
        List<FeatureRow> rows = driver.take(FraudTopology.FEATURE_ROWS);
        assertEquals(
                List.of(1L, 2L, 2L, 1L, 2L, 1L),
                rows.stream().map(FeatureRow::customerCount1).toList());
        assertEquals(
                List.of(1L, 2L, 3L, 4L, 4L, 3L),
                rows.stream().map(FeatureRow::customerCount7).toList());
        // a terminal's windows end seven days ago
        assertEquals(
                List.of(0L, 0L, 0L, 0L, 1L, 2L),
                rows.stream().map(FeatureRow::terminalCount1).toList());
        assertEquals(
                List.of(0.0, 0.0, 0.0, 0.0, 1.0, 0.0),
                rows.stream().map(FeatureRow::terminalRisk1).toList());
        assertEquals(1 / 3.0, rows.get(5).terminalRisk7());
    }

    @Test
    void shouldChangeTheThresholdAtAnExactPlace() throws Exception {
        TestDriver driver = TestDriver.of(topology(1));
        long changed = 0;
        for (int i = 0; i < 20; i++) {
            if (i == 8) {
                changed = driver.nextSequence();
                driver.send(FraudTopology.RULES, new Rules(0));
            }
            if (i == 15) {
                driver.send(FraudTopology.RULES, new Rules(1));
            }
            driver.send(FraudTopology.PAYMENTS, payment(i, i, 1, false));
        }
        assertEquals(20, driver.take(FraudTopology.DECISIONS).size());
        List<Meta> metas = driver.metas(FraudTopology.ALERTS);
        assertEquals(changed + 1, metas.get(0).sequence());
        assertEquals(
                List.of(8L, 9L, 10L, 11L, 12L, 13L, 14L),
                driver.take(FraudTopology.ALERTS).stream().map(Decision::id).toList());
    }

    @Test
    void shouldAlertAtTheThresholdItself() throws Exception {
        TestDriver first = TestDriver.of(topology(1)).send(FraudTopology.PAYMENTS, payment(1, 0, 40, false));
        double probability = first.take(FraudTopology.DECISIONS).get(0).probability();
        for (double threshold : new double[] {probability, Math.nextUp(probability)}) {
            TestDriver driver =
                    TestDriver.of(topology(threshold)).send(FraudTopology.PAYMENTS, payment(1, 0, 40, false));
            assertEquals(
                    threshold == probability ? 1 : 0,
                    driver.take(FraudTopology.ALERTS).size());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2018-04-01T00:00:00, 1, 1", // a Sunday
        "2018-04-01T06:59:59, 1, 1",
        "2018-04-01T07:00:00, 1, 0",
        "2018-04-01T23:59:59, 1, 0",
        "2018-04-02T00:00:00, 0, 1",
        "2018-04-06T23:59:59, 0, 0",
        "2018-04-07T00:00:00, 1, 1",
        "1969-12-27T12:00:00, 1, 0", // a Saturday before the epoch
        "1969-12-26T23:59:59, 0, 0",
        "1969-12-29T03:00:00, 0, 1"
    })
    void shouldKnowWeekendsAndNights(LocalDateTime time, int weekend, int night) {
        Payment p = new Payment(1, time.toEpochSecond(ZoneOffset.UTC), 1, 1, 1, false);
        assertEquals(weekend, FraudTopology.weekend(p));
        assertEquals(night, FraudTopology.night(p));
    }

    /** Against the definition, as loops over all payments of a customer and of a terminal: every feature, and the score. */
    @Test
    void shouldAgreeWithTheDefinition() throws Exception {
        Model model = Models.bundled();
        TestDriver driver = TestDriver.of(topology(1));
        PaymentGenerator generator = new PaymentGenerator(6_000, 3, 500);
        GeneratedPayment g = new GeneratedPayment();
        List<double[]> expected = new ArrayList<>();
        Map<Long, List<Payment>> ofCustomer = new HashMap<>();
        Map<Long, List<Payment>> atTerminal = new HashMap<>();
        while (generator.next(g)) {
            Payment p = new Payment(g.id, g.timeSeconds, g.customer, g.terminal, g.amount, g.fraud);
            ofCustomer.computeIfAbsent(p.customer(), k -> new ArrayList<>()).add(p);
            atTerminal.computeIfAbsent(p.terminal(), k -> new ArrayList<>()).add(p);
            expected.add(defined(p, ofCustomer.get(p.customer()), atTerminal.get(p.terminal())));
            driver.send(FraudTopology.PAYMENTS, p);
        }
        List<FeatureRow> rows = driver.take(FraudTopology.FEATURE_ROWS);
        List<Decision> decisions = driver.take(FraudTopology.DECISIONS);
        assertEquals(expected.size(), rows.size());
        for (int i = 0; i < rows.size(); i++) {
            double[] actual = values(rows.get(i));
            for (int c = 1; c < actual.length; c++) {
                double e = Double.isNaN(expected.get(i)[c]) ? 0 : expected.get(i)[c];
                assertTrue(Math.abs(actual[c] - e) <= e * 1e-12, FeatureRow.COLUMNS[c] + " of " + rows.get(i));
            }
            assertEquals(model.raw(expected.get(i)), decisions.get(i).raw(), 1e-9);
        }
        assertTrue(rows.stream().anyMatch(r -> r.terminalCount30() > r.terminalCount7()), "no long history");
    }

    /** The row that the model sees, with the amount in front. */
    private static double[] defined(Payment p, List<Payment> ofCustomer, List<Payment> atTerminal) {
        double[] row = new double[15];
        row[0] = p.amount();
        row[1] = FraudTopology.weekend(p);
        row[2] = FraudTopology.night(p);
        int at = 3;
        for (long days : new long[] {1, 7, 30}) {
            List<Payment> window = window(ofCustomer, p.timeSeconds(), days);
            row[at++] = window.size();
            row[at++] = window.stream().mapToDouble(Payment::amount).average().orElseThrow();
        }
        for (long days : new long[] {1, 7, 30}) {
            List<Payment> window = window(atTerminal, p.timeSeconds() - 7 * DAY, days);
            row[at++] = window.size();
            row[at++] =
                    window.stream().mapToInt(w -> w.fraud() ? 1 : 0).average().orElse(Double.NaN);
        }
        return row;
    }

    private static List<Payment> window(List<Payment> all, long end, long days) {
        return all.stream()
                .filter(p -> p.timeSeconds() > end - days * DAY && p.timeSeconds() <= end)
                .toList();
    }

    private static double[] values(FeatureRow r) {
        return new double[] {
            Double.NaN, // the amount is no column of the file
            r.weekend(),
            r.night(),
            r.customerCount1(),
            r.customerMean1(),
            r.customerCount7(),
            r.customerMean7(),
            r.customerCount30(),
            r.customerMean30(),
            r.terminalCount1(),
            r.terminalRisk1(),
            r.terminalCount7(),
            r.terminalRisk7(),
            r.terminalCount30(),
            r.terminalRisk30()
        };
    }
}
