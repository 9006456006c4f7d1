package io.millrace.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Tells readers of a view whether rows have changed while they were reading.
 *
 * <p><b>Writer:</b> one thread. <b>Readers:</b> any. <b>Ordering:</b> a version that is odd while rows change: the writer makes it odd, a
 * store-store fence, changes rows by plain stores, makes it even by a release store; a reader loads it (acquire), reads by plain
 * loads, a load-load fence, loads it again, and tries again unless both were the same even number. <b>Why it suffices:</b> a
 * reader that saw any store of a change sees at its second load, behind the fence, at least the odd version that stood before
 * that store. The writer never waits; readers wait while it is odd, which is for the changes of one entry.
 */
final class ViewVersion {
    private static final VarHandle VERSION;

    static {
        try {
            VERSION = MethodHandles.lookup().findVarHandle(ViewVersion.class, "version", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // by its handle
    private long version;

    // ---- the writer

    void beginChange() {
        VERSION.setOpaque(this, (long) VERSION.get(this) + 1);
        VarHandle.storeStoreFence();
    }

    void endChange() {
        VERSION.setRelease(this, (long) VERSION.get(this) + 1);
    }

    // ---- readers

    /** Answers what {@link #isSound} is to be asked with when all has been read. */
    long beginRead() {
        long seen;
        while (((seen = (long) VERSION.getAcquire(this)) & 1) != 0) {
            Thread.onSpinWait();
        }
        return seen;
    }

    boolean isSound(long seen) {
        VarHandle.loadLoadFence();
        return (long) VERSION.getOpaque(this) == seen;
    }
}
