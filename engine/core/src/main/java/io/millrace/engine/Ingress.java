package io.millrace.engine;

import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.runtime.EntryEncoder;
import java.util.concurrent.atomic.LongAdder;

/**
 * The entrance of a live engine, and of the inbox of an inline one: what its publishers share. With several publishers it may be called by any thread, and all
 * that is mutable stands in ring and loop. In an exclusive engine everything but {@link #tick} and {@link #redrive} belongs to one thread, see
 * {@link Exclusivity}, and so do {@link PendingClaims}.
 */
final class Ingress {
    /** Entries from aside that one call publishes at most, so that its own event does not wait for long. */
    private static final int ASIDE_AT_ONCE = 16;

    private final Host host;
    private final InputRing ring;
    private final Backlogs backlogs;
    private final RingReader reader;

    /** Null in front of another reader than a live engine. */
    private final EngineLoop loop;

    private final String ringName;

    /** Null where several threads publish. */
    private final Exclusivity exclusive;

    /** Belongs to whoever tells ticks: the housekeeping thread, or the one thread of an exclusive engine. */
    private final byte[] tick = new byte[Entry.FIXED_LENGTH];

    /** Null where several threads publish. */
    private final PendingClaims claims;

    /** How often a publisher has found no room and has waited. */
    private final LongAdder waits = new LongAdder();

    Ingress(Host host, InputRing ring, EngineLoop loop, Exclusivity exclusive) {
        this.host = host;
        this.ring = ring;
        this.reader = loop;
        this.loop = loop;
        this.exclusive = exclusive;
        this.claims = exclusive == null ? null : new PendingClaims(host.name(), ring, exclusive);
        this.ringName = "ring";
        this.backlogs = new Backlogs(host, ring);
    }

    /** In front of another reader than a live engine; several threads publish. */
    Ingress(Host host, InputRing ring, RingReader reader, String ringName) {
        this.host = host;
        this.ring = ring;
        this.reader = reader;
        this.loop = null;
        this.exclusive = null;
        this.claims = null;
        this.ringName = ringName;
        this.backlogs = new Backlogs(host, ring);
    }

    long waits() {
        return waits.sum();
    }

    Host host() {
        return host;
    }

    InputRing ring() {
        return ring;
    }

    Backlogs backlogs() {
        return backlogs;
    }

    void requireRunning() {
        reader.requireRunning();
    }

    boolean isExclusive() {
        return exclusive != null;
    }

    /** Whether the caller is a thread by which what is published gets its place, or that takes it: it would wait for itself. */
    boolean makesRoom() {
        return reader.isRunner() || isOwner();
    }

    // ---- the one thread of an exclusive engine

    /** Before anything is published: nothing to do unless the engine is exclusive. */
    private void enter() {
        if (exclusive != null) {
            exclusive.requireOwner();
            claims.requireNoCodec("publishes");
            claims.giveUp();
            handOverIfWanted();
            publishAside();
            backlogs.move();
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
        claims.giveUp();
        publishAside();
        backlogs.move();
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
    boolean takeOver(long until) {
        if (exclusive == null) {
            letIn(until);
            return true;
        }
        exclusive.want();
        Idle idle = new Idle(Idle.BRIEF);
        try {
            while (!exclusive.tryTakeOver()) {
                if (HostClock.nanoTime() - until >= 0 || !loop.isRunning()) {
                    exclusive.closeAside();
                    backlogs.close();
                    return false; // nothing more is accepted; what was is processed all the same
                }
                idle.idle();
            }
            claims.giveUp();
            exclusive.closeAside();
            while (exclusive.waiting() > 0 && HostClock.nanoTime() - until < 0 && loop.isRunning()) {
                publishAside();
                idle.idle();
            }
            letIn(until);
            return true;
        } finally {
            idle.restore();
        }
    }

    /** Keeps no more events in front of the ring, and lets in those that are there; for who closes. */
    private void letIn(long untilNs) {
        backlogs.close();
        Idle idle = new Idle(Idle.BRIEF);
        while (backlogs.isBehind() && HostClock.nanoTime() - untilNs < 0 && loop.isRunning()) {
            backlogs.move();
            idle.idle();
        }
        idle.restore();
    }

    /** For whoever closes and cannot wait: the end comes when what was published and what waits aside has been processed. */
    void stopSoon() {
        loop.wantStop();
        if (exclusive == null) {
            backlogs.close();
            if (!backlogs.isBehind()) {
                stop();
            }
            return;
        }
        exclusive.want();
        if (exclusive.isOwner()) {
            claims.giveUp();
            exclusive.release();
        }
    }

    /** For the engine's own thread when its ring is empty: ends it, if the one that publishes has let go, or has ended. */
    void stopIfLeft() {
        if (exclusive.tryTakeOver()) {
            claims.giveUp();
            exclusive.closeAside();
            backlogs.close();
            if (exclusive.waiting() == 0 && !backlogs.isBehind()) {
                stop();
            } else {
                publishAside(); // and again when that has been processed
                backlogs.move();
            }
        }
    }

    /** For the engine's own thread when its ring is empty and somebody who could not wait wants the end. */
    void stopIfLetIn() {
        backlogs.close();
        if (backlogs.isBehind()) {
            backlogs.move();
        } else {
            stop();
        }
    }

    /** For who cannot wait: drops for which there is no room are told by the statistics only. */
    private void stop() {
        tellDrops();
        loop.stop();
    }

    /** How many letters that were redriven will not be published any more. */
    int left() {
        return exclusive == null ? 0 : exclusive.waiting();
    }

    // ---- entries that are nobody's event

    /** Tells the time; each tick is to be read at once unless one that makes nothing due is known. */
    Housekeeping.Clock clock(boolean mayLeaveTicks) {
        return mayLeaveTicks ? this::tick : (epochNs, unread) -> tick(epochNs, 0);
    }

    /**
     * Publishes a tick; for the one thread that does, and not for the one of an exclusive engine. Wakes nobody as long as no more than so
     * many are unread. False when there is no room.
     */
    boolean tick(long epochNs, int unread) {
        if (exclusive != null) {
            exclusive.tick(epochNs);
            return true;
        }
        EntryEncoder.plain(tick, 0, EntryKind.TICK, 0, epochNs);
        return ring.tryPublishQuietly(tick, 0, tick.length, unread) != InputRing.FULL;
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
                if (reader.isRunner() || host.sinks().isWaitedFor()) {
                    throw new IllegalStateException(
                            "engine " + host.name() + ": there is no room for the redriven events "
                                    + "until the publishing thread makes some, and that thread may be waiting for this one; "
                                    + "redrive from another thread");
                }
                idle.idle();
                requireRunning();
            }
        } finally {
            idle.restore();
        }
    }

    /** Says that an input has ended, behind what waits, and having told of the drops before. */
    void end(InputLane<?> lane, byte[] bytes, int length) {
        requireRunning();
        enter();
        if (lane.isBehind()) {
            lane.idle().reset();
            try {
                while (lane.isBehind()) {
                    await(lane.idle());
                    backlogs.move();
                }
            } finally {
                lane.idle().restore();
            }
        }
        if (lane.counts().takeRun(lane.drops())) {
            boolean told = false;
            try {
                publish(lane.drops(), 0, InputCounts.DROPS_LENGTH, lane.idle());
                told = true;
            } finally {
                lane.counts().settle(lane.drops(), told);
            }
        }
        publish(bytes, 0, length, lane.idle());
    }

    /** For the engine's threads, which have made room, and for whoever reads the ring. */
    void letIn() {
        if (exclusive == null && backlogs.isBehind()) {
            backlogs.move();
            if (loop != null && loop.isStopWanted() && !backlogs.isBehind()) {
                stop(); // somebody who could not wait wants the end, and kept it from coming at once
            }
        }
    }

    /** For who closes: nothing is dropped from now on; waits for room for what is untold. */
    void endDrops(long untilNs) {
        Idle idle = new Idle(Idle.BRIEF);
        while (!tellDrops() && HostClock.nanoTime() - untilNs < 0 && loop.isRunning()) {
            idle.idle();
        }
        idle.restore();
    }

    /** Tells the input order of drops behind which nothing comes any more, and lets none come; answers whether all are told. */
    boolean tellDrops() {
        byte[] drops = new byte[InputCounts.DROPS_LENGTH];
        boolean all = true;
        for (InputCounts c : host.inputs()) {
            c.endDrops();
            if (c.takeLast(drops)) {
                c.settle(drops, ring.tryPublish(drops, 0, drops.length) >= 0);
            }
            all &= c.isTold();
        }
        return all;
    }

    /** Counts an event that is dropped; while the engine is being closed none is, since nobody would be told. */
    long drop(InputCounts counts) {
        if (!counts.drop()) {
            throw closing();
        }
        return Publisher.DROPPED;
    }

    private EngineStoppedException closing() {
        requireRunning();
        return new EngineStoppedException("engine " + host.name() + " is being closed", null);
    }

    /** Publishes; waits while the ring is full. */
    private long publish(byte[] bytes, int offset, int length, Idle idle) {
        long q = ring.tryPublish(bytes, offset, length);
        if (q >= 0) {
            return q;
        }
        idle.reset();
        waits.increment();
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
            throw new IllegalStateException("engine " + host.name() + ": its " + ringName + " is full, and publish was "
                    + "called on the engine's own thread, which alone can empty it, so it would wait "
                    + "forever; use tryPublish from inside a receiver, or make the ring larger");
        }
        if (host.sinks().isWaitedFor()) {
            throw new IllegalStateException("engine " + host.name() + ": its " + ringName + " is full, and publish was "
                    + "called on the thread of a blocking sink. The engine may be waiting for that sink, so "
                    + "this could deadlock; use tryPublish in the sink, make the ring larger, or let the "
                    + "sink drop events when it has no room");
        }
        idle.idle();
    }

    // ---- events

    /** Publishes an event, with the run of drops before it if there is one, or answers what the ring answers. */
    long tryPublish(InputLane<?> lane, byte[] bytes, int offset, int length) {
        enter();
        return tryEntered(lane, bytes, offset, length);
    }

    private long tryEntered(InputLane<?> lane, byte[] bytes, int offset, int length) {
        if (lane.isBehind()) {
            return InputRing.FULL;
        }
        InputCounts counts = lane.counts();
        if (!counts.hasRun() || !counts.takeRun(lane.drops())) {
            return ring.tryPublish(bytes, offset, length);
        }
        long q = ring.tryPublishAll(lane.drops(), bytes, offset, 0, 1);
        counts.settle(lane.drops(), q >= 0);
        return q;
    }

    /** Publishes an event; where there is no room, does as the input declares. */
    long publish(InputLane<?> lane, byte[] bytes, int offset, int length) {
        enter();
        long q = tryEntered(lane, bytes, offset, length);
        if (q >= 0) {
            return q;
        }
        requireRunning();
        if (lane.backlog() != null) {
            return keep(lane, bytes, offset, length);
        }
        if (isDropped(lane.counts())) {
            return drop(lane.counts());
        }
        return publish(bytes, offset, length, lane.idle());
    }

    /** As {@link #publish}, but answers that the ring is full where that would wait. */
    long offer(InputLane<?> lane, byte[] bytes, int offset, int length) {
        enter();
        long q = tryEntered(lane, bytes, offset, length);
        if (q >= 0) {
            return q;
        }
        requireRunning();
        if (lane.backlog() != null) {
            return keep(lane, bytes, offset, length);
        }
        if (isDropped(lane.counts())) {
            drop(lane.counts());
            return 0;
        }
        return InputRing.FULL;
    }

    /**
     * Whether that many entries can be filled in place at once, for an exclusive engine's one thread. Not where something
     * waits.
     */
    boolean hasRoomInPlace(InputLane<?> lane, int entries) {
        if (exclusive == null) {
            return false;
        }
        enter();
        return !lane.isBehind() && ring.hasRoom(entries);
    }

    private long keep(InputLane<?> lane, byte[] bytes, int offset, int length) {
        ConflateKey key = lane.key(bytes, offset);
        long q = lane.backlog().keep(ring, bytes, offset, length, key, lane.idle());
        if (q == Backlog.CLOSED) {
            throw closing();
        }
        ring.sleep().wake(); // the engine may have emptied the ring since
        return q;
    }

    /**
     * What the input says where there is no room: true for drop, false for wait; or throws. A rehearsal waits where it says
     * refuse: its ring is small, and that it is full says nothing against its events.
     */
    private boolean isDropped(InputCounts counts) {
        if (counts.overflow() == Overflow.REFUSE && !host.sinks().isRehearsal()) {
            throw counts.full("the " + ringName + " of engine " + host.name());
        }
        return counts.overflow() == Overflow.DROP_NEWEST;
    }

    /** Publishes several events in one claim; answers false when there is no room for all of them at once. */
    boolean tryPublishAll(InputLane<?> lane, byte[] bytes, int stride, int n) {
        enter();
        if (lane.isBehind()) {
            return false;
        }
        InputCounts counts = lane.counts();
        byte[] front = counts.hasRun() && counts.takeRun(lane.drops()) ? lane.drops() : null;
        long q = ring.tryPublishAll(front, bytes, 0, stride, n);
        if (front != null) {
            counts.settle(front, q >= 0);
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
     * no room, does as the input declares; an event that is to wait in front of the ring has no slot yet.
     */
    long claim(InputLane<?> lane) {
        long next = claims.nextTogether(lane);
        if (next >= 0) {
            return next;
        }
        enter();
        lane.idle().reset();
        try {
            return claimWaiting(lane);
        } finally {
            lane.idle().restore();
        }
    }

    private long claimWaiting(InputLane<?> lane) {
        InputCounts counts = lane.counts();
        boolean waited = false;
        while (!lane.isBehind()) {
            boolean run = counts.hasRun() && counts.takeRun(lane.drops());
            long q = ring.claim(run ? lane.drops() : null);
            if (run) {
                counts.settle(lane.drops(), q >= 0);
            }
            if (q >= 0) {
                claims.begin(run ? q - 1 : q, q);
                return q;
            }
            requireRunning();
            if (lane.backlog() != null) {
                return Publisher.WAITING;
            }
            if (isDropped(counts)) {
                return Publisher.DROPPED;
            }
            if (!waited) {
                waited = true;
                waits.increment();
            }
            await(lane.idle());
        }
        return Publisher.WAITING;
    }

    /** Places that are claimed and not published; null where several threads publish. */
    PendingClaims claims() {
        return claims;
    }

    /** That no codec of this engine is the caller. */
    void requireNoCodec(String does) {
        if (claims != null) {
            claims.requireNoCodec(does);
        }
    }

    /** For who waits for all that was committed: publishes what is complete, if that is its own. */
    void publishOwn() {
        if (claims != null) {
            claims.publishOwn();
        }
    }

    /** After something was published: where the ring has been closed meanwhile, it may not be read any more. */
    void requireOpen() {
        if (ring.isClosed()) {
            requireRunning();
        }
    }
}
