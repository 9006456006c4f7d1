package io.millrace.examples.fraud.generate;

/**
 * When payments are made: independently of each other (a Poisson process), by the rhythm of day and week.
 *
 * <p>A gap is drawn as if every minute were as busy as the average one, then spent minute by minute: a busy minute
 * takes more of it than a quiet one.
 */
final class PaymentClock {
    /** 2024-01-01T00:00:00Z, a Monday. */
    static final long START_SECONDS = 1_704_067_200L;

    private static final int SECONDS_A_MINUTE = 60;
    private static final int MINUTES_A_DAY = 24 * 60;
    private static final int MINUTES_A_WEEK = 7 * MINUTES_A_DAY;

    /** How busy each full hour is; the minutes between two are interpolated. */
    private static final int[] HOURS = {
        5, 3, 2, 2, 2, 3, 6, 12, 20, 26, 30, 33, 36, 33, 30, 29, 31, 35, 38, 36, 28, 20, 13, 8
    };

    /** How busy each day is, from Monday on. */
    private static final int[] DAYS = {95, 96, 98, 102, 115, 112, 82};

    private final double[] busyness = new double[MINUTES_A_WEEK];
    private final double averageGapSeconds;
    private long minute;
    private double secondOfMinute;

    PaymentClock(double paymentsADay) {
        averageGapSeconds = 86_400 / paymentsADay;
        double sum = 0;
        for (int i = 0; i < MINUTES_A_WEEK; i++) {
            busyness[i] = busyness(i);
            sum += busyness[i];
        }
        double average = sum / MINUTES_A_WEEK;
        for (int i = 0; i < MINUTES_A_WEEK; i++) {
            busyness[i] /= average;
        }
    }

    /** The time of the next payment, in seconds since 1970; {@code bits} are random. */
    long nextSeconds(long bits) {
        double left = -StrictMath.log(1 - SplitMix.unit(bits)) * averageGapSeconds;
        double busy = busyness[(int) (minute % MINUTES_A_WEEK)];
        double restOfMinute = (SECONDS_A_MINUTE - secondOfMinute) * busy;
        while (left >= restOfMinute) {
            left -= restOfMinute;
            minute++;
            secondOfMinute = 0;
            busy = busyness[(int) (minute % MINUTES_A_WEEK)];
            restOfMinute = SECONDS_A_MINUTE * busy;
        }
        secondOfMinute = Math.min(secondOfMinute + left / busy, SECONDS_A_MINUTE);
        // The sum may round up to the full minute, which is the last second of this one, not the first of the next.
        return START_SECONDS + minute * SECONDS_A_MINUTE + Math.min((long) secondOfMinute, SECONDS_A_MINUTE - 1);
    }

    private static double busyness(int minuteOfWeek) {
        int hour = minuteOfWeek / 60 % 24;
        int minute = minuteOfWeek % 60;
        int hourly = HOURS[hour] * (60 - minute) + HOURS[(hour + 1) % 24] * minute;
        return hourly * DAYS[minuteOfWeek / MINUTES_A_DAY];
    }
}
