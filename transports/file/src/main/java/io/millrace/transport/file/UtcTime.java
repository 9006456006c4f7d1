package io.millrace.transport.file;

/** Times as {@code yyyy-MM-dd HH:mm:ss} with three or up to nine decimals or none, UTC, to and from numbers since the epoch. */
final class UtcTime {
    private static final String SECONDS_FORM = "a time yyyy-MM-dd HH:mm:ss";
    private static final String NANOS_FORM = "a time yyyy-MM-dd HH:mm:ss, with at most nine decimals";
    private static final String MILLIS_FORM = "a time yyyy-MM-dd HH:mm:ss or yyyy-MM-dd HH:mm:ss.SSS";
    private static final int SECONDS_LENGTH = 19;
    private static final int MILLIS_LENGTH = 23;
    private static final int NANOS_LENGTH = 29;

    static final int LENGTH_MAX = NANOS_LENGTH;

    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final int SECONDS_PER_DAY = 86_400;

    /** 0000-01-01 00:00:00 and the second behind 9999-12-31 23:59:59: what four digits can say. */
    private static final long FIRST_SECOND = -62_167_219_200L;

    private static final long END_SECOND = 253_402_300_800L;

    /** From 0000-03-01, where the years of the arithmetic below start, to 1970-01-01. */
    private static final int DAYS_TO_EPOCH = 719_468;

    private static final int DAYS_PER_ERA = 146_097; // 400 years

    private UtcTime() {}

    static long parseSecond(Cell cell) throws RowProblem {
        if (cell.length() != SECONDS_LENGTH) {
            throw cell.malformed(SECONDS_FORM);
        }
        return second(cell, SECONDS_FORM);
    }

    static long parseMs(Cell cell) throws RowProblem {
        if (cell.length() == SECONDS_LENGTH) {
            return second(cell, MILLIS_FORM) * 1000;
        }
        if (cell.length() != MILLIS_LENGTH || cell.bytes[cell.from + 19] != '.') {
            throw cell.malformed(MILLIS_FORM);
        }
        return second(cell, MILLIS_FORM) * 1000 + digits(cell, 20, 3, MILLIS_FORM);
    }

    static long parseNs(Cell cell) throws RowProblem {
        long second = parseSecond(cell);
        if (second > Long.MAX_VALUE / NS_PER_SECOND || second < Long.MIN_VALUE / NS_PER_SECOND) {
            throw cell.outOfRange("between the years 1677 and 2262");
        }
        return second * NS_PER_SECOND;
    }

    /** As {@link #parseNs}, but the second may have decimals. */
    static long parseExactNs(Cell cell) throws RowProblem {
        int length = cell.length();
        if (length < SECONDS_LENGTH || length > NANOS_LENGTH || length == SECONDS_LENGTH + 1) {
            throw cell.malformed(NANOS_FORM);
        }
        long second = second(cell, NANOS_FORM);
        long ns = 0;
        if (length > SECONDS_LENGTH) {
            if (cell.bytes[cell.from + SECONDS_LENGTH] != '.') {
                throw cell.malformed(NANOS_FORM);
            }
            int decimals = length - SECONDS_LENGTH - 1;
            ns = digits(cell, SECONDS_LENGTH + 1, decimals, NANOS_FORM);
            for (int i = decimals; i < 9; i++) {
                ns *= 10;
            }
        }
        // The first second that 64 bits reach is not reached whole.
        if (second < Math.floorDiv(Long.MIN_VALUE, NS_PER_SECOND) || second > Long.MAX_VALUE / NS_PER_SECOND) {
            throw cell.outOfRange("between the years 1677 and 2262");
        }
        long whole = second * NS_PER_SECOND; // wraps in the first second only, and back again
        long exact = whole + ns;
        if (second >= 0 ? exact < 0 : exact > 0) {
            throw cell.outOfRange("between the years 1677 and 2262");
        }
        return exact;
    }

    private static long second(Cell cell, String form) throws RowProblem {
        int year = digits(cell, 0, 4, form);
        int month = digits(cell, 5, 2, form);
        int day = digits(cell, 8, 2, form);
        int hour = digits(cell, 11, 2, form);
        int minute = digits(cell, 14, 2, form);
        int second = digits(cell, 17, 2, form);
        byte[] b = cell.bytes;
        int from = cell.from;
        boolean separated = b[from + 4] == '-'
                && b[from + 7] == '-'
                && b[from + 10] == ' '
                && b[from + 13] == ':'
                && b[from + 16] == ':';
        boolean onTheCalendar = month >= 1 && month <= 12 && day >= 1 && day <= daysOfMonth(year, month);
        if (!separated || !onTheCalendar || hour > 23 || minute > 59 || second > 59) {
            throw cell.malformed(form);
        }
        return epochDay(year, month, day) * SECONDS_PER_DAY + (hour * 60 + minute) * 60 + second;
    }

    private static int digits(Cell cell, int offset, int count, String form) throws RowProblem {
        int value = 0;
        for (int i = cell.from + offset; i < cell.from + offset + count; i++) {
            int digit = cell.bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                throw cell.malformed(form);
            }
            value = value * 10 + digit;
        }
        return value;
    }

    private static int daysOfMonth(int year, int month) {
        if (month == 2) {
            boolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            return leap ? 29 : 28;
        }
        return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
    }

    // The calendar: years that start in March, so that the leap day is the last; the months from there have lengths
    // that (153 m + 2) / 5 sums up.

    private static long epochDay(int year, int month, int day) {
        int monthFromMarch = (month + 9) % 12;
        int marchYear = month <= 2 ? year - 1 : year;
        int leapDays = Math.floorDiv(marchYear, 4) - Math.floorDiv(marchYear, 100) + Math.floorDiv(marchYear, 400);
        return 365L * marchYear + leapDays + (153 * monthFromMarch + 2) / 5 + day - 1 - DAYS_TO_EPOCH;
    }

    /** Writes 19 bytes; returns the new end. */
    static int putSecond(long epochSecond, byte[] bytes, int at) {
        if (epochSecond < FIRST_SECOND || epochSecond >= END_SECOND) {
            throw new IllegalArgumentException("not between the years 0 and 9999: second " + epochSecond);
        }
        putDate((int) Math.floorDiv(epochSecond, (long) SECONDS_PER_DAY), bytes, at);
        int second = (int) Math.floorMod(epochSecond, (long) SECONDS_PER_DAY);
        bytes[at + 10] = ' ';
        put(second / 3600, 2, bytes, at + 11);
        bytes[at + 13] = ':';
        put(second / 60 % 60, 2, bytes, at + 14);
        bytes[at + 16] = ':';
        put(second % 60, 2, bytes, at + 17);
        return at + SECONDS_LENGTH;
    }

    /** Writes 19 bytes, or 23 where there are milliseconds; returns the new end. */
    static int putMs(long epochMs, byte[] bytes, int at) {
        int end = putSecond(Math.floorDiv(epochMs, 1000L), bytes, at);
        int ms = (int) Math.floorMod(epochMs, 1000L);
        if (ms == 0) {
            return end;
        }
        bytes[end] = '.';
        put(ms, 3, bytes, end + 1);
        return end + 4;
    }

    /** Writes 19 bytes, or 23, 26 or 29 where the second is not whole; returns the new end. */
    static int putNs(long epochNs, byte[] bytes, int at) {
        int end = putSecond(Math.floorDiv(epochNs, NS_PER_SECOND), bytes, at);
        int ns = (int) Math.floorMod(epochNs, NS_PER_SECOND);
        if (ns == 0) {
            return end;
        }
        int decimals = ns % 1_000_000 == 0 ? 3 : ns % 1_000 == 0 ? 6 : 9;
        bytes[end] = '.';
        put(decimals == 3 ? ns / 1_000_000 : decimals == 6 ? ns / 1_000 : ns, decimals, bytes, end + 1);
        return end + 1 + decimals;
    }

    private static void putDate(int epochDay, byte[] bytes, int at) {
        int days = epochDay + DAYS_TO_EPOCH;
        int era = Math.floorDiv(days, DAYS_PER_ERA);
        int dayOfEra = Math.floorMod(days, DAYS_PER_ERA);
        int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int monthFromMarch = (5 * dayOfYear + 2) / 153;
        int month = (monthFromMarch + 2) % 12 + 1;
        int year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
        put(year, 4, bytes, at);
        bytes[at + 4] = '-';
        put(month, 2, bytes, at + 5);
        bytes[at + 7] = '-';
        put(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1, 2, bytes, at + 8);
    }

    private static void put(int value, int width, byte[] bytes, int at) {
        int rest = value;
        for (int i = at + width - 1; i >= at; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
