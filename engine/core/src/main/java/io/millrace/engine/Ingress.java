package io.millrace.engine;

/** The entrance of a live engine: what its publishers share. Called by any thread; what is mutable stands in ring and loop. */
final class Ingress {
    private final Host host;
    private final InputRing ring;
    private final EngineLoop loop;

    Ingress(Host host, InputRing ring, EngineLoop loop) {
        this.host = host;
        this.ring = ring;
        this.loop = loop;
    }

    Host host() {
        return host;
    }

    void requireRunning() {
        loop.requireRunning();
    }

    /** Publishes an entry that is nobody's event: a tick, an end, a redriven letter. Waits while the ring is full. */
    long publish(byte[] bytes, int offset, int length, Idle idle) {
        long q = ring.tryPublish(bytes, offset, length);
        if (q >= 0) {
            return q;
        }
        idle.reset();
        while (q < 0) {
            requireRunning();
            if (loop.isRunner()) {
                throw new IllegalStateException(
                        "engine " + host.name() + ": its ring is full, and its own thread would wait"
                                + " for itself: from inside a receiver use tryPublish, or make the ring larger");
            }
            idle.idle();
            q = ring.tryPublish(bytes, offset, length);
        }
        return q;
    }

    /** Publishes an event, with the run of drops before it if there is one, or answers what the ring answers. */
    long tryPublish(InputCounts counts, byte[] drops, byte[] bytes, int offset, int length) {
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
        long q = tryPublish(counts, drops, bytes, offset, length);
        if (q >= 0) {
            return q;
        }
        requireRunning();
        switch (counts.overflow()) {
            case DROP_NEWEST -> {
                counts.drop();
                return Publisher.DROPPED;
            }
            case REFUSE -> throw counts.full("the ring of engine " + host.name());
            default -> {
                return publish(bytes, offset, length, idle);
            }
        }
    }

    /** Publishes several events in one claim; answers false when there is no room for all of them at once. */
    boolean tryPublishAll(InputCounts counts, byte[] drops, byte[] bytes, int stride, int n) {
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

    /** Tells the input order of drops behind which nothing came any more. */
    void tellDrops() {
        byte[] drops = new byte[InputCounts.DROPS_LENGTH];
        for (InputCounts c : host.inputs()) {
            if (c.takeRun(drops) && ring.tryPublish(drops, 0, drops.length) < 0) {
                c.giveBack(drops);
            }
        }
    }
}
