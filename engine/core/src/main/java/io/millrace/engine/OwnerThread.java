package io.millrace.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The one thread that an inline host belongs to: the first that calls it, until it has ended.
 *
 * <p><b>Writers:</b> the thread that takes it, by compare-and-set. <b>Readers:</b> any. <b>Ordering:</b> volatile. <b>Why it
 * suffices:</b> what belongs to the owner is touched only by a thread that found itself here; a later owner has seen that the one
 * before has ended, and with that everything it did.
 */
final class OwnerThread {
    private static final VarHandle OWNER = handle();

    private final String engine;
    private volatile Thread owner;

    OwnerThread(String engine) {
        this.engine = engine;
    }

    private static VarHandle handle() {
        try {
            return MethodHandles.lookup().findVarHandle(OwnerThread.class, "owner", Thread.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    boolean isCurrent() {
        return owner == Thread.currentThread();
    }

    /** Whether the caller is the owner, or becomes it by this. */
    boolean tryTake() {
        Thread current = Thread.currentThread();
        Thread has = owner;
        return has == current || (has == null || !has.isAlive()) && OWNER.compareAndSet(this, has, current);
    }

    /** Refuses another thread than the owner, naming both. */
    void require() {
        if (owner != Thread.currentThread() && !tryTake()) {
            Thread has = owner;
            throw new IllegalStateException("inline engine " + engine + " belongs to thread " + has.getName()
                    + " and was called by " + Thread.currentThread().getName()
                    + "; hand events over with inbox(..), or use a live engine");
        }
    }

    /** As {@link #require}, but does not take what is free. */
    void requireIfTaken() {
        if (owner != null) {
            require();
        }
    }
}
