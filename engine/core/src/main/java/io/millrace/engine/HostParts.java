package io.millrace.engine;

import io.millrace.event.DeadLetter;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.journal.Journal;
import io.millrace.journal.JournalException;
import io.millrace.journal.JournalFacts;
import io.millrace.journal.JournalLog;
import io.millrace.metric.DigestOptions;
import io.millrace.plan.Plan;
import io.millrace.plan.PlanOptions;
import io.millrace.plan.Planner;
import io.millrace.runtime.Core;
import io.millrace.runtime.Explaining;
import io.millrace.runtime.NodeCopies;
import io.millrace.runtime.Ports;
import io.millrace.state.Migration;
import io.millrace.topology.Topology;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What was bound and declared for a host; makes it. */
record HostParts(
        Topology topology,
        Map<Output<?>, List<Handover.Outlet>> outlets,
        Map<Output<?>, List<MetaReceiver<Object>>> early,
        List<Bindings.BoundSource<?>> sources,
        Map<Input<?>, Overflow<?>> overflow,
        Map<Input<?>, Answer> cannotDecide,
        Lookups lookups,
        Letters letters,
        Journaling journaling,
        HandedOver handedOver) {
    /** Where a journal is kept, so that each start and each replay is known to make the same. */
    private static final int DIGEST_EVERY = 1024;

    /** What becomes of dead letters. */
    record Letters(int kept, int keptBytes, Consumer<DeadLetter> listener) {
        static final Letters DEFAULT = new Letters(1024, 1 << 20, null);

        Letters withKept(int letters) {
            Checked.range("keep ", letters, " dead letters", 1, 1 << 20);
            return new Letters(letters, keptBytes, listener);
        }

        Letters withBytes(int bytes) {
            Checked.range("keep dead letters of ", bytes, " bytes", 0, 1 << 30);
            return new Letters(kept, bytes, listener);
        }

        Letters withListener(Consumer<DeadLetter> sees) {
            return new Letters(kept, keptBytes, sees);
        }
    }

    void requireBound() {
        List<String> wrong = new ArrayList<>();
        unbound(false, "outputs without a receiver: ", "bind each with output(..), or call discard(..)", wrong);
        unbound(true, "lookup ports without a lookup: ", "bind each port with lookup(port, ..)", wrong);
        if (!wrong.isEmpty()) {
            throw new IllegalStateException(topology + ": " + String.join("; ", wrong));
        }
    }

    private void unbound(boolean requests, String what, String cure, List<String> to) {
        List<Output<?>> all = outlets.keySet().stream()
                .filter(o -> outlets.get(o).isEmpty() && o.takesOneStream() == requests)
                .toList();
        if (!all.isEmpty()) {
            to.add(what + all + "; " + cure);
        }
    }

    /** For a rehearsal, where it is said who is not heard, without a journal. */
    Host host(PlanOptions how, NodeCopies copies, Unheard unheard, WarmUpReport report, Journal journal) {
        // a seed of its own for each engine: nobody can prepare keys that collide, and no result depends on it
        // form: random, the seed of hashes, on which no result depends
        long seed = new SecureRandom().nextLong();
        if (journal == null) {
            return host(how.withHashSeed(seed), copies, unheard, report, null, null, this::isFinite, false, null);
        }
        JournalFacts ours = Facts.of(topology, how, seed, this::isFinite, journaling.facts());
        Migration moves = journaling.migration();
        JournalLog log = Undisturbed.get(() -> moves == null ? journal.open(ours) : journal.openToMigrate(ours));
        try {
            requireTaken(log);
            Moving moving = moves == null ? null : Undisturbed.get(() -> Moving.of(log, ours, topology, moves));
            SeenLayouts seen = Undisturbed.get(() -> SeenLayouts.read(log));
            if (moving == null || !moving.changes()) { // what another topology takes over is laid out as that one says
                seen.requireRead(ours);
            }
            DigestOptions digest = how.digest().isOn() ? how.digest() : DigestOptions.every(DIGEST_EVERY);
            PlanOptions planned = how.withHashSeed(log.facts().hashSeed()).withDigest(digest);
            return host(planned, copies, null, report, log, moving, this::isFinite, false, null);
        } catch (Throwable t) {
            try {
                log.close();
            } catch (RuntimeException e) {
                t.addSuppressed(e);
            }
            throw t;
        }
    }

    /** Which layout is another one although its version is the same; null when none is, or the topology is another anyway. */
    String whyOtherLayouts(JournalLog log) {
        JournalFacts kept = log.facts();
        PlanOptions same = PlanOptions.fused().withStateBytes(Facts.stateBytes(kept));
        try {
            JournalFacts ours = Facts.of(topology, same, 0, i -> Facts.isFinite(kept, i), Map.of());
            return Facts.otherTopology(ours, kept) == null
                    ? SeenLayouts.read(log).differenceTo(ours)
                    : null;
        } catch (JournalException e) {
            return e.getMessage(); // that note is damaged, or what keeps state has no name
        }
    }

    /** An event that is longer than the journal takes would halt the engine once it came. */
    private void requireTaken(JournalLog log) {
        int largest = Core.largestEntry(topology);
        if (largest > log.longestEntry()) {
            throw new JournalException(topology + " has events that need "
                    + "entries of up to " + largest + " bytes, and its journal takes "
                    + "entries of at most " + log.longestEntry() + "; raise ArchiveJournal.termBytes (an "
                    + "entry may take an eighth of it), or make the largest event shorter");
        }
    }

    /** What becomes of a snapshot that another topology made: at least what needs no word. */
    Migration moves() {
        return journaling.migration() == null ? Migration.none() : journaling.migration();
    }

    /** What else than nodes differs from what a log says, as far as anything is said here; null when nothing does. */
    String whyOtherFacts(JournalLog log) {
        JournalFacts kept = log.facts();
        Map<String, String> said = journaling.facts().isEmpty() ? Facts.ofService(kept) : journaling.facts();
        try {
            JournalFacts ours =
                    Facts.of(topology, PlanOptions.fused(), 0, i -> ends(i, Facts.wasFinite(kept, moves(), i)), said);
            Facts.requireSaid(ours, kept, moves());
            return null;
        } catch (JournalException e) {
            return e.getMessage();
        }
    }

    /** What differs from what a log says, for a host that has no snapshot of it to take over; null when nothing does. */
    String whyOtherHost(JournalLog log, long stateBytes) {
        JournalFacts kept = log.facts();
        PlanOptions how = PlanOptions.fused().withStateBytes(stateBytes);
        JournalFacts ours = Facts.of(topology, how, 0, i -> ends(i, Facts.isFinite(kept, i)), journaling.facts());
        return journaling.facts().isEmpty() ? Facts.otherTopology(ours, kept) : ours.differenceTo(kept);
    }

    /**
     * Whether a log that is read is still that of another topology, whose snapshot the declared migration takes over; refuses what a start
     * would.
     */
    boolean takesOver(JournalLog log) {
        JournalFacts kept = log.facts();
        PlanOptions same = PlanOptions.fused().withStateBytes(Facts.stateBytes(kept));
        JournalFacts ours = Facts.of(topology, same, 0, i -> Facts.isFinite(kept, i), Map.of());
        String difference = Facts.otherTopology(ours, kept);
        if (difference == null) {
            return false;
        }
        if (journaling.migration() == null) {
            throw new JournalException("the journal belongs to "
                    + "another topology: " + difference + "; run the topology that wrote it, declare a "
                    + "migration of its snapshot (Journaling.migrate), or replay the whole journal with this "
                    + "topology (Replay.otherTopology, what-if)");
        }
        String why = whyOtherFacts(log);
        if (why != null) {
            throw new JournalException(why);
        }
        if (log.snapshot() < 0) {
            throw new JournalException("the journal belongs to "
                    + "another topology: " + difference + "; and there is no snapshot to migrate. Start the "
                    + "topology that wrote the journal and make a snapshot (Engine.makeSnapshot), or replay "
                    + "the whole journal with this topology (Replay.otherTopology, what-if)");
        }
        return true;
    }

    /**
     * For a replay, which has neither sources nor look-ups: all it needs to know of them stands in the log. It is run by one thread, and has one
     * stage; but where it goes on from a snapshot of an engine with several it has those, since each keeps what is its own.
     */
    Host replayed(PlanOptions how, JournalLog log, boolean otherTopology, long snapshot, Explaining explaining) {
        JournalFacts kept = log.facts();
        PlanOptions staged = HostState.stages(log, snapshot) > 1 ? how.withThreads() : how;
        PlanOptions same = staged.withStateBytes(otherTopology ? how.stateBytes() : Facts.stateBytes(kept));
        Predicate<Input<?>> finite = i -> otherTopology ? Facts.wasFinite(kept, moves(), i) : Facts.isFinite(kept, i);
        if (!otherTopology) {
            JournalFacts ours = Facts.of(topology, same, 0, finite, Map.of());
            Facts.requireSameTopology(ours, kept);
            SeenLayouts.read(log).requireRead(ours);
        }
        DigestOptions digest = how.digest().isOn() ? how.digest() : DigestOptions.every(DIGEST_EVERY);
        HostParts unbound = new HostParts(
                topology,
                outlets,
                Map.of(),
                List.of(),
                overflow,
                cannotDecide,
                Lookups.none(),
                letters,
                journaling,
                handedOver);
        NodeCopies copies = new NodeCopies(same.copies());
        // nobody is told where its time goes, and where some events are sampled the others are not watched
        PlanOptions seeded =
                same.withHashSeed(kept.hashSeed()).withDigest(digest).withBlameEvery(0);
        return unbound.host(seeded, copies, null, null, null, null, finite, true, explaining);
    }

    /** A second core beside a host, of the same plan: nobody but twins of its views hears of it, and it is run by one thread. */
    Host shadow(PlanOptions how, JournalLog log, Views views) {
        Map<Output<?>, List<Handover.Outlet>> nobody = new LinkedHashMap<>();
        topology.outputs().forEach(o -> nobody.put(o, new ArrayList<>()));
        views.shadow(nobody);
        Lookups asked = lookups.shadow(nobody);
        Letters unheardOf = new Letters(letters.kept(), letters.keptBytes(), null);
        HostParts unheard = new HostParts(
                topology,
                nobody,
                Map.of(),
                List.of(),
                overflow,
                cannotDecide,
                asked,
                unheardOf,
                journaling,
                handedOver);
        Predicate<Input<?>> finite = i -> Facts.isFinite(log.facts(), i);
        PlanOptions unmeasured = how.withBlameEvery(0); // what it works out is of the past, and told to nobody
        return unheard.host(unmeasured, new NodeCopies(how.copies()), null, null, null, null, finite, false, null);
    }

    /** Whether sources of an input end by themselves: those that are bound, or as it was where none are. */
    private boolean ends(Input<?> input, boolean ended) {
        return sources.stream().anyMatch(s -> s.input() == input) ? isFinite(input) : ended;
    }

    private boolean isFinite(Input<?> input) {
        return Bindings.areFinite(sources, input);
    }

    private Host host(
            PlanOptions how,
            NodeCopies copies,
            Unheard unheard,
            WarmUpReport report,
            JournalLog log,
            Moving moving,
            Predicate<Input<?>> finite,
            boolean replayed,
            Explaining explaining) {
        Plan plan = Planner.plan(topology, how);
        int largest = Core.largestEntry(topology);
        DeadLetters dead = new DeadLetters(topology, letters.kept(), letters.keptBytes(), largest);
        dead.listener(unheard == null ? letters.listener() : null);
        List<String> slots = moving != null
                ? moving.slots().names()
                : log == null
                        ? null
                        : Undisturbed.get(() -> OutputSlots.of(log, topology).names());
        Resumes resumes = log == null ? null : new Resumes(topology, slots, log.marks(), log.facts(), log.next());
        Sinks sinks = new Sinks(topology, dead, largest, plan::stageOf, unheard, resumes);
        try {
            Bindings bindings = bindings(sinks, resumes, dead, finite);
            Ports ports = explaining == null ? bindings : explaining.around(bindings);
            Core core = replayed ? Core.byNeed(plan, ports, copies) : new Core(plan, ports, copies);
            if (unheard != null) {
                core.markAll();
            }
            if (core.blames() != null) {
                core.blames().firstLive(sinks.firstLive());
            }
            Lookups asked = unheard == null ? lookups : Lookups.none();
            Journaled journal = log == null ? null : new Journaled(log, resumes, this, how, sinks.views(), moving);
            if (journal != null && journaling.makesSnapshots()) {
                journal.requireNobodyAnew("snapshotEvery(..)");
                journaling.requireCounted(log);
            }
            if (journal != null) {
                journal.requireAllForWhoMakesAnew();
            }
            HealthWatch watch = Host.watch(topology.name(), unheard != null);
            return new Host(core, bindings, dead, sinks, counts(), asked, report, journal, watch);
        } catch (Throwable t) {
            if (log != null) { // else nobody was asked for anything
                handedOver.toHost();
                sinks.abandon(t);
            }
            sinks.letGoOfViews();
            throw t;
        }
    }

    private Bindings bindings(Sinks sinks, Resumes resumes, DeadLetters dead, Predicate<Input<?>> finite) {
        Map<Output<?>, List<Handover>> receivers = new LinkedHashMap<>();
        outlets.forEach((output, bound) ->
                receivers.put(output, bound.stream().map(o -> o.open(sinks)).toList()));
        Bindings bindings = new Bindings(topology, dead, receivers, finite);
        if (resumes != null) {
            bindings.ports().forEach(p -> p.lettersIn(resumes.letters(p.output())));
        }
        early.forEach((output, them) ->
                bindings.port(output).early(sinks.early(output, them, resumes == null ? 0 : resumes.firstLive())));
        return bindings;
    }

    private List<InputCounts> counts() {
        List<InputCounts> counts = new ArrayList<>();
        for (Input<?> i : topology.inputs()) {
            counts.add(
                    new InputCounts(i, counts.size(), overflow.getOrDefault(i, Overflow.BLOCK), cannotDecide.get(i)));
        }
        return List.copyOf(counts);
    }
}
