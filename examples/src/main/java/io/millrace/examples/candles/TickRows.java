package io.millrace.examples.candles;

import io.millrace.transport.file.CsvRow;
import io.millrace.transport.file.RowProblem;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Makes ticks of rows. */
final class TickRows {
    /** More milliseconds are no time of an event: nanoseconds have to fit a long. */
    private static final double MS_MAX = Long.MAX_VALUE / 1_000_000 - 1;

    private TickRows() {}

    static Tick tick(CsvRow row, long number) throws RowProblem {
        return new Tick(ns(row), row.asDouble(1), row.asDouble(2));
    }

    /** Milliseconds with a fraction: no bar may begin before its ticks, so what is below a nanosecond is cut off. */
    private static long ns(CsvRow row) throws RowProblem {
        double ms = row.asDouble(0, 0, MS_MAX);
        if (ms == Math.rint(ms)) {
            return (long) ms * 1_000_000;
        }
        BigDecimal exact = new BigDecimal(row.asText(0).toString().strip());
        return exact.movePointRight(6).setScale(0, RoundingMode.FLOOR).longValueExact();
    }
}
