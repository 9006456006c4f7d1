package io.millrace.transport.file;

import java.io.Closeable;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads CSV (RFC 4180): UTF-8 with or without a byte order mark, LF or CRLF, plain or gzip. Blank lines are skipped. With
 * a header its names decide, in any order; columns that were not asked for are ignored.
 *
 * <pre>{@code
 * try (CsvReader reader = CsvReader.open("payments.csv.gz", "CARD", "AMOUNT")) {
 *     CsvRow row = reader.row();
 *     while (reader.next()) {
 *         try {
 *             pay(row.asLong(0), row.asDouble(1));
 *         } catch (RowProblem problem) {
 *             deadLetters.put(row, problem);
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p>A bad row never ends the reading: {@link #next} moves to it like to any other, and its fields answer with a
 * {@link RowProblem}. What ends it is a {@link FileFault}; all rows before the fault have been handed out by then. Lines
 * are counted by LF, also inside quotes. A row that is not CSV costs one line. Not thread-safe.
 */
public final class CsvReader implements Closeable {
    private final RowScanner rows;
    private final CsvColumns columns;
    private final CsvRow row;

    private CsvReader(RowScanner rows, CsvColumns columns) {
        this.rows = rows;
        this.columns = columns;
        row = new CsvRow(rows, columns);
        rows.keepFields(columns.inFile());
        rows.leaveRow();
    }

    /**
     * Opens a file with a header.
     *
     * @param file    its path, or {@code -} for standard input
     * @param columns the columns to read; none means all
     * @return a reader before the first row
     * @throws FileFault if the file cannot be read, has no header, or lacks a column
     */
    public static CsvReader open(String file, String... columns) throws FileFault {
        return withHeader(file, FileInput.open(file), List.of(columns));
    }

    /**
     * Reads a stream with a header.
     *
     * @param name    what messages call it
     * @param in      its bytes, gunzipped when they are gzip; closed with the reader
     * @param columns the columns to read; none means all
     * @return a reader before the first row
     * @throws FileFault if the stream cannot be read, has no header, or lacks a column
     */
    public static CsvReader of(String name, InputStream in, String... columns) throws FileFault {
        return withHeader(name, FileInput.of(name, in), List.of(columns));
    }

    /**
     * Opens a file without header.
     *
     * @param file   its path, or {@code -} for standard input
     * @param fields the number of fields each row must have
     * @return a reader before the first row
     * @throws FileFault if the file cannot be opened
     */
    public static CsvReader openWithoutHeader(String file, int fields) throws FileFault {
        return new CsvReader(new RowScanner(file, FileInput.open(file)), CsvColumns.numbered(fields));
    }

    /**
     * Reads a stream without header.
     *
     * @param name   what messages call it
     * @param in     its bytes, gunzipped when they are gzip; closed with the reader
     * @param fields the number of fields each row must have
     * @return a reader before the first row
     * @throws FileFault if the stream cannot be read
     */
    public static CsvReader ofWithoutHeader(String name, InputStream in, int fields) throws FileFault {
        return new CsvReader(new RowScanner(name, FileInput.of(name, in)), CsvColumns.numbered(fields));
    }

    private static CsvReader withHeader(String name, FileInput in, List<String> wanted) throws FileFault {
        RowScanner rows = new RowScanner(name, in);
        try {
            List<String> header = header(rows);
            return new CsvReader(rows, CsvColumns.resolve(name, rows.line(), header, wanted));
        } catch (FileFault e) {
            rows.close();
            throw e;
        }
    }

    private static List<String> header(RowScanner rows) throws FileFault {
        if (!rows.next()) {
            throw new FileFault(rows.name(), FileFault.NO_LINE, "no header", "only blank lines", "add a header");
        }
        if (rows.problem() != null) {
            throw new FileFault(
                    rows.name(), rows.line(), "the header is not CSV", rows.problem(), "give a CSV file in UTF-8");
        }
        List<String> names = new ArrayList<>();
        FieldText text = new FieldText();
        for (int i = 0; i < rows.fieldCount(); i++) {
            text.set(rows.bytes(), rows.fieldStart(i), rows.fieldEnd(i), rows.isEscaped(i));
            names.add(text.toString());
        }
        return names;
    }

    /**
     * Moves to the next row, sound or not.
     *
     * @return false at the end of the input
     * @throws FileFault if the input cannot be read to its end; thrown again if asked again
     */
    public boolean next() throws FileFault {
        return rows.next();
    }

    /**
     * The present row.
     *
     * @return always the same object
     */
    public CsvRow row() {
        return row;
    }

    /**
     * The columns that are read.
     *
     * @return their names, in the order of the fields of {@link #row}
     */
    public List<String> columns() {
        return columns.names();
    }

    @Override
    public void close() throws FileFault {
        rows.close();
    }
}
