package io.millrace.runtime;

import io.millrace.plan.StagePlan;
import java.util.List;

/**
 * A stage between its edges. Never waits: {@link #tryProcess} answers false instead, having published all it is done with.
 *
 * <p><b>Why stages cannot deadlock.</b> A stage begins an entry only when every stage before it is done with that entry, and
 * when each of its outgoing rings has room for the most that one entry can cause there. It publishes what it is done with
 * before it answers false. Consider the smallest entry q that some stage has not done, and of those stages the first in the
 * order of edges: all stages before it are done with q, and have published that. All slots on its outgoing rings belong to
 * entries before q, which every stage after it will finish, because each of those is smaller than q; then the rings are
 * empty, and an empty ring has room for one entry by the plan. So that stage can move.
 */
final class StageRunner {
    private final StagePlan plan;
    private final StageCore core;
    private final StageRunner[] upstream;
    private final EdgeRing[] out;

    /** The last entry that is fully handled. Written by the stage's thread; read by those behind it and by publishers. */
    private final Position doneUpTo = new Position(-1);

    private long done = -1;

    /** The last entry that all stages before it are known to be done with. */
    private long ready;

    StageRunner(StagePlan plan, StageCore core, List<StageRunner> upstream, List<EdgeRing> out) {
        this.plan = plan;
        this.core = core;
        this.upstream = upstream.toArray(new StageRunner[0]);
        this.out = out.toArray(new EdgeRing[0]);
        this.ready = upstream.isEmpty() ? Long.MAX_VALUE : -1;
    }

    /** Nothing is under way to the stages behind it. */
    boolean isAtRest() {
        for (EdgeRing r : out) {
            if (!r.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** A stage that was loaded is done with what it had done when it was saved. */
    void resume() {
        done = core.entries() - 1;
        publishDone();
    }

    /** Evaluates entry q if that is possible now. */
    boolean tryProcess(long q, byte[] bytes, int offset) {
        if (!mayBegin(q)) {
            publishDone();
            return false;
        }
        core.process(q, bytes, offset);
        done = q;
        return true;
    }

    /** Whether the stages before it are done with entry q, and those behind it have room. */
    boolean mayBegin(long q) {
        if (q > ready && q > look()) {
            return false;
        }
        for (EdgeRing r : out) {
            if (!r.hasRoomForOneEntry()) {
                return false;
            }
        }
        return true;
    }

    /** How far the stages before it are now. */
    private long look() {
        long least = Long.MAX_VALUE;
        for (StageRunner s : upstream) {
            least = Math.min(least, s.doneUpTo.getAcquire());
        }
        ready = least;
        return least;
    }

    /** Publishes what is done; at least once a batch, and before any wait. */
    void publishDone() {
        for (EdgeRing r : out) {
            r.publish();
        }
        if (doneUpTo.getPlain() != done) {
            doneUpTo.publish(done);
        }
    }

    Position doneUpTo() {
        return doneUpTo;
    }

    StageCore core() {
        return core;
    }

    StagePlan plan() {
        return plan;
    }
}
