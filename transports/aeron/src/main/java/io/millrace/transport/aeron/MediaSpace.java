package io.millrace.transport.aeron;

import java.io.File;

/** Whether there is room for the buffers of a driver; a driver that runs out of it while it works dies by a signal. */
final class MediaSpace {
    /** Of counters, commands, errors and losses: what a driver makes at its start, generously. */
    private static final long DRIVER_BYTES = 10L << 20;

    /** Three terms a stream, and its log's meta data. */
    private static final int TERMS = 3;

    private static final long META_BYTES = 4 << 10;

    private MediaSpace() {}

    static long needed(int streams, int termBytes) {
        return DRIVER_BYTES + streams * (TERMS * (long) termBytes + META_BYTES);
    }

    /** Throws where there is too little, together with the bytes of what is deleted before. */
    static void check(File directory, long deletedBytes, int streams, int termBytes) {
        File there = directory.getAbsoluteFile();
        while (!there.exists() && there.getParentFile() != null) {
            there = there.getParentFile();
        }
        String problem = problem(directory, there.getUsableSpace() + deletedBytes, streams, termBytes);
        if (problem != null) {
            throw new IllegalStateException(problem);
        }
    }

    static String problem(File directory, long freeBytes, int streams, int termBytes) {
        long needed = needed(streams, termBytes);
        return freeBytes >= needed
                ? null
                : "media driver in " + directory + ": it needs " + mib(needed) + " MiB for " + streams
                        + " streams with terms of "
                        + (termBytes >> 10) + " KiB, " + mib(freeBytes)
                        + " MiB are free; use termBytes(..) or streams(..) with less, directory(..) elsewhere, or more shared memory"
                        + " (docker run --shm-size, medium: Memory with a larger sizeLimit)";
    }

    private static String mib(long bytes) {
        long tenths = bytes * 10 >> 20;
        return tenths / 10 + "." + tenths % 10;
    }
}
