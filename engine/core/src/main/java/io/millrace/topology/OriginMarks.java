package io.millrace.topology;

import io.millrace.operator.Flow;
import io.millrace.operator.Operator;
import java.util.List;

/** Which of an event's marks each base of a {@code with} sets: found when a topology is complete. */
final class OriginMarks {
    private OriginMarks() {}

    /**
     * Which mark each base of a {@code with} sets. Marks that are alive at the same place need different ones: that of base a is
     * alive at base b when b stands on a branch from a to one of the words that match a's events.
     */
    static int[] of(List<NodeDraft> nodes, int[] order, List<String> problems) {
        boolean[][] reaches = reachability(nodes, order);
        int[] mark = new int[nodes.size()];
        for (int b : order) {
            if (!nodes.get(b).originBase) {
                continue;
            }
            for (int a : order) {
                if (a != b && nodes.get(a).originBase && isAlive(nodes, a, b, reaches)) {
                    mark[b] = Math.max(mark[b], mark[a] + 1);
                }
            }
            if (mark[b] >= Flow.MAX_ORIGINS) {
                problems.add(nodes.get(b).where() + ": with is nested more than " + Flow.MAX_ORIGINS
                        + " deep; give several answers to one 'with' instead");
            }
        }
        return mark;
    }

    private static boolean isAlive(List<NodeDraft> nodes, int base, int at, boolean[][] reaches) {
        if (!reaches[base][at]) {
            return false;
        }
        for (int w = 0; w < nodes.size(); w++) {
            NodeDraft n = nodes.get(w);
            boolean matchesBase = n.content instanceof Operator<?, ?> o
                    && o.matchesInputs()
                    && n.inputs.get(0).node() == base;
            if (matchesBase && w != at && reaches[at][w]) {
                return true;
            }
        }
        return false;
    }

    private static boolean[][] reachability(List<NodeDraft> nodes, int[] order) {
        boolean[][] reaches = new boolean[nodes.size()][nodes.size()];
        for (int to : order) {
            for (Port p : nodes.get(to).inputs) {
                for (int from = 0; from < reaches.length; from++) {
                    reaches[from][to] |= from == p.node() || reaches[from][p.node()];
                }
            }
        }
        return reaches;
    }
}
