package io.millrace.runtime;

import io.millrace.operator.Firing;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeCounters;
import io.millrace.operator.TimedNode;
import io.millrace.time.Progress;
import io.millrace.time.SourceTime;

/**
 * One node's turn in the evaluation of a step: empty its inbox, take over progress, fire. Units stand in topological order.
 * A node has a unit only where it has one of the three; a section of parallel keys has one for all its nodes.
 */
final class StageUnit {
    private static final EdgeRing[][] NO_RINGS = {};

    /** Null of an ordinary node; a section does all that is asked here itself. */
    private final ShardedSection section;

    private final Inbox inbox;

    /** By input, then by the threads that write; null where an input comes from this stage. */
    private final EdgeRing[][] rings;

    private final ProgressCell[][] ringCells;
    private final Node chain;
    private final ProgressCell cell;
    private final TimedNode timed;
    private final int most;
    private final NodeCounters counters;
    private final Firing firing;

    StageUnit(
            Inbox inbox,
            EdgeRing[][] rings,
            ProgressCell[][] ringCells,
            Node chain,
            ProgressCell cell,
            int most,
            NodeCounters counters,
            Firing firing) {
        this.section = null;
        this.inbox = inbox;
        this.rings = rings;
        this.ringCells = ringCells;
        this.chain = chain;
        this.cell = cell;
        this.timed = cell == null ? null : cell.timed();
        this.most = most;
        this.counters = counters;
        this.firing = firing;
    }

    StageUnit(ShardedSection section) {
        this.section = section;
        this.inbox = null;
        this.rings = NO_RINGS;
        this.ringCells = new ProgressCell[0][];
        this.chain = null;
        this.cell = null;
        this.timed = null;
        this.most = 0;
        this.counters = null;
        this.firing = null;
    }

    boolean hasInbox() {
        return inbox != null || section != null;
    }

    /** Whether another stage has sent something for this step. */
    boolean hasRemote(long q, int step) {
        if (section != null) {
            return section.hasRemote(q, step);
        }
        for (EdgeRing[] in : rings) {
            if (anyHas(in, q, step)) {
                return true;
            }
        }
        return false;
    }

    static boolean anyHas(EdgeRing[] rings, long q, int step) {
        if (rings != null) {
            for (EdgeRing r : rings) {
                if (r.hasNext(q, step)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Takes what waits for this step, input after input. */
    void drain(Flow flow) {
        if (section != null) {
            section.drain(flow);
        } else if (rings.length == 0) {
            if (!inbox.isEmpty()) {
                inbox.drain(flow, chain);
            }
        } else {
            for (int input = 0; input < rings.length; input++) {
                if (rings[input] == null) {
                    inbox.drain(input, flow, chain);
                } else {
                    drainRings(input, flow);
                }
            }
        }
    }

    /** Where several threads write they have shards of a section, in order. */
    private void drainRings(int input, Flow flow) {
        for (int i = 0; i < rings[input].length; i++) {
            EdgeRing ring = rings[input][i];
            while (ring.hasNext(flow.sequence(), flow.step())) {
                if (ring.nextIsHeldProgress()) {
                    ringCells[input][i].holdAt(ring.takeHeldProgress());
                } else {
                    ring.take(flow);
                    flow.input(input);
                    chain.on(flow);
                }
            }
        }
    }

    /** Takes over progress. */
    void advance() {
        if (section != null) {
            section.advance();
        } else if (cell != null) {
            cell.advance();
        }
    }

    /** Takes over progress and fires what is due, at most F items. */
    void advanceAndFire(Flow flow) {
        if (section != null) {
            section.timeStep(flow);
            return;
        }
        if (cell == null) {
            return;
        }
        cell.advance();
        if (timed != null && timed.nextDueNs() <= cell.time().ns()) {
            flow.key(0); // whatever went through the stage before it
            flow.fires(firing, timed.nextDueNs());
            int fired = timed.fire(cell.time().ns(), most, flow);
            counters.firings += fired;
            if (fired > counters.maxFirings) {
                counters.maxFirings = fired;
            }
            cell.forward();
        }
    }

    boolean isBehind() {
        return section != null ? section.isBehind() : cell != null && cell.isBehind();
    }

    /** Whether what is set due here is measured by the clock. */
    boolean followsClock() {
        return cell != null && cell.followsClock();
    }

    /** By progress. */
    long nextDueNs() {
        if (section != null) {
            return section.nextDueNs();
        }
        return timed == null || cell.followsClock() ? Long.MAX_VALUE : timed.nextDueNs();
    }

    /** By the clock. */
    long nextTickDueNs() {
        return timed != null && cell.followsClock() ? timed.nextDueNs() : Long.MAX_VALUE;
    }

    /** The least event time that is missing until something fires; what waits already is not waited for. */
    long missingNs() {
        if (section != null) {
            return section.missingNs();
        }
        long dueNs = nextDueNs();
        if (dueNs == Long.MAX_VALUE) {
            return dueNs;
        }
        long progressNs = cell.progress().ns();
        return progressNs != Progress.NONE && progressNs < dueNs ? SourceTime.plus(dueNs, -progressNs) : Long.MAX_VALUE;
    }

    /** How far it would be if nothing were held. */
    long freeNs() {
        return section != null ? section.freeNs() : cell != null ? cell.freeNs() : Progress.NONE;
    }

    void release() {
        if (section != null) {
            section.release();
        }
        for (EdgeRing[] in : rings) {
            releaseAll(in);
        }
    }

    static void releaseAll(EdgeRing[] rings) {
        if (rings != null) {
            for (EdgeRing r : rings) {
                r.release();
            }
        }
    }
}
