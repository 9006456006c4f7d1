package io.millrace.transport.file;

import static io.millrace.transport.file.RowBuffer.END;

import java.io.Closeable;
import java.io.InputStream;

/**
 * Cuts a stream into rows and rows into fields (RFC 4180), without an object per row: the present row stays where it
 * was read, fields are pairs of offsets into it.
 *
 * <p>What it does with a row that is not CSV: the row is its first physical line, it has a problem, and reading goes on
 * behind that line. So a stray quote costs one line and not all up to the next quote. The text is scanned at most a few
 * times for that: each line scanned again holds only pairs of adjacent quotes, or stops the scan.
 *
 * <p>The verdict on a row never depends on how the stream was cut into pieces.
 */
final class RowScanner implements Closeable {
    /** A longer row (without its line end) has a problem; it bounds the memory. */
    static final int ROW_BYTES_MAX = 1 << 20;

    private static final int BUFFER_BYTES_START = 1 << 16;

    /** True where a byte ends a run of plain text. */
    private static final boolean[] SPECIAL = new boolean[256];

    static {
        for (char c : new char[] {',', '"', '\n', '\r'}) {
            SPECIAL[c] = true;
        }
    }

    private final RowBuffer buffer;
    private final FieldBounds fields = new FieldBounds();
    private final int rowBytesMax;
    private boolean begun;
    private boolean restOfLine;
    private long nextLine = 1;

    // The present row.
    private int rowLength;
    private int seenBits;
    private String problem;

    RowScanner(String name, InputStream in) {
        this(name, in, ROW_BYTES_MAX, BUFFER_BYTES_START);
    }

    /** With limits of one's own: for tests, which meet them more often. */
    RowScanner(String name, InputStream in, int rowBytesMax, int bufferBytesStart) {
        this.rowBytesMax = rowBytesMax;
        // A row, its line end, and one byte that tells "longer" from "ends here".
        buffer = new RowBuffer(name, in, bufferBytesStart, rowBytesMax + 3);
    }

    /** Keeps the offsets of the first fields only. */
    void keepFields(int count) {
        fields.keep(count);
    }

    /** Moves to the next row that is not blank, sound or with a problem; false at the end. */
    boolean next() throws FileFault {
        if (!begun) {
            begun = true;
            buffer.skipByteOrderMark();
        }
        if (restOfLine) {
            restOfLine = false;
            buffer.dropLine();
        }
        do {
            buffer.startRow(nextLine++);
        } while (skipBlankLine());
        if (buffer.peek() == END && !buffer.tooLong) {
            leaveRow();
            return false;
        }
        scanRow();
        return true;
    }

    /** Has no present row any more: behind the header, and at the end. */
    void leaveRow() {
        fields.clear();
        rowLength = 0;
        problem = "no row";
    }

    /** A line of nothing but blanks; at the end of the input it stays where it is, at the end. */
    private boolean skipBlankLine() throws FileFault {
        int c = buffer.peek();
        while (c == ' ' || c == '\t') {
            c = step();
        }
        if (c == '\r') {
            c = step();
        }
        if (c == '\n') {
            buffer.at++;
            return true;
        }
        if (c != END) {
            buffer.at = buffer.rowStart;
        }
        return false;
    }

    private void scanRow() throws FileFault {
        fields.clear();
        seenBits = 0;
        problem = null;
        boolean more = true;
        while (more) {
            more = buffer.peek() == '"' ? quotedField() : plainField();
        }
        if (problem == null && (buffer.tooLong || rowLength > rowBytesMax)) {
            problem = "longer than " + rowBytesMax + " bytes";
        }
        if (problem != null) {
            endAtFirstLine();
        } else if (seenBits < 0) {
            checkEncoding();
        }
    }

    /** Scans a field without quotes; true when a comma follows it. */
    private boolean plainField() throws FileFault {
        int start = position();
        for (; ; ) {
            skipPlain();
            int c = buffer.peek();
            if (c == '"') {
                problem = "a quote inside a field without quotes";
                return false;
            }
            if (c == END || SPECIAL[c]) {
                fields.add(start, position(), false);
                return separator(c);
            }
        }
    }

    /** Scans a field in quotes; true when a comma follows it. */
    private boolean quotedField() throws FileFault {
        buffer.at++;
        int start = position();
        boolean doubled = false;
        for (; ; ) {
            skipToQuote();
            int c = buffer.peek();
            if (c == END) {
                problem = "a quote that is not closed";
                return false;
            }
            if (c == '"') {
                c = step();
                if (c != '"') {
                    fields.add(start, position() - 1, doubled);
                    return separator(c);
                }
                doubled = true;
                buffer.at++;
            }
        }
    }

    /** Takes what stands behind a field: true for a comma, false for the end of the row or a problem. */
    private boolean separator(int c) throws FileFault {
        if (c == ',') {
            buffer.at++;
            return true;
        }
        rowLength = position();
        int end = c == '\r' ? step() : c;
        if (end == '\n') {
            buffer.at++;
        } else if (end != END) {
            problem = c == '\r' ? "a carriage return without a line feed" : "text behind a closing quote";
        }
        return false;
    }

    private void skipPlain() {
        byte[] bytes = buffer.bytes;
        int i = buffer.at;
        int end = buffer.limit;
        int bits = 0;
        while (i < end) {
            byte b = bytes[i];
            if (SPECIAL[b & 0xFF]) {
                break;
            }
            bits |= b;
            i++;
        }
        seenBits |= bits;
        buffer.at = i;
    }

    /** Skips to a quote or to the end of what was read, counting lines. */
    private void skipToQuote() {
        byte[] bytes = buffer.bytes;
        int i = buffer.at;
        int end = buffer.limit;
        while (i < end && bytes[i] != '"') {
            byte b = bytes[i++];
            seenBits |= b;
            if (b == '\n') {
                nextLine++;
            }
        }
        buffer.at = i;
    }

    private void checkEncoding() {
        int bad = Utf8.firstMalformed(buffer.bytes, rowStart(), rowEnd());
        if (bad >= 0) {
            problem = "not UTF-8 at byte " + (bad - rowStart() + 1) + " of the row";
        }
    }

    /** A row with a problem is its first physical line: the end of anything longer cannot be trusted. */
    private void endAtFirstLine() throws FileFault {
        nextLine = buffer.line + 1;
        buffer.at = buffer.rowStart;
        int c;
        do {
            buffer.skipToLineEnd();
            c = buffer.peek();
        } while (c != '\n' && c != END);
        int length = position();
        boolean carriageReturn = length > 0 && buffer.bytes[buffer.at - 1] == '\r';
        rowLength = Math.min(carriageReturn ? length - 1 : length, rowBytesMax);
        if (c == '\n') {
            buffer.at++;
        } else {
            restOfLine = buffer.tooLong;
        }
    }

    private int step() throws FileFault {
        buffer.at++;
        return buffer.peek();
    }

    private int position() {
        return buffer.at - buffer.rowStart;
    }

    String name() {
        return buffer.name;
    }

    /** The line the present row starts on. */
    long line() {
        return buffer.line;
    }

    /** Why the present row is not CSV, or null. */
    String problem() {
        return problem;
    }

    int fieldCount() {
        return fields.count();
    }

    byte[] bytes() {
        return buffer.bytes;
    }

    int rowStart() {
        return buffer.rowStart;
    }

    int rowEnd() {
        return buffer.rowStart + rowLength;
    }

    int fieldStart(int i) {
        return buffer.rowStart + fields.start(i);
    }

    int fieldEnd(int i) {
        return buffer.rowStart + fields.end(i);
    }

    /** Whether a field holds doubled quotes. */
    boolean isEscaped(int i) {
        return fields.isEscaped(i);
    }

    @Override
    public void close() throws FileFault {
        buffer.close();
    }
}
