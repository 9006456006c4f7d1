package io.millrace.topology;

import io.millrace.operator.Operator;
import io.millrace.operator.Shards;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which nodes belong to which section of parallel keys, while a topology is built. A section begins where streams enter it; a
 * node belongs to it when all it takes comes from there and it goes by key and keeps it, or passes the key on and keeps nothing. So it ends
 * where a stream leaves the key, at an output, and where it meets a stream from elsewhere.
 */
final class Sections {
    private final List<NodeDraft> nodes;
    private final List<String> problems;
    private final Map<String, Entrance> declared = new LinkedHashMap<>();

    Sections(List<NodeDraft> nodes, List<String> problems) {
        this.nodes = nodes;
        this.problems = problems;
    }

    /** Whether the name is that of a section already, so that a stream more enters it. */
    boolean isDeclared(String name) {
        return declared.containsKey(name);
    }

    Entrance declare(String name, int threads, String site) {
        String where = name + (site.isEmpty() ? "" : " (" + site + ")");
        if (threads < 1 || threads > Shards.COUNT) {
            problems.add("parallel " + where + ": " + threads + " threads; use 1 to " + Shards.COUNT
                    + ", the number of shards, because a thread runs whole shards");
            threads = 1;
        }
        Entrance first = declared.computeIfAbsent(name, n -> new Entrance(n, 0));
        if (first.threads() != 0 && first.threads() != threads) {
            problems.add("parallel " + where + ": it was first declared with " + first.threads()
                    + " threads, and here with " + threads + "; use the same number for all streams that enter it");
        }
        Entrance entrance = new Entrance(name, first.threads() == 0 ? threads : first.threads());
        declared.put(name, entrance);
        return entrance;
    }

    /** Decides whether a node that was just drafted belongs to the section of its inputs. */
    void place(NodeDraft draft) {
        if (draft.content instanceof Entrance e) {
            draft.section = e.section();
            return;
        }
        String of = null;
        boolean all = !draft.inputs.isEmpty();
        for (Port p : draft.inputs) {
            String from = nodes.get(p.node()).section;
            all &= from != null && (of == null || of.equals(from));
            of = of == null ? from : of;
        }
        if (of == null || draft.kind != TopologyNode.Kind.OPERATOR) {
            return;
        }
        if (!(draft.content instanceof Operator<?, ?> o)) {
            draft.section = all ? of : null; // could not be made; what follows is not to be blamed for it
        } else if (!all && o.keyed()) {
            meetsOthers(draft, o);
        } else if (all && o.keyed() && o.keepsKey()) {
            draft.section = of;
            check(draft, o);
        } else if (all && draft.key != null && o.keepsKey() && isStateless(o)) {
            draft.section = of;
        }
    }

    private static boolean isStateless(Operator<?, ?> o) {
        return !o.keepsState() && o.maxFirings() == 0 && !o.matchesInputs();
    }

    private void meetsOthers(NodeDraft draft, Operator<?, ?> o) {
        List<String> sides = new ArrayList<>();
        for (Port p : draft.inputs) {
            NodeDraft from = nodes.get(p.node());
            sides.add(from.where() + (from.section == null ? " in no section" : " in section " + from.section));
        }
        problems.add(draft.where() + ": " + o.word() + " keeps state by key, but its streams are not "
                + "all in one parallel section: " + String.join(", ", sides)
                + "; put parallel with the same name behind the keyBy of each stream");
    }

    private void check(NodeDraft draft, Operator<?, ?> o) {
        if (o.followsClock()) {
            problems.add(draft.where() + ": " + o.word() + " waits for answers from outside, which "
                    + "is not possible inside parallel section " + draft.section + "; put it in front of "
                    + "parallel, or behind another keyBy");
        }
        if (!o.keysAgree()) {
            problems.add(draft.where() + ": " + o.word() + " looks up rows by a key other than the "
                    + "one by which parallel section " + draft.section + " is divided; put it in front of "
                    + "parallel, or key its sides again with keyBy");
        }
    }

    /** A node of a section runs where the section does. */
    void refuseThread(NodeDraft n, String thread) {
        if (n.section != null) {
            problems.add(n.where() + ": onThread " + thread + " inside parallel section " + n.section
                    + ", which has its own threads; put it in front of parallel, or behind the section");
        }
    }

    /** Marks count the events of a stream, and each shard would count its own. */
    void refuseBase(NodeDraft base) {
        if (base.section != null) {
            problems.add(base.where() + ": with on a stream inside parallel section " + base.section
                    + "; call it on the stream in front of parallel, and let a branch enter the section");
        }
    }

    /** What is wrong with sections as wholes. */
    void check() {
        for (int i = 0; i < nodes.size(); i++) {
            NodeDraft n = nodes.get(i);
            if (n.content instanceof Entrance e && comesFrom(n, e.section())) {
                problems.add(n.where() + ": its stream has left parallel section " + e.section()
                        + " and cannot enter it again; use another section name");
            }
        }
    }

    private boolean comesFrom(NodeDraft entrance, String section) {
        boolean[] seen = new boolean[nodes.size()];
        List<Integer> open = new ArrayList<>();
        entrance.inputs.forEach(p -> open.add(p.node()));
        while (!open.isEmpty()) {
            int id = open.remove(open.size() - 1);
            NodeDraft n = nodes.get(id);
            if (section.equals(n.section)) {
                return true;
            }
            if (!seen[id]) {
                seen[id] = true;
                n.inputs.forEach(p -> open.add(p.node()));
                addSection(n.section, seen, open);
            }
        }
        return false;
    }

    /** A section runs as a whole: what leads into any of its nodes comes before all of them. */
    private void addSection(String section, boolean[] seen, List<Integer> open) {
        for (int i = 0; section != null && i < nodes.size(); i++) {
            if (!seen[i] && section.equals(nodes.get(i).section)) {
                open.add(i);
            }
        }
    }

    /** The order of nodes, changed only so that those of a section stand together; every edge follows it. */
    int[] together(int[] order) {
        if (declared.isEmpty()) {
            return order;
        }
        int[] result = new int[order.length];
        boolean[] done = new boolean[nodes.size()];
        int at = 0;
        while (at < result.length) {
            int before = at;
            for (int id : order) {
                if (!done[id] && isReady(id, done)) {
                    at = addAll(order, id, done, result, at);
                }
            }
            if (at == before) {
                return order; // goes round in a circle, which has been said
            }
        }
        return result;
    }

    private boolean isReady(int id, boolean[] done) {
        String section = nodes.get(id).section;
        for (int i = 0; i < nodes.size(); i++) {
            if (i == id || section != null && section.equals(nodes.get(i).section)) {
                for (Port p : nodes.get(i).inputs) {
                    boolean inside = section != null && section.equals(nodes.get(p.node()).section);
                    if (!inside && !done[p.node()]) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private int addAll(int[] order, int id, boolean[] done, int[] result, int at) {
        String section = nodes.get(id).section;
        for (int other : order) {
            if (other == id || section != null && section.equals(nodes.get(other).section)) {
                done[other] = true;
                result[at++] = other;
            }
        }
        return at;
    }
}
