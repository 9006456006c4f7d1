package io.millrace.transport.file;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/**
 * Gzip without time or name in its header: the same rows are the same file. (The JDK writes no time; the test holds it
 * to that.)
 */
final class GzipOut extends GZIPOutputStream {
    private static final int BUFFER_BYTES = 1 << 16;

    private final OutputStream below;
    private boolean ended;

    GzipOut(OutputStream out) throws IOException {
        super(new HeldHeader(out), BUFFER_BYTES);
        below = out;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (ended) {
            throw new IOException("Stream Closed"); // the JDK has a NullPointerException for that
        }
        super.write(bytes, offset, length);
    }

    /** Ends the stream; native memory and the file go also if that fails, which older JDKs forget. */
    @Override
    public void close() throws IOException {
        if (ended) {
            return;
        }
        ended = true;
        try (below) {
            finish();
        } finally {
            def.end();
        }
    }

    /** Ends it without another byte: what is below has been ended. */
    void forget() {
        ended = true;
        def.end();
    }

    /** The JDK writes the header when the stream is made: it waits for what follows, so that until then a file is as it was found. */
    private static final class HeldHeader extends FilterOutputStream {
        private byte[] header;
        private boolean isBegun;

        HeldHeader(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (!isBegun) {
                isBegun = true;
                header = Arrays.copyOfRange(bytes, offset, offset + length);
                return;
            }
            writeHeader();
            out.write(bytes, offset, length);
        }

        private void writeHeader() throws IOException {
            if (header != null) {
                out.write(header, 0, header.length);
                header = null; // a file that could not be emptied yet has none
            }
        }

        @Override
        public void flush() throws IOException {
            writeHeader();
            out.flush();
        }
    }
}
