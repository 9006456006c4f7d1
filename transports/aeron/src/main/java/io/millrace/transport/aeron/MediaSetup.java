package io.millrace.transport.aeron;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.agrona.BitUtil;

/** The settings of {@link AeronMedia} before it starts. For one thread. */
public final class MediaSetup {
    private static final int TERM_BYTES = 1 << 20;
    private static final int TERM_MIN = 64 << 10;
    private static final int TERM_MAX = 1 << 30;
    private static final int STREAMS = 16;
    private static final int FEW_CORES = 4;
    private static final int MANY_CORES = 8;

    final boolean embedded;
    File directory;
    int termBytes = TERM_BYTES;
    int streams = STREAMS;
    Threading threading = Threading.FITTING;
    Duration driverTimeout = Duration.ofSeconds(10);

    MediaSetup(boolean embedded, File directory) {
        this.embedded = embedded;
        this.directory = directory;
    }

    /**
     * Sets where the driver of this process keeps its buffers; other processes that name the directory use the driver
     * too. The directory is deleted at start, unless a driver works there, and at the end. What a killed process has
     * left there is recognised at once if that was one of these drivers, otherwise after the driver has been silent for
     * {@link #driverTimeout}.
     *
     * @param where best in shared memory; by default a directory of its own below /dev/shm, or the one for temporary
     *     files
     * @return this
     */
    public MediaSetup directory(Path where) {
        requireEmbedded("directory");
        directory = where.toFile();
        return this;
    }

    /**
     * Sets the length of a term, of which a stream has three, for channels without {@code term-length}. A message takes
     * at most an eighth of it. Default 1 MiB, where Aeron would take 64 MiB for IPC.
     *
     * @param bytes a power of two, 64 KiB to 1 GiB
     * @return this
     */
    public MediaSetup termBytes(int bytes) {
        requireEmbedded("termBytes");
        if (bytes < TERM_MIN || bytes > TERM_MAX || !BitUtil.isPowerOfTwo(bytes)) {
            throw new IllegalArgumentException(
                    "terms of " + bytes + " bytes; use a power of two from 65536 to 1073741824");
        }
        termBytes = bytes;
        return this;
    }

    /**
     * Sets for how many streams there has to be room before the driver starts; each sender of a stream counts. Default
     * 16.
     *
     * @param count at least 1
     * @return this
     */
    public MediaSetup streams(int count) {
        requireEmbedded("streams");
        if (count < 1) {
            throw new IllegalArgumentException(count + " streams; use at least 1");
        }
        streams = count;
        return this;
    }

    /**
     * Sets which threads run the driver of this process.
     *
     * @param threads by default those that suit the number of processors
     * @return this
     */
    public MediaSetup threading(Threading threads) {
        requireEmbedded("threading");
        threading = Objects.requireNonNull(threads, "threads");
        return this;
    }

    /**
     * Sets how long the other side may be silent before it counts as gone: the driver for this process and, if the
     * driver is its own, a client for the driver. A process that was killed holds up those who send to it for that
     * long.
     *
     * @param silence default 10 s; at least 100 ms, and 2 s if another process's driver reports only once a second that
     *     it lives, as Aeron's own does
     * @return this
     */
    public MediaSetup driverTimeout(Duration silence) {
        if (silence.toMillis() < 100) {
            throw new IllegalArgumentException("a driver timeout of " + silence + "; use at least 100 ms");
        }
        driverTimeout = silence;
        return this;
    }

    private void requireEmbedded(String setting) {
        if (!embedded) {
            throw new IllegalStateException(setting + " is a setting of an embedded driver; that in " + directory
                    + " has its own, begin with AeronMedia.embedded()");
        }
    }

    Threading fitting() {
        return threading == Threading.FITTING ? fitting(Runtime.getRuntime().availableProcessors()) : threading;
    }

    static Threading fitting(int cores) {
        return cores <= FEW_CORES
                ? Threading.SHARED
                : cores < MANY_CORES ? Threading.SHARED_NETWORK : Threading.DEDICATED;
    }

    /**
     * Starts the driver, if it is of this process, and connects to it.
     *
     * @return the connection
     * @throws IllegalStateException if there is no driver, or no room for one; the message says what would help
     */
    public AeronMedia start() {
        return new AeronMedia(this);
    }
}
