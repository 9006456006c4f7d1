package io.millrace.testkit;

import io.millrace.event.DeadLetter;
import io.millrace.event.Entry;
import io.millrace.runtime.KeptLetter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The dead letters of a driver, and which of them its test has not asked for. */
final class DriverLetters {
    private final List<KeptLetter> letters = new ArrayList<>();
    private final List<KeptLetter> unasked = new ArrayList<>();
    private final Map<String, Long> counts = new TreeMap<>();

    void keep(KeptLetter letter) {
        letters.add(letter);
        unasked.add(letter);
        counts.merge(letter.node() + " " + letter.reason().text(), 1L, Long::sum);
    }

    /** Those that were not redriven; the test has asked. */
    List<DeadLetter> ask() {
        unasked.clear();
        return List.copyOf(letters);
    }

    /** By node and reason, redriven or not; the test has asked. */
    Map<String, Long> askCounts() {
        unasked.clear();
        return new TreeMap<>(counts);
    }

    long count() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Sends events once more. The test has asked for letters of the node that stay, too: they have no event. */
    int redrive(int node, boolean countsTwice, Consumer<byte[]> sends) {
        List<KeptLetter> ofNode =
                letters.stream().filter(l -> l.nodeId() == node).toList();
        if (!countsTwice) {
            ofNode.forEach(KeptLetter::requireUncounted);
        }
        unasked.removeIf(l -> l.nodeId() == node && !l.hasEvent());
        int sent = 0;
        for (KeptLetter l : ofNode) {
            if (l.hasEvent() && take(l)) { // else another of its letters has brought it
                Entry.markRedriven(l.entry(), 0);
                sends.accept(l.entry()); // what it fails at now is a new letter
                sent++;
            }
        }
        return sent;
    }

    /**
     * Takes those of an event out, so that it is sent once; false where another of its letters has brought it. What it failed at elsewhere
     * nobody has asked for by that.
     */
    private boolean take(KeptLetter letter) {
        unasked.removeIf(l -> l.nodeId() == letter.nodeId() && letter.isOfSameEvent(l));
        return letters.removeIf(letter::isOfSameEvent);
    }

    /** In words, as of when they came. */
    List<String> unasked() {
        return unasked.stream().map(l -> "dead letter " + l).toList();
    }
}
