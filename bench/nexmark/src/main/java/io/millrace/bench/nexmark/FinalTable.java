package io.millrace.bench.nexmark;

import io.millrace.bench.nexmark.row.Columns;
import io.millrace.bench.nexmark.row.Kind;
import io.millrace.bench.nexmark.row.Row;
import io.millrace.bench.nexmark.row.RowType;
import io.millrace.event.EntryForm;
import io.millrace.event.EventView;
import io.millrace.transport.file.CsvWriter;
import io.millrace.transport.file.FileFault;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The rows of a result as they are when all input has been read. Where it has no key a row is final as it comes, and is written;
 * else the last of each key is kept.
 */
final class FinalTable {
    /** As many digits as decimal numbers of databases have. */
    private static final MathContext DIGITS = new MathContext(28);

    private final RowType<Row> type;
    private final Columns columns;
    private final CsvWriter out;
    private final Map<String, byte[]> last = new LinkedHashMap<>();
    private final byte[] scratch;
    private long written;

    /** A table that is written there, or only counted. */
    FinalTable(RowType<Row> type, CsvWriter out) {
        this.type = type;
        this.columns = type.columns();
        this.out = out;
        scratch = new byte[type.maxLength()];
    }

    /** Takes a row. */
    void take(Row row, EntryForm form) throws FileFault {
        if (!columns.hasKey()) {
            write(row);
        } else if (form == EntryForm.RETRACTION) {
            last.remove(key(row));
        } else {
            int length = type.encode(row, scratch, 0);
            last.put(key(row), Arrays.copyOf(scratch, length));
        }
    }

    /** Texts are told apart by their lengths in front of them. */
    private String key(Row row) {
        StringBuilder key = new StringBuilder();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.isKey(i) && columns.kind(i) == Kind.TEXT) {
                String text = row.text(i);
                key.append(text.length()).append(' ').append(text);
            } else if (columns.isKey(i)) {
                key.append(row.number(i)).append(' ');
            }
        }
        return key.toString();
    }

    /** Writes what was kept. */
    void end() throws FileFault {
        EventView<Row> view = type.newView();
        for (byte[] bytes : last.values()) {
            write(view.wrap(bytes, 0, bytes.length));
        }
        if (columns.isOneRow() && last.isEmpty()) {
            writeAbsent();
        }
        last.clear();
    }

    /** How many rows there are. */
    long rows() {
        return Math.max(written + last.size(), columns.isOneRow() ? 1 : 0);
    }

    private void writeAbsent() throws FileFault {
        written++;
        if (out == null) {
            return;
        }
        for (String ignored : columns.header()) {
            out.putAbsent();
        }
        out.endRow();
    }

    private void write(Row row) throws FileFault {
        written++;
        if (out == null) {
            return;
        }
        for (int i = 0; i < columns.size(); i++) {
            if (columns.isWritten(i)) {
                write(row, i);
            }
        }
        out.endRow();
    }

    private void write(Row row, int column) throws FileFault {
        if (!row.isPresent(column)) {
            out.putAbsent();
            return;
        }
        switch (columns.kind(column)) {
            case TIME -> out.putEpochMs(row.number(column));
            case DATE -> out.putText(LocalDate.ofEpochDay(row.number(column)).toString());
            case THOUSANDTHS -> out.putDecimal(row.number(column), 3);
            case AVERAGE -> out.putText(quotient(row.number(column), row.count(column)));
            case TEXT -> out.putText(row.text(column));
            default -> out.putLong(row.number(column));
        }
    }

    static String quotient(long sum, long count) {
        BigDecimal mean = BigDecimal.valueOf(sum).divide(BigDecimal.valueOf(count), DIGITS);
        return mean.signum() == 0 ? "0" : mean.stripTrailingZeros().toPlainString();
    }
}
