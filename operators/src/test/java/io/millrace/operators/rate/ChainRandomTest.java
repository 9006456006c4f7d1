package io.millrace.operators.rate;

import static io.millrace.operators.rate.Ping.LOOSE;
import static io.millrace.operators.rate.Ping.OUT;
import static io.millrace.operators.rate.Ping.PINGS;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.dsl.EventStream;
import io.millrace.dsl.KeyedStream;
import io.millrace.dsl.Millrace;
import io.millrace.dsl.TopologyBuilder;
import io.millrace.event.Input;
import io.millrace.operator.Shards;
import io.millrace.operators.Extremes;
import io.millrace.operators.rate.PlainTwins.Rule;
import io.millrace.operators.rate.Twin.Brings;
import io.millrace.operators.rate.Twin.Item;
import io.millrace.plan.PlanOptions;
import io.millrace.plan.Planner;
import io.millrace.state.Pages;
import io.millrace.testkit.TestDriver;
import io.millrace.testkit.oracle.Expected;
import io.millrace.testkit.oracle.History;
import io.millrace.testkit.oracle.Step;
import io.millrace.testkit.oracle.Trait;
import io.millrace.testkit.oracle.Trial;
import io.millrace.testkit.oracle.Trials;
import io.millrace.testkit.oracle.Weights;
import io.millrace.time.Progress;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import io.millrace.topology.TopologyNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Random topologies over two inputs, against the same of twins: words that follow each other, ways that part and meet again. On each step
 * a twin takes what the one in front fired, then progress, then fires; then the event goes through. What is due after that fires before
 * the next step.
 */
class ChainRandomTest {
    @BeforeEach
    void beginCensus() {
        Census.beginTest();
    }

    private static void answer(List<Twin> chain, List<Twin> below, boolean live, History in, Expected out) {
        List<Twin> twins = chain.stream().map(Twin::again).toList();
        long clockNs = Progress.NONE;
        LetterTwins.Below letters = new LetterTwins.Below(twins, below, out);
        List<Twin> all = new ArrayList<>(twins);
        all.addAll(below == null ? List.of() : below);
        int depth = all.stream().mapToInt(Twin::depth).sum();
        for (int i = 0; i < in.size(); i++) {
            long progress = in.progressNs(i);
            out.at(i);
            if (live) { // a clock that steps back takes no time away
                boolean isTick = in.step(i).kind() == Step.Kind.TICK;
                clockNs = Math.max(clockNs, isTick ? in.step(i).timeNs() : Progress.NONE);
                tell(twins, new AskTwins.Clock(clockNs));
            }
            time(twins, progress, out);
            letters.time(progress);
            if (in.step(i).isEvent()) {
                List<Item> items = event(twins, in, i);
                for (Twin t : twins) {
                    items = t.through(items);
                }
                emit(items, out);
            }
            letters.flow(in, i);
            for (int again = 0; again < depth; again++) {
                time(twins, progress, out); // what has fallen due by the event itself
                letters.time(progress);
                letters.flow(in, i);
            }
        }
    }

    /** What an entry brings to the words; the row of a setting, or a reply, does not go through them. */
    private static List<Item> event(List<Twin> twins, History in, int i) {
        int further = in.step(i).port() - FURTHER;
        int rules = asksRules(twins) ? 1 : 0;
        if (further >= 0 && further < rules) {
            tell(twins, in.event(i));
            return List.of();
        }
        if (further >= rules) {
            AskTwins.tell(twins, further - rules, in, i);
            return List.of();
        }
        return List.of(new Item(in.event(i), in.timeNs(i), i, 0));
    }

    private static void tell(List<Twin> twins, Object what) {
        twins.forEach(t -> t.hears(what));
    }

    private static void time(List<Twin> twins, long progressNs, Expected out) {
        emit(Fork.time(twins, List.of(), progressNs), out);
    }

    private static void emit(List<Item> items, Expected out) {
        items.forEach(i -> out.emit(OUT, i.timeNs(), i.form(), i.reason(), i.ping()));
    }

    /** A case has few events, and memory is set apart at start. */
    private static final long STATE_BYTES = 32L << 20;

    /** Of a word in a section: room in each shard for all events of a case. */
    private static final long SHARE_BYTES = 96L << 20;

    /** All that keeps state gets the same: at least twice as much for each shard as the one that needs most needs to start. */
    private static long sectionBytes(Topology section) {
        long keepers = 0;
        long least = 0;
        for (TopologyNode n : section.nodes()) {
            long ofNode = n.operator() == null ? 0 : n.operator().leastStateBytes();
            keepers += ofNode > 0 ? 1 : 0;
            least = Math.max(least, ofNode);
        }
        return Math.max(1, keepers) * Math.max(SHARE_BYTES, 2 * least * Shards.COUNT);
    }

    private static final long EDGE_BYTES = 16L << 20;

    private static final PlanOptions TESTED = PlanOptions.tested().withStateBytes(STATE_BYTES);

    /** Fused, in stages with the smallest rings, with a class for each node: the same comes out. */
    private static PlanOptions options(Topology topology, Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> TESTED;
            case 1 -> inStages(topology);
            default -> PlanOptions.fused().withStateBytes(STATE_BYTES);
        };
    }

    /** Where an entry can cause too much for the edge between two threads, planning refuses. */
    private static PlanOptions inStages(Topology topology) {
        try {
            PlanOptions threads = TESTED.withThreads().withSmallestRings();
            Planner.plan(topology, threads).requireRoomForEdges(EDGE_BYTES);
            return threads;
        } catch (TopologyException e) {
            return TESTED;
        }
    }

    /** Not where several joins follow each other: one entry could cause more than there is room for. */
    private static boolean isPossible(List<Twin> words) {
        return isPossible(words, 0);
    }

    private static boolean isPossible(List<Twin> words, int shards) {
        try {
            Topology topology = topology(words, Keys.NUMBER, shards);
            Planner.plan(topology, TESTED.withStateBytes(shards > 0 ? sectionBytes(topology) : STATE_BYTES));
            return true;
        } catch (TopologyException e) {
            return false;
        }
    }

    /** The inputs of a case: files, or in a part of the cases what comes live, falls silent and comes back. */
    private record Inputs(Input<Ping> pings, Input<Ping> loose, boolean live) {
        static final Inputs FILES = new Inputs(PINGS, LOOSE, false);

        static Inputs of(Random random) {
            return random.nextInt(4) > 0 ? FILES : new Inputs(live(PINGS, random), live(LOOSE, random), true);
        }

        private static Input<Ping> live(Input<Ping> input, Random random) {
            return input.live().idleAfter(Duration.ofNanos(1 + random.nextInt(30)));
        }
    }

    /** What is compared by key is that of the event whatever the kind. */
    private enum Keys {
        NUMBER,
        TEXT,
        FIELDS,
        /** Of which few rows are in a page. */
        LONG;

        KeyedStream<Ping> of(EventStream<Ping> events) {
            return switch (this) {
                case NUMBER -> events.keyBy(Ping::key);
                case TEXT -> events.keyByText(p -> Ping.text(p.key()));
                case FIELDS -> events.keyByFields(k -> k.number(p -> -p.key()).text(p -> Ping.text(p.key())));
                case LONG ->
                    events.keyByFields(k -> k.text(1000, p -> Ping.text(p.key()))
                            .text(1000, p -> "")
                            .text(1000, p -> "")
                            .text(1000, p -> ""));
            };
        }

        /** A side is keyed by number, so only where there is none. */
        static Keys any(List<Twin> words, Random random) {
            Keys any = Keys.values()[random.nextInt(4) % 3];
            return words.stream().anyMatch(Twin::putsAside) ? NUMBER : any;
        }
    }

    private static Topology topology(List<Twin> words, Keys keys, int shards) {
        return topology(words, null, Collections.nCopies(words.size(), false), Inputs.FILES, keys, shards);
    }

    private static Topology topology(
            List<Twin> words, List<Twin> below, List<Boolean> threads, Inputs inputs, Keys keys, int shards) {
        return Millrace.topology("chain", t -> {
            say(t, words, threads, inputs, keys, shards);
            if (below != null) {
                LetterTwins.say(t, below);
            }
        });
    }

    private static void say(
            TopologyBuilder t, List<Twin> words, List<Boolean> threads, Inputs inputs, Keys keys, int shards) {
        KeyedStream<Ping> stream = keys.of(t.from(inputs.pings()).merge(t.from(inputs.loose())));
        stream = shards > 0 ? stream.parallel("shards", shards) : stream;
        for (int i = 0; i < words.size(); i++) {
            stream = words.get(i).word(t, stream);
            stream = threads.get(i) ? stream.onThread("stage-" + i) : stream;
        }
        stream.to(OUT);
    }

    /** Twins fire all that is due at once. An operator does so of so few events; of more it spreads what they make over entries. */
    private static final int EVENTS = 14;

    /** The number of the first further input: of settings, where one is read; then of the replies to each that asks. */
    private static final int FURTHER = 2;

    private static boolean asksRules(List<Twin> words) {
        return words.stream().anyMatch(Twin::asksRules);
    }

    private static List<AskTwins.Asks> askers(List<Twin> words) {
        List<AskTwins.Asks> askers =
                words.stream().flatMap(w -> w.askers().stream()).toList();
        for (AskTwins.Asks a : askers) {
            a.number = askers.indexOf(a);
        }
        return askers;
    }

    private static Trial trial(List<Twin> words, Random random, Weights events) {
        boolean readsLetters = random.nextInt(5) == 0;
        List<Twin> below =
                readsLetters && random.nextBoolean() ? List.of(RandomWords.twin(random, "below")) : List.of();
        Trial trial = trial(words, readsLetters ? below : null, random, events, Keys.NUMBER, 0);
        return (readsLetters ? trial.compareByStep(LetterTwins.LETTERS) : trial).compareByStep(OUT);
    }

    private static Trial trial(List<Twin> words, Random random, Weights events, Keys keys, int shards) {
        return trial(words, null, random, events, keys, shards);
    }

    private static Trial trial(
            List<Twin> words, List<Twin> below, Random random, Weights events, Keys keys, int shards) {
        Census.beginCase();
        List<Boolean> threads =
                words.stream().map(w -> shards == 0 && random.nextInt(3) == 0).toList();
        List<AskTwins.Asks> askers = askers(words);
        Inputs inputs = below == null ? Inputs.of(random) : Inputs.FILES;
        Topology topology = topology(words, below, threads, inputs, keys, shards);
        long baseNs = inputs.live() ? 0 : Extremes.base(random);
        Trial trial = Trial.of(topology)
                .options(options(topology, random))
                .feed(inputs.pings(), (key, timeNs, value) -> Ping.of(key, baseNs + timeNs, value))
                .feed(inputs.loose(), (key, timeNs, value) -> Ping.of(key, baseNs + timeNs, value));
        trial = asksRules(words) ? trial.feed(Rule.RULES, (key, timeNs, value) -> new Rule(value)) : trial;
        return AskTwins.replies(trial, askers)
                .weights(Extremes.weights(askers.isEmpty() ? events : events.events(20), baseNs)
                        .with(Trait.TICKS, inputs.live() ? 100 : 0))
                .compareLetters()
                .oracle((in, out) -> answer(words, below, inputs.live(), in, out));
    }

    static Trials chains() {
        return Trials.of("chains()", random -> {
            List<Twin> words;
            do {
                words = RandomWords.chain(random);
            } while (!isPossible(words));
            return trial(words, random, Weights.usual().events(EVENTS), Keys.any(words, random), 0)
                    .compareByStep(OUT);
        });
    }

    /** One that can be planned. */
    static List<Twin> graph(Random random) {
        if (random.nextInt(7) < 4) {
            return RandomWords.bare(random);
        }
        List<Twin> words;
        do {
            RandomWords.Place at = new RandomWords.Place(2, true, Brings.INSERTS);
            Twin first = RandomWords.further(random, "0", at);
            words = new ArrayList<>(List.of(first));
            words.addAll(RandomWords.way(random, "1", at.behind(first).way()));
        } while (!isPossible(words));
        return words;
    }

    static Trials graphs() {
        return Trials.of("graphs()", random -> trial(graph(random), random, weights(random)));
    }

    /** Of windows with all they can be told; what comes of a key is the same in whatever order keys have their turn. */
    static Trials windows() {
        return Trials.of("windows()", random -> {
            List<Twin> words;
            do {
                words = RandomWords.keyed(random);
            } while (!isPossible(words));
            return trial(words, random, weights(random).events(10), Keys.NUMBER, 0)
                    .compareByKey(OUT, Ping::key);
        });
    }

    /** The session of the twins reads a key that is a number, as does the shard of a bound. */
    private static Keys ofSection(List<Twin> words, Random random) {
        Keys any = Keys.any(words, random);
        return words.stream().anyMatch(w -> !w.takesAnyKey()) ? Keys.NUMBER : any;
    }

    /** Words in a section of parallel keys: each means of a key what it means outside. */
    static Trials sections() {
        return Trials.of("sections()", random -> {
            List<Twin> words;
            do {
                words = SectionTwins.some(random);
            } while (!isPossible(words, 1));
            Weights weights = weights(random).events(30);
            if (random.nextInt(4) == 0) {
                words.add(BoundTwins.ofShard("last", random));
                weights = weights.keys(100);
            }
            Keys keys = ofSection(words, random);
            int shards = 1 << random.nextInt(4);
            return trial(words, random, weights, keys, shards)
                    .options(TESTED.withStateBytes(sectionBytes(topology(words, keys, shards))))
                    .compareByKey(OUT, Ping::key);
        });
    }

    /** One word at the bound that its state budget is, between such as keep nothing. */
    static Trials budgets() {
        return Trials.of("budgets()", random -> {
            IntFunction<Twin> ofKeys = BoundTwins.ofBudget("0", random);
            PlanOptions options = (random.nextBoolean() ? PlanOptions.tested() : PlanOptions.fused())
                    .withStateBytes((3L + random.nextInt(3) / 2) * Pages.PAGE_BYTES);
            List<Twin> words = new ArrayList<>();
            words.add(PlainTwins.ofOne("a", random));
            words.add(ofKeys.apply(keysOf(ofKeys.apply(1), options)));
            words.add(PlainTwins.ofOne("b", random));
            Fork.along(words, Brings.INSERTS);
            return trial(words, random, weights(random).events(250).keys(400).with(Trait.SKEW, 0), Keys.LONG, 0)
                    .options(options)
                    .compareByStep(OUT);
        });
    }

    /** How many keys a word holds that is given more. */
    private static int keysOf(Twin word, PlanOptions options) {
        try (TestDriver driver = TestDriver.of(topology(List.of(word), Keys.LONG, 0), options)) {
            for (int key = 0; key < 1000; key++) {
                driver.send(PINGS, new Ping(key, 0, 0));
            }
            return Math.toIntExact(driver.counters("bound-0").keys);
        }
    }

    private static Weights weights(Random random) {
        return Weights.usual()
                .events(EVENTS)
                .keys(1 + random.nextInt(4))
                .scale(1, random.nextBoolean() ? 20 : 5)
                .with(Trait.LATE, 60)
                .with(Trait.EDGES, 80)
                .with(Trait.ADVANCE, 60)
                .with(Trait.GAPS, 60);
    }

    /** A join by itself of two parts of what comes: there are many kinds, and in a graph others hide what one does. */
    static Trials joins() {
        return Trials.of("joins()", random -> {
            List<Twin> words;
            do {
                words = List.of(WindowJoinTwins.last(
                        "join-0", RandomWords.part(random, "left"), RandomWords.part(random, "right"), random));
                Fork.along(words, Brings.INSERTS);
            } while (!isPossible(words));
            return trial(words, random, weights(random));
        });
    }

    @Test
    void shouldAgreeWithAChainOfTwins() {
        Trials.Summary done = chains().cases(370).check();
        assertTrue(done.outs() > 3L * done.cases() || done.cases() < 10, done.toString());
    }

    @Test
    void shouldAgreeWithATwinOfAJoin() {
        Trials.Summary done = joins().cases(100).check();
        assertTrue(done.outs() > done.cases() || done.cases() < 10, done.toString());
    }

    @Test
    void shouldAgreeWithTwinsOfWindowsByKey() {
        Trials.Summary done = windows().cases(60).check();
        assertTrue(done.outs() > done.cases() || done.cases() < 10, done.toString());
        Census.assertOneIn(30, "period of all that is empty", done.cases());
    }

    @Test
    void shouldAgreeWithTwinsInSectionsOfParallelKeys() {
        Trials.Summary done = sections().cases(15).check();
        assertTrue(done.outs() > done.cases() || done.cases() < 10, done.toString());
    }

    @Test
    void shouldAgreeWithATwinAtTheBoundOfItsBudget() {
        Trials.Summary done = budgets().cases(40).check();
        Census.assertOneIn(5, "one key more, the bound being that of BUDGET", done.cases());
        Census.assertOneIn(20, "one row more, the bound being that of BUDGET", done.cases());
    }

    @Test
    void shouldAgreeWithAGraphOfTwins() {
        Trials.Summary done = graphs().cases(350).check();
        assertTrue(done.outs() > 5L * done.cases() || done.cases() < 10, done.toString());
        Census.assertOneIn(100, "as-of row above its bound", done.cases());
        Census.assertOneIn(300, "deadline by the clock", done.cases());
        Census.assertOneIn(800, "partial match given up", done.cases());
    }
}
