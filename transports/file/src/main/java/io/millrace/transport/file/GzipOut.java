package io.millrace.transport.file;

import java.io.IOException;
import java.io.OutputStream;
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
        super(out, BUFFER_BYTES);
        below = out;
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
}
