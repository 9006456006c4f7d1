package io.millrace.examples.fraud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.examples.fraud.FraudWithLabels.Label;
import io.millrace.examples.fraud.FraudWithLabels.TerminalRisk;
import io.millrace.examples.fraud.generate.GeneratedPayment;
import io.millrace.examples.fraud.generate.PaymentGenerator;
import io.millrace.testkit.TestDriver;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;

class FraudWithLabelsTest {
    private static final long DAY = 86_400;
    private static final long START = Payments.START;

    private final TestDriver driver = TestDriver.of(FraudWithLabels.of(0.5));

    private void payment(long id, long seconds) {
        driver.send(FraudWithLabels.PAYMENTS, new Payment(id, START + seconds, 1, 7, 10, false));
    }

    private void label(long payment, long seconds, boolean fraud) {
        driver.send(FraudWithLabels.LABELS, new Label(payment, 7, START + seconds, fraud));
    }

    private static List<Long> ids(List<TerminalRisk> risks) {
        return risks.stream().map(TerminalRisk::payment).toList();
    }

    @Test
    void shouldCountALabelFromWhenItIsKnown() {
        payment(1, 0);
        label(1, 5, true);
        payment(2, 5); // behind the label, in the same second
        payment(3, 6);
        label(2, 6, false); // behind the payment: too late for it
        payment(4, 6);
        assertEquals(
                List.of(
                        new TerminalRisk(1, 0, 0, 0, 0, 0, 0),
                        new TerminalRisk(2, 1, 1, 1, 1, 1, 1),
                        new TerminalRisk(3, 1, 1, 1, 1, 1, 1),
                        new TerminalRisk(4, 2, 0.5, 2, 0.5, 2, 0.5)),
                driver.take(FraudWithLabels.RISKS));
        assertEquals(List.of(2L, 3L, 4L), ids(driver.take(FraudWithLabels.ALERTS)));
        assertEquals(List.of(), driver.deadLetters());
    }

    @Test
    void shouldForgetLabelsInTheirTurn() {
        label(1, 0, true);
        payment(2, DAY - 1);
        payment(3, DAY);
        payment(4, 7 * DAY);
        payment(5, 30 * DAY - 1);
        payment(6, 30 * DAY);
        assertEquals(
                List.of(
                        new TerminalRisk(2, 1, 1, 1, 1, 1, 1),
                        new TerminalRisk(3, 0, 0, 1, 1, 1, 1),
                        new TerminalRisk(4, 0, 0, 0, 0, 1, 1),
                        new TerminalRisk(5, 0, 0, 0, 0, 1, 1),
                        new TerminalRisk(6, 0, 0, 0, 0, 0, 0)),
                driver.take(FraudWithLabels.RISKS));
    }

    @Test
    void shouldKeepTerminalsApart() {
        label(1, 0, true);
        driver.send(FraudWithLabels.PAYMENTS, new Payment(2, START, 1, 8, 10, false));
        assertEquals(List.of(new TerminalRisk(2, 0, 0, 0, 0, 0, 0)), driver.take(FraudWithLabels.RISKS));
    }

    @Test
    void shouldChangeTheThresholdAtAnExactPlace() {
        label(1, 0, true);
        label(2, 0, false);
        label(3, 0, false);
        payment(4, 1);
        driver.send(FraudWithLabels.RULES, new Rules(0.3));
        payment(5, 1);
        driver.send(FraudWithLabels.RULES, new Rules(0.4));
        payment(6, 1);
        assertEquals(List.of(5L), ids(driver.take(FraudWithLabels.ALERTS)));
        assertEquals(List.of(4L, 5L, 6L), ids(driver.take(FraudWithLabels.RISKS)));
    }

    /** Labels that take exactly seven days give the risks of the windows that are delayed by seven days. */
    @Test
    void shouldAgreeWithTheDelayedWindows() throws Exception {
        TestDriver delayed = TestDriver.of(FraudTopology.of(Models.bundled(), 1, true));
        PaymentGenerator generator = new PaymentGenerator(6_000, 4, 500);
        GeneratedPayment g = new GeneratedPayment();
        ArrayDeque<Label> unknown = new ArrayDeque<>();
        while (generator.next(g)) {
            Payment p = new Payment(g.id, g.timeSeconds, g.customer, g.terminal, g.amount, g.fraud);
            while (!unknown.isEmpty() && unknown.peek().timeSeconds() <= p.timeSeconds()) {
                driver.send(FraudWithLabels.LABELS, unknown.poll());
            }
            driver.send(FraudWithLabels.PAYMENTS, p);
            delayed.send(FraudTopology.PAYMENTS, p);
            unknown.add(new Label(p.id(), p.terminal(), p.timeSeconds() + 7 * DAY, p.fraud()));
        }
        List<FeatureRow> rows = delayed.take(FraudTopology.FEATURE_ROWS);
        List<TerminalRisk> expected = rows.stream()
                .map(r -> new TerminalRisk(
                        r.id(),
                        r.terminalCount1(),
                        r.terminalRisk1(),
                        r.terminalCount7(),
                        r.terminalRisk7(),
                        r.terminalCount30(),
                        r.terminalRisk30()))
                .toList();
        assertEquals(expected, driver.take(FraudWithLabels.RISKS));
        assertTrue(expected.stream().anyMatch(r -> r.risk7() > 0 && r.count30() > r.count7()), "no history");
        assertEquals(List.of(), driver.deadLetters());
    }
}
