package io.millrace.bench.nexmark;

import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowType;
import io.millrace.bench.nexmark.row.Shape;

/** Who sells and bids. */
public final class Person extends Row {
    /** The numbers of its columns. */
    public static final int ID = 0, NAME = 1, EMAIL = 2, CARD = 3, CITY = 4, STATE = 5, DATE_TIME = 6, EXTRA = 7;

    private static final int BYTES_AT_MOST = 2_048;

    /** The table. */
    public static final RowType<Person> TYPE = RowType.kept(
            "person",
            Columns.of()
                    .number("id")
                    .text("name")
                    .text("email_address")
                    .text("credit_card")
                    .text("city")
                    .text("state")
                    .time("date_time")
                    .text("extra"),
            BYTES_AT_MOST,
            Person::new);

    private Person(Shape shape) {
        super(shape);
    }

    public long id() {
        return number(ID);
    }

    public String name() {
        return text(NAME);
    }

    public String state() {
        return text(STATE);
    }

    public long dateTime() {
        return number(DATE_TIME);
    }
}
