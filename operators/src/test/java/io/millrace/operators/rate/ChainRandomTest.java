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
import io.millrace.operators.Extremes;
import io.millrace.operators.join.TableTwins;
import io.millrace.operators.pattern.PatternTwins;
import io.millrace.operators.process.ProcessTwins;
import io.millrace.operators.rate.PlainTwins.Rule;
import io.millrace.operators.rate.Twin.Brings;
import io.millrace.operators.rate.Twin.Item;
import io.millrace.operators.window.KeyedTwins;
import io.millrace.operators.window.WindowTwins;
import io.millrace.plan.PlanOptions;
import io.millrace.plan.Planner;
import io.millrace.testkit.oracle.Expected;
import io.millrace.testkit.oracle.History;
import io.millrace.testkit.oracle.Trait;
import io.millrace.testkit.oracle.Trial;
import io.millrace.testkit.oracle.Trials;
import io.millrace.testkit.oracle.Weights;
import io.millrace.topology.Topology;
import io.millrace.topology.TopologyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random topologies over two inputs, against the same of twins: words that follow each other, ways that part and meet again. On each step
 * a twin takes what the one in front fired, then progress, then fires; then the event goes through. What is due after that fires before
 * the next step.
 */
class ChainRandomTest {
    static Twin twin(Random random, String i) {
        long ns = 1 + random.nextInt(40);
        return switch (random.nextInt(6)) {
            case 0 -> new Twins.Filters("filter-" + i, random.nextInt(3));
            case 1 -> new Twins.Dedupes("dedupe-" + i, ns);
            case 2 -> new Twins.Throttles("throttle-" + i, 1 + random.nextInt(3), ns);
            case 3 -> new Twins.Defers("defer-" + i, ns - 1);
            case 4 -> new Twins.Counts("window-" + i, ns, 0);
            default -> new Twins.Conflates("conflate-" + i, ns, 0);
        };
    }

    /** Such as those, at a bound. */
    private static Twin bounded(Random random, String i) {
        long ns = 1 + random.nextInt(40);
        int keys = 1 + random.nextInt(3);
        return switch (random.nextInt(4)) {
            case 0 -> new Twins.Counts("window-" + i, ns, keys);
            case 1 -> new Twins.Conflates("conflate-" + i, ns, keys);
            default -> BoundTwins.any(i, random);
        };
    }

    /** Where a word stands: how many levels of forks there may be, whether it is the first of all, and what comes to it. */
    private record Place(int levels, boolean first, Brings brings) {
        Place way() {
            return new Place(levels - 1, first, brings);
        }

        Place behind(Twin word) {
            return new Place(levels, false, word.behind(brings));
        }
    }

    /** As those of a chain, or a further word, or a fork; one that takes what comes. */
    private static Twin further(Random random, String i, Place at) {
        Twin twin;
        do {
            twin = switch (random.nextInt(at.levels() > 0 ? 13 : 8)) {
                case 0, 1 -> twin(random, i);
                case 2, 3, 4, 5 -> further(random, i);
                case 6, 7 -> rows(random, i);
                case 8, 9 -> fork(random, i, way(random, i + "a", at.way()), way(random, i + "b", at.way()));
                default -> forkOfRows(random, i, way(random, i + "a", at.way()), way(random, i + "b", at.way()));
            };
            if (at.first() && random.nextInt(6) == 0) { // elsewhere it makes room for all that may fire in front of it
                twin = new RowTwins.Withs("with-" + i, branch(random, i));
            }
        } while (twin.behind(at.brings()) == null);
        if (at.brings() == Brings.INSERTS && random.nextInt(3) == 0) {
            twin.putAside();
        }
        return twin;
    }

    private static Twin further(Random random, String i) {
        long ns = 1 + random.nextInt(20);
        return switch (random.nextInt(13)) {
            case 11, 12 -> bounded(random, i);
            case 7, 8 -> PlainTwins.any("plain-" + i, random);
            case 9, 10 -> new AskTwins.Asks("async-" + i, AskTwins.How.any(random, false));
            case 0 -> new GraphTwins.Hops("hops-" + i, 10 + ns, 2 + random.nextInt(2));
            case 1 -> new GraphTwins.Sessions("session-" + i, ns);
            case 2 -> new GraphTwins.LooksBack("back-" + i, ns);
            case 3 -> WindowTwins.counts("counts-" + i, random);
            case 4 -> ProcessTwins.scripts("process-" + i, random);
            default -> PatternTwins.patterns("pattern-" + i, random);
        };
    }

    /** Words that make rows, and words that take them. */
    private static Twin rows(Random random, String i) {
        return switch (random.nextInt(7)) {
            case 0 -> new Twins.Filters("filter-" + i, random.nextInt(3));
            case 6 -> WindowTwins.periods("period-" + i, random);
            case 1 -> WindowTwins.partialCounts("part-" + i, random);
            case 2 -> WindowTwins.globals("global-" + i, random);
            case 3 -> WindowTwins.groups("group-" + i, random);
            case 4 -> new RowTwins.Changelogs("changelog-" + i, random.nextInt(3));
            default -> new RowTwins.Deletes("delete-" + i, random.nextInt(5));
        };
    }

    private static Twin fork(Random random, String i, List<Twin> one, List<Twin> other) {
        return switch (random.nextInt(6)) {
            case 5 -> BoundTwins.AnyTimes.any("any-" + i, one, other, random);
            case 0 -> new GraphTwins.Merges("merge-" + i, one, other);
            case 4 -> new PlainTwins.Branches("branch-" + i, random.nextInt(3), one, other);
            case 1 -> WindowJoinTwins.any("join-" + i, one, other, random);
            case 2 -> PatternTwins.patterns("pattern-" + i, one, other, random);
            default -> new JoinTwins.AsOfs("asof-" + i, one, other, JoinTwins.How.any(random, false));
        };
    }

    private static Twin forkOfRows(Random random, String i, List<Twin> one, List<Twin> other) {
        return switch (random.nextInt(4)) {
            case 0 -> new JoinTwins.AsOfs("asof-" + i, one, other, JoinTwins.How.any(random, false));
            case 1 -> TableTwins.tables("tables-" + i, one, other, random);
            case 2 -> TableTwins.foreignKeys("foreign-" + i, one, other, random);
            default -> new RowTwins.LooksUp("lookup-" + i, one, other, random.nextInt(4), random.nextBoolean());
        };
    }

    /** What answers each event once; of rows that do not fire, since all that may be in hand at once has room in a with. */
    private static List<Twin> branch(Random random, String i) {
        String name = i + "w";
        if (random.nextInt(5) == 0) {
            return List.of(new AskTwins.Asks("async-" + name, AskTwins.How.any(random, true)));
        }
        List<Twin> rows = random.nextBoolean()
                ? List.of(new Twins.Filters("filter-" + name, random.nextInt(3)))
                : List.of(new RowTwins.Deletes("delete-" + name, random.nextInt(5)));
        Fork.along(rows, Brings.INSERTS);
        return List.of(
                switch (random.nextInt(4)) {
                    case 0 -> new GraphTwins.LooksBack("back-" + name, 1 + random.nextInt(20));
                    case 1 -> new RowTwins.LooksUp("lookup-" + name, List.of(), rows);
                    // one that looks ahead has an answer of a later time than its event
                    default -> new JoinTwins.AsOfs("asof-" + name, List.of(), rows, JoinTwins.How.any(random, true));
                });
    }

    private static List<Twin> way(Random random, String i, Place from) {
        List<Twin> words = new ArrayList<>();
        Place at = from;
        for (int n = random.nextInt(3); n > 0; n--) {
            Twin twin = further(random, i + n, at);
            at = at.behind(twin);
            words.add(twin);
        }
        return words;
    }

    private static void answer(List<Twin> chain, List<Twin> below, History in, Expected out) {
        List<Twin> twins = chain.stream().map(Twin::again).toList();
        LetterTwins.Below letters = new LetterTwins.Below(twins, below, out);
        List<Twin> all = new ArrayList<>(twins);
        all.addAll(below == null ? List.of() : below);
        int depth = all.stream().mapToInt(Twin::depth).sum();
        for (int i = 0; i < in.size(); i++) {
            long progress = in.progressNs(i);
            out.at(i);
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
            twins.forEach(t -> t.hears(in.event(i)));
            return List.of();
        }
        if (further >= rules) {
            AskTwins.tell(twins, further - rules, in, i);
            return List.of();
        }
        return List.of(new Item(in.event(i), in.timeNs(i), i, 0));
    }

    private static void time(List<Twin> twins, long progressNs, Expected out) {
        emit(Fork.time(twins, List.of(), progressNs), out);
    }

    private static void emit(List<Item> items, Expected out) {
        items.forEach(i -> out.emit(OUT, i.timeNs(), i.form(), i.reason(), i.ping()));
    }

    /** A case has few events, and memory is set apart at start. */
    private static final long STATE_BYTES = 32L << 20;

    /** As much for each of its shards as what keeps state needs at least. */
    private static long sectionBytes(List<Twin> words) {
        return (words.stream().anyMatch(w -> w instanceof Fork) ? 288L : 192L) << 20;
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
            List<Boolean> threads = Collections.nCopies(words.size(), false);
            Planner.plan(
                    topology(words, null, threads, Inputs.FILES, Keys.NUMBER, shards),
                    shards > 0 ? TESTED.withStateBytes(sectionBytes(words)) : TESTED);
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
        FIELDS;

        KeyedStream<Ping> of(EventStream<Ping> events) {
            return switch (this) {
                case NUMBER -> events.keyBy(Ping::key);
                case TEXT -> events.keyByText(p -> Ping.text(p.key()));
                case FIELDS -> events.keyByFields(k -> k.number(p -> -p.key()).text(p -> Ping.text(p.key())));
            };
        }

        /** A side is keyed by number, so only where there is none. */
        static Keys any(List<Twin> words, Random random) {
            Keys any = Keys.values()[random.nextInt(4) % 3];
            return words.stream().anyMatch(Twin::putsAside) ? NUMBER : any;
        }
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
        List<Twin> below = readsLetters && random.nextBoolean() ? List.of(twin(random, "below")) : List.of();
        Trial trial = trial(words, readsLetters ? below : null, random, events, Keys.NUMBER, 0);
        return (readsLetters ? trial.compareByStep(LetterTwins.LETTERS) : trial).compareByStep(OUT);
    }

    private static Trial trial(List<Twin> words, Random random, Weights events, Keys keys, int shards) {
        return trial(words, null, random, events, keys, shards);
    }

    private static Trial trial(
            List<Twin> words, List<Twin> below, Random random, Weights events, Keys keys, int shards) {
        List<Boolean> threads =
                words.stream().map(w -> shards == 0 && random.nextInt(3) == 0).toList();
        List<AskTwins.Asks> askers = askers(words);
        Inputs inputs = askers.isEmpty() && below == null ? Inputs.of(random) : Inputs.FILES;
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
                .oracle((in, out) -> answer(words, below, in, out));
    }

    private static List<Twin> chain(Random random) {
        List<Twin> words = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(5); i++) {
            words.add(random.nextInt(6) == 0 ? bounded(random, "" + i) : twin(random, "" + i));
        }
        if (random.nextBoolean()) {
            words.get(random.nextInt(words.size())).putAside();
        }
        return words;
    }

    static Trials chains() {
        return Trials.of("chains()", random -> {
            List<Twin> words;
            do {
                words = chain(random);
            } while (!isPossible(words));
            return trial(words, random, Weights.usual().events(EVENTS), Keys.any(words, random), 0)
                    .compareByStep(OUT);
        });
    }

    /** Words of which others behind them would hide the most; what comes twice in one step finds the second behind what is due of it. */
    private static List<Twin> bare(Random random) {
        List<Twin> words = switch (random.nextInt(20)) {
            case 18 -> List.of(bounded(random, "0"));
            case 19 -> List.of(BoundTwins.AnyTimes.any("any-0", some(random, "a"), some(random, "b"), random));
            case 16, 17 -> List.of(new AskTwins.Asks("async-0", AskTwins.How.any(random, false)));
            case 0 ->
                List.of(
                        new GraphTwins.Merges("twice", List.of(), List.of()),
                        ProcessTwins.scripts("process-0", random));
            case 1, 2 -> List.of(ProcessTwins.scripts("process-0", random));
            case 3 -> List.of(WindowTwins.counts("counts-0", random));
            case 4, 5, 6 -> List.of(PatternTwins.patterns("pattern-0", random));
            case 7 -> List.of(new RowTwins.Withs("with-0", branch(random, "0")));
            case 8 -> List.of(WindowTwins.periods("period-0", random));
            case 9 ->
                List.of(new RowTwins.Deletes("delete-0", random.nextInt(5)), WindowTwins.groups("group-0", random));
            case 10, 11 ->
                List.of(new JoinTwins.AsOfs(
                        "asof-0", some(random, "a"), some(random, "b"), JoinTwins.How.any(random, false)));
            default -> List.of(WindowJoinTwins.last("join-0", some(random, "a"), some(random, "b"), random));
        };
        if (random.nextInt(3) == 0) {
            words.get(0).putAside();
        }
        Fork.along(words, Brings.INSERTS);
        return words;
    }

    /** Of what an entry brings, so that two ways of it are not the same. */
    private static List<Twin> some(Random random, String i) {
        return List.of(new Twins.Filters("filter-" + i, random.nextInt(3)));
    }

    /** One that can be planned. */
    static List<Twin> graph(Random random) {
        if (random.nextInt(7) < 4) {
            return bare(random);
        }
        List<Twin> words;
        do {
            Place at = new Place(2, true, Brings.INSERTS);
            Twin first = further(random, "0", at);
            words = new ArrayList<>(List.of(first));
            words.addAll(way(random, "1", at.behind(first).way()));
        } while (!isPossible(words));
        return words;
    }

    static Trials graphs() {
        return Trials.of("graphs()", random -> trial(graph(random), random, weights(random)));
    }

    /** Of which the order between keys is not said, or hangs on how much is due at once. */
    private static Twin keyed(Random random, String i, Place at) {
        Twin twin;
        do {
            twin = switch (random.nextInt(10)) {
                case 9 -> KeyedTwins.emptyFor("empty-" + i, some(random, i + "e"), some(random, i + "k"), random);
                case 0, 1 -> KeyedTwins.periods("windows-" + i, random);
                case 2, 3 -> KeyedTwins.sessions("sessions-" + i, random);
                case 4, 5 -> KeyedTwins.changes("changes-" + i, random);
                case 6 -> WindowTwins.days("days-" + i, random);
                // behind windows of which several of a key may change its row would be that of the newest of them
                case 7 ->
                    at.first() ? new RowTwins.Changelogs("changelog-" + i) : KeyedTwins.changes("changes-" + i, random);
                default -> twin(random, i);
            };
        } while (twin.behind(at.brings()) == null);
        return twin;
    }

    /** Of windows with all they can be told; what comes of a key is the same in whatever order keys have their turn. */
    static Trials windows() {
        return Trials.of("windows()", random -> {
            List<Twin> words = new ArrayList<>();
            Place at = new Place(0, true, Brings.INSERTS);
            for (int i = random.nextInt(3); i >= 0; i--) {
                words.add(keyed(random, "" + i, at));
                at = at.behind(words.get(words.size() - 1));
                if (at.brings() == Brings.WINDOWS) {
                    break;
                }
            }
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
            return trial(words, random, weights, ofSection(words, random), 1 << random.nextInt(4))
                    .options(TESTED.withStateBytes(sectionBytes(words)))
                    .compareByKey(OUT, Ping::key);
        });
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
                words = List.of(WindowJoinTwins.last("join-0", part(random, "left"), part(random, "right"), random));
                Fork.along(words, Brings.INSERTS);
            } while (!isPossible(words));
            return trial(words, random, weights(random));
        });
    }

    private static List<Twin> part(Random random, String way) {
        return random.nextInt(3) == 0 ? List.of() : List.of(new Twins.Filters("filter-" + way, random.nextInt(3)));
    }

    @Test
    void shouldAgreeWithAChainOfTwins() {
        Trials.Summary done = chains().cases(400).check();
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
    }

    @Test
    void shouldAgreeWithTwinsInSectionsOfParallelKeys() {
        Trials.Summary done = sections().cases(15).check();
        assertTrue(done.outs() > done.cases() || done.cases() < 10, done.toString());
    }

    @Test
    void shouldAgreeWithAGraphOfTwins() {
        Trials.Summary done = graphs().cases(350).check();
        assertTrue(done.outs() > 5L * done.cases() || done.cases() < 10, done.toString());
    }
}
