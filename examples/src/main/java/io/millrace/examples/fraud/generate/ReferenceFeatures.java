package io.millrace.examples.fraud.generate;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a model sees of a payment, in the plainest way: keep the payments of each card and of each terminal, and walk
 * over all of them for each window. Slow, and easy to believe: the trainer learns from it, and the tests hold it
 * against published figures.
 *
 * <p>The windows of a card are {@code (t - w, t]}, with the payment itself. Those of a terminal end seven days earlier,
 * because whether a payment was a fraud is known only then: {@code (t - 7 d - w, t - 7 d]}.
 */
final class ReferenceFeatures {
    /** The amount, then the columns in the order of the example's features file. */
    static final List<String> NAMES = List.of(
            "TX_AMOUNT",
            "TX_DURING_WEEKEND",
            "TX_DURING_NIGHT",
            "CUSTOMER_ID_NB_TX_1DAY_WINDOW",
            "CUSTOMER_ID_AVG_AMOUNT_1DAY_WINDOW",
            "CUSTOMER_ID_NB_TX_7DAY_WINDOW",
            "CUSTOMER_ID_AVG_AMOUNT_7DAY_WINDOW",
            "CUSTOMER_ID_NB_TX_30DAY_WINDOW",
            "CUSTOMER_ID_AVG_AMOUNT_30DAY_WINDOW",
            "TERMINAL_ID_NB_TX_1DAY_WINDOW",
            "TERMINAL_ID_RISK_1DAY_WINDOW",
            "TERMINAL_ID_NB_TX_7DAY_WINDOW",
            "TERMINAL_ID_RISK_7DAY_WINDOW",
            "TERMINAL_ID_NB_TX_30DAY_WINDOW",
            "TERMINAL_ID_RISK_30DAY_WINDOW");

    private static final long DAY_SECONDS = 86_400;
    private static final long DELAY_SECONDS = 7 * DAY_SECONDS;
    private static final int[] WINDOW_DAYS = {1, 7, 30};
    private static final long KEEP_SECONDS = 30 * DAY_SECONDS;

    private final Map<Long, ArrayDeque<Past>> byCustomer = new HashMap<>();
    private final Map<Long, ArrayDeque<Past>> byTerminal = new HashMap<>();

    private record Past(long timeSeconds, double amount, boolean fraud) {}

    /**
     * Takes a payment, in the order of time, and tells its features.
     *
     * @param into the features in the order of {@link #NAMES}; the risk of a terminal without payments is NaN
     */
    void add(GeneratedPayment payment, double[] into) {
        long t = payment.timeSeconds;
        Past past = new Past(t, payment.amount, payment.fraud);
        ArrayDeque<Past> ofCustomer = remember(byCustomer, payment.customer, past, t - KEEP_SECONDS);
        ArrayDeque<Past> ofTerminal = remember(byTerminal, payment.terminal, past, t - DELAY_SECONDS - KEEP_SECONDS);
        into[0] = payment.amount;
        into[1] = isWeekend(t) ? 1 : 0;
        into[2] = t / 3_600 % 24 <= 6 ? 1 : 0;
        for (int i = 0; i < WINDOW_DAYS.length; i++) {
            long windowSeconds = WINDOW_DAYS[i] * DAY_SECONDS;
            customerWindow(ofCustomer, t - windowSeconds, t, into, 3 + 2 * i);
            terminalWindow(ofTerminal, t - DELAY_SECONDS - windowSeconds, t - DELAY_SECONDS, into, 9 + 2 * i);
        }
    }

    /** Count and mean amount of what lies in {@code (fromSeconds, toSeconds]}, to places {@code at} and the next. */
    private static void customerWindow(
            Iterable<Past> payments, long fromSeconds, long toSeconds, double[] into, int at) {
        int count = 0;
        double sum = 0;
        for (Past past : payments) {
            if (past.timeSeconds > fromSeconds && past.timeSeconds <= toSeconds) {
                count++;
                sum += past.amount;
            }
        }
        into[at] = count;
        into[at + 1] = sum / count;
    }

    /** Count and share of frauds of what lies in {@code (fromSeconds, toSeconds]}; the share of nothing is NaN. */
    private static void terminalWindow(
            Iterable<Past> payments, long fromSeconds, long toSeconds, double[] into, int at) {
        int count = 0;
        int frauds = 0;
        for (Past past : payments) {
            if (past.timeSeconds > fromSeconds && past.timeSeconds <= toSeconds) {
                count++;
                frauds += past.fraud ? 1 : 0;
            }
        }
        into[at] = count;
        into[at + 1] = count == 0 ? Double.NaN : (double) frauds / count;
    }

    private static ArrayDeque<Past> remember(
            Map<Long, ArrayDeque<Past>> all, long key, Past past, long forgetUpToSeconds) {
        ArrayDeque<Past> own = all.computeIfAbsent(key, k -> new ArrayDeque<>());
        own.addLast(past);
        while (own.peekFirst().timeSeconds <= forgetUpToSeconds) {
            own.removeFirst();
        }
        return own;
    }

    private static boolean isWeekend(long timeSeconds) {
        // 1970-01-01 was a Thursday; from Monday on, Saturday and Sunday are days 5 and 6.
        return (timeSeconds / DAY_SECONDS + 3) % 7 >= 5;
    }
}
