package io.millrace.runtime;

import io.millrace.event.Entry;
import io.millrace.event.Input;
import io.millrace.operator.NodeCounters;
import io.millrace.plan.EdgePlan;
import io.millrace.plan.Plan;
import io.millrace.plan.ShardRange;
import io.millrace.plan.StagePlan;
import io.millrace.state.Migration;
import io.millrace.state.Pages;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A topology as a state machine: what it compiles to. Entries in, outputs out; no threads, no clock, no I/O. Hosts drive it:
 * the inline host and the test driver the whole of it on one thread ({@link #process}), the live engine a stage at a time
 * ({@link #stages}).
 */
public final class Core {
    /** Of all stages together, and of each at least. */
    private static final int STOCK_PAGES = 64;

    /** In place of a number of pages. */
    private static final int BY_NEED = -1;

    private static final int LEAST_STOCK_PAGES = 8;

    private final Plan plan;
    private final StageRunner[] stages;

    /** The only one of a plan with one stage. */
    private final StageCore first;

    private final NodeParts nodeParts;
    private final List<Pages> pages;
    private final Digests digests;
    private final Blames blames;
    private final int largestEntry;

    /**
     * Builds all stages for a host without a housekeeping thread: pages of state are made when they are needed.
     *
     * @param plan how
     * @param host what the host provides
     */
    public Core(Plan plan, Ports host) {
        this(plan, host, new NodeCopies(plan.options().copies()), 0);
    }

    /**
     * Builds all stages, with a stock of pages for each, from the classes of nodes that another core of the same topology has had.
     *
     * @param plan   how
     * @param host   what the host provides
     * @param copies theirs
     */
    public Core(Plan plan, Ports host, NodeCopies copies) {
        this(plan, host, copies, STOCK_PAGES);
    }

    /**
     * Builds all stages for a replay, for which nobody waits: memory is taken as state grows.
     *
     * @param plan   how
     * @param host   what the host provides
     * @param copies theirs
     * @return no state yet
     */
    public static Core byNeed(Plan plan, Ports host, NodeCopies copies) {
        return new Core(plan, host, copies, BY_NEED);
    }

    private Core(Plan plan, Ports host, NodeCopies copies, int stockPages) {
        this.plan = plan;
        copies.begin();
        this.digests = plan.options().digest().isOn() ? new Digests(plan, host) : null;
        Ports watched = digests == null ? host : digests;
        int blameEvery = plan.options().blameEvery();
        this.blames = blameEvery == 0 ? null : new Blames(plan, blameEvery, watched, SampleClock::nanoTime);
        Ports ports = blames == null ? watched : blames;
        this.pages = pages(plan, stockPages);
        this.nodeParts = new NodeParts(plan.topology());
        plan.requireRoomForEdges(Runtime.getRuntime().maxMemory());
        Map<EdgePlan, EdgeRing> rings = new LinkedHashMap<>();
        for (EdgePlan e : plan.edges()) {
            rings.put(
                    e,
                    new EdgeRing(
                            e,
                            plan.topology()
                                    .nodes()
                                    .get(e.edge().from())
                                    .types()
                                    .get(e.edge().port())));
        }
        List<StageRunner> built = new ArrayList<>();
        for (StagePlan s : plan.stages()) {
            built.add(runner(s, copies, ports, rings, built));
        }
        this.stages = built.toArray(new StageRunner[0]);
        this.first = stages[0].core();
        this.largestEntry = largestEntry(plan.topology());
    }

    /** Each stage has a stock of its own, since one thread takes from it; where no node of it keeps state, an empty one. */
    private static List<Pages> pages(Plan plan, int stockPages) {
        long keepers = plan.stages().stream().filter(s -> keepsState(plan, s)).count();
        List<Pages> result = new ArrayList<>();
        for (StagePlan s : plan.stages()) {
            boolean has = stockPages > 0 && keepsState(plan, s);
            result.add(
                    stockPages == BY_NEED
                            ? Pages.byNeed()
                            : new Pages(has ? (int) Math.max(LEAST_STOCK_PAGES, stockPages / keepers) : 0));
        }
        return List.copyOf(result);
    }

    private static boolean keepsState(Plan plan, StagePlan s) {
        return s.nodes().stream().anyMatch(id -> plan.budgetBytes().get(id) > 0);
    }

    private StageRunner runner(
            StagePlan s, NodeCopies copies, Ports ports, Map<EdgePlan, EdgeRing> rings, List<StageRunner> before) {
        StageCore core = new StageBuilder(plan, copies, s, ports, rings, pages.get(s.index()), nodeParts).build();
        List<EdgeRing> out = new ArrayList<>();
        List<StageRunner> upstream = new ArrayList<>();
        for (EdgePlan e : plan.edges()) {
            if (e.from() == s.index()) {
                out.add(rings.get(e));
            }
            if (e.to() == s.index() && !upstream.contains(before.get(e.from()))) {
                upstream.add(before.get(e.from()));
            }
        }
        return new StageRunner(s, core, upstream, out);
    }

    /**
     * The size that slots of an input ring need.
     *
     * @param topology what will run
     * @return bytes
     */
    public static int largestEntry(Topology topology) {
        int most = 0;
        for (Input<?> i : topology.inputs()) {
            most = Math.max(most, i.type().maxLength());
        }
        return Entry.MAX_HEADER_LENGTH + most;
    }

    /**
     * Evaluates one entry on the calling thread. Only for a plan with one stage.
     *
     * @param q      its place in the order, one more than the last
     * @param bytes  its bytes
     * @param offset where they begin
     */
    public void process(long q, byte[] bytes, int offset) {
        first.process(q, bytes, offset);
    }

    /**
     * Evaluates one entry by all stages in turn, on the calling thread.
     *
     * @param q      its place in the order, one more than the last
     * @param bytes  its bytes
     * @param offset where they begin
     */
    public void processByAll(long q, byte[] bytes, int offset) {
        for (int stage = 0; stage < stages.length; stage++) {
            if (!tryStage(stage, q, bytes, offset)) {
                throw new IllegalStateException(
                        "stage " + stage + " has no room for entry " + q); // rings hold one at least
            }
            publishStage(stage);
        }
    }

    // ---- saved and loaded

    /**
     * Writes its whole state, as several sections: to be called between two entries by the thread that runs all stages. A core of
     * the same plan that loads it goes on as this one would.
     *
     * @param to where to; may get further sections of the caller, and is to be finished by it
     * @throws io.millrace.state.StateException when a node keeps state and does not say how it is saved, see {@link #unsaved}
     * @throws IllegalStateException when stages are in the middle of an entry
     */
    public void save(StateWriter to) {
        state().save(to);
    }

    /**
     * Takes the state that another core has saved. This one has to be new; the next entry it is given is that at {@link
     * #entries}. When this throws, the core is of no further use.
     *
     * @param from where from; further sections of who saved it are left
     * @throws io.millrace.state.StateException when it is damaged or of another topology, plan or seed: names the operator
     */
    public void load(StateReader from) {
        state().load(from, null);
    }

    /**
     * Takes the state that a core of another topology has saved.
     *
     * @param from where from; further sections of who saved it are left
     * @param how  what becomes of what; null where it has to be the same topology
     * @return what became of each node
     * @throws io.millrace.state.StateException when some cannot be taken over: names all of them, and the cures
     */
    public Adoption load(StateReader from, Migration how) {
        return state().load(from, how);
    }

    /**
     * Says what would become of each node; nothing is loaded.
     *
     * @param from where from: behind it all is read that was saved of what the core is
     * @param how  what becomes of what
     * @return what would become of each node
     */
    public Adoption foretell(StateReader from, Migration how) {
        return state().foretell(from, how);
    }

    /**
     * How many stages had the core that was saved.
     *
     * @param from where from, as for {@link #load}: nothing can be read from it behind that
     * @return 1 or more
     */
    public static int stagesSaved(StateReader from) {
        return CoreState.stagesSaved(from);
    }

    /**
     * Which nodes keep state and do not say how it is saved.
     *
     * @return in words; empty when the core can be saved
     */
    public List<String> unsaved() {
        return state().unsaved();
    }

    /**
     * How many entries it has evaluated, those before it was loaded included. For a host that runs all on one thread.
     *
     * @return the place of the next entry, where the first was at 0
     */
    public long entries() {
        return first.entries();
    }

    private CoreState state() {
        return new CoreState(plan, List.of(stages), nodeParts, digests);
    }

    /** The most entries that {@link #lookAhead} takes. */
    public static final int LOOK_AHEAD_MAX = LookAhead.ENTRIES_MAX;

    /**
     * Whether it pays now to read ahead: there is state by key that has outgrown the caches near a core. For the thread of the
     * stage.
     *
     * @param stage 0, 1, …
     * @return false while a call of {@link #lookAhead} would cost more than it brings
     */
    public boolean looksAhead(int stage) {
        return stages[stage].core().looksAhead();
    }

    /**
     * Reads ahead what entries that are about to be processed will ask for. Changes no result. For the thread of the stage.
     *
     * @param stage   0, 1, …
     * @param bytes   holds the entries
     * @param offsets where they begin
     * @param n       how many there are, at most {@link #LOOK_AHEAD_MAX}
     */
    public void lookAhead(int stage, byte[] bytes, int[] offsets, int n) {
        stages[stage].core().lookAhead(bytes, offsets, n);
    }

    /**
     * Whether something due waits to be fired: a host that has no input publishes a continue entry.
     *
     * @return true while an agenda is behind; for a plan with one stage
     */
    public boolean isBehind() {
        return first.isBehind();
    }

    /**
     * The same of one of several stages. For the thread of that stage.
     *
     * @param stage 0, 1, …
     * @return true while an agenda is behind
     */
    public boolean isBehind(int stage) {
        return stages[stage].core().isBehind();
    }

    /**
     * Whether an input with event time may still bring something. For the thread of the stage.
     *
     * @param stage 0, 1, …
     * @return false when all of them have ended, and where there is none
     */
    public boolean isOpen(int stage) {
        return stages[stage].core().isOpen();
    }

    /** All that goes through it is marked as not real, what fires too. Before the first entry. */
    public void markAll() {
        List.of(stages).forEach(s -> s.core().markAll());
    }

    /**
     * Whether something in it is measured by the host's clock, so that it needs ticks whatever its inputs.
     *
     * @return true where a deadline follows the clock
     */
    public boolean followsClock() {
        for (StageRunner s : stages) {
            if (s.core().followsClock()) {
                return true;
            }
        }
        return false;
    }

    /**
     * The smallest due time of what is set.
     *
     * @return nanoseconds of event time, {@link Long#MAX_VALUE} when nothing is; for a plan with one stage
     */
    public long nextDueNs() {
        return first.nextDueNs();
    }

    /**
     * The clock at which a tick would make something due, if no event comes before: for a plan with one stage.
     *
     * @return nanoseconds since the epoch; {@link Long#MAX_VALUE} when no tick would, because nothing is due or a source that
     *     does not follow the clock holds it
     */
    public long nextTickNs() {
        return nextTickNs(0);
    }

    /**
     * The same of one of several stages. For the thread of that stage.
     *
     * @param stage 0, 1, …
     * @return nanoseconds since the epoch, or {@link Long#MAX_VALUE}
     */
    public long nextTickNs(int stage) {
        return stages[stage].core().nextTickNs();
    }

    /**
     * The plan it runs.
     *
     * @return the plan
     */
    public Plan plan() {
        return plan;
    }

    /**
     * How many stages there are, each to be run by one thread.
     *
     * @return 1 or more
     */
    public int stageCount() {
        return stages.length;
    }

    /**
     * Evaluates an entry in one stage, if the stages before it are done with it and there is room behind it. Never waits; when
     * it answers false, what the stage is done with has been published. For the thread of that stage.
     *
     * @param stage  0, 1, …
     * @param q      the entry's place in the order, one more than the last one of this stage
     * @param bytes  its bytes
     * @param offset where they begin
     * @return true when it has been evaluated
     */
    public boolean tryStage(int stage, long q, byte[] bytes, int offset) {
        return stages[stage].tryProcess(q, bytes, offset);
    }

    /**
     * Whether {@link #tryStage} would evaluate an entry now. For the thread of the stage.
     *
     * @param stage 0, 1, …
     * @param q     the entry's place in the order, one more than the last one of this stage
     * @return false while the stages before it are not done with it, or a ring behind it has no room
     */
    public boolean mayBegin(int stage, long q) {
        return stages[stage].mayBegin(q);
    }

    /**
     * Publishes what a stage is done with: at least once a batch, and before its thread waits.
     *
     * @param stage 0, 1, …
     */
    public void publishStage(int stage) {
        stages[stage].publishDone();
    }

    /**
     * The digests of the outputs.
     *
     * @return null where none are kept
     */
    public Digests digests() {
        return digests;
    }

    /**
     * Where the time of sampled events goes.
     *
     * @return null where that is not measured
     */
    public Blames blames() {
        return blames;
    }

    /**
     * The counters of all nodes. For a host that runs all on one thread.
     *
     * @return by id; where keys are divided among shards, a copy of the sum of all
     */
    public NodeCounters[] counters() {
        NodeCounters[] all = nodeParts.counters().clone();
        for (int i = 0; i < all.length; i++) {
            if (all[i] == null) {
                all[i] = NodeFlows.zero(plan.topology().nodes().get(i));
                nodeParts.copy(i, ShardRange.ALL, all[i]);
            }
        }
        return all;
    }

    /**
     * Copies what a stage counts of a node. For the thread of the stage; allocates nothing.
     *
     * @param stage 0, 1, …
     * @param node  its id
     * @param into  takes it over
     */
    public void copyCounters(int stage, int node, NodeCounters into) {
        nodeParts.copy(node, plan.stages().get(stage).shards(), into);
    }

    /**
     * The state that a node holds, free places of taken pages included. For a host that runs all on one thread.
     *
     * @param node its id
     * @return bytes
     */
    public long stateBytes(int node) {
        return nodeParts.stateBytes(node, ShardRange.ALL);
    }

    /**
     * The same of the part of it that a stage runs. For the thread of that stage.
     *
     * @param stage 0, 1, …
     * @param node  its id
     * @return bytes
     */
    public long stateBytes(int stage, int node) {
        return nodeParts.stateBytes(node, plan.stages().get(stage).shards());
    }

    /**
     * How far a source is behind: a live one behind the clock of the last tick, a historic one behind the source that is
     * furthest.
     *
     * @param source its number
     * @return nanoseconds; 0 when it is not behind or has ended, -1 when that is not known
     */
    public long sourceLagNs(int source) {
        return first.lagNs(source);
    }

    /**
     * The memory of all operators of a stage.
     *
     * @param stage 0, 1, …
     * @return a stock of pages
     */
    public Pages pages(int stage) {
        return pages.get(stage);
    }

    /** Fills the stocks of pages; for one housekeeping thread. */
    public void refillPages() {
        pages.forEach(Pages::refill);
    }

    /**
     * The size that slots of the input ring need.
     *
     * @return bytes
     */
    public int largestEntry() {
        return largestEntry;
    }

    /**
     * The number of an input, as entries carry it.
     *
     * @param input one of the topology's
     * @return 0, 1, …
     * @throws IllegalArgumentException when it is not one of them; names those that are
     */
    public int source(Input<?> input) {
        List<Input<?>> inputs = plan.topology().inputs();
        for (int i = 0; i < inputs.size(); i++) {
            if (inputs.get(i) == input) {
                return i;
            }
        }
        throw new IllegalArgumentException("input " + input.name() + " is not one of " + plan.topology()
                + ", which has " + inputs + "; use the same constant as in the topology");
    }

    /**
     * The progress of a source.
     *
     * @param source its number
     * @return nanoseconds, exclusive; read by the stage's thread
     */
    public long sourceProgressNs(int source) {
        return first.intakes()[source].time().progressNs();
    }

    /**
     * The events a source has brought.
     *
     * @param source its number
     * @return how many were taken in; read by the stage's thread
     */
    public long sourceEvents(int source) {
        return first.intakes()[source].in();
    }

    /**
     * The events of a source that were refused as too far ahead.
     *
     * @param source its number
     * @return how many; read by the stage's thread
     */
    public long sourceAhead(int source) {
        return first.intakes()[source].ahead();
    }

    /**
     * The events of a source that were dropped before they got a place.
     *
     * @param source its number
     * @return how many the order tells of; read by the stage's thread
     */
    public long sourceDropped(int source) {
        return first.intakes()[source].dropped();
    }

    /**
     * The events of a source that were replaced by a later one of their key before they got a place.
     *
     * @param source its number
     * @return how many the order tells of; read by the stage's thread
     */
    public long sourceConflated(int source) {
        return first.intakes()[source].conflated();
    }

    /**
     * Makes dead letters of the historic events that are set aside as too far ahead: the host closes, which is no end of
     * input, and nothing more can make their jump real. For the thread of the stage, behind its last entry.
     *
     * @param stage 0, 1, …
     */
    public void refuseSetAside(int stage) {
        stages[stage].core().refuseAllAside();
    }

    /**
     * Refuses a plan with several stages where one is needed.
     *
     * @param host the host, for the message
     */
    public void requireOneStage(String host) {
        if (stages.length != 1) {
            throw new TopologyException(
                    plan.topology().name(),
                    List.of("it was planned for " + stages.length + " stages, but " + host
                            + " runs only one; plan it for one stage"));
        }
    }
}
