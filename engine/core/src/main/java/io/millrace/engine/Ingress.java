package io.millrace.engine;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.runtime.EntryEncoder;
import java.time.Duration;

/**
 * The entrance of a live engine, and of the inbox of an inline one: what its publishers share. With several publishers it may be called by any thread, and all
 * that is mutable stands in ring and loop. In an exclusive engine everything but {@link #tick} and {@link #redrive} belongs to one thread, see
 * {@link Exclusivity}; the claim in hand is that thread's.
 */
final class Ingress {
    /** Entries from aside that one call publishes at most, so that its own event does not wait for long. */
    private static final int ASIDE_AT_ONCE = 16;

    private final Host host;
    private final InputRing ring;
    private final RingReader reader;

    /** Null in front of another reader than a live engine. */
    private final EngineLoop loop;

    private final String ringName;

    /** Null where several threads publish. */
    private final Exclusivity exclusive;

    /** Belongs to whoever tells ticks: the housekeeping thread, or the one thread of an exclusive engine. */
    private final byte[] tick = new byte[Entry.FIXED_LENGTH];

    /** The places of the claim in hand: from the first, which may be an entry about drops, to that of the event. */
    private long claimedFrom = -1;

    private long claimed = -1;

    Ingress(Host host, InputRing ring, EngineLoop loop, Exclusivity exclusive) {
        this.host = host;
        this.ring = ring;
        this.reader = loop;
        this.loop = loop;
        this.exclusive = exclusive;
        this.ringName = "ring";
    }

    /** In front of another reader than a live engine; several threads publish. */
    Ingress(Host host, InputRing ring, RingReader reader, String ringName) {
        this.host = host;
        this.ring = ring;
        this.reader = reader;
        this.loop = null;
        this.exclusive = null;
        this.ringName = ringName;
    }

    Host host() {
        return host;
    }

    InputRing ring() {
        return ring;
    }

    void requireRunning() {
        reader.requireRunning();
    }

    boolean isExclusive() {
        return exclusive != null;
    }

    // ---- the one thread of an exclusive engine

    /** Before anything is published: nothing to do unless the engine is exclusive. */
    private void enter() {
        if (exclusive != null) {
            exclusive.requireOwner();
            giveUpClaim();
            handOverIfWanted();
            publishAside();
        }
    }

    /** Publishes what waits aside, when this thread may; it has nothing of its own to publish. */
    void work() {
        if (exclusive != null) {
            requireRunning();
            enter();
        }
    }

    private void handOverIfWanted() {
        if (exclusive != null && exclusive.isWanted()) {
            throw exclusive.handOver(loop.isStopWanted());
        }
    }

    private void publishAside() {
        long tickNs = exclusive.tickNs();
        if (tickNs != 0) {
            EntryEncoder.plain(tick, 0, EntryKind.TICK, 0, tickNs);
            if (ring.tryPublish(tick, 0, tick.length) >= 0) {
                exclusive.ticked(tickNs);
            }
        }
        if (exclusive.takeContinue()) {
            EntryEncoder.plain(tick, 0, EntryKind.CONTINUE, 0, 0);
            loop.wentOn(ring.cursor() + 1); // first: a stage may be done with it before this thread gets on
            if (ring.tryPublish(tick, 0, tick.length) == InputRing.FULL) {
                exclusive.wantContinue();
            }
        }
        for (int i = 0; i < ASIDE_AT_ONCE; i++) {
            byte[] entry = exclusive.peek();
            if (entry == null || ring.tryPublish(entry, 0, entry.length) == InputRing.FULL) {
                return;
            }
            exclusive.remove();
        }
    }

    /** While a drain waits: left-over firings of an exclusive engine go on only if its thread lets them. */
    boolean settles() {
        if (exclusive == null) {
            return true;
        }
        if (!exclusive.tryInherit()) {
            return false;
        }
        giveUpClaim();
        publishAside();
        return true;
    }

    /** After a drain that has stood in for a thread that has ended. */
    void settled(boolean ownBefore) {
        if (exclusive != null && !ownBefore && exclusive.isOwner()) {
            exclusive.release();
        }
    }

    boolean isOwner() {
        return exclusive != null && exclusive.isOwner();
    }

    /** For whoever closes: becomes the one that publishes, if need be at the next call of the one that does; publishes the rest. */
    boolean takeOver(Duration deadline) {
        if (exclusive == null) {
            return true;
        }
        long until = HostClock.nanoTime() + deadline.toNanos();
        exclusive.want();
        Idle idle = new Idle(Idle.BRIEF);
        try {
            while (!exclusive.tryTakeOver()) {
                if (HostClock.nanoTime() - until >= 0 || !loop.isRunning()) {
                    exclusive.closeAside();
                    return false; // nothing more is accepted; what was is processed all the same
                }
                idle.idle();
            }
            giveUpClaim();
            exclusive.closeAside();
            while (exclusive.waiting() > 0 && HostClock.nanoTime() - until < 0 && loop.isRunning()) {
                publishAside();
                idle.idle();
            }
            return true;
        } finally {
            idle.restore();
        }
    }

    /** For whoever closes and cannot wait: the end comes when what was published and what waits aside has been processed. */
    void stopSoon() {
        loop.wantStop();
        if (exclusive == null) {
            loop.stop();
            return;
        }
        exclusive.want();
        if (exclusive.isOwner()) {
            giveUpClaim();
            exclusive.release();
        }
    }

    /** For the engine's own thread when its ring is empty: ends it, if the one that publishes has let go, or has ended. */
    void stopIfLeft() {
        if (exclusive.tryTakeOver()) {
            giveUpClaim();
            exclusive.closeAside();
            if (exclusive.waiting() == 0) {
                loop.stop();
            } else {
                publishAside(); // and again when that has been processed
            }
        }
    }

    /** How many letters that were redriven will not be published any more. */
    int left() {
        return exclusive == null ? 0 : exclusive.waiting();
    }

    // ---- entries that are nobody's event

    /** Publishes a tick; for the one thread that does, and not for the one of an exclusive engine. False when there is no room. */
    boolean tick(long epochNs) {
        if (exclusive != null) {
            exclusive.tick(epochNs);
            return true;
        }
        EntryEncoder.plain(tick, 0, EntryKind.TICK, 0, epochNs);
        return ring.tryPublish(tick, 0, tick.length) != InputRing.FULL;
    }

    /** Publishes an entry once more, from any thread; waits for room. */
    void redrive(byte[] bytes, int offset, int length) {
        Idle idle = new Idle(Idle.BRIEF);
        if (exclusive == null || exclusive.isOwner()) {
            enter();
            publish(bytes, offset, length, idle);
            return;
        }
        requireRunning();
        try {
            while (!exclusive.offer(bytes, offset, length)) {
                if (exclusive.isAsideClosed()) {
                    throw exclusive.closing();
                }
                idle.idle();
                requireRunning();
            }
        } finally {
            idle.restore();
        }
    }

    /** Says that an input has ended, having told of the drops before. */
    void end(InputCounts counts, byte[] drops, byte[] bytes, int length, Idle idle) {
        requireRunning();
        enter();
        if (counts.takeRun(drops)) {
            publish(drops, 0, drops.length, idle);
        }
        publish(bytes, 0, length, idle);
    }

    /** Tells the input order of drops behind which nothing came any more. */
    void tellDrops() {
        byte[] drops = new byte[InputCounts.DROPS_LENGTH];
        for (InputCounts c : host.inputs()) {
            if (c.takeRun(drops) && ring.tryPublish(drops, 0, drops.length) < 0) {
                c.giveBack(drops);
            }
        }
    }

    /** Publishes; waits while the ring is full. */
    private long publish(byte[] bytes, int offset, int length, Idle idle) {
        long q = ring.tryPublish(bytes, offset, length);
        if (q >= 0) {
            return q;
        }
        idle.reset();
        try {
            while (q < 0) {
                await(idle);
                q = ring.tryPublish(bytes, offset, length);
            }
        } finally {
            idle.restore();
        }
        return q;
    }

    private void await(Idle idle) {
        requireRunning();
        handOverIfWanted();
        if (reader.isRunner()) {
            throw new IllegalStateException(
                    "engine " + host.name() + ": its " + ringName + " is full, and its own thread would wait"
                            + " for itself: from inside a receiver use tryPublish, or make the ring larger");
        }
        idle.idle();
    }

    // ---- events

    /** Publishes an event, with the run of drops before it if there is one, or answers what the ring answers. */
    long tryPublish(InputCounts counts, byte[] drops, byte[] bytes, int offset, int length) {
        enter();
        return tryEntered(counts, drops, bytes, offset, length);
    }

    private long tryEntered(InputCounts counts, byte[] drops, byte[] bytes, int offset, int length) {
        if (!counts.hasRun() || !counts.takeRun(drops)) {
            return ring.tryPublish(bytes, offset, length);
        }
        long q = ring.tryPublishAll(drops, bytes, offset, 0, 1);
        if (q < 0) {
            counts.giveBack(drops);
        }
        return q;
    }

    /** Publishes an event; where there is no room, does as the input declares. */
    long publish(InputCounts counts, byte[] drops, byte[] bytes, int offset, int length, Idle idle) {
        enter();
        long q = tryEntered(counts, drops, bytes, offset, length);
        if (q >= 0) {
            return q;
        }
        requireRunning();
        if (isDropped(counts)) {
            counts.drop();
            return Publisher.DROPPED;
        }
        return publish(bytes, offset, length, idle);
    }

    /** What the input says where there is no room: true for drop, false for wait; or throws. */
    private boolean isDropped(InputCounts counts) {
        if (counts.overflow() == Overflow.REFUSE) {
            throw counts.full("the " + ringName + " of engine " + host.name());
        }
        return counts.overflow() == Overflow.DROP_NEWEST;
    }

    /** Publishes several events in one claim; answers false when there is no room for all of them at once. */
    boolean tryPublishAll(InputCounts counts, byte[] drops, byte[] bytes, int stride, int n) {
        enter();
        byte[] front = counts.hasRun() && counts.takeRun(drops) ? drops : null;
        long q = ring.tryPublishAll(front, bytes, 0, stride, n);
        if (q < 0 && front != null) {
            counts.giveBack(drops);
        }
        return q >= 0;
    }

    /** The most events that one claim takes. */
    int batchMax() {
        return ring.batchMax();
    }

    // ---- claims of slots, in an exclusive engine

    /**
     * Claims a slot to be filled in place; the entry about drops, if there is one, stands in the slot before it. Where there is
     * no room, does as the input declares.
     */
    long claim(InputCounts counts, byte[] drops, Idle idle) {
        enter();
        idle.reset();
        try {
            return claimWaiting(counts, drops, idle);
        } finally {
            idle.restore();
        }
    }

    private long claimWaiting(InputCounts counts, byte[] drops, Idle idle) {
        while (true) {
            boolean run = counts.hasRun() && counts.takeRun(drops);
            long q = ring.claim(run ? drops : null);
            if (q >= 0) {
                claimed = q;
                claimedFrom = run ? q - 1 : q;
                return q;
            }
            if (run) {
                counts.giveBack(drops);
            }
            requireRunning();
            if (isDropped(counts)) {
                return Publisher.DROPPED;
            }
            await(idle);
        }
    }

    /** Whether this is the claim in hand, asked by the thread that publishes. */
    boolean isClaimed(long q) {
        exclusive.requireOwner();
        return claimed == q;
    }

    void publishClaim() {
        ring.publish(claimedFrom, claimed);
        claimed = -1;
    }

    /** A claim that was begun and will not be committed keeps its place in the order and causes nothing. */
    void giveUpClaim() {
        if (claimed >= 0) {
            EntryEncoder.plain(ring.slots(), ring.offset(claimed), EntryKind.VOID, 0, 0);
            publishClaim();
        }
    }
}
