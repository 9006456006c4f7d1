package io.millrace.engine;

import io.millrace.event.EventType;
import io.millrace.event.Input;
import io.millrace.event.LayoutChange;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalFacts;
import io.millrace.operator.GivenRow;
import io.millrace.plan.PlanOptions;
import io.millrace.state.Migration;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;
import java.time.zone.ZoneRulesException;
import java.time.zone.ZoneRulesProvider;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What of a topology can change a result: its options, its operators with their constants, how they hang together, the layouts of
 * what comes in and goes out, and how much state there may be. Not what functions of the user do: nobody can see that, and mending one is a reason to replay.
 */
final class Facts {
    private static final String BUDGET = "state budget";
    private static final String FINITE = "ends by itself";

    private static final String SOURCE = "source of ";
    private static final String NODE = "node ";

    private Facts() {}

    /**
     * All of it.
     *
     * @param finite whether sources of an input end, so that it is historic unless it says otherwise
     * @param more   what the service adds
     */
    static JournalFacts of(
            Topology topology, PlanOptions how, long hashSeed, Predicate<Input<?>> finite, Map<String, String> more) {
        requireNames(topology);
        Map<String, String> facts = new LinkedHashMap<>();
        topology.options().forEach((name, value) -> facts.put(Topology.OPTION_FACT + name, value));
        for (TopologyNode n : topology.nodes()) {
            facts.put(title(n), content(topology, n));
            secrets(n).forEach((name, value) -> facts.put(title(n) + ", its " + name, value));
            digests(n).forEach((name, value) -> facts.put(title(n) + ", what its " + name + " computes", value));
            EventType<?> outside = outside(n);
            if (outside != null) {
                facts.put(title(n) + JournalFacts.LAYOUT, LayoutChange.kept(outside));
            }
        }
        for (Input<?> i : topology.inputs()) {
            facts.put(sourceOf(i), finite.test(i) ? FINITE : "does not end by itself");
        }
        facts.put(BUDGET, how.stateBytes() + " bytes");
        facts.putAll(new TreeMap<>(more));
        return new JournalFacts(topology.name(), hashSeed, facts, notes());
    }

    private static String sourceOf(Input<?> input) {
        return SOURCE + input.name();
    }

    /** What was said of an input when the log began. */
    static boolean isFinite(JournalFacts kept, Input<?> input) {
        return FINITE.equals(kept.facts().get(sourceOf(input)));
    }

    /** What a log says of its service: neither of its topology, nor of whose sources end. */
    static Map<String, String> ofService(JournalFacts kept) {
        Map<String, String> facts = new LinkedHashMap<>(kept.facts());
        facts.keySet().removeIf(name -> name.startsWith(SOURCE) || isOfTopology(name));
        return facts;
    }

    /** Whether a fact of that name is told by the topology or its inputs, and by nobody else. */
    static boolean isOwn(String name) {
        return name.startsWith(SOURCE) || isOfTopology(name);
    }

    private static boolean isOfTopology(String name) {
        return name.startsWith(NODE) || name.startsWith(Topology.OPTION_FACT);
    }

    /** The same where inputs may have been renamed since. */
    static boolean wasFinite(JournalFacts kept, Migration how, Input<?> input) {
        return kept.facts().entrySet().stream()
                .anyMatch(f ->
                        FINITE.equals(f.getValue()) && nameNow(f.getKey(), how).equals(sourceOf(input)));
    }

    static long stateBytes(JournalFacts kept) {
        return Long.parseLong(kept.facts().get(BUDGET).replace(" bytes", ""));
    }

    /** Compares what is of the topology; what else the service wants to be the same is its own business. */
    static void requireSameTopology(JournalFacts ours, JournalFacts kept) {
        String difference = otherTopology(ours, kept);
        if (difference != null) {
            throw new JournalException("the journal belongs to another topology: " + difference);
        }
    }

    /** How they differ in what is of the topology; null when they do not. */
    static String otherTopology(JournalFacts ours, JournalFacts kept) {
        Map<String, String> same = new LinkedHashMap<>(kept.facts());
        same.keySet().removeIf(name -> !isOfTopology(name) && !ours.facts().containsKey(name));
        return ours.differenceTo(new JournalFacts(kept.topology(), kept.hashSeed(), same, kept.notes()));
    }

    /** What differs beside the nodes, of which the snapshot tells more, has to be said in the migration. */
    static void requireSaid(JournalFacts ours, JournalFacts kept, Migration how) {
        List<String> unsaid = new ArrayList<>();
        if (!ours.topology().equals(kept.topology())) {
            unsaid.add("the topology was named " + kept.topology() + " and is now named " + ours.topology()
                    + ": keep the name");
        }
        Map<String, String> were = new LinkedHashMap<>();
        kept.facts().forEach((name, value) -> were.put(nameNow(name, how), value));
        were.forEach((name, value) -> {
            String is = ours.facts().get(name);
            if (isSaid(name) && !value.equals(is) && !how.changesFact(name)) {
                unsaid.add(name + " was " + value + (is == null ? " and is gone" : " and is now " + is)
                        + ": if that is intended, add fact(\"" + name + "\") to the migration");
            }
        });
        ours.facts().keySet().forEach(name -> {
            if (isSaid(name) && !name.startsWith(SOURCE) && !were.containsKey(name) && !how.changesFact(name)) {
                unsaid.add(name + " is new: if that is intended, add fact(\"" + name + "\") to the migration");
            }
        });
        if (!unsaid.isEmpty()) {
            throw new JournalException("the journal belongs to another service: " + String.join("; ", unsaid));
        }
    }

    private static boolean isSaid(String name) {
        return !name.startsWith(NODE) && !name.equals(BUDGET);
    }

    private static String nameNow(String name, Migration how) {
        return name.startsWith(SOURCE) ? SOURCE + how.nameOf(name.substring(SOURCE.length())) : name;
    }

    /** What is told where it differs, and no reason to refuse. */
    static Map<String, String> notes() {
        Map<String, String> notes = new LinkedHashMap<>();
        String version = Facts.class.getPackage().getImplementationVersion();
        notes.put("engine", version == null ? "not packaged" : version);
        notes.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        notes.put("time zone data", timeZoneData());
        notes.put("processor", System.getProperty("os.arch"));
        return notes;
    }

    /** All zones of a JVM are of one version, that of Greenwich too. */
    private static String timeZoneData() {
        try {
            return ZoneRulesProvider.getVersions("Etc/GMT").lastKey();
        } catch (ZoneRulesException e) {
            return "unknown";
        }
    }

    /** A name that holds a line of code changes with every edit above it. */
    private static boolean isNamed(TopologyNode node) {
        return node.name().indexOf('@') < 0;
    }

    private static String title(TopologyNode node) {
        return isNamed(node) ? NODE + node.name() : "node #" + node.id();
    }

    /** Of those an own fact each, so that who tells of a difference need not take them out of a line. */
    private static Map<String, String> secrets(TopologyNode node) {
        Map<String, String> secrets = new LinkedHashMap<>(node.constants());
        secrets.keySet().removeIf(name -> !GivenRow.isSecret(name));
        return secrets;
    }

    /** Of models and the like an own fact each: where one differs that is said, and not all the node is. */
    private static Map<String, String> digests(TopologyNode node) {
        Map<String, String> digests = new LinkedHashMap<>(node.constants());
        digests.keySet().removeIf(name -> !isDigest(node, name));
        return digests;
    }

    private static boolean isDigest(TopologyNode node, String constant) {
        return node.operator() != null && node.operator().digests().containsKey(constant);
    }

    /** The type of what comes in from outside there, or goes out; null within. */
    private static EventType<?> outside(TopologyNode node) {
        return node.input() != null
                ? node.input().type()
                : node.output() != null ? node.output().type() : null;
    }

    private static String content(Topology topology, TopologyNode node) {
        StringBuilder out = new StringBuilder(node.word());
        for (Port from : node.inputs()) {
            out.append(" <- ").append(title(topology.nodes().get(from.node())).substring(NODE.length()));
            out.append('.').append(from.port());
        }
        node.constants().forEach((k, v) -> {
            if (!GivenRow.isSecret(k) && !isDigest(node, k)) {
                out.append(", ").append(k).append(' ').append(v);
            }
        });
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

    /** What matches branches takes no name. */
    private static String cure(TopologyNode n) {
        return n.operator().matchesInputs()
                ? "a 'with' that waits is named after its branches that wait, and here one of these "
                        + "has no name or the name is taken by another node; give it a waiting branch with a "
                        + "name that nothing else uses"
                : "give it a name, such as \"" + n.word() + "-" + n.id() + "\"";
    }

    /** What keeps state has to be found again, in a snapshot and in what an operator of the engine says. */
    private static void requireNames(Topology topology) {
        List<String> unnamed = new ArrayList<>();
        for (TopologyNode n : topology.nodes()) {
            if (n.operator() != null && n.operator().keepsState() && !isNamed(n)) {
                unnamed.add(n.where() + ": " + cure(n));
            }
        }
        if (!unnamed.isEmpty()) {
            throw new JournalException(topology + " has a journal, so every node that keeps state "
                    + "needs a fixed name:\n  "
                    + String.join("\n  ", unnamed));
        }
    }
}
