package io.millrace.plan;

import io.millrace.operator.Operator;
import io.millrace.topology.Edge;
import io.millrace.topology.Port;
import io.millrace.topology.Section;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides which nodes with several inputs may be called directly, depth first, and which need an inbox.
 *
 * <p>The canonical order gives such a node all entries of one step by its first input, then all by its second, and so on.
 * Calling depth first gives the same order exactly when, within any one step, no entry can arrive by an input smaller than
 * that of an entry before it. This class walks through what each source, and each time step, can cause, taking whatever can
 * send several entries twice, and watches the order of arrival. Nodes are decided in topological order: an earlier decision
 * changes the walk of the later ones.
 *
 * <p>A node that matches answers with events is called directly where all answers of one event come within one descent. Where
 * a branch waits in an inbox and the base brings several events a step, the answers of one event come apart from those of the
 * next, so the node collects them behind an inbox of its own.
 *
 * <p>In a section of parallel keys a shard after the other does all it has to do in a step. Where several of its events can come
 * in one step, they wait at the entrance, by shard; a node outside that has several inputs and hangs on a section has an inbox.
 */
final class DirectMerges {
    /** A walk that is longer than this is not proven; the node gets an inbox. */
    private static final int MOST_VISITS = 20_000;

    private final Topology topology;
    private final EntryBounds bounds;
    private final List<Integer> stageNodes;
    private final boolean[] local;
    private final boolean[] staged;

    /** Outside of sections, and behind one of this stage. */
    private final boolean[] behind;

    private int target;
    private int lastInput;
    private boolean inOrder;
    private int visits;

    DirectMerges(Topology topology, EntryBounds bounds, List<Integer> stageNodes) {
        this.topology = topology;
        this.bounds = bounds;
        this.stageNodes = stageNodes;
        this.local = new boolean[topology.nodes().size()];
        this.staged = new boolean[topology.nodes().size()];
        this.behind = new boolean[topology.nodes().size()];
        for (int id : stageNodes) {
            local[id] = true;
            TopologyNode n = topology.nodes().get(id);
            for (Port p : n.inputs()) {
                TopologyNode from = topology.nodes().get(p.node());
                boolean leaves = from.section() != null && !from.section().equals(n.section());
                behind[id] |= local[p.node()] && (leaves || behind[p.node()]);
            }
        }
    }

    /** The nodes of the stage whose inputs must wait in an inbox, in order. */
    List<Integer> staged() {
        List<Integer> result = new ArrayList<>();
        for (int id : stageNodes) {
            TopologyNode n = topology.nodes().get(id);
            staged[id] = n.isEntrance()
                    ? severalEnter(topology.sectionOf(n))
                    : hasRemoteInput(n) || n.inputs().size() > 1 && needsInbox(n);
            if (staged[id]) {
                result.add(id);
            }
        }
        return result;
    }

    /** Entrances that get what they hand on from other stages. */
    List<Integer> remoteEntrances() {
        return stageNodes.stream()
                .filter(id -> topology.nodes().get(id).isEntrance())
                .filter(id -> hasRemoteInput(topology.nodes().get(id)))
                .toList();
    }

    /** Whether more than one event can enter in a step, or one in a step for time, when shards fire. */
    private boolean severalEnter(Section section) {
        if (section.entrances().size() > 1) {
            return true;
        }
        int entrance = section.entrances().get(0);
        return bounds.inInOneStep(entrance) > 1 || bounds.firesInto(entrance);
    }

    boolean hasRemoteInput(TopologyNode n) {
        return n.inputs().stream().anyMatch(p -> !topology.nodes().get(p.node()).isRoot() && !local[p.node()]);
    }

    private boolean needsInbox(TopologyNode n) {
        return matches(n) ? answersComeApart(n) : behind[n.id()] || !provenDirect(n.id());
    }

    private static boolean matches(TopologyNode n) {
        return n.operator() != null && n.operator().matchesInputs();
    }

    private boolean answersComeApart(TopologyNode n) {
        Port base = n.inputs().get(0);
        if (!bounds.several(base.node())) {
            return false;
        }
        for (Port branch : n.inputs()) {
            // what answers came in by the first input; build() has checked that each branch leads back to the base
            for (Port at = branch;
                    !at.equals(base);
                    at = topology.nodes().get(at.node()).inputs().get(0)) {
                if (staged[at.node()]) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Why a node has an inbox. */
    String reason(TopologyNode n) {
        if (n.isEntrance()) {
            return "several events of one step wait, one queue for each shard";
        }
        if (hasRemoteInput(n)) {
            return "one of its inputs comes from another stage";
        }
        if (behind[n.id()] && !matches(n)) {
            return "the shards of a parallel section arrive one after another";
        }
        return matches(n)
                ? "a branch waits, and the answers to several events of one step do not arrive together"
                : "entries of one step can arrive by several of its inputs";
    }

    private boolean provenDirect(int node) {
        target = node;
        visits = 0;
        inOrder = true;
        for (TopologyNode source : topology.nodes()) {
            if (source.isRoot()) {
                lastInput = -1;
                walkOutputs(source.id());
                if (source.isLetters()) { // one entry can have several
                    walkOutputs(source.id());
                }
                drainInboxes();
            }
        }
        for (int entrance : remoteEntrances()) {
            if (!staged[entrance]) {
                lastInput = -1;
                walkOutputs(entrance);
                drainInboxes();
            }
        }
        lastInput = -1;
        walkTimeStep();
        return inOrder && visits <= MOST_VISITS;
    }

    /** After the depth-first part of an event step the inboxes are emptied in order; each may hold several entries. */
    private void drainInboxes() {
        for (int id : stageNodes) {
            if (staged[id]) {
                walkNode(id, true);
            }
        }
    }

    private void walkTimeStep() {
        for (int id : stageNodes) {
            if (staged[id]) {
                walkNode(id, true);
            }
            Operator<?, ?> o = topology.nodes().get(id).operator();
            if (o != null && o.maxFirings() > 0 && o.maxOutputsPerFiring() > 0) {
                walkOutputs(id);
                walkOutputs(id);
            }
        }
    }

    private void walkNode(int id, boolean several) {
        Operator<?, ?> o = topology.nodes().get(id).operator();
        if (o == null) {
            return;
        }
        walkOutputs(id);
        if (several || o.maxOutputs() > 1 || o.ports().size() > 1) {
            walkOutputs(id);
        }
    }

    private void walkOutputs(int id) {
        if (!inOrder || ++visits > MOST_VISITS) {
            return;
        }
        int ports = topology.nodes().get(id).types().size();
        for (int port = 0; port < ports; port++) {
            for (Edge e : topology.edgesFrom(id, port)) {
                if (local[e.to()]) {
                    arrive(e);
                }
            }
        }
    }

    private void arrive(Edge e) {
        if (e.to() == target) {
            inOrder &= e.input() >= lastInput;
            lastInput = e.input();
        } else if (!staged[e.to()]) {
            walkNode(e.to(), false);
        }
    }
}
