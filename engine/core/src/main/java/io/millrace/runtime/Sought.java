package io.millrace.runtime;

import io.millrace.operator.Taken;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/** Events that a node has said to have used, and those that were found by reading the journal once more. */
final class Sought {
    /** So many are kept of them, the newest; the others are counted. */
    static final int KEPT_MOST = 100_000;

    /** One that was found. */
    record Found(long sequence, Act act) {}

    final int node;
    final Taken which;

    /** Null where keys are of no meaning. */
    final LineageKey key;

    /** Where it was said: what the node takes from here on is not meant. */
    final long sequence;

    private final int index;

    private final Deque<Found> found = new ArrayDeque<>();
    private final List<Found> here = new ArrayList<>();
    private final int most;
    private long left;

    Sought(int node, Taken which, LineageKey key, long sequence, int index) {
        this.node = node;
        this.which = which;
        this.key = key;
        this.sequence = sequence;
        this.index = index;
        most = Math.min(which.newest(), KEPT_MOST);
    }

    /** Whether that is one of them in the entry in which it was said, but for its bytes. */
    boolean matchesHere(Act act) {
        return act.index < index && matches(act);
    }

    /** Whether that is one of them in an earlier entry, but for its bytes. */
    boolean matches(long at, Act act) {
        return at < sequence && matches(act);
    }

    private boolean matches(Act act) {
        return act.port == which.input()
                && act.timeNs >= which.firstNs()
                && act.timeNs <= which.lastNs()
                && (which.entry() < 0 || act.eventSequence == which.entry())
                && (which.markDepth() < 0 || act.origins[which.markDepth()] == which.mark())
                && (key == null || key.isSame(act.key));
    }

    boolean matchesBytes(byte[] bytes) {
        return which.bytes() == null || Arrays.equals(which.bytes(), bytes);
    }

    /** One more than is meant is kept: the node may yet refuse the last. */
    void add(long at, Act act) {
        if (!found.isEmpty() && found.peekLast().act.refused) {
            found.removeLast();
        }
        if (found.size() > most) {
            found.removeFirst();
            left++;
        }
        found.addLast(new Found(at, act));
    }

    /** One of the entry in which it was said. */
    void addHere(Act act) {
        here.add(new Found(sequence, act));
    }

    /** Whether nothing has to be looked for any more. */
    boolean isComplete() {
        return which.isWithinEntry() || here.size() >= which.newest();
    }

    /** Those of the entry in which it was said. */
    List<Found> here() {
        return newest(here);
    }

    /** What was found, as far as it was kept, in the order in which it was taken. */
    List<Found> found() {
        List<Found> all = new ArrayList<>(found);
        all.removeIf(f -> f.act.refused);
        all.addAll(here);
        return newest(all);
    }

    /** How many came before those that were kept, and are meant as well. */
    long left() {
        long all = left + found.stream().filter(f -> !f.act.refused).count() + here.size();
        return Math.max(0, Math.min(all, which.newest()) - most);
    }

    private List<Found> newest(List<Found> all) {
        return all.subList(Math.max(0, all.size() - most), all.size());
    }
}
