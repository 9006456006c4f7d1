package io.millrace.transport.file;

import java.io.Closeable;

/** Text on its way into a file, encoded in place: no object a value. */
final class TextBuffer implements Closeable {
    private static final int BYTES = 1 << 16;

    private final FileOutput out;
    private final byte[] bytes = new byte[BYTES];
    private int end;

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
        int at = from;
        while (at < to) {
            reserve(1);
            int count = Math.min(to - at, BYTES - end);
            System.arraycopy(source, at, bytes, end, count);
            end += count;
            at += count;
        }
    }

    private void reserve(int count) throws FileFault {
        if (end + count > BYTES) {
            drain();
        }
    }

    private void drain() throws FileFault {
        int count = end;
        end = 0; // also after a fault: the same bytes are not tried again
        out.write(bytes, 0, count);
    }

    void endEarly() {
        out.endEarly();
    }

    void flush() throws FileFault {
        drain();
        out.flush();
    }

    @Override
    public void close() throws FileFault {
        try (out) {
            drain();
        }
    }
}
