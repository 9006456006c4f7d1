package io.millrace.dsl;

import io.millrace.event.DeadLetter;
import io.millrace.event.EventType;
import io.millrace.event.Input;
import io.millrace.event.LongField;
import io.millrace.event.RefusedException;
import io.millrace.operator.Operator;
import io.millrace.operator.Outside;
import io.millrace.operators.Fn.TextField;
import io.millrace.operators.With;
import io.millrace.operators.WithWaiting;
import io.millrace.time.Times;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.KeyInfo;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.topology.Waits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Defines a topology: what {@link Millrace#topology} hands to your definition. It is valid during that call, as are its
 * streams, tables and settings, and is used by one thread. After the call each word throws
 * {@link IllegalStateException}. A word that is given something of another definition reports that as a problem.
 */
public final class TopologyBuilder {
    private static final String WITH = ".with";

    /** A name has 64 characters at most, those of {@link #WITH} among them. */
    private static final int LEFT_OF_NAME = 64 - WITH.length();

    private final GraphBuilder graph;
    private final String name;
    private final List<String> named = new ArrayList<>();

    private final List<Begun> begun = new ArrayList<>();
    private boolean isOpen = true;

    TopologyBuilder(String name) {
        this.name = name;
        graph = new GraphBuilder(name);
    }

    /** The graph, for words: each changes it, or asks it. */
    GraphBuilder graph() {
        requireOpen();
        return graph;
    }

    Topology build() {
        tellOfBegun(null);
        return graph.build();
    }

    /**
     * Reports words that were begun and never completed. A word in whose own line something was thrown is left out,
     * since the throw may have kept it from being completed.
     */
    void tellOfBegun(Throwable thrown) {
        for (Begun word : begun) {
            if (!word.isComplete() && (thrown == null || !word.isOfLine(thrown))) {
                graph.problem(word.problem());
            }
        }
    }

    /** Notes a word that another word must complete. */
    Begun begin(String word, String site, String lacks) {
        requireOpen();
        Begun noted = new Begun(word, site, lacks);
        begun.add(noted);
        return noted;
    }

    /** Called when the definition has returned or failed. */
    void close() {
        isOpen = false;
    }

    /** Refuses a word after the end of the definition: it would change nothing, and its stream would lead nowhere. */
    void requireOpen() {
        if (!isOpen) {
            throw new IllegalStateException("topology " + name + " is defined: " + Site.word() + " (" + Site.here()
                    + ") would change nothing; say it inside the definition that Millrace.topology is given");
        }
    }

    /**
     * Notes a stream that may lead nowhere, because its node does something by itself or because it is what another
     * stream left.
     */
    <S extends EventStream<?>> S end(S stream) {
        graph().end(stream.port());
        return stream;
    }

    /**
     * Adds an operator whose outputs have a key of their own. An operator that cannot be made is a problem, and the
     * definition goes on.
     */
    Port keyed(String node, Supplier<? extends Operator<?, ?>> makes, KeyInfo key, String site, Port... inputs) {
        Operator<?, ?> operator;
        try {
            operator = makes.get();
        } catch (Throwable t) {
            return graph().unmade(node, key, site, Faults.told(t, Site.word()), inputs);
        }
        return graph().operator(node, operator, key, site, inputs);
    }

    /** Adds a {@code with}, whose branches answer each event of the base. */
    Port matched(EventStream<?> base, With.Combiner combiner, EventStream<?>... branches) {
        Port[] inputs = ports(base, branches);
        graph().markOrigin(base.port());
        Set<String> waiting = new LinkedHashSet<>();
        long withinNs = -1;
        for (Port input : inputs) {
            Waits waits = graph.waits(base.port(), input);
            if (waits.node() != null) {
                waiting.add(waits.node());
            }
            withinNs = Math.max(withinNs, waits.withinNs());
        }
        Operator<?, ?> with =
                withinNs < 0 ? With.of(branches.length, combiner) : WithWaiting.of(branches.length, combiner, withinNs);
        Port out = graph.operator(null, with, with.keepsKey() ? base.key() : null, Site.here(), inputs);
        nameAfter(out, String.join("+", waiting));
        return out;
    }

    /**
     * A {@code with} that waits keeps state, so a journal wants a name that stays: it is named after its branches that wait. It has none where one
     * of these has none, or another node has that name already.
     */
    private void nameAfter(Port with, String branches) {
        if (!branches.isEmpty() && branches.indexOf('@') < 0) {
            graph.nameAfter(with, branches.substring(0, Math.min(branches.length(), LEFT_OF_NAME)) + WITH);
        }
    }

    /** The ports of the streams that a word is given. */
    Port[] ports(EventStream<?>[] given) {
        Port[] ports = new Port[given.length];
        for (int i = 0; i < ports.length; i++) {
            ports[i] = port(given[i]);
        }
        return ports;
    }

    /** The port of the stream that a word is called on, and those of the streams that it is given. */
    Port[] ports(EventStream<?> of, EventStream<?>... given) {
        EventStream<?>[] all = new EventStream<?>[1 + given.length];
        all[0] = of;
        System.arraycopy(given, 0, all, 1, given.length);
        return ports(all);
    }

    /**
     * The port of a stream that a word is given. All words ask here, because a port is a bare number: that of a stream
     * of another definition would be whatever node has the same number here. Such a stream is reported, and a stand-in
     * takes its place.
     */
    Port port(EventStream<?> given) {
        if (given == null) {
            return standIn(null, Site.word() + " is given no stream, but null; give it one of this definition");
        }
        if (given.topology == this) {
            return given.port();
        }
        KeyInfo key = given instanceof KeyedStream<?> keyed ? keyed.key() : null;
        return standIn(
                key,
                Site.word() + " is given " + given.topology.graph.where(given.port())
                        + ", which is another and has nodes of its own; make the stream, table or setting anew inside the"
                        + " definition of " + name);
    }

    private Port standIn(KeyInfo key, String problem) {
        return graph().unmade(null, key, Site.here(), new IllegalArgumentException(problem));
    }

    /** The type of the events of a stream; null if it is not known. */
    static EventType<?> type(EventStream<?> of) {
        return of.topology.graph.type(of.port());
    }

    /**
     * Begins with an input.
     *
     * @param input the input
     * @param <T>   the type of its events
     * @return the stream of its events
     */
    public <T> EventStream<T> from(Input<T> input) {
        return new EventStream<>(this, graph().source(Objects.requireNonNull(input, "input"), Site.here()));
    }

    /**
     * Declares a setting: one row of parameters, the same for all events until an event of its input changes it, at an
     * exact place in the order. The input needs no event time; with one it takes part in the progress of the words that
     * read the setting.
     *
     * @param name    begins the names of the words that read the setting; unique among tables and settings
     * @param input   brings the changes, each a whole row
     * @param initial the row before the first change
     * @param <S>     the record
     * @return the setting, for {@code filter} and {@code map}
     */
    public <S extends Record> Setting<S> setting(String name, Input<S> input, S initial) {
        String site = Site.here();
        requireUnique("setting", name, site);
        EventStream<S> changes = new EventStream<>(this, graph.source(Objects.requireNonNull(input, "input"), site));
        try {
            return new Setting<>(
                    name, changes, input.type(), input.type().canonical(Objects.requireNonNull(initial, "initial")));
        } catch (RefusedException e) {
            graph.problem("setting " + name + " (" + site + "): its initial row cannot be kept: " + e.getMessage());
            return new Setting<>(name, changes, input.type(), initial);
        }
    }

    /**
     * Declares a table of the latest row of each number, for {@link KeyedStream#lookup}. The input needs no event time;
     * with one it takes part in the progress of the words that look rows up.
     *
     * @param name  unique among tables and settings
     * @param input brings the rows
     * @param key   reads the key; a captured variable that changes is outside the log
     * @param <T>   the type of the rows
     * @return the table, for {@code lookup}
     */
    public <T> Table<T> table(String name, Input<T> input, LongField<? super T> key) {
        return table(name, from(input).keyBy(key));
    }

    /**
     * Declares a table of the latest row of each text.
     *
     * @param name  unique among tables and settings
     * @param input brings the rows
     * @param key   reads the key, as for {@link EventStream#keyByText};
     *     a captured variable that changes is outside the log
     * @param <T>   the type of the rows
     * @return the table, for {@code lookup}
     */
    public <T> Table<T> tableByText(String name, Input<T> input, TextField<? super T> key) {
        return table(name, from(input).keyByText(key));
    }

    /**
     * Declares a table of the latest row of each text, with a maximum length of your own.
     *
     * @param name     unique among tables and settings
     * @param input    brings the rows
     * @param maxBytes the most bytes of the key, as for {@link EventStream#keyByText(int, TextField)}
     * @param key      reads the key; a captured variable that changes is outside the log
     * @param <T>      the type of the rows
     * @return the table, for {@code lookup}
     */
    public <T> Table<T> tableByText(String name, Input<T> input, int maxBytes, TextField<? super T> key) {
        return table(name, from(input).keyByText(maxBytes, key));
    }

    /**
     * Declares a table of the latest event of each key of a stream.
     *
     * @param name unique among tables and settings
     * @param rows the stream; a row that it retracts is deleted
     * @param <T>  the type of the rows
     * @return the table, for {@code lookup}
     */
    public <T> Table<T> table(String name, KeyedStream<T> rows) {
        String site = Site.here();
        requireUnique("table", name, site);
        // a stream that has lost its key is a problem of the words that look rows up
        KeyInfo key = Objects.requireNonNull(rows, "rows").key() != null ? rows.key() : new KeyInfo("long", 0, 0, site);
        if (rows.topology == this) { // else a problem of the word that looks rows up
            graph().table(rows.port(), name);
        }
        return new Table<>(name, rows, key, null);
    }

    /**
     * Gives the dead letters of this topology as a stream of it: what its inputs could not read as an event of their
     * type, and what its words refused or failed at.
     *
     * <p><b>Order.</b> The letters of an entry come after everything else that the entry causes, by node in the order
     * of the topology, and those of one node in the order in which they came about. They have the largest event time
     * seen. There are at most 64 of a node for each entry; more are counted.
     *
     * <p><b>Not included.</b> What fails below this stream is counted and listed, and never comes back into it. The
     * same holds for what fails while letters flow, such as firings of a shard of a section that a letter enters. What
     * a sink fails at does not come either, since it is no function of the input order.
     *
     * <p><b>Threads.</b> A topology that uses this stream runs on one thread. Other threads that it asks for are not
     * given; its plan reports that, and a live engine does when it starts.
     *
     * @return the stream; a letter is valid during the call, so take what you need with {@code map(type, function)} or
     *     {@code to(output, function)}. The header of what comes of it is that of the event, or firing, that failed
     */
    public EventStream<DeadLetter> deadLetters() {
        return new EventStream<>(this, graph().deadLetters(Site.here()));
    }

    /**
     * Declares that a function of yours reads something that is not in the log, so that another run of the same log may
     * put out something else. It changes only what the topology tells of itself. It is better to have such things come
     * as events.
     *
     * @param of   the stream that the function makes
     * @param what what it reads
     */
    public void dependsOn(EventStream<?> of, Outside... what) {
        graph().dependsOn(port(of), what);
    }

    /**
     * Declares within which time an event should reach a stream, counted from when it was meant to be sent. A host that
     * measures ({@code Setup.blame}) shows which events came too late, by key and place, and what took most of their
     * time. No result changes.
     *
     * @param of     the stream
     * @param within the time
     */
    public void budget(EventStream<?> of, Duration within) {
        graph().budget(port(of), Times.nanos(Objects.requireNonNull(within, "within")));
    }

    /**
     * The name that a word is given. A null name is a problem of its own; otherwise a name would be made for it, as for
     * words that take none.
     */
    String given(String nameOfWord) {
        if (nameOfWord == null) {
            graph().problem(Site.word() + " (" + Site.here()
                    + "): its name is null; give it one that is unique in the topology");
        }
        return nameOfWord;
    }

    private void requireUnique(String what, String name, String site) {
        graph().requireName(what, name, site);
        if (named.contains(name)) {
            graph.problem(what + " '" + name + "' (" + site + "): give it a name that no other table or setting has");
        }
        named.add(name);
    }
}
