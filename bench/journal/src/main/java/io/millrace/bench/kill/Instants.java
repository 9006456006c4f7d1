package io.millrace.bench.kill;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * What a process that is to be killed says of itself, in a few words of memory that both sides map and that are there when it is gone:
 * what it is in the middle of, that it has come to the place it was told to be killed at, and what it knows to be acknowledged.
 *
 * <p>At that place it may wait to be killed, so that the instant is between two certain steps; or it says so and goes on, and the kill
 * comes as it comes, in the middle of a call to the system too.
 */
public final class Instants {
    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int UNDER_WAY = 0;
    private static final int REACHED = 8;
    private static final int READY = 16;
    private static final int PHASE = 24;
    private static final int ASKED = 32;
    private static final int COUNTS = 40;
    private static final int LENGTH = 256;
    private static final long ASKED_FOR = 1;
    private static final long TOLD = 2;

    /** If nobody kills it, it goes on. */
    private static final long PATIENCE_NS = 5_000_000_000L;

    private final ByteBuffer shared;
    private final Aim aim;
    private final boolean waits;
    private int left;

    private Instants(ByteBuffer shared, Aim aim, int step, boolean waits) {
        this.shared = shared;
        this.aim = aim;
        this.left = step;
        this.waits = waits;
    }

    private static ByteBuffer map(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, LENGTH);
        }
    }

    /** For who kills: before a start. */
    static Instants ofNext(Path file) throws IOException {
        Instants made = new Instants(map(file), null, 0, false);
        LONGS.setVolatile(made.shared, REACHED, 0L);
        LONGS.setVolatile(made.shared, READY, 0L);
        LONGS.setVolatile(made.shared, ASKED, 0L);
        LONGS.setVolatile(made.shared, PHASE, (long) Phase.STARTING.ordinal());
        LONGS.setVolatile(made.shared, UNDER_WAY, Aim.START_UP.bit());
        return made;
    }

    /** For who is to be killed: at the so manieth step of an aim, 0 being the first. */
    static Instants of(Path file, Order order) throws IOException {
        return new Instants(
                map(file), order.target().aim(), order.step(), order.target().waits());
    }

    // ---- who is to be killed

    /**
     * Something begins.
     *
     * @param what it
     */
    public void enter(Aim what) {
        LONGS.getAndBitwiseOr(shared, UNDER_WAY, what.bit());
    }

    /**
     * Something is over.
     *
     * @param what it
     */
    public void leave(Aim what) {
        LONGS.getAndBitwiseAnd(shared, UNDER_WAY, ~what.bit());
    }

    /**
     * A place at which it may be killed. One thread at a time for each aim.
     *
     * @param what it is in the middle of
     */
    public void step(Aim what) {
        if (what == aim && left-- == 0) {
            reached();
        }
    }

    /**
     * The last such place: if there were fewer of them than it was to pass, it is this one.
     *
     * @param what it is in the middle of
     */
    public void lastStep(Aim what) {
        if (what == aim && left >= 0) {
            left = -1;
            reached();
        }
    }

    private void reached() {
        LONGS.setVolatile(shared, REACHED, 1L);
        long until = System.nanoTime() + PATIENCE_NS;
        while (waits && System.nanoTime() - until < 0) {
            LockSupport.parkNanos(10_000_000);
        }
    }

    /** Events are taken. */
    void ready() {
        leave(Aim.START_UP);
        leave(Aim.RECOVERY);
        LONGS.setVolatile(shared, READY, 1L);
    }

    void phase(Phase now) {
        LONGS.setVolatile(shared, PHASE, (long) now.ordinal());
    }

    /** How many events of a producer are known to be safe, if it is more than was known; survives the process. Any thread. */
    void safe(int producer, long events) {
        int at = COUNTS + 8 * producer;
        long known = safe(producer);
        while (events > known && !LONGS.compareAndSet(shared, at, known, events)) {
            known = safe(producer);
        }
    }

    /** Whether somebody wants to know what it is doing. */
    boolean isAsked() {
        return (long) LONGS.getVolatile(shared, ASKED) == ASKED_FOR;
    }

    /** That was said. */
    void told() {
        LONGS.setVolatile(shared, ASKED, TOLD);
    }

    long safe(int producer) {
        return (long) LONGS.getVolatile(shared, COUNTS + 8 * producer);
    }

    // ---- who kills

    boolean isReached() {
        return (long) LONGS.getVolatile(shared, REACHED) != 0;
    }

    boolean isReady() {
        return (long) LONGS.getVolatile(shared, READY) != 0;
    }

    /** Where it is. */
    Phase phase() {
        return Phase.values()[(int) (long) LONGS.getVolatile(shared, PHASE)];
    }

    /** Another one as long as it gets on. */
    long progress() {
        return safe() * Phase.values().length + phase().ordinal();
    }

    /** How many events of all producers are known to be safe. */
    long safe() {
        long all = 0;
        for (int p = 0; p < Load.PRODUCERS; p++) {
            all += safe(p);
        }
        return all;
    }

    /** Wants to know what it is doing. */
    void ask() {
        LONGS.setVolatile(shared, ASKED, ASKED_FOR);
    }

    boolean hasTold() {
        return (long) LONGS.getVolatile(shared, ASKED) == TOLD;
    }

    boolean isIn(Aim what) {
        return ((long) LONGS.getVolatile(shared, UNDER_WAY) & what.bit()) != 0;
    }

    /** What it was in the middle of when it was killed: what was aimed at, if that is so, else the rarest. */
    Aim killedIn(Aim aimed) {
        if (isIn(aimed)) {
            return aimed;
        }
        for (Aim a : Aim.values()) {
            if (isIn(a)) {
                return a;
            }
        }
        return Aim.ELSEWHERE;
    }

    /** What is under way, and how many events are known to be safe. */
    @Override
    public String toString() {
        return Arrays.stream(Aim.values()).filter(this::isIn).toList() + " under way, " + safe() + " events safe";
    }
}
