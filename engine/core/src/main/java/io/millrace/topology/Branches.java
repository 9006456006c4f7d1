package io.millrace.topology;

import io.millrace.operator.Answers;
import io.millrace.operator.Operator;
import java.util.List;

/** The branches of a {@code with}, from their base to their ends. */
final class Branches {
    private Branches() {}

    static Waits waits(List<NodeDraft> nodes, Port base, Port branch) {
        Waits sum = Waits.NONE;
        Port at = branch;
        while (!at.equals(base) && !nodes.get(at.node()).inputs.isEmpty()) {
            NodeDraft n = nodes.get(at.node());
            if (n.content instanceof Operator<?, ?> o && o.answersWithinNs() >= 0) {
                sum = sum.behind(n.name, o.answersWithinNs());
            }
            at = n.inputs.get(0);
        }
        return sum;
    }

    /** Each must come from the base and answer each event exactly once. */
    static void check(List<NodeDraft> nodes, NodeDraft with, List<String> problems) {
        Port base = with.inputs.get(0);
        for (int i = 1; i < with.inputs.size(); i++) {
            Port at = with.inputs.get(i);
            while (!at.equals(base)) {
                NodeDraft n = nodes.get(at.node());
                if (n.content == null && n.kind == TopologyNode.Kind.OPERATOR) {
                    break; // could not be made, and may answer each event
                }
                if (n.kind != TopologyNode.Kind.OPERATOR) {
                    problems.add(with.where() + ": branch " + i + " does not start from "
                            + nodes.get(base.node()).where() + "; start it from the stream on which with is called");
                    break;
                }
                Operator<?, ?> o = (Operator<?, ?>) n.content;
                if (o.answers() != Answers.EXACTLY_ONE || at.port() != 0) {
                    problems.add(with.where() + ": branch " + i + " must answer each event exactly once, and "
                            + o.word() + " " + n.where() + " does not; put it in front of the 'with' or behind it");
                    break;
                }
                at = n.inputs.get(0);
            }
        }
    }
}
