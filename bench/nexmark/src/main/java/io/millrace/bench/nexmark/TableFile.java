package io.millrace.bench.nexmark;

import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Kind;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowType;
import io.millrace.bench.nexmark.row.RowWriter;
import io.millrace.cli.RefusedRows;
import io.millrace.cli.StoppableInput;
import io.millrace.transport.file.CsvReader;
import io.millrace.transport.file.CsvRow;
import io.millrace.transport.file.FileFault;
import io.millrace.transport.file.RowProblem;
import java.io.Closeable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** A table in a file: its next sound row, and where that stands. */
final class TableFile implements Closeable {
    private static final String TIME = "date_time";

    private final String name;
    private final Columns columns;
    private final CsvReader reader;
    private final RefusedRows letters;
    private final long[] numbers;
    private final int timeColumn;

    /** Of a table with one row a key: where it stands; else null. */
    private final Map<Long, Long> lines;

    private boolean hasRow;

    private TableFile(String name, RowType<? extends Row> type, CsvReader reader, RefusedRows letters) {
        this.name = name;
        columns = type.columns();
        lines = type == Side.TYPE ? new HashMap<>() : null;
        this.reader = reader;
        this.letters = letters;
        numbers = new long[columns.size()];
        timeColumn = List.of(columns.header()).indexOf(TIME);
    }

    /** Opens a file and moves to its first row. */
    static TableFile open(String file, RowType<? extends Row> type, RefusedRows letters, BooleanSupplier stopped)
            throws FileFault {
        String name = file.equals("-") ? "standard input" : file;
        String[] header = type.columns().header();
        CsvReader reader = StoppableInput.maybeSilent(file)
                ? CsvReader.of(name, StoppableInput.open(file, stopped), header)
                : CsvReader.open(file, header);
        return new TableFile(name, type, reader, letters);
    }

    /** Moves to the next row that is sound. */
    void next() throws FileFault {
        hasRow = false;
        while (!hasRow && reader.next()) {
            try {
                read(reader.row());
                hasRow = true;
            } catch (RowProblem e) {
                letters.refused(name, line(), e.reason(), e.detail(), raw());
            }
        }
        if (hasRow && lines != null) {
            requireNewKey(numbers[Side.KEY]);
        }
    }

    /** Which of two rows is meant nobody can say. */
    private void requireNewKey(long key) throws FileFault {
        Long first = lines.putIfAbsent(key, line());
        if (first != null) {
            hasRow = false;
            throw new FileFault(
                    name,
                    line(),
                    "a key stands twice in the table",
                    key + ", first in line " + first,
                    "keep one row of each key");
        }
    }

    private void read(CsvRow row) throws RowProblem {
        row.check();
        for (int i = 0; i < numbers.length; i++) {
            if (columns.kind(i) != Kind.TEXT) {
                numbers[i] = columns.kind(i) == Kind.TIME ? row.asEpochMs(i) : row.asLong(i);
            }
        }
    }

    boolean hasRow() {
        return hasRow;
    }

    /** Of a table without times before all others. */
    long timeMs() {
        return timeColumn < 0 ? Long.MIN_VALUE : numbers[timeColumn];
    }

    /** Fills an event. */
    void put(RowWriter into) {
        try {
            for (int i = 0; i < numbers.length; i++) {
                if (columns.kind(i) == Kind.TEXT) {
                    into.text(reader.row().asText(i));
                } else {
                    into.put(numbers[i]);
                }
            }
        } catch (RowProblem e) {
            throw new IllegalStateException("the row was sound", e);
        }
    }

    String name() {
        return name;
    }

    long line() {
        return reader.row().line();
    }

    String raw() {
        return reader.row().raw();
    }

    @Override
    public void close() throws FileFault {
        reader.close();
    }
}
