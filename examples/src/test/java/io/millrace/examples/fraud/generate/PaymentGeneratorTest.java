package io.millrace.examples.fraud.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaymentGeneratorTest {
    private static final int CARDS = 10_000;
    private static final int PAYMENTS = 100_000;

    /** The stream is a promise: who changes it changes every figure that was ever made from it, the model included. */
    @ParameterizedTest
    @CsvSource({"1, 100000, cc53a59dcd2a8186", "-5000000000, 1000, c9097038865bd0dd"})
    void shouldMakeTheStreamThatItAlwaysMade(long seed, int cards, String hash) {
        assertEquals(hash, Long.toHexString(hash(new PaymentGenerator(PAYMENTS, seed, cards), PAYMENTS)));
    }

    @Test
    void shouldMakeAnotherStreamOfAnotherSeed() {
        assertNotEquals(hash(new PaymentGenerator(100, 1, 100), 100), hash(new PaymentGenerator(100, 2, 100), 100));
    }

    @Test
    void shouldOnlyGoOnLongerWithAGreaterCount() {
        long shorter = hash(new PaymentGenerator(1_000, 3, CARDS), 1_000);
        assertEquals(shorter, hash(new PaymentGenerator(PAYMENTS, 3, CARDS), 1_000));
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 1, 1",
        "1000, 0, 2",
        "1000, -1, 3",
        "1000, 9223372036854775807, 17",
        "1000, -9223372036854775808, 18",
        "1000, 7, 999983",
        "1000, 7, 10000000",
        "1000, 7, 2147483647",
        "1, 7, 100",
        "1, 7, 1",
        "200000, 7, 1",
    })
    void shouldStayInItsRangesWhateverTheParameters(long count, long seed, int cards) {
        PaymentGenerator generator = new PaymentGenerator(count, seed, cards);
        assertEquals(Math.max(10, cards / 2 + 1), generator.terminals());
        GeneratedPayment payment = new GeneratedPayment();
        long before = PaymentClock.START_SECONDS;
        for (long id = 0; id < count; id++) {
            assertTrue(generator.next(payment));
            assertEquals(id, payment.id);
            assertTrue(payment.timeSeconds >= before, () -> "time goes back at " + payment.id);
            assertTrue(payment.timeSeconds - before < 30 * 86_400, () -> "a gap of 30 days at " + payment.id);
            assertTrue(payment.customer >= 0 && payment.customer < cards);
            assertTrue(payment.terminal >= 0 && payment.terminal < generator.terminals());
            assertTrue(payment.amount > 0 && payment.amount < 20_000);
            assertEquals(Math.round(payment.amount * 100) / 100.0, payment.amount);
            assertTrue(payment.scenario >= 0 && payment.scenario <= 3);
            assertEquals(payment.scenario != 0, payment.fraud);
            before = payment.timeSeconds;
        }
        assertTrue((before - PaymentClock.START_SECONDS) / 86_400 < 3_700, "more than ten years");
        assertFalse(generator.next(payment));
        assertEquals(count - 1, payment.id);
    }

    @Test
    void shouldRefuseWhatCannotBe() {
        assertThrows(IllegalArgumentException.class, () -> new PaymentGenerator(-1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new PaymentGenerator(1, 1, 0));
        assertFalse(new PaymentGenerator(0, 1, 1).next(new GeneratedPayment()));
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "-3"})
    void shouldFillTheLongestWindows(long seed) {
        List<GeneratedPayment> all = all(PAYMENTS, seed, CARDS);
        long days = (all.get(PAYMENTS - 1).timeSeconds - all.get(0).timeSeconds) / 86_400;
        // A terminal's longest window reaches 37 days back; ten payments a card are what the default run has too.
        assertTrue(days >= 37 && days <= 40, () -> days + " days");
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "-3"})
    void shouldHaveAFewFraudsOfEachKind(long seed) {
        double[] percent = new double[4];
        all(PAYMENTS, seed, CARDS).forEach(payment -> percent[payment.scenario] += 100.0 / PAYMENTS);
        assertBetween(0.10, 0.17, percent[1]);
        assertBetween(0.15, 0.80, percent[2]);
        assertBetween(0.15, 0.50, percent[3]);
        assertBetween(0.5, 1.5, 100 - percent[0]);
    }

    @Test
    void shouldPayFarMoreThanTheCustomerUsesInASingleFraud() {
        List<GeneratedPayment> all = all(PAYMENTS, 1, CARDS);
        Map<Long, double[]> largest = new HashMap<>();
        for (GeneratedPayment payment : all) {
            if (!payment.fraud) {
                double[] of = largest.computeIfAbsent(payment.customer, k -> new double[1]);
                of[0] = Math.max(of[0], payment.amount);
            }
        }
        for (GeneratedPayment payment : all) {
            if (payment.scenario == 1 && largest.containsKey(payment.customer)) {
                assertTrue(payment.amount > 2 * largest.get(payment.customer)[0]);
            }
        }
    }

    @Test
    void shouldSpoilMostPaymentsOfATamperedTerminalAndThenCloseIt() {
        Map<Long, List<GeneratedPayment>> tampered = new HashMap<>();
        List<GeneratedPayment> all = all(PAYMENTS, 1, CARDS);
        all.stream()
                .filter(payment -> payment.scenario == 2)
                .forEach(payment -> tampered.computeIfAbsent(payment.terminal, k -> new ArrayList<>())
                        .add(payment));
        int spoilt = 0;
        int honest = 0;
        for (GeneratedPayment payment : all) {
            List<GeneratedPayment> frauds = tampered.get(payment.terminal);
            if (frauds == null) {
                continue;
            }
            long first = frauds.get(0).timeSeconds;
            long last = frauds.get(frauds.size() - 1).timeSeconds;
            assertTrue(last - first < 28 * 86_400);
            boolean during = payment.timeSeconds >= first && payment.timeSeconds <= last;
            spoilt += during && payment.scenario == 2 ? 1 : 0;
            honest += during && !payment.fraud ? 1 : 0;
            // Closed for 28 days from the end of the spell, which comes somewhat after its last fraud.
            long sinceFirst = payment.timeSeconds - first;
            assertFalse(sinceFirst > 28 * 86_400 && payment.timeSeconds - last < 28 * 86_400, "closed, but used");
        }
        assertBetween(0.88, 0.99, (double) spoilt / (spoilt + honest));
    }

    @Test
    void shouldSpoilAThirdOfThePaymentsOfAStolenCardForTwoWeeks() {
        List<GeneratedPayment> all = all(PAYMENTS, 1, CARDS);
        Map<Long, List<GeneratedPayment>> stolen = new HashMap<>();
        all.stream()
                .filter(payment -> payment.scenario == 3)
                .forEach(payment -> stolen.computeIfAbsent(payment.customer, k -> new ArrayList<>())
                        .add(payment));
        int spoilt = 0;
        int honest = 0;
        double spoiltSum = 0;
        double honestSum = 0;
        for (GeneratedPayment payment : all) {
            List<GeneratedPayment> frauds = stolen.get(payment.customer);
            // Of the payments between two frauds: those at the ends are frauds by choice and would bend the share.
            if (frauds == null
                    || payment.timeSeconds <= frauds.get(0).timeSeconds
                    || payment.timeSeconds >= frauds.get(frauds.size() - 1).timeSeconds) {
                continue;
            }
            if (payment.scenario == 3) {
                spoilt++;
                spoiltSum += payment.amount;
            } else if (!payment.fraud) {
                honest++;
                honestSum += payment.amount;
            }
        }
        assertBetween(0.28, 0.38, (double) spoilt / (spoilt + honest));
        assertBetween(4, 6, spoiltSum / spoilt / (honestSum / honest));
    }

    @Test
    void shouldBeBusyByDayAndQuietByNight() {
        int[] byHour = new int[24];
        all(PAYMENTS, 1, CARDS).forEach(payment -> byHour[(int) (payment.timeSeconds / 3_600 % 24)]++);
        assertTrue(byHour[18] > 10 * byHour[3], () -> byHour[18] + " at 18, " + byHour[3] + " at 3");
    }

    @Test
    void shouldHaveBusyCustomersWhoPayMostlyAtAFewTerminals() {
        Map<Long, Integer> payments = new HashMap<>();
        Map<Long, Map<Long, Integer>> terminals = new HashMap<>();
        for (GeneratedPayment payment : all(PAYMENTS, 1, CARDS)) {
            payments.merge(payment.customer, 1, Integer::sum);
            terminals.computeIfAbsent(payment.customer, k -> new HashMap<>()).merge(payment.terminal, 1, Integer::sum);
        }
        int[] sorted =
                payments.values().stream().mapToInt(Integer::intValue).sorted().toArray();
        int busiest = sorted[sorted.length - 1];
        assertBetween(200, 500, busiest);
        assertBetween(4, 9, sorted[sorted.length / 2]);
        Set<Long> busy = new HashSet<>(payments.keySet());
        busy.removeIf(customer -> payments.get(customer) < 100);
        for (long customer : busy) {
            int atTheirs = terminals.get(customer).values().stream()
                    .sorted((a, b) -> b - a)
                    .limit(11)
                    .mapToInt(Integer::intValue)
                    .sum();
            assertTrue(atTheirs > 0.8 * payments.get(customer), () -> "customer " + customer + " roams");
        }
    }

    @Test
    void shouldNotAllocate() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        PaymentGenerator generator = new PaymentGenerator(PAYMENTS, 1, CARDS);
        GeneratedPayment payment = new GeneratedPayment();
        generator.next(payment);
        threads.getCurrentThreadAllocatedBytes();
        long before = threads.getCurrentThreadAllocatedBytes();
        while (generator.next(payment)) {
            assertEquals(payment.scenario != 0, payment.fraud);
        }
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(bytes < PAYMENTS, () -> bytes + " bytes for " + PAYMENTS + " payments");
    }

    private static void assertBetween(double from, double to, double value) {
        assertTrue(value >= from && value <= to, () -> value + " is not from " + from + " to " + to);
    }

    private static List<GeneratedPayment> all(int count, long seed, int cards) {
        PaymentGenerator generator = new PaymentGenerator(count, seed, cards);
        List<GeneratedPayment> all = new ArrayList<>(count);
        GeneratedPayment payment = new GeneratedPayment();
        while (generator.next(payment)) {
            all.add(payment);
            payment = new GeneratedPayment();
        }
        return all;
    }

    private static long hash(PaymentGenerator generator, int count) {
        GeneratedPayment payment = new GeneratedPayment();
        long hash = 0;
        for (int i = 0; i < count; i++) {
            assertTrue(generator.next(payment));
            hash = SplitMix.mix(hash ^ payment.id);
            hash = SplitMix.mix(hash ^ payment.timeSeconds);
            hash = SplitMix.mix(hash ^ payment.customer);
            hash = SplitMix.mix(hash ^ payment.terminal);
            hash = SplitMix.mix(hash ^ Double.doubleToLongBits(payment.amount));
            hash = SplitMix.mix(hash ^ payment.scenario);
        }
        return hash;
    }
}
