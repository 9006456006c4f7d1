package io.millrace.runtime;

import io.millrace.event.Bytes;
import io.millrace.event.Entry;
import io.millrace.event.EntryKind;
import io.millrace.event.EventType;
import io.millrace.lineage.Explanation;
import io.millrace.operator.Explains;
import io.millrace.operator.Flow;
import io.millrace.operator.Node;
import io.millrace.operator.Operator;
import io.millrace.topology.KeyInfo;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * Watches replays that explain an output: what each node on its way took and put out at the entries that are traced, and which events
 * came to nodes that have said to have used them. The replays are of the same entries, so that what has a number in one has it in
 * the next. One thread.
 */
final class Lineage {
    private static final List<Act> NONE = List.of();

    private final Topology topology;

    /** By node, whether it is on the way to the output. */
    private final boolean[] onTheWay;

    private final Map<Long, List<Act>> traced = new LinkedHashMap<>();
    private final Map<Long, Explanation.Entry> entries = new LinkedHashMap<>();
    private final Map<Integer, List<Sought>> sought = new LinkedHashMap<>();

    /** By node, the last that it took in the entry in hand, where that is known. */
    private final Act[] last;

    private LongPredicate traces = q -> false;
    private long sequence = -1;
    private byte[] entry;
    private int offset;
    private int acts;
    private List<Act> trace;

    Lineage(Topology topology, TopologyNode sink) {
        this.topology = topology;
        onTheWay = new boolean[topology.nodes().size()];
        last = new Act[onTheWay.length];
        mark(sink);
    }

    private void mark(TopologyNode n) {
        if (!onTheWay[n.id()]) {
            onTheWay[n.id()] = true;
            n.inputs().forEach(p -> mark(topology.nodes().get(p.node())));
        }
    }

    /** Prepares another replay: which entries are traced, and what is looked for. */
    void prepare(LongPredicate traced, List<Sought> looked) {
        traces = traced;
        sought.clear();
        looked.forEach(
                s -> sought.computeIfAbsent(s.node, n -> new ArrayList<>()).add(s));
        sequence = -1;
    }

    /** An entry is about to be evaluated. */
    void begin(long q, byte[] bytes, int at) {
        sequence = q;
        entry = bytes;
        offset = at;
        acts = 0;
        Arrays.fill(last, null);
        trace = null;
        if (traces.test(q) && !traced.containsKey(q)) {
            trace = new ArrayList<>();
            traced.put(q, trace);
            entries.put(q, describe(q, bytes, at));
        }
    }

    boolean isOnTheWay(TopologyNode n) {
        return onTheWay[n.id()];
    }

    List<Act> traced(long q) {
        return traced.getOrDefault(q, NONE);
    }

    Explanation.Entry entry(long q) {
        return entries.get(q);
    }

    Topology topology() {
        return topology;
    }

    // ---- what happens

    /** A node is about to take what is in hand. */
    void takes(TopologyNode n, LineageValue[] values, Flow flow) {
        int index = acts++;
        List<Sought> looked = sought.getOrDefault(n.id(), List.of());
        if (trace == null && looked.isEmpty()) {
            return;
        }
        int input = n.inputs().size() == 1 || n.operator() == null ? 0 : flow.input();
        Act act = new Act(index, n.id(), input, false);
        fill(act, flow);
        last[n.id()] = act;
        boolean wanted = trace != null;
        for (Sought s : looked) {
            if (s.matches(sequence, act)) {
                act.bytes = act.bytes == null ? values[input].bytes(flow) : act.bytes;
                if (s.matchesBytes(act.bytes)) {
                    s.add(sequence, act);
                    wanted = true;
                }
            }
        }
        if (wanted) {
            describe(act, values[input], flow);
        }
        if (trace != null) {
            trace.add(act);
        }
    }

    /** A node puts out what is in hand. */
    void puts(TopologyNode n, int port, LineageValue value, Flow flow, Node node) {
        int index = acts++;
        boolean refuses = port > 0 && flow.sideReason() != null && !isFired(n.id(), flow);
        if (refuses) {
            refused(n.id(), flow);
        }
        if (trace == null) {
            return;
        }
        Act act = new Act(index, n.id(), port, true);
        fill(act, flow);
        describe(act, value, flow);
        AccountBook book = book(n, index, flow);
        if (node instanceof Explains e) {
            e.explain(flow, book);
            flow.rewind();
        } else if (n.operator() != null && n.operator().keepsState()) {
            tellNewest(n, book);
        }
        act.book = book;
        if (refuses) {
            book.say("refused", flow.sideReason());
        }
        trace.add(act);
    }

    /** Somebody else's operator that keeps state and says nothing: what it took last of the key is all that is known. */
    private static void tellNewest(TopologyNode n, AccountBook book) {
        for (int i = 0; i < n.inputs().size(); i++) {
            book.events(
                    "what it took last by input " + i,
                    io.millrace.operator.Taken.by(i).newest(16));
        }
    }

    /** A node refused what it took last, unless that was something which it fired. */
    void refused(int node, Flow flow) {
        if (!isFired(node, flow) && last[node] != null) {
            last[node].refused = true;
        }
    }

    private static boolean isFired(int node, Flow flow) {
        return flow.firing() != null && flow.firing().node() == node;
    }

    /** The sink has numbered what it took last. */
    Act lastOf(TopologyNode n) {
        return last[n.id()];
    }

    private AccountBook book(TopologyNode n, int index, Flow flow) {
        LineageKey key = keyInto(n) == null ? null : LineageKey.of(flow);
        long now = sequence;
        return new AccountBook(
                (which, any) -> new Sought(n.id(), which, any ? null : key, now, index),
                (input, bytes, at, length) -> {
                    Port p = n.inputs().get(input);
                    EventType<?> type = topology.nodes().get(p.node()).types().get(p.port());
                    return type == null ? "" : type.text(bytes, at, length);
                },
                n.inputs().stream().anyMatch(this::isSensitive));
    }

    LineageValue value(Port p) {
        return new LineageValue(topology.nodes().get(p.node()).types().get(p.port()), isSensitive(p));
    }

    private boolean isSensitive(Port p) {
        return topology.nodes().get(p.node()).isSensitive(p.port());
    }

    private KeyInfo keyInto(TopologyNode n) {
        return n.inputs().isEmpty()
                ? null
                : topology.nodes().get(n.inputs().get(0).node()).key();
    }

    private void fill(Act act, Flow flow) {
        act.step = flow.step();
        act.timeNs = flow.timeNs();
        act.form = flow.form();
        act.eventSequence = flow.eventSequence();
        act.key = LineageKey.of(flow);
        act.origins = new long[Flow.MAX_ORIGINS];
        for (int i = 0; i < act.origins.length; i++) {
            act.origins[i] = flow.origin(i);
        }
        if (flow.firing() != null) {
            act.firedBy = flow.firing().node();
            act.dueNs = flow.firing().dueNs();
            act.held = flow.firing().eventSequence();
        }
    }

    private void describe(Act act, LineageValue value, Flow flow) {
        act.bytes = act.bytes == null ? value.bytes(flow) : act.bytes;
        act.text = value.text(flow, act.bytes);
        byte[] of = flow.entry();
        act.entry =
                of == null ? describe(sequence, entry, offset) : describe(flow.ownSequence(), of, flow.entryOffset());
        act.isEvent = of != null && act.bytes != null && isPayload(of, flow.entryOffset(), act.bytes);
    }

    private static boolean isPayload(byte[] entry, int offset, byte[] bytes) {
        int at = Entry.payload(entry, offset);
        int length = Entry.payloadLength(entry, offset);
        return Arrays.equals(entry, at, at + length, bytes, 0, bytes.length);
    }

    // ---- in words

    /** An entry in words. */
    Explanation.Entry describe(long q, byte[] bytes, int at) {
        return switch (Entry.kind(bytes, at)) {
            case EntryKind.EVENT -> event(q, bytes, at);
            case EntryKind.TICK -> new Explanation.Entry(q, "tick", null, Entry.timeNs(bytes, at), null);
            case EntryKind.END -> new Explanation.Entry(q, "end of input", input(bytes, at), Explanation.NO_TIME, null);
            case EntryKind.CONTINUE -> new Explanation.Entry(q, "continue", null, Explanation.NO_TIME, null);
            case EntryKind.ADVANCE -> new Explanation.Entry(q, "advance", null, Entry.timeNs(bytes, at), null);
            case EntryKind.DROPS -> {
                int p = Entry.payload(bytes, at);
                String counts =
                        Bytes.getLong(bytes, p) + " dropped, " + Bytes.getLong(bytes, p + Long.BYTES) + " replaced";
                yield new Explanation.Entry(q, "drops", input(bytes, at), Explanation.NO_TIME, counts);
            }
            default -> new Explanation.Entry(q, "void", null, Explanation.NO_TIME, null);
        };
    }

    private Explanation.Entry event(long q, byte[] bytes, int at) {
        int source = Entry.source(bytes, at);
        EventType<?> type = topology.inputs().get(source).type();
        String text = type.text(bytes, Entry.payload(bytes, at), Entry.payloadLength(bytes, at));
        boolean timed = topology.inputs().get(source).hasEventTime();
        long timeNs = timed ? Entry.timeNs(bytes, at) : Explanation.NO_TIME;
        return new Explanation.Entry(q, "event", input(bytes, at), timeNs, text);
    }

    private String input(byte[] bytes, int at) {
        return topology.inputs().get(Entry.source(bytes, at)).name();
    }

    /** The key in hand in words; null where there is none. */
    String key(Act act) {
        TopologyNode n = topology.nodes().get(act.node);
        KeyInfo info = act.isPut && n.key() != null ? n.key() : keyInto(n);
        if (info == null) {
            return null;
        }
        byte[] bytes = act.key.bytes();
        return info.text(act.key.number(), bytes, bytes == null ? 0 : bytes.length);
    }

    /** Whether something before an input of a node keeps state, so that what comes there is more than its event. */
    boolean isMade(int node, int input) {
        TopologyNode n = topology.nodes().get(node);
        Port p = n.inputs().get(n.operator() == null ? 0 : input);
        return isStateful(topology.nodes().get(p.node()));
    }

    private boolean isStateful(TopologyNode n) {
        Operator<?, ?> o = n.operator();
        return n.isLetters()
                || o != null && o.keepsState()
                || n.inputs().stream().anyMatch(p -> isStateful(topology.nodes().get(p.node())));
    }
}
