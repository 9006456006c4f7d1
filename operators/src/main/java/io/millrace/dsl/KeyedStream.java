package io.millrace.dsl;

import io.millrace.event.EventType;
import io.millrace.event.InPlaceType;
import io.millrace.event.LookupPort;
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
import io.millrace.operators.Fn.Writer;
import io.millrace.operators.Fn.Writer2;
import io.millrace.operators.Joined;
import io.millrace.operators.LookUp;
import io.millrace.operators.MapBySetting;
import io.millrace.operators.MapInPlace;
import io.millrace.operators.MapInPlaceBySetting;
import io.millrace.operators.MapValue;
import io.millrace.operators.Merge;
import io.millrace.operators.OnTime;
import io.millrace.operators.Peek;
import io.millrace.operators.Score;
import io.millrace.operators.Scored;
import io.millrace.operators.process.Defer;
import io.millrace.operators.rate.Conflate;
import io.millrace.operators.rate.Dedupe;
import io.millrace.operators.rate.Throttle;
import io.millrace.operators.score.Model;
import io.millrace.operators.window.Window;
import io.millrace.topology.KeyInfo;
import io.millrace.topology.Port;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A stream of events with a key. {@code filter}, {@code peek}, {@code map}, {@code flatMap}, {@code score}, the events
 * that {@code branch} goes on with, {@code merge} with a stream keyed alike, and all words that keep state by key pass
 * the key on. Another {@code keyBy}, {@code group}, other merges and {@code with} lose it.
 *
 * @param <T> the type of the events
 */
public class KeyedStream<T> extends JoinWords<T> {
    private final KeyInfo key;

    KeyedStream(TopologyBuilder topology, Port port) {
        this(topology, port, topology.graph().key(port));
    }

    private KeyedStream(TopologyBuilder topology, Port port, KeyInfo key) {
        super(topology, port);
        this.key = key;
    }

    @Override
    KeyInfo key() {
        return key;
    }

    /**
     * Bounds the keys that each following word keeps at a time. At the bound an event of a new key goes to the dead
     * letters ({@code over-bound}), and the keys already held stay exact. This stream itself stays without the bound,
     * and {@code build()} refuses the topology if no word by key follows.
     *
     * @param most the most keys that a word holds; without this, as many as its share of the state budget allows. In a
     *     {@link #parallel} section each of the 64 shards has a 64th of it, rounded up
     * @return the same events; the bound goes on with their key
     */
    public KeyedStream<T> keysAtMost(int most) {
        if (most < 1) {
            topology.graph().problem("keysAtMost(" + most + ") (" + Site.here() + "); use 1 or more");
            return this;
        }
        if (key == null) {
            return this; // what follows says so
        }
        topology.graph().bound(port(), "keysAtMost(" + most + ")", Site.here());
        KeyInfo bounded = key.withAtMost(most);
        return new KeyedStream<>(topology, port(), topology.graph().isParallel(port()) ? bounded.ofShard() : bounded);
    }

    /**
     * Divides the keys of all following words by key among threads. The output does not depend on the number of
     * threads, and a host with one thread puts out the same. It pays where the work by key costs more than the way to
     * other cores and back.
     *
     * <p>The word begins a section. It ends where the stream loses its key ({@code keyBy} anew, {@code group}; as a
     * branch at {@code with}), at an output, and where the stream meets one from elsewhere or a setting. What follows
     * there runs on one thread. Keys belong to 64 virtual shards, by a fixed hash, and a thread runs whole shards.
     *
     * <p>Each shard has a 64th of each declared bound, rounded up, and of each word's share of the state budget. Its
     * timers and windows fire when its turn comes, at every 64th entry, and before an event of its own. So results of
     * different keys come in another order than without this word, but in the same one in each run.
     *
     * <p>Both sides of a join, or of a look-up, must have entered the section, under the same name. Functions of words
     * in it are called by several threads, each with its own events: a function that fills and returns an object of its
     * own must make a new one each time. Shape classes are made for each shard.
     *
     * @param name    the name of the section, and of its threads; unique in the topology, except for streams that are
     *     to meet in the section
     * @param threads how many threads, 1 to 64
     * @return the same events, inside the section
     */
    public KeyedStream<T> parallel(String name, int threads) {
        String section = topology.given(name) == null ? "parallel" : name;
        return new KeyedStream<>(topology, topology.graph().parallel(port(), key, section, threads, Site.here()));
    }

    @Override
    public KeyedStream<T> filter(Condition<? super T> keep) {
        return keyed(null, () -> Filter.of(keep), this);
    }

    @Override
    public KeyedStream<T> onTime() {
        return keyed(null, OnTime::create, this);
    }

    @Override
    public KeyedStream<T> peek(Action<? super T> look) {
        return topology.end(keyed(null, () -> Peek.of(look), this));
    }

    @Override
    public <R extends Record> KeyedStream<R> map(Class<R> type, Fn1<? super T, ? extends R> function) {
        return keyed(null, () -> MapValue.of(EventType.of(type), function), this);
    }

    @Override
    public <R, W> KeyedStream<R> map(InPlaceType<R, W> type, Writer<? super T, ? super W> function) {
        return keyed(null, () -> MapInPlace.of(type, function), this);
    }

    @Override
    public <R> KeyedStream<R> map(Fn1<? super T, ? extends R> function) {
        return keyed(null, () -> MapValue.untyped(function), this);
    }

    @Override
    public <R extends Record> KeyedStream<R> flatMap(
            Class<R> type, int atMost, FlatMap.Function<? super T, R> function) {
        return keyed(null, () -> FlatMap.of(EventType.of(type), atMost, function), this);
    }

    @Override
    public <R, W> KeyedStream<R> flatMap(
            InPlaceType<R, W> type, int atMost, FlatMapInPlace.Function<? super T, W> function) {
        return keyed(null, () -> FlatMapInPlace.of(type, atMost, function), this);
    }

    /** {@inheritDoc} The events that go on keep the key; inside the branch a {@code keyBy} is needed. */
    @Override
    public KeyedStream<T> branch(Condition<? super T> condition, Consumer<EventStream<T>> branch) {
        Objects.requireNonNull(branch, "branch").accept(filter(condition));
        return topology.end(keyed(null, () -> Filter.others(condition), this));
    }

    /**
     * Puts another stream of the same type and key together with this one. The order is: for each input entry, what it
     * causes on this stream, then on the other.
     *
     * @param other the other stream; if its key is of another kind the key is lost, and {@code build()} refuses a later
     *     word that needs one
     * @return the events of both, with the key
     */
    public KeyedStream<T> merge(KeyedStream<? extends T> other) {
        KeyInfo others = keyOf(other);
        KeyInfo common = key != null && others != null && key.matches(others) ? key : null;
        Port both = topology.graph().operator(null, Merge.of(2), common, Site.here(), topology.ports(this, other));
        return new KeyedStream<>(topology, both);
    }

    @Override
    public <S extends Record> KeyedStream<T> filter(Setting<S> setting, Condition2<? super T, ? super S> keep) {
        return keyed(
                Setting.nextFilter(setting),
                () -> FilterBySetting.of(setting.type(), setting.initial(), keep),
                this,
                setting.changes());
    }

    @Override
    public <S extends Record, R extends Record> KeyedStream<R> map(
            Setting<S> setting, Class<R> type, Fn2<? super T, ? super S, ? extends R> function) {
        return keyed(
                Setting.nextMap(setting),
                () -> MapBySetting.of(EventType.of(type), setting.type(), setting.initial(), function),
                this,
                setting.changes());
    }

    @Override
    public <S extends Record, R, W> KeyedStream<R> map(
            Setting<S> setting, InPlaceType<R, W> type, Writer2<? super T, ? super S, ? super W> function) {
        return keyed(
                Setting.nextMap(setting),
                () -> MapInPlaceBySetting.of(type, setting.type(), setting.initial(), function),
                this,
                setting.changes());
    }

    @Override
    public KeyedStream<Scored<T>> score(String name, Model model, Features<? super T> features) {
        return keyed(topology.given(name), () -> Score.of(model, features), this);
    }

    /**
     * Puts the table row of its key beside each event: the row that came last before the event in the order of the
     * input, whatever their event times. Without a row the right side is null.
     *
     * @param name  the name of the node, unique in the topology
     * @param table the table, with a key of the same kind
     * @param <U>   the type of the row
     * @return a pair for each event
     */
    public <U> KeyedStream<Joined<T, U>> lookup(String name, Table<U> table) {
        return lookedUp(name, table, null);
    }

    /**
     * Puts the table row of its key beside each event, or a default row for keys that have none.
     *
     * @param name       the name of the node, unique in the topology
     * @param table      the table, with a key of the same kind
     * @param defaultRow the right side where there is no row; {@link Joined#hasRight} is false all the same
     * @param <U>        the type of the row
     * @return a pair for each event
     */
    public <U extends Record> KeyedStream<Joined<T, U>> lookup(String name, Table<U> table, U defaultRow) {
        return lookedUp(name, table, Objects.requireNonNull(defaultRow, "defaultRow"));
    }

    @SuppressWarnings("unchecked") // the type of a table's port is that of its rows
    private <U> KeyedStream<Joined<T, U>> lookedUp(String name, Table<U> table, U defaultRow) {
        Objects.requireNonNull(table, "table");
        EventType<U> rowType = (EventType<U>) TopologyBuilder.type(table.rows());
        LookUp<T, U> operator = LookUp.<T, U>of(table.key(), rowType)
                .deleteWhen(table.deletes())
                .orElse(defaultRow);
        return keyed(
                topology.given(name), () -> table.evicts() ? operator.evictOldest() : operator, this, table.rows());
    }

    /**
     * Answers each event with aggregates over the past of its key. A late event goes to the dead letters.
     *
     * @param name    the name of the node, unique in the topology
     * @param history makes the object that declares what is kept, a new one at each call; called at build and once for
     *     each node
     * @param <H>     the shape class, which is also the result: valid during the call
     * @return one answer for each event
     */
    public <H extends LookBack<T>> KeyedStream<H> lookBack(String name, Supplier<H> history) {
        return keyed(topology.given(name), () -> LookBack.operator(history, key), this);
    }

    /**
     * Answers each event of this stream with aggregates over the past events that another stream had of the same key.
     *
     * @param name    the name of the node, unique in the topology
     * @param content the stream whose events are kept
     * @param history makes the object that declares what is kept, a new one at each call; called at build and once for
     *     each node
     * @param <C>     the type of the events that are kept
     * @param <H>     the shape class, which is also the result: valid during the call
     * @return one answer for each event of this stream
     */
    public <C, H extends LookBack<C>> KeyedStream<H> lookBack(
            String name, KeyedStream<C> content, Supplier<H> history) {
        return keyed(topology.given(name), () -> LookBack.<T, C, H>operatorOfTwoStreams(history, key), this, content);
    }

    /**
     * Aggregates the events of each key in a period of time or in a session, or so many of them. Time passes by the
     * times of events: if no input that reaches this word has an event time, a period ends only when the inputs end.
     *
     * @param name   the name of the node, unique in the topology
     * @param window which window, such as {@code tumbling(ofMinutes(1))}
     * @return the windows; call {@code aggregate} to say what is computed, and before it what becomes of late events
     */
    @Override
    public KeyedWindowed<T> window(String name, Window window) {
        return new KeyedWindowed<>(this, name, window);
    }

    /**
     * Groups the rows of this stream, taken as a table, and computes aggregates of the rows that each group has now. It
     * goes by the order of the input, never by event time; if several windows of a key may change, the row of the
     * newest counts. A row that this stream retracts, or {@link #deleteWhen deletes}, leaves its group.
     *
     * @param name the name of the node, unique in the topology
     * @return the groups; call {@code by} to say what groups the rows, and {@code aggregate} to say what is computed
     */
    public Grouped<T> group(String name) {
        return new Grouped<>(this, name, Site.here());
    }

    /** Adds an operator whose outputs have a key of their own. */
    final <A> KeyedStream<A> grouped(
            String name, Supplier<? extends Operator<?, ?>> makes, KeyInfo group, String site) {
        return new KeyedStream<>(topology, topology.keyed(name, makes, group, site, port()));
    }

    @Override
    public KeyedStream<T> onThread(String stage) {
        super.onThread(stage);
        return this;
    }

    // ---- state of your own

    /**
     * Calls handlers of yours with the state of one key, which they read and change.
     *
     * @param name     the name of the node, unique in the topology
     * @param keepIdle how long a key to which nothing happens is kept, in event time
     * @param process  makes the object with the handlers, such as {@code Reservation::new}; see {@link KeyedProcess};
     *     a captured variable that changes is outside the log
     * @param <P>      its class
     * @return the process, with its outputs
     */
    public <P extends KeyedProcess> Processed<P> process(String name, Duration keepIdle, Fn1<On<T>, P> process) {
        return Processed.of(this, name, keepIdle, () -> process.apply(On.input(0)));
    }

    /**
     * Calls handlers of yours with the state of one key, for the events of two inputs, in the canonical order.
     *
     * @param name     the name of the node, unique in the topology
     * @param keepIdle how long a key to which nothing happens is kept, in event time
     * @param a        the second input, with a key of the same kind
     * @param process  makes the object with the handlers; a captured variable that changes is outside the log
     * @param <A>      the type of the events of the second input
     * @param <P>      the class of the object
     * @return the process, with its outputs
     */
    public <A, P extends KeyedProcess> Processed<P> process(
            String name, Duration keepIdle, KeyedStream<A> a, Fn2<On<T>, On<A>, P> process) {
        return Processed.of(this, name, keepIdle, () -> process.apply(On.input(0), On.input(1)), a);
    }

    /**
     * Calls handlers of yours with the state of one key, for the events of three inputs, in the canonical order.
     *
     * @param name     the name of the node, unique in the topology
     * @param keepIdle how long a key to which nothing happens is kept, in event time
     * @param a        the second input, with a key of the same kind
     * @param b        the third input
     * @param process  makes the object with the handlers; a captured variable that changes is outside the log
     * @param <A>      the type of the events of the second input
     * @param <B>      the type of the events of the third input
     * @param <P>      the class of the object
     * @return the process, with its outputs
     */
    public <A, B, P extends KeyedProcess> Processed<P> process(
            String name, Duration keepIdle, KeyedStream<A> a, KeyedStream<B> b, Fn3<On<T>, On<A>, On<B>, P> process) {
        return Processed.of(this, name, keepIdle, () -> process.apply(On.input(0), On.input(1), On.input(2)), a, b);
    }

    /**
     * Calls handlers of yours with the state of one key, for the events of four inputs, in the canonical order.
     *
     * @param name     the name of the node, unique in the topology
     * @param keepIdle how long a key to which nothing happens is kept, in event time
     * @param a        the second input, with a key of the same kind
     * @param b        the third input
     * @param c        the fourth input
     * @param process  makes the object with the handlers; a captured variable that changes is outside the log
     * @param <A>      the type of the events of the second input
     * @param <B>      the type of the events of the third input
     * @param <C>      the type of the events of the fourth input
     * @param <P>      the class of the object
     * @return the process, with its outputs
     */
    public <A, B, C, P extends KeyedProcess> Processed<P> process(
            String name,
            Duration keepIdle,
            KeyedStream<A> a,
            KeyedStream<B> b,
            KeyedStream<C> c,
            Fn4<On<T>, On<A>, On<B>, On<C>, P> process) {
        return Processed.of(
                this, name, keepIdle, () -> process.apply(On.input(0), On.input(1), On.input(2), On.input(3)), a, b, c);
    }

    /**
     * Holds each event back until progress has reached its time plus a delay. The event comes out with that as its
     * time. Events that are due at the same time come in the order of their arrival.
     *
     * @param name  the name of the node, unique in the topology
     * @param delay how long, zero or more
     * @return the same events, later
     */
    public KeyedStream<T> defer(String name, Duration delay) {
        return keyed(topology.given(name), () -> Defer.by(delay, key), this);
    }

    @Override
    public <Q, R> KeyedAsyncWork<T, Q, R> async(
            String name, LookupPort<Q, R> port, Fn1<? super T, ? extends Q> request) {
        return new KeyedAsyncWork<>(this, name, port, request);
    }

    // ---- fewer events of a key

    /**
     * Passes the first event of a key and holds back those that repeat it within a horizon of event time. The key is
     * the id: key by what repeats. At the bound of keys an event of a new key is a dead letter, unless you say
     * {@link DedupedStream#evictOldest}.
     *
     * @param name    the name of the node, unique in the topology
     * @param horizon an event that is closer than this to one of its key that passed, before it or after it, is a
     *     duplicate; at exactly the horizon it is new
     * @return the events that pass; duplicates and late events are side streams, or dead letters
     */
    public DedupedStream<T> dedupe(String name, Duration horizon) {
        return new DedupedStream<>(
                topology, add(topology.given(name), () -> Dedupe.within(horizon, key), Site.here(), this));
    }

    /**
     * Passes at most so many events of a key in any span of event time and stops the others. No event is late. At the
     * bound of keys an event of a new key is a dead letter, unless you say {@link ThrottledStream#evictOldest}.
     *
     * @param name the name of the node, unique in the topology
     * @param most how many events pass, 1 to 1,000
     * @param per  the length of the span; exactly at its end one more event passes
     * @return the events that pass; those that are stopped are a side stream, or are dropped and counted
     */
    public ThrottledStream<T> throttle(String name, int most, Duration per) {
        return new ThrottledStream<>(
                topology, add(topology.given(name), () -> Throttle.of(most, per, key), Site.here(), this));
    }

    /**
     * Makes one event of those of a key in each period of event time: the latest. Periods are aligned to the epoch. The
     * event comes out when progress has reached the end of the period, stamped one nanosecond before that end.
     *
     * @param name   the name of the node, unique in the topology
     * @param period the length of a period
     * @return one event for each key and period that has any; events of a period that is over are a side stream, or
     *     dead letters
     */
    public ConflatedStream<T> conflate(String name, Duration period) {
        return conflated(name, () -> Conflate.latest(period, key));
    }

    /**
     * Makes one event of those of a key in each period of event time, by a function, such as their sum.
     *
     * @param name   the name of the node, unique in the topology
     * @param period the length of a period
     * @param merge  makes one event of what there is so far and the next event, in the order of the input; an event for
     *     which it throws goes to the dead letters and changes nothing;
     *     a captured variable that changes is outside the log
     * @return one event for each key and period that has any
     */
    public ConflatedStream<T> conflate(String name, Duration period, Fn2<? super T, ? super T, ? extends T> merge) {
        return conflated(name, () -> Conflate.merging(period, key, merge));
    }

    /**
     * Makes one event of those of a key in each period of event time, filled in place. Allocates nothing.
     *
     * @param name   the name of the node, unique in the topology
     * @param period the length of a period
     * @param type   the layout of this stream's events
     * @param merge  fills an event from what there is so far and the next event; a field that it does not set is zero;
     *     a captured variable that changes is outside the log
     * @param <W>    the type of the event, as the function fills it
     * @return one event for each key and period that has any
     */
    public <W> ConflatedStream<T> conflate(
            String name, Duration period, InPlaceType<T, W> type, Writer2<? super T, ? super T, ? super W> merge) {
        return conflated(name, () -> Conflate.filling(period, key, type, merge));
    }

    private ConflatedStream<T> conflated(String name, Supplier<? extends Operator<?, ?>> makes) {
        return new ConflatedStream<>(topology, add(topology.given(name), makes, Site.here(), this));
    }

    // ---- patterns

    /**
     * Finds a pattern among the events of each key.
     *
     * @param name    the name of the node, unique in the topology
     * @param within  the time from the first event of a match to its last must be less than this
     * @param pattern makes the pattern object, such as {@code Probing::new}; see {@link EventPattern};
     *     a captured variable that changes is outside the log
     * @param <P>     its class
     * @return the matches
     */
    public <P extends EventPattern<T>> Matches<T, P> pattern(String name, Duration within, Supplier<P> pattern) {
        return Matches.of(this, name, within, pattern::get);
    }

    /**
     * Finds a pattern among the events of each key of two inputs, in the order of (time, arrival).
     *
     * @param name    the name of the node, unique in the topology
     * @param within  the time from the first event of a match to its last must be less than this
     * @param a       the second input, with a key of the same kind
     * @param pattern makes the pattern object; a captured variable that changes is outside the log
     * @param <A>     the type of the events of the second input
     * @param <P>     the class of the object
     * @return the matches
     */
    public <A, P extends EventPattern.Mixed> Matches<T, P> pattern(
            String name, Duration within, KeyedStream<A> a, Fn2<On<T>, On<A>, P> pattern) {
        return Matches.of(this, name, within, () -> pattern.apply(On.input(0), On.input(1)), a);
    }

    /**
     * Finds a pattern among the events of each key of three inputs, in the order of (time, arrival).
     *
     * @param name    the name of the node, unique in the topology
     * @param within  the time from the first event of a match to its last must be less than this
     * @param a       the second input, with a key of the same kind
     * @param b       the third input
     * @param pattern makes the pattern object; a captured variable that changes is outside the log
     * @param <A>     the type of the events of the second input
     * @param <B>     the type of the events of the third input
     * @param <P>     the class of the object
     * @return the matches
     */
    public <A, B, P extends EventPattern.Mixed> Matches<T, P> pattern(
            String name, Duration within, KeyedStream<A> a, KeyedStream<B> b, Fn3<On<T>, On<A>, On<B>, P> pattern) {
        return Matches.of(this, name, within, () -> pattern.apply(On.input(0), On.input(1), On.input(2)), a, b);
    }

    /**
     * Finds a pattern among the events of each key of four inputs, in the order of (time, arrival).
     *
     * @param name    the name of the node, unique in the topology
     * @param within  the time from the first event of a match to its last must be less than this
     * @param a       the second input, with a key of the same kind
     * @param b       the third input
     * @param c       the fourth input
     * @param pattern makes the pattern object; a captured variable that changes is outside the log
     * @param <A>     the type of the events of the second input
     * @param <B>     the type of the events of the third input
     * @param <C>     the type of the events of the fourth input
     * @param <P>     the class of the object
     * @return the matches
     */
    public <A, B, C, P extends EventPattern.Mixed> Matches<T, P> pattern(
            String name,
            Duration within,
            KeyedStream<A> a,
            KeyedStream<B> b,
            KeyedStream<C> c,
            Fn4<On<T>, On<A>, On<B>, On<C>, P> pattern) {
        return Matches.of(
                this, name, within, () -> pattern.apply(On.input(0), On.input(1), On.input(2), On.input(3)), a, b, c);
    }
}
