package io.millrace.transport.aeron;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The layout of an event in words, as it travels for people who read what is wrong; the fingerprint is what is compared. */
final class LayoutWords {
    /** More is of use to nobody who reads it. */
    static final int BYTES_MAX = 16 << 10;

    private static final byte[] CUT = " ...".getBytes(StandardCharsets.US_ASCII);

    private LayoutWords() {}

    /** Cut where a message has no room for all of them: a layout may be longer than any event. */
    static byte[] of(String layout, int bytesMax) {
        byte[] all = layout.getBytes(StandardCharsets.UTF_8);
        int most = Math.min(bytesMax, BYTES_MAX);
        if (all.length <= most) {
            return all;
        }
        int end = Math.max(0, most - CUT.length);
        while (end > 0 && (all[end] & 0xc0) == 0x80) {
            end--; // not within a character
        }
        byte[] cut = Arrays.copyOf(all, Math.min(most, end + CUT.length));
        System.arraycopy(CUT, 0, cut, end, cut.length - end);
        return cut;
    }
}
