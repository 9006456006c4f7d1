package io.millrace.transport.journal;

import java.nio.file.Path;
import java.util.Locale;

/**
 * A snapshot that is kept.
 *
 * @param next   place of the first entry that is not in it
 * @param length bytes of what the host wrote
 * @param sum    of these and of the beginning of the end mark, see {@link SnapshotSum}
 */
record Snapshot(long next, long length, long sum) {
    private static final String PREFIX = "snapshot-";

    /** In plain code: for {@code equals} of a record the JVM would make classes at each start. */
    boolean isLike(Snapshot other) {
        return next == other.next && length == other.length && sum == other.sum;
    }

    Path file(Path journal) {
        return journal.resolve(String.format(Locale.ROOT, PREFIX + "%019d", next));
    }

    /** The place in a file's name; -1 when it is no snapshot. */
    static long nextOf(String fileName) {
        return fileName.matches(PREFIX + "\\d{19}") ? Long.parseLong(fileName.substring(PREFIX.length())) : -1;
    }
}
