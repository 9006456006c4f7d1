package io.millrace.cli;

import io.millrace.transport.file.FileInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The bytes of a stream that may be silent for ever, such as standard input, a pipe or a device: a thread of its own waits for
 * them, so that whoever reads here can be told to stop. Reading fails then; what was read before is whole.
 */
public final class StoppableInput extends InputStream {
    private static final int CHUNK_BYTES = 1 << 16;
    private static final int CHUNKS_AHEAD = 8;
    private static final long LOOK_MS = 20;
    private static final byte[] END = {};

    private final Opening opening;
    private final BooleanSupplier stopped;
    private final BlockingQueue<byte[]> chunks = new ArrayBlockingQueue<>(CHUNKS_AHEAD);
    private volatile IOException failure;
    private byte[] chunk = new byte[0];
    private int at;

    /** Opening may wait as well: a named pipe until somebody writes to it. */
    private interface Opening {
        InputStream open() throws IOException;
    }

    private StoppableInput(Opening opening, BooleanSupplier stopped) {
        this.opening = opening;
        this.stopped = stopped;
        Thread pump = new Thread(this::pump, "silent-input");
        pump.setDaemon(true);
        pump.start();
    }

    /**
     * Begins to read.
     *
     * @param in      the stream; not closed
     * @param stopped asked while there is nothing to read
     */
    public StoppableInput(InputStream in, BooleanSupplier stopped) {
        this(() -> in, stopped);
    }

    /**
     * Whether an input of that name may be silent, so that it should be opened here: all but regular files, and what cannot be
     * opened at all.
     *
     * @param name a path, or {@code -} for standard input
     * @return false where reading it never waits for long
     */
    public static boolean maybeSilent(String name) {
        if (name.equals(FileInput.STANDARD_INPUT)) {
            return true;
        }
        try {
            Path path = Path.of(name);
            return Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /**
     * Opens an input that may be silent, and begins to read it. That it cannot be opened is said by reading.
     *
     * @param name    a path, or {@code -} for standard input
     * @param stopped asked while there is nothing to read
     * @return its bytes, as they are
     */
    public static StoppableInput open(String name, BooleanSupplier stopped) {
        InputStream standard = System.in;
        boolean isStandard = name.equals(FileInput.STANDARD_INPUT);
        return new StoppableInput(() -> isStandard ? standard : Files.newInputStream(Path.of(name)), stopped);
    }

    private void pump() {
        try {
            try {
                copy();
            } catch (IOException e) {
                failure = e;
            }
            chunks.put(END);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts " + Thread.currentThread(), e);
        }
    }

    private void copy() throws IOException, InterruptedException {
        InputStream in = opening.open();
        byte[] bytes = new byte[CHUNK_BYTES];
        int n;
        while ((n = in.read(bytes)) >= 0) {
            if (n > 0) {
                chunks.put(Arrays.copyOf(bytes, n));
            }
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (at == chunk.length && chunk != END) {
            chunk = nextChunk();
            at = 0;
        }
        if (chunk == END) {
            if (failure != null) {
                throw failure;
            }
            return -1;
        }
        int n = Math.min(length, chunk.length - at);
        System.arraycopy(chunk, at, bytes, offset, n);
        at += n;
        return n;
    }

    private byte[] nextChunk() throws IOException {
        try {
            byte[] next;
            while ((next = chunks.poll(LOOK_MS, TimeUnit.MILLISECONDS)) == null) {
                if (stopped.getAsBoolean()) {
                    throw new InterruptedIOException("interrupted");
                }
            }
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }
}
