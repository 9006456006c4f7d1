package io.millrace.transport.journal;

import java.nio.file.Path;
import java.util.Arrays;

/**
 * A snapshot that is kept.
 *
 * @param next   place of the first entry that is not in it
 * @param length bytes of what the host wrote
 * @param hash   SHA-256 of these
 */
record Snapshot(long next, long length, byte[] hash) {
    /** Bytes of a hash. */
    static final int HASH = 32;

    private static final String PREFIX = "snapshot-";

    Path file(Path journal) {
        return journal.resolve(String.format(PREFIX + "%019d", next));
    }

    /** The place in a file's name; -1 when it is no snapshot. */
    static long nextOf(String fileName) {
        return fileName.matches(PREFIX + "\\d{19}") ? Long.parseLong(fileName.substring(PREFIX.length())) : -1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Snapshot s && s.next == next && s.length == length && Arrays.equals(s.hash, hash);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(next) * 31 + Arrays.hashCode(hash);
    }
}
