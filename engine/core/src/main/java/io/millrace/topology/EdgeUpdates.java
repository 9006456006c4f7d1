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
                problems.add(node.where() + ": " + operator.word() + " accepts "
                        + (takes == Updates.NONE
                                ? "inserts only"
                                : "only updates that carry the row which they retract")
                        + (operator.inputs() > 1 ? " on its input " + i : "") + ", but " + from.where() + " sends "
                        + sent(operator.word(), takes, operator.updatesCure(i), from, on(edge)));
            }
            if (from.ofWindows(edge.port()) && !operator.takesWindows(i)) {
                problems.add(
                        node.where() + ": " + operator.word() + " keeps one row for each key"
                                + (operator.inputs() > 1 ? " of its input " + i : "") + ", but " + from.where()
                                + " sends updates of several windows for one key; put changelog(name) in between, which keeps the row of the newest window");
            }
        }
    }

    private static String sent(String word, Updates takes, String own, NodeDraft from, Updates comes) {
        if (takes == Updates.NONE) {
            return "replacements or retractions; " + (own == null ? "" : own + ", ")
                    + "emit on close, use group(..) on the rows, or put " + word + " in front of the "
                    + "word that sends them";
        }
        String cure;
        if (comes == Updates.OF_ALL) {
            cure = "make its window retracting()";
        } else if (from.key != null) {
            cure = "put changelog(name) in between";
        } else if (from.byLostKey) {
            cure = "put changelog(name) in front of " + from.where() + ", where its rows still have their original key";
        } else {
            cure = "put keyBy and changelog(name) in between";
        }
        if (comes == Updates.BY_KEY && !from.byOtherThanWindows) {
            cure += ", or make the window from which the rows come retracting()";
        }
        return "replacements, or retractions that carry only the key, so the effect of the previous "
                + "row could not be undone; " + cure;
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
