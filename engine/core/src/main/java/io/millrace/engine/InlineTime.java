package io.millrace.engine;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.Input;
import io.millrace.runtime.Core;
import io.millrace.runtime.EntryEncoder;

/** How time passes for an inline host: the clock that live inputs are told, and what entries have left due. The owner's thread. */
final class InlineTime {
    /**
     * Entries by which one call lets go on what is due, at most, while there may be events: an event that comes meanwhile waits for as many as it may have to
     * for the inbox. Where each ends sixteen windows of cards that are elsewhere in memory, 64 take about 0.4 ms; a million windows, all at once, a third
     * of a second.
     */
    static final int SETTLED_AT_ONCE = 64;

    private static final int ALL = Integer.MAX_VALUE;

    private final Inline inline;
    private final Core core;
    private final InlineDoor door;
    private final InlineEntries entries;
    private final byte[] own = new byte[Entry.MAX_HEADER_LENGTH];
    private final boolean anyLive;

    /** Whether there is an input with event time, so that all of them may have ended. */
    private final boolean anyTimed;

    private final long tickNs;
    private long lastWorkNs;

    /** Since the start: what the log has is as old as the time in which the host was down. */
    private boolean hasTicked;

    InlineTime(Inline inline, Host host, InlineDoor door, InlineEntries entries, long tickNs) {
        this.inline = inline;
        this.core = host.core();
        this.door = door;
        this.entries = entries;
        this.tickNs = tickNs;
        anyLive = host.anyLive();
        anyTimed = core.plan().topology().inputs().stream().anyMatch(Input::hasEventTime);
    }

    /** See {@link Inline#doWork(long)}. */
    boolean doWork(long epochNs) {
        inline.requireRunning();
        boolean worked = door.drain(Integer.MAX_VALUE) > 0;
        worked |= entries.letOut();
        if (anyLive) {
            EntryEncoder.plain(own, 0, EntryKind.TICK, 0, epochNs);
            long q = entries.tryProcess(
                    own, 0, Entry.FIXED_LENGTH); // where the journal takes none time stands still, as in a live engine
            hasTicked |= q != Publisher.FULL;
        }
        worked |= settle(anyTimed && !core.isOpen(0) ? ALL : SETTLED_AT_ONCE);
        entries.flush();
        return worked;
    }

    /** An input has ended; what is due may all fire when none may bring anything any more. */
    void settleAtEnd() {
        settle(core.isOpen(0) ? SETTLED_AT_ONCE : ALL);
    }

    /** Until nothing is due any more, however long that takes: for a rehearsal. */
    void settleAll() {
        settle(ALL);
    }

    /** Lets go on what is due, by so many entries at most; answers whether there was something. */
    private boolean settle(int most) {
        int n = 0;
        while (n < most && core.isBehind() && (anyLive || !core.isOpen(0)) && goesOn(most)) {
            n++;
        }
        return n > 0;
    }

    /** What is to fire all of it waits for a journal that is busy; where that refuses, the rest is left to the next call. */
    private boolean goesOn(int most) {
        EntryEncoder.plain(own, 0, EntryKind.CONTINUE, 0, 0);
        long q = most == ALL
                ? inline.entrance().decide(true, own, 0, Entry.FIXED_LENGTH)
                : entries.tryProcess(own, 0, Entry.FIXED_LENGTH);
        return q != Publisher.FULL;
    }

    /** Whether all inputs have ended, and the journal has not taken yet that all fires. */
    boolean isLeft() {
        return anyTimed && core.isBehind() && !core.isOpen(0);
    }

    // ---- while sources are polled

    /** Before each round: the first that sources bring is judged by the clock as it is, as in a live engine ({@link Input#maxAhead}); answers whether there was more to do. */
    boolean begins() {
        if (!anyLive || hasTicked) {
            return false;
        }
        lastWorkNs = HostClock.nanoTime();
        return doWork(HostClock.epochNs());
    }

    /** Between two polls of sources; answers whether there was something to do. */
    boolean pass(boolean nowIdle) {
        long nowNs = HostClock.nanoTime();
        long clockNs = HostClock.epochNs();
        if (nowNs - lastWorkNs >= tickNs || anyLive && core.nextTickNs() <= clockNs) {
            lastWorkNs = nowNs;
            return doWork(clockNs);
        }
        boolean worked = door.drain(Inline.TAKEN_AT_ONCE) > 0;
        worked |= entries.letOut();
        if (nowIdle) {
            worked |= settle(SETTLED_AT_ONCE);
            entries.flush();
        }
        return worked;
    }
}
