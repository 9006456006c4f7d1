package io.millrace.transport.aeron;

import io.aeron.driver.Configuration;
import java.io.File;

/** Whether there is room for the buffers of a driver; a driver that runs out of it while it works dies by a signal. */
final class MediaSpace {
    /** What a driver makes at its start: 4 MiB for errors, one each for commands, answers and losses, with what belongs to them. */
    private static final long DRIVER_BYTES = (7L << 20) + (64 << 10);

    /** The least that a driver takes, for 8,192 counters. Aeron's own has eight times that, which each start fills with zeros. */
    private static final int COUNTERS_MIN = 1 << 20;

    /** Of a stream: of its sender and several who subscribe. */
    private static final int COUNTERS = 16;

    private static final int COUNTER_BYTES = 128;

    /** The value of a counter, and four times that of what it is. */
    private static final long TEXTS = 5;

    /** Three terms a stream, and its log's meta data. */
    private static final int TERMS = 3;

    private static final long META_BYTES = 4 << 10;

    private MediaSpace() {}

    static int countersBytes(int streams) {
        long bytes = (long) streams * COUNTERS * COUNTER_BYTES;
        return (int) Math.max(COUNTERS_MIN, Math.min(bytes, Configuration.COUNTERS_VALUES_BUFFER_LENGTH_MAX));
    }

    static long streamBytes(int termBytes) {
        return TERMS * (long) termBytes + META_BYTES;
    }

    static long needed(int streams, int termBytes) {
        return DRIVER_BYTES + TEXTS * countersBytes(streams) + streams * streamBytes(termBytes);
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
