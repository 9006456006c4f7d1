package io.millrace.engine;

import io.millrace.event.EventType;
import io.millrace.event.Input;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalFacts;
import io.millrace.plan.PlanOptions;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What of a topology can change a result: its operators with their constants, how they hang together, the layouts of events, and how much
 * state there may be. Not what functions of the user do: nobody can see that, and mending one is a reason to replay.
 */
final class Facts {
    private Facts() {}

    static JournalFacts of(Topology topology, PlanOptions how, long hashSeed, Map<String, String> more) {
        requireNames(topology);
        Map<String, String> facts = new LinkedHashMap<>();
        for (TopologyNode n : topology.nodes()) {
            facts.put(title(n), content(topology, n));
        }
        facts.putAll(new java.util.TreeMap<>(more));
        facts.put("state budget", how.stateBytes() + " bytes");
        return new JournalFacts(topology.name(), hashSeed, facts, notes());
    }

    private static Map<String, String> notes() {
        Map<String, String> notes = new LinkedHashMap<>();
        String version = Facts.class.getPackage().getImplementationVersion();
        notes.put("engine", version == null ? "not packaged" : version);
        notes.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        notes.put("processor", System.getProperty("os.arch"));
        return notes;
    }

    /** A name that holds a line of code changes with every edit above it. */
    private static boolean isNamed(TopologyNode node) {
        return node.name().indexOf('@') < 0;
    }

    private static String title(TopologyNode node) {
        return isNamed(node) ? "node " + node.name() : "node #" + node.id();
    }

    private static String content(Topology topology, TopologyNode node) {
        StringBuilder out = new StringBuilder(node.word());
        for (Port from : node.inputs()) {
            out.append(" <- ").append(title(topology.nodes().get(from.node())).substring("node ".length()));
            out.append('.').append(from.port());
        }
        if (node.operator() != null) {
            node.operator()
                    .settings()
                    .forEach((k, v) -> out.append(", ").append(k).append(' ').append(v));
        }
        Input<?> in = node.input();
        if (in != null) {
            out.append(", time ")
                    .append(in.timeMeaning())
                    .append(", disorder ")
                    .append(in.disorderNs())
                    .append(" ns");
        }
        for (EventType<?> type : node.types()) {
            if (type != null) {
                out.append(", ").append(type.name()).append(' ').append(type.maxLength());
            }
        }
        if (node.section() != null) {
            out.append(", parallel");
        }
        return out.toString();
    }

    /** What keeps state has to be found again, in a snapshot and in what an operator of the engine says. */
    private static void requireNames(Topology topology) {
        List<String> unnamed = new ArrayList<>();
        for (TopologyNode n : topology.nodes()) {
            if (n.operator() != null && n.operator().keepsState() && !isNamed(n)) {
                unnamed.add(n.where() + ": give it a name, such as \"" + n.word() + "-" + n.id() + "\"");
            }
        }
        if (!unnamed.isEmpty()) {
            throw new JournalException(topology + " has a journal, so what keeps state needs a name that stays:\n  "
                    + String.join("\n  ", unnamed));
        }
    }
}
