package io.millrace.plan;

import io.millrace.event.Entry;
import io.millrace.event.Input;
import io.millrace.operator.Shards;
import io.millrace.topology.Section;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;
import java.util.List;

/** The plan as text: stages with their segments, firings and inboxes, rings, budgets. */
final class PlanDescription {
    private final Plan plan;
    private final Topology topology;
    private final MostFirings firings;
    private final StringBuilder out = new StringBuilder();

    private PlanDescription(Plan plan) {
        this.plan = plan;
        this.topology = plan.topology();
        this.firings = new MostFirings(topology);
    }

    static String text(Plan plan) {
        return new PlanDescription(plan).text();
    }

    private String text() {
        out.append("plan of ").append(topology).append('\n');
        inputRing();
        if (plan.notGiven() != null) {
            out.append("  ").append(plan.notGiven()).append('\n');
        }
        plan.stages().forEach(this::stage);
        plan.edges().forEach(this::ring);
        topology.nodes().forEach(this::budget);
        return out.toString();
    }

    private void inputRing() {
        int slots = plan.options().ringSlots();
        if (slots == 0) {
            return;
        }
        int most = 0;
        for (Input<?> i : topology.inputs()) {
            most = Math.max(most, i.type().maxLength());
        }
        out.append("  input ring: ").append(slots).append(" slots, at most ");
        out.append(Entry.MAX_HEADER_LENGTH + most).append(" bytes an entry\n");
    }

    private void stage(StagePlan s) {
        out.append("  stage ").append(s.index()).append(' ').append(s.name()).append(": ");
        out.append(names(s.sources())).append(" | ").append(names(s.nodes())).append('\n');
        shards(s);
        for (String segment : Segments.of(topology, s)) {
            out.append("    segment ").append(segment).append('\n');
        }
        s.timed().forEach(this::firings);
        for (InboxPlan i : s.inboxes()) {
            out.append("    inbox of ").append(name(i.node())).append(": ").append(i.capacity());
            out.append(" entries, ").append(i.reason()).append('\n');
        }
        HeldPlan held = HeldPlan.of(plan, s);
        if (held != null) {
            out.append("    held until durable: at most ").append(held.slots()).append(" outputs, ");
            out.append(held.bytes() + 1023 >> 10).append(" KiB\n");
        }
    }

    private void firings(int id) {
        int most = plan.mostFirings().get(id);
        out.append("    firings of ").append(name(id)).append(": at most ").append(most);
        out.append(" an entry");
        if (topology.nodes().get(id).section() != null) {
            out.append(" in each of ").append(Shards.COUNT).append(" shards");
        }
        if (most < firings.wanted(id)) {
            out.append(", cut from ").append(firings.wanted(id)).append(", twice what its events may make due");
        }
        out.append('\n');
    }

    private void shards(StagePlan s) {
        for (Section section : topology.sections()) {
            if (s.nodes().contains(section.nodes().get(0))) {
                out.append("    shards ").append(s.shards().from()).append(" to ");
                out.append(s.shards().to() - 1).append(" of section ").append(section.name());
                out.append(", each with its own ")
                        .append(names(section.nodes()))
                        .append('\n');
            }
        }
    }

    private void ring(EdgePlan e) {
        out.append("  ring ")
                .append(name(e.edge().from()))
                .append(" -> ")
                .append(name(e.edge().to()));
        part(e.from(), e.edge().from(), " from ");
        part(e.to(), e.edge().to(), " to ");
        out.append(": ")
                .append(e.slots())
                .append(" slots, at most ")
                .append(e.mostPerQ())
                .append(" an entry, ")
                .append(e.bytes() + 1023 >> 10)
                .append(" KiB\n");
    }

    private void part(int stage, int node, String word) {
        if (plan.stagesOf(node).size() > 1) {
            out.append(word).append(plan.stages().get(stage).name());
        }
    }

    private void budget(TopologyNode n) {
        long bytes = plan.budgetBytes().get(n.id());
        if (bytes == 0) {
            return;
        }
        out.append("  state of ")
                .append(n.name())
                .append(": at most ")
                .append(bytes >> 10)
                .append(" KiB");
        if (n.section() != null) {
            out.append(", ").append(bytes / Shards.COUNT >> 10).append(" KiB a shard");
        }
        long perKey = n.operator().bytesPerKey();
        if (perKey > 0) {
            perKey += keepsWindows(n) ? Long.BYTES : 0;
            out.append(", ").append(perKey).append(" bytes a key");
        }
        out.append('\n');
    }

    /** Which window the row of a key is of stands beside it. */
    private boolean keepsWindows(TopologyNode n) {
        return n.inputs().stream().anyMatch(p -> topology.nodes().get(p.node()).ofWindows(p.port()));
    }

    private String name(int id) {
        return topology.nodes().get(id).name();
    }

    private String names(List<Integer> ids) {
        return String.join(" ", ids.stream().map(this::name).toList());
    }
}
