package io.millrace.runtime;

import io.millrace.operator.Firing;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.NodeCounters;
import io.millrace.operator.TimedNode;

/**
 * One node's turn in the evaluation of a step: empty its inbox, take over progress, fire. Units stand in topological order.
 * A node has a unit only where it has one of the three.
 */
final class StageUnit {
    private final Inbox inbox;
    private final EdgeRing[] rings;
    private final ProgressCell[] ringCells;
    private final Node chain;
    private final ProgressCell cell;
    private final TimedNode timed;
    private final int most;
    private final NodeCounters counters;
    private final Firing firing;

    StageUnit(
            Inbox inbox,
            EdgeRing[] rings,
            ProgressCell[] ringCells,
            Node chain,
            ProgressCell cell,
            int most,
            NodeCounters counters,
            Firing firing) {
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

    boolean hasInbox() {
        return inbox != null;
    }

    ProgressCell cell() {
        return cell;
    }

    /** Whether another stage has sent something for this step. */
    boolean hasRemote(long q, int step) {
        for (EdgeRing r : rings) {
            if (r != null && r.hasNext(q, step)) {
                return true;
            }
        }
        return false;
    }

    /** Takes what waits for this step, input after input. */
    void drain(Flow flow) {
        if (rings.length == 0) {
            if (!inbox.isEmpty()) {
                inbox.drain(flow, chain);
            }
            return;
        }
        for (int input = 0; input < rings.length; input++) {
            if (rings[input] == null) {
                inbox.drain(input, flow, chain);
            } else {
                drainRing(input, flow);
            }
        }
    }

    private void drainRing(int input, Flow flow) {
        EdgeRing ring = rings[input];
        while (ring.hasNext(flow.sequence(), flow.step())) {
            if (ring.nextIsHeldProgress()) {
                ringCells[input].holdAt(ring.takeHeldProgress());
            } else {
                ring.take(flow);
                flow.input(input);
                chain.on(flow);
            }
        }
    }

    /** Takes over progress and fires what is due, at most F items. */
    void advanceAndFire(Flow flow) {
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
        return cell != null && cell.isBehind();
    }

    /** By progress. */
    long nextDueNs() {
        return timed == null || cell.followsClock() ? Long.MAX_VALUE : timed.nextDueNs();
    }

    /** By the clock. */
    long nextTickDueNs() {
        return timed != null && cell.followsClock() ? timed.nextDueNs() : Long.MAX_VALUE;
    }

    void release() {
        for (EdgeRing r : rings) {
            if (r != null) {
                r.release();
            }
        }
    }
}
