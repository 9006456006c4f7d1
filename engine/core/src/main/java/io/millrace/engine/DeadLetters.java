package io.millrace.engine;

import io.millrace.event.DeadLetter;
import io.millrace.event.Entry;
import io.millrace.event.Reason;
import io.millrace.operator.Firing;
import io.millrace.operator.Flow;
import io.millrace.runtime.DeadLetterPort;
import io.millrace.runtime.EntryEncoder;
import io.millrace.runtime.KeptLetter;
import io.millrace.state.Migration;
import io.millrace.state.StateReader;
import io.millrace.state.StateWriter;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The events that an engine could not take or process. It counts all letters by node and reason, and keeps the last
 * ones whole, up to a declared number and size ({@link Setup#keepDeadLetters}, {@link Setup#keepDeadLetterBytes}), to
 * be listed and redriven.
 *
 * <p><b>Threads.</b> All methods may be called by any number of threads while the engine runs, for example from an
 * admin endpoint. The engine's threads leave letters by copying bytes under a short lock; they format nothing. Listing
 * and redriving hold that lock for one event at a time. So each listed letter is a whole copy, and each number of
 * {@link #counts} is true, but together they are of one moment only while nothing fails. If two threads redrive at
 * once, each event is published by one of them.
 */
public final class DeadLetters {
    private final Topology topology;
    private final LetterStore kept;
    private final long[][] counts;
    private long total;
    private Consumer<DeadLetter> listener;

    /** What a listener is shown: one for each thread that leaves letters. */
    private final ThreadLocal<KeptLetter> shown;

    private Redriver redriver;
    private long watched = -1;
    private Reason watchedWhy;
    private int watchedNode;

    /** The nodes of a snapshot by their numbers there, while it is loaded; -1 for a node that is gone. */
    private int[] nodesNow;

    /** Publishes an entry again. */
    interface Redriver {
        void redrive(byte[] bytes, int offset, int length);
    }

    DeadLetters(Topology topology, int keep, int keepBytes, int largestEntry) {
        this.topology = topology;
        this.kept = new LetterStore(keep, keepBytes, Math.max(largestEntry, EntryEncoder.KEPT_ENTRY));
        this.counts = new long[topology.nodes().size()][Reason.values().length];
        this.shown = ThreadLocal.withInitial(
                () -> new KeptLetter(topology, Math.max(largestEntry, EntryEncoder.KEPT_ENTRY)));
    }

    void listener(Consumer<DeadLetter> listens) {
        listener = listens;
    }

    void redriver(Redriver redrives) {
        redriver = redrives;
    }

    void letter(long sequence, int node, Reason reason, String detail, Throwable cause, byte[] entry, int offset) {
        see(sequence, node, reason);
        keep(sequence, node, reason, detail, cause, entry, offset);
    }

    void letter(Flow flow, int node, Reason reason, String detail, Throwable cause) {
        if (flow.firing() != null) {
            firing(flow.sequence(), node, reason, detail, cause, flow.firing());
            return;
        }
        see(flow.ownSequence(), node, reason); // of those set aside only the caller's own is watched
        keep(flow.sequence(), node, reason, detail, cause, flow.entry(), flow.entryOffset());
    }

    void result(Flow flow, int node, Reason reason, String detail, Throwable cause, long dueNs) {
        if (flow.firing() == null) {
            see(flow.ownSequence(), node, reason);
        }
        synchronized (this) {
            count(node, reason);
        }
        kept.addResult(flow, node, reason, detail, cause, dueNs);
        if (listener != null) {
            KeptLetter letter = shown.get();
            letter.fill(flow.sequence(), node, reason, detail, cause, null, 0);
            if (flow.firing() != null) {
                letter.firing(flow.firing());
            }
            letter.result(flow, dueNs);
            tell(letter);
        }
    }

    /** Where the nodes of a host leave their letters. */
    DeadLetterPort port() {
        return new Port();
    }

    private final class Port implements DeadLetterPort {
        @Override
        public void letter(
                long sequence, int node, Reason reason, String detail, Throwable cause, byte[] entry, int offset) {
            DeadLetters.this.letter(sequence, node, reason, detail, cause, entry, offset);
        }

        @Override
        public void letter(Flow flow, int node, Reason reason, String detail, Throwable cause) {
            DeadLetters.this.letter(flow, node, reason, detail, cause);
        }

        @Override
        public void result(Flow flow, int node, Reason reason, String detail, Throwable cause, long dueNs) {
            DeadLetters.this.result(flow, node, reason, detail, cause, dueNs);
        }

        @Override
        public void firing(long sequence, int node, Reason reason, String detail, Throwable cause, Firing firing) {
            DeadLetters.this.firing(sequence, node, reason, detail, cause, firing);
        }
    }

    private void keep(
            long sequence, int node, Reason reason, String detail, Throwable cause, byte[] entry, int offset) {
        synchronized (this) {
            count(node, reason);
        }
        kept.add(sequence, node, reason, detail, cause, entry, offset, null);
        if (listener != null) {
            KeptLetter letter = shown.get();
            letter.fill(sequence, node, reason, detail, cause, entry, offset);
            tell(letter);
        }
    }

    private synchronized void see(long sequence, int node, Reason reason) {
        if (sequence == watched
                && watchedWhy == null
                && topology.nodes().get(node).output() == null) {
            watchedWhy = reason;
            watchedNode = node;
        }
    }

    /** Watches whether an entry that is about to be evaluated becomes a dead letter before it reaches an output. */
    synchronized void watch(long sequence) {
        watched = sequence;
        watchedWhy = null;
    }

    /** What became of the watched entry, in words; null if it made no dead letter. */
    synchronized String watched() {
        watched = -1;
        return watchedWhy == null
                ? null
                : "it is a dead letter at " + topology.nodes().get(watchedNode).name() + ": " + watchedWhy.text();
    }

    void firing(long sequence, int node, Reason reason, String detail, Throwable cause, Firing firing) {
        synchronized (this) {
            count(node, reason);
        }
        kept.add(sequence, node, reason, detail, cause, null, 0, firing);
        if (listener != null) {
            KeptLetter letter = shown.get();
            letter.fill(sequence, node, reason, detail, cause, null, 0);
            letter.firing(firing);
            tell(letter);
        }
    }

    private void count(int node, Reason reason) {
        total++;
        counts[node][reason.ordinal()]++;
    }

    /** The listener is user code, and a dead letter must not become a reason to halt. */
    private void tell(DeadLetter letter) {
        try {
            listener.accept(letter);
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable t) {
            assert t != null; // counted and kept it is already
        }
    }

    /**
     * Returns the number of all dead letters, kept or not.
     *
     * @return since the start or, with a journal, since the journal began
     */
    public synchronized long total() {
        return total;
    }

    /**
     * Returns the number of dead letters of one reason, over all nodes.
     *
     * @param reason the reason
     * @return counted as {@link #total()}
     */
    public synchronized long total(Reason reason) {
        long sum = 0;
        for (long[] byReason : counts) {
            sum += byReason[reason.ordinal()];
        }
        return sum;
    }

    /**
     * Returns the counts by node and reason, without zeros.
     *
     * @return keys such as {@code filter@Fraud.java:12 operator-error}, with the number of letters
     */
    public Map<String, Long> counts() {
        Map<String, Long> result = new TreeMap<>();
        for (int n = 0; n < counts.length; n++) {
            for (Reason r : Reason.values()) {
                long count = counted(n, r);
                if (count > 0) {
                    result.put(topology.nodes().get(n).name() + " " + r.text(), count);
                }
            }
        }
        return result;
    }

    private synchronized long counted(int node, Reason reason) {
        return counts[node][reason.ordinal()];
    }

    /**
     * Returns the last letters, oldest first. If several threads leave letters (stages, blocking sinks, sources), their
     * order, and which of them are still kept at the bound, depends on timing; the counts are the same in each run.
     *
     * @param most how many at most
     * @return copies
     */
    public List<DeadLetter> last(int most) {
        ArrayDeque<DeadLetter> result = new ArrayDeque<>();
        for (long n = kept.newest(); n >= kept.oldest() && result.size() < most; n--) {
            KeptLetter letter = kept.copy(topology, n);
            if (letter != null) {
                result.addFirst(letter);
            }
        }
        return List.copyOf(result);
    }

    /**
     * Publishes the events of the kept letters of a node again, each once, as new entries marked as redriven. They go
     * through the whole topology: operators before the failing one, and beside it, see them again, and those with state
     * count them twice. {@link DeadLetter#countedBy} names these, and {@link #redriveUncounted} refuses such events.
     * The exact repair is to fix the cause and run the journal again.
     *
     * <p>The letters of a published event are removed, including those at other nodes; if it fails again, it leaves a
     * new letter. Letters whose event could not be published are kept. Letters of firings ({@link DeadLetter#fired})
     * and of results ({@link DeadLetter#ofResult}) stay, since they have no event to publish.
     *
     * <p>With a journal, redriven events stay redriven after a restart, and letters from before a snapshot are part of
     * it, as far as they are of entries that the journal has. Letters of receivers, and of events that were refused
     * before they had a place in the order, are in memory only. At a restart, a redriven event is matched with the
     * oldest letter whose event has the same bytes. So among equal events (with equal intended times) at several nodes,
     * another letter may be kept than before; an event that a publisher itself marks as redriven is matched in the same
     * way.
     *
     * @param node the name of the node
     * @return how many events were published
     * @throws IllegalArgumentException if there is no such node; the message lists the nodes that have letters
     * @throws IllegalStateException if there is no room, and the caller is a receiver, or a sink for which the engine
     *     waits: the engine would wait for itself
     * @throws io.millrace.event.RefusedException if the journal of an inline host accepts nothing for
     *     {@link Setup#stopDeadline}; what was not published is kept
     * @throws EngineStoppedException if the engine has been closed or has halted
     */
    public long redrive(String node) {
        return publish(node(node), kept.newest());
    }

    /**
     * Publishes the events of the kept letters of a node again, as {@link #redrive} does, but none of them if one has
     * already been counted by an operator with state.
     *
     * @param node the name of the node
     * @return how many events were published
     * @throws IllegalArgumentException as {@link #redrive}
     * @throws IllegalStateException if an event would count twice (the message names it and the operator), and as
     *     {@link #redrive}
     * @throws io.millrace.event.RefusedException as {@link #redrive}
     * @throws EngineStoppedException as {@link #redrive}
     */
    public long redriveUncounted(String node) {
        int wanted = node(node);
        long newest = kept.newest(); // what comes meanwhile has not been looked at
        for (long n = kept.oldest(); n <= newest; n++) {
            KeptLetter letter = kept.isOf(n, wanted) ? kept.copy(topology, n) : null;
            if (letter != null) {
                letter.requireUncounted();
            }
        }
        return publish(wanted, newest);
    }

    private int node(String name) {
        TopologyNode wanted = topology.node(name);
        if (wanted == null) {
            Map<String, Long> all = counts();
            throw new IllegalArgumentException("there is no node named '" + name + "'; "
                    + (all.isEmpty()
                            ? "there are no dead letters"
                            : "there are dead letters at " + all
                                    + "; give the name that stands in front of the reason"));
        }
        return wanted.id();
    }

    private long publish(int node, long newest) {
        List<Taken> again = take(node, newest);
        int published = 0;
        try {
            for (Taken t : again) {
                Entry.markRedriven(t.letter.entry(), 0);
                redriver.redrive(t.letter.entry(), 0, t.letter.entryLength());
                published++;
            }
        } finally {
            again.subList(published, again.size()).forEach(t -> kept.putBack(t.numbers));
        }
        return published;
    }

    /**
     * Takes all at once, before the first is redriven: an event that fails again may take the place of those that wait.
     */
    private List<Taken> take(int node, long newest) {
        List<Taken> result = new ArrayList<>();
        for (long n = kept.oldest(); n <= newest; n++) {
            KeptLetter letter = kept.isOf(n, node) ? kept.copy(topology, n) : null;
            long[] numbers = letter != null && letter.hasEvent() ? kept.takeOutEvent(n) : new long[0];
            if (numbers.length > 0) {
                result.add(new Taken(numbers, letter));
            }
        }
        return result;
    }

    /** A copy of a letter of an event whose letters have all been removed, unless they are put back. */
    private record Taken(long[] numbers, KeptLetter letter) {}

    /**
     * Called while a journal is worked out: if an entry is a redriven event, its letter is removed, as when it was
     * published.
     */
    void see(byte[] entry, int offset) {
        if (Entry.redriven(entry, offset)) {
            kept.takeOutEvent(kept.oldestLike(entry, offset));
        }
    }

    // ---- saved and loaded

    synchronized void save(StateWriter to) {
        to.putLong(total);
        to.putInt(counts.length);
        for (int n = 0; n < counts.length; n++) {
            to.putText(title(topology.nodes().get(n)));
            to.putLongs(counts[n], counts[n].length);
        }
    }

    /** Adds the letters that receivers made before the start. */
    synchronized void add(int node, long letters) {
        total += letters;
        counts[node][Reason.OPERATOR_ERROR.ordinal()] += letters;
    }

    /** What was loaded is of no use: everything is worked out again. */
    synchronized void clearCounts() {
        total = 0;
        for (long[] ofNode : counts) {
            Arrays.fill(ofNode, 0);
        }
        kept.clear();
    }

    /** Nodes that are gone, or have no name by which they are found where others are, count in the total only. */
    synchronized void load(StateReader from, Migration how) {
        total = from.getLong();
        List<String> titles = new ArrayList<>();
        List<long[]> saved = new ArrayList<>();
        for (int left = from.getInt("a number of nodes", 1 << 16); left > 0; left--) {
            titles.add(from.getText());
            saved.add(new long[Reason.values().length]);
            from.getLongs(saved.get(saved.size() - 1), Reason.values().length);
        }
        boolean same =
                titles.equals(topology.nodes().stream().map(DeadLetters::title).toList());
        nodesNow = new int[saved.size()];
        for (int n = 0; n < saved.size(); n++) {
            int node = same || how == null ? n : named(how.nameOf(titles.get(n)));
            nodesNow[n] = node < counts.length ? node : -1;
            if (nodesNow[n] >= 0) {
                counts[node] = saved.get(n);
            }
        }
    }

    void saveKept(StateWriter to) {
        kept.save(to, topology::isSensitive);
    }

    /**
     * Called after {@link #load}. Letters of nodes that are gone, and of inputs whose layout has changed, are left out.
     */
    void loadKept(StateReader from, Collection<String> relaid) {
        kept.load(
                from,
                nodesNow,
                input -> relaid.contains(topology.inputs().get(input).name()));
    }

    private static String title(TopologyNode n) {
        return n.name().indexOf('@') < 0 ? n.name() : "#" + n.id();
    }

    private int named(String name) {
        TopologyNode node = topology.node(name);
        return node == null || name.startsWith("#") ? -1 : node.id();
    }
}
