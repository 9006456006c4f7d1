package io.millrace.transport.journal;

import java.nio.file.Path;
import java.util.Locale;

/**
 * What one start of a host wrote, in a directory of its own: the shape of its files and where it begins. It ends where
 * the next one begins.
 *
 * @param number       1, 2, 3, …
 * @param nonce        drawn at random: in every frame of the epoch
 * @param first        place of its first entry
 * @param chain        the chain value of its first frame
 * @param termBytes    bytes of a term of Aeron: no frame crosses its end
 * @param segmentBytes bytes of a file
 * @param mtuBytes     the most bytes of a piece of a frame, with the header of Aeron
 * @param forced       whether each write of it was forced before it was acknowledged
 */
record Epoch(
        long number,
        long nonce,
        long first,
        long chain,
        int termBytes,
        int segmentBytes,
        int mtuBytes,
        boolean forced) {
    /** The recording's id: each archive has one recording. */
    private static final String FILE_PREFIX = "0-";

    private static final String FILE_SUFFIX = ".rec";

    /** In the header of every piece, so that its bits are checked too. */
    int sessionId() {
        return (int) (nonce ^ (nonce >>> 32));
    }

    Path directory(Path journal) {
        return journal.resolve(directoryName(number));
    }

    static String directoryName(long number) {
        return String.format(Locale.ROOT, "epoch-%07d", number);
    }

    /** The number in a directory's name; -1 when it is none of an epoch. */
    static long numberOf(String directoryName) {
        return directoryName.matches("epoch-\\d{7,18}") ? Long.parseLong(directoryName.substring(6)) : -1;
    }

    static String segmentName(long base) {
        return FILE_PREFIX + base + FILE_SUFFIX;
    }

    /** The position of a file's first byte, from its name; -1 when it is no segment. */
    static long baseOf(String fileName) {
        return fileName.matches("0-\\d{1,18}\\.rec")
                ? Long.parseLong(fileName.substring(FILE_PREFIX.length(), fileName.length() - FILE_SUFFIX.length()))
                : -1;
    }

    long baseOf(long position) {
        return position - position % segmentBytes;
    }

    int longestEntry() {
        return longestFrame(termBytes) - Envelope.LENGTH - Envelope.BEFORE_ENTRY;
    }

    /** As Aeron has it: the longest message is an eighth of a term, and at most 16 MiB. */
    static int longestFrame(int termBytes) {
        return Math.min(termBytes / 8, 16 << 20);
    }
}
