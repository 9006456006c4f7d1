package io.millrace.engine;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.LockSupport;

/**
 * For work beside an engine that has no haste: it stops for a moment again and again, so that a thread of the engine that has something to do
 * finds a core, where there are fewer of them than threads, without waiting for the end of a time slice (a few milliseconds). One thread at a time.
 */
final class Rests {
    private static final long WORK_NS = 200_000;
    private static final long REST_NS = 50_000;

    /** Between two looks at the clock; a piece of a snapshot that is written counts as that many. */
    private static final int STEPS = 16;

    private long begunNs;
    private int steps;

    /** To be called behind each small piece of work. */
    void step() {
        if (++steps < STEPS) {
            return;
        }
        steps = 0;
        if (HostClock.nanoTime() - begunNs >= WORK_NS) {
            LockSupport.parkNanos(this, REST_NS);
            begunNs = HostClock.nanoTime();
        }
    }

    /** What is written in pieces, with a rest between them. */
    OutputStream between(OutputStream pieces) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                pieces.write(b);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                pieces.write(bytes, offset, length);
                steps = STEPS;
                step();
            }

            @Override
            public void flush() throws IOException {
                pieces.flush();
            }
        };
    }
}
