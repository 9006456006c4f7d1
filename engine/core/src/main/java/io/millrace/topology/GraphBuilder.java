package io.millrace.topology;

import io.millrace.event.EventType;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operator.Operator;
import io.millrace.operator.Outside;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Collects the nodes and edges of a topology, and reports everything that is wrong with them at once. The fluent words
 * build on it; another front end may use it directly. One builder makes one topology. Not thread-safe.
 */
public final class GraphBuilder {
    private static final String DEAD_LETTERS = "dead-letters";

    private final String name;
    private final List<NodeDraft> nodes = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final List<LooseEnds.Bound> bounds = new ArrayList<>();
    private final List<Throwable> causes = new ArrayList<>();
    private final Sections sections = new Sections(nodes, problems);
    private final EdgeUpdates updates = new EdgeUpdates(nodes, problems);

    /**
     * Begins an empty topology.
     *
     * @param name its name, part of the identity of its outputs; named as ports are
     */
    public GraphBuilder(String name) {
        this.name = Names.printable(String.valueOf(name));
        if (Names.problem(name) != null) {
            problems.add("topology: " + Names.problem(name));
        }
    }

    /**
     * Adds an input, or finds it if it is already there.
     *
     * @param input the input
     * @param site the line that names it
     * @return its stream
     */
    public Port source(Input<?> input, String site) {
        for (int i = 0; i < nodes.size(); i++) {
            NodeDraft n = nodes.get(i);
            if (n.content == input) {
                return Port.of(i);
            }
            if (n.kind == TopologyNode.Kind.SOURCE && n.name.equals(input.name())) {
                problems.add("input " + n.where() + " is declared twice with different settings, the "
                        + "second time at " + site + "; use one constant for both");
                return Port.of(i);
            }
        }
        requireFree("input", input.name(), site);
        if (input.disorderNs() > 0 && !input.hasEventTime()) {
            problems.add("input " + input.name() + (site.isEmpty() ? "" : " (" + site + ")")
                    + ": it declares a "
                    + "disorder of " + Duration.ofNanos(input.disorderNs()) + " but no event time; add "
                    + "eventTime(field, unit) or eventTimeInHeader(), or leave out disorder");
        }
        NodeDraft draft = new NodeDraft(
                TopologyNode.Kind.SOURCE, input.name(), input, List.of(), List.of(input.type()), null, site);
        return add(draft);
    }

    /**
     * Adds the dead letters as a stream, or finds it if it is already there.
     *
     * @param site the line that asks for it
     * @return its stream, untyped
     */
    public Port deadLetters(String site) {
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i).kind == TopologyNode.Kind.LETTERS) {
                return Port.of(i);
            }
        }
        requireFree("dead letters", DEAD_LETTERS, site);
        return add(new NodeDraft(
                TopologyNode.Kind.LETTERS, DEAD_LETTERS, null, List.of(), Collections.singletonList(null), null, site));
    }

    /**
     * Adds an operator.
     *
     * @param nodeName its name, as ports are named; null to make one from word and line
     * @param operator the operator
     * @param key the key of its outputs, or null
     * @param site the line that made it
     * @param inputs where its inputs come from
     * @return its main output
     */
    public Port operator(String nodeName, Operator<?, ?> operator, KeyInfo key, String site, Port... inputs) {
        List<EventType<?>> inputTypes = new ArrayList<>();
        boolean unknown = false;
        boolean takesSensitive = false;
        boolean takesSensitiveKey = false;
        for (int i = 0; i < inputs.length; i++) {
            KeyInfo inputKey = nodes.get(inputs[i].node()).key;
            takesSensitiveKey |= inputKey != null && inputKey.sensitive();
            takesSensitive |= isSensitive(inputs[i]);
            inputTypes.add(type(inputs[i]));
            unknown |= nodes.get(inputs[i].node()).unknown;
        }
        boolean complete = inputs.length == operator.inputs();
        String given = nodeName != null ? nodeName : operator.word() + "@" + (site.isEmpty() ? nodes.size() : site);
        List<EventType<?>> types = new ArrayList<>();
        for (int port = 0; port < operator.ports().size(); port++) {
            types.add(complete ? operator.outputType(port, inputTypes) : null);
        }
        NodeDraft draft = new NodeDraft(
                TopologyNode.Kind.OPERATOR,
                unique(given, nodeName != null, site),
                operator,
                Arrays.asList(inputs),
                types,
                key == null ? null : key.withSensitive(operator.keepsKey() ? takesSensitiveKey : takesSensitive),
                site);
        updates.pass(draft, operator);
        draft.unknown = unknown;
        sections.place(draft);
        if (draft.key != null && draft.section == null) {
            draft.key = draft.key.ofAll(); // what stands behind a section is not divided
        }
        draft.takesSensitive = takesSensitive;
        if (complete) {
            check(draft, operator, inputTypes);
        } else {
            problems.add(draft.where() + ": " + operator.word() + " takes " + operator.inputs()
                    + " inputs but was given " + inputs.length + "; give it one stream for each input");
        }
        return add(draft);
    }

    /**
     * Divides the keys of a stream into virtual shards, which threads share among themselves: begins a section.
     *
     * @param from a keyed stream
     * @param key its key, with the bound declared on it; null if it has none
     * @param section its name; streams that enter one section under one name meet in it
     * @param threads how many threads run its shards, 1 to 64
     * @param site the line that asks for it
     * @return the same stream, inside the section
     */
    public Port parallel(Port from, KeyInfo key, String section, int threads, String site) {
        if (key == null && !nodes.get(from.node()).unknown) {
            problems.add("parallel " + Names.printable(section) + (site.isEmpty() ? "" : " (" + site + ")")
                    + ": it needs a keyed "
                    + "stream, but " + nodes.get(from.node()).where() + " has no key; put keyBy in front");
        }
        boolean further = sections.isDeclared(section);
        Entrance entrance = sections.declare(section, threads, site);
        boolean divided = key == null || nodes.get(from.node()).section != null;
        // a stream more that enters has a name made of that of the section
        String node = further ? unique(section, false, site) : section;
        return operator(node, entrance, divided ? key : key.ofShard(), site, from);
    }

    /**
     * Adds a placeholder for an operator that could not be created, so that problems elsewhere are found all the same.
     * What depends on the types of its outputs is not judged.
     *
     * @param nodeName the name it was to have, or null
     * @param key the key of its outputs, or null
     * @param site the line that was to make it
     * @param cause why it could not be created
     * @param inputs where its inputs would have come from
     * @return its main output
     */
    public Port unmade(String nodeName, KeyInfo key, String site, Throwable cause, Port... inputs) {
        String given = nodeName == null ? "node@" + (site.isEmpty() ? nodes.size() : site) : nodeName;
        NodeDraft draft = new NodeDraft(
                TopologyNode.Kind.OPERATOR,
                unique(given, nodeName != null, site),
                null,
                Arrays.asList(inputs),
                Collections.singletonList(null),
                key,
                site);
        draft.unknown = true;
        sections.place(draft);
        problem((nodeName == null ? site : draft.where()) + ": " + cause.getMessage(), cause);
        return add(draft);
    }

    private void check(NodeDraft draft, Operator<?, ?> operator, List<EventType<?>> inputTypes) {
        if (!draft.unknown) {
            for (String p : operator.problems(inputTypes)) {
                problems.add(draft.where() + ": " + p);
            }
        }
        if (operator.keyed()) {
            checkKeys(draft, operator);
        }
        updates.check(draft, operator);
    }

    private void checkKeys(NodeDraft draft, Operator<?, ?> operator) {
        KeyInfo first = null;
        for (Port p : draft.inputs) {
            KeyInfo key = nodes.get(p.node()).key;
            if (key == null && nodes.get(p.node()).unknown) {
                continue;
            }
            if (key == null) {
                problems.add(draft.where() + ": " + operator.word() + " needs a keyed stream, but "
                        + nodes.get(p.node()).where() + " has no key; put keyBy in front");
            } else if (first == null) {
                first = key;
            } else if (operator.keysAgree() && !first.matches(key)) {
                problems.add(draft.where() + ": its sides are keyed by different kinds, " + first.inWords(key) + " ("
                        + first.site() + ") and " + key.inWords(first) + " (" + key.site()
                        + "); key both sides by the same kind of key");
            }
        }
    }

    private String unique(String wanted, boolean given, String site) {
        if (given) {
            requireName("node", wanted, site);
            requireFree("node", wanted, site);
        }
        int count = 1;
        String candidate = wanted;
        while (named(candidate) != null) {
            candidate = wanted + "-" + ++count;
        }
        return candidate;
    }

    /**
     * Reports a problem for a name that a port could not have either: named things appear in listings and drawings.
     *
     * @param what for example {@code node}
     * @param wanted the name
     * @param site the line that gives it
     */
    public void requireName(String what, String wanted, String site) {
        String problem = Names.problem(wanted);
        if (problem != null) {
            problems.add(what + (site.isEmpty() ? "" : " (" + site + ")") + ": " + problem);
        }
    }

    private void requireFree(String what, String wanted, String site) {
        NodeDraft other = named(wanted);
        if (other != null && !other.yieldsName()) {
            problems.add(what + " " + wanted + (site.isEmpty() ? "" : " (" + site + ")") + ": "
                    + other.kind.name().toLowerCase(Locale.ROOT) + " " + other.where()
                    + " already has that name; names must be unique in a topology, so rename one of them");
        }
    }

    private NodeDraft named(String wanted) {
        for (NodeDraft n : nodes) {
            if (n.name.equals(wanted) || wanted.equals(n.nameOfLine)) {
                return n;
            }
        }
        return null;
    }

    /**
     * Leads a stream to an output. An output may get several streams, and takes them in the order of these calls.
     *
     * @param output the output
     * @param from the stream
     * @param site the line
     */
    public void sink(Output<?> output, Port from, String site) {
        EventType<?> type = type(from);
        boolean known = !nodes.get(from.node()).unknown;
        if (known && (type == null || !type.layout().equals(output.type().layout()))) {
            problems.add("output " + output.name() + " (" + site + "): it carries "
                    + output.type().name() + ", but " + nodes.get(from.node()).where() + " gives "
                    + (type == null ? "an untyped value" : type.name()) + "; use to(output, function)");
        }
        for (int i = 0; i < nodes.size(); i++) {
            NodeDraft n = nodes.get(i);
            if (n.content == output && output.takesOneStream()) {
                problems.add("output " + n.where() + " already takes one stream and is "
                        + "given another at " + site + ". Replies are matched to requests by number within one "
                        + "stream; use another lookup port there");
                return;
            }
            if (n.content == output) {
                // ids follow the edges: a sink that gets a further stream moves behind it
                n.inputs.add(from);
                n.takesSensitive |= isSensitive(from);
                return;
            }
            if (n.kind == TopologyNode.Kind.SINK && n.name.equals(output.name())) {
                problems.add("output " + n.where() + " is declared twice, the second time at " + site
                        + "; use one constant for both");
                return;
            }
        }
        requireFree("output", output.name(), site);
        NodeDraft sink =
                new NodeDraft(TopologyNode.Kind.SINK, output.name(), output, List.of(from), List.of(), null, site);
        sink.takesSensitive = isSensitive(from);
        add(sink);
    }

    private boolean isSensitive(Port from) {
        return nodes.get(from.node()).isSensitive(from.port());
    }

    /**
     * Marks each event of a stream, so that a {@code with} can match answers with it.
     *
     * @param base the stream
     */
    public void markOrigin(Port base) {
        nodes.get(base.node()).originBase = true;
        sections.refuseBase(nodes.get(base.node()));
        if (base.port() != 0) {
            problems.add(nodes.get(base.node()).where()
                    + ": with works only on the main output of a word; put a map behind the side stream first");
        }
    }

    /**
     * Returns how long after its own time an event of a base may be answered by a branch, and by which node.
     *
     * @param base the stream on which {@code with} is called
     * @param branch the end of a branch that comes from there
     * @return {@link Waits#NONE} if it is answered in its own step
     */
    public Waits waits(Port base, Port branch) {
        return Branches.waits(nodes, base, branch);
    }

    /**
     * Names an operator that was given no name after others. Where another node has that name, or is given it later, it keeps the one made from
     * word and line: a number behind it would go by the order of the definition, so the next edit could make it that of another operator.
     *
     * @param node one of its outputs
     * @param made of the names of the others
     */
    public void nameAfter(Port node, String made) {
        if (named(made) == null) {
            nodes.get(node.node()).nameAfter(made);
        }
    }

    /**
     * Allows a stream to end where it is, because its node does something by itself. Any other operator none of whose
     * outputs leads anywhere is a problem of {@link #build}. It is reported only if there is no other problem, since a
     * refused word may be the one that was to take the output.
     *
     * @param stream an output of the node
     */
    public void end(Port stream) {
        nodes.get(stream.node()).isEnd = true;
    }

    /**
     * Changes an operator that was added already, in aspects on which its inputs, outputs and key do not depend.
     *
     * @param node one of its outputs
     * @param change returns the changed operator; not called if the operator could not be created
     */
    public void change(Port node, UnaryOperator<Operator<?, ?>> change) {
        NodeDraft n = nodes.get(node.node());
        if (n.content instanceof Operator<?, ?> operator) {
            n.content = change.apply(operator);
        }
    }

    /**
     * Declares that a stream brings the rows of a table. If it leads nowhere, the problem is that nobody asks the
     * table.
     *
     * @param rows an output of the node
     * @param name the name of the table
     */
    public void table(Port rows, String name) {
        nodes.get(rows.node()).table = name;
    }

    /**
     * Declares a bound on the keys of a stream. If no following word uses the key, that is a problem of {@link #build}.
     *
     * @param stream the stream
     * @param bound as it is declared
     * @param site the line
     */
    public void bound(Port stream, String bound, String site) {
        bounds.add(new LooseEnds.Bound(stream, bound, site));
    }

    /**
     * Declares within which time an event should come to a stream.
     *
     * @param stream the stream
     * @param budgetNs from when it was meant to be sent, nanoseconds; above 0
     */
    public void budget(Port stream, long budgetNs) {
        NodeDraft n = nodes.get(stream.node());
        if (budgetNs <= 0) {
            problems.add(n.where() + ": a latency budget of " + Duration.ofNanos(budgetNs) + "; use more than zero");
        }
        n.budgetNs.put(stream.port(), budgetNs);
    }

    /**
     * Declares that user code in a node reads something that is not in the log.
     *
     * @param node an output of the node
     * @param what at least one
     */
    public void dependsOn(Port node, Outside... what) {
        nodes.get(node.node()).outside.addAll(Arrays.asList(what));
    }

    /**
     * Asks for a thread.
     *
     * @param node an output of the node
     * @param thread its name
     */
    public void thread(Port node, String thread) {
        requireName("thread", thread, nodes.get(node.node()).where());
        nodes.get(node.node()).thread = thread;
        sections.refuseThread(nodes.get(node.node()), thread);
    }

    /**
     * Returns the type of a stream.
     *
     * @param p the stream
     * @return null if it is untyped, or an output of an operator that could not be created
     */
    public EventType<?> type(Port p) {
        List<EventType<?>> types = nodes.get(p.node()).types;
        return p.port() < types.size() ? types.get(p.port()) : null;
    }

    /**
     * Tells whether a stream is inside a section of parallel keys.
     *
     * @param p the stream
     * @return true if bounds on it are those of a shard
     */
    public boolean isParallel(Port p) {
        return nodes.get(p.node()).section != null;
    }

    /**
     * Returns where a stream comes from, in words.
     *
     * @param p the stream
     * @return node, line and topology
     */
    public String where(Port p) {
        return nodes.get(p.node()).where() + " of topology " + name;
    }

    /**
     * Returns the key of a stream.
     *
     * @param p the stream
     * @return null if it has none
     */
    public KeyInfo key(Port p) {
        return nodes.get(p.node()).key;
    }

    /**
     * Adds a problem that a front end found.
     *
     * @param problem with node, line and cure
     */
    public void problem(String problem) {
        problems.add(problem);
    }

    /**
     * Adds a problem that has a cause.
     *
     * @param problem with node, line and cure
     * @param cause   kept with the exception that lists the problems
     */
    public void problem(String problem, Throwable cause) {
        problems.add(problem);
        causes.add(cause);
    }

    /**
     * Returns all problems so far, for a front end that cannot go on.
     *
     * @return to be thrown
     */
    public TopologyException refusal() {
        TopologyException refusal = new TopologyException(name, problems);
        causes.forEach(refusal::addSuppressed);
        return refusal;
    }

    /**
     * Completes the topology.
     *
     * @return the topology
     * @throws TopologyException if there are problems; lists all of them
     */
    public Topology build() {
        if (nodes.stream().noneMatch(n -> n.kind == TopologyNode.Kind.SOURCE)) {
            problems.add("it has no input; begin with from(input)");
        } else if (nodes.stream().allMatch(n -> n.kind == TopologyNode.Kind.SOURCE)) {
            problems.add("nothing reads its inputs; lead them to an output with to(output)");
        }
        for (NodeDraft n : nodes) {
            if (n.content instanceof Operator<?, ?> o && o.matchesInputs()) {
                Branches.check(nodes, n, problems);
            }
        }
        sections.check();
        int[] order = sections.together(sinksLast());
        int[] marks = OriginMarks.of(nodes, order, problems);
        if (problems.isEmpty()) {
            LooseEnds.check(nodes, bounds, problems); // a word that is refused may be the one that was to take them
        }
        if (!problems.isEmpty()) {
            throw refusal();
        }
        return new Topology(name, finished(order, marks));
    }

    /** Sinks may have got streams from later nodes; everything else is already in the order of its edges. */
    private int[] sinksLast() {
        int[] order = new int[nodes.size()];
        int at = 0;
        for (int i = 0; i < order.length; i++) {
            if (nodes.get(i).kind != TopologyNode.Kind.SINK) {
                order[at++] = i;
            }
        }
        for (int i = 0; i < order.length; i++) {
            if (nodes.get(i).kind == TopologyNode.Kind.SINK) {
                order[at++] = i;
            }
        }
        return order;
    }

    private List<TopologyNode> finished(int[] order, int[] marks) {
        int[] newId = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            newId[order[i]] = i;
        }
        List<TopologyNode> result = new ArrayList<>();
        for (int old : order) {
            NodeDraft n = nodes.get(old);
            boolean matches = n.content instanceof Operator<?, ?> o && o.matchesInputs();
            int originDepth = matches ? marks[n.inputs.get(0).node()] : -1;
            n.inputs.replaceAll(p -> new Port(newId[p.node()], p.port()));
            result.add(new TopologyNode(n, newId[old], originDepth, n.originBase ? marks[old] : -1));
        }
        return result;
    }

    private Port add(NodeDraft draft) {
        nodes.add(draft);
        return Port.of(nodes.size() - 1);
    }
}
