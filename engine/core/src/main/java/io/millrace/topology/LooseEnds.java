package io.millrace.topology;

import io.millrace.operator.Operator;
import java.util.List;

/**
 * Streams that lead nowhere: what their node works out nobody sees. Forgotten ends, as they do nothing and say nothing. Inputs are
 * none: a topology whose journal has one has to go on declaring it.
 */
final class LooseEnds {
    private LooseEnds() {}

    static void check(List<NodeDraft> nodes, List<String> problems) {
        boolean[] taken = new boolean[nodes.size()];
        for (NodeDraft n : nodes) {
            for (Port p : n.inputs) {
                taken[p.node()] = true;
            }
        }
        for (int i = 0; i < taken.length; i++) {
            NodeDraft n = nodes.get(i);
            if (!taken[i] && !n.isEnd && n.budgetNs.isEmpty() && isMade(n)) {
                problems.add(n.where() + ": " + (n.table == null ? nowhere(n) : unasked(n)));
            }
        }
    }

    private static boolean isMade(NodeDraft n) {
        return n.kind == TopologyNode.Kind.LETTERS || n.kind == TopologyNode.Kind.OPERATOR;
    }

    private static String nowhere(NodeDraft n) {
        return word(n) + " leads nowhere, so nobody sees what it makes; lead it to an output with"
                + " to(output), give it to a word that takes it, or leave it out";
    }

    private static String unasked(NodeDraft n) {
        return "table '" + Names.printable(n.table)
                + "' is asked by no word; give it to lookup(..) or to a join, or leave it out";
    }

    private static String word(NodeDraft n) {
        return n.content instanceof Operator<?, ?> o ? o.word() : "deadLetters";
    }
}
