package io.millrace.transport.file;

import java.io.Closeable;
import java.util.Arrays;

/**
 * Text on its way into a file, encoded in place: no object a value. Only whole rows go out, and they stay here until the file has taken
 * them, so that a fault costs none. A row that is longer than the buffer makes it grow.
 */
final class TextBuffer implements Closeable {
    private static final int BYTES = 1 << 16;

    /** Some machines have no longer arrays. */
    private static final int BYTES_MAX = Integer.MAX_VALUE - 8;

    private final FileOutput out;
    private byte[] bytes = new byte[BYTES];
    private int end;

    /** Where the row in hand begins. */
    private int whole;

    TextBuffer(FileOutput out) {
        this.out = out;
    }

    void putByte(char ascii) throws FileFault {
        reserve(1);
        bytes[end++] = (byte) ascii;
    }

    void putLong(long value) throws FileFault {
        reserve(Digits.LENGTH_MAX);
        end = Digits.put(value, bytes, end);
    }

    void putDecimal(long unscaled, int scale) throws FileFault {
        reserve(Digits.DECIMAL_LENGTH_MAX);
        end = Digits.putDecimal(unscaled, scale, bytes, end);
    }

    void putDouble(double value) throws FileFault {
        reserve(ShortestDouble.LENGTH_MAX);
        end = ShortestDouble.put(value, bytes, end);
    }

    void putEpochSecond(long epochSecond) throws FileFault {
        reserve(UtcTime.LENGTH_MAX);
        end = UtcTime.putSecond(epochSecond, bytes, end);
    }

    void putEpochMs(long epochMs) throws FileFault {
        reserve(UtcTime.LENGTH_MAX);
        end = UtcTime.putMs(epochMs, bytes, end);
    }

    void putEpochNs(long epochNs) throws FileFault {
        reserve(UtcTime.LENGTH_MAX);
        end = UtcTime.putNs(epochNs, bytes, end);
    }

    /** Text, each quote in it doubled when it stands between quotes. */
    void putText(CharSequence text, boolean doublingQuotes) throws FileFault {
        for (int i = 0; i < text.length(); i++) {
            if (doublingQuotes && text.charAt(i) == '"') {
                putByte('"');
            }
            reserve(4);
            end = Utf8.encode(text, i, bytes, end);
            if (Utf8.isPair(text, i)) {
                i++;
            }
        }
    }

    /** Bytes that are text already. */
    void putBytes(byte[] source, int from, int to) throws FileFault {
        reserve(to - from);
        System.arraycopy(source, from, bytes, end, to - from);
        end += to - from;
    }

    /** The row in hand is whole. */
    void endRow() {
        whole = end;
    }

    /** The row in hand has never been. */
    void takeBack() {
        end = whole;
    }

    private void reserve(int count) throws FileFault {
        if (count > bytes.length - end) {
            makeRoom(count);
        }
    }

    private void makeRoom(int count) throws FileFault {
        drain();
        long needed = (long) end + count;
        if (needed > BYTES_MAX) {
            throw out.tooLong(needed);
        }
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(BYTES_MAX, Math.max(needed, 2L * bytes.length)));
        }
    }

    private void drain() throws FileFault {
        if (whole > 0) {
            out.write(bytes, 0, whole); // after a fault they are still here, and the next call tries them again
            System.arraycopy(bytes, whole, bytes, 0, end - whole);
            end -= whole;
            whole = 0;
        }
    }

    boolean isMadeAnew() {
        return out.isMadeAnew();
    }

    void empty() throws FileFault {
        out.empty();
    }

    void endEarly() {
        out.endEarly();
    }

    void flush() throws FileFault {
        drain();
        out.flush();
    }

    /** Touches nothing that is being gathered. */
    void sync() throws FileFault {
        out.sync();
    }

    /** The start has failed: what is gathered goes nowhere. */
    void abandon() throws FileFault {
        end = 0;
        whole = 0;
        out.abandon();
    }

    /** Half a row is left out. What cannot be written now is lost, and said. */
    @Override
    public void close() throws FileFault {
        try (out) {
            drain();
        } finally {
            end = 0;
            whole = 0;
        }
    }
}
