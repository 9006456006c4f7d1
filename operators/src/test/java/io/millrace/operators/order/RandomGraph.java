package io.millrace.operators.order;

import io.millrace.event.DeadLetter;
import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.event.Reason;
import io.millrace.operator.Shards;
import io.millrace.operators.Filter;
import io.millrace.operators.FlatMap;
import io.millrace.operators.Joined;
import io.millrace.operators.MapValue;
import io.millrace.operators.Merge;
import io.millrace.operators.With;
import io.millrace.operators.order.Keeper.Bound;
import io.millrace.plan.PlanOptions;
import io.millrace.plan.Planner;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import io.millrace.topology.TopologyNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * A random topology, in two forms: for the engine, and for the oracle that evaluates it list by list as the canonical order is
 * defined.
 */
final class RandomGraph {
    private static final String[] THREADS = {null, null, "a", "b", "c"};
    /** One in so many flatMaps makes many of an event: more than what stands behind it fires else. */
    private static final int MANY_IN = 5;

    private static final int MANY = 60;

    private static final int MOST_SLOTS = 1 << 13;
    private static final long ROOM_BYTES = 1 << 20;
    private static final long MOST_BYTES = 512 << 20;

    final List<Input<Cell>> inputs = new ArrayList<>();
    final List<Output<Cell>> outputs = new ArrayList<>();
    final List<OracleNode> oracle = new ArrayList<>();

    /** Their replies are further inputs. */
    final List<Asks> asks = new ArrayList<>();

    final Topology topology;

    private final Random random;

    /** Whether letters are read: then all is one stage. */
    final boolean readsLetters;

    final long seed;
    private final int threads;

    /** Names of threads are those numbers; 0 where the drawn layout stands. */
    private final int stages;

    private int asked;

    /** Called by functions of operators, on whatever thread they are; before the start. */
    volatile Runnable meanwhile = () -> {};

    private int sections;
    private boolean hasMany;

    /** What comes out of sections as it is, for outputs only. */
    private final List<Port> direct = new ArrayList<>();

    private final List<OracleNode> directTwins = new ArrayList<>();
    private final GraphBuilder graph;
    private final Words words;
    private final List<Port> streams = new ArrayList<>();
    private final List<OracleNode> twins = new ArrayList<>();

    /** By number of the node, while the graph is drawn, the twins of what fires: in a section one for each shard. */
    private final Map<Integer, List<OracleNode>> fire = new HashMap<>();

    /** Of requests, which stand between the other nodes until the topology is made. */
    private final List<Integer> sinks = new ArrayList<>();

    RandomGraph(long seed) {
        this(seed, threads(seed));
    }

    /** Of its sections, where nobody says another number. */
    static int threads(long seed) {
        return 1 << (seed & 3);
    }

    /** With the layout that is drawn, and sections of parallel keys on so many threads. */
    private RandomGraph(long seed, int threads) {
        this(seed, threads, 0);
    }

    private RandomGraph(long seed, int threads, int stages) {
        this.seed = seed;
        this.threads = threads;
        this.stages = stages;
        random = new Random(seed);
        graph = new GraphBuilder("random-" + seed);
        words = new Words(graph);
        int sources = 1 + random.nextInt(3);
        for (int i = 0; i < sources; i++) {
            Input<Cell> input = Input.of("in" + i, Cell.TYPE)
                    .eventTime(c -> c.timeNs, TimeUnit.NANOSECONDS)
                    .disorder(java.time.Duration.ofNanos(random.nextInt(4)))
                    .historic();
            inputs.add(input);
            add(graph.source(input, ""), new OracleNode(OracleNode.Kind.SOURCE, List.of()));
        }
        int nodes = 3 + random.nextInt(10);
        readsLetters = random.nextInt(8) == 0;
        int letters = readsLetters ? random.nextInt(nodes) : -1;
        for (int i = 0; i < nodes; i++) {
            if (i == letters) {
                letters();
            }
            addNode(i);
        }
        addSinks();
        streams.forEach(graph::end);
        topology = graph.build();
        firings();
    }

    /** The same graph on so many threads, its sections too; on half as many, and so on, where its rings would be large. */
    static RandomGraph on(int threads, long seed) {
        for (int n = threads; n > 1; n /= 2) {
            RandomGraph graph = new RandomGraph(seed, n, n);
            if (graph.isSmall()) {
                return graph;
            }
        }
        return new RandomGraph(seed, 1, 1);
    }

    boolean hasSections() {
        return sections > 0;
    }

    /** How much fires in a step is a matter of the plan: of what an entry may bring there. */
    private void firings() {
        List<Integer> most;
        try {
            most = Planner.plan(topology, PlanOptions.tested().withStateBytes(stateBytes()))
                    .mostFirings();
        } catch (TopologyException e) {
            return; // it is not small
        }
        fire.forEach((node, twins) -> twins.forEach(t -> t.firesAtMost(most.get(finalId(node)))));
    }

    /** Sinks are put behind all else when the topology is made. */
    private int finalId(int node) {
        return node - (int) sinks.stream().filter(s -> s < node).count();
    }

    /** The first of the seeds from this one on, four million apart, whose graph is small: a case is never one that is left out. */
    static long smallFrom(long seed) {
        long small = seed;
        while (!isSmall(small)) {
            small += 4_000_000; // as many threads, since that is a multiple of four
        }
        return small;
    }

    /** One in some thousands is refused at build. */
    private static boolean isSmall(long seed) {
        try {
            return new RandomGraph(seed).isSmall();
        } catch (TopologyException e) {
            if (e.getMessage().contains("with is nested more than")) {
                return false;
            }
            throw e;
        }
    }

    /** Whether its rings are: what fires 64 behind what fires 64 makes them large in no time. */
    private boolean isSmall() {
        try {
            return Planner.plan(
                            topology,
                            PlanOptions.tested()
                                    .withStateBytes(stateBytes())
                                    .withThreads()
                                    .withSmallestRings())
                    .edges()
                    .stream()
                    .allMatch(e -> e.slots() <= MOST_SLOTS);
        } catch (TopologyException e) {
            if (e.getMessage().contains("one entry can")) {
                return false;
            }
            throw e;
        }
    }

    /** Enough for all that keep something, and no more: up to a quarter of it is filled with noughts whenever an engine starts. */
    long stateBytes() {
        long keepers = 0;
        long share = ROOM_BYTES;
        for (TopologyNode n : topology.nodes()) {
            long least = n.operator() == null ? 0 : n.operator().leastStateBytes();
            keepers += least > 0 ? 1 : 0;
            share = Math.max(share, 2 * least * (n.section() == null ? 1 : Shards.COUNT));
        }
        return Math.min(MOST_BYTES, Math.max(1, keepers) * share);
    }

    private void add(Port stream, OracleNode twin) {
        streams.add(stream);
        twins.add(twin);
        oracle.add(twin);
    }

    private void addNode(int i) {
        int at = random.nextInt(streams.size());
        int what = random.nextInt(18);
        switch (what) {
            case 16 -> asks(at);
            case 17 -> firsts(at);
            case 0 -> filter(i, at);
            case 1 -> map(i, at);
            case 2 -> flatMap(i, at);
            case 3 -> merge(i, at, random.nextInt(streams.size()));
            case 4, 5 -> buckets(i, at);
            case 6, 7, 8 -> with(i, at);
            case 13 -> {
                if (readsLetters || random.nextInt(3) == 0) { // they are many nodes in one
                    section(at, random.nextInt(streams.size()));
                }
            }
            case 9 -> defer(at);
            case 14 -> dedupe(at);
            case 15 -> throttle(at);
            case 10 -> process(at, random.nextInt(streams.size()));
            default -> addAnswer(streams.get(at), twins.get(at));
        }
        // what a with, or a look-back, gives is untyped and stays on its thread
        if (what < 6) {
            thread(streams.get(streams.size() - 1));
        }
    }

    private void section(int at, int other) {
        RandomSection section =
                new RandomSection(random, graph, words, "section" + ++sections, threads, () -> meanwhile.run());
        section.enter(streams.get(at), twins.get(at));
        if (random.nextInt(2) == 0) {
            section.enter(streams.get(other), twins.get(other));
        }
        oracle.add(section.twin());
        int inner = 1 + random.nextInt(5);
        for (int i = 0; i < inner; i++) {
            section.addNode();
        }
        fire.putAll(section.fire);
        int exits = 1 + random.nextInt(3);
        for (int i = 0; i < exits; i++) {
            int which = i == 0 ? section.size() - 1 : random.nextInt(section.size());
            OracleNode gathered = section.gathered(which);
            Port outside = words.node("out-of-section", Filter.<Cell>of(c -> true), null, section.port(which));
            add(outside, gathered);
            thread(outside);
            direct.add(section.port(which));
            directTwins.add(gathered);
        }
    }

    /** On a thread of its own, or not. */
    private void thread(Port node) {
        String thread = anyThread();
        if (thread != null) {
            graph.thread(node, thread);
        }
    }

    private String anyThread() {
        String drawn = THREADS[random.nextInt(THREADS.length)];
        if (stages == 0) {
            return drawn;
        }
        int stage = asked++ % stages; // the graph stays what it is: nothing else is drawn
        return stage == 0 ? null : "stage" + stage;
    }

    /** Adds a word that answers each event once, and may have a second input. */
    private void addAnswer(Port from, OracleNode twin) {
        int other = random.nextInt(streams.size());
        Port second = streams.get(other);
        OracleNode secondTwin = twins.get(other);
        switch (random.nextInt(4)) {
            case 0 -> {
                Bound bound = random.nextBoolean() ? Bound.NONE : bound();
                add(words.lookUp(from, second, bound, anyThread()), keeps(Keeper.lookUp(bound), twin, secondTwin));
            }
            case 1 -> add(words.lookBack(from, anyThread()), keeps(Keeper.lookBack(false), twin));
            case 2 -> add(words.lookBack(from, second, anyThread()), keeps(Keeper.lookBack(true), twin, secondTwin));
            default -> add(words.setting(from, second, anyThread()), keeps(Keeper.setting(), twin, secondTwin));
        }
    }

    private static OracleNode keeps(Keeper keeper, OracleNode... from) {
        return OracleNode.keeps(keeper, 0, from);
    }

    private void defer(int at) {
        long delay = random.nextInt(30);
        OracleNode twin = keeps(Keeper.defer(delay), twins.get(at));
        add(words.defer(streams.get(at), delay, anyThread()), twin);
        fires(twin);
    }

    private void dedupe(int at) {
        long horizon = 1 + random.nextInt(20);
        add(words.dedupe(streams.get(at), horizon, anyThread()), keeps(Keeper.dedupe(horizon), twins.get(at)));
    }

    /** By the number of its input. */
    Asks asks(long input) {
        return asks.get((int) input - inputs.size());
    }

    private Bound bound() {
        return new Bound(1 + random.nextInt(Words.KEYS), random.nextBoolean());
    }

    private void firsts(int at) {
        int most = 1 + random.nextInt(3);
        boolean isDedupe = most == 1;
        Bound bound = bound();
        add(
                words.firsts(streams.get(at), most, isDedupe, bound, anyThread()),
                OracleNode.keeps(Keeper.firsts(most, isDedupe, bound), 64, twins.get(at)));
    }

    /** The time of a letter is none that it has in itself. */
    private void letters() {
        Cell own = new Cell();
        Port read = graph.operator(
                "letters",
                MapValue.of(
                        Cell.TYPE,
                        (DeadLetter d) -> own.set(
                                letter(d.reason(), d.fired()), 0, d.reason().ordinal())),
                null,
                "",
                graph.deadLetters(""));
        OracleNode twin = new OracleNode(OracleNode.Kind.LETTERS, List.copyOf(oracle.subList(0, inputs.size())));
        twin.forwardNs = Long.MAX_VALUE;
        oracle.add(twin);
        add(read, new OracleNode(OracleNode.Kind.MERGE, List.of(twin)));
    }

    static long letter(Reason reason, boolean fired) {
        return reason.ordinal() * 31L + (fired ? 1 : 0);
    }

    /** What has been answered is a stream, and what was too late for that. */
    private void asks(int at) {
        if (twins.get(at).isBelow) {
            return; // no input leads there, and it would go by the clock
        }
        Asks work = new Asks("work" + asks.size(), random);
        asks.add(work);
        Port[] ports = words.asks(streams.get(at), work, anyThread());
        OracleNode replies = new OracleNode(OracleNode.Kind.SOURCE, List.of());
        replies.forwardNs = Long.MAX_VALUE; // they have no time, and hold nobody
        oracle.add(replies);
        OracleNode twin = OracleNode.keeps(work.keeper(), 64, twins.get(at), replies);
        add(ports[0], twin);
        fire.put(ports[2].node(), List.of(twin));
        sinks.add(ports[2].node() + 1);
        add(ports[1], new OracleNode(OracleNode.Kind.SIDE, List.of(twin)));
    }

    private void throttle(int at) {
        int most = 1 + random.nextInt(3);
        long per = 1 + random.nextInt(20);
        add(
                words.throttle(streams.get(at), most, per, anyThread()),
                OracleNode.keeps(Keeper.throttle(most, per), 64, twins.get(at)));
    }

    private void process(int at, int other) {
        add(
                words.process(streams.get(at), streams.get(other), anyThread()),
                keeps(Keeper.process(), twins.get(at), twins.get(other)));
    }

    private void filter(int i, int at) {
        int modulo = 2 + random.nextInt(4);
        Port p = graph.operator(
                "filter" + i,
                Filter.<Cell>of(c -> {
                    meanwhile.run();
                    return c.id % modulo != 0;
                }),
                null,
                "",
                streams.get(at));
        add(p, new OracleNode(OracleNode.Kind.FILTER, List.of(twins.get(at))).number(modulo));
    }

    private void map(int i, int at) {
        int plus = 1 + random.nextInt(1000);
        add(mapPort("map" + i, plus, streams.get(at)), mapTwin(plus, twins.get(at)));
    }

    /** Adds a number; throws for some events, so that a branch of a with drops them. */
    private Port mapPort(String name, int plus, Port from) {
        Cell own = new Cell();
        return graph.operator(
                name,
                MapValue.of(Cell.TYPE, (Cell c) -> {
                    meanwhile.run();
                    if ((c.id + plus) % 11 == 0) {
                        throw new IllegalStateException("on purpose");
                    }
                    return own.set(c.id * 3 + plus, c.timeNs, c.tag + 1);
                }),
                null,
                "",
                from);
    }

    private static OracleNode mapTwin(int plus, OracleNode from) {
        return new OracleNode(OracleNode.Kind.MAP, List.of(from)).number(plus);
    }

    private void flatMap(int i, int at) {
        boolean makesMany = !hasMany && random.nextInt(MANY_IN) == 0;
        hasMany |= makesMany;
        int most = makesMany ? MANY / 2 + random.nextInt(MANY) : 1 + random.nextInt(3);
        Cell own = new Cell();
        Port p = graph.operator(
                "flat" + i,
                FlatMap.of(Cell.TYPE, most, (Cell c, io.millrace.operators.Emitter<Cell> out) -> {
                    long n = Math.floorMod(c.id, most + 1L);
                    for (int k = 0; k < n; k++) {
                        meanwhile.run();
                        out.emit(own.set(c.id * 7 + k, c.timeNs, c.tag));
                    }
                }),
                null,
                "",
                streams.get(at));
        add(p, new OracleNode(OracleNode.Kind.FLAT, List.of(twins.get(at))).number(most));
    }

    private void merge(int i, int at, int other) {
        Port p = graph.operator("merge" + i, Merge.of(2), null, "", streams.get(at), streams.get(other));
        add(p, new OracleNode(OracleNode.Kind.MERGE, List.of(twins.get(at), twins.get(other))));
    }

    private void buckets(int i, int at) {
        long size = 3 + random.nextInt(8);
        int firings = 1 + random.nextInt(3);
        Port p = graph.operator("buckets" + i, new Buckets(size, firings), null, "", streams.get(at));
        add(
                p,
                new OracleNode(OracleNode.Kind.BUCKETS, List.of(twins.get(at)))
                        .number(firings)
                        .buckets(size));
        fires(twins.get(twins.size() - 1));
    }

    /** The stream added last comes of what fires. */
    private void fires(OracleNode twin) {
        fire.put(streams.get(streams.size() - 1).node(), List.of(twin));
    }

    /**
     * A base, and one or two branches of one or two words each that answer once, each maybe on a thread of its own; sometimes a
     * with inside.
     */
    private void with(int i, int at) {
        int branches = 1 + random.nextInt(2);
        Port[] ports = new Port[branches + 1];
        List<OracleNode> from = new ArrayList<>();
        ports[0] = streams.get(at);
        from.add(twins.get(at));
        for (int b = 1; b <= branches; b++) {
            Port p = streams.get(at);
            OracleNode twin = twins.get(at);
            int length = 1 + random.nextInt(2);
            for (int k = 0; k < length; k++) {
                if (random.nextInt(3) == 0) {
                    addAnswer(p, twin);
                } else {
                    int plus = 1 + random.nextInt(1000);
                    Port mapped = mapPort("branch" + i + "-" + b + "-" + k, plus, p);
                    thread(mapped);
                    add(mapped, mapTwin(plus, twin));
                }
                p = streams.get(streams.size() - 1);
                twin = twins.get(twins.size() - 1);
            }
            if (random.nextInt(4) == 0) {
                // the pair itself is the answer: its row is read in the with, when the table may have another
                int rows = random.nextInt(streams.size());
                p = words.rows(p, streams.get(rows), anyThread());
                twin = keeps(Keeper.lookUp(), twin, twins.get(rows));
                oracle.add(twin);
            }
            ports[b] = p;
            from.add(twin);
        }
        Cell own = new Cell();
        Cell read = new Cell();
        boolean views = random.nextBoolean();
        graph.markOrigin(ports[0]);
        Port joined = graph.operator(
                "with" + i,
                // a record of views in half of the cases: it is not made again, what it holds is moved
                With.of(
                        branches,
                        parts -> views ? new Views(parts[0], parts[1], branches > 1 ? parts[2] : null) : parts.clone()),
                null,
                "",
                ports);
        thread(joined);
        Port typed = graph.operator(
                "typed" + i,
                MapValue.of(Cell.TYPE, (Object joinedParts) -> {
                    long sum = 0;
                    Cell base = part(joinedParts, 0, read);
                    for (int part = 0; part <= branches; part++) {
                        sum = sum * 13 + part(joinedParts, part, read).id;
                    }
                    return own.set(sum, base.timeNs, base.tag);
                }),
                null,
                "",
                joined);
        add(typed, new OracleNode(OracleNode.Kind.WITH, from));
    }

    /** What a with gives. */
    record Views(Object base, Object first, Object second) {}

    @SuppressWarnings("unchecked")
    private static Cell part(Object all, int i, Cell read) {
        Object part =
                all instanceof Views v ? i == 0 ? v.base() : i == 1 ? v.first() : v.second() : ((Object[]) all)[i];
        return part instanceof Joined<?, ?> j ? Words.read((Joined<Cell, Cell>) j, read) : (Cell) part;
    }

    private void addSinks() {
        int sinks = 1 + random.nextInt(3);
        for (int s = 0; s < sinks; s++) {
            Output<Cell> output = Output.of("out" + s, Cell.TYPE);
            outputs.add(output);
            List<OracleNode> from = new ArrayList<>();
            int n = 1 + random.nextInt(4);
            for (int i = 0; i < n; i++) {
                int at = s == 0 && i == 0 ? streams.size() - 1 : random.nextInt(streams.size());
                graph.sink(output, streams.get(at), "");
                from.add(twins.get(at));
            }
            for (int i = 0; i < direct.size() && random.nextInt(3) > 0; i++) {
                graph.sink(output, direct.get(i), "");
                from.add(directTwins.get(i));
            }
            oracle.add(new OracleNode(OracleNode.Kind.SINK, from).number(s));
        }
    }
}
