package io.millrace.examples.journal;

import io.millrace.cli.Nearest;
import io.millrace.engine.Engine;
import io.millrace.engine.Journaling;
import io.millrace.engine.Replay;
import io.millrace.engine.Setup;
import io.millrace.journal.JournalFacts;
import io.millrace.journal.JournalLog;
import io.millrace.state.Migration;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyProvider;
import io.millrace.transport.journal.ArchiveJournal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** A journal, and the topologies that can be run over it: those of this class path, and those of the user's. */
final class Recorded {
    /** What is said of it where the topology has to be the one that wrote the journal. */
    static final String SETTING =
            "an option of the topology that the journal does not keep, such as the file of a model";

    private static final String BUDGET = "state budget";

    private final Path directory;
    private final JournalFacts facts;
    private final long since;

    /** The first entry that is left. */
    private final long first;

    /** The entry behind the last one, when it was opened. */
    private final long next;

    private final List<TopologyProvider> providers;

    /** Of each topology, what becomes of a snapshot of the one before it, as its provider says. */
    private final Map<Topology, Migration> migrations = new IdentityHashMap<>(); // form: hash-ordered, never iterated

    private Recorded(Path directory, JournalLog log, List<TopologyProvider> providers) {
        this.directory = directory;
        facts = log.facts();
        since = log.since();
        first = log.first();
        next = log.next();
        this.providers = providers;
    }

    /**
     * Reads what a journal says of itself.
     *
     * @param classPath where else providers are looked for, first; or null
     */
    static Recorded open(String directory, String classPath) throws IOException {
        Path path = Path.of(directory);
        List<TopologyProvider> providers = Providers.of(classPath);
        if (!Files.isDirectory(path)) {
            throw new IOException("there is no journal in " + directory
                    + (Files.exists(path) ? ", which is a file" : "")
                    + "; name the directory that a run was given with --journal");
        }
        try (JournalLog log = ArchiveJournal.in(path).openToRead()) {
            return new Recorded(path, log, providers);
        }
    }

    /** Which entries can be replayed, in words, where the first of them is known. */
    String extent(long lowest) {
        if (lowest < next) {
            return "entries " + lowest + " to " + (next - 1) + " can be replayed; ask for some of these";
        }
        return "the journal has no entries" + (lowest > 0 ? " that can be replayed" : "");
    }

    /** Why those below the first that can be replayed are not, and what can be done. */
    String below(long lowest) {
        return "entries below " + lowest + " were given up, or are of another topology; "
                + (first > 0
                        ? "put older files back beside the journal, or take the build that has the topology that wrote them"
                        : isRunByAnother()
                                ? "what-if runs them, too"
                                : "replay them with the build that has the topology that wrote them");
    }

    ArchiveJournal journal() {
        return ArchiveJournal.in(directory);
    }

    /** The topology that wrote the journal: of its name, unless another is given; as it was, or changed. */
    Topology topology(String name, Map<String, String> changes) throws IOException {
        return of(provider(name == null ? facts.topology() : name, name == null), changes);
    }

    /** The same where nothing may be changed: what the journal keeps of an option, nobody may want otherwise. */
    Topology asWritten(String name, Map<String, String> settings) throws IOException {
        Topology topology = topology(name, settings);
        for (Map.Entry<String, String> set : settings.entrySet()) {
            String was = facts.facts().get(Topology.OPTION_FACT + set.getKey());
            if (!Objects.equals(was, topology.options().get(set.getKey()))) {
                throw new IOException(Settings.text(Map.ofEntries(set)) + ": the journal was written with"
                        + (was == null ? "out " + set.getKey() : " " + set.getKey() + "=" + was)
                        + "; leave it out, or let what-if say what would have come out");
            }
        }
        return topology;
    }

    /** The label that the topology of the journal names; or null. */
    String label() throws IOException {
        return provider(facts.topology(), true).label();
    }

    /**
     * The topology that wrote the journal, to be set beside one of a class path: where that has one of the same name, it is the one that this
     * build has, if it has any. Where there is one only it is both, which is said: nobody is to take that for no difference.
     */
    Topology before(String beside) throws IOException {
        int found = facts.topology().equals(beside) ? names().indexOf(beside) : -1;
        if (found >= 0 && found == names().lastIndexOf(beside)) {
            System.err.println("millrace what-if: --topology " + beside
                    + ": is the name of that of the journal, and the only one of it: set beside itself; give the changed one a"
                    + " name of its own, and the jars of both to --classpath");
        }
        return of(found < 0 ? provider(facts.topology(), true) : providers.get(found), Map.of());
    }

    private Topology of(TopologyProvider provider, Map<String, String> changes) {
        Topology topology = made(provider, changes);
        migrations.put(topology, provider.migration());
        return topology;
    }

    /** With the options that the journal keeps; one of another name that cannot be made with these, without them. */
    private Topology made(TopologyProvider provider, Map<String, String> changes) {
        Map<String, String> kept = facts.facts();
        try {
            return provider.recorded(kept, changes);
        } catch (IllegalArgumentException e) { // of an option that it does not have, or not with that value
            Map<String, String> options = new LinkedHashMap<>(kept);
            options.keySet().removeIf(name -> !name.startsWith(Topology.OPTION_FACT));
            if (options.isEmpty() || provider.name().equals(facts.topology())) {
                throw said(options, changes, e);
            }
            Map<String, String> without = new LinkedHashMap<>(kept);
            without.keySet().removeAll(options.keySet());
            try {
                return provider.recorded(without, changes);
            } catch (IllegalArgumentException again) {
                throw said(Map.of(), changes, again); // which is not about what the journal keeps
            }
        }
    }

    private static IllegalArgumentException said(
            Map<String, String> kept, Map<String, String> changes, IllegalArgumentException e) {
        String with = changes.isEmpty() ? kept.isEmpty() ? null : "the journal keeps " + kept : Settings.text(changes);
        return with == null ? e : new IllegalArgumentException(with + ": " + e.getMessage(), e);
    }

    private List<String> names() {
        return providers.stream().map(TopologyProvider::name).toList();
    }

    private TopologyProvider provider(String wanted, boolean ofJournal) throws IOException {
        List<String> names = names();
        int found = names.lastIndexOf(wanted); // those of the user's path come behind those of this build
        if (found < 0) {
            String nearest = Nearest.near(wanted, names)
                    .map(n -> "; the nearest is " + n)
                    .orElse("");
            throw new IOException((ofJournal ? directory + ": the journal of topology " : "--topology: ") + wanted
                    + ", which no provider offers" + nearest + "; there is "
                    + names.stream().distinct().collect(Collectors.joining(", "))
                    + "; name the jar that has it with --classpath, and its name with --topology");
        }
        return providers.get(found);
    }

    /**
     * A replay that is set beside another, of a changed topology or of that of the journal: both begin at the same entry. Where the
     * topology took the journal over from one before, it would begin behind what that has worked out, and the other at the first entry:
     * so it is one of another there, too. Where older entries have been given up both begin with the oldest snapshot.
     */
    Replay beside(Replay replay, boolean changed) {
        return (changed || isRunByAnother() ? replay.otherTopology() : replay).fromOldestSnapshot();
    }

    /** Whether entries that one topology has worked out are run by the one that took over from it: a snapshot has another state then. */
    boolean isRunByAnother() {
        return since > 0 && first == 0;
    }

    /** Binds nothing yet; for {@link #beside}. */
    Setup setupBeside(Topology topology) {
        return first > 0 ? takingOver(topology) : setup(topology);
    }

    /** Binds nothing yet; takes over the snapshot of a topology before it, by what its provider says of that. */
    Setup takingOver(Topology topology) {
        return setup(topology).journal(journal(), Journaling.plain().migrate(migrations.get(topology)));
    }

    /** Binds nothing yet; with as much state as the run had that was recorded. */
    Setup setup(Topology topology) {
        Setup setup = Engine.of(topology);
        String budget = facts.facts().get(BUDGET);
        return budget == null ? setup : setup.stateBudget(Long.parseLong(budget.replaceAll("\\D", "")));
    }
}
