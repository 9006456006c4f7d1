package io.millrace.operators.order;

import io.millrace.dsl.LookBack;
import io.millrace.operator.Operator;
import io.millrace.operators.Emitter;
import io.millrace.operators.Filter;
import io.millrace.operators.FlatMap;
import io.millrace.operators.Joined;
import io.millrace.operators.KeyByNumber;
import io.millrace.operators.LookUp;
import io.millrace.operators.MapValue;
import io.millrace.operators.Merge;
import io.millrace.operators.process.Defer;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.KeyInfo;
import io.millrace.topology.Port;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;

/** A section of parallel keys for the engine and for the oracle. All words in it leave the key what it is: the rest of the id. */
final class RandomSection {
    private static final KeyInfo KEY = new KeyInfo("long", 0, 16, "");

    private final Random random;
    private final GraphBuilder graph;
    private final Words words;
    private final String name;
    private final int threads;
    private final Runnable meanwhile;
    private final OracleSection oracle = new OracleSection();
    private final List<Port> ports = new ArrayList<>();
    private final List<OracleNode[]> twins = new ArrayList<>();

    /** By id of the node the twins of what fires. */
    final Map<Integer, List<OracleNode>> fire = new HashMap<>();

    RandomSection(Random random, GraphBuilder graph, Words words, String name, int threads, Runnable meanwhile) {
        this.random = random;
        this.graph = graph;
        this.words = words;
        this.name = name;
        this.threads = threads;
        this.meanwhile = meanwhile;
    }

    void enter(Port from, OracleNode twin) {
        Port keyed = words.node("key", KeyByNumber.of((Cell c) -> Words.key(c.id)), KEY, from);
        ports.add(graph.parallel(keyed, KEY, name, threads, ""));
        graph.end(ports.get(ports.size() - 1));
        twins.add(oracle.enter(twin));
    }

    OracleNode twin() {
        OracleNode twin = new OracleNode(OracleNode.Kind.SECTION, List.of());
        twin.section = oracle;
        return twin;
    }

    int size() {
        return ports.size();
    }

    Port port(int i) {
        return ports.get(i);
    }

    /** What all shards put out there, one after the other. */
    OracleNode gathered(int i) {
        return new OracleNode(OracleNode.Kind.MERGE, List.of(twins.get(i)));
    }

    private void add(Port port, IntFunction<OracleNode> twinOfShard) {
        OracleNode[] twin = new OracleNode[OracleSection.SHARDS.length];
        for (int s = 0; s < twin.length; s++) {
            twin[s] = twinOfShard.apply(s);
        }
        ports.add(port);
        twins.add(twin);
        oracle.add(twin);
    }

    void addNode() {
        int at = random.nextInt(ports.size());
        int other = random.nextInt(ports.size());
        int number = 1 + random.nextInt(3);
        switch (random.nextInt(9)) {
            case 0 ->
                add(
                        node("filter", Filter.<Cell>of(c -> c.id % (number + 1) != 0), at),
                        s -> new OracleNode(OracleNode.Kind.FILTER, from(s, at)).number(number + 1));
            case 1 -> add(map(at, number), s -> new OracleNode(OracleNode.Kind.KEEP_KEY, from(s, at)).number(number));
            case 2 ->
                add(
                        flatMap(at, number),
                        s -> new OracleNode(OracleNode.Kind.FLAT_KEEP_KEY, from(s, at)).number(number));
            case 3 ->
                add(
                        node("merge", Merge.of(2), at, other),
                        s -> new OracleNode(OracleNode.Kind.MERGE, from(s, at, other)));
            case 4 -> defer(at);
            case 5 -> lookBack(at);
            case 6 -> lookUp(at, other);
            default -> buckets(at, number);
        }
    }

    private Port node(String word, Operator<?, ?> operator, int... from) {
        Port[] inputs = new Port[from.length];
        for (int i = 0; i < from.length; i++) {
            inputs[i] = ports.get(from[i]);
        }
        return words.node("inner-" + word, operator, KEY, inputs);
    }

    private List<OracleNode> from(int shard, int... at) {
        List<OracleNode> result = new ArrayList<>();
        for (int i : at) {
            result.add(twins.get(i)[shard]);
        }
        return result;
    }

    private Port map(int at, int number) {
        return node( // called by several threads: no object of its own
                "map",
                MapValue.of(Cell.TYPE, (Cell c) -> {
                    meanwhile.run();
                    if ((c.id + number) % 11 == 0) {
                        throw new IllegalStateException("on purpose");
                    }
                    return new Cell().set(c.id + (long) number * Words.KEYS, c.timeNs, c.tag + 1);
                }),
                at);
    }

    private Port flatMap(int at, int most) {
        return node(
                "flat",
                FlatMap.of(Cell.TYPE, most, (Cell c, Emitter<Cell> out) -> {
                    for (int k = 0; k < Math.floorMod(c.id, most + 1L); k++) {
                        out.emit(new Cell().set(c.id + (long) k * Words.KEYS, c.timeNs, c.tag));
                    }
                }),
                at);
    }

    private void lookBack(int at) {
        Port answered = node("back", LookBack.operator(Words.Recent::new, KEY), at);
        rekeyed(
                answered,
                MapValue.of(
                        Cell.TYPE,
                        (Words.Recent r) -> withKey(r.event(), r.event().id * 3 + 101 * r.cells.get() + r.ids.get())),
                s -> OracleNode.keeps(Keeper.lookBack(false), 0, twins.get(at)[s]));
    }

    private void lookUp(int at, int rows) {
        Port found = node("lookup", LookUp.of(KEY, Cell.TYPE).deleteWhen(c -> c.id % 5 == 0), at, rows);
        rekeyed(
                found,
                MapValue.of(
                        Cell.TYPE,
                        (Joined<Cell, Cell> j) ->
                                withKey(j.left(), j.left().id * 5 + (j.hasRight() ? j.right().id : 7))),
                s -> OracleNode.keeps(Keeper.lookUp(), 0, twins.get(at)[s], twins.get(rows)[s]));
    }

    private static Cell withKey(Cell of, long number) {
        return new Cell().set(number * Words.KEYS + Words.key(of.id), of.timeNs, of.tag);
    }

    /** An answer, and behind it a map that brings the key back into its id. */
    private void rekeyed(Port answer, Operator<?, ?> map, IntFunction<OracleNode> twinOfShard) {
        OracleNode[] answers = new OracleNode[OracleSection.SHARDS.length];
        for (int s = 0; s < answers.length; s++) {
            answers[s] = twinOfShard.apply(s);
        }
        oracle.add(answers);
        add(
                words.node("inner-typed", map, KEY, answer),
                s -> new OracleNode(OracleNode.Kind.REKEY, List.of(answers[s])));
    }

    private void defer(int at) {
        long delayNs = random.nextInt(30);
        add(
                node("defer", Defer.by(Duration.ofNanos(delayNs), KEY), at),
                s -> OracleNode.keeps(Keeper.defer(delayNs), 64, twins.get(at)[s]));
        fires();
    }

    /** The stream added last comes of what fires. */
    private void fires() {
        int last = ports.size() - 1;
        fire.put(ports.get(last).node(), List.of(twins.get(last)));
    }

    private void buckets(int at, int firings) {
        long sizeNs = 3 + random.nextInt(8);
        add(
                node("buckets", Buckets.byKey(sizeNs, firings), at),
                s -> new OracleNode(OracleNode.Kind.BUCKETS, from(s, at))
                        .number(firings)
                        .bucketsByKey(sizeNs));
        fires();
    }
}
