package io.millrace.transport.file;

import java.io.IOException;
import java.io.InputStream;

/** Reading from streams of strangers. */
final class Streams {
    private Streams() {}

    /**
     * Reads at least one byte, or -1 at the end. Some streams answer 0 against the contract of {@link InputStream}; the
     * single-byte form must wait, so a loop over them cannot spin.
     */
    static int readSome(InputStream in, byte[] bytes, int offset, int length) throws IOException {
        int count = in.read(bytes, offset, length);
        if (count != 0) {
            return count;
        }
        int one = in.read();
        if (one < 0) {
            return -1;
        }
        bytes[offset] = (byte) one;
        return 1;
    }
}
