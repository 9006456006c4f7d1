package io.millrace.rig;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/** A histogram as one word, for another process. */
public final class HistogramText {
    private HistogramText() {}

    /**
     * Writes one.
     *
     * @param histogram any
     * @return a word without blanks
     */
    public static String of(Histogram histogram) {
        ByteBuffer bytes = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(bytes);
        return Base64.getEncoder().encodeToString(Arrays.copyOf(bytes.array(), length));
    }

    /**
     * Reads what {@link #of} wrote.
     *
     * @param text a word
     * @return the same histogram
     * @throws IllegalStateException when it is none
     */
    public static Histogram parse(String text) {
        try {
            return Histogram.decodeFromCompressedByteBuffer(
                    ByteBuffer.wrap(Base64.getDecoder().decode(text)), 0);
        } catch (DataFormatException e) {
            throw new IllegalStateException("a child's histogram cannot be read", e);
        }
    }
}
