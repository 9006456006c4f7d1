package io.millrace.plan;

import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;
import java.util.List;

/**
 * How a topology will run: stages, inboxes, rings, budgets. Immutable; prints itself.
 *
 * @param topology    what is computed
 * @param options     what decided the plan besides the topology
 * @param stages      in an order that every edge follows
 * @param edges       rings between stages
 * @param budgetBytes the state budget of each node by id; 0 where it keeps none
 */
public record Plan(
        Topology topology, PlanOptions options, List<StagePlan> stages, List<EdgePlan> edges, List<Long> budgetBytes) {

    /** How many events of one historic source may be set aside as too far ahead. */
    public static final int SET_ASIDE = 16;

    /**
     * The plan as text.
     *
     * @return for people
     */
    public String describe() {
        StringBuilder out = new StringBuilder("plan of ").append(topology).append('\n');
        for (StagePlan s : stages) {
            out.append("  stage ")
                    .append(s.index())
                    .append(' ')
                    .append(s.name())
                    .append(": ");
            out.append(names(s.sources()))
                    .append(" | ")
                    .append(names(s.nodes()))
                    .append('\n');
            for (InboxPlan i : s.inboxes()) {
                out.append("    inbox of ")
                        .append(topology.nodes().get(i.node()).name())
                        .append(": ")
                        .append(i.capacity())
                        .append(" entries, ")
                        .append(i.reason())
                        .append('\n');
            }
        }
        for (EdgePlan e : edges) {
            out.append("  ring ")
                    .append(topology.nodes().get(e.edge().from()).name())
                    .append(" -> ")
                    .append(topology.nodes().get(e.edge().to()).name())
                    .append(": ")
                    .append(e.slots())
                    .append(" slots, at most ")
                    .append(e.mostPerQ())
                    .append(" an entry\n");
        }
        for (TopologyNode n : topology.nodes()) {
            if (budgetBytes.get(n.id()) > 0) {
                out.append("  state of ")
                        .append(n.name())
                        .append(": at most ")
                        .append(budgetBytes.get(n.id()) >> 10)
                        .append(" KiB");
                long perKey = n.operator().bytesPerKey();
                if (perKey > 0) {
                    out.append(", ").append(perKey).append(" bytes a key");
                }
                out.append('\n');
            }
        }
        return out.toString();
    }

    private String names(List<Integer> ids) {
        StringBuilder out = new StringBuilder();
        for (int id : ids) {
            out.append(out.length() == 0 ? "" : " ")
                    .append(topology.nodes().get(id).name());
        }
        return out.toString();
    }
}
