package io.millrace.engine;

import java.util.concurrent.atomic.AtomicReference;

/**
 * A copy of the statistics of an inline host that another thread wants and the owner takes, without allocating, when it comes by.
 *
 * <p><b>Writers:</b> {@code wanted} by who asks, one at a time, and back to null by the owner; what it points to by the owner. <b>Ordering:</b>
 * volatile. <b>Why it suffices:</b> a copy is full before it is no longer wanted. Who has given up asks anew with another copy, so the
 * owner takes back only the one it has filled.
 */
final class OwnersCopy {
    private final Host host;
    private final AtomicReference<EngineStats.Copy> wanted = new AtomicReference<>();

    OwnersCopy(Host host) {
        this.host = host;
    }

    // ---- the owner

    void give() {
        EngineStats.Copy to = wanted.get();
        if (to != null) {
            to.take(0, host.core().entries() - 1);
            wanted.compareAndSet(to, null);
        }
    }

    // ---- who asks

    /** To be read when it {@link #isTaken}; one that is not may be filled later, when nobody reads it. */
    EngineStats.Copy ask() {
        EngineStats.Copy copy = new EngineStats.Copy(host);
        wanted.set(copy);
        return copy;
    }

    boolean isTaken(EngineStats.Copy copy) {
        return wanted.get() != copy;
    }
}
