package io.millrace.runtime;

import io.millrace.plan.Plan;
import io.millrace.runtime.TopologyForm.NodeForm;
import io.millrace.state.Migration;
import io.millrace.state.Moves;
import io.millrace.state.StateException;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.topology.TopologyNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Saves and loads a core between two entries: one section for what it is, one a stage, one a node, one for the digests. A node that was
 * renamed, is missing or has changed is refused by its name, and never ignored, unless a migration says what becomes of it.
 */
final class CoreState {
    private static final int VERSION = 2;
    private static final String CURE =
            "; run the topology that was saved, replay the log from its beginning, or declare a "
                    + "migration (Journaling.migrate)";

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

    private static String section(TopologyNode n) {
        return TopologyForm.kind(n) + " " + TopologyForm.title(n);
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
                    + " keep state that cannot be saved; let their nodes implement Saved");
        }
        requireRest();
        to.begin("core", VERSION);
        TopologyForm.of(plan, parts).save(to);
        to.end();
        for (StageRunner s : stages) {
            to.begin("stage " + s.plan().index(), VERSION);
            s.core().save(to);
            to.end();
        }
        for (TopologyNode n : plan.topology().nodes()) {
            to.begin(section(n), TopologyForm.version(n));
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
                throw new IllegalStateException("topology '" + plan.topology().name() + "': stage "
                        + s.plan().index()
                        + " is in the middle of an entry; save and load only between two "
                        + "entries, on the thread that runs all stages");
            }
        }
    }

    // ---- loading

    /** Answers what became of each node; without a migration it is the very same topology. */
    Adoption load(StateReader from, Migration how) {
        requireRest();
        if (stages.get(0).core().entries() != 0) {
            throw new IllegalStateException(
                    "topology '" + plan.topology().name() + "': this core has already evaluated "
                            + stages.get(0).core().entries() + " entries; load the state into a new core");
        }
        from.begin("core", VERSION);
        TopologyForm was = TopologyForm.read(from);
        TopologyForm is = TopologyForm.of(plan, parts);
        if (was.hashSeed() != is.hashSeed()) {
            throw from.refused("topology '" + was.topology() + "' was saved with the hash seed " + was.hashSeed()
                    + ", but this engine has " + is.hashSeed() + "; use the seed of the log");
        }
        Adoption adoption = Adoption.of(was, is, how == null ? Migration.none() : how);
        boolean same = was.nodes().equals(is.nodes()) && was.threads().equals(is.threads());
        if (how == null
                || same
                        && was.stateBytes() == is.stateBytes()
                        && adoption.refusals().isEmpty()) {
            requireSame(from, was, is);
            from.end();
            loadSame(from);
        } else {
            if (!adoption.refusals().isEmpty()) {
                throw from.refused("topology '" + was.topology() + "' has changed: " + words(adoption));
            }
            from.end();
            loadMoved(from, was, how, adoption);
        }
        stages.forEach(StageRunner::resume);
        return adoption;
    }

    Adoption foretell(StateReader from, Migration how) {
        from.begin("core", VERSION);
        Adoption adoption = Adoption.of(TopologyForm.read(from), TopologyForm.of(plan, parts), how);
        from.end();
        return adoption;
    }

    static int stagesSaved(StateReader from) {
        from.begin("core", VERSION);
        return TopologyForm.read(from).stages();
    }

    private static String words(Adoption adoption) {
        return String.join(
                "; ", adoption.refusals().stream().map(Object::toString).toList());
    }

    private static void requireSame(StateReader from, TopologyForm was, TopologyForm is) {
        List<String> differences = differences(was, is);
        if (!differences.isEmpty()) {
            throw from.refused(
                    "topology '" + was.topology() + "' has changed: " + String.join("; ", differences) + CURE);
        }
        if (!was.threads().equals(is.threads())) {
            throw from.refused(
                    "topology '" + was.topology() + "' was saved with its nodes on the threads " + was.threads()
                            + ", and now has them on " + is.threads() + "; run it with the same "
                            + "threads, or replay the log from its beginning");
        }
    }

    private static List<String> differences(TopologyForm was, TopologyForm is) {
        List<String> result = new ArrayList<>();
        for (NodeForm old : was.nodes()) {
            if (is.node(old.kind(), old.title()) == null) {
                result.add(old.word() + " '" + old.title() + "' is in the snapshot, but is now gone or renamed");
            }
        }
        for (NodeForm now : is.nodes()) {
            NodeForm old = was.node(now.kind(), now.title());
            if (old == null) {
                result.add(now.word() + " '" + now.title() + "' is new and is not in the snapshot");
            } else {
                String difference = difference(old, now);
                if (!difference.isEmpty()) { // where it stands is told of all together
                    result.add(now.word() + " '" + now.title() + "' has changed: " + difference);
                }
            }
        }
        if (result.isEmpty() && !titles(was).equals(titles(is))) {
            result.add("its nodes are in another order, " + titles(was) + " before and " + titles(is) + " now");
        }
        return result;
    }

    private static List<String> titles(TopologyForm of) {
        return of.nodes().stream().map(NodeForm::title).toList();
    }

    private static String difference(NodeForm old, NodeForm now) {
        List<String> result =
                FormDifference.of(old.words(), now.words(), (what, value) -> !what.equals(TopologyForm.STAGES));
        if (!old.word().equals(now.word())) {
            result.add(0, "its kind was " + old.word() + " and is now " + now.word());
        }
        if (old.version() != now.version()) {
            result.add("the version of its saved state was " + old.version() + " and is now " + now.version());
        }
        if (old.keeps() != now.keeps()) {
            result.add(old.keeps() ? "it kept state and no longer does" : "it now keeps state and did not before");
        }
        return String.join(", ", result);
    }

    private void loadSame(StateReader from) {
        for (StageRunner s : stages) {
            from.begin("stage " + s.plan().index(), VERSION);
            s.core().load(from);
            from.end();
        }
        for (TopologyNode n : plan.topology().nodes()) {
            from.begin(section(n), TopologyForm.version(n));
            parts.load(n.id(), from);
            from.end();
        }
        loadDigests(from, null);
    }

    /** Section by section as they were saved: some have an heir, of some is wanted only what others have part in. */
    private void loadMoved(StateReader from, TopologyForm was, Migration how, Adoption adoption) {
        for (StageRunner s : stages) {
            from.begin("stage " + s.plan().index(), VERSION);
            s.core().loadMoved(from, adoption);
            from.skip();
        }
        Moves.Shared shared = new Moves.Shared();
        for (NodeForm old : was.nodes()) {
            from.begin(old.section(), old.version());
            NodeForm heir = adoption.heir(old);
            int node = heir == null ? -1 : id(heir);
            parts.loadMoved(
                    node,
                    old,
                    from,
                    name -> adoption.now("operator", name),
                    shared,
                    part -> shared.begin(from, part, old.title(), how.rowsOf(heir.title())));
            shared.end(from);
            if (node >= 0 && old.keeps()) {
                from.end();
            } else {
                from.skip();
            }
        }
        loadDigests(from, adoption);
    }

    private int id(NodeForm of) {
        for (TopologyNode n : plan.topology().nodes()) {
            if (section(n).equals(of.section())) {
                return n.id();
            }
        }
        throw new IllegalStateException(of.section());
    }

    private void loadDigests(StateReader from, Adoption adoption) {
        from.begin("digests", VERSION);
        boolean saved = from.getBoolean();
        if (digests == null) {
            from.skip(); // nobody asks for them
            return;
        }
        if (!saved) {
            throw from.refused("it was saved without digests of the outputs, but digests are asked for, and "
                    + "those of earlier outputs would be missing; do not ask for digests, or replay the log "
                    + "from its beginning");
        }
        digests.load(from, name -> adoption == null ? name : adoption.now("output", name));
        from.end();
    }
}
