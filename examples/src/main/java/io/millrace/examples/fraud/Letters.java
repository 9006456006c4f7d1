package io.millrace.examples.fraud;

import io.millrace.cli.RefusedRows;
import io.millrace.event.DeadLetter;
import io.millrace.transport.file.CsvRow;
import io.millrace.transport.file.DeadLetterReason;
import io.millrace.transport.file.DeadLetterWriter;
import io.millrace.transport.file.FileFault;
import io.millrace.transport.file.RowProblem;
import java.io.PrintStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The rows that were not taken, in the order of their lines, whoever refused them: the reader at once, the engine a little
 * later and maybe on another thread. A letter waits until a row behind it has been decided; then nothing can come before it.
 *
 * <p>A run that goes on with a journal decides first and reads then: a letter waits for the reader, too, which brings its text.
 */
final class Letters {
    /** Letters that wait at most; a file with more bad rows in a row than this is written without waiting. */
    private static final int WAITING_MAX = 100_000;

    private final String file;
    private final RefusedRows rows;
    private final TreeMap<Long, Row> waiting = new TreeMap<>();

    /** Texts of rows that the engine may still refuse. */
    private final TreeMap<Long, String> suspicious = new TreeMap<>();

    /** The last line that was read; behind all where nobody reads any. */
    private long readTo = Long.MAX_VALUE;

    /** The last line that was decided. */
    private long decidedTo;

    private record Row(DeadLetterReason reason, String detail, String raw) {
        Row withRaw(String text) {
            return new Row(reason, detail, text);
        }
    }

    /**
     * No letters yet.
     *
     * @param file   for messages
     * @param kept   the name of the file they will be written to, or null
     * @param errors where the first ones are shown
     */
    Letters(String file, String kept, PrintStream errors) {
        this.file = file;
        rows = new RefusedRows("fraud", kept, errors);
    }

    /** From now on they are written there; null for nowhere. Who fails to write hears of it. */
    synchronized void writeTo(DeadLetterWriter to, Consumer<FileFault> onFailure) {
        rows.writeTo(to, onFailure);
    }

    synchronized void flush() {
        rows.flush();
    }

    /** There is a reader, which has read nothing yet. */
    synchronized void rowsAreRead() {
        readTo = 0;
    }

    /** The reader refuses a row. */
    synchronized void refused(CsvRow row, RowProblem problem) {
        rows.count(problem.reason());
        waiting.put(row.line(), new Row(problem.reason(), problem.detail(), row.raw()));
        readTo = row.line();
        if (readTo <= decidedTo) {
            release(readTo);
        } else if (waiting.size() > WAITING_MAX) {
            release(Long.MAX_VALUE);
        }
    }

    /** A row goes to the engine, which may refuse a suspicious one as late or ahead; or has done so before. */
    synchronized void read(CsvRow row, boolean isSuspicious) {
        readTo = row.line();
        boolean refusedBefore = !waiting.isEmpty()
                && waiting.computeIfPresent(readTo, (line, known) -> known.withRaw(row.raw())) != null;
        if (readTo <= decidedTo) {
            release(readTo);
        } else if (isSuspicious && !refusedBefore) {
            suspicious.put(readTo, row.raw());
        }
    }

    /** The engine refuses an event. */
    synchronized void refused(DeadLetter letter) {
        DeadLetterReason reason = DeadLetterReason.of(letter.reason());
        rows.count(reason);
        String raw = suspicious.remove(letter.correlationId());
        waiting.put(
                letter.correlationId(), new Row(reason, detail(reason, letter), raw == null ? letter.event() : raw));
    }

    private static String detail(DeadLetterReason reason, DeadLetter letter) {
        return switch (reason) {
            case LATE -> "TX_DATETIME is before that of a payment taken earlier";
            case AHEAD -> "TX_DATETIME is more than 30 days after the newest payment taken";
            default -> (letter.node() + ": " + letter.cause()).replaceAll("\\p{Cntrl}+", " ");
        };
    }

    /** The row of a line has been decided: so has every row before it. */
    synchronized void decided(long line) {
        decidedTo = line;
        if (!waiting.isEmpty()) {
            release(Math.min(line, readTo));
        }
        if (!suspicious.isEmpty()) {
            suspicious.headMap(line, true).clear();
        }
    }

    private void release(long beforeLine) {
        Map<Long, Row> ready = waiting.headMap(beforeLine);
        for (Map.Entry<Long, Row> e : ready.entrySet()) {
            Row row = e.getValue();
            rows.report(file, e.getKey(), row.reason, row.detail, row.raw);
        }
        ready.clear();
    }

    /**
     * Writes what still waits, when all has been decided. A run that goes on another time leaves to it what has not been read again,
     * and what stands behind a row that is not decided: there each letter comes in its place, with its text.
     */
    synchronized void finish(boolean allIsDecided) {
        long undecided = suspicious.isEmpty() ? Long.MAX_VALUE : suspicious.firstKey();
        release(allIsDecided || readTo == Long.MAX_VALUE ? Long.MAX_VALUE : Math.min(undecided, readTo + 1));
        rows.flush();
        rows.writeTo(null, e -> {}); // a flush may still come
    }

    synchronized long total() {
        return rows.total();
    }

    synchronized long late() {
        return rows.late();
    }
}
