package io.millrace.examples.tradecost;

import io.millrace.transport.file.CsvRow;
import io.millrace.transport.file.DeadLetterReason;
import io.millrace.transport.file.RowProblem;

/** Makes trades and quotes of rows. */
final class Ticks {
    /** More milliseconds are no time of an event: nanoseconds have to fit a long. */
    static final long MS_MAX = Long.MAX_VALUE / 1_000_000 - 1;

    private Ticks() {}

    static Trade trade(CsvRow row, long number) throws RowProblem {
        return new Trade(number, ms(row), notNegative(row, 1), notNegative(row, 2), exchange(row, 3));
    }

    static Quote quote(CsvRow row, long number) throws RowProblem {
        notNegative(row, 2);
        notNegative(row, 4); // sizes are not asked for, and have to be sound all the same
        return new Quote(ms(row), notNegative(row, 1), notNegative(row, 3), exchange(row, 5));
    }

    /** A price or a size. */
    private static long notNegative(CsvRow row, int field) throws RowProblem {
        return row.asLong(field, 0, Long.MAX_VALUE);
    }

    private static long ms(CsvRow row) throws RowProblem {
        return row.asLong(0, 0, MS_MAX);
    }

    private static String exchange(CsvRow row, int field) throws RowProblem {
        if (row.isEmpty(field)) {
            throw new RowProblem(DeadLetterReason.MISSING_VALUE, "field " + (field + 1) + ", the exchange, is empty");
        }
        return row.asText(field).toString();
    }
}
