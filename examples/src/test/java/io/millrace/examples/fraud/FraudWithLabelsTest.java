package io.millrace.examples.fraud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.event.DeadLetter;
import io.millrace.event.Reason;
import io.millrace.examples.fraud.FraudWithLabels.Label;
import io.millrace.examples.fraud.generate.GeneratedPayment;
import io.millrace.examples.fraud.generate.PaymentGenerator;
import io.millrace.testkit.TestDriver;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole topology of the fraud example, with labels that come when somebody has found out. */
class FraudWithLabelsTest {
    private static final long DAY = 86_400;
    private static final long HOUR = 3_600;
    private static final long START = Payments.START;
    private static final double THRESHOLD = 0.02;

    private TestDriver driver;

    /** What is known of a terminal at a payment: counts and shares over a day, a week and a month. */
    private record Risk(
            long payment, long count1, double risk1, long count7, double risk7, long count30, double risk30) {
        static Risk of(FeatureRow r) {
            return new Risk(
                    r.id(),
                    r.terminalCount1(),
                    r.terminalRisk1(),
                    r.terminalCount7(),
                    r.terminalRisk7(),
                    r.terminalCount30(),
                    r.terminalRisk30());
        }
    }

    @BeforeEach
    void begin() throws Exception {
        driver = TestDriver.of(FraudWithLabels.of(Models.bundled(), 1, true));
    }

    private void payment(long id, long seconds) {
        driver.send(FraudTopology.PAYMENTS, new Payment(id, START + seconds, 1, 7, 10, false));
    }

    private void label(long payment, long seconds, boolean fraud) {
        driver.send(FraudWithLabels.LABELS, new Label(payment, 7, START + seconds, fraud));
    }

    private List<Risk> risks() {
        return driver.take(FraudTopology.FEATURE_ROWS).stream().map(Risk::of).toList();
    }

    private static List<Long> ids(List<Decision> decisions) {
        return decisions.stream().map(Decision::id).toList();
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
                        new Risk(1, 0, 0, 0, 0, 0, 0),
                        new Risk(2, 1, 1, 1, 1, 1, 1),
                        new Risk(3, 1, 1, 1, 1, 1, 1),
                        new Risk(4, 2, 0.5, 2, 0.5, 2, 0.5)),
                risks());
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
                        new Risk(2, 1, 1, 1, 1, 1, 1),
                        new Risk(3, 0, 0, 1, 1, 1, 1),
                        new Risk(4, 0, 0, 0, 0, 1, 1),
                        new Risk(5, 0, 0, 0, 0, 1, 1),
                        new Risk(6, 0, 0, 0, 0, 0, 0)),
                risks());
    }

    @Test
    void shouldKeepTerminalsApart() {
        label(1, 0, true);
        driver.send(FraudTopology.PAYMENTS, new Payment(2, START, 1, 8, 10, false));
        assertEquals(List.of(new Risk(2, 0, 0, 0, 0, 0, 0)), risks());
    }

    /** It is known by now, whatever desk was slow to say so; what is behind all that was known an hour ago is late. */
    @Test
    void shouldTakeALabelThatIsBehindOthersByAnHour() {
        label(1, HOUR, true);
        label(2, 0, false);
        payment(3, HOUR);
        assertEquals(List.of(new Risk(3, 2, 0.5, 2, 0.5, 2, 0.5)), risks());
        label(4, HOUR + 1, true);
        label(5, 0, true);
        payment(6, HOUR + 1);
        assertEquals(List.of(new Risk(6, 3, 2 / 3.0, 3, 2 / 3.0, 3, 2 / 3.0)), risks());
        assertEquals(
                List.of(Reason.LATE),
                driver.deadLetters().stream().map(DeadLetter::reason).toList());
    }

    @Test
    void shouldChangeTheThresholdAtAnExactPlace() {
        payment(1, 0);
        driver.send(FraudTopology.RULES, new Rules(0));
        payment(2, 1);
        driver.send(FraudTopology.RULES, new Rules(1));
        payment(3, 2);
        assertEquals(List.of(2L), ids(driver.take(FraudTopology.ALERTS)));
        assertEquals(List.of(1L, 2L, 3L), ids(driver.take(FraudTopology.DECISIONS)));
    }

    @Test
    void shouldSayWhatItsProviderDoesNotUnderstand() {
        FraudWithLabelsProvider provider = new FraudWithLabelsProvider();
        assertEquals(
                "fraud-with-labels",
                provider.topology(Map.of("threshold", "0.3")).name());
        String why = assertThrows(IllegalArgumentException.class, () -> provider.topology(Map.of("threshold", "2")))
                .getMessage();
        assertTrue(why.contains("topology fraud-with-labels: '2' is not possible"), why);
        assertThrows(IllegalArgumentException.class, () -> provider.topology(Map.of("limit", "1")));
    }

    // ---- beside the topology whose payments have their labels with them

    /** What the desks say of a payment, and at which time of the payments it arrives. */
    private record Arriving(Label label, long atSeconds) {}

    @Test
    void shouldDecideAsTheDelayedWindowsDoWhereEachLabelTakesSevenDays() throws Exception {
        assertSameDecisions(0);
    }

    /** They stand for the same time and come before it, so that payments find them all: which came first makes no difference. */
    @Test
    void shouldDecideTheSameWhereLabelsComeOutOfOrder() throws Exception {
        assertSameDecisions(HOUR);
    }

    private static void assertSameDecisions(long disorderSeconds) throws Exception {
        List<Payment> payments = generated();
        List<Arriving> arriving = labels(payments, disorderSeconds);
        TestDriver delayed = TestDriver.of(FraudTopology.of(Models.bundled(), THRESHOLD, true));
        TestDriver known = TestDriver.of(FraudWithLabels.of(Models.bundled(), THRESHOLD, true));
        int next = 0;
        for (Payment p : payments) {
            for (; arriving.get(next).atSeconds() <= p.timeSeconds(); next++) {
                known.send(FraudWithLabels.LABELS, arriving.get(next).label());
            }
            delayed.send(FraudTopology.PAYMENTS, p);
            known.send( // whoever asks does not know
                    FraudTopology.PAYMENTS,
                    new Payment(p.id(), p.timeSeconds(), p.customer(), p.terminal(), p.amount(), !p.fraud()));
        }
        List<FeatureRow> rows = delayed.take(FraudTopology.FEATURE_ROWS);
        assertEquals(payments.size(), rows.size());
        assertSame(rows, known.take(FraudTopology.FEATURE_ROWS));
        assertSame(delayed.take(FraudTopology.DECISIONS), known.take(FraudTopology.DECISIONS));
        List<Decision> alerts = delayed.take(FraudTopology.ALERTS);
        assertSame(alerts, known.take(FraudTopology.ALERTS));
        assertTrue(alerts.size() > 20 && alerts.size() < payments.size() / 2, alerts.size() + " alerts");
        assertTrue(rows.stream().anyMatch(r -> r.terminalRisk7() > 0 && r.terminalCount30() > r.terminalCount7()));
        assertEquals(List.of(), delayed.deadLetters());
        assertEquals(List.of(), known.deadLetters());
    }

    /** One by one: who sees it fail does not want to see all. */
    private static void assertSame(List<?> expected, List<?> actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i), actual.get(i));
        }
    }

    private static List<Payment> generated() {
        PaymentGenerator generator = new PaymentGenerator(6_000, 4, 500);
        GeneratedPayment g = new GeneratedPayment();
        List<Payment> payments = new ArrayList<>();
        while (generator.next(g)) {
            payments.add(new Payment(g.id, g.timeSeconds, g.customer, g.terminal, g.amount, g.fraud));
        }
        return payments;
    }

    /** In the order in which they come, each before its time by less than the disorder: none is behind another by more. */
    private static List<Arriving> labels(List<Payment> payments, long disorderSeconds) {
        Random random = new Random(7);
        List<Arriving> labels = new ArrayList<>();
        for (Payment p : payments) {
            long known = p.timeSeconds() + 7 * DAY;
            long early = disorderSeconds == 0 ? 0 : random.nextLong(disorderSeconds);
            labels.add(new Arriving(new Label(p.id(), p.terminal(), known, p.fraud()), known - early));
        }
        labels.sort(Comparator.comparingLong(Arriving::atSeconds));
        boolean inOrder = true;
        for (int i = 1; i < labels.size(); i++) {
            inOrder &= labels.get(i - 1).label().timeSeconds()
                    <= labels.get(i).label().timeSeconds();
        }
        assertEquals(disorderSeconds == 0, inOrder);
        return labels;
    }
}
