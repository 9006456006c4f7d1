package io.millrace.plan;

import io.millrace.operator.Operator;
import io.millrace.operator.Shards;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;

/**
 * F of each node, the most that fires in the time step of one entry: a constant of the topology, whatever runs it. Where an entry brings a node
 * one event it is what the operator declares. One entry may bring any number, though, and what they make due has to fire with the entries that
 * bring them, or more and more of it would wait: so it is twice what the events of an entry make due in the long run, if that is more.
 *
 * <p>In the long run each firing is that of an event, however many of them go at one entry. So what an entry brings is counted with what an
 * event causes sooner or later, and never with F of the nodes in front: that would multiply from node to node, and all rings with it.
 */
final class MostFirings {
    /**
     * However many events an entry may bring: bounds of joins and flatMaps are products along the way, and most are never reached. What fires
     * sends no more than this, or than the same events may send in their own step, where all that is due of its key goes before an event: rings
     * have room for that as it is. Who sends nothing when it fires needs no room.
     */
    static final int CAP = 8_192;

    private final Topology topology;
    private final int[] most;
    private final long[] due;

    MostFirings(Topology t) {
        topology = t;
        Due events = new Due();
        Due letters = new Due();
        for (TopologyNode root : t.nodes()) {
            if (root.isRoot()) {
                raise(root.isLetters() ? letters : events, root);
            }
        }
        most = new int[t.nodes().size()];
        due = new long[most.length];
        for (TopologyNode node : t.nodes()) {
            int id = node.id();
            if (node.operator() != null && node.operator().maxFirings() > 0) {
                due[id] = events.due[id] + letters.due[id];
                most[id] = most(node, due[id], Math.max(events.sent[id], letters.sent[id]));
            }
        }
    }

    /** What the events of one entry make due at each node, and what they send there in their own step. */
    private final class Due {
        final long[] due = new long[topology.nodes().size()];
        final long[] sent = new long[due.length];
    }

    /** An event comes from one input, so what several cause is the largest of them. */
    private void raise(Due most, TopologyNode root) {
        long[] causes = new long[most.due.length];
        long[] sends = new long[causes.length];
        causes[root.id()] = EntryBounds.ofRoot(root, causes.length);
        sends[root.id()] = causes[root.id()];
        for (TopologyNode node : topology.nodes()) {
            int id = node.id();
            if (node.operator() != null) {
                most.due[id] = Math.max(most.due[id], pass(node, causes, sends));
                most.sent[id] = Math.max(most.sent[id], sends[id]);
            }
        }
    }

    /** Counts what comes out of a node; answers what is set due there, where an entry brings more than one event. */
    private static long pass(TopologyNode node, long[] causes, long[] sends) {
        Operator<?, ?> o = node.operator();
        int id = node.id();
        long events = 0;
        long due = 0;
        for (int i = 0; i < node.inputs().size(); i++) {
            int from = node.inputs().get(i).node();
            events = EntryBounds.cap(events + causes[from]);
            due = EntryBounds.cap(due + times(causes[from], o.firingsOfEvent(i)));
            causes[id] = EntryBounds.cap(causes[id] + times(causes[from], o.outputsOfEvent(i)));
            sends[id] = EntryBounds.cap(sends[id] + times(sends[from], o.maxOutputs(i)));
        }
        if (o.matchesInputs()) {
            causes[id] = causes[node.inputs().get(0).node()];
            sends[id] = sends[node.inputs().get(0).node()];
        }
        return events > 1 ? due : 0;
    }

    private static long times(long events, long ofEach) {
        return EntryBounds.cap(events * EntryBounds.cap(ofEach));
    }

    private static int most(TopologyNode node, long due, long sent) {
        Operator<?, ?> o = node.operator();
        long cap = Integer.MAX_VALUE;
        if (o.maxOutputsPerFiring() > 0) {
            long together = Math.max(CAP, sent / o.maxOutputsPerFiring());
            // each shard has its turn at the events that come to it, and in a step of an event all may have
            cap = node.section() == null ? together : together / Shards.COUNT;
        }
        return (int) Math.min(Integer.MAX_VALUE, Math.max(o.maxFirings(), Math.min(cap, 2 * due)));
    }

    /** F of a node; 0 of one at which nothing is set due. */
    int of(int node) {
        return most[node];
    }

    /** Twice what the events of an entry make due in the long run: who fires fewer may come late for as long as so many come. */
    long wanted(int node) {
        return 2 * due[node];
    }
}
