package io.millrace.operators.order;

import io.millrace.dsl.Aggregates.LongValue;
import io.millrace.dsl.LookBack;
import io.millrace.event.EventType;
import io.millrace.operator.Operator;
import io.millrace.operators.Joined;
import io.millrace.operators.KeyByNumber;
import io.millrace.operators.LookUp;
import io.millrace.operators.MapBySetting;
import io.millrace.operators.MapValue;
import io.millrace.operators.async.Async;
import io.millrace.operators.order.Keeper.Bound;
import io.millrace.operators.process.Defer;
import io.millrace.operators.process.KeyState;
import io.millrace.operators.process.LongCell;
import io.millrace.operators.process.Outlet;
import io.millrace.operators.process.ProcessByKey;
import io.millrace.operators.rate.Dedupe;
import io.millrace.operators.rate.Throttle;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.KeyInfo;
import io.millrace.topology.Port;
import java.time.Duration;

/** Words with several inputs, or with state and firings, over cells: for the engine here, for the oracle in {@link Keeper}. */
final class Words {
    static final long SPAN_NS = 20;
    static final int KEYS = 8;
    private static final KeyInfo KEY = new KeyInfo("long", 0, 16, "");

    private final GraphBuilder graph;
    private int count;

    Words(GraphBuilder graph) {
        this.graph = graph;
    }

    /** What is kept of a key. */
    static final class Recent extends LookBack<Cell> {
        final Span<Cell> span = last(Duration.ofNanos(SPAN_NS));
        final LongValue cells = span.count();
        final LongValue ids = span.sum(c -> Math.floorMod(c.id, 100));
    }

    /** What a setting holds. */
    record Plus(long number) {}

    static long key(long id) {
        return Math.floorMod(id, KEYS);
    }

    Port node(String word, Operator<?, ?> operator, KeyInfo key, Port... inputs) {
        Port made = graph.operator(word + "-" + ++count, operator, key, "", inputs);
        graph.end(made); // where nothing happens to take it
        return made;
    }

    private Port keyed(Port from, String thread) {
        Port p = node("key", KeyByNumber.of((Cell c) -> key(c.id)), KEY, from);
        if (thread != null) {
            graph.thread(p, thread);
        }
        return p;
    }

    /** Each cell beside its row. */
    Port rows(Port events, Port rows, String thread) {
        return rows(events, rows, Bound.NONE, thread);
    }

    private Port rows(Port events, Port rows, Bound bound, String thread) {
        LookUp<Cell, Cell> operator =
                LookUp.<Cell, Cell>of(bounded(bound), Cell.TYPE).deleteWhen(c -> c.id % 5 == 0);
        operator = bound.evicts() ? operator.evictOldest() : operator;
        return node("lookup", operator, KEY, keyed(events, thread), keyed(rows, null));
    }

    private static KeyInfo bounded(Bound bound) {
        return bound.keysAtMost() == 0 ? KEY : KEY.withAtMost(bound.keysAtMost());
    }

    Port lookUp(Port events, Port rows, String thread) {
        return lookUp(events, rows, Bound.NONE, thread);
    }

    Port lookUp(Port events, Port rows, Bound bound, String thread) {
        Cell own = new Cell();
        return node(
                "row",
                MapValue.of(Cell.TYPE, (Joined<Cell, Cell> j) -> read(j, own)),
                KEY,
                rows(events, rows, bound, thread));
    }

    static Cell read(Joined<Cell, Cell> found, Cell into) {
        Cell c = found.left();
        return into.set(c.id * 5 + (found.hasRight() ? found.right().id : 7), c.timeNs, c.tag);
    }

    Port lookBack(Port events, String thread) {
        Port answered = node("back", LookBack.operator(Recent::new, KEY), KEY, keyed(events, thread));
        return recent(answered, false);
    }

    Port lookBack(Port events, Port content, String thread) {
        Operator<?, ?> operator = LookBack.<Cell, Cell, Recent>operatorOfTwoStreams(Recent::new, KEY);
        return recent(node("back", operator, KEY, keyed(events, thread), keyed(content, null)), true);
    }

    private Port recent(Port answered, boolean twoStreams) {
        Cell own = new Cell();
        return node(
                "recent",
                MapValue.of(Cell.TYPE, (Recent r) -> {
                    Cell c = twoStreams ? r.question(Cell.class) : r.event();
                    return own.set(c.id * 3 + 101 * r.cells.get() + r.ids.get(), c.timeNs, c.tag);
                }),
                KEY,
                answered);
    }

    Port setting(Port events, Port changes, String thread) {
        Port rows = node(
                "plus",
                MapValue.of(EventType.of(Plus.class), (Cell c) -> new Plus(Math.floorMod(c.id, 1000))),
                null,
                changes);
        if (thread != null) {
            graph.thread(rows, thread);
        }
        Cell own = new Cell();
        return node(
                "set",
                MapBySetting.of(
                        Cell.TYPE,
                        EventType.of(Plus.class),
                        new Plus(5),
                        (Cell c, Plus p) -> own.set(c.id + p.number(), c.timeNs, c.tag)),
                null,
                events,
                rows);
    }

    /** Counts by key what the first input brings, turns the count by the second; keys are kept to the end. */
    Port process(Port events, Port turns, String thread) {
        Operator<?, ?> operator = ProcessByKey.of(Words::newState, newState(), 2, Duration.ofNanos(1_000_000), KEY);
        return node("process", operator, KEY, keyed(events, thread), keyed(turns, null));
    }

    private static KeyState newState() {
        KeyState state = new KeyState();
        LongCell sum = new LongCell(state, "sum", 0) {};
        Outlet<Cell> out = new Outlet<>(state, "out", Cell.TYPE) {};
        Cell own = new Cell();
        state.handler(0, (Cell c) -> {
            sum.set(sum.get() + c.id);
            if (c.id % 3 != 0) {
                out.emit(own.set(sum.get(), c.timeNs, c.tag));
            }
        });
        state.handler(1, (Cell c) -> sum.set(c.id - sum.get()));
        state.outputsAtMost(1);
        state.seal();
        return state;
    }

    Port defer(Port events, long delayNs, String thread) {
        return node("defer", Defer.by(Duration.ofNanos(delayNs), KEY), KEY, keyed(events, thread));
    }

    Port dedupe(Port events, long horizonNs, String thread) {
        return node("dedupe", Dedupe.within(Duration.ofNanos(horizonNs), KEY), KEY, keyed(events, thread));
    }

    /** The first of a key, or the first so many, for ever: at a bound. */
    Port firsts(Port events, int most, boolean refusesLate, Bound bound, String thread) {
        Duration endless = Duration.ofNanos(Long.MAX_VALUE);
        Dedupe<Cell> dedupe = Dedupe.within(endless, bounded(bound));
        Throttle<Cell> throttle = Throttle.of(most, endless, bounded(bound));
        Operator<?, ?> operator = refusesLate
                ? bound.evicts() ? dedupe.evictOldest() : dedupe
                : bound.evicts() ? throttle.evictOldest() : throttle;
        return node("firsts", operator, KEY, keyed(events, thread));
    }

    /** Answers, and the replies that came too late for one. */
    Port[] asks(Port events, Asks asks, String thread) {
        Port asking = node("asks", asks.operator(), null, events, graph.source(asks.port.replies(), ""));
        graph.sink(asks.port.requests(), new Port(asking.node(), Async.REQUESTS), "");
        if (thread != null) {
            graph.thread(asking, thread);
        }
        Cell own = new Cell();
        Cell late = new Cell();
        return new Port[] {
            node("answered", MapValue.of(Cell.TYPE, (Joined<Cell, Asks.Score> j) -> Asks.cell(j, own)), null, asking),
            node(
                    "late",
                    MapValue.of(Cell.TYPE, (Asks.Score s) -> late.set(s.score(), 0, 3)),
                    null,
                    new Port(asking.node(), Async.LATE_REPLIES)),
            asking
        };
    }

    Port throttle(Port events, int most, long perNs, String thread) {
        return node("throttle", Throttle.of(most, Duration.ofNanos(perNs), KEY), KEY, keyed(events, thread));
    }
}
