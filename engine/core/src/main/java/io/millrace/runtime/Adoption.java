package io.millrace.runtime;

import io.millrace.runtime.TopologyForm.NodeForm;
import io.millrace.state.Migration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * What becomes of each node of a snapshot in another topology, as far as can be told from what the two are. Made before anything is loaded;
 * all that is refused is told at once.
 */
public final class Adoption {
    /** What becomes of a node. */
    public enum Fate {
        /** Takes over what was kept, as it was. */
        SAME,
        /** The same under another name. */
        RENAMED,
        /** Takes over what was kept; something has changed that allows it. */
        CHANGED,
        /** Keeps nothing, or begins without anything as was said. */
        NEW,
        /** What was kept is thrown away, as was said. */
        DROPPED,
        /** Cannot be; the line says why, and what to do. */
        REFUSED
    }

    /**
     * One node.
     *
     * @param kind operator, input or output
     * @param word of the DSL
     * @param name its name: now, or where it is gone before
     * @param fate what becomes of it
     * @param what in words; empty where there is nothing to say
     */
    public record Line(String kind, String word, String name, Fate fate, String what) {
        @Override
        public String toString() {
            return word + " '" + name + "'" + (what.isEmpty() ? "" : " " + what);
        }
    }

    private static final String TAKE_BACK =
            "; add startEmpty(\"%s\") to the migration, or replay the log from its beginning";

    private static final String ZONE_RULES = TopologyForm.SETTING + Migration.ZONE_RULES + "'";

    private final TopologyForm was;
    private final TopologyForm is;
    private final Migration how;
    private final List<Line> lines = new ArrayList<>();

    /** Sections of nodes as they were, and what takes them over. */
    private final Map<String, NodeForm> heirs = new LinkedHashMap<>();

    /** What is taken over by each section of now. */
    private final Map<String, NodeForm> taken = new LinkedHashMap<>();

    private final Set<String> rewired = new LinkedHashSet<>();
    private final List<String> relaid = new ArrayList<>();

    private Adoption(TopologyForm was, TopologyForm is, Migration how) {
        this.was = was;
        this.is = is;
        this.how = how;
    }

    static Adoption of(TopologyForm was, TopologyForm is, Migration how) {
        Adoption result = new Adoption(was, is, how);
        result.lookAtAll();
        return result;
    }

    private void lookAtAll() {
        Set<String> names = new LinkedHashSet<>();
        is.nodes().forEach(n -> names.add(n.title()));
        how.slips(names).forEach(s -> lines.add(new Line("", "migration", "", Fate.REFUSED, s)));
        was.nodes().forEach(this::lookAtOld);
        is.nodes().stream().filter(n -> !taken.containsKey(n.section())).forEach(this::lookAtNew);
        lookAtInputs();
        lookAtSections();
        if (was.stages() != is.stages()) {
            refuse(
                    "",
                    "topology",
                    is.topology(),
                    "was saved with its nodes on the threads " + was.threads() + ", and now has them on " + is.threads()
                            + "; keep the number of threads, or replay the log from its beginning");
        }
    }

    private void refuse(String kind, String word, String name, String why) {
        lines.add(new Line(kind, word, name, Fate.REFUSED, why));
    }

    // ---- one by one

    private void lookAtOld(NodeForm old) {
        if (!old.isNamed()) {
            if (old.keeps()) {
                refuse(
                        old.kind(),
                        old.word(),
                        old.title(),
                        "has no name, so its state cannot be assigned; give it a name in the "
                                + "topology that wrote the snapshot, and make another snapshot");
            }
            return;
        }
        NodeForm now = is.node(old.kind(), how.nameOf(old.title()));
        if (now == null) {
            lookAtGone(old);
            return;
        }
        NodeForm other = taken.putIfAbsent(now.section(), old);
        if (other == null) {
            lookAtBoth(old, now);
        } else {
            refuse(
                    now.kind(),
                    now.word(),
                    now.title(),
                    "would take over the "
                            + "state of both '" + other.title() + "' and '" + old.title() + "'; give it a name that "
                            + "no operator had before");
        }
    }

    private void lookAtGone(NodeForm old) {
        if (how.drops(old.title()) && !old.kind().equals("input")) {
            lines.add(new Line(old.kind(), old.word(), old.title(), Fate.DROPPED, "is dropped"));
        } else if (old.kind().equals("input")) {
            refuse(
                    "input",
                    old.word(),
                    old.title(),
                    "is in the snapshot, but is now gone or renamed, and the log still has entries "
                            + "of it; add rename(..) to the migration, or keep the input without a reader");
        } else if (old.keeps() || old.kind().equals("output")) {
            refuse(
                    old.kind(),
                    old.word(),
                    old.title(),
                    "is in the snapshot, but is now gone or renamed; add rename(\"" + old.title() + "\", ..) or drop(\""
                            + old.title() + "\") to the migration");
        }
    }

    private void lookAtNew(NodeForm now) {
        if (!now.keeps() || !now.isNamed() || how.startsEmpty(now.title())) {
            if (now.isNamed()) {
                lines.add(new Line(
                        now.kind(), now.word(), now.title(), Fate.NEW, now.keeps() ? "starts empty" : "is new"));
            }
            return;
        }
        refuse(
                now.kind(),
                now.word(),
                now.title(),
                "is new and is not in the snapshot; add startEmpty(\"" + now.title() + "\") or rename(.., \""
                        + now.title() + "\") to the migration");
    }

    private void lookAtBoth(NodeForm old, NodeForm now) {
        boolean keeps = old.keeps() || now.keeps();
        if (keeps && how.startsEmpty(now.title()) && now.isOperator() && !isAsItWas(old, now)) {
            lines.add(new Line(now.kind(), now.word(), now.title(), Fate.NEW, "starts empty"));
            return;
        }
        List<String> hard = FormDifference.of(old.words(), now.words(), (what, v) -> isHard(keeps, now, what));
        if (keeps && !old.word().equals(now.word())) {
            hard.add(0, "its kind was " + old.word() + " and is now " + now.word());
        } else if (keeps && old.version() != now.version()) {
            hard.add("the version of its saved state was " + old.version() + " and is now " + now.version());
        } else if (old.keeps() != now.keeps()) {
            hard.add(old.keeps() ? "it kept state and no longer does" : "it now keeps state and did not before");
        }
        if (!hard.isEmpty()) {
            refuse(now.kind(), now.word(), now.title(), "has changed: " + String.join(", ", hard) + cure(now, hard));
            return;
        }
        heirs.put(old.section(), now);
        List<String> soft = FormDifference.of(old.words(), now.words(), (what, v) -> counts(old, now, what));
        boolean renamed = !old.title().equals(now.title());
        String what = (renamed ? "was '" + old.title() + "'" : "")
                + (renamed && !soft.isEmpty() ? "; " : "")
                + (soft.isEmpty() ? "" : "has changed: " + String.join(", ", soft));
        Fate fate = !soft.isEmpty() ? Fate.CHANGED : renamed ? Fate.RENAMED : Fate.SAME;
        lines.add(new Line(now.kind(), now.word(), now.title(), fate, what));
        if (isRewired(old, now)) {
            rewired.add(now.section());
        }
        if (now.kind().equals("input") && soft.stream().anyMatch(s -> s.startsWith(TopologyForm.OUTPUT_LAYOUT))) {
            relaid.add(now.title());
        }
    }

    /** Words that are left from an earlier change throw nothing away. */
    private boolean isAsItWas(NodeForm old, NodeForm now) {
        return old.title().equals(now.title())
                && old.word().equals(now.word())
                && old.version() == now.version()
                && old.keeps() == now.keeps()
                && FormDifference.of(old.words(), now.words(), (what, v) -> counts(old, now, what))
                        .isEmpty();
    }

    private String cure(NodeForm now, List<String> hard) {
        if (!now.isOperator()) {
            return "; undo that change, or replay the log from its beginning";
        }
        String rows = now.word().equals("process")
                ? "; add rows(\"" + now.title() + "\", ..) to the migration if only its fields have changed"
                : "";
        if (hard.size() == 1 && hard.get(0).startsWith(ZONE_RULES)) {
            rows = "; add zoneRules(\"" + now.title() + "\") to the migration to go on with the kept "
                    + "state under the new rules";
        }
        return rows + String.format(Locale.ROOT, TAKE_BACK, now.title());
    }

    /** What a state depends on. */
    private boolean isHard(boolean keeps, NodeForm now, String what) {
        if (!now.isOperator()) {
            return what.equals(TopologyForm.TIME);
        }
        boolean process = now.word().equals("process") && how.rowsOf(now.title()) != null;
        boolean isBound = what.equals(TopologyForm.KEY_BOUND) || what.equals(TopologyForm.SETTING + "keys at most'");
        boolean isLayout = what.startsWith(TopologyForm.OUTPUT_LAYOUT);
        boolean isSaid = what.equals(ZONE_RULES) && how.changesZoneRules(now.title());
        return keeps
                && !isBound
                && !isSaid
                && !what.equals(TopologyForm.INPUTS)
                && !(process && (isLayout || what.startsWith(TopologyForm.SETTING)));
    }

    /** What is worth a word though it is taken over. */
    private boolean counts(NodeForm old, NodeForm now, String what) {
        return what.equals(TopologyForm.INPUTS) ? isRewired(old, now) : !what.equals(TopologyForm.STAGES);
    }

    private boolean isRewired(NodeForm old, NodeForm now) {
        return !wiring(old, how::nameOf).equals(wiring(now, name -> name));
    }

    /** Nodes without names are told apart by their places, which mean nothing here. */
    private static String wiring(NodeForm of, UnaryOperator<String> nameNow) {
        String inputs = of.words().get(TopologyForm.INPUTS);
        List<String> all = new ArrayList<>();
        for (String in : inputs.substring(1, inputs.length() - 1).split(", ")) {
            int port = in.indexOf(':');
            String name = port < 0 ? in : in.substring(0, port);
            all.add((name.startsWith("#") ? "#" : nameNow.apply(name)) + (port < 0 ? "" : in.substring(port)));
        }
        return all.toString();
    }

    /** Entries know their input by its number. */
    private void lookAtInputs() {
        List<String> before = was.inputs().stream().map(how::nameOf).toList();
        List<String> now = is.inputs();
        if (now.containsAll(before) && !now.subList(0, before.size()).equals(before)) {
            refuse(
                    "",
                    "topology",
                    is.topology(),
                    "has its inputs in "
                            + "another order, " + before + " before and " + now + " now. Entries of the log refer to "
                            + "inputs by number; keep the order, and add new inputs at the end");
        }
    }

    /** What works on keys in parallel stands together, shard by shard: there it has to be as it was, but for names and bounds. */
    private void lookAtSections() {
        List<String> before = inSections(was);
        List<String> now = inSections(is);
        if (!before.equals(now)) {
            refuse(
                    "",
                    "topology",
                    is.topology(),
                    "has the parallel sections " + now + ", and had " + before
                            + "; keep the operators of each section and its threads, or replay the log from its beginning");
        }
    }

    private List<String> inSections(TopologyForm of) {
        List<String> result = new ArrayList<>();
        for (NodeForm n : of.nodes()) {
            if (n.isInSection()) {
                String name = of == was ? how.nameOf(n.title()) : n.title();
                result.add(n.word() + (n.isNamed() ? " '" + name + "'" : "") + " on "
                        + n.words().get(TopologyForm.STAGES));
            }
        }
        return result;
    }

    // ---- what came of it

    /**
     * All nodes that have names.
     *
     * @return those that were saved first, in their order
     */
    public List<Line> lines() {
        return List.copyOf(lines);
    }

    /**
     * What cannot be.
     *
     * @return empty when the snapshot can be taken over, as far as can be told from this
     */
    public List<Line> refusals() {
        return lines.stream().filter(l -> l.fate() == Fate.REFUSED).toList();
    }

    /**
     * Inputs whose events have another layout now: none may stand in the log behind the snapshot.
     *
     * @return their names now
     */
    public List<String> relaid() {
        return List.copyOf(relaid);
    }

    /** What takes over a node; null when nothing does. */
    NodeForm heir(NodeForm old) {
        return heirs.get(old.section());
    }

    /** The name that a node has now which takes over what was kept; null when none does. */
    String now(String kind, String title) {
        NodeForm heir = heirs.get(kind + " " + title);
        return heir == null ? null : heir.title();
    }

    /** Whether a node is fed by others than before. */
    boolean isRewired(String kind, String title) {
        return rewired.contains(kind + " " + title);
    }
}
