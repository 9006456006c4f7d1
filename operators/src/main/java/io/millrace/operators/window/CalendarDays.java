package io.millrace.operators.window;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.zone.ZoneRules;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When the days of a time zone begin, for two centuries around now, worked out once: no date is made while events flow.
 * Immutable; shared by all that use a zone.
 */
final class CalendarDays {
    private static final long FIRST_DAY = LocalDate.of(1900, 1, 1).toEpochDay();
    private static final long LAST_DAY = LocalDate.of(2150, 1, 1).toEpochDay();
    private static final long DAY_NS = 86_400_000_000_000L;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int FROM_1970 = (int) -FIRST_DAY;

    /** By rules: the data of a JVM can be renewed while it runs. */
    private static final Map<ZoneRules, CalendarDays> ALL =
            new ConcurrentHashMap<>(); // form: hash-ordered, never iterated

    /** By day, seconds from midnight UTC to its start. */
    private final int[] shiftSeconds;

    private CalendarDays(ZoneId zone) {
        shiftSeconds = new int[(int) (LAST_DAY - FIRST_DAY) + 1];
        for (int i = 0; i < shiftSeconds.length; i++) {
            LocalDate date = LocalDate.ofEpochDay(FIRST_DAY + i);
            Instant start = date.atStartOfDay(zone).toInstant();
            shiftSeconds[i] = (int) (start.getEpochSecond() - (FIRST_DAY + i) * 86_400L);
        }
    }

    static CalendarDays of(ZoneId zone) {
        return ALL.computeIfAbsent(zone.getRules(), rules -> new CalendarDays(zone));
    }

    /**
     * A sum of when the days of a zone begin, from 1970 to 2150, by the rules that this JVM has: other data in which that is the same
     * make the same sum. What data say of the time before changes often, and is of no event. Empty where no rules are needed.
     */
    static String rules(ZoneId zone) {
        if (zone.getRules().isFixedOffset()) {
            return "";
        }
        int[] shifts = of(zone).shiftSeconds;
        long sum = 0;
        for (int i = FROM_1970; i < shifts.length; i++) {
            sum = (sum ^ shifts[i]) * 0x9E3779B97F4A7C15L;
            sum ^= sum >>> 32;
        }
        return Long.toHexString(sum);
    }

    /** Whether the day of a time is known. */
    boolean covers(long ns) {
        return ns >= start(FIRST_DAY) && ns < start(LAST_DAY);
    }

    /** When a day begins. */
    long start(long day) {
        int at = (int) Math.min(Math.max(day - FIRST_DAY, 0), shiftSeconds.length - 1);
        return day * DAY_NS + shiftSeconds[at] * SECOND_NS;
    }

    /** The day of a time that is covered: the last that has begun. A day left out of the calendar has no time. */
    long day(long ns) {
        long day = Math.min(Math.floorDiv(ns, DAY_NS) + 2, LAST_DAY);
        while (start(day) > ns) {
            day--;
        }
        return day;
    }
}
