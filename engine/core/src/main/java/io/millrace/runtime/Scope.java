package io.millrace.runtime;

import io.millrace.operator.Node;
import io.millrace.operator.NodeCounters;
import io.millrace.state.KeyGroup;
import io.millrace.state.SharedRows;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a stage is built of, once for each node: the nodes outside of sections, or those of one shard of a section.
 */
final class Scope {
    /** Null outside of sections. */
    final String section;

    final Chains chains;
    final NodeCopies copies;
    final Node[] nodes;
    final Node[] shared;

    /** The same on the way of events that are not sampled. */
    final Node[] sharedPlain;

    final Inbox[] inboxes;

    /** Of a shard; outside of sections they are laid out as a whole. */
    final ProgressCell[] cells;

    final NodeCounters[] counters;

    /** By the node that makes the keys, and by what shares memory behind it. */
    final Map<Integer, Map<String, KeyGroup>> keyGroups = new LinkedHashMap<>();

    /** What is set due is told the shard too. */
    Shard shard;

    Scope(String section, NodeCopies copies, NodeCounters[] counters) {
        int n = counters.length;
        this.section = section;
        this.copies = copies;
        this.chains = new Chains(copies);
        this.nodes = new Node[n];
        this.shared = new Node[n];
        this.sharedPlain = new Node[n];
        this.inboxes = new Inbox[n];
        this.cells = new ProgressCell[n];
        this.counters = counters;
    }

    KeyGroup keyGroup(int from, String sharing, long hashSeed) {
        return keyGroups
                .computeIfAbsent(from, id -> new LinkedHashMap<>())
                .computeIfAbsent(sharing, s -> new KeyGroup(hashSeed));
    }

    /** Answers what was put together. */
    List<SharedRows> seal() {
        List<SharedRows> shared = new ArrayList<>();
        keyGroups
                .values()
                .forEach(m -> m.values().forEach(group -> {
                    group.seal();
                    if (group.shared() != null) {
                        shared.add(group.shared());
                    }
                }));
        return shared;
    }
}
