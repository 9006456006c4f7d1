package io.millrace.engine;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * Says each few seconds how far a start is that takes longer: there is no engine yet whose health could. Where it has not moved since the last
 * look it says that, and where it stands. The thread that starts only counts; a small one looks, and ends with the start.
 *
 * <p><b>Writer:</b> the thread that starts, opaque. <b>Why it suffices:</b> an older number is told a little late.
 */
final class RecoveryProgress implements AutoCloseable {
    /** Not that of the engine: whoever shows warnings only may want to see this. */
    private static final System.Logger LOG = System.getLogger("io.millrace.engine.start");

    private static final long NANOS = 1_000_000_000L;

    /** What takes so long may never end. */
    private static final long LONG_NS = 30 * NANOS;

    /** What the thread does at an entry, in two bits behind its number: reads, works it out by functions of the topology, gives what comes out. */
    private static final int READS = 0;

    private static final int WORKS = 1;
    private static final int GIVES = 2;

    private static final VarHandle AT;

    static {
        try {
            AT = MethodHandles.lookup().findVarHandle(RecoveryProgress.class, "at", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final String host;
    private final long next;
    private final Thread starts = Thread.currentThread();
    private final LongSupplier clock;
    private final BiConsumer<Level, String> to;

    /** The snapshot that is loaded, -1 for none. */
    private volatile long snapshot = -1;

    private volatile long first = -1;

    /** Bytes of the snapshot, then the entry in hand and what is done with it. */
    private long at;

    private volatile boolean over;

    /** Who looks has seen this, and when it was another. */
    private long seen = Long.MIN_VALUE;

    private long movedNs;
    private Thread looks;

    RecoveryProgress(String host, long next, LongSupplier clock, BiConsumer<Level, String> to) {
        this.host = host;
        this.next = next;
        this.clock = clock;
        this.to = to;
        movedNs = clock.getAsLong();
    }

    /** Looks so often, until it is closed. */
    static RecoveryProgress of(String host, long next, long everyNs) {
        RecoveryProgress progress = new RecoveryProgress(host, next, HostClock::nanoTime, LOG::log);
        progress.looks = new Thread(() -> progress.run(everyNs), "millrace-" + host + "-start");
        progress.looks.setDaemon(true);
        progress.looks.start();
        return progress;
    }

    private void run(long everyNs) {
        long lookedNs = clock.getAsLong();
        while (!over) {
            long left = lookedNs + everyNs - clock.getAsLong();
            if (left > 0) {
                LockSupport.parkNanos(this, left);
                Thread.interrupted(); // of nobody who could mean it
            } else {
                lookedNs = clock.getAsLong();
                look();
            }
        }
    }

    // ---- the thread that starts

    /** The snapshot at a place is about to be read; counts its bytes. */
    InputStream reading(long place, InputStream from) {
        snapshot = place;
        AT.setOpaque(this, 0L);
        return new FilterInputStream(from) {
            private long bytes;

            @Override
            public int read() throws IOException {
                int b = in.read();
                AT.setOpaque(RecoveryProgress.this, ++bytes);
                return b;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int n = in.read(into, offset, length);
                bytes += Math.max(0, n);
                AT.setOpaque(RecoveryProgress.this, bytes);
                return n;
            }
        };
    }

    /** All that is to be loaded has been; entries follow. */
    void entriesFrom(long sequence) {
        reads(sequence);
        first = sequence;
    }

    /** All before an entry is worked out, and it is about to be read. */
    void reads(long sequence) {
        AT.setOpaque(this, sequence << 2 | READS);
    }

    /** Functions of the topology have it. */
    void works(long sequence) {
        AT.setOpaque(this, sequence << 2 | WORKS);
    }

    /** Receivers have what came out so far. */
    void gives(long sequence) {
        AT.setOpaque(this, sequence << 2 | GIVES);
    }

    @Override
    public void close() {
        over = true;
        LockSupport.unpark(looks);
    }

    // ---- who looks

    /** Says how far it is. */
    void look() {
        long from = first; // before the number, which is of what was before at worst
        long now = (long) AT.getOpaque(this);
        long nowNs = clock.getAsLong();
        long key = from < 0 ? ~now : now;
        if (key != seen) {
            seen = key;
            movedNs = nowNs;
            say(Level.INFO, " is starting: " + where(from, now));
        } else {
            String still = ", and has not moved for " + (nowNs - movedNs) / NANOS + " s";
            say(
                    Level.WARNING,
                    " is starting: " + where(from, now) + still + Stalls.at(starts) + cure(from, now, nowNs));
        }
    }

    /**
     * Nobody can end a function from outside and go on in the same process: the thread would still have the journal, and its receivers. Only where
     * a function of the topology has the entry would it help to leave that out; where the log is read it may just take long.
     */
    private String cure(long from, long now, long nowNs) {
        int does = (int) now & 3;
        if (from < 0 || does == READS || nowNs - movedNs < LONG_NS) {
            return "";
        }
        String end = "; if that call never returns, end the process, which loses nothing, and fix ";
        return does == GIVES
                ? end + "the receiver"
                : end + "it; if every start stands still at this entry, Journaling.skip(" + (now >> 2)
                        + ") leaves it out for good";
    }

    private String where(long from, long now) {
        if (from >= 0) {
            long entry = now >> 2;
            return "at entry " + entry + ", " + (entry - from) + " of " + (next - from)
                    + " entries of its journal have been processed again";
        }
        return snapshot < 0
                ? "it is opening its journal"
                : "it is loading its snapshot at entry " + snapshot + ", " + (now >> 10) + " KiB so far";
    }

    private void say(Level level, String words) {
        if (!over) {
            to.accept(level, "engine " + host + words);
        }
    }
}
