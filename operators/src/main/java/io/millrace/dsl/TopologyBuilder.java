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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Where the definition of a topology begins. Valid during {@link Millrace#topology}, as are its streams, tables and settings; one
 * thread. Behind it each word throws {@link IllegalStateException}; given to a word of another definition, what is of this one is
 * a problem of that.
 */
public final class TopologyBuilder {
    private final GraphBuilder graph;
    private final String name;
    private final List<String> named = new ArrayList<>();
    private final List<Begun> begun = new ArrayList<>();
    private boolean isOpen = true;

    TopologyBuilder(String name) {
        this.name = name;
        graph = new GraphBuilder(name);
    }

    /** For words: each changes the graph, or asks it. */
    GraphBuilder graph() {
        requireOpen();
        return graph;
    }

    Topology build() {
        tellOfBegun(null);
        return graph.build();
    }

    /** What was thrown may have kept its own line from the word that completes what it has begun; all else is a problem. */
    void tellOfBegun(Throwable thrown) {
        for (Begun word : begun) {
            if (!word.isComplete() && (thrown == null || !word.isOfLine(thrown))) {
                graph.problem(word.problem());
            }
        }
    }

    /** Notes a word that has to be completed by another. */
    Begun begin(String word, String site, String lacks) {
        requireOpen();
        Begun noted = new Begun(word, site, lacks);
        begun.add(noted);
        return noted;
    }

    /** The definition has returned, or has failed. */
    void close() {
        isOpen = false;
    }

    /** A word behind the end of the definition would change nothing, and its stream lead nowhere. */
    void requireOpen() {
        if (!isOpen) {
            throw new IllegalStateException("topology " + name + " is defined: " + Site.word() + " (" + Site.here()
                    + ") would change nothing; say it inside the definition that Millrace.topology is given");
        }
    }

    /** A stream that may lead nowhere: its node does something by itself, or it is what another leaves. */
    <S extends EventStream<?>> S end(S stream) {
        graph().end(stream.port());
        return stream;
    }

    /** Adds an operator whose outputs have a key of their own; one that cannot be made is a problem, and the definition goes on. */
    Port keyed(String node, Supplier<? extends Operator<?, ?>> makes, KeyInfo key, String site, Port... inputs) {
        Operator<?, ?> operator;
        try {
            operator = makes.get();
        } catch (Throwable t) {
            return graph().unmade(node, key, site, Faults.told(t, Site.word()), inputs);
        }
        return graph().operator(node, operator, key, site, inputs);
    }

    /** A {@code with}: the branches answer for each event of the base. */
    Port matched(EventStream<?> base, With.Combiner combiner, EventStream<?>... branches) {
        Port[] inputs = ports(base, branches);
        graph().markOrigin(base.port());
        long withinNs = -1;
        for (Port input : inputs) {
            withinNs = Math.max(withinNs, graph.answersWithinNs(base.port(), input));
        }
        Operator<?, ?> with =
                withinNs < 0 ? With.of(branches.length, combiner) : WithWaiting.of(branches.length, combiner, withinNs);
        return graph.operator(null, with, with.keepsKey() ? base.key() : null, Site.here(), inputs);
    }

    /** Where the streams that a word is given come from. */
    Port[] ports(EventStream<?>[] given) {
        Port[] ports = new Port[given.length];
        for (int i = 0; i < ports.length; i++) {
            ports[i] = port(given[i]);
        }
        return ports;
    }

    /** The same with the stream that the word is called on. */
    Port[] ports(EventStream<?> of, EventStream<?>... given) {
        EventStream<?>[] all = new EventStream<?>[1 + given.length];
        all[0] = of;
        System.arraycopy(given, 0, all, 1, given.length);
        return ports(all);
    }

    /**
     * Where a stream that a word is given comes from. All words ask here: a port is a bare number, and that of a stream of another
     * definition would be whatever node has the same number here. It is told, and something stands for it.
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

    /** What a stream carries; null when that is not known. */
    static EventType<?> type(EventStream<?> of) {
        return of.topology.graph.type(of.port());
    }

    /**
     * Begins with an input.
     *
     * @param input the input
     * @param <T>   its event
     * @return the stream of its events
     */
    public <T> EventStream<T> from(Input<T> input) {
        return new EventStream<>(this, graph().source(Objects.requireNonNull(input, "input"), Site.here()));
    }

    /**
     * Declares one row of parameters, the same for every event until an event of its input changes it, at an exact place in
     * the order. The input needs no event time; one that has it takes part in the progress of what reads the setting.
     *
     * @param name    begins the names of the words that read it
     * @param input   brings the changes, each a whole row
     * @param initial the row before the first change
     * @param <S>     the record
     * @return what {@code filter} and {@code map} take
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
     * Declares a table of the latest row a number, for {@link KeyedStream#lookup}. The input needs no event time; one that
     * has it takes part in the progress of what looks rows up.
     *
     * @param name  unique among tables and settings
     * @param input brings the rows
     * @param key   reads the key; a captured variable that changes is outside the log
     * @param <T>   the row
     * @return what {@code lookup} takes
     */
    public <T> Table<T> table(String name, Input<T> input, LongField<? super T> key) {
        return table(name, from(input).keyBy(key));
    }

    /**
     * Declares a table of the latest row a text.
     *
     * @param name  unique among tables and settings
     * @param input brings the rows
     * @param key   reads the key, as {@link EventStream#keyByText} does;
     *     a captured variable that changes is outside the log
     * @param <T>   the row
     * @return what {@code lookup} takes
     */
    public <T> Table<T> tableByText(String name, Input<T> input, TextField<? super T> key) {
        return table(name, from(input).keyByText(key));
    }

    /**
     * Declares a table of the latest row a longer text.
     *
     * @param name     unique among tables and settings
     * @param input    brings the rows
     * @param maxBytes the most bytes of the key, as with {@link EventStream#keyByText(int, TextField)}
     * @param key      reads the key; a captured variable that changes is outside the log
     * @param <T>      the row
     * @return what {@code lookup} takes
     */
    public <T> Table<T> tableByText(String name, Input<T> input, int maxBytes, TextField<? super T> key) {
        return table(name, from(input).keyByText(maxBytes, key));
    }

    /**
     * Declares a table of the latest event a key of a stream.
     *
     * @param name unique among tables and settings
     * @param rows the stream; what it retracts is deleted
     * @param <T>  the row
     * @return what {@code lookup} takes
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
     * The dead letters of this topology: what its inputs could not be read as, and what its words refused or failed at. Those
     * that an entry causes come when all else has happened that it causes: by node in the order of the topology, and of one node
     * as they came about, at most 64 an entry; more are counted. They have the largest event time seen.
     *
     * <p>What fails below this stream, or while letters flow (as what a shard of a section fires because a letter comes into it), is
     * counted and listed, and never comes back into it. What a sink fails at does not come
     * either: it is no function of the input order. A topology that asks for this stream runs on one thread: those that it asks for
     * beside it are not given, which its plan says, and a live engine when it starts.
     *
     * @return a letter is valid during the call: take what is needed with {@code map(type, function)} or {@code to(output,
     *     function)}; the header of what comes of it is that of the event, or firing, that failed
     */
    public EventStream<DeadLetter> deadLetters() {
        return new EventStream<>(this, graph().deadLetters(Site.here()));
    }

    /**
     * Says that a function of yours reads something that is not in the log: then another run of the same log may put out something
     * else. Changes nothing but what the topology tells of itself. Better is to have it come as an event.
     *
     * @param of   the stream that the function makes
     * @param what it reads
     */
    public void dependsOn(EventStream<?> of, Outside... what) {
        graph().dependsOn(port(of), what);
    }

    /**
     * Declares within which time from when it was meant to be sent an event should come to a stream. A host that measures ({@code
     * Setup.blame}) tells which events did not, by key and place, and what took most of their time. It changes no result.
     *
     * @param of     the stream
     * @param within the time
     */
    public void budget(EventStream<?> of, Duration within) {
        graph().budget(port(of), Times.nanos(Objects.requireNonNull(within, "within")));
    }

    /** The name that a word is given. None would be made for one that is null, as for words that take none: it is a problem of its own. */
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
