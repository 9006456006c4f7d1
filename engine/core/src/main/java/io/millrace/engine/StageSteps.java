package io.millrace.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Where the thread of a stage is, for others to see whether it moves.
 *
 * <p><b>Writer:</b> that thread. <b>Readers:</b> any. <b>Ordering:</b> opaque, which costs what plain stores do: nothing is read by them but
 * themselves, and they are seen at some time soon.
 */
final class StageSteps {
    private static final VarHandle IN_HAND;
    private static final VarHandle TURNS;
    private static final VarHandle RESTS;

    static {
        try {
            MethodHandles.Lookup own = MethodHandles.lookup();
            IN_HAND = own.findVarHandle(StageSteps.class, "inHand", long.class);
            TURNS = own.findVarHandle(StageSteps.class, "turns", long.class);
            RESTS = own.findVarHandle(StageSteps.class, "rests", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long inHand;
    private long turns;
    private boolean rests;

    /** Before it begins, behind an entry. */
    StageSteps(long behind) {
        inHand(behind);
    }

    // ---- the stage's thread

    /** Begins to evaluate an entry. */
    void inHand(long sequence) {
        IN_HAND.setOpaque(this, sequence);
    }

    /** Looks whether there is something to do. */
    void turn() {
        TURNS.setOpaque(this, turns + 1);
    }

    /** Has nothing to do, or has again. */
    void rests(boolean now) {
        RESTS.setOpaque(this, now);
    }

    // ---- any thread

    /** The entry that it evaluates, or has evaluated last. */
    long inHand() {
        return (long) IN_HAND.getOpaque(this);
    }

    long turns() {
        return (long) TURNS.getOpaque(this);
    }

    boolean rests() {
        return (boolean) RESTS.getOpaque(this);
    }
}
