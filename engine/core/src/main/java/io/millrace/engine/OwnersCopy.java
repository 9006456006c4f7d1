package io.millrace.engine;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A copy of the statistics of an inline host that another thread wants and the owner takes, without allocating, when it comes by.
 *
 * <p><b>Writers:</b> {@code wanted} by who asks, one at a time, and back to null by the owner; what it points to by the owner. <b>Ordering:</b>
 * volatile. <b>Why it suffices:</b> a copy is full before it is no longer wanted. Who has given up asks anew with another copy, so the
 * owner takes back only the one it has filled.
 *
 * @param <C> the memory of a copy
 */
final class OwnersCopy<C> {
    private final Supplier<C> room;
    private final Consumer<C> fill;
    private final AtomicReference<C> wanted = new AtomicReference<>();

    /** Room is made by who asks; the owner fills it. */
    OwnersCopy(Supplier<C> room, Consumer<C> fill) {
        this.room = room;
        this.fill = fill;
    }

    static OwnersCopy<EngineStats.Copy> ofStats(Host host) {
        return new OwnersCopy<>(
                () -> new EngineStats.Copy(host), to -> to.take(0, host.core().entries() - 1));
    }

    // ---- the owner

    void give() {
        C to = wanted.get();
        if (to != null) {
            fill.accept(to);
            wanted.compareAndSet(to, null);
        }
    }

    // ---- who asks

    /** To be read when it {@link #isTaken}; one that is not may be filled later, when nobody reads it. */
    C ask() {
        C copy = room.get();
        wanted.set(copy);
        return copy;
    }

    boolean isTaken(C copy) {
        return wanted.get() != copy;
    }
}
