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
 * A stream of events while a topology is being defined. Each word adds an operator and answers the stream behind it; a stream
 * may be used several times. Functions given to words must be functions of their arguments: a captured variable that changes
 * is outside the log.
 *
 * @param <T> the event
 */
public class EventStream<T> {

    final TopologyBuilder topology;

    /** A bare number: of a stream that a word is given it is asked by {@link TopologyBuilder#port}, which knows whose it is. */
    private final Port port;

    EventStream(TopologyBuilder topology, Port port) {
        this.topology = topology;
        this.port = port;
    }

    /** Where this stream comes from, in the graph of its own builder. */
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

    /** The same; one that cannot be made is a problem, and the definition goes on. */
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
     * Lets events pass for which a condition holds.
     *
     * @param keep whether an event passes; a captured variable that changes is outside the log
     * @return the events that pass
     */
    public EventStream<T> filter(Condition<? super T> keep) {
        return then(() -> Filter.of(keep));
    }

    /**
     * Refuses events behind progress: each becomes one dead letter here, in front of a fork, instead of one at each word behind
     * it that would refuse it.
     *
     * @return the events that are not late
     */
    public EventStream<T> onTime() {
        return then(OnTime::create);
    }

    /**
     * Looks at each event. What the action does is outside the log and is done again at replay.
     *
     * @param look sees each event; a captured variable that changes is outside the log
     * @return the same events
     */
    public EventStream<T> peek(Action<? super T> look) {
        return topology.end(then(() -> Peek.of(look)));
    }

    /**
     * Makes a record of each event.
     *
     * @param type     the record
     * @param function makes it; a captured variable that changes is outside the log
     * @param <R>      the record
     * @return the records
     */
    public <R extends Record> EventStream<R> map(Class<R> type, Fn1<? super T, ? extends R> function) {
        return then(() -> MapValue.of(EventType.of(type), function));
    }

    /**
     * Fills an event for each event: allocates nothing.
     *
     * @param type     the layout to fill
     * @param function fills it; a captured variable that changes is outside the log
     * @param <R>      the event filled, as readers see it
     * @param <W>      the event filled, as the function sees it
     * @return the filled events
     */
    public <R, W> EventStream<R> map(InPlaceType<R, W> type, Writer<? super T, ? super W> function) {
        return then(() -> MapInPlace.of(type, function));
    }

    /**
     * Makes any object of each event, where nothing behind it stores, splits or leaves the stage; {@code build()} says so
     * otherwise.
     *
     * @param function makes it; a captured variable that changes is outside the log
     * @param <R>      the object
     * @return the objects
     */
    public <R> EventStream<R> map(Fn1<? super T, ? extends R> function) {
        return then(() -> MapValue.untyped(function));
    }

    /**
     * Makes up to a declared number of records of each event.
     *
     * @param type     the record
     * @param atMost   the most records of one event; an event with more goes to the dead letters
     * @param function emits them; a captured variable that changes is outside the log
     * @param <R>      the record
     * @return the records
     */
    public <R extends Record> EventStream<R> flatMap(
            Class<R> type, int atMost, FlatMap.Function<? super T, R> function) {
        return then(() -> FlatMap.of(EventType.of(type), atMost, function));
    }

    /**
     * Fills up to a declared number of events for each event: allocates nothing.
     *
     * @param type     the layout to fill
     * @param atMost   the most events of one event; an event with more goes to the dead letters
     * @param function fills them, each between {@code out.begin()} and {@code out.end()};
     *     a captured variable that changes is outside the log
     * @param <R>      the events filled, as readers see them
     * @param <W>      the events filled, as the function sees them
     * @return the filled events
     */
    public <R, W> EventStream<R> flatMap(
            InPlaceType<R, W> type, int atMost, FlatMapInPlace.Function<? super T, W> function) {
        return then(() -> FlatMapInPlace.of(type, atMost, function));
    }

    /**
     * Splits a stream: the branch gets the events for which the condition holds, this stream goes on with the others. One for
     * which it throws is one dead letter, and on neither.
     *
     * @param condition which events go to the branch; a captured variable that changes is outside the log
     * @param branch    what is done with them
     * @return the others
     */
    public EventStream<T> branch(Condition<? super T> condition, Consumer<EventStream<T>> branch) {
        Objects.requireNonNull(branch, "branch").accept(filter(condition));
        return topology.end(then(() -> Filter.others(condition)));
    }

    /**
     * Puts another stream of the same type behind this one, in the canonical order: for each entry what it causes here, then
     * what it causes there.
     *
     * @param other the other stream
     * @return both
     */
    public EventStream<T> merge(EventStream<? extends T> other) {
        return new EventStream<>(topology, add(null, Merge.of(2), Site.here(), this, other));
    }

    // ---- keys

    /**
     * Gives events a key that is a number.
     *
     * @param key reads it, and nothing else; it may be asked more than once for an event, to read ahead;
     *     a captured variable that changes is outside the log
     * @return the keyed stream
     */
    public KeyedStream<T> keyBy(LongField<? super T> key) {
        return keyedBy(() -> KeyByNumber.of(key), "long", 0);
    }

    /**
     * Gives events a key that is a pair of numbers.
     *
     * @param first  reads the first
     * @param second reads the second; a captured variable that changes is outside the log
     * @return the keyed stream
     */
    public KeyedStream<T> keyBy(LongField<? super T> first, LongField<? super T> second) {
        return keyedBy(() -> KeyByBytes.of(16, KeyFields.pair(first, second)), "long,long", 16);
    }

    /**
     * Gives events a key that is a text.
     *
     * @param key reads it; at most 62 bytes of UTF-8; an event with a longer one goes to the dead letters;
     *     a captured variable that changes is outside the log
     * @return the keyed stream
     */
    public KeyedStream<T> keyByText(TextField<? super T> key) {
        return textKey(KeyFields.TEXT_BYTES_MAX, false, () -> KeyFields.oneText(key));
    }

    /**
     * Gives events a key that is a longer text.
     *
     * @param maxBytes the most bytes of UTF-8, at most 1024; each key that is held takes room for so many
     * @param key      reads it; an event with a longer one goes to the dead letters;
     *     a captured variable that changes is outside the log
     * @return the keyed stream
     */
    public KeyedStream<T> keyByText(int maxBytes, TextField<? super T> key) {
        return textKey(maxBytes, true, () -> KeyFields.oneText(key));
    }

    /**
     * The same without an object: SBE's {@code getX(Appendable)} fits.
     *
     * @param key appends it; at most 62 bytes of UTF-8; a captured variable that changes is outside the log
     * @return the keyed stream
     */
    public KeyedStream<T> keyByTextInto(Writer<? super T, ? super Appendable> key) {
        return textKey(KeyFields.TEXT_BYTES_MAX, false, () -> KeyFields.appended(key));
    }

    /**
     * The same with a longer text.
     *
     * @param maxBytes the most bytes of UTF-8, at most 1024; each key that is held takes room for so many
     * @param key      appends it; an event with a longer one goes to the dead letters;
     *     a captured variable that changes is outside the log
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
     * Gives events a key made of several fields.
     *
     * @param fields lists them
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
     * Puts beside each event what a branch answers for it. The branch comes from this stream and answers each event exactly
     * once; one that waits (an as-of join in event-time mode) is waited for, and the result comes with its last answer. An event that a branch refuses is dropped here and counted; each branch that refuses it makes a dead letter, so
     * put {@link #onTime} in front of a fork, where late events become one.
     *
     * @param a     the branch
     * @param views makes the result; one that puts the event and its answers into a record as they come, such as
     *     {@code Seen::new}, is called again only when a reference differs, any other for each event. So what it does for
     *     its first event it has to do for all (the test driver checks 10,000): no choice and no test by what it sees;
     *     a captured variable that changes is outside the log
     * @param <A>   the answer
     * @param <R>   the result
     * @return one result an event
     */
    public <A, R extends Record> EventStream<R> with(EventStream<A> a, Fn2<? super T, ? super A, ? extends R> views) {
        return matched(parts -> views.apply(cast(parts[0]), cast(parts[1])), a);
    }

    /**
     * Puts beside each event what two branches answer for it.
     *
     * @param a     the first branch
     * @param b     the second
     * @param views makes the result; a captured variable that changes is outside the log
     * @param <A>   the first answer
     * @param <B>   the second
     * @param <R>   the result
     * @return one result an event
     */
    public <A, B, R extends Record> EventStream<R> with(
            EventStream<A> a, EventStream<B> b, Fn3<? super T, ? super A, ? super B, ? extends R> views) {
        return matched(parts -> views.apply(cast(parts[0]), cast(parts[1]), cast(parts[2])), a, b);
    }

    /**
     * Puts beside each event what three branches answer for it.
     *
     * @param a     the first branch
     * @param b     the second
     * @param c     the third
     * @param views makes the result; a captured variable that changes is outside the log
     * @param <A>   the first answer
     * @param <B>   the second
     * @param <C>   the third
     * @param <R>   the result
     * @return one result an event
     */
    public <A, B, C, R extends Record> EventStream<R> with(
            EventStream<A> a,
            EventStream<B> b,
            EventStream<C> c,
            Fn4<? super T, ? super A, ? super B, ? super C, ? extends R> views) {
        return matched(parts -> views.apply(cast(parts[0]), cast(parts[1]), cast(parts[2]), cast(parts[3])), a, b, c);
    }

    /**
     * Puts beside each event what four branches answer for it.
     *
     * @param a     the first branch
     * @param b     the second
     * @param c     the third
     * @param d     the fourth
     * @param views makes the result; a captured variable that changes is outside the log
     * @param <A>   the first answer
     * @param <B>   the second
     * @param <C>   the third
     * @param <D>   the fourth
     * @param <R>   the result
     * @return one result an event
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
     * Gathers all events of a period of time, of a session, or so many of them.
     *
     * @param name   unique in the topology
     * @param window which, such as {@code tumbling(ofMinutes(1))}
     * @return the windows: say what is computed with {@code aggregate}, and before it what becomes of late events
     */
    public Windowed<T> window(String name, Window window) {
        return new Windowed<>(this, name, window);
    }

    // ---- settings and models

    /**
     * Lets events pass for which a condition on the event and a setting holds.
     *
     * @param setting the setting, as the last change before the event in the order left it
     * @param keep    whether an event passes; a captured variable that changes is outside the log
     * @param <S>     the setting's record
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
     * @param type     the record
     * @param function makes it; a captured variable that changes is outside the log
     * @param <S>      the setting's record
     * @param <R>      the record
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
     * Fills an event for each event and a setting: allocates nothing.
     *
     * @param setting  the setting, as the last change before the event in the order left it
     * @param type     the layout to fill
     * @param function fills it; a captured variable that changes is outside the log
     * @param <S>      the setting's record
     * @param <R>      the event filled, as readers see it
     * @param <W>      the event filled, as the function sees it
     * @return the filled events
     */
    public <S extends Record, R, W> EventStream<R> map(
            Setting<S> setting, InPlaceType<R, W> type, Writer2<? super T, ? super S, ? super W> function) {
        Supplier<Operator<?, ?>> makes =
                () -> MapInPlaceBySetting.of(type, setting.type(), setting.initial(), function);
        return new EventStream<>(topology, add(Setting.nextMap(setting), makes, Site.here(), this, setting.changes()));
    }

    /**
     * Asks something outside for each event, such as a service, and waits for what it answers; each event is decided in time with
     * or without the answer, as {@link AsyncWork#decideWithin} says.
     *
     * @param name    unique in the topology
     * @param port    who is asked; bound when an engine is started
     * @param request makes the request of an event; a captured variable that changes is outside the log
     * @param <Q>     the request
     * @param <R>     the answer
     * @return to be completed by {@code decideWithin}
     */
    public <Q, R> AsyncWork<T, Q, R> async(String name, LookupPort<Q, R> port, Fn1<? super T, ? extends Q> request) {
        return new AsyncWork<>(this, name, port, request);
    }

    /**
     * Scores each event by a model. An event for which the model has no answer goes to the dead letters.
     *
     * @param name     unique in the topology
     * @param model    the model
     * @param features names each feature of the model, which is checked now; others are left out
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
     * Leads the stream to an output.
     *
     * @param output   the output
     * @param function makes the output's event; a captured variable that changes is outside the log
     * @param <R>      the output's event
     */
    public <R> void to(Output<R> output, Fn1<? super T, ? extends R> function) {
        String site = Site.here();
        Objects.requireNonNull(output, "output");
        topology.graph().sink(output, add(null, () -> MapValue.of(output.type(), function), site, this), site);
    }

    /**
     * Leads the stream to an output that is filled in place.
     *
     * @param output   the output
     * @param function fills the output's event; a captured variable that changes is outside the log
     * @param <R>      the output's event, as readers see it
     * @param <W>      the output's event, as the function sees it
     */
    public <R, W> void to(InPlaceOutput<R, W> output, Writer<? super T, ? super W> function) {
        String site = Site.here();
        Objects.requireNonNull(output, "output");
        topology.graph().sink(output, add(null, () -> MapInPlace.of(output.inPlaceType(), function), site, this), site);
    }

    /**
     * Adds an operator of your own, or one that has no word yet.
     *
     * @param name     unique in the topology
     * @param operator the operator, with one input
     * @param <R>      what it gives
     * @return its main output
     */
    public <R> EventStream<R> via(String name, Operator<? super T, R> operator) {
        return topology.end(new EventStream<>(topology, add(topology.given(name), operator, Site.here(), this)));
    }

    /**
     * Words of a library of yours: {@code stream.as(MyWords::on).myWord(...)}.
     *
     * @param words takes the stream
     * @param <S>   what has the words
     * @return what has the words
     */
    public <S> S as(Function<? super EventStream<T>, S> words) {
        return Objects.requireNonNull(words, "words").apply(this);
    }

    /**
     * Asks that the node of this stream, and what follows, run on a thread of its own: a live engine does so, hosts with one
     * thread ignore it; the output is the same. Worth it where what follows costs more than the way to another core; a sink then is
     * called by that thread. What lies on a thread, then on another and then on the first again is two stages with a thread each.
     *
     * @param stage the name of the thread
     * @return this stream
     */
    public EventStream<T> onThread(String stage) {
        topology.graph().thread(port, stage);
        return this;
    }
}
