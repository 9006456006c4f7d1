package io.millrace.examples.candles;

import io.millrace.cli.RefusedRows;
import io.millrace.cli.StoppableInput;
import io.millrace.transport.file.CsvReader;
import io.millrace.transport.file.CsvRow;
import io.millrace.transport.file.FileFault;
import io.millrace.transport.file.RowProblem;
import java.io.Closeable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.function.BooleanSupplier;

/** The file of ticks: its next sound row, and where it stands. */
final class TickRows implements Closeable {
    /** More milliseconds are no time of an event: nanoseconds have to fit a long. */
    private static final double MS_MAX = Long.MAX_VALUE / 1_000_000 - 1;

    private final String name;
    private final CsvReader reader;
    private final RefusedRows letters;
    private boolean ahead;
    private Tick tick;

    TickRows(String name, RefusedRows letters, BooleanSupplier stopped) throws FileFault {
        this.name = name.equals("-") ? "standard input" : name;
        this.letters = letters;
        reader = StoppableInput.maybeSilent(name)
                ? CsvReader.ofWithoutHeader(this.name, StoppableInput.open(name, stopped), 3)
                : CsvReader.openWithoutHeader(name, 3);
    }

    /** Reads the first row, which is judged later: what is said of it has to have a place. A file that cannot be read at all is said now. */
    void begin() throws FileFault {
        ahead = reader.next();
    }

    private boolean move() throws FileFault {
        boolean moved = ahead || reader.next();
        ahead = false;
        return moved;
    }

    /** Moves to the next row that is sound; answers whether there is one. */
    boolean next() throws FileFault {
        tick = null;
        while (tick == null && move()) {
            try {
                CsvRow row = reader.row();
                tick = new Tick(ns(row), row.asDouble(1), row.asDouble(2));
            } catch (RowProblem e) {
                letters.refused(name, line(), e.reason(), e.detail(), raw());
            }
        }
        return tick != null;
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

    boolean hasTick() {
        return tick != null;
    }

    Tick tick() {
        return tick;
    }

    long line() {
        return reader.row().line();
    }

    String raw() {
        return reader.row().raw();
    }

    String name() {
        return name;
    }

    @Override
    public void close() throws FileFault {
        reader.close();
    }
}
