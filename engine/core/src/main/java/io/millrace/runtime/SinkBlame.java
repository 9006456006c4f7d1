package io.millrace.runtime;

import io.millrace.metric.LatencyReport;
import io.millrace.operator.Flow;
import io.millrace.topology.KeyInfo;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/**
 * How long after it was meant to be sent a sampled event was done with in a sink that has a thread of its own: the hop that no stage sees. Its
 * thread records, whoever wants to know copies; the lock is theirs alone, and taken for sampled events only.
 */
public final class SinkBlame {
    private final Topology topology;
    private final int node;
    private final String name;
    private final long mask;
    private final long budgetNs;
    private final long firstLive;

    /** Of all that leads to it, null where that differs: an output has none of its own. */
    private final KeyInfo key;

    private final LongSupplier clock;
    private final Histogram since = Blame.newHistogram();
    private final Breaches breaches = new Breaches();

    SinkBlame(Topology topology, int node, long mask, long firstLive, LongSupplier clock) {
        this.topology = topology;
        this.node = node;
        this.mask = mask;
        this.firstLive = firstLive;
        this.clock = clock;
        name = "sink " + topology.nodes().get(node).output().name();
        Port from = topology.nodes().get(node).inputs().get(0);
        budgetNs = topology.nodes().get(from.node()).budgetNs(from.port());
        key = key(topology, node);
    }

    private static KeyInfo key(Topology topology, int node) {
        KeyInfo one = null;
        for (Port from : topology.nodes().get(node).inputs()) {
            KeyInfo its = topology.nodes().get(from.node()).key();
            if (its == null || one != null && !one.matches(its)) {
                return null;
            }
            one = one == null || its.sensitive() ? its : one;
        }
        return one;
    }

    /**
     * How much of the key of an event it wants to be handed with that.
     *
     * @return the most bytes of a text or composite key; 0 for a number, and where there is none
     */
    public int keyBytes() {
        return key == null ? 0 : key.maxBytes();
    }

    /**
     * Whether an event is measured: as in the stages, if it says when it was meant to be sent, and no journal has brought it back.
     *
     * @param flow the event
     * @return false for what was fired
     */
    public boolean samples(Flow flow) {
        return (flow.sequence() & mask) == 0
                && flow.firing() == null
                && flow.intendedNs() != 0
                && flow.sequence() >= firstLive;
    }

    /**
     * Begins.
     *
     * @return the clock, to be handed back
     */
    public long nowNs() {
        return clock.getAsLong();
    }

    /**
     * The sink is done with a sampled event.
     *
     * @param flow    the event
     * @param begunNs when it was called
     */
    public synchronized void taken(Flow flow, long begunNs) {
        long nowNs = clock.getAsLong();
        long tookNs = nowNs - flow.intendedNs();
        Blame.record(since, tookNs);
        if (budgetNs > 0 && tookNs > budgetNs) {
            long ownNs = nowNs - begunNs;
            boolean isSlow = ownNs > tookNs - ownNs;
            breaches.add(
                    flow.sequence(),
                    node,
                    budgetNs,
                    tookNs,
                    isSlow ? node : Blame.BEFORE,
                    isSlow ? ownNs : tookNs - ownNs,
                    flow);
        }
    }

    // ---- for the statistics

    synchronized LatencyReport.Hop hop() {
        return new LatencyReport.Hop(name, since.copy());
    }

    synchronized long breaches() {
        return breaches.total();
    }

    synchronized List<LatencyReport.Breach> last() {
        List<LatencyReport.Breach> result = new ArrayList<>();
        for (int i = 0; i < breaches.kept(); i++) {
            result.add(breaches.breach(i, topology, key, "before " + name));
        }
        return result;
    }
}
