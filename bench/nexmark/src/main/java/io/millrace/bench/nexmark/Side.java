package io.millrace.bench.nexmark;

import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowType;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.bench.nexmark.row.Shape;

/** What is known beside the events: a bounded table, there before the first of them. */
public final class Side extends Row {
    /** The numbers of its columns. */
    public static final int KEY = 0, VALUE = 1;

    /** So many rows it has as published, with keys from 0. */
    public static final int ROWS = 10_000;

    private static final int BYTES_AT_MOST = 1_024;

    /** The table. */
    public static final RowType<Side> TYPE =
            RowType.kept("side", Columns.of().number("key").text("value"), BYTES_AT_MOST, Side::new);

    private Side(Shape shape) {
        super(shape);
    }

    public long key() {
        return number(KEY);
    }

    /** Fills the row of a key as published: its value is the key in digits. */
    static void fill(long key, RowWriter into) {
        into.put(key).text(Long.toString(key));
    }
}
