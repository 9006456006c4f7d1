package io.millrace.examples.velocity;

import io.millrace.transport.file.CsvRow;
import io.millrace.transport.file.DeadLetterReason;
import io.millrace.transport.file.RowProblem;

/** Events as rows of CSV. Of a login amount and approved are not looked at. */
final class EventRows {
    static final String[] COLUMNS = {"id", "card", "type", "amount", "approved", "time_ms"};

    /** More milliseconds are no time of an event: nanoseconds have to fit a long. */
    private static final long MS_MAX = Long.MAX_VALUE / 1_000_000 - 1;

    private EventRows() {}

    static CardEvent event(CsvRow row) throws RowProblem {
        boolean payment = isPayment(row);
        return new CardEvent(
                row.asLong(0),
                row.asLong(1),
                payment,
                payment ? row.asDouble(3, 0, Double.MAX_VALUE) : 0,
                payment && isApproved(row),
                row.asLong(5, -MS_MAX, MS_MAX));
    }

    private static boolean isPayment(CsvRow row) throws RowProblem {
        requirePresent(row, 2);
        String type = row.asText(2).toString();
        if (!type.equals("payment") && !type.equals("login")) {
            throw new RowProblem(DeadLetterReason.MALFORMED, "type is neither login nor payment");
        }
        return type.equals("payment");
    }

    private static boolean isApproved(CsvRow row) throws RowProblem {
        requirePresent(row, 4);
        return switch (row.asText(4).toString()) {
            case "1", "true" -> true;
            case "0", "false" -> false;
            default -> throw new RowProblem(DeadLetterReason.MALFORMED, "approved is none of 1, 0, true, false");
        };
    }

    private static void requirePresent(CsvRow row, int field) throws RowProblem {
        if (row.isEmpty(field)) {
            throw new RowProblem(DeadLetterReason.MISSING_VALUE, COLUMNS[field] + " is empty");
        }
    }
}
