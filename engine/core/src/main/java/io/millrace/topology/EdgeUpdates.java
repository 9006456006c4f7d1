package io.millrace.topology;

import io.millrace.operator.Operator;
import io.millrace.operator.Updates;
import java.util.List;

/** What else than inserts goes along edges: worked out node by node while a topology is built, and judged. */
final class EdgeUpdates {
    private final List<NodeDraft> nodes;
    private final List<String> problems;

    EdgeUpdates(List<NodeDraft> nodes, List<String> problems) {
        this.nodes = nodes;
        this.problems = problems;
    }

    private Updates on(Port edge) {
        return nodes.get(edge.node()).updates(edge.port());
    }

    /** Says what comes out of an operator by each of its outputs. */
    void pass(NodeDraft node, Operator<?, ?> operator) {
        Updates passed = Updates.NONE;
        boolean passesWindows = false;
        for (int i = 0; i < node.inputs.size(); i++) {
            if (operator.passesUpdates(i)) {
                Port edge = node.inputs.get(i);
                NodeDraft from = nodes.get(edge.node());
                passed = greater(passed, on(edge));
                passesWindows |= from.ofWindows(edge.port());
                boolean byKey = on(edge) == Updates.BY_KEY;
                node.byLostKey |= byKey && node.key == null && (from.key != null || from.byLostKey);
                node.byOtherThanWindows |= byKey && from.byOtherThanWindows;
            }
        }
        node.byOtherThanWindows |= operator.makes(0) == Updates.BY_KEY && !operator.couldRetract();
        for (int port = 0; port < node.types.size(); port++) {
            node.updates.add(greater(passed, operator.makes(port)));
            // what keeps the rows of keys sends changes of these
            node.ofWindows.add(operator.tellsWindows(port) || passesWindows && !operator.keepsState());
        }
    }

    private static Updates greater(Updates a, Updates b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    /** Refuses the edges of an operator that bring what it does not take. */
    void check(NodeDraft node, Operator<?, ?> operator) {
        for (int i = 0; i < node.inputs.size(); i++) {
            Port edge = node.inputs.get(i);
            NodeDraft from = nodes.get(edge.node());
            Updates takes = operator.takes(i);
            if (on(edge).compareTo(takes) > 0 && !isFirstKey(operator, from, on(edge))) {
                problems.add(node.where() + ": " + operator.word() + " takes "
                        + (takes == Updates.NONE ? "inserts only" : "only updates that carry the row they take back")
                        + (operator.inputs() > 1 ? " by its input " + i : "") + ", and " + from.where() + " sends "
                        + sent(operator.word(), takes, operator.updatesCure(i), from, on(edge)));
            }
            if (from.ofWindows(edge.port()) && !operator.takesWindows(i)) {
                problems.add(node.where() + ": " + operator.word() + " keeps one row of a key"
                        + (operator.inputs() > 1 ? " by its input " + i : "") + ", and " + from.where()
                        + " sends updates of several windows of one; put changelog(name) in between, which keeps that of the"
                        + " newest");
            }
        }
    }

    private static String sent(String word, Updates takes, String own, NodeDraft from, Updates comes) {
        if (takes == Updates.NONE) {
            return "replacements or retractions; " + (own == null ? "" : own + ", ")
                    + "emit on close, put the rows into groups, or put " + word + " in front of what sends them";
        }
        String cure;
        if (comes == Updates.OF_ALL) {
            cure = "let its window be retracting()";
        } else if (from.key != null) {
            cure = "put changelog(name) in between";
        } else if (from.byLostKey) {
            cure = "put changelog(name) in front of " + from.where()
                    + ", where its rows still have the key that they are meant by";
        } else {
            cure = "put keyBy and changelog(name) in between";
        }
        if (comes == Updates.BY_KEY && !from.byOtherThanWindows) {
            cure += ", or let the window it comes from be retracting()";
        }
        return "replacements, or retractions by key, so that what was made of the row before would stay; " + cure;
    }

    /** Updates of a stream without a key are meant by the one that it is given first, unless a merge has lost the one they are meant by. */
    private static boolean isFirstKey(Operator<?, ?> operator, NodeDraft from, Updates comes) {
        return !operator.keepsKey()
                && !operator.keyed()
                && from.key == null
                && !from.byLostKey
                && comes == Updates.BY_KEY;
    }
}
