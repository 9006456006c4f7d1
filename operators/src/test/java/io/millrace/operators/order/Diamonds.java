package io.millrace.operators.order;

import io.millrace.event.Input;
import io.millrace.event.Output;
import io.millrace.operator.Shards;
import io.millrace.operators.Emitter;
import io.millrace.operators.Filter;
import io.millrace.operators.FlatMap;
import io.millrace.operators.KeyByNumber;
import io.millrace.operators.MapValue;
import io.millrace.operators.Merge;
import io.millrace.operators.process.Defer;
import io.millrace.topology.GraphBuilder;
import io.millrace.topology.KeyInfo;
import io.millrace.topology.Port;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** All ways that part and meet again, up to two diamonds: one inside another, or one behind another. */
final class Diamonds {
    private static final KeyInfo KEY = new KeyInfo("long", 0, 16, "");
    private static final Word[] WORDS = {Word.MAP, Word.SILENT, Word.SOME, Word.FLAT, Word.WINDOW, Word.DEFER};

    /** So many of the words need little memory. */
    private static final int LIGHT = 5;

    private Diamonds() {}

    /** What stands on a way. */
    enum Word {
        MAP,
        SILENT,
        SOME,
        /** As many as it declares, for each event. */
        FLAT,
        WINDOW,
        DEFER,
        /** A section of parallel keys on two threads. */
        KEYS
    }

    /** From one stream to another. */
    interface Way {}

    /** A word, on a thread of its own or, where that is null, where the engine runs what asks for none. */
    record Step(Word word, String thread) implements Way {}

    /** A fork and a merge, which takes the ways as they were made or from the last to the first. */
    record Fork(List<Way> ways, boolean reversed, String mergedOn) implements Way {}

    /** One behind the other. */
    record Chain(Way first, Way second) implements Way {}

    /** A topology of a way. */
    static final class Made {
        final Input<Cell> input;
        final Output<Cell> output = Output.of("out", Cell.TYPE);
        final Topology topology;

        private final int firings;
        private final GraphBuilder graph = new GraphBuilder("diamond");
        private final Words words = new Words(graph);

        /** Of windows that fire so many an entry. An entry of a live input has one round, so that the smallest rings are a few slots. */
        Made(Way way, int firings, boolean live) {
            this.firings = firings;
            Input<Cell> in = Input.of("in", Cell.TYPE)
                    .eventTime(c -> c.timeNs, TimeUnit.NANOSECONDS)
                    .disorder(Duration.ofNanos(15))
                    .idleAfter(Duration.ofDays(1));
            input = live ? in.live() : in.historic();
            graph.sink(output, lead(way, graph.source(input, "")), "");
            topology = graph.build();
        }

        /** As little as can be: it is filled with noughts at each start. */
        long stateBytes() {
            long most = 0;
            long keepers = 0;
            for (TopologyNode n : topology.nodes()) {
                long least = n.operator() == null ? 0 : n.operator().leastStateBytes();
                keepers += least > 0 ? 1 : 0;
                most = Math.max(most, least * (n.section() == null ? 1 : Shards.COUNT));
            }
            return Math.max(1 << 20, keepers * most);
        }

        private Port lead(Way way, Port from) {
            if (way instanceof Chain c) {
                return lead(c.second(), lead(c.first(), from));
            }
            if (way instanceof Step s) {
                return on(s.thread(), word(s.word(), s.thread(), from));
            }
            Fork fork = (Fork) way;
            Port[] ends = new Port[fork.ways().size()];
            for (int i = 0; i < ends.length; i++) {
                ends[fork.reversed() ? ends.length - 1 - i : i] =
                        lead(fork.ways().get(i), from);
            }
            return on(fork.mergedOn(), words.node("merge", Merge.of(ends.length), null, ends));
        }

        private Port on(String thread, Port made) {
            if (thread != null) {
                graph.thread(made, thread);
            }
            return made;
        }

        private Port word(Word word, String thread, Port from) {
            Cell own = new Cell();
            return switch (word) {
                case MAP ->
                    words.node(
                            "map",
                            MapValue.of(Cell.TYPE, (Cell c) -> own.set(c.id * 3 + 1, c.timeNs, c.tag)),
                            null,
                            from);
                case SILENT -> words.node("silent", Filter.<Cell>of(c -> false), null, from);
                case SOME -> words.node("some", Filter.<Cell>of(c -> c.id % 3 != 0), null, from);
                case FLAT -> words.node("flat", flat(own), null, from);
                case WINDOW -> words.node("window", Buckets.silentToEvents(5, firings), null, from);
                case DEFER -> words.defer(from, 7, thread);
                case KEYS -> keys(from);
            };
        }

        private static FlatMap<Cell, Cell> flat(Cell own) {
            return FlatMap.of(Cell.TYPE, 3, (Cell c, Emitter<Cell> to) -> {
                for (int k = 0; k < 3; k++) {
                    to.emit(own.set(c.id * 7 + k, c.timeNs, c.tag));
                }
            });
        }

        private Port keys(Port from) {
            Port keyed = words.node("key", KeyByNumber.of((Cell c) -> Words.key(c.id)), KEY, from);
            Port section = graph.parallel(keyed, KEY, "keys", 2, "");
            Port deferred = words.node("inner-defer", Defer.by(Duration.ofNanos(7), KEY), KEY, section);
            return words.node("out-of-keys", Filter.<Cell>of(c -> true), null, deferred);
        }
    }

    // ---- all of them

    /** Two ways: each word with each, each on a thread or not, in both orders, merged anywhere. */
    static List<Way> ofTwo() {
        // a fork of the input itself, of what sends several an entry, of what fires several
        Step[] bases = {null, new Step(Word.FLAT, null), new Step(Word.WINDOW, "f")};
        List<Way> all = new ArrayList<>();
        for (int w = 0; w < WORDS.length * WORDS.length; w++) {
            for (int place = 0; place < 12; place++) {
                Way first = new Step(WORDS[w % WORDS.length], place % 2 == 0 ? "a" : null);
                Way second = new Step(WORDS[w / WORDS.length], place / 2 % 2 == 0 ? "b" : null);
                String mergedOn = place / 4 == 0 ? "m" : place / 4 == 1 ? null : "a";
                Way fork = new Fork(List.of(first, second), (w + place) % 2 == 0, mergedOn);
                Step base = bases[(w / 2 + place) % bases.length];
                all.add(base == null ? fork : new Chain(base, fork));
            }
        }
        return all;
    }

    /** Three ways of all words but the one that needs much memory; order, and where they run and meet, are others for each. */
    static List<Way> ofThree() {
        List<Way> all = new ArrayList<>();
        for (int w = 0; w < LIGHT * LIGHT * LIGHT; w++) {
            int n = w * 7 + w / 5;
            int left = w;
            List<Way> ways = new ArrayList<>();
            for (String own : new String[] {"a", "b", "c"}) {
                ways.add(new Step(WORDS[left % LIGHT], (n >> ways.size()) % 2 == 0 ? own : null));
                left /= LIGHT;
            }
            all.add(new Fork(ways, n / 8 % 2 == 0, merged(n)));
        }
        return all;
    }

    /** A diamond on a way of another: all words of the three ways. */
    static List<Way> nested() {
        List<Way> all = new ArrayList<>();
        for (int w = 0; w < WORDS.length * LIGHT * LIGHT; w++) {
            int n = w * 7 + w / 5;
            Way outer = new Step(WORDS[w % WORDS.length], n % 3 == 0 ? null : "c");
            int inside = w / WORDS.length;
            Way first = new Step(WORDS[inside % LIGHT], n % 2 == 0 ? "a" : null);
            Way second = new Step(WORDS[inside / LIGHT], n / 2 % 2 == 0 ? "b" : null);
            Way inner = new Fork(List.of(first, second), n / 4 % 2 == 0, n / 8 % 2 == 0 ? "i" : null);
            List<Way> ways = n / 16 % 2 == 0 ? List.of(inner, outer) : List.of(outer, inner);
            all.add(new Fork(ways, n / 32 % 2 == 0, merged(n)));
        }
        return all;
    }

    /** A diamond behind a diamond: nothing, some, much, or what fires on each of the four ways. */
    static List<Way> chained() {
        Word[] words = {Word.SILENT, Word.SOME, Word.FLAT, Word.WINDOW};
        List<Way> all = new ArrayList<>();
        for (int w = 0; w < 256; w++) {
            int n = w * 7 + w / 5;
            Way first = new Fork(
                    List.of(new Step(words[w & 3], "a"), new Step(words[w >> 2 & 3], n % 2 == 0 ? "b" : null)),
                    n / 4 % 2 == 0,
                    merged(n));
            Way second = new Fork(
                    List.of(
                            new Step(words[w >> 4 & 3], n / 2 % 2 == 0 ? "d" : null),
                            new Step(words[w >> 6], n % 5 < 3 ? "e" : "a")),
                    n / 8 % 2 == 0,
                    n / 16 % 2 == 0 ? "n" : null);
            all.add(new Chain(first, second));
        }
        return all;
    }

    /** With parallel keys on one way, in one diamond and in two. */
    static List<Way> withKeys() {
        List<Way> all = new ArrayList<>();
        for (int w = 0; w < WORDS.length; w++) {
            Way keys = new Step(Word.KEYS, w % 2 == 0 ? null : "k");
            Way other = new Step(WORDS[w], w % 3 == 0 ? null : "b");
            Way fork = new Fork(List.of(keys, other), w % 2 == 0, merged(w));
            all.add(fork);
            all.add(
                    w % 2 == 0
                            ? new Chain(new Fork(List.of(other, new Step(WORDS[w + 1], "a")), true, null), fork)
                            : new Fork(List.of(new Step(WORDS[w - 1], "c"), fork), w % 4 == 1, merged(w + 1)));
        }
        return all;
    }

    private static String merged(int n) {
        return n % 3 == 0 ? null : n % 3 == 1 ? "m" : "b";
    }
}
