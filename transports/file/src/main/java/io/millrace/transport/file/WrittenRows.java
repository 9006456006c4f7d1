package io.millrace.transport.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What a CSV file holds that we have written: whole rows, and behind them perhaps a part of one, where the process has ended.
 *
 * @param rows   whole ones, the header with them
 * @param length bytes of them
 * @param header the first row without its line end; empty where there is none
 */
record WrittenRows(long rows, long length, String header) {
    private static final int CHUNK = 1 << 16;

    /** Counts them; none where there is no file. */
    static WrittenRows of(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return new Scan(channel).run();
        } catch (NoSuchFileException e) {
            return new WrittenRows(0, 0, "");
        }
    }

    /** Bytes are enough: in UTF-8 a quote or a line end is never a part of anything else. */
    private static final class Scan {
        private final FileChannel channel;
        private final ByteArrayOutputStream header = new ByteArrayOutputStream();
        private long rows;
        private long end;
        private boolean quoted;

        Scan(FileChannel channel) {
            this.channel = channel;
        }

        WrittenRows run() throws IOException {
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
            long at = 0;
            while (channel.read(chunk) >= 0) {
                chunk.flip();
                while (chunk.hasRemaining()) {
                    see(chunk.get(), ++at);
                }
                chunk.clear();
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
