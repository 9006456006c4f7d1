package io.millrace.runtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One published position.
 *
 * <p><b>Writer:</b> one thread, by {@link #publish}. <b>Readers:</b> any. <b>Ordering:</b> a release store, acquire loads.
 * <b>Why it suffices:</b> everything the writer did before it published p happens before whatever a reader does after it
 * has read p or more; positions only grow, so a reader that sees an older one waits a little longer and nothing else.
 *
 * <p>The field stands alone on its cache lines (56 bytes on either side), because its writer and its readers are different
 * cores.
 */
public final class Position {
    private static final VarHandle VALUE;

    static {
        try {
            VALUE = MethodHandles.lookup().findVarHandle(PositionValue.class, "value", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final PositionPadded cell = new PositionPadded();

    /**
     * A position.
     *
     * @param initial where it begins
     */
    public Position(long initial) {
        VALUE.setRelease((PositionValue) cell, initial);
    }

    /**
     * Reads it.
     *
     * @return the position, or an older one; all that was done before it was published is visible
     */
    public long getAcquire() {
        return (long) VALUE.getAcquire((PositionValue) cell);
    }

    /** For the writer itself. */
    long getPlain() {
        return cell.value;
    }

    /**
     * Moves it; for the one writer.
     *
     * @param value not below the last
     */
    public void publish(long value) {
        VALUE.setRelease((PositionValue) cell, value);
    }
}

/** Left of the value. */
class PositionLeft {
    long l1, l2, l3, l4, l5, l6, l7;
}

/** The value. */
class PositionValue extends PositionLeft {
    long value;
}

/** Right of the value. */
final class PositionPadded extends PositionValue {
    long r1, r2, r3, r4, r5, r6, r7;
}
