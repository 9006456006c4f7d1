package io.millrace.runtime;

import io.millrace.event.EventType;
import io.millrace.event.Input;
import io.millrace.plan.Plan;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.topology.KeyInfo;
import io.millrace.topology.Port;
import io.millrace.topology.TopologyNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a topology and its plan are to a snapshot: each node in words that are compared one by one. A node is known by its name, or where
 * it has none but its line of code, which changes with every edit above it, by its place.
 *
 * @param topology   its name
 * @param hashSeed   of its keys
 * @param stateBytes its state budget
 * @param threads    its stages, in words
 * @param nodes      in topological order
 */
record TopologyForm(String topology, long hashSeed, long stateBytes, String threads, List<NodeForm> nodes) {
    static final String INPUTS = "its inputs";
    static final String KEY_BOUND = "its bound on keys";
    static final String SETTING = "its setting '";
    static final String OUTPUT_LAYOUT = "the layout of its output ";
    static final String INPUT_LAYOUT = "the layout of its input ";
    static final String WINDOWS = "what comes by its input ";
    static final String SECTION = "its section";
    static final String TIME = "its time";
    static final String STAGES = "its thread";

    /** What the state of an operator without a version of its own is of. */
    private static final int VERSION = 1;

    /**
     * A node.
     *
     * @param kind    operator, input or output
     * @param title   its name, or its place
     * @param word    of the DSL
     * @param version of what it saves
     * @param keeps   whether it keeps state
     * @param saved   whether more than counts is saved of it; what that is of one that keeps no state is of no importance
     * @param words   what it is, by what
     */
    record NodeForm(
            String kind,
            String title,
            String word,
            int version,
            boolean keeps,
            boolean saved,
            Map<String, String> words) {
        /** The name of its section. */
        String section() {
            return kind + " " + title;
        }

        boolean isNamed() {
            return !title.startsWith("#");
        }

        boolean isInSection() {
            return !"null".equals(words.get(SECTION));
        }

        boolean isOperator() {
            return kind.equals("operator");
        }
    }

    static TopologyForm of(Plan plan, NodeParts parts) {
        List<NodeForm> nodes = new ArrayList<>();
        for (TopologyNode n : plan.topology().nodes()) {
            boolean keeps = n.operator() != null
                    && (n.operator().keepsState() || n.operator().maxFirings() > 0);
            nodes.add(new NodeForm(
                    kind(n), title(n), n.word(), version(n), keeps, parts.isSaved(n.id()), words(plan, n, keeps)));
        }
        StringBuilder threads = new StringBuilder();
        plan.stages()
                .forEach(s -> threads.append(threads.length() == 0 ? "" : ", ")
                        .append(s.nodes())
                        .append(s.shards() == null ? "" : s.shards()));
        return new TopologyForm(
                plan.topology().name(),
                plan.options().hashSeed(),
                plan.options().stateBytes(),
                threads.toString(),
                nodes);
    }

    /** How many stages there are. */
    int stages() {
        return threads.split("\\], \\[").length;
    }

    static String kind(TopologyNode n) {
        return n.operator() != null ? "operator" : n.output() != null ? "output" : "input";
    }

    static String title(TopologyNode n) {
        return n.name().indexOf('@') < 0 ? n.name() : "#" + n.id();
    }

    static int version(TopologyNode n) {
        return n.operator() == null ? VERSION : n.operator().stateVersion();
    }

    private static Map<String, String> words(Plan plan, TopologyNode n, boolean keeps) {
        Map<String, String> words = new LinkedHashMap<>();
        List<String> inputs = new ArrayList<>();
        for (int i = 0; i < n.inputs().size(); i++) {
            Port p = n.inputs().get(i);
            TopologyNode before = plan.topology().nodes().get(p.node());
            inputs.add(title(before) + (p.port() == 0 ? "" : ":" + p.port()));
            if (keeps && n.operator().keepsEvents()) {
                words.put(INPUT_LAYOUT + i, layout(before.types().get(p.port())));
            }
            if (keeps && before.ofWindows(p.port())) { // then it keeps beside each row which of them that is of
                words.put(WINDOWS + i, "updates of several windows of a key");
            }
        }
        words.put(INPUTS, inputs.toString());
        KeyInfo key = n.key();
        words.put("its key", key == null ? "none" : key.kind() + " of at most " + key.maxBytes() + " bytes");
        words.put(KEY_BOUND, key == null ? "none" : key.atMost() + ", in all " + key.atMostAll());
        words.put(SECTION, String.valueOf(n.section()));
        words.put(STAGES, plan.stagesOf(n.id()).toString());
        for (int port = 0; port < n.types().size(); port++) {
            words.put(OUTPUT_LAYOUT + port, layout(n.types().get(port)));
        }
        Input<?> in = n.input();
        if (in != null) {
            words.put(TIME, in.timeMeaning() + ", disorder " + in.disorderNs() + " ns");
        }
        n.constants().forEach((name, value) -> words.put(SETTING + name + "'", value));
        return words;
    }

    private static String layout(EventType<?> type) {
        return type == null ? "" : type.layout();
    }

    void save(StateWriter to) {
        to.putText(topology);
        to.putLong(hashSeed);
        to.putLong(stateBytes);
        to.putText(threads);
        to.putInt(nodes.size());
        for (NodeForm n : nodes) {
            to.putText(n.kind);
            to.putText(n.title);
            to.putText(n.word);
            to.putInt(n.version);
            to.putBoolean(n.keeps);
            to.putBoolean(n.saved);
            to.putInt(n.words.size());
            n.words.forEach((what, value) -> {
                to.putText(what);
                to.putText(value);
            });
        }
    }

    static TopologyForm read(StateReader from) {
        String topology = from.getText();
        long seed = from.getLong();
        long stateBytes = from.getLong();
        String threads = from.getText();
        List<NodeForm> nodes = new ArrayList<>();
        for (int left = from.getInt("a number of nodes", 1 << 16); left > 0; left--) {
            String kind = from.getText();
            String title = from.getText();
            String word = from.getText();
            int version = from.getInt();
            boolean keeps = from.getBoolean();
            boolean saved = from.getBoolean();
            Map<String, String> words = new LinkedHashMap<>();
            for (int n = from.getInt("a number of words", 1 << 16); n > 0; n--) {
                words.put(from.getText(), from.getText());
            }
            nodes.add(new NodeForm(kind, title, word, version, keeps, saved, words));
        }
        return new TopologyForm(topology, seed, stateBytes, threads, nodes);
    }

    /** The node of a kind and title; null when there is none. */
    NodeForm node(String kind, String title) {
        for (NodeForm n : nodes) {
            if (n.kind.equals(kind) && n.title.equals(title)) {
                return n;
            }
        }
        return null;
    }

    /** The names of inputs, in the order by which entries know them. */
    List<String> inputs() {
        return nodes.stream()
                .filter(n -> n.kind.equals("input") && n.isNamed())
                .map(NodeForm::title)
                .toList();
    }
}
