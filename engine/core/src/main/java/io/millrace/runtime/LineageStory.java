package io.millrace.runtime;

import io.millrace.lineage.Explanation;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What mattered of one entry that was traced: from an event that was taken back to what it was made of. */
final class LineageStory {
    private final Lineage lineage;
    private final Topology topology;
    private final long sequence;
    private final List<Act> acts;
    private final Map<Act, Set<Act>> tookFor = new LinkedHashMap<>();
    private final List<Sought> sought = new ArrayList<>();

    LineageStory(Lineage lineage, long sequence) {
        this.lineage = lineage;
        this.topology = lineage.topology();
        this.sequence = sequence;
        this.acts = lineage.traced(sequence);
        link();
    }

    /** Each take is of the first equal value that came that way and was not taken yet: an edge keeps the order. */
    private void link() {
        Map<Act, Set<Integer>> used = new LinkedHashMap<>();
        for (Act take : acts) {
            if (!take.isPut) {
                int edge = take.node << 8 | take.port;
                for (Act put : acts) {
                    if (put.isPut
                            && put.index < take.index
                            && put.step == take.step
                            && leads(put, take)
                            && put.isSame(take)
                            && used.computeIfAbsent(put, p -> new LinkedHashSet<>())
                                    .add(edge)) {
                        take.from = put;
                        break;
                    }
                }
            }
        }
    }

    private boolean leads(Act put, Act take) {
        TopologyNode n = topology.nodes().get(take.node);
        List<Port> ways = n.operator() == null ? n.inputs() : List.of(n.inputs().get(take.port));
        return ways.stream()
                .map(p -> LineagePorts.origin(topology, p))
                .anyMatch(p -> p.node() == put.node && p.port() == put.port);
    }

    /** What stands at a place of the entry. */
    Act at(int index) {
        for (Act a : acts) {
            if (a.index == index) {
                return a;
            }
        }
        return null;
    }

    // ---- what matters

    /** Something that was taken matters, and with it all that it was made of. */
    void matters(Act take) {
        take.matters = true;
        if (take.from != null && !take.from.matters) {
            made(take.from);
        }
    }

    private void made(Act put) {
        put.matters = true;
        Set<Act> took = tookFor.computeIfAbsent(put, p -> new LinkedHashSet<>());
        Act cause = put.firedBy == put.node ? null : cause(put);
        if (cause != null) {
            took.add(cause);
        }
        List<Sought> said = new ArrayList<>();
        put.book.collect(said);
        for (Sought s : said) {
            for (Act a : acts) {
                if (!a.isPut && a.node == put.node && !a.refused && s.matchesHere(a) && s.matchesBytes(a.bytes)) {
                    s.addHere(a);
                }
            }
            s.here().forEach(f -> took.add(f.act()));
        }
        sought.addAll(said);
        took.forEach(this::matters);
    }

    /** What the node took last before it put that out, in the same step. */
    private Act cause(Act put) {
        Act cause = null;
        for (Act a : acts) {
            if (!a.isPut && a.node == put.node && a.index < put.index && a.step == put.step) {
                cause = a;
            }
        }
        return cause;
    }

    /** What has to be looked for in other entries, since the last call. */
    List<Sought> takeSought() {
        List<Sought> open = new ArrayList<>(sought);
        open.removeIf(Sought::isComplete);
        sought.clear();
        return open;
    }

    // ---- as it is told

    /** The steps have their numbers. */
    void number() {
        int n = 0;
        for (Act a : acts) {
            if (isStep(a)) {
                a.number = ++n;
            }
        }
    }

    private boolean isStep(Act a) {
        return a.matters && (a.isPut || topology.nodes().get(a.node).output() != null);
    }

    /** For each event that a node tells of: where it came from. */
    Explanation.Story story(LineageEvents events, Act output, boolean withBytes) {
        List<Explanation.Step> steps = new ArrayList<>();
        for (Act a : acts) {
            if (isStep(a)) {
                steps.add(step(a, events, a == output && withBytes));
            }
        }
        return new Explanation.Story(lineage.entry(sequence), List.copyOf(steps));
    }

    private Explanation.Step step(Act a, LineageEvents events, boolean withBytes) {
        TopologyNode n = topology.nodes().get(a.node);
        List<Explanation.Took> took = new ArrayList<>();
        Iterable<Act> all = a.isPut ? tookFor.get(a) : List.of(a);
        for (Act t : all) {
            took.add(new Explanation.Took(t.port, t.from == null ? 0 : t.from.number));
        }
        boolean main = !a.isPut || a.port == 0;
        Explanation.Put put = new Explanation.Put(
                main ? null : n.operator().ports().get(a.port),
                LineageEvents.form(a),
                a.timeNs,
                a.text,
                withBytes && a.bytes != null ? java.util.HexFormat.of().formatHex(a.bytes) : null);
        return new Explanation.Step(
                a.number,
                n.name(),
                n.word(),
                n.site(),
                lineage.key(a),
                a.firedBy == a.node ? a.dueNs : Explanation.NO_TIME,
                a.firedBy == a.node ? a.held : -1,
                List.copyOf(took),
                a.book == null ? List.of() : events.parts(a.book),
                put);
    }
}
