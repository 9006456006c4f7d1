package io.millrace.runtime;

import io.millrace.event.EventType;
import io.millrace.plan.Plan;
import io.millrace.plan.StagePlan;
import io.millrace.state.StateException;
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
 * Saves and loads a core between two entries: one section for what it is, one a stage, one a node, one for the digests. A node is known
 * by its name, or where it has none but its line of code, which changes with every edit above it, by its place; one that was renamed, is missing
 * or has changed is refused by it, and never ignored.
 */
final class CoreState {
    private static final int VERSION = 1;
    private static final String CURE = "; run the topology that was saved, or replay the log from its beginning";

    private final Plan plan;
    private final List<StageRunner> stages;
    private final NodeParts parts;
    private final Digests digests;

    CoreState(Plan plan, List<StageRunner> stages, NodeParts parts, Digests digests) {
        this.plan = plan;
        this.stages = stages;
        this.parts = parts;
        this.digests = digests;
    }

    /** What a node was when it was saved, in words that are compared one by one. */
    private Map<String, String> form(TopologyNode n) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("its word", n.word());
        form.put("its version", Integer.toString(version(n)));
        List<String> inputs = new ArrayList<>();
        for (Port p : n.inputs()) {
            TopologyNode before = plan.topology().nodes().get(p.node());
            inputs.add(title(before) + (p.port() == 0 ? "" : ":" + p.port()));
        }
        form.put("its inputs", inputs.toString());
        form.put("its key", n.key() == null ? "none" : key(n.key()));
        form.put("its section", String.valueOf(n.section()));
        for (int port = 0; port < n.types().size(); port++) {
            EventType<?> type = n.types().get(port);
            form.put("the layout of its output " + port, type == null ? "" : type.layout());
        }
        if (n.operator() != null) {
            n.operator().settings().forEach((name, value) -> form.put("its setting '" + name + "'", value));
        }
        return form;
    }

    /** Without the line that declared it. */
    private static String key(KeyInfo key) {
        return key.kind() + " of at most " + key.maxBytes() + " bytes, " + key.atMost() + " keys, " + key.atMostAll()
                + " in all";
    }

    private static int version(TopologyNode n) {
        return n.operator() == null ? VERSION : n.operator().stateVersion();
    }

    private static String section(TopologyNode n) {
        String kind = n.operator() != null ? "operator " : n.output() != null ? "output " : "input ";
        return kind + title(n);
    }

    private static String title(TopologyNode n) {
        return n.name().indexOf('@') < 0 ? n.name() : "#" + n.id();
    }

    List<String> unsaved() {
        List<String> result = new ArrayList<>();
        for (TopologyNode n : plan.topology().nodes()) {
            if (parts.isUnsaved(n.id())) {
                result.add(n.operator().word() + " " + n.where());
            }
        }
        return result;
    }

    // ---- saving

    void save(StateWriter to) {
        List<String> unsaved = unsaved();
        if (!unsaved.isEmpty()) {
            throw new StateException("topology '" + plan.topology().name() + "' cannot be saved: " + unsaved
                    + " keep state and do not say how it is saved; let their nodes implement Saved");
        }
        requireRest();
        to.begin("core", VERSION);
        saveForm(to);
        to.end();
        for (StageRunner s : stages) {
            to.begin("stage " + s.plan().index(), VERSION);
            s.core().save(to);
            to.end();
        }
        for (TopologyNode n : plan.topology().nodes()) {
            to.begin(section(n), version(n));
            parts.save(n.id(), to);
            to.end();
        }
        to.begin("digests", VERSION);
        to.putBoolean(digests != null);
        if (digests != null) {
            digests.save(to);
        }
        to.end();
    }

    private void requireRest() {
        for (StageRunner s : stages) {
            if (!s.isAtRest() || s.core().entries() != stages.get(0).core().entries()) {
                throw new IllegalStateException(
                        "topology '" + plan.topology().name() + "': stage "
                                + s.plan().index()
                                + " is in the middle of an entry; save and load between two entries, on the thread that runs all stages");
            }
        }
    }

    private void saveForm(StateWriter to) {
        to.putText(plan.topology().name());
        to.putLong(plan.options().hashSeed());
        to.putText(stagesInWords());
        to.putInt(plan.topology().nodes().size());
        for (TopologyNode n : plan.topology().nodes()) {
            Map<String, String> form = form(n);
            to.putText(title(n));
            to.putInt(form.size());
            form.forEach((what, value) -> {
                to.putText(what);
                to.putText(value);
            });
        }
    }

    private String stagesInWords() {
        StringBuilder all = new StringBuilder();
        for (StagePlan s : plan.stages()) {
            all.append(all.length() == 0 ? "" : ", ").append(s.nodes()).append(s.shards() == null ? "" : s.shards());
        }
        return all.toString();
    }

    // ---- loading

    void load(StateReader from) {
        requireRest();
        if (stages.get(0).core().entries() != 0) {
            throw new IllegalStateException("topology '" + plan.topology().name() + "': the core has evaluated "
                    + stages.get(0).core().entries() + " entries; load into a new one");
        }
        from.begin("core", VERSION);
        checkForm(from);
        from.end();
        for (StageRunner s : stages) {
            from.begin("stage " + s.plan().index(), VERSION);
            s.core().load(from);
            from.end();
        }
        for (TopologyNode n : plan.topology().nodes()) {
            from.begin(section(n), version(n));
            parts.load(n.id(), from);
            from.end();
        }
        loadDigests(from);
        stages.forEach(StageRunner::resume);
    }

    private void loadDigests(StateReader from) {
        from.begin("digests", VERSION);
        boolean saved = from.getBoolean();
        if (digests == null) {
            from.skip(); // nobody asks for them
            return;
        }
        if (!saved) {
            throw from.refused(
                    "it was saved without digests of the outputs, and they are asked for: what came before would"
                            + " be missing; ask for none, or replay the log from its beginning");
        }
        digests.load(from);
        from.end();
    }

    private void checkForm(StateReader from) {
        String name = from.getText();
        long seed = from.getLong();
        String threads = from.getText();
        Map<String, Map<String, String>> saved = new LinkedHashMap<>();
        int nodes = from.getInt("a number of nodes", 1 << 16);
        for (int i = 0; i < nodes; i++) {
            String node = from.getText();
            Map<String, String> form = new LinkedHashMap<>();
            int n = from.getInt("a number of settings", 1 << 16);
            for (int k = 0; k < n; k++) {
                form.put(from.getText(), from.getText());
            }
            saved.put(node, form);
        }
        if (seed != plan.options().hashSeed()) {
            throw from.refused("topology '" + name + "' was saved with the hash seed " + seed + ", and here it is "
                    + plan.options().hashSeed() + "; use the seed of the log");
        }
        List<String> differences = differences(saved);
        if (!differences.isEmpty()) {
            throw from.refused("topology '" + name + "' has changed: " + String.join("; ", differences) + CURE);
        }
        if (!threads.equals(stagesInWords())) {
            throw from.refused("topology '" + name + "' was saved with its nodes on the threads " + threads
                    + ", and here they are on " + stagesInWords()
                    + "; run it with the same threads, or replay the log from its beginning");
        }
    }

    private List<String> differences(Map<String, Map<String, String>> saved) {
        List<String> result = new ArrayList<>();
        Map<String, Map<String, String>> here = new LinkedHashMap<>();
        plan.topology().nodes().forEach(n -> here.put(title(n), form(n)));
        saved.forEach((node, form) -> {
            if (!here.containsKey(node)) {
                result.add(form.get("its word") + " '" + node + "' was saved and is gone or renamed");
            }
        });
        here.forEach((node, form) -> {
            Map<String, String> was = saved.get(node);
            if (was == null) {
                result.add(form.get("its word") + " '" + node + "' is new, nothing of it was saved");
            } else if (!was.equals(form)) {
                result.add(form.get("its word") + " '" + node + "' has changed: " + difference(was, form));
            }
        });
        if (result.isEmpty() && !List.copyOf(saved.keySet()).equals(List.copyOf(here.keySet()))) {
            result.add("its nodes stand in another order, " + saved.keySet() + " before and " + here.keySet() + " now");
        }
        return result;
    }

    private static String difference(Map<String, String> was, Map<String, String> is) {
        List<String> result = new ArrayList<>();
        was.forEach((what, value) -> {
            if (!value.equals(is.get(what))) {
                result.add(
                        what + " was " + value + (is.containsKey(what) ? " and is " + is.get(what) : " and is gone"));
            }
        });
        is.forEach((what, value) -> {
            if (!was.containsKey(what)) {
                result.add(what + " is new, " + value);
            }
        });
        return String.join(", ", result);
    }
}
