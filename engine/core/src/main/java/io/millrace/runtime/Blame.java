package io.millrace.runtime;

import io.millrace.metric.LatencyReport;
import io.millrace.operator.Flow;
import io.millrace.plan.StagePlan;
import io.millrace.topology.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/**
 * Where the time of every so many entries goes in one stage: each node is noted when it is called, and its time ends where the
 * next one begins. So a node that lets nothing pass is measured too, and an output until its receivers have returned. For
 * the stage's thread; allocates nothing.
 */
final class Blame {
    /** Ten minutes; what is longer is recorded as that. */
    private static final long HIGHEST_NS = 600_000_000_000L;

    private static final int DIGITS = 2;

    /** Calls of nodes that are noted of one event; what a large fan-out adds is left out. */
    static final int MARKS = 256;

    /** In the place of a node: what came before the stage. */
    static final int BEFORE = -1;

    private final Topology topology;
    private final StagePlan stage;
    private final long mask;
    private final LongSupplier clock;

    private final Histogram hop = newHistogram();
    private final Histogram[] own;
    private final Histogram[] since;
    private final Breaches breaches = new Breaches();
    private long samples;

    /** What is in front of it a journal has brought back: how long ago somebody wanted that is no latency. */
    private long firstLive;

    private final BlameNotes notes;
    private int marks;
    private boolean active;
    private long sequence = -1;
    private long fromNs;
    private long startNs;

    Blame(Topology topology, StagePlan stage, int every, LongSupplier clock) {
        this.topology = topology;
        this.stage = stage;
        this.mask = every - 1L;
        this.clock = clock;
        own = new Histogram[topology.nodes().size()];
        since = new Histogram[own.length];
        for (int id : stage.nodes()) {
            own[id] = newHistogram();
            since[id] = newHistogram();
        }
        notes = new BlameNotes(hop, own, since);
    }

    static Histogram newHistogram() {
        return new Histogram(HIGHEST_NS, DIGITS);
    }

    /** Before the start. */
    void firstLive(long sequence) {
        firstLive = sequence;
    }

    // ---- while an entry is evaluated

    boolean samples(Flow flow) {
        return (flow.sequence() & mask) == 0 && flow.sequence() >= firstLive && flow.firing() == null;
    }

    boolean isActive() {
        return active;
    }

    /** The stage takes the event, or goes on with it behind an inbox. */
    void begin(Flow flow) {
        long nowNs = clock.getAsLong();
        boolean isNew = flow.sequence() != sequence;
        if (isNew) {
            sequence = flow.sequence();
            startNs = nowNs;
            fromNs = flow.intendedNs() == 0 ? nowNs : flow.intendedNs();
            samples++;
        }
        notes.begin(fromNs);
        if (isNew && flow.intendedNs() != 0) {
            notes.hop(nowNs);
        }
        marks = 0;
        active = true;
    }

    /** A node is about to be called. The last that is noted ends where the first call that is left out begins. */
    void mark(Flow flow, int node) {
        if (marks > MARKS) {
            return;
        }
        long nowNs = clock.getAsLong();
        if (marks < MARKS) {
            notes.called(node, flow.firing() != null, nowNs);
        } else {
            notes.end(nowNs);
        }
        marks++;
    }

    /** Something has come out of a node whose stream has a budget: the event, or what a node fires meanwhile, which no event is. */
    void check(Flow flow, int node, long budgetNs) {
        if (flow.firing() != null) {
            return;
        }
        long nowNs = clock.getAsLong();
        if (nowNs - fromNs > budgetNs) {
            int worst = BEFORE;
            long worstNs = startNs - fromNs;
            int longest = notes.longest(nowNs);
            if (longest >= 0 && notes.tookNs(longest, nowNs) > worstNs) {
                worst = notes.node(longest);
                worstNs = notes.tookNs(longest, nowNs);
            }
            breaches.add(sequence, node, budgetNs, nowNs - fromNs, worst, worstNs, flow);
        }
    }

    /** All that the stage does with the event has been done. */
    void end() {
        active = false;
        if (marks <= MARKS) {
            notes.end(clock.getAsLong());
        }
        notes.recordIfMany();
    }

    static void record(Histogram in, long ns) {
        in.recordValue(Math.max(0, Math.min(ns, HIGHEST_NS)));
    }

    // ---- for the statistics

    /** A copy, into memory that whoever wants it has brought. */
    final class Copy {
        private final Histogram hops = newHistogram();
        private final Histogram[] owns = new Histogram[own.length];
        private final Histogram[] sinces = new Histogram[own.length];
        private final Breaches last = new Breaches();
        private long taken;

        Copy() {
            for (int id : stage.nodes()) {
                owns[id] = newHistogram();
                sinces[id] = newHistogram();
            }
        }

        void take() {
            notes.recordUnless(active);
            hop.copyInto(hops);
            for (int id = 0; id < own.length; id++) {
                if (own[id] != null) {
                    own[id].copyInto(owns[id]);
                    since[id].copyInto(sinces[id]);
                }
            }
            last.copyFrom(breaches);
            taken = samples;
        }

        long samples() {
            return taken;
        }

        LatencyReport.Hop hop() {
            return new LatencyReport.Hop(stage.name(), hops);
        }

        LatencyReport.NodeTime node(int id) {
            return owns[id] == null || owns[id].getTotalCount() == 0
                    ? null
                    : new LatencyReport.NodeTime(topology.nodes().get(id).name(), owns[id], sinces[id]);
        }

        long breaches() {
            return last.total();
        }

        List<LatencyReport.Breach> last() {
            List<LatencyReport.Breach> result = new ArrayList<>();
            for (int i = 0; i < last.kept(); i++) {
                result.add(last.breach(i, topology, null, "before stage " + stage.name()));
            }
            return result;
        }
    }
}
