package io.millrace.cli;

import io.millrace.transport.file.FileFault;
import io.millrace.transport.file.FileOutput;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;

/** Standard output that remembers why it could not be written; a {@code PrintStream} alone keeps that to itself. */
public final class StandardOutput {
    private static final int BUFFER_BYTES = 8192;

    private final PrintStream out;
    private IOException fault;

    private StandardOutput(OutputStream to, Charset charset) {
        out = new PrintStream(new BufferedOutputStream(new Remembering(to), BUFFER_BYTES), true, charset);
    }

    private final class Remembering extends FilterOutputStream {
        Remembering(OutputStream to) {
            super(to);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                fault = fault == null ? e : fault;
                throw e;
            }
        }
    }

    /**
     * Puts itself in the place of {@code System.out}.
     *
     * @return to be asked at the end
     */
    public static StandardOutput install() {
        try {
            OutputStream raw = FileOutput.of("standard output", new FileOutputStream(FileDescriptor.out));
            StandardOutput result = new StandardOutput(raw, charset());
            System.setOut(result.out);
            return result;
        } catch (FileFault e) {
            throw new IllegalStateException("nothing has been written yet", e);
        }
    }

    /**
     * What standard output is written in.
     *
     * @return that of the terminal where it is known, else of the locale
     */
    public static Charset charset() {
        String ofTheLocale = System.getProperty("native.encoding", "UTF-8");
        return Charset.forName(System.getProperty("stdout.encoding", ofTheLocale));
    }

    /**
     * Writes what is gathered, and says what went wrong, now or before.
     *
     * @return null when all was written
     */
    public IOException fault() {
        out.flush();
        return fault;
    }
}
