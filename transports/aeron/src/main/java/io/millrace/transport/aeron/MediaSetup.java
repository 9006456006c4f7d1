package io.millrace.transport.aeron;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.agrona.BitUtil;

/** What is set of {@link AeronMedia} before it starts. One thread. */
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
     * Where a driver of our own keeps its buffers; other processes that name it use it too. It is deleted at start, unless a driver
     * works there, and at the end. What a process that was killed has left there is known at once where that was one of ours, else when its
     * driver has been silent for {@link #driverTimeout}.
     *
     * @param where best in shared memory; without this a directory of its own below /dev/shm, or the one for temporary files
     * @return this
     */
    public MediaSetup directory(Path where) {
        requireEmbedded("directory");
        directory = where.toFile();
        return this;
    }

    /**
     * The length of a term, of which a stream has three, where a channel does not say {@code term-length}. A message takes an eighth
     * at most. Unset 1 MiB, where Aeron would take 64 MiB for IPC.
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
     * For how many streams there has to be room before the driver starts; each sender of a stream counts. Unset 16.
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
     * Which threads run a driver of our own.
     *
     * @param threads unset those that suit the processors
     * @return this
     */
    public MediaSetup threading(Threading threads) {
        requireEmbedded("threading");
        threading = Objects.requireNonNull(threads, "threads");
        return this;
    }

    /**
     * For how long the other may be silent before it counts as gone: the driver for this process, and, where the driver is one of our
     * own, a client for it. Somebody who was killed holds up who sends to him for so long.
     *
     * @param silence at least 100 ms, and 2 s where another's driver says once a second only that it lives, as Aeron's own does;
     *     unset 10 s
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
     * Starts the driver, where it is one of our own, and connects to it.
     *
     * @return connected
     * @throws IllegalStateException when there is no driver, or no room for one; says what would help
     */
    public AeronMedia start() {
        return new AeronMedia(this);
    }
}
