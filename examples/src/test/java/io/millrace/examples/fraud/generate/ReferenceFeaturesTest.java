package io.millrace.examples.fraud.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class ReferenceFeaturesTest {
    private static final double NONE = Double.NaN;

    private final ReferenceFeatures features = new ReferenceFeatures();

    @Test
    void shouldCountThePaymentItselfAndNothingElseAtFirst() {
        assertFeatures(
                "2024-01-01T12:00:00Z", 7, 70, 20, false, 20, 0, 0, 1, 20, 1, 20, 1, 20, 0, NONE, 0, NONE, 0, NONE);
    }

    @Test
    void shouldLeaveOutWhatIsExactlyAWindowOld() {
        add("2024-01-01T12:00:00Z", 7, 70, 20, false);
        assertFeatures(
                "2024-01-02T11:59:59Z", 7, 71, 40, false, 40, 0, 0, 2, 30, 2, 30, 2, 30, 0, NONE, 0, NONE, 0, NONE);
        assertFeatures(
                "2024-01-02T12:00:00Z", 7, 71, 60, false, 60, 0, 0, 2, 50, 3, 40, 3, 40, 0, NONE, 0, NONE, 0, NONE);
        assertFeatures(
                "2024-01-31T12:00:00Z", 7, 71, 60, false, 60, 0, 0, 1, 60, 1, 60, 3, 160 / 3.0, 0, NONE, 0, NONE, 2, 0);
    }

    @Test
    void shouldKnowAFraudSevenDaysLater() {
        add("2024-01-01T12:00:00Z", 1, 70, 20, true);
        add("2024-01-01T12:00:01Z", 2, 70, 20, false);
        assertFeatures("2024-01-08T11:59:59Z", 3, 70, 5, false, 5, 0, 0, 1, 5, 1, 5, 1, 5, 0, NONE, 0, NONE, 0, NONE);
        assertFeatures("2024-01-08T12:00:00Z", 4, 70, 5, false, 5, 0, 0, 1, 5, 1, 5, 1, 5, 1, 1, 1, 1, 1, 1);
        assertFeatures("2024-01-09T12:00:00Z", 5, 70, 5, false, 5, 0, 0, 1, 5, 1, 5, 1, 5, 1, 0, 2, 0.5, 2, 0.5);
        assertFeatures("2024-02-07T12:00:00Z", 6, 70, 5, false, 5, 0, 0, 1, 5, 1, 5, 1, 5, 0, NONE, 0, NONE, 4, 0);
    }

    @Test
    void shouldTellWeekendsAndNights() {
        assertEquals("0 0", weekendAndNight("2024-01-05T23:59:59Z"));
        assertEquals("1 1", weekendAndNight("2024-01-06T00:00:00Z"));
        assertEquals("1 1", weekendAndNight("2024-01-07T06:59:59Z"));
        assertEquals("1 0", weekendAndNight("2024-01-07T07:00:00Z"));
        assertEquals("0 1", weekendAndNight("2024-01-08T00:00:00Z"));
    }

    private String weekendAndNight(String time) {
        double[] row = add(time, 1, 1, 1, false);
        return (int) row[1] + " " + (int) row[2];
    }

    private void assertFeatures(
            String time, long customer, long terminal, double amount, boolean fraud, double... expected) {
        assertArrayEquals(expected, add(time, customer, terminal, amount, fraud), 1e-12);
    }

    private double[] add(String time, long customer, long terminal, double amount, boolean fraud) {
        GeneratedPayment payment = new GeneratedPayment();
        payment.timeSeconds = Instant.parse(time).getEpochSecond();
        payment.customer = customer;
        payment.terminal = terminal;
        payment.amount = amount;
        payment.fraud = fraud;
        double[] row = new double[ReferenceFeatures.NAMES.size()];
        features.add(payment, row);
        return row;
    }
}
