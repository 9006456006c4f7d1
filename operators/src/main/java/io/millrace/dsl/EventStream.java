package io.millrace.dsl;

import io.millrace.event.EventType;
import io.millrace.event.InPlaceOutput;
import io.millrace.event.InPlaceType;
import io.millrace.event.LongField;
import io.millrace.event.LookupPort;
import io.millrace.event.Output;
import io.millrace.operator.Operator;
import io.millrace.operators.Features;
import io.millrace.operators.Filter;
import io.millrace.operators.FilterBySetting;
import io.millrace.operators.FlatMap;
import io.millrace.operators.FlatMapInPlace;
import io.millrace.operators.Fn.Action;
import io.millrace.operators.Fn.Condition;
import io.millrace.operators.Fn.Condition2;
import io.millrace.operators.Fn.Fn1;
import io.millrace.operators.Fn.Fn2;
import io.millrace.operators.Fn.Fn3;
import io.millrace.operators.Fn.Fn4;
import io.millrace.operators.Fn.Fn5;
import io.millrace.operators.Fn.TextField;
import io.millrace.operators.Fn.Writer;
import io.millrace.operators.Fn.Writer2;
import io.millrace.operators.KeyByBytes;
import io.millrace.operators.KeyByNumber;
import io.millrace.operators.MapBySetting;
import io.millrace.operators.MapInPlace;
import io.millrace.operators.MapInPlaceBySetting;
import io.millrace.operators.MapValue;
import io.millrace.operators.Merge;
import io.millrace.operators.OnTime;
import io.millrace.operators.Peek;
import io.millrace.operators.Score;
import io.millrace.operators.Scored;
import io.millrace.operators.With;
import io.millrace.operators.score.Model;
import io.millrace.operators.window.Window;
import io.millrace.topology.KeyInfo;
import io.millrace.topology.Port;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A stream of events, while a topology is being defined. Each word adds an operator and returns the stream that comes
 * out of it. A stream may be used several times; each use is a branch.
 *
 * <p>A function given to a word must depend on its arguments only. A captured variable that changes is outside the log,
 * and a replay cannot repeat it; use a {@link Setting}. An event for which a function throws becomes a dead letter, and
 * nothing of it is kept.
 *
 * @param <T> the type of the events
 */
public class EventStream<T> {

    final TopologyBuilder topology;

    /** A bare number. For a stream that a word is given, ask {@link TopologyBuilder#port}, which knows whose it is. */
    private final Port port;

    EventStream(TopologyBuilder topology, Port port) {
        this.topology = topology;
        this.port = port;
    }

    /** The node and output that this stream comes from, in the graph of its own builder. */
    final Port port() {
        return port;
    }

    /** Another output of its node. */
    final Port side(int number) {
        return new Port(port.node(), number);
    }

    /** Adds an operator; the key stays where the operator keeps it. */
    Port add(String name, Operator<?, ?> operator, String site, EventStream<?>... inputs) {
        Port[] ports = topology.ports(inputs);
        return topology.graph().operator(name, operator, operator.keepsKey() ? key() : null, site, ports);
    }

    /** The same; an operator that cannot be made is a problem, and the definition goes on. */
    final Port add(String name, Supplier<? extends Operator<?, ?>> makes, String site, EventStream<?>... inputs) {
        Operator<?, ?> operator;
        try {
            operator = makes.get();
        } catch (Throwable t) {
            return topology.graph().unmade(name, key(), site, Faults.told(t, Site.word()), topology.ports(inputs));
        }
        return add(name, operator, site, inputs);
    }

    /** The key of this stream, or null. */
    KeyInfo key() {
        return topology.graph().key(port);
    }

    final <R> EventStream<R> then(Supplier<? extends Operator<?, ?>> makes) {
        return new EventStream<>(topology, add(null, makes, Site.here(), this));
    }

    final <R> KeyedStream<R> keyedBy(Supplier<? extends Operator<?, ?>> makes, String kind, int keyBytes) {
        String site = Site.here();
        return new KeyedStream<>(
                topology, topology.keyed(null, makes, new KeyInfo(kind, keyBytes, 0, site), site, port));
    }

    /**
     * Passes events for which a condition holds. A replacement that does not pass becomes a retraction. A retraction
     * passes without being tested, except after a {@code changelog} or {@code retracting()} windows.
     *
     * @param keep whether an event passes; a captured variable that changes is outside the log
     * @return the events that pass
     */
    public EventStream<T> filter(Condition<? super T> keep) {
        return then(() -> Filter.of(keep));
    }

    /**
     * Refuses events behind progress. Each becomes one dead letter here, instead of one in each later branch that would
     * refuse it; so put this word before a fork.
     *
     * @return the events that are not behind progress
     */
    public EventStream<T> onTime() {
        return then(OnTime::create);
    }

    /**
     * Calls an action with each event. What the action does is outside the log; a replay does it again.
     *
     * @param look called with each event; a captured variable that changes is outside the log
     * @return the same events
     */
    public EventStream<T> peek(Action<? super T> look) {
        return topology.end(then(() -> Peek.of(look)));
    }

    /**
     * Makes a record of each event. A result that does not fit its layout is a dead letter. If the function throws for
     * a retraction, the retraction is still sent, with every field zero.
     *
     * @param type     the class of the record
     * @param function makes the record; a captured variable that changes is outside the log
     * @param <R>      the type of the record
     * @return the records
     */
    public <R extends Record> EventStream<R> map(Class<R> type, Fn1<? super T, ? extends R> function) {
        return then(() -> MapValue.of(EventType.of(type), function));
    }

    /**
     * Fills an event for each event. Allocates nothing.
     *
     * @param type     the layout to fill
     * @param function fills the event; a captured variable that changes is outside the log
     * @param <R>      the type of the filled event, as readers see it
     * @param <W>      the type of the filled event, as the function sees it
     * @return the filled events
     */
    public <R, W> EventStream<R> map(InPlaceType<R, W> type, Writer<? super T, ? super W> function) {
        return then(() -> MapInPlace.of(type, function));
    }

    /**
     * Makes any object of each event. No later word may store it or split it, and it may not leave the stage; otherwise
     * {@code build()} refuses it.
     *
     * @param function makes the object; a captured variable that changes is outside the log
     * @param <R>      the type of the object
     * @return the objects
     */
    public <R> EventStream<R> map(Fn1<? super T, ? extends R> function) {
        return then(() -> MapValue.untyped(function));
    }

    /**
     * Makes up to a declared number of records of each event.
     *
     * @param type     the class of the records
     * @param atMost   the most records of one event; an event with more goes to the dead letters
     * @param function emits the records; a captured variable that changes is outside the log
     * @param <R>      the type of the records
     * @return the records
     */
    public <R extends Record> EventStream<R> flatMap(
            Class<R> type, int atMost, FlatMap.Function<? super T, R> function) {
        return then(() -> FlatMap.of(EventType.of(type), atMost, function));
    }

    /**
     * Fills up to a declared number of events for each event. Allocates nothing.
     *
     * @param type     the layout to fill
     * @param atMost   the most events of one event; an event with more goes to the dead letters
     * @param function fills each between {@code out.begin()} and {@code out.end()};
     *     a captured variable that changes is outside the log
     * @param <R>      the type of the filled events, as readers see them
     * @param <W>      the type of the filled events, as the function sees them
     * @return the filled events
     */
    public <R, W> EventStream<R> flatMap(
            InPlaceType<R, W> type, int atMost, FlatMapInPlace.Function<? super T, W> function) {
        return then(() -> FlatMapInPlace.of(type, atMost, function));
    }

    /**
     * Leads the events for which a condition holds aside, and goes on with the others. An event for which the condition
     * throws is one dead letter, on neither side.
     *
     * @param condition which events go to the branch; a captured variable that changes is outside the log
     * @param branch    what is done with them
     * @return the events for which the condition does not hold
     */
    public EventStream<T> branch(Condition<? super T> condition, Consumer<EventStream<T>> branch) {
        Objects.requireNonNull(branch, "branch").accept(filter(condition));
        return topology.end(then(() -> Filter.others(condition)));
    }

    /**
     * Puts another stream of the same type together with this one. The order is: for each input entry, what it causes
     * on this stream, then on the other. Progress is that of the input that lags most.
     *
     * @param other the other stream
     * @return the events of both
     */
    public EventStream<T> merge(EventStream<? extends T> other) {
        return new EventStream<>(topology, add(null, Merge.of(2), Site.here(), this, other));
    }

    // ---- keys

    /**
     * Gives events a key that is a number: the cheapest key.
     *
     * @param key reads it and does nothing else, since it may be called again to read ahead;
     *     a captured variable that changes is outside the log
     * @return the keyed stream
     */
    public KeyedStream<T> keyBy(LongField<? super T> key) {
        return keyedBy(() -> KeyByNumber.of(key), "long", 0);
    }

    /**
     * Gives events a key that is a pair of numbers.
     *
     * @param first  reads the first number
     * @param second reads the second number; a captured variable that changes is outside the log
     * @return the keyed stream
     */
    public KeyedStream<T> keyBy(LongField<? super T> first, LongField<? super T> second) {
        return keyedBy(() -> KeyByBytes.of(16, KeyFields.pair(first, second)), "long,long", 16);
    }

    /**
     * Gives events a key that is a text of at most 62 bytes of UTF-8. An event with a longer text, or without one, goes
     * to the dead letters; an empty text is a key.
     *
     * @param key reads the text; a captured variable that changes is outside the log
     * @return the keyed stream
     */
    public KeyedStream<T> keyByText(TextField<? super T> key) {
        return textKey(KeyFields.TEXT_BYTES_MAX, false, () -> KeyFields.oneText(key));
    }

    /**
     * Gives events a key that is a text of a declared maximum length; both sides of a join must declare the same.
     *
     * @param maxBytes the most bytes of UTF-8, 1 to 1,024: the room of each key; longer texts go to the dead letters
     * @param key      reads the text; a captured variable that changes is outside the log
     * @return the keyed stream
     */
    public KeyedStream<T> keyByText(int maxBytes, TextField<? super T> key) {
        return textKey(maxBytes, true, () -> KeyFields.oneText(key));
    }

    /**
     * As {@link #keyByText(TextField)}, without making an object. SBE's {@code getX(Appendable)} fits.
     *
     * @param key appends the text; a captured variable that changes is outside the log
     * @return the keyed stream
     */
    public KeyedStream<T> keyByTextInto(Writer<? super T, ? super Appendable> key) {
        return textKey(KeyFields.TEXT_BYTES_MAX, false, () -> KeyFields.appended(key));
    }

    /**
     * Gives events a key that is a text of a declared maximum length, without making an object.
     *
     * @param maxBytes the most bytes of UTF-8, 1 to 1,024: the room of each key; longer texts go to the dead letters
     * @param key      appends the text; a captured variable that changes is outside the log
     * @return the keyed stream
     */
    public KeyedStream<T> keyByTextInto(int maxBytes, Writer<? super T, ? super Appendable> key) {
        return textKey(maxBytes, true, () -> KeyFields.appended(key));
    }

    private KeyedStream<T> textKey(int maxBytes, boolean declared, Supplier<KeyByBytes.KeyWriter<T>> key) {
        String problem = declared ? KeyFields.problem(maxBytes) : null;
        if (problem != null) {
            Throwable why = new IllegalArgumentException(problem);
            return new KeyedStream<>(topology, topology.graph().unmade(null, null, Site.here(), why, port));
        }
        int bytes = KeyFields.TEXT_HEAD + maxBytes;
        return keyedBy(() -> KeyByBytes.of(bytes, key.get()), "text", bytes);
    }

    /**
     * Gives events a key of several fields, such as {@code k -> k.text(Payment::country).number(Payment::terminal)}.
     *
     * @param fields lists the fields, in order
     * @return the keyed stream
     */
    public KeyedStream<T> keyByFields(Consumer<KeyFields<T>> fields) {
        KeyFields<T> list = new KeyFields<>();
        Objects.requireNonNull(fields, "fields").accept(list);
        if (list.problem() != null) {
            Throwable none = new IllegalArgumentException(list.problem());
            return new KeyedStream<>(topology, topology.graph().unmade(null, null, Site.here(), none, port));
        }
        if (list.onlyNumber() != null) {
            return keyedBy(() -> KeyByNumber.of(list.onlyNumber()), "long", 0);
        }
        return keyedBy(() -> KeyByBytes.of(list.maxBytes(), list.writer()), list.kind(), list.maxBytes());
    }

    // ---- with

    /**
     * Puts the answer of a branch beside each event. The branch must begin at this stream and answer each event exactly
     * once; {@code build()} checks it.
     *
     * <p>A branch may wait, such as an as-of join in event-time mode; the result then comes with the last answer. An
     * event that a branch refuses is dropped here and counted. Each branch that refuses it makes a dead letter; put
     * {@link #onTime} before the fork, so that a late event makes only one.
     *
     * @param a     the branch
     * @param views makes the result. If it only puts the event and its answers into a record, as {@code Seen::new}
     *     does, it is called again only when one of these objects is another; otherwise for each event. What it does
     *     for its first event it must do for all, without a choice by what it sees; the test driver checks the first
     *     10,000. Here too a captured variable that changes is outside the log
     * @param <A>   the type of the answer
     * @param <R>   the type of the result
     * @return one result for each event
     */
    public <A, R extends Record> EventStream<R> with(EventStream<A> a, Fn2<? super T, ? super A, ? extends R> views) {
        return matched(parts -> views.apply(cast(parts[0]), cast(parts[1])), a);
    }

    /**
     * Puts the answers of two branches beside each event; see {@link #with(EventStream, Fn2)}.
     *
     * @param a     the first branch
     * @param b     the second branch
     * @param views makes the result; a captured variable that changes is outside the log
     * @param <A>   the type of the first answer
     * @param <B>   the type of the second answer
     * @param <R>   the type of the result
     * @return one result for each event
     */
    public <A, B, R extends Record> EventStream<R> with(
            EventStream<A> a, EventStream<B> b, Fn3<? super T, ? super A, ? super B, ? extends R> views) {
        return matched(parts -> views.apply(cast(parts[0]), cast(parts[1]), cast(parts[2])), a, b);
    }

    /**
     * Puts the answers of three branches beside each event; see {@link #with(EventStream, Fn2)}.
     *
     * @param a     the first branch
     * @param b     the second branch
     * @param c     the third branch
     * @param views makes the result; a captured variable that changes is outside the log
     * @param <A>   the type of the first answer
     * @param <B>   the type of the second answer
     * @param <C>   the type of the third answer
     * @param <R>   the type of the result
     * @return one result for each event
     */
    public <A, B, C, R extends Record> EventStream<R> with(
            EventStream<A> a,
            EventStream<B> b,
            EventStream<C> c,
            Fn4<? super T, ? super A, ? super B, ? super C, ? extends R> views) {
        return matched(parts -> views.apply(cast(parts[0]), cast(parts[1]), cast(parts[2]), cast(parts[3])), a, b, c);
    }

    /**
     * Puts the answers of four branches beside each event; see {@link #with(EventStream, Fn2)}.
     *
     * @param a     the first branch
     * @param b     the second branch
     * @param c     the third branch
     * @param d     the fourth branch
     * @param views makes the result; a captured variable that changes is outside the log
     * @param <A>   the type of the first answer
     * @param <B>   the type of the second answer
     * @param <C>   the type of the third answer
     * @param <D>   the type of the fourth answer
     * @param <R>   the type of the result
     * @return one result for each event
     */
    public <A, B, C, D, R extends Record> EventStream<R> with(
            EventStream<A> a,
            EventStream<B> b,
            EventStream<C> c,
            EventStream<D> d,
            Fn5<? super T, ? super A, ? super B, ? super C, ? super D, ? extends R> views) {
        return matched(
                parts -> views.apply(cast(parts[0]), cast(parts[1]), cast(parts[2]), cast(parts[3]), cast(parts[4])),
                a,
                b,
                c,
                d);
    }

    private <R> EventStream<R> matched(With.Combiner combiner, EventStream<?>... branches) {
        return new EventStream<>(topology, topology.matched(this, combiner, branches));
    }

    @SuppressWarnings("unchecked")
    private static <X> X cast(Object part) {
        return (X) part;
    }

    // ---- windows

    /**
     * Aggregates all events of a period of time, or so many of them.
     *
     * @param name   the name of the node, unique in the topology
     * @param window which window, such as {@code tumbling(ofMinutes(1))}
     * @return the windows; call {@code aggregate} to say what is computed, and before it what becomes of late events
     */
    public Windowed<T> window(String name, Window window) {
        return new Windowed<>(this, name, window);
    }

    // ---- settings and models

    /**
     * Passes events for which a condition on the event and a setting holds.
     *
     * @param setting the setting, as the last change before the event in the order left it
     * @param keep    whether an event passes; a captured variable that changes is outside the log
     * @param <S>     the record of the setting
     * @return the events that pass
     */
    public <S extends Record> EventStream<T> filter(Setting<S> setting, Condition2<? super T, ? super S> keep) {
        Supplier<Operator<?, ?>> makes = () -> FilterBySetting.of(setting.type(), setting.initial(), keep);
        return new EventStream<>(
                topology, add(Setting.nextFilter(setting), makes, Site.here(), this, setting.changes()));
    }

    /**
     * Makes a record of each event and a setting.
     *
     * @param setting  the setting, as the last change before the event in the order left it
     * @param type     the class of the record
     * @param function makes the record; a captured variable that changes is outside the log
     * @param <S>      the record of the setting
     * @param <R>      the type of the record
     * @return the records
     */
    public <S extends Record, R extends Record> EventStream<R> map(
            Setting<S> setting, Class<R> type, Fn2<? super T, ? super S, ? extends R> function) {
        return new EventStream<>(
                topology,
                add(
                        Setting.nextMap(setting),
                        () -> MapBySetting.of(EventType.of(type), setting.type(), setting.initial(), function),
                        Site.here(),
                        this,
                        setting.changes()));
    }

    /**
     * Fills an event for each event and a setting. Allocates nothing.
     *
     * @param setting  the setting, as the last change before the event in the order left it
     * @param type     the layout to fill
     * @param function fills the event; a captured variable that changes is outside the log
     * @param <S>      the record of the setting
     * @param <R>      the type of the filled event, as readers see it
     * @param <W>      the type of the filled event, as the function sees it
     * @return the filled events
     */
    public <S extends Record, R, W> EventStream<R> map(
            Setting<S> setting, InPlaceType<R, W> type, Writer2<? super T, ? super S, ? super W> function) {
        Supplier<Operator<?, ?>> makes =
                () -> MapInPlaceBySetting.of(type, setting.type(), setting.initial(), function);
        return new EventStream<>(topology, add(Setting.nextMap(setting), makes, Site.here(), this, setting.changes()));
    }

    /**
     * Asks an outside service about each event, and decides each by a deadline, with or without the answer; see
     * {@link AsyncWork}.
     *
     * @param name    the name of the node, unique in the topology
     * @param port    who is asked; bound when an engine is started
     * @param request makes the request of an event; a captured variable that changes is outside the log
     * @param <Q>     the type of the request
     * @param <R>     the type of the answer
     * @return the work, to be completed by {@code decideWithin}
     */
    public <Q, R> AsyncWork<T, Q, R> async(String name, LookupPort<Q, R> port, Fn1<? super T, ? extends Q> request) {
        return new AsyncWork<>(this, name, port, request);
    }

    /**
     * Scores each event by a model. An event for which the raw score is NaN goes to the dead letters.
     *
     * @param name     the name of the node, unique in the topology
     * @param model    the model
     * @param features names all features of the model, which is checked now; others are not computed
     * @return each event with its score
     */
    public EventStream<Scored<T>> score(String name, Model model, Features<? super T> features) {
        return new EventStream<>(
                topology, add(topology.given(name), () -> Score.of(model, features), Site.here(), this));
    }

    // ---- ends and doors

    /**
     * Leads the stream to an output.
     *
     * @param output the output, of the same event type
     */
    public void to(Output<T> output) {
        topology.graph().sink(Objects.requireNonNull(output, "output"), port, Site.here());
    }

    /**
     * Leads the stream to an output, making the output's event of each event.
     *
     * @param output   the output
     * @param function makes the output's event; a captured variable that changes is outside the log
     * @param <R>      the type of the output's event
     */
    public <R> void to(Output<R> output, Fn1<? super T, ? extends R> function) {
        String site = Site.here();
        Objects.requireNonNull(output, "output");
        topology.graph().sink(output, add(null, () -> MapValue.of(output.type(), function), site, this), site);
    }

    /**
     * Leads the stream to an output whose events are filled in place.
     *
     * @param output   the output
     * @param function fills the output's event; a captured variable that changes is outside the log
     * @param <R>      the type of the output's event, as readers see it
     * @param <W>      the type of the output's event, as the function sees it
     */
    public <R, W> void to(InPlaceOutput<R, W> output, Writer<? super T, ? super W> function) {
        String site = Site.here();
        Objects.requireNonNull(output, "output");
        topology.graph().sink(output, add(null, () -> MapInPlace.of(output.inPlaceType(), function), site, this), site);
    }

    /**
     * Adds an operator of your own, or one for which there is no word.
     *
     * @param name     the name of the node, unique in the topology
     * @param operator the operator, with one input
     * @param <R>      the type of what it sends
     * @return the stream of its main output
     */
    public <R> EventStream<R> via(String name, Operator<? super T, R> operator) {
        return topology.end(new EventStream<>(topology, add(topology.given(name), operator, Site.here(), this)));
    }

    /**
     * Gives access to words of your own: {@code stream.as(MyWords::on).myWord(...)}.
     *
     * @param words makes, of this stream, the object that has the words
     * @param <S>   the type of that object
     * @return that object
     */
    public <S> S as(Function<? super EventStream<T>, S> words) {
        return Objects.requireNonNull(words, "words").apply(this);
    }

    /**
     * Asks that the node of this stream, and all that follows, run on a thread of its own. A live engine does so, and
     * that thread calls the sinks; hosts with one thread ignore the word. The output is the same. It pays where what
     * follows costs more than the way to another core. A path that leaves a thread and returns to it makes two stages,
     * with a thread each.
     *
     * @param stage the name of the thread
     * @return this stream
     */
    public EventStream<T> onThread(String stage) {
        topology.graph().thread(port, stage);
        return this;
    }
}
