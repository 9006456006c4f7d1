package io.millrace.topology;

import io.millrace.operator.Operator;
import java.util.List;

/**
 * Streams that lead nowhere: what their node works out nobody sees; and bounds on keys that bound nothing. Forgotten ends, as they do
 * nothing and say nothing. Inputs are none: a topology whose journal has one has to go on declaring it.
 */
final class LooseEnds {
    private LooseEnds() {}

    /** A bound on keys, as it is declared. */
    record Bound(Port stream, String words, String site) {}

    static void check(List<NodeDraft> nodes, List<Bound> bounds, List<String> problems) {
        boolean[] taken = new boolean[nodes.size()];
        for (NodeDraft n : nodes) {
            for (Port p : n.inputs) {
                taken[p.node()] = true;
            }
        }
        for (Bound b : bounds) {
            if (!bounds(b.stream(), nodes)) {
                problems.add(nodes.get(b.stream().node()).where() + ": " + b.words() + " (" + b.site()
                        + ") has no effect, because no word behind it keeps state by this key; put "
                        + "it in front of the words that do, or leave it out");
            }
        }
        for (int i = 0; i < taken.length; i++) {
            NodeDraft n = nodes.get(i);
            if (!taken[i] && !n.isEnd && n.budgetNs.isEmpty() && isMade(n)) {
                problems.add(n.where() + ": " + (n.table == null ? nowhere(n) : unasked(n)));
            }
        }
    }

    private static boolean bounds(Port stream, List<NodeDraft> nodes) {
        boolean[] goesOn = new boolean[nodes.size()];
        for (int i = stream.node() + 1; i < goesOn.length; i++) {
            NodeDraft n = nodes.get(i);
            if (n.inputs.stream().anyMatch(p -> p.equals(stream) || goesOn[p.node()])) {
                if (n.content instanceof Operator<?, ?> o && o.keyed()) {
                    return true;
                }
                goesOn[i] = n.content instanceof Operator<?, ?> o && o.keepsKey();
            }
        }
        return false;
    }

    private static boolean isMade(NodeDraft n) {
        return n.kind == TopologyNode.Kind.LETTERS || n.kind == TopologyNode.Kind.OPERATOR;
    }

    private static String nowhere(NodeDraft n) {
        return word(n) + " leads nowhere, so its results are lost; lead it to an output with "
                + "to(output), give it to another word, or leave it out";
    }

    private static String unasked(NodeDraft n) {
        return "table '" + Names.printable(n.table)
                + "' is used by no word; give it to lookup(..) or to a join, or leave it out";
    }

    private static String word(NodeDraft n) {
        return n.content instanceof Operator<?, ?> o ? o.word() : "deadLetters";
    }
}
