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
 * A stream with a key. {@code filter peek map flatMap branch} and what keeps state by key keep it, and so does
 * {@code merge} with a stream of the same kind of key; only another {@code keyBy}, {@code group}, other merges and {@code with} lose it.
 *
 * @param <T> the event
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
     * Bounds the keys that each word behind it keeps at a time. At the bound an event of a new key goes to the dead letters,
     * those already held stay exact. This stream stays without the bound. Where no word by key stands behind its stream at all, {@code build()} says so.
     *
     * @param most the most keys a word holds; without this as many as its share of the state budget holds. In a section of
     *     {@link #parallel} each of the 64 shards has its share of it, rounded up
     * @return the same events with the bound, which goes on with the key
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
     * Divides the keys among threads, for all words by key that follow: a section begins, and ends where the stream leaves the
     * key ({@code keyBy} anew, {@code group}; as a branch at {@code with}), goes to an output, or meets a stream from elsewhere, a setting too; what
     * follows there runs on one thread. Keys belong to 64 virtual shards, by a fixed hash; a thread runs whole shards. What comes
     * out does not depend on the number of threads, and a host with one thread puts out the same. Worth it where what is done by key costs more than the way to other cores and back.
     *
     * <p>All that depends on capacity or on order between keys is a shard's own: it has a 64th of each declared bound, rounded up,
     * and of each word's share of the state budget; its timers and windows fire when its turn has come, every 64th entry, and
     * before an event of its own. So results of different keys come in another order than without this word, the same at each
     * run.
     *
     * <p>A word with two sides (a join, a table to look up in) stands in a section when both sides have entered it, under the same
     * name. Functions of words in it are called by several threads, each with its own events: one that fills and returns an
     * object of its own has to make a new one each time. Shape classes are made for each shard.
     *
     * @param name    of the section, and of its threads; unique in the topology, but for streams that are to meet in it
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

    /** {@inheritDoc} The others keep the key; inside the branch it takes a {@code keyBy}. */
    @Override
    public KeyedStream<T> branch(Condition<? super T> condition, Consumer<EventStream<T>> branch) {
        Objects.requireNonNull(branch, "branch").accept(filter(condition));
        return topology.end(keyed(null, () -> Filter.others(condition), this));
    }

    /**
     * Puts another stream of the same type and key behind this one, in the canonical order: for each entry what it causes
     * here, then what it causes there.
     *
     * @param other the other stream; when its key is of another kind the key is lost, and {@code build()} says where one is
     *     needed behind
     * @return both, with the key
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
     * Puts beside each event the row of its key in a table: the last one before the event in the order, whatever their event
     * times. The right side is null where there is none.
     *
     * @param name  unique in the topology
     * @param table the table, of the same kind of key
     * @param <U>   its row
     * @return each event with its row, exactly one an event
     */
    public <U> KeyedStream<Joined<T, U>> lookup(String name, Table<U> table) {
        return lookedUp(name, table, null);
    }

    /**
     * The same with a row for the keys that have none.
     *
     * @param name       unique in the topology
     * @param table      the table, of the same kind of key
     * @param defaultRow the right side where there is no row; {@link Joined#hasRight} stays false
     * @param <U>        its row
     * @return each event with a row, exactly one an event
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
     * Keeps what a shape class says of each key's past events, and answers it for each event.
     *
     * @param name    unique in the topology
     * @param history makes the shape object, a new one at each call; called at build and once a node
     * @param <H>     the shape class, which is also the result: valid during the call
     * @return one answer an event; late events go to the dead letters
     */
    public <H extends LookBack<T>> KeyedStream<H> lookBack(String name, Supplier<H> history) {
        return keyed(topology.given(name), () -> LookBack.operator(history, key), this);
    }

    /**
     * The same with a history that is made of another stream of the same key; the answer is given for each event of this one.
     *
     * @param name    unique in the topology
     * @param content whose events are kept
     * @param history makes the shape object, a new one at each call; called at build and once a node
     * @param <C>     the event that is kept
     * @param <H>     the shape class, which is also the result: valid during the call
     * @return one answer an event of this stream
     */
    public <C, H extends LookBack<C>> KeyedStream<H> lookBack(
            String name, KeyedStream<C> content, Supplier<H> history) {
        return keyed(topology.given(name), () -> LookBack.<T, C, H>operatorOfTwoStreams(history, key), this, content);
    }

    /**
     * Gathers the events of each key in a period of time, in a session, or so many of them. Time passes by the times of events:
     * where no input that reaches it has an event time, a period ends only when the inputs do.
     *
     * @param name   unique in the topology
     * @param window which, such as {@code tumbling(ofMinutes(1))}
     * @return the windows: say what is computed with {@code aggregate}, and before it what becomes of late events
     */
    @Override
    public KeyedWindowed<T> window(String name, Window window) {
        return new KeyedWindowed<>(this, name, window);
    }

    /**
     * Puts the rows of this stream, taken as a table, into groups, and computes aggregates of the rows that a group has at the moment: by
     * the order of the input, never by event time; of several windows of a key whose results may change, the newest one's row counts. What this stream retracts, or {@link #deleteWhen deletes}, is in no group any more.
     *
     * @param name unique in the topology
     * @return to be told by what, and what is computed
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
     * Calls handlers with the state of one key.
     *
     * @param name     unique in the topology
     * @param keepIdle how long a key is kept that nothing happens to
     * @param process  makes the object with the handlers, such as {@code Reservation::new}; see {@link KeyedProcess};
     *     a captured variable that changes is outside the log
     * @param <P>      its class
     * @return its outputs
     */
    public <P extends KeyedProcess> Processed<P> process(String name, Duration keepIdle, Fn1<On<T>, P> process) {
        return Processed.of(this, name, keepIdle, () -> process.apply(On.input(0)));
    }

    /**
     * Calls handlers with the state of one key, over two inputs in the canonical order.
     *
     * @param name     unique in the topology
     * @param keepIdle how long a key is kept that nothing happens to
     * @param a        the second input, with a key of the same kind
     * @param process  makes the object with the handlers; a captured variable that changes is outside the log
     * @param <A>      events of the second input
     * @param <P>      the object's class
     * @return its outputs
     */
    public <A, P extends KeyedProcess> Processed<P> process(
            String name, Duration keepIdle, KeyedStream<A> a, Fn2<On<T>, On<A>, P> process) {
        return Processed.of(this, name, keepIdle, () -> process.apply(On.input(0), On.input(1)), a);
    }

    /**
     * Calls handlers with the state of one key, over three inputs in the canonical order.
     *
     * @param name     unique in the topology
     * @param keepIdle how long a key is kept that nothing happens to
     * @param a        the second input, with a key of the same kind
     * @param b        the third
     * @param process  makes the object with the handlers; a captured variable that changes is outside the log
     * @param <A>      events of the second input
     * @param <B>      events of the third
     * @param <P>      the object's class
     * @return its outputs
     */
    public <A, B, P extends KeyedProcess> Processed<P> process(
            String name, Duration keepIdle, KeyedStream<A> a, KeyedStream<B> b, Fn3<On<T>, On<A>, On<B>, P> process) {
        return Processed.of(this, name, keepIdle, () -> process.apply(On.input(0), On.input(1), On.input(2)), a, b);
    }

    /**
     * Calls handlers with the state of one key, over four inputs in the canonical order.
     *
     * @param name     unique in the topology
     * @param keepIdle how long a key is kept that nothing happens to
     * @param a        the second input, with a key of the same kind
     * @param b        the third
     * @param c        the fourth
     * @param process  makes the object with the handlers; a captured variable that changes is outside the log
     * @param <A>      events of the second input
     * @param <B>      events of the third
     * @param <C>      events of the fourth
     * @param <P>      the object's class
     * @return its outputs
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
     * Holds each event back until progress has reached its time plus a delay. It comes out with that as its time; events of
     * one due in the order of their arrival.
     *
     * @param name  unique in the topology
     * @param delay zero or more
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
     * Lets the first event of a key pass and holds back those that repeat it within a horizon of event time. The key is the id:
     * {@code keyBy} what repeats. At the bound on keys events of new keys are dead letters, unless
     * {@link DedupedStream#evictOldest} says otherwise.
     *
     * @param name    unique in the topology
     * @param horizon how close to an event that passed, before or behind it, another of its key is a duplicate; at the horizon
     *     exactly it is new
     * @return what passes; its duplicates and late events are side streams, or dead letters
     */
    public DedupedStream<T> dedupe(String name, Duration horizon) {
        return new DedupedStream<>(
                topology, add(topology.given(name), () -> Dedupe.within(horizon, key), Site.here(), this));
    }

    /**
     * Lets so many events of a key pass in any span of a length of event time. At the bound on keys events of new keys are dead
     * letters, unless {@link ThrottledStream#evictOldest} says otherwise.
     *
     * @param name unique in the topology
     * @param most how many pass, 1 to 1,000
     * @param per  in any span of this length: at its end exactly one more passes
     * @return what passes; what is stopped is a side stream, or dropped and counted
     */
    public ThrottledStream<T> throttle(String name, int most, Duration per) {
        return new ThrottledStream<>(
                topology, add(topology.given(name), () -> Throttle.of(most, per, key), Site.here(), this));
    }

    /**
     * Makes one event of those of a key in each period of event time: the latest. Periods are aligned to the epoch; it comes
     * out when progress has reached the period's end, stamped one nanosecond before it.
     *
     * @param name   unique in the topology
     * @param period the length of a period
     * @return one event for each key and period that has any; events of a period that has passed are a side stream, or dead
     *     letters
     */
    public ConflatedStream<T> conflate(String name, Duration period) {
        return conflated(name, () -> Conflate.latest(period, key));
    }

    /**
     * The same with what a function makes of the events of a period, such as their sum.
     *
     * @param name   unique in the topology
     * @param period the length of a period
     * @param merge  makes one of what there is so far and the next event, in the order of the input; one for which it throws goes
     *     to the dead letters and changes nothing; a captured variable that changes is outside the log
     * @return one event for each key and period that has any
     */
    public ConflatedStream<T> conflate(String name, Duration period, Fn2<? super T, ? super T, ? extends T> merge) {
        return conflated(name, () -> Conflate.merging(period, key, merge));
    }

    /**
     * The same, filled in place: allocates nothing.
     *
     * @param name   unique in the topology
     * @param period the length of a period
     * @param type   the layout of this stream's events
     * @param merge  fills one from what there is so far and the next event; fields it leaves alone are zero;
     *     a captured variable that changes is outside the log
     * @param <W>    the event, as the function fills it
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
     * @param name    unique in the topology
     * @param within  less than this from the first event of a match to its last
     * @param pattern makes the pattern object, such as {@code Probing::new}; see {@link EventPattern}; a captured variable that
     *     changes is outside the log
     * @param <P>     its class
     * @return the matches
     */
    public <P extends EventPattern<T>> Matches<T, P> pattern(String name, Duration within, Supplier<P> pattern) {
        return Matches.of(this, name, within, pattern::get);
    }

    /**
     * Finds a pattern among the events of each key, over two inputs in the order of (time, arrival).
     *
     * @param name    unique in the topology
     * @param within  less than this from the first event of a match to its last
     * @param a       the second input, with a key of the same kind
     * @param pattern makes the pattern object; a captured variable that changes is outside the log
     * @param <A>     events of the second input
     * @param <P>     the object's class
     * @return the matches
     */
    public <A, P extends EventPattern.Mixed> Matches<T, P> pattern(
            String name, Duration within, KeyedStream<A> a, Fn2<On<T>, On<A>, P> pattern) {
        return Matches.of(this, name, within, () -> pattern.apply(On.input(0), On.input(1)), a);
    }

    /**
     * Finds a pattern among the events of each key, over three inputs in the order of (time, arrival).
     *
     * @param name    unique in the topology
     * @param within  less than this from the first event of a match to its last
     * @param a       the second input, with a key of the same kind
     * @param b       the third
     * @param pattern makes the pattern object; a captured variable that changes is outside the log
     * @param <A>     events of the second input
     * @param <B>     events of the third
     * @param <P>     the object's class
     * @return the matches
     */
    public <A, B, P extends EventPattern.Mixed> Matches<T, P> pattern(
            String name, Duration within, KeyedStream<A> a, KeyedStream<B> b, Fn3<On<T>, On<A>, On<B>, P> pattern) {
        return Matches.of(this, name, within, () -> pattern.apply(On.input(0), On.input(1), On.input(2)), a, b);
    }

    /**
     * Finds a pattern among the events of each key, over four inputs in the order of (time, arrival).
     *
     * @param name    unique in the topology
     * @param within  less than this from the first event of a match to its last
     * @param a       the second input, with a key of the same kind
     * @param b       the third
     * @param c       the fourth
     * @param pattern makes the pattern object; a captured variable that changes is outside the log
     * @param <A>     events of the second input
     * @param <B>     events of the third
     * @param <C>     events of the fourth
     * @param <P>     the object's class
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
