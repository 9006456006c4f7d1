package io.millrace.topology;

import io.millrace.event.EventType;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operator.GivenDigest;
import io.millrace.operator.GivenRow;
import io.millrace.operator.Operator;
import io.millrace.operator.Outside;
import io.millrace.operator.Updates;
import io.millrace.state.Scratch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** A node of a topology: a source (an input, or the dead letters), an operator or a sink (an output). Immutable. */
public final class TopologyNode {
    /** The kinds of nodes. */
    public enum Kind {
        /** An input. */
        SOURCE,
        /** An operator. */
        OPERATOR,
        /** An output. */
        SINK,
        /** The dead letters of the topology. */
        LETTERS
    }

    private final int id;
    private final Kind kind;
    private final String name;
    private final Object content;
    private final List<Port> inputs;
    private final List<EventType<?>> types;
    private final List<Updates> updates;
    private final List<Boolean> ofWindows;
    private final List<Boolean> sensitive;
    private final boolean seesSensitive;
    private final KeyInfo key;
    private final String thread;
    private final String section;
    private final String site;
    private final int originDepth;
    private final int marksOrigin;
    private final List<Outside> outside;
    private final Map<Integer, Long> budgetNs;

    /** Computed on demand, since sensitive ones take their time. */
    @Scratch("made of the operator, which does not change")
    private volatile Map<String, String> constants;

    TopologyNode(NodeDraft draft, int id, int originDepth, int marksOrigin) {
        this.id = id;
        this.kind = draft.kind;
        this.name = draft.name;
        this.content = draft.content;
        this.inputs = List.copyOf(draft.inputs);
        this.types = Collections.unmodifiableList(new ArrayList<>(draft.types));
        this.updates = List.copyOf(draft.updates);
        this.ofWindows = List.copyOf(draft.ofWindows);
        this.sensitive =
                IntStream.range(0, types.size()).mapToObj(draft::isSensitive).toList();
        this.seesSensitive = draft.takesSensitive
                || sensitive.contains(true)
                || output() != null && output().type().hasSensitive();
        this.key = draft.key;
        this.thread = draft.thread;
        this.section = draft.section;
        this.site = draft.site;
        this.originDepth = originDepth;
        this.marksOrigin = marksOrigin;
        Set<Outside> all = EnumSet.noneOf(Outside.class);
        all.addAll(draft.outside);
        if (operator() != null) {
            all.addAll(operator().dependsOn());
        }
        this.outside = List.copyOf(all);
        this.budgetNs = new LinkedHashMap<>(draft.budgetNs);
    }

    /**
     * Returns its place in the topology's order: every edge leads from a smaller id to a larger one.
     *
     * @return 0, 1, …
     */
    public int id() {
        return id;
    }

    /**
     * Returns what kind of node it is.
     *
     * @return source, operator, sink or dead letters
     */
    public Kind kind() {
        return kind;
    }

    /**
     * Returns the name.
     *
     * @return unique in the topology
     */
    public String name() {
        return name;
    }

    /**
     * Returns the word for it.
     *
     * @return {@code from}, {@code to}, or the operator's word
     */
    public String word() {
        return switch (kind) {
            case SOURCE -> "from";
            case SINK -> "to";
            case LETTERS -> "deadLetters";
            case OPERATOR -> operator().word();
        };
    }

    /**
     * Tells whether streams begin here: at an input, or at the dead letters.
     *
     * @return true if no edge leads to it
     */
    public boolean isRoot() {
        return kind == Kind.SOURCE || kind == Kind.LETTERS;
    }

    /**
     * Tells whether it is the stream of dead letters.
     *
     * @return true for at most one node
     */
    public boolean isLetters() {
        return kind == Kind.LETTERS;
    }

    /**
     * Returns the operator.
     *
     * @return null for a source or sink
     */
    public Operator<?, ?> operator() {
        return content instanceof Operator<?, ?> o ? o : null;
    }

    /**
     * Returns the input of a source.
     *
     * @return null for other nodes
     */
    public Input<?> input() {
        return content instanceof Input<?> i ? i : null;
    }

    /**
     * Returns the output of a sink.
     *
     * @return null for other nodes
     */
    public Output<?> output() {
        return content instanceof Output<?> o ? o : null;
    }

    /**
     * Returns the settings of its operator as they are kept and compared, the same in every process. A row with
     * sensitive fields is kept as a number instead of its text, under a name of its own ({@link GivenRow#isSecret}),
     * for those who show what differs. A setting with a digest is kept as that ({@link Operator#digests}), wherever it
     * came from.
     *
     * @return by name, in order; empty for a source or sink
     */
    public Map<String, String> constants() {
        Map<String, String> made = constants;
        if (made == null) {
            made = Collections.unmodifiableMap(madeConstants());
            constants = made;
        }
        return made;
    }

    private Map<String, String> madeConstants() {
        Map<String, String> result = new LinkedHashMap<>();
        if (operator() != null) {
            Map<String, GivenRow<?>> rows = operator().givenRows();
            Map<String, String> digests = operator().digests();
            Map<String, String> settings = operator().settings();
            if (!settings.keySet().containsAll(digests.keySet())) {
                throw new IllegalStateException(where() + ": " + operator().word() + " has digests for "
                        + digests.keySet() + ", but its settings are " + settings.keySet()
                        + "; name each digest after its setting");
            }
            settings.forEach((name, text) -> {
                GivenRow<?> row = rows.get(name);
                boolean isSecret = row != null && row.type().hasSensitive();
                String kept = digests.containsKey(name) ? GivenDigest.kept(digests.get(name)) : text;
                result.put(isSecret ? GivenRow.secretName(name) : name, isSecret ? row.kept() : kept);
            });
        }
        return result;
    }

    /**
     * Returns where its inputs come from; for a sink, all streams that lead to it.
     *
     * @return by input number
     */
    public List<Port> inputs() {
        return inputs;
    }

    /**
     * Returns the types of its outputs.
     *
     * @return by port; an element is null if that output is untyped
     */
    public List<EventType<?>> types() {
        return types;
    }

    /**
     * Returns which updates come out of it.
     *
     * @param port the output
     * @return none for an input
     */
    public Updates updates(int port) {
        return port < updates.size() ? updates.get(port) : Updates.NONE;
    }

    /**
     * Tells whether updates that come out of it are of several windows of one key.
     *
     * @param port the output
     * @return false if the key alone tells which row an entry is of
     */
    public boolean ofWindows(int port) {
        return port < ofWindows.size() && ofWindows.get(port);
    }

    /**
     * Tells whether what comes out of it may have {@link io.millrace.event.Sensitive} fields. An event without a layout
     * is judged by what the node takes.
     *
     * @param port the output
     * @return if true, people see hashes of it
     */
    public boolean isSensitive(int port) {
        return sensitive.get(port);
    }

    /** Whether what it takes or makes may have sensitive fields. */
    boolean seesSensitive() {
        return seesSensitive;
    }

    /**
     * Returns the key of its outputs.
     *
     * @return null if they have none
     */
    public KeyInfo key() {
        return key;
    }

    /**
     * Returns the thread that was asked for.
     *
     * @return null for the ordinary one
     */
    public String thread() {
        return thread;
    }

    /**
     * Returns the section of parallel keys to which it belongs. The section has an instance of the node for each shard.
     *
     * @return null for an ordinary node
     */
    public String section() {
        return section;
    }

    /**
     * Tells whether a stream enters a section of parallel keys here.
     *
     * @return true if the runtime hands each entry to the shard of its key
     */
    public boolean isEntrance() {
        return content instanceof Entrance;
    }

    /**
     * Returns the line that made it.
     *
     * @return for example {@code Fraud.java:41}; may be empty
     */
    public String site() {
        return site;
    }

    /**
     * Returns the name with the line, for messages.
     *
     * @return for example {@code velocity (Fraud.java:41)}
     */
    public String where() {
        return site.isEmpty() ? name : name + " (" + site + ")";
    }

    /**
     * Returns which mark is read by a node that matches answers with events.
     *
     * @return -1 if it does not match
     */
    public int originDepth() {
        return originDepth;
    }

    /**
     * Returns which mark is set on its main output.
     *
     * @return -1 if none is
     */
    public int marksOrigin() {
        return marksOrigin;
    }

    /**
     * Returns what it depends on that is not in the log, as its operator or the topology declares.
     *
     * @return empty if another run of the same log puts out the same
     */
    public List<Outside> dependsOn() {
        return outside;
    }

    /**
     * Returns within which time from when it was meant to be sent an event should come out.
     *
     * @param port the output
     * @return nanoseconds; 0 if none is declared
     */
    public long budgetNs(int port) {
        return budgetNs.getOrDefault(port, 0L);
    }

    @Override
    public String toString() {
        return name;
    }
}
