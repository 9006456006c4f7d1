package io.millrace.transport.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a CSV file holds that we have written: whole rows, and behind them perhaps a part of one, where the process has ended. What a loss of power
 * has not let come to the disk reads as zeros.
 */
final class WrittenRows {
    private static final int CHUNK = 1 << 16;

    /** Rows from one place that is noted to the next. */
    private static final int APART = 1 << 12;

    /** The least that a disk has or has not got. */
    private static final int SECTOR = 1 << 9;

    /** Of the first row no more than tells whether it is the header. */
    private final ByteArrayOutputStream header = new ByteArrayOutputStream();

    private final byte[] columns;
    private long rows;
    private long length;
    private boolean quoted;

    /** Behind each so many rows. */
    private long[] places = new long[1];

    private int noted = 1;
    private long lastZero = -1;

    /** The last one that stands in front of a line end: behind that nothing is counted. */
    private long lastZeroInRows = -1;

    private WrittenRows(byte[] columns) {
        this.columns = columns;
    }

    /** Counts them, from where the file stands: its beginning. */
    static WrittenRows of(RandomAccessFile file) throws IOException {
        return of(file, "");
    }

    /** The same, of a file that begins with a row of these columns, or is to. */
    static WrittenRows of(RandomAccessFile file, String columns) throws IOException {
        WrittenRows found = new WrittenRows(columns.getBytes(StandardCharsets.UTF_8));
        found.read(file, Long.MAX_VALUE);
        return found;
    }

    private void read(RandomAccessFile in, long most) throws IOException {
        byte[] chunk = new byte[CHUNK];
        long at = length;
        for (int n = in.read(chunk); n >= 0 && rows < most; n = in.read(chunk)) {
            for (int i = 0; i < n && rows < most; i++) {
                see(chunk[i], at++);
            }
        }
    }

    /** Bytes are enough: in UTF-8 a quote or a line end is never a part of anything else. */
    private void see(byte b, long at) {
        if (b == '"') {
            quoted = !quoted;
        } else if (b == 0) {
            lastZero = at;
        } else if (b == '\n' && !quoted) {
            length = at + 1;
            lastZeroInRows = lastZero;
            note(++rows);
            return;
        }
        if (rows == 0 && header.size() <= columns.length) {
            header.write(b);
        }
    }

    private void note(long behind) {
        if (behind % APART == 0) {
            if (noted == places.length) {
                places = Arrays.copyOf(places, 2 * noted);
            }
            places[noted++] = length;
        }
    }

    /** Whole ones, the header with them. */
    long rows() {
        return rows;
    }

    /** Bytes of them. */
    long length() {
        return length;
    }

    /** The first row without its line end, or the beginning of it: no more than a byte longer than the columns. */
    String header() {
        return header.toString(StandardCharsets.UTF_8);
    }

    /** Whether it begins with the row of the columns, or with a part of that and nothing behind it. */
    boolean beginsWithColumns() {
        int same = Arrays.mismatch(header.toByteArray(), columns);
        return same < 0 || rows == 0 && same == header.size();
    }

    /**
     * Whether the beginning of a header is followed by what a loss of power has not let come to the disk, which is zeros to the end of the
     * header, or of their sector: then nothing is held.
     */
    boolean isHurtInHeader(RandomAccessFile file) throws IOException {
        byte[] first = header.toByteArray();
        int same = Arrays.mismatch(first, columns);
        if (same < 0 || same >= first.length || first[same] != 0) {
            return false;
        }
        return CutAside.isZeros(
                file, same, Math.min(file.length(), Math.min(columns.length + 1, (same / SECTOR + 1L) * SECTOR)));
    }

    /** Whether there may be less than rows say, or other ones, behind so many bytes. */
    boolean isHurtBehind(long place) {
        return lastZeroInRows >= place;
    }

    /** Bytes of so many rows, of those that are there. */
    long place(RandomAccessFile file, long ofRows) throws IOException {
        int from = (int) (ofRows / APART);
        WrittenRows again = new WrittenRows(columns);
        again.rows = (long) from * APART;
        again.length = places[from];
        file.seek(again.length);
        again.read(file, ofRows);
        return again.length;
    }
}
