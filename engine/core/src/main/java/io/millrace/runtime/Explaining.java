package io.millrace.runtime;

import io.millrace.event.Output;
import io.millrace.lineage.Explanation;
import io.millrace.operator.Flow;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Explains one output by several replays of the same journal: the first traces the entry at which it came out, and asks the nodes on
 * its way; the next one finds the events that they have said to have used; those that are not events of inputs as they came are traced
 * in their turn, as far as something before them keeps state. A node further up each time, so there is an end.
 *
 * <p>Nothing of this is in a core that does not explain. One thread.
 */
public final class Explaining {
    /** The most entries that are traced. */
    private static final int STORIES = 1_000;

    private final Topology topology;
    private final TopologyNode sink;
    private final long sequence;
    private final int ordinal;
    private final Lineage lineage;
    private final Map<Long, LineageStory> stories = new TreeMap<>();

    /** What is to be traced: the places of what was taken, by entry. */
    private final Map<Long, Set<Integer>> wanted = new LinkedHashMap<>();

    private List<Sought> looked = List.of();
    private boolean tracing = true;
    private long until;

    private int found = -1;
    private long before = -1;
    private int beforeOrdinal;
    private long after = -1;
    private int afterOrdinal;

    /**
     * Prepares the first replay.
     *
     * @param topology what runs
     * @param output   one of its outputs
     * @param sequence the entry of the output
     * @param ordinal  its number
     */
    public Explaining(Topology topology, Output<?> output, long sequence, int ordinal) {
        this.topology = topology;
        this.sequence = sequence;
        this.ordinal = ordinal;
        this.sink = topology.nodes().stream()
                .filter(n -> n.output() == output)
                .findFirst()
                .orElseThrow();
        lineage = new Lineage(topology, sink);
        lineage.prepare(q -> q == sequence, List.of());
        until = sequence;
    }

    /**
     * To be put between the core of each replay and its host.
     *
     * @param host what the host provides
     * @return the same, with steps that watch
     */
    public Ports around(Ports host) {
        return new LineagePorts(lineage, host, sink.output(), this::numbered);
    }

    private void numbered(Flow flow) {
        long q = flow.sequence();
        if (q == sequence && flow.ordinal() == ordinal && found < 0) {
            found = lineage.lastOf(sink).index;
        } else if (q < sequence || q == sequence && flow.ordinal() < ordinal) {
            before = q;
            beforeOrdinal = flow.ordinal();
        } else if (after < 0) {
            after = q;
            afterOrdinal = flow.ordinal();
        }
    }

    /**
     * Asks before each entry of a replay whether it is needed.
     *
     * @param q its place
     * @return false when what comes now is of no use
     */
    public boolean reads(long q) {
        return q <= until || tracing && stories.isEmpty() && found < 0 && after < 0;
    }

    /**
     * An entry is about to be evaluated.
     *
     * @param q      its place
     * @param bytes  hold it during the call
     * @param offset where it begins
     */
    public void begin(long q, byte[] bytes, int offset) {
        lineage.begin(q, bytes, offset);
    }

    /**
     * Whether the first replay has come by the output.
     *
     * @return false when there is none of that id
     */
    public boolean isFound() {
        return found >= 0;
    }

    /**
     * Whether the first replay has come by an output of the same name before the one that was asked for.
     *
     * @return false when what comes next to it before it is not known
     */
    public boolean knowsBefore() {
        return before >= 0;
    }

    /**
     * Outputs of the same name that there are, next to the one that was asked for.
     *
     * @return ids; empty when the journal has none
     */
    public List<String> nearest() {
        List<String> ids = new ArrayList<>();
        if (before >= 0) {
            ids.add(id(before, beforeOrdinal));
        }
        if (after >= 0) {
            ids.add(id(after, afterOrdinal));
        }
        return ids;
    }

    private String id(long q, int number) {
        return sink.output().name() + "/" + q + "." + number;
    }

    /**
     * Prepares the next replay.
     *
     * @return false when nothing more is to be found out
     */
    public boolean more() {
        if (tracing) {
            look();
        } else {
            follow();
        }
        return until >= 0;
    }

    /** Entries were traced: what is said of them is to be looked for. */
    private void look() {
        if (stories.isEmpty()) {
            wanted.put(sequence, new LinkedHashSet<>(List.of(found)));
        }
        List<Sought> open = new ArrayList<>();
        wanted.forEach((q, places) -> {
            LineageStory story = stories.computeIfAbsent(q, s -> new LineageStory(lineage, s));
            places.forEach(p -> story.matters(story.at(p)));
            open.addAll(story.takeSought());
        });
        wanted.clear();
        looked = List.copyOf(open);
        tracing = false;
        until = open.stream().mapToLong(s -> s.sequence - 1).max().orElse(-1);
        lineage.prepare(q -> false, looked);
    }

    /** Events were found: those that are no events of inputs are followed. */
    private void follow() {
        Map<Long, Set<Integer>> made = new TreeMap<>(java.util.Comparator.reverseOrder());
        for (Sought s : looked) {
            for (Sought.Found f : s.found()) {
                if (f.sequence() < s.sequence && !f.act().isEvent && isMade(f.act())) {
                    made.computeIfAbsent(f.sequence(), q -> new LinkedHashSet<>())
                            .add(f.act().index);
                }
            }
        }
        made.forEach((q, places) -> {
            if (stories.size() + wanted.size() < STORIES || stories.containsKey(q)) {
                wanted.put(q, places);
            }
        });
        tracing = true;
        until = wanted.keySet().stream().mapToLong(q -> q).max().orElse(-1);
        lineage.prepare(wanted::containsKey, List.of());
    }

    private boolean isMade(Act taken) {
        return taken.firedBy >= 0 || lineage.isMade(taken.node, taken.port);
    }

    /**
     * What was found out.
     *
     * @return the explanation, when {@link #more} has answered false
     */
    public Explanation explanation() {
        LineageEvents events = new LineageEvents(stories);
        stories.values().forEach(LineageStory::number);
        List<Explanation.Story> told = new ArrayList<>();
        boolean withBytes = !sink.output().type().hasSensitive();
        stories.forEach((q, story) -> told.add(story.story(events, q == sequence ? story.at(found) : null, withBytes)));
        return new Explanation(topology.name(), sink.output().name(), sequence, ordinal, List.copyOf(told));
    }
}
