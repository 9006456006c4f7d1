package io.millrace.transport.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;

/**
 * What a CSV file holds that we have written: whole rows, and behind them perhaps a part of one, where the process has ended.
 *
 * @param rows   whole ones, the header with them
 * @param length bytes of them
 * @param header the first row without its line end; empty where there is none
 */
record WrittenRows(long rows, long length, String header) {
    private static final int CHUNK = 1 << 16;

    /** Counts them, from where the file stands: its beginning. */
    static WrittenRows of(RandomAccessFile file) throws IOException {
        return new Scan().run(file);
    }

    /** Bytes are enough: in UTF-8 a quote or a line end is never a part of anything else. */
    private static final class Scan {
        private final ByteArrayOutputStream header = new ByteArrayOutputStream();
        private long rows;
        private long end;
        private boolean quoted;

        WrittenRows run(RandomAccessFile in) throws IOException {
            byte[] chunk = new byte[CHUNK];
            long at = 0;
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                for (int i = 0; i < n; i++) {
                    see(chunk[i], ++at);
                }
            }
            return new WrittenRows(rows, end, rows == 0 ? "" : header.toString(StandardCharsets.UTF_8));
        }

        private void see(byte b, long behind) {
            if (b == '"') {
                quoted = !quoted;
            } else if (b == '\n' && !quoted) {
                rows++;
                end = behind;
                return;
            }
            if (rows == 0) {
                header.write(b);
            }
        }
    }
}
