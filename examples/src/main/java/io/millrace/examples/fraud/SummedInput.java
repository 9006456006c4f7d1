package io.millrace.examples.fraud;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/** The bytes of a file, and a sum of those that were read. Opened by the first read, whose fault is one of reading. */
final class SummedInput extends InputStream {
    private final Path file;
    private final CRC32C sum = new CRC32C();
    private InputStream in;
    private long bytes;

    private SummedInput(Path file) {
        this.file = file;
    }

    static SummedInput of(String file) {
        return new SummedInput(Path.of(file));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (in == null) {
            in = Files.newInputStream(file);
        }
        int count = in.read(into, offset, length);
        if (count > 0) {
            sum.update(into, offset, count);
            bytes += count;
        }
        return count;
    }

    /** Of what was read up to now. */
    String sum() {
        return bytes + " bytes, CRC-32C " + sum.getValue();
    }

    @Override
    public void close() throws IOException {
        if (in != null) {
            in.close();
        }
    }
}
