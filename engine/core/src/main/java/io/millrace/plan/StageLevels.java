package io.millrace.plan;

import io.millrace.topology.Port;
import io.millrace.topology.Section;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;

/**
 * Which nodes belong into one stage. A node runs on the thread asked for, else on that of its first input (right
 * behind a source that asks for one: on that). A stage is a thread name
 * and a level; the level grows with each change of thread, so edges between stages never form a cycle. A stream of dead letters
 * can come from any node, so where there is one all run in one stage.
 *
 * <p>A section of parallel keys is on one level, above all that leads into it; what comes behind goes on with the thread that
 * stands before its first entrance.
 */
final class StageLevels {
    private static final String MAIN = "main";

    private final String[] thread;
    private final int[] level;

    /** The thread that what comes behind a node goes on with. */
    private final String[] goesOn;

    private final Topology topology;

    /** As the topology asks for, or all on one thread. */
    StageLevels(Topology topology, boolean threads) {
        int nodes = topology.nodes().size();
        thread = new String[nodes];
        level = new int[nodes];
        goesOn = new String[nodes];
        this.topology = topology;
        boolean letters = topology.nodes().stream().anyMatch(TopologyNode::isLetters);
        for (TopologyNode n : topology.nodes()) {
            if (n.isRoot()) {
                goesOn[n.id()] =
                        threads && !letters ? n.thread() : null; // it has none itself: each stage reads the input
                continue;
            }
            if (threads && !letters && n.section() != null) {
                place(n, topology.sectionOf(n));
            } else {
                place(n, threads && !letters ? n.thread() : null);
            }
        }
    }

    /** Which threads that are asked for are not given, why, and what to do, in words; null when all are. */
    static String notGiven(Topology topology) {
        TopologyNode letters = null;
        TopologyNode asks = null;
        for (TopologyNode n : topology.nodes()) {
            letters = n.isLetters() ? n : letters;
            asks = asks == null && (n.thread() != null || n.section() != null) ? n : asks;
        }
        return letters == null || asks == null
                ? null
                : "all in one stage: the threads asked for at " + asks.where() + " are not used, "
                        + "because dead letters are a stream of this "
                        + "topology, at " + letters.where()
                        + "; receive dead letters with Setup.onDeadLetter to use threads";
    }

    private void place(TopologyNode n, String asked) {
        String inherited = goesOn[n.inputs().get(0).node()];
        thread[n.id()] = asked != null ? asked : inherited != null ? inherited : MAIN;
        goesOn[n.id()] = thread[n.id()];
        level[n.id()] = levelBehind(n, thread[n.id()]);
    }

    private int levelBehind(TopologyNode n, String own) {
        int result = 0;
        for (Port p : n.inputs()) {
            if (thread[p.node()] != null) {
                result = Math.max(result, level[p.node()] + (thread[p.node()].equals(own) ? 0 : 1));
            }
        }
        return result;
    }

    /** All that leads into a section stands before the first of its nodes. */
    private void place(TopologyNode n, Section section) {
        TopologyNode first = topology.nodes().get(section.entrances().get(0));
        String before = goesOn[first.inputs().get(0).node()];
        thread[n.id()] = threads(section);
        goesOn[n.id()] = before == null ? MAIN : before;
        for (int entrance : section.entrances()) {
            level[n.id()] = Math.max(level[n.id()], levelBehind(topology.nodes().get(entrance), threads(section)));
        }
    }

    /** No thread that a topology asks for has such a name. */
    static String threads(Section section) {
        return "threads of " + section.name();
    }

    /** Null of an input or a stream of dead letters. */
    String thread(int node) {
        return thread[node];
    }

    int level(int node) {
        return level[node];
    }

    int deepest() {
        int deepest = 0;
        for (int l : level) {
            deepest = Math.max(deepest, l);
        }
        return deepest;
    }
}
